import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pairId } from '../../sync/context';
import type { OrderStage } from '../../core/order/stage';
import { map, mapWithoutDisputes, type CallFate } from './fakeServices';
import { Shop } from './shop';

describe('an order that is disputed or cancelled after it was delivered', () => {
	let folder: string;
	let story = 0;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'dispute-'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	async function delivered(): Promise<Shop> {
		story += 1;
		const shop = await Shop.open(join(folder, `${story}.sqlite`));
		await shop.happen({ kind: 'order', buyer: 0, masked: false, as: 'accepted' });
		await shop.calmDown();
		for (const to of ['ready', 'in_delivery', 'delivered'] as const) await shop.happen({ kind: 'marketplace', order: 0, to });
		await shop.calmDown();
		expect(dealOf(shop).stage).toEqual(map.toCrm('delivered'));
		return shop;
	}
	function dealOf({ crm }: Shop) {
		const [deal] = [...crm.deals.values()];
		if (!deal) throw new Error('no deal');
		return deal;
	}
	const move = (shop: Shop, to: OrderStage) => shop.happen({ kind: 'marketplace', order: 0, to });

	// Every way in which a sweep can end at any of its calls, the one between the task and the journal included.
	const badFates = ['refused', 'lost before', 'lost after', 'out of reach', 'killed before', 'killed after'] as const;
	it.each(badFates.flatMap((fate) => (['dispute', 'cancelled'] as const).map((to) => [fate, to] as const)))(
		'gets one task and its stage, whichever call is %s on the way to %s',
		async (fate, to) => {
			for (let call = 0; call < 8; call += 1) {
				const shop = await delivered();
				await move(shop, to);
				await shop.happen({ kind: 'sweep', fates: [...Array.from({ length: call }, (): CallFate => 'fine'), fate] });
				await shop.calmDown();
				const { stage, tasks } = dealOf(shop);
				expect([call, stage, tasks]).toEqual([call, map.toCrm('dispute'), [expect.stringContaining('Срочно: спор по заказу fake № N0 ')]]);
				await shop.journal.close();
			}
		},
		60_000,
	);

	it.each(badFates)('gets its task when it was disputed before anybody saw it, whichever call is %s', async (fate) => {
		for (let call = 0; call < 10; call += 1) {
			story += 1;
			const shop = await Shop.open(join(folder, `${story}.sqlite`));
			await shop.sweep();
			await shop.happen({ kind: 'order', buyer: 0, masked: false, as: 'accepted' });
			for (const to of ['ready', 'in_delivery', 'delivered', 'dispute'] as const) await shop.happen({ kind: 'marketplace', order: 0, to });
			await shop.happen({ kind: 'sweep', fates: [...Array.from({ length: call }, (): CallFate => 'fine'), fate] });
			await shop.calmDown();
			const { stage, tasks } = dealOf(shop);
			expect([call, stage, tasks.length, shop.crm.deals.size]).toEqual([call, map.toCrm('dispute'), 1, 1]);
			await shop.journal.close();
		}
	}, 60_000);

	it('gets its task although the pipeline has no stage of its own for disputes', async () => {
		story += 1;
		const shop = await Shop.open(join(folder, `${story}.sqlite`), mapWithoutDisputes);
		await shop.happen({ kind: 'order', buyer: 0, masked: false, as: 'accepted' });
		await shop.calmDown();
		for (const to of ['ready', 'in_delivery', 'delivered'] as const) await shop.happen({ kind: 'marketplace', order: 0, to });
		await shop.calmDown();
		expect(dealOf(shop).tasks).toEqual([]);
		await move(shop, 'cancelled');
		await shop.calmDown();
		expect(dealOf(shop)).toMatchObject({ stage: mapWithoutDisputes.toCrm('in_delivery'), tasks: [expect.stringContaining('№ N0 ')] });
		await shop.journal.close();
	});

	it('is no dispute any more once the marketplace has completed it, and may be disputed anew', async () => {
		const shop = await delivered();
		await move(shop, 'dispute');
		await shop.calmDown();
		const deal = dealOf(shop);
		// The manager has done what the task asked for, and Ozon has decided for the seller.
		deal.tasks.length = 0;
		await move(shop, 'delivered');
		await shop.calmDown();
		expect([deal.stage, deal.tasks]).toEqual([map.toCrm('delivered'), []]);
		await move(shop, 'cancelled');
		await shop.calmDown();
		expect([deal.stage, deal.tasks.length]).toEqual([map.toCrm('dispute'), 1]);
		await shop.journal.close();
	});

	it('names every proof in the task, and is put back when somebody closes its deal without deciding', async () => {
		const shop = await delivered();
		const at = shop.now;
		await shop.journal.proofs.attach([
			{ number: 'N0', kind: 'photo', what: 'https://files.example/handover.jpg', by: 'Courier 7', at },
			{ number: 'N0', kind: 'signature', what: 'act-77.pdf', by: 'Storekeeper', at },
			{ number: 'N1', kind: 'photo', what: 'https://files.example/another.jpg', by: 'Courier 7', at },
		]);
		await move(shop, 'cancelled');
		await shop.calmDown();
		const deal = dealOf(shop);
		expect(deal.tasks).toEqual([expect.stringMatching(/Фото: https:\/\/files\.example\/handover\.jpg \(Courier 7, .*Подпись: act-77\.pdf \(Storekeeper/s)]);
		expect(deal.tasks.join()).not.toContain('another.jpg');

		const lost = map.toCrm('cancelled');
		if (!lost) throw new Error('no stage');
		shop.now += 60_000;
		shop.crm.move(deal.id, lost);
		await shop.calmDown();
		expect(deal.stage).toEqual(map.toCrm('dispute'));
		expect(deal.notes).toHaveLength(1);
		expect(deal.tasks).toHaveLength(1);
		await shop.journal.close();
	});

	it('is closed by a person\'s decision, and stays closed', async () => {
		const shop = await delivered();
		await move(shop, 'cancelled');
		await shop.calmDown();
		const order = { marketplace: 'fake', shop: 'shop', id: '0' };
		const pair = pairId(shop.marketplace, shop.crm);
		await shop.journal.work.hint(pair, [{ order, number: 'N0', why: 'resolve' }]);
		await shop.journal.work.decide(pair, [{ order, number: 'N0', decision: 'use_marketplace' }]);
		await shop.calmDown();
		expect(dealOf(shop).stage).toEqual(map.toCrm('cancelled'));
		const [link] = await shop.journal.links.byOrders(pair, [order]);
		expect(link?.closed).toBe(true);
		await shop.journal.close();
	});
});
