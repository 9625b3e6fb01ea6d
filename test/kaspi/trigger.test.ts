import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { runPoll } from '../engine/contexts';
import { closeJournal, freshJournal } from '../engine/journal';
import { openShop, type SandboxShop } from './sandboxShop';

// The pace of three calls a second is tested with the transport; here it would only cost minutes.
jest.mock('../../transport/pace', () => ({
	paceFor: () => ({ ready: async () => undefined, slowDown: () => undefined, block: () => undefined, blocked: () => undefined }),
}));

describe('the Kaspi trigger in n8n', () => {
	let shop: SandboxShop;
	let staticData: IDataObject;
	beforeEach(async () => {
		shop = await openShop({ maskedPhoneShare: 0 });
		staticData = {};
		await freshJournal();
	});
	afterEach(async () => await shop.close());
	afterAll(closeJournal);

	const allEvents = ['newOrder', 'stageChanged', 'cancelled', 'return', 'waybillReady', 'goodsBack'];

	/** `[event, number]` of every item. */
	async function poll(parameters: INodeParameters = {}) {
		const output = await runPoll(shop.engine, { node: { type: 'kaspiTrigger', parameters: { events: allEvents, ...parameters } }, staticData });
		return (output?.[0] ?? []).map(({ json }) => json);
	}
	const told = (items: IDataObject[]) => items.map(({ event, number, stage }) => [event, number, stage]);

	it('does not flood at first, unless it is asked to', async () => {
		const { code } = shop.add({ kind: 'pickup' });
		expect(await poll()).toEqual([]);
		expect(await poll()).toEqual([]);
		await freshJournal();
		expect(told(await poll({ options: { emitExisting: true } }))).toEqual([['newOrder', code, 'new']]);
		expect(await poll({ options: { emitExisting: true } })).toEqual([]);
	});

	it('tells everything that happens to an order, each thing once', async () => {
		await poll();
		const { code } = shop.add({ kind: 'postomat', signature: false, items: [{ sku: 'S-1', name: 'Чайник', quantity: 1, price: 7000 }] });
		const [first, ...more] = await poll();
		expect(more).toEqual([]);
		expect(first).toMatchObject({ event: 'newOrder', number: code, stage: 'new', items: [{ sku: 'S-1' }], total: 7000 });
		expect(await poll()).toEqual([]);

		shop.act(code, 'accept-in-cabinet');
		const [accepted] = await poll();
		expect(accepted).toMatchObject({ event: 'stageChanged', previousStage: 'new', stage: 'accepted', number: code });
		shop.act(code, 'assemble-in-cabinet');
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(told(await poll())).toEqual([['stageChanged', code, 'ready'], ['waybillReady', code, 'ready']]);
		shop.act(code, 'hand-over');
		expect(told(await poll())).toEqual([['stageChanged', code, 'in_delivery']]);
		shop.act(code, 'buyer-cancel');
		expect(told(await poll())).toEqual([['stageChanged', code, 'cancelled'], ['cancelled', code, 'cancelled']]);
		shop.act(code, 'return-to-warehouse');
		expect(told(await poll())).toEqual([['goodsBack', code, 'cancelled']]);
		shop.act(code, 'close-cancelled');
		expect(await poll()).toEqual([]);
		expect(await poll()).toEqual([]);
	});

	it('gives only the chosen events and still remembers the others', async () => {
		await poll({ events: ['cancelled'] });
		const { code } = shop.add({ kind: 'pickup' });
		expect(await poll({ events: ['cancelled'] })).toEqual([]);
		shop.act(code, 'buyer-cancel');
		expect(told(await poll({ events: ['cancelled'] }))).toEqual([['cancelled', code, 'cancelled']]);
	});

	it('loses nothing and doubles nothing when a poll fails', async () => {
		await poll();
		const codes = Array.from({ length: 130 }, () => shop.add({ kind: 'pickup' }).code);
		const before = structuredClone(staticData);
		// The second page cannot be had.
		shop.sandbox.faults.set({ api: 'kaspi', kind: '500', share: 0.97 });
		await expect(poll()).rejects.toThrow();
		expect(staticData).toEqual(before);
		shop.sandbox.faults.clear();
		const items = await poll();
		expect(items.map(({ number }) => String(number)).sort()).toEqual(codes.sort());
		expect(await poll()).toEqual([]);
	});

	it('takes up where it left when the time of a poll is over', async () => {
		await poll();
		const codes = Array.from({ length: 230 }, () => shop.add({ kind: 'pickup' }).code);
		const real = Date.now;
		// The clock of the poll runs away after the first page.
		let calls = 0;
		const spy = jest.spyOn(Date, 'now').mockImplementation(() => real() + (shop.calls() > calls ? 10 * 60_000 : 0));
		calls = shop.calls();
		const first = await poll();
		spy.mockRestore();
		expect(first.length).toBeGreaterThan(0);
		expect(first.length).toBeLessThan(230);
		const rest = await poll();
		expect([...first, ...rest].map(({ number }) => String(number)).sort()).toEqual(codes.sort());
	});

	it('gives a sample in the editor and remembers nothing of it', async () => {
		const node = { type: 'kaspiTrigger', parameters: { events: ['return'] } };
		expect(await runPoll(shop.engine, { node, mode: 'manual', staticData })).toBeNull();
		const { code } = shop.add();
		const output = await runPoll(shop.engine, { node, mode: 'manual', staticData });
		expect(output?.[0]?.[0]?.json).toMatchObject({ event: 'return', number: code });
		expect(staticData).toEqual({});
	});

	it('fails in a way that n8n can sort', async () => {
		shop.stored.token = 'not-the-token';
		await expect(poll()).rejects.toMatchObject({ name: 'NodeApiError', httpCode: '401' });
	});

	it('goes on when the shop ID is filled in later', async () => {
		const { shopId } = shop.stored;
		shop.stored.shopId = '';
		shop.add({ kind: 'pickup' });
		expect(await poll()).toEqual([]);
		shop.stored.shopId = shopId ?? '';
		const { code } = shop.add({ kind: 'pickup' });
		expect(told(await poll())).toEqual([['newOrder', code, 'new']]);
	});

	it('starts afresh with another shop', async () => {
		Object.assign(staticData, { shop: '30000001', cursor: 'of another shop', orders: {} });
		shop.add({ kind: 'pickup' });
		expect(await poll()).toEqual([]);
		shop.add({ kind: 'pickup' });
		expect(await poll()).toHaveLength(1);
	});
});
