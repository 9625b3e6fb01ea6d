import axios, { type AxiosInstance } from 'axios';

import { Clock } from '../../sandbox/clock';
import { Random } from '../../sandbox/random';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox';

let sandbox: Sandbox;
let control: AxiosInstance;

async function start(options: Parameters<typeof startSandbox>[0] = {}): Promise<void> {
	sandbox = await startSandbox({ empty: true, ...options });
	control = axios.create({ baseURL: sandbox.addresses.control, validateStatus: () => true });
}

afterEach(async () => await sandbox?.close());

test('a bad body is refused and every bad field is named', async () => {
	await start();
	const fault = await control.post('/faults', { api: 'kaspi', kind: 'sleepy', share: 3, often: true });
	expect(fault.status).toBe(400);
	expect(fault.data.fields.map(({ field }: { field: string }) => field).sort()).toEqual(['kind', 'often', 'share']);
	const order = await control.post('/kaspi/orders', { kind: 'pickup', buyer: { phone: '12' }, items: [{ quantity: 0 }] });
	expect(order.data.fields.map(({ field }: { field: string }) => field)).toEqual(['buyer.phone', 'items.0.quantity']);
	expect((await control.patch('/kaspi/settings', { autoAcept: true })).data.message).toContain('autoAcept');
	expect((await control.post('/clock/advance', { ms: '5' })).status).toBe(400);
	expect((await control.post('/kaspi/orders/1/hand-over')).status).toBe(404);
	expect(sandbox.kaspi.state().orders).toEqual([]);
});

test('the seeded shop has orders in every state, and reset brings it back', async () => {
	await start({ empty: false, kaspi: { repeatBuyerShare: 0.5 } });
	const before = (await control.get('/state')).data;
	const tabs = new Set(before.kaspi.orders.map((order: { tab: string }) => order.tab));
	expect(tabs.size).toBe(15);
	expect(before.kaspi.commands).toEqual({ accepted: 0, refused: 0, forbidden: [], late: [] });
	for (const { history } of before.kaspi.orders) {
		const moments: number[] = history.map(({ at }: { at: number }) => at);
		expect(moments).toEqual([...moments].sort((a, b) => a - b));
	}

	await control.patch('/kaspi/settings', { autoAccept: true });
	await control.post('/kaspi/orders', { count: 3 });
	await control.post('/faults', { api: 'all', kind: '500' });
	await control.post('/reset', {});
	const after = (await control.get('/state')).data;
	expect(after.kaspi.orders).toHaveLength(before.kaspi.orders.length);
	expect(after.kaspi.settings.autoAccept).toBe(false);
	expect(after.faults).toEqual({ rules: [], outages: [] });
	await control.post('/reset', { empty: true });
	expect((await control.get('/state')).data.kaspi.orders).toEqual([]);
});

test('the same seed invents the same people and goods, another seed others', async () => {
	const world = async (seed: number) => {
		await start({ seed });
		sandbox.kaspi.shop.createOrders({ count: 5 });
		const orders = [...sandbox.kaspi.shop.orders.values()].map(({ code, buyer, entries }) => ({ code, buyer, entries }));
		await sandbox.close();
		return JSON.stringify(orders);
	};
	const first = await world(7);
	expect(await world(7)).toBe(first);
	expect(await world(8)).not.toBe(first);
});

test('every action that an order offers works, and the ones it does not offer are refused with a reason', async () => {
	await start({ kaspi: { waybillDelayScale: 0 } });
	const TROUBLE = ['buyer-cancel', 'cancel-in-cabinet', 'courier-cancel', 'timeout'];
	const random = new Random(3);
	const seen = new Set<string>();
	for (let round = 0; round < 60; round++) {
		const created = await control.post('/kaspi/orders', { preOrder: random.chance(0.3), signature: random.chance(0.3) });
		let [order] = created.data.orders;
		while (order.actions.length > 0) {
			const refused = await control.post(`/kaspi/orders/${order.code}/${order.actions.includes('returned') ? 'sign' : 'returned'}`);
			expect([refused.status, refused.data.message]).toEqual([409, expect.stringContaining(order.code)]);
			const usual = order.actions.filter((name: string) => !TROUBLE.includes(name));
			const action = random.pick<string>(usual.length > 0 && random.chance(0.85) ? usual : order.actions);
			seen.add(action);
			const answer = await control.post(`/kaspi/orders/${order.code}/${action}`);
			expect([action, answer.status]).toEqual([action, 200]);
			order = answer.data.order;
		}
		expect(['CANCELLED', 'RETURNED']).toContain(order.status);
	}
	expect(seen.size).toBe(15); // all but buyer-reads-code, which needs a code sent through the API
});

test('the drip brings orders and moves them by itself, with the clock', async () => {
	await start({ kaspi: { waybillDelayScale: 0, autoAccept: true } });
	expect((await control.post('/drip', { everyMs: 10 })).status).toBe(400);
	await control.post('/drip', { everyMs: 1000, newShare: 0.5, sellerShare: 0.5 });
	await control.post('/clock/advance', { ms: 200_000 });
	const { orders, drip } = (await control.get('/state')).data.kaspi;
	expect(drip.everyMs).toBe(1000);
	expect(orders.length).toBeGreaterThan(60);
	expect(new Set(orders.map((order: { status: string }) => order.status)).size).toBeGreaterThan(2);
	await control.delete('/drip');
	await control.post('/clock/advance', { ms: 100_000 });
	expect((await control.get('/state')).data.kaspi.orders).toHaveLength(orders.length);
});

test('the call log holds no personal data, no tokens and no query strings', async () => {
	await start();
	const { baseUrl, token } = sandbox.credentials().kaspi;
	const order = sandbox.kaspi.shop.createOrder();
	await axios.get(`${baseUrl}/orders?filter[orders][code]=${order.code}`, { headers: { 'X-Auth-Token': token } });
	await axios.get(`${baseUrl}/nothing?phone=${order.buyer.phone}`, { headers: { 'X-Auth-Token': token }, validateStatus: () => true });
	const calls = JSON.stringify((await control.get('/calls')).data);
	expect(calls).toContain('GET /shop/api/v2/orders');
	for (const secret of [token, order.code, order.buyer.phone, order.buyer.firstName]) expect(calls).not.toContain(secret);
	expect((await control.get('/calls?api=kaspi')).data.counts.kaspi.unknown).toMatchObject([{ path: '/shop/api/v2/nothing' }]);
	await control.post('/calls/reset');
	expect((await control.get('/state')).data.calls.kaspi.total).toBe(0);
});

test('the messenger answers like Telegram and keeps the texts', async () => {
	await start();
	const { baseUrl, token, chatId } = sandbox.credentials().messenger;
	const bot = axios.create({ baseURL: `${baseUrl}/bot${token}`, validateStatus: () => true });
	expect((await bot.get('/getMe')).data).toMatchObject({ ok: true, result: { is_bot: true } });
	const sent = await bot.post('/sendMessage', { chat_id: chatId, text: 'Заказ без ответственного' });
	expect(sent.data).toMatchObject({ ok: true, result: { message_id: 1, text: 'Заказ без ответственного' } });
	expect((await bot.post('/sendMessage', { chat_id: '5', text: 'a' })).data).toEqual({ ok: false, error_code: 400, description: 'Bad Request: chat not found' });
	expect((await bot.get('/getUpdatesNow')).data).toEqual({ ok: false, error_code: 404, description: 'Not Found' });
	expect((await axios.get(`${baseUrl}/botwrong/getMe`, { validateStatus: () => true })).status).toBe(401);
	expect((await control.get('/state')).data.messenger.messages.map(({ text }: { text: string }) => text)).toEqual(['Заказ без ответственного']);
});

test('the panel and everything it loads is served', async () => {
	await start();
	const page = await control.get('/');
	expect(page.headers['content-type']).toContain('text/html');
	const wanted = ['/panel.js'];
	for (const path of wanted) {
		const script = await control.get(path);
		expect([path, script.status]).toEqual([path, 200]);
		for (const [, file] of String(script.data).matchAll(/from '\.(\/[a-z0-9]+\.js)'/g)) if (file && !wanted.includes(file)) wanted.push(file);
	}
	expect(wanted).toHaveLength(7);
	expect((await control.get('/panel.css')).status).toBe(200);
	expect(page.data).not.toMatch(/https?:\/\//);
});

test('timers fire in order and at their own moments when the clock is advanced', () => {
	const clock = new Clock();
	const start = clock.now();
	const fired: [string, number][] = [];
	const fire = (name: string) => () => fired.push([name, Math.round((clock.now() - start) / 1000)]);
	clock.after(5000, fire('late'));
	clock.after(1000, () => {
		fire('early')();
		clock.after(2000, fire('nested'));
	});
	clock.after(3500, fire('cancelled')).cancel();
	clock.advance(10_000);
	expect(fired).toEqual([['early', 1], ['nested', 3], ['late', 5]]);
	expect(clock.now() - start).toBeGreaterThanOrEqual(10_000);
	clock.close();
});

test('a taken port is named and a free one is used', async () => {
	await start();
	const port = Number(new URL(sandbox.addresses.kaspi).port);
	const busy: [string, number][] = [];
	const ports = { control: 0, kaspi: port, amocrm: 0, messenger: 0 };
	const second = await startSandbox({ empty: true, ports, onBusyPort: (...taken) => busy.push(taken) });
	expect(busy).toEqual([['kaspi', port]]);
	expect(second.addresses.kaspi).not.toBe(sandbox.addresses.kaspi);
	await second.close();
	await expect(startSandbox({ empty: true, ports })).rejects.toThrow('EADDRINUSE');
});
