import type { Command, OrderKey } from '../../core/order/order';
import { KaspiApi } from '../../credentials/KaspiApi.credentials';
import { KaspiMarketplace, type KaspiSettings } from '../../nodes/Kaspi/adapter';
import { kaspiCredentials, shopOf } from '../../nodes/Kaspi/api/connection';
import { Memory } from './model';
import { openShop, type SandboxShop } from './sandboxShop';

const minute = 60_000;
const day = 86_400_000;

describe('KaspiMarketplace against the sandbox', () => {
	let shop: SandboxShop;
	let memory: Memory;
	let cursor: string | undefined;
	beforeEach(async () => {
		shop = await openShop({ contentTypeRule: 'all', requireMerchantUid: true });
		memory = new Memory();
		cursor = undefined;
	});
	afterEach(async () => await shop.close());

	const adapter = (settings: KaspiSettings = {}) =>
		new KaspiMarketplace(shop.client({ sleep: async () => undefined }), '30999999', { now: () => shop.sandbox.clock.now(), ...settings });

	/** One look; how many calls it cost. */
	async function look(settings?: KaspiSettings): Promise<number> {
		const before = shop.calls();
		const looking = adapter(settings).changed(cursor, memory.known());
		for (let step = await looking.next(); ; step = await looking.next()) {
			if (step.done === true) {
				cursor = step.value;
				return shop.calls() - before;
			}
			memory.learn(step.value);
		}
	}

	const key = (id: string): OrderKey => ({ marketplace: 'kaspi', shop: '30999999', id });
	const stages = (codes: readonly string[]) =>
		codes.map((code) => [...memory.orders.values()].find(({ number }) => number === code)?.stage);

	const kinds = ['postomat', 'kaspi-delivery', 'own-delivery', 'pickup'] as const;

	it('looks at a busy shop with few calls, with lines and buyers, and sees what comes and goes', async () => {
		const now = shop.sandbox.clock.now();
		const orders = Array.from({ length: 330 }, (_, each) =>
			shop.add({ kind: kinds[each % 4], autoAccept: each % 3 > 0, signature: false, creationDate: now - each * 50 * minute }),
		);
		await look();
		expect(memory.orders.size).toBe(330);
		expect([...memory.orders.values()].every(({ items, buyer }) => (items?.length ?? 0) > 0 && buyer.name !== '')).toBe(true);

		shop.sandbox.clock.advance(5 * minute);
		expect(await look()).toBeLessThanOrEqual(6);

		const moved = orders.filter(({ state }) => state === 'PICKUP').slice(0, 5).map(({ code }) => code);
		for (const code of moved) shop.act(code, 'timeout');
		const added = shop.add({ kind: 'pickup', autoAccept: true, signature: false }).code;
		shop.sandbox.clock.advance(5 * minute);
		expect(await look()).toBeLessThanOrEqual(11);
		expect(stages([...moved, added])).toEqual([...moved.map(() => 'cancelled'), 'ready']);
	});

	it.each(['repeat', 'skip'] as const)('misses no order for good when pages shift (%s)', async (pageShift) => {
		shop.sandbox.kaspi.settings.pageShift = pageShift;
		const codes = Array.from({ length: 250 }, () => shop.add({ kind: 'postomat', signature: false }).code);
		await look();
		shop.sandbox.kaspi.settings.pageShift = 'none';
		shop.sandbox.clock.advance(5 * minute);
		await look();
		expect(stages(codes)).toEqual(codes.map(() => 'new'));
	});

	it('sees a thousand orders that are settled at once with some ten calls more', async () => {
		const now = shop.sandbox.clock.now();
		const codes = Array.from({ length: 1000 }, (_, each) =>
			shop.add({ kind: 'own-delivery', autoAccept: true, signature: false, creationDate: now - each * 15 * minute }).code,
		);
		await look();
		shop.sandbox.clock.advance(5 * minute);
		expect(await look()).toBeLessThanOrEqual(12);
		for (const code of codes) shop.act(code, 'buyer-cancel');
		shop.sandbox.clock.advance(5 * minute);
		expect(await look()).toBeLessThanOrEqual(16);
		expect(new Set(stages(codes))).toEqual(new Set(['cancelled']));
	});

	it('reads orders in the order of the keys, with lines when asked, and tells which are not there', async () => {
		const [first, second] = [shop.add({ kind: 'pickup' }), shop.add({ kind: 'own-delivery' })];
		const outcomes = await adapter().read([key(second.id), key('bm9uZQ'), key(first.id)]);
		expect(outcomes).toMatchObject([
			{ outcome: 'ok', value: { number: second.code } },
			{ outcome: 'ok', value: undefined },
			{ outcome: 'ok', value: { number: first.code } },
		]);
		const [withItems] = await adapter().read([key(first.id)], { withItems: true });
		expect(withItems).toMatchObject({ outcome: 'ok', value: { items: expect.arrayContaining([expect.objectContaining({ quantity: expect.any(Number) })]) } });
	});

	it('does not call orders gone when it is the shop that is wrong', async () => {
		const { id } = shop.add();
		shop.stored.shopId = '30000001';
		await expect(adapter().read([key(id)])).rejects.toMatchObject({ kind: 'not_found' });
	});

	it('reads many orders by lists when it knows when they were made', async () => {
		const orders = Array.from({ length: 150 }, () => shop.add({ kind: 'pickup' }));
		const before = shop.calls();
		const createdAt = new Map(orders.map(({ id, creationDate }) => [id, creationDate]));
		const outcomes = await adapter().read(orders.map(({ id }) => key(id)), { createdAt });
		expect(shop.calls() - before).toBeLessThanOrEqual(3);
		expect(outcomes.map((outcome) => (outcome.outcome === 'ok' ? outcome.value?.number : undefined))).toEqual(orders.map(({ code }) => code));
	});

	it('finds an order by its number', async () => {
		const { code } = shop.add({ kind: 'pickup' });
		expect(await adapter().findByNumber(code)).toMatchObject({ outcome: 'ok', value: { number: code, stage: 'new' } });
		expect(await adapter().findByNumber('1')).toEqual({ outcome: 'ok', value: undefined });
	});

	const send = async (...commands: { order: { id: string; code: string }; command: Command }[]) =>
		await adapter().run(commands.map(({ order, command }) => ({ key: key(order.id), number: order.code, command })));

	it('sends commands once each, in order, and refuses what only a person may do', async () => {
		const order = shop.add({ kind: 'postomat', signature: false });
		const other = shop.add({ kind: 'pickup', signature: false });
		await adapter().read([key(order.id), key(other.id)]);
		const { accounting } = shop.sandbox.kaspi.shop;
		const outcomes = await send(
			{ order, command: { name: 'accept' } },
			{ order, command: { name: 'assemble', packages: 2 } },
			{ order, command: { name: 'markArrived' } },
			{ order: other, command: { name: 'issue', code: '1234' } },
			{ order: other, command: { name: 'setTracking', tracking: 'X' } },
			{ order: other, command: { name: 'cancel', reason: 'WRONG_PRICE' } },
			{ order: other, command: { name: 'cancel', reason: 'BUYER_CANCELLATION_BY_MERCHANT', comment: 'x'.repeat(2000) } },
		);
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'rejected', 'rejected', 'rejected', 'rejected', 'ok']);
		expect(outcomes[2]).toMatchObject({ permanent: true, reason: expect.stringContaining(`order ${order.code}`) });
		expect(accounting.snapshot()).toMatchObject({ accepted: 3, refused: 0, forbidden: [] });
		const [read] = await adapter().read([key(order.id)]);
		expect(read).toMatchObject({ value: { stage: 'ready' } });
	});

	it('takes a refusal for done when the order is already there', async () => {
		const order = shop.add({ kind: 'pickup', signature: false });
		await adapter().read([key(order.id)]);
		shop.act(order.code, 'accept-in-cabinet');
		const [accepted] = await send({ order, command: { name: 'accept' } });
		expect(accepted).toEqual({ outcome: 'ok', value: undefined });
		shop.act(order.code, 'buyer-cancel');
		const [late] = await send({ order, command: { name: 'accept' } });
		expect(late).toMatchObject({ outcome: 'rejected', permanent: true });
	});

	it('does not know what became of a command without an answer, and sends it once only', async () => {
		const [first, second] = [shop.add({ kind: 'pickup' }), shop.add({ kind: 'pickup' })];
		shop.sandbox.faults.set({ api: 'kaspi', kind: 'timeout-after-apply', next: 1, method: 'POST' });
		const outcomes = await send({ order: first, command: { name: 'accept' } }, { order: second, command: { name: 'accept' } });
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'ok']);
		expect(shop.sandbox.kaspi.shop.accounting.snapshot().accepted).toBe(2);
	});

	it('keeps what was done when the service goes away in the middle', async () => {
		const [first, second] = [shop.add({ kind: 'pickup' }), shop.add({ kind: 'pickup' })];
		await adapter().read([key(first.id), key(second.id)]);
		const run = adapter().run([first, second].map((order) => ({ key: key(order.id), number: order.code, command: { name: 'accept' } })));
		// The first command goes out with the right token, the second meets a shop that has another one.
		await waitFor(() => shop.sandbox.kaspi.shop.accounting.snapshot().accepted === 1);
		shop.sandbox.kaspi.settings.token = 'changed';
		const outcomes = await run;
		expect(outcomes[0]).toEqual({ outcome: 'ok', value: undefined });
		expect(['ok', 'rejected']).toContain(outcomes[1]?.outcome);
		await expect(send({ order: second, command: { name: 'accept' } })).rejects.toMatchObject({ kind: 'unauthorized' });
	});

	it('shows one order that cannot be read as such, and the others as they are', async () => {
		const order = shop.add({ kind: 'pickup' });
		const found = await shop.client().page({ from: shop.sandbox.clock.now() - day }, 0);
		expect(found.orders).toHaveLength(1);
		await look();
		shop.sandbox.faults.set({ api: 'kaspi', kind: 'wrong-shape', next: 1 });
		await expect(look()).rejects.toMatchObject({ kind: 'bad_answer' });
		await look();
		expect(stages([order.code])).toEqual(['new']);
	});
});

const waitFor = async (isSo: () => boolean): Promise<void> => {
	while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

describe('the client', () => {
	let shop: SandboxShop;
	beforeEach(async () => {
		shop = await openShop();
	});
	afterEach(async () => await shop.close());

	it('reads the page before once more when the list has become shorter meanwhile', async () => {
		const now = shop.sandbox.clock.now();
		const orders = Array.from({ length: 210 }, (_, each) => shop.add({ kind: 'pickup', autoAccept: true, signature: false, creationDate: now - each * minute }));
		const seen = new Set<string>();
		let pages = 0;
		for await (const page of shop.client().pages({ from: now - day, state: 'PICKUP' })) {
			page.orders.forEach((each) => seen.add('order' in each ? each.order.code : ''));
			pages += 1;
			// Ten orders of the first page leave the list: as many slip over the border behind it.
			if (pages === 1) orders.slice(0, 10).forEach(({ code }) => shop.act(code, 'buyer-cancel'));
		}
		expect(orders.filter(({ code }) => !seen.has(code))).toEqual([]);
	});

	it('does not send the token to another host', async () => {
		const order = shop.add({ kind: 'postomat', autoAccept: true, signature: false });
		const client = shop.client();
		await client.setStatus(order, 'ASSEMBLE', { numberOfSpace: '1' });
		const read = await client.order(order.id);
		expect((await client.waybill(read)).subarray(0, 4).toString()).toBe('%PDF');
		await expect(client.waybill({ ...read, waybill: 'https://example.com/w.pdf' })).rejects.toThrow('to which the token is not sent');

		const { authenticate } = new KaspiApi();
		if (typeof authenticate !== 'function') throw new TypeError('authenticate is a function');
		const credentials = { token: 'secret', shopId: '', baseUrl: 'https://kaspi.kz/shop/api/v2' };
		await expect(authenticate(credentials, { url: 'https://example.com/x' })).rejects.toThrow('is not sent to example.com');
		const signed = await authenticate(credentials, { url: '/orders', baseURL: credentials.baseUrl });
		expect(signed.headers).toEqual({ 'User-Agent': 'n8n-nodes-marketplace-crm/0.1', 'X-Auth-Token': 'secret' });
	});

	it('names a shop by its id, or by something that stays the same', () => {
		const withId = kaspiCredentials.parse({ token: 'secret', shopId: ' 30999999 ' });
		const without = kaspiCredentials.parse({ token: 'secret', shopId: '' });
		expect(shopOf(withId)).toBe('30999999');
		expect(shopOf(without)).toMatch(/^token-[0-9a-f]{8}$/);
		expect(shopOf(without)).not.toContain('secret');
	});
});

