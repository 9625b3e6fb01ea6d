import type { Command, OrderKey } from '../../core/order/order';
import type { OzonSettings } from '../../nodes/Ozon/adapter';
import { day, Memory, minute, openShop, type SandboxShop } from './sandboxShop';

describe('OzonMarketplace against the sandbox', () => {
	let shop: SandboxShop;
	let memory: Memory;
	let cursor: string | undefined;
	beforeEach(async () => {
		shop = await openShop();
		memory = new Memory();
		cursor = undefined;
	});
	afterEach(async () => await shop.close());

	/** One look; how many calls it cost. */
	async function look(settings?: OzonSettings): Promise<number> {
		const before = shop.calls();
		const looking = shop.adapter(settings).changed(cursor, memory.known());
		for (let step = await looking.next(); ; step = await looking.next()) {
			if (step.done === true) {
				cursor = step.value;
				return shop.calls() - before;
			}
			memory.learn(step.value);
		}
	}
	const later = async (): Promise<number> => {
		shop.clock.advance(5 * minute);
		return await look();
	};
	const key = (id: string): OrderKey => ({ marketplace: 'ozon', shop: shop.stored.clientId, id });
	const stage = (id: string) => memory.orders.get(id)?.stage;
	const run = async (number: string, command: Command) => {
		const [outcome] = await shop.adapter().run([{ key: key(number), number, command }]);
		return outcome;
	};
	const own = () => shop.add({ scheme: 'rfbs-own' }).number;
	/** To "conditionally delivered", by commands. */
	async function deliver(number: string): Promise<void> {
		for (const name of ['assemble', 'ship', 'deliver'] as const) {
			const outcome = await run(number, name === 'assemble' ? { name, packages: 1 } : { name });
			expect(outcome).toEqual({ outcome: 'ok', value: undefined });
			shop.clock.advance(1000);
		}
	}

	it('reads a thousand new postings with at most 0.02 calls each, and looks at them idly with few', async () => {
		const numbers = Array.from({ length: 1000 }, (_, each) =>
			shop.add({ scheme: (['fbs', 'rfbs-own', 'rfbs-express', 'rfbs-3pl'] as const)[each % 4] }).number,
		);
		expect(await look()).toBeLessThanOrEqual(20);
		expect(memory.orders.size).toBe(1000);
		const before = shop.calls();
		const outcomes = await shop.adapter().read(numbers.map(key));
		expect(shop.calls() - before).toBeLessThanOrEqual(20);
		expect(outcomes.map((outcome) => (outcome.outcome === 'ok' ? outcome.value?.number : outcome.reason))).toEqual(numbers);
		shop.clock.advance(60 * minute);
		await look();
		shop.clock.advance(60 * minute);
		expect(await look()).toBeLessThanOrEqual(9);
	});

	it('gives the same order from the list and from a single read, and no phone', async () => {
		for (const scheme of ['fbs', 'rfbs-own', 'rfbs-3pl', 'rfbs-aggregator', 'rfbs-express', 'fbo'] as const) shop.add({ scheme });
		const cancelled = shop.add({ scheme: 'fbs' }).number;
		shop.act(cancelled, 'buyer-cancel');
		const fbo = shop.add({ scheme: 'fbo' }).number;
		shop.act(fbo, 'buyer-cancel');
		await look();
		expect(memory.orders.size).toBe(8);
		for (const [id, listed] of memory.orders) {
			const [read] = await shop.adapter().read([key(id)]);
			expect(read).toMatchObject({ outcome: 'ok', value: { key: listed.key, fingerprint: listed.fingerprint, rawStatus: listed.rawStatus } });
			expect(listed.buyer.phone).toBeUndefined();
			expect(listed.items?.length).toBeGreaterThan(0);
			expect(listed.money.amount).toBeGreaterThan(0);
		}
	});

	it('sees every change with the next look although no push told of it', async () => {
		const fbs = shop.add({ scheme: 'fbs' }).number;
		const fbo = shop.add({ scheme: 'fbo' }).number;
		const express = shop.add({ scheme: 'rfbs-express' }).number;
		await look();
		expect([fbs, fbo, express].map(stage)).toEqual(['new', 'new', 'new']);
		shop.act(fbs, 'assemble-in-cabinet');
		shop.act(express, 'cancel-in-cabinet');
		await later();
		expect([fbs, fbo, express].map(stage)).toEqual(['ready', 'new', 'cancelled']);
		for (let step = 0; step < 3; step++) shop.act(fbo, 'move-on');
		await later();
		expect(stage(fbo)).toBe('in_delivery');
		shop.clock.advance(20 * day);
		await look();
		expect(stage(fbs)).toBe('ready');
	});

	it('finds an old open posting and leaves old closed ones on the first look', async () => {
		const old = shop.add({ scheme: 'fbs', createdAt: shop.clock.now() - 100 * day }).number;
		await look();
		expect(stage(old)).toBe('new');
	});

	it('watches what the seller marked as delivered, and sees the dispute and the cancellation after it', async () => {
		const number = shop.add({ scheme: 'rfbs-express' }).number;
		await look();
		await deliver(number);
		await later();
		expect(memory.orders.get(number)).toMatchObject({ stage: 'delivered', rawStatus: 'delivering/posting_conditionally_delivered' });
		expect(memory.known().active.map(({ key: { id } }) => id)).toContain(number);
		shop.act(number, 'dispute');
		await later();
		expect(stage(number)).toBe('dispute');
		shop.act(number, 'decide-for-buyer');
		await later();
		expect(memory.orders.get(number)).toMatchObject({ stage: 'cancelled', flags: { lateCancel: true } });
	});

	it('completes what nobody disputes', async () => {
		const number = own();
		await look();
		await deliver(number);
		shop.act(number, 'receive');
		await later();
		expect(stage(number)).toBe('completed');
	});

	it('folds wishes to cancel into the order, and takes the flag back when they are answered', async () => {
		const number = own();
		await run(number, { name: 'assemble', packages: 1 });
		await look();
		shop.act(number, 'ask-to-cancel');
		shop.clock.advance(60 * minute);
		await look();
		expect(memory.orders.get(number)).toMatchObject({ stage: 'ready', flags: { cancelRequested: true }, rawStatus: expect.stringContaining('+cancel_requested') });
		shop.act(number, 'reject-in-cabinet');
		await later();
		expect(memory.orders.get(number)).toMatchObject({ stage: 'ready', flags: { cancelRequested: false } });
		const [read] = await shop.adapter().read([key(number)]);
		expect(read).toMatchObject({ outcome: 'ok', value: { fingerprint: memory.orders.get(number)?.fingerprint } });
	});

	it('follows the return of an rFBS posting long after it was completed', async () => {
		const number = own();
		await look();
		await deliver(number);
		shop.act(number, 'receive');
		await later();
		shop.clock.advance(10 * day);
		await look();
		shop.act(number, 'request-return');
		await later();
		expect(memory.orders.get(number)).toMatchObject({ stage: 'return_requested', rawStatus: expect.stringContaining('+rfbs:New') });
		shop.clock.advance(2 * day);
		await look();
		expect(stage(number)).toBe('return_requested');
		const [read] = await shop.adapter().read([key(number)]);
		expect(read).toMatchObject({ outcome: 'ok', value: { fingerprint: memory.orders.get(number)?.fingerprint } });
		const request = [...shop.shop.returns.requests.values()][0];
		if (request === undefined) throw new Error('no request');
		shop.shop.returns.setState(request, 'DISPUTE');
		await later();
		expect(stage(number)).toBe('dispute');
		shop.shop.returns.setState(request, 'REJECTED');
		await later();
		expect(stage(number)).toBe('completed');
	});

	it('follows goods that come back by way of Ozon', async () => {
		const part = shop.add({ scheme: 'fbs', products: [{ quantity: 2 }] }).number;
		const all = shop.add({ scheme: 'fbs', products: [{ quantity: 1 }] }).number;
		const before = shop.add({ scheme: 'fbs' }).number;
		for (const number of [part, all, before]) {
			shop.act(number, 'assemble-in-cabinet');
			shop.act(number, 'hand-over');
		}
		shop.act(before, 'buyer-cancel');
		for (const number of [part, all]) {
			for (let step = 0; step < 4; step++) shop.act(number, 'move-on');
			expect(shop.posting(number).substatus).toBe('posting_in_pickup_point');
		}
		shop.act(part, 'refuse-part');
		shop.act(all, 'receive');
		await look();
		expect(memory.orders.get(before)).toMatchObject({ stage: 'cancelled', flags: { goodsOnTheWayBack: true, lateCancel: true } });
		expect(memory.orders.get(part)).toMatchObject({ stage: 'return_requested', flags: { goodsOnTheWayBack: true } });
		expect(stage(all)).toBe('completed');

		shop.clock.advance(3 * day);
		await look();
		shop.act(all, 'request-return');
		for (const goods of shop.shop.returns.goods.values()) if (goods.posting.number !== all) shop.shop.returns.setVisual(goods, 'ReceivedBySeller');
		await later();
		expect(stage(all)).toBe('return_requested');
		expect(memory.orders.get(before)).toMatchObject({ stage: 'cancelled', flags: { goodsOnTheWayBack: false } });
		expect(memory.orders.get(part)).toMatchObject({ stage: 'completed', flags: { goodsOnTheWayBack: false } });
		for (const goods of shop.shop.returns.goods.values()) shop.shop.returns.setVisual(goods, 'ReceivedBySeller');
		await later();
		expect(stage(all)).toBe('returned');
	});

	it('a split posting: the first part goes on with the parent\'s key, the others are orders of their own', async () => {
		shop.sandbox.ozon.settings.shipDelayMs = 4000;
		const parent = shop.add({ scheme: 'rfbs-own', products: [{ quantity: 3, price: 100 }] }).number;
		await look();
		expect(await run(parent, { name: 'assemble', packages: 2 })).toEqual({ outcome: 'ok', value: undefined });
		shop.clock.advance(4100);
		// The parts are there, the parent is not closed yet: nobody can tell which key is whose.
		await look();
		expect([...memory.orders.keys()]).toEqual([parent]);
		expect(stage(parent)).toBe('new');
		expect(await shop.adapter().findByNumber(`${shop.posting(parent).orderNumber}-2`)).toMatchObject({ outcome: 'rejected', permanent: false });

		shop.clock.advance(5000);
		await look();
		const orders = [...memory.orders.values()];
		expect(orders.map(({ key: { id }, number, stage: at, money }) => [id, number, at, money.amount])).toEqual([
			[parent, `${shop.posting(parent).orderNumber}-2`, 'ready', 100],
			[`${shop.posting(parent).orderNumber}-3`, `${shop.posting(parent).orderNumber}-3`, 'ready', 200],
		]);
		const [read] = await shop.adapter().read([key(parent)]);
		expect(read).toMatchObject({ outcome: 'ok', value: { key: key(parent), number: `${shop.posting(parent).orderNumber}-2`, fingerprint: orders[0]?.fingerprint } });
		expect(await shop.adapter().findByNumber(parent)).toEqual(read);
		expect(await run(`${shop.posting(parent).orderNumber}-2`, { name: 'ship' })).toEqual({ outcome: 'ok', value: undefined });
		shop.clock.advance(2000);
		await look();
		expect(stage(parent)).toBe('in_delivery');
	});

	it('waits for a slow split, and forgets none of its parts', async () => {
		shop.sandbox.ozon.settings.shipDelayMs = 60 * minute;
		const parent = shop.add({ scheme: 'fbs', products: [{ quantity: 2 }] }).number;
		await look();
		await run(parent, { name: 'assemble', packages: 2 });
		// The parts come after an hour, their parent is closed half an hour later: long after the parts were in the list of changes.
		shop.clock.advance(61 * minute);
		for (let each = 0; each < 5; each++) await later();
		expect([...memory.orders.keys()]).toEqual([parent]);
		shop.clock.advance(7 * minute);
		await look();
		expect([...memory.orders.values()].map(({ stage: at }) => at)).toEqual(['ready', 'ready']);
	});

	it('reads a posting again when a wish to cancel comes or goes, even when its turn is far', async () => {
		const numbers = Array.from({ length: 330 }, () => own());
		await shop.adapter().run(numbers.map((number) => ({ key: key(number), number, command: { name: 'assemble', packages: 1 } as const })));
		await look();
		shop.clock.advance(60 * minute);
		const last = [...numbers].sort().at(-1) ?? '';
		shop.act(last, 'ask-to-cancel');
		await look();
		expect(memory.orders.get(last)?.flags.cancelRequested).toBe(true);
		shop.act(last, 'reject-in-cabinet');
		// By now its turn has come round anyway: the ring is sent back to its beginning.
		cursor = JSON.stringify({ ...JSON.parse(cursor ?? '{}'), turn: { watched: '', others: '' } });
		await later();
		expect(memory.orders.get(last)?.flags.cancelRequested).toBe(false);
	});

	it('sends nothing that Ozon does not offer, and takes "already" for done', async () => {
		const fbs = shop.add({ scheme: 'fbs' }).number;
		const express = own();
		const accounting = shop.accounting();
		accounting.resetCounts();
		expect(await run(fbs, { name: 'ship' })).toMatchObject({ outcome: 'rejected', permanent: true });
		expect(await run(express, { name: 'deliver' })).toMatchObject({ outcome: 'rejected', permanent: true });
		expect(await run('1-1-1', { name: 'cancel', reason: '352' })).toMatchObject({ outcome: 'rejected', permanent: true });
		expect(accounting.snapshot()).toMatchObject({ accepted: 0 });
		expect(await run(express, { name: 'assemble', packages: 1 })).toMatchObject({ outcome: 'ok' });
		shop.clock.advance(1000);
		expect(await run(express, { name: 'assemble', packages: 1 })).toMatchObject({ outcome: 'ok' });
		expect(await run(express, { name: 'cancel', reason: 'OUT_OF_STOCK' })).toMatchObject({ outcome: 'rejected', permanent: true });
		expect(await run(express, { name: 'cancel', reason: '352' })).toMatchObject({ outcome: 'ok' });
		shop.clock.advance(1000);
		expect(await run(express, { name: 'cancel', reason: '352' })).toMatchObject({ outcome: 'ok' });
		expect(accounting.snapshot()).toMatchObject({ accepted: 2 });
		expect(await run(fbs, { name: 'assemble', packages: 99 })).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining('cannot be packed into 99 parcels') });
	});

	it('sends the status of many postings in one call, with an outcome for each', async () => {
		const numbers = [own(), own(), own(), own()];
		await shop.adapter().run(numbers.map((number) => ({ key: key(number), number, command: { name: 'assemble', packages: 1 } as const })));
		shop.clock.advance(1000);
		const strange = shop.add({ scheme: 'fbs' }).number;
		const before = shop.calls();
		const outcomes = await shop.adapter().run([...numbers, strange].map((number) => ({ key: key(number), number, command: { name: 'ship' } as const })));
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok', 'rejected']);
		expect(shop.calls() - before).toBe(2);
		shop.clock.advance(1000);
		await look();
		expect(numbers.map(stage)).toEqual(numbers.map(() => 'in_delivery'));
	});

	it('says "unknown" when a write may have got through, and the shop as a whole when the key is not let in', async () => {
		const number = own();
		shop.sandbox.faults.set({ api: 'ozon', kind: 'timeout-after-apply', next: 1, pathIncludes: '/v4/posting/fbs/ship' });
		const adapter = shop.adapter();
		const [outcome] = await adapter.run([{ key: key(number), number, command: { name: 'assemble', packages: 1 } }]);
		expect(outcome?.outcome).toBe('unknown');
		shop.sandbox.faults.clear();
		shop.stored.apiKey = 'wrong';
		await expect(shop.adapter().read([key(number)])).rejects.toMatchObject({ kind: 'forbidden' });
	});

	it('starts afresh with a cursor that it cannot read', async () => {
		const number = own();
		cursor = 'not a cursor';
		await look();
		expect(stage(number)).toBe('new');
	});
});
