import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../journal/open';
import { pairs, World } from './world';

const kaspiPairs = pairs.filter(({ market }) => market.api === 'kaspi');

describe.each(kaspiPairs)('A Kaspi shop whose ID is filled in later: $name', (pair) => {
	let world: World;
	beforeEach(async () => {
		world = await World.open(pair);
	}, 60_000);
	afterEach(() => world.close());

	const credential = (shopId: string | undefined, token = world.sandbox.credentials().kaspi.token): void => {
		const { baseUrl } = world.sandbox.credentials().kaspi;
		world.engine.credentials.stored.kaspiApi = { baseUrl, token, ...(shopId === undefined ? {} : { shopId }) };
	};
	const shopId = () => world.sandbox.credentials().kaspi.shopId;
	const linksOf = async (number: string) => (await openJournal()).links.everywhere(number);

	it('goes on with the same orders, and when the ID is taken out again', async () => {
		credential('');
		const numbers = [world.place(), world.place(), world.place()];
		await world.sweep();
		const contacts = world.contacts().length;
		const [before] = await linksOf(numbers[0] ?? '');
		expect(before?.order.shop).toMatch(/^token-/);
		credential(shopId());
		pair.market.stepInCabinet.act(world.sandbox, numbers[0] ?? '');
		const synced = await world.sweep();
		expect(synced.map(({ json }) => [json.orderNumber, json.shop, json.dealId])).toEqual([[numbers[0], shopId(), before?.dealId]]);
		expect([world.deals().length, world.contacts().length]).toEqual([3, contacts]);
		for (const number of numbers) expect((await linksOf(number)).map(({ order }) => order.shop)).toEqual([shopId()]);
		credential(undefined);
		await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: numbers[1] ?? '' }, [{}]);
		world.place();
		await world.sweep();
		expect(world.deals()).toHaveLength(4);
	}, 60_000);

	it('keeps the history, the queue and what a person has to decide', async () => {
		credential('');
		const number = world.place();
		await world.sweep();
		pair.crm.remove(world.sandbox, world.dealOf(number).id);
		pair.market.stepInCabinet.act(world.sandbox, number);
		expect((await world.orderSync('sweep')).attention).toHaveLength(1);
		credential(shopId());
		expect((await world.orderSync('sweep')).attention).toEqual([]);
		const journal = await openJournal();
		const [link] = await linksOf(number);
		if (!link) throw new Error('no link');
		expect((await journal.work.problems(link.pair, 10)).map((work) => work.number)).toEqual([number]);
		expect((await journal.log.history(link.pair, link.order)).length).toBeGreaterThan(0);
		const resolved = await world.orderSync('resolve', { orderNumber: number, decision: 'recreate_deal' });
		expect(resolved.synced[0]?.json.did).toEqual(['deal created anew']);
	}, 60_000);

	it('is recognised by the cards although the journal is lost at the same time', async () => {
		credential('');
		const numbers = [world.place(), world.place()];
		await world.sweep();
		await (await openJournal()).close();
		process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'lost-'));
		credential(shopId());
		await world.orderSync('sync', { identifyBy: 'automatic' }, numbers.map((orderNumber) => ({ orderNumber })));
		await world.sweep();
		expect(world.deals()).toHaveLength(2);
	}, 60_000);

	it('whose cards are written again names them by the ID', async () => {
		credential('');
		const number = world.place();
		await world.sweep();
		credential(shopId());
		pair.market.stepInCabinet.act(world.sandbox, number);
		await world.sweep();
		expect(world.dealOf(number).key).toContain(`kaspi:${shopId()}:`);
	}, 60_000);
});
