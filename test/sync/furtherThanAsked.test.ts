import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pairId } from '../../sync/context';
import { map, type CallFate } from './fakeServices';
import { Shop } from './shop';

describe('an order that goes further than a person asked, by the marketplace\'s own doing', () => {
	let folder: string;
	let story = 0;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'further-'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const order = { marketplace: 'fake', shop: 'shop', id: '0' };
	const pair = (shop: Shop) => pairId(shop.marketplace, shop.crm);
	function dealOf({ crm }: Shop) {
		const [deal] = [...crm.deals.values()];
		if (!deal) throw new Error('no deal');
		return deal;
	}

	/** A new pickup order with its deal, which a manager has moved on. */
	async function moved(): Promise<Shop> {
		story += 1;
		const shop = await Shop.open(join(folder, `${story}.sqlite`));
		shop.marketplace.goesOn = { accepted: 'ready' };
		await shop.happen({ kind: 'order', buyer: 0, masked: false, as: 'new' });
		await shop.calmDown();
		shop.crm.move(dealOf(shop).id, { pipelineId: '7', statusId: '12' });
		return shop;
	}

	/** The journal has forgotten where both stood, so that a person is asked and says: as in the CRM. */
	async function decided(): Promise<Shop> {
		const shop = await moved();
		const [link] = await shop.journal.links.byOrders(pair(shop), [order]);
		if (!link) throw new Error('no link');
		await shop.journal.links.save([{ ...link, agreed: undefined }]);
		await shop.sweep();
		expect(shop.results.at(-1)).toMatchObject({ result: 'attention' });
		shop.results.length = 0;
		await shop.journal.work.decide(pair(shop), [{ order, number: 'N0', decision: 'use_crm' }]);
		return shop;
	}

	async function expectFollowed(shop: Shop, at: unknown) {
		const { stage, notes } = dealOf(shop);
		expect([at, stage, shop.marketplace.orders.get('0')?.stage]).toEqual([at, map.toCrm('ready'), 'ready']);
		expect(shop.results.filter(({ result }) => result === 'attention')).toEqual([]);
		expect([notes, shop.marketplace.forbidden]).toEqual([[], []]);
		expect(await shop.journal.work.problems(pair(shop), 10)).toEqual([]);
		await shop.journal.close();
	}

	it.each([['moved by a manager', moved], ['decided by a person', decided]] as const)('takes the deal along and asks nothing: %s', async (_how, begin) => {
		const shop = await begin();
		await shop.sweep();
		await expectFollowed(shop, 'at once');
	});

	it('also when the marketplace shows it only later', async () => {
		const shop = await decided();
		shop.marketplace.effects = [];
		await shop.sweep();
		expect(shop.results.at(-1)).toMatchObject({ result: 'waiting' });
		for (const show of shop.marketplace.effects) show();
		shop.now += 20_000;
		await shop.sweep();
		await expectFollowed(shop, 'later');
	});

	it.each(['lost after', 'out of reach', 'killed before', 'killed after'] as const)('also when any call of the look is %s', async (fate) => {
		for (let call = 0; call < 8; call += 1) {
			const shop = await decided();
			await shop.happen({ kind: 'sweep', fates: [...Array.from({ length: call }, (): CallFate => 'fine'), fate] });
			await shop.calmDown();
			await expectFollowed(shop, call);
		}
	}, 60_000);
});
