import { json, startOzon, startReceiver, type Arrived, type OzonHarness, type Receiver } from './ozonHarness';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const POSTING_TYPES = ['TYPE_NEW_POSTING', 'TYPE_STATE_CHANGED', 'TYPE_POSTING_CANCELLED'];

let ozon: OzonHarness;
let receiver: Receiver;
beforeEach(async () => {
	receiver = await startReceiver();
});
afterEach(async () => {
	await ozon.sandbox.close();
	await receiver.close();
});

const set = async (types: string[] = POSTING_TYPES) =>
	await ozon.api.post('/v1/notification/set', { url: receiver.url, types });
const urls = async () => (await ozon.api.post('/v1/notification/list', {})).data.urls;
const stats = () => ozon.sandbox.ozon.state().pushes;
const settled = async () => await receiver.until(() => stats().pending === 0);
const seen = () =>
	receiver.events.map(({ message_type: type, new_state: state }) =>
		state === undefined ? type : `${type} ${String(state)}`,
	);

test('an URL is accepted only after the exact handshake, and every fault has its name', async () => {
	ozon = await startOzon();
	const check = async (pong: Receiver['pong']) => {
		receiver.pong = pong;
		const { data } = await ozon.api.post('/v1/notification/check', { url: receiver.url });
		return [data.is_active, ...data.errors.map(({ type }: { type: string }) => type)];
	};
	const good = { version: '1.0', name: 'app', time: new Date().toISOString() };
	expect(await check((response) => json(response, 200, good))).toEqual([true]);
	expect(await check((response) => json(response, 201, good))).toEqual([false, 'STATUS_CODE_NOT_OK']);
	expect(await check((response) => json(response, 503, good))).toEqual([false, 'SERVER_FAULT']);
	expect(await check((response) => response.writeHead(200).end())).toEqual([false, 'EMPTY_BODY']);
	expect(
		await check((response) => response.writeHead(200, { 'content-type': 'text/html' }).end(JSON.stringify(good))),
	).toEqual([false, 'INVALID_BODY']);
	expect(await check((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('ok'))).toEqual([
		false,
		'INVALID_JSON',
	]);
	expect(await check((response) => json(response, 200, { ...good, result: true }))).toEqual([
		false,
		'WRONG_RESULT_FIELD',
	]);
	expect(await check((response) => json(response, 200, { ...good, time: '2019-08-24T14:15:22Z' }))).toEqual([
		false,
		'WRONG_RESULT_TIME_FIELD',
	]);
	expect(await check((response) => json(response, 200, { ...good, time: '2026-11-22 10:00' }))).toEqual([
		false,
		'WRONG_RESULT_TIME_FIELD',
	]);
	ozon.sandbox.ozon.settings.pushAnswerLimitMs = 50;
	expect(await check(() => undefined)).toEqual([false, 'REQUEST_TIMEOUT']);
	expect((await set()).status).toBe(400);
	expect(await urls()).toEqual([]);
	const nobody = await ozon.api.post('/v1/notification/check', { url: 'http://127.0.0.1:1/' });
	expect(nobody.data.errors[0].type).toBe('REQUEST_ERROR');
});

test('every move is told: bodies of the sheet, own writes echoed, parts cancelled without the posting', async () => {
	ozon = await startOzon();
	expect(await set()).toMatchObject({ status: 200, data: '' });
	expect((await set()).status).toBe(409);
	expect(
		(
			await ozon.api.post('/v1/notification/set', {
				url: receiver.url,
				types: ['TYPE_DESCRIPTION_CATEGORY_TREE_CHANGED'],
			})
		).status,
	).toBe(400);
	const posting = ozon.create({
		scheme: 'rfbs-express',
		products: [{ sku: 1, offerId: 'A', quantity: 2 }],
		latePayment: true,
	});
	await ozon.read(posting.number);
	const products = {
		posting_number: posting.number,
		cancel_reason_id: 352,
		cancel_reason_message: 'нет',
		items: [{ sku: 1, quantity: 1 }],
	};
	await ozon.api.post('/v2/posting/fbs/product/cancel', products);
	await ozon.api.post('/v4/posting/fbs/ship', {
		posting_number: posting.number,
		packages: [{ products: [{ product_id: 1, quantity: 1 }] }],
	});
	await receiver.until(() => receiver.events.length === 3);
	for (const path of ['delivering', 'last-mile', 'delivered']) {
		await ozon.read(posting.number);
		await ozon.api.post(`/v2/fbs/posting/${path}`, { posting_number: [posting.number] });
	}
	await ozon.play(posting, 'dispute', 'decide-for-buyer');
	await receiver.until(() => receiver.events.length === 8);
	expect(seen().sort()).toEqual(
		[
			'TYPE_NEW_POSTING',
			'TYPE_POSTING_CANCELLED posting_canceled',
			'TYPE_STATE_CHANGED posting_transferring_to_delivery',
			'TYPE_STATE_CHANGED posting_on_way_to_city',
			'TYPE_STATE_CHANGED posting_in_courier_service',
			'TYPE_STATE_CHANGED posting_conditionally_delivered',
			'TYPE_STATE_CHANGED posting_in_client_arbitration',
			'TYPE_POSTING_CANCELLED posting_canceled',
		].sort(),
	);
	const [created, part] = receiver.events;
	expect(created).toEqual({
		message_type: 'TYPE_NEW_POSTING',
		posting_number: posting.number,
		products: [{ sku: 1, offer_id: 'A', quantity: 2 }],
		in_process_at: '',
		warehouse_id: expect.any(Number),
		shipment_date: expect.stringMatching(/\.\d{3}Z$/),
		tpl_integration_type: 'non_integrated',
		is_express: true,
		tracking_number: '',
		delivery_date_begin: expect.any(String),
		delivery_date_end: expect.any(String),
		seller_id: ozon.sandbox.credentials().ozon.sellerId,
	});
	// Looks like the cancellation of the posting; only a look at the posting tells that it lives on.
	expect(part).toMatchObject({
		message_type: 'TYPE_POSTING_CANCELLED',
		products: [{ sku: 1, quantity: 1 }],
		old_state: 'posting_created',
	});
	expect(receiver.events.at(-1)).toMatchObject({
		old_state: 'posting_in_client_arbitration',
		reason: { id: 537, message: 'Не вручен' },
	});
	await settled();
	expect(stats()).toMatchObject({ sent: 8, taken: 8, failed: 0, retried: 0 });
	expect(stats().p99Ms).toBeGreaterThanOrEqual(stats().p50Ms);
});

test('FBO postings, orders, stocks, dates and chats have messages of their own', async () => {
	ozon = await startOzon();
	const { data: connected } = await ozon.control.post('/ozon/notifications', { url: receiver.url });
	expect(connected.types).toHaveLength(23);
	const fbo = ozon.create({ scheme: 'fbo', products: [{ sku: 5, quantity: 1 }] });
	await ozon.play(fbo, 'move-on', 'move-on', 'move-on', 'move-on', 'move-on', 'receive', 'write', 'edit-message');
	await ozon.play(ozon.create({ scheme: 'fbo' }), 'move-delivery-date', 'buyer-cancel');
	const own = ozon.create({ scheme: 'rfbs-own' });
	await ozon.play(own, 'move-cutoff', 'move-delivery-date', 'write');
	const chat = ozon.sandbox.ozon.shop.chats.ofPosting(own);
	await ozon.api.post('/v1/chat/send/message', { chat_id: chat?.id, text: 'Да' });
	await ozon.play(own, 'read-messages', 'close-chat');
	for (const type of [
		'TYPE_CREATE_OR_UPDATE_ITEM',
		'TYPE_CREATE_ITEM',
		'TYPE_UPDATE_ITEM',
		'TYPE_PRICE_INDEX_CHANGED',
		'TYPE_DESCRIPTION_CATEGORY_TREE_CHANGED',
	]) {
		await ozon.control.post('/ozon/push', { type });
	}
	await ozon.play(own, 'assemble-in-cabinet');
	await ozon.play(ozon.create({ scheme: 'fbs' }), 'buyer-cancel');
	await settled();
	expect(new Set(receiver.events.map(({ message_type: type }) => type)).size).toBe(23);
	const one = (type: string): Arrived | undefined => receiver.events.find((event) => event.message_type === type);
	expect(one('TYPE_FBO_POSTING_CANCELLED')).toMatchObject({
		uuid: expect.any(String),
		order_number: expect.any(String),
		cancel_date: expect.any(String),
		old_state: 'posting_created',
	});
	expect(one('TYPE_ORDER_STATE_CHANGED')).toMatchObject({
		order_number: fbo.orderNumber,
		old_state: 'order_in_delivery',
		new_state: 'order_done',
	});
	expect(one('TYPE_FBO_STOCKS_CHANGED')).toMatchObject({
		sku: 5,
		stocks: { new_present: 1000, new_reserved: 1, old_present: 1000, old_reserved: 0 },
	});
	expect(one('TYPE_NEW_MESSAGE')).toMatchObject({
		seller_id: expect.any(String),
		chat_type: 'Buyer_Seller',
		user: { type: '\u0421ustomer' },
	});
	expect(one('TYPE_CHAT_CLOSED')).not.toHaveProperty('message_id');
});

test('a failed delivery climbs the ladder: seconds, ten minutes, five more times, then never', async () => {
	ozon = await startOzon({ suspendMinAnswers: 1000, pingEveryMs: 100 * HOUR });
	await set();
	receiver.answer = () => ({ status: 200, body: { ok: true } });
	ozon.create({ scheme: 'fbs' });
	await receiver.until(() => stats().failed === 1);
	ozon.wait(4000);
	expect(stats().sent).toBe(1);
	ozon.wait(1000);
	await receiver.until(() => stats().failed === 2);
	receiver.answer = () => ({ status: 500, body: {} });
	for (let attempt = 3; attempt <= 11; attempt += 1) {
		ozon.wait(10 * MINUTE);
		await receiver.until(() => stats().failed === attempt);
	}
	ozon.wait(HOUR);
	expect(stats()).toMatchObject({ sent: 11, retried: 10, givenUp: 1, pending: 0 });
});

test('lost, doubled, late and reordered on demand', async () => {
	ozon = await startOzon({ loseShare: 1 });
	await set();
	ozon.create({ scheme: 'fbs' });
	Object.assign(ozon.sandbox.ozon.settings, { loseShare: 0, doubleShare: 1, delayMs: 5000, reorder: true });
	for (let index = 0; index < 12; index += 1) ozon.create({ scheme: 'fbs' });
	expect(receiver.events).toEqual([]);
	for (let index = 0; index < 12; index += 1) {
		ozon.wait(index === 0 ? 4900 : 40);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	await settled();
	expect(receiver.events).toHaveLength(24);
	const order = receiver.events.map(
		({ posting_number: number }) => ozon.sandbox.ozon.shop.postings.get(String(number))?.id ?? 0,
	);
	expect(order).not.toEqual([...order].sort((a, b) => a - b));
	expect(stats()).toMatchObject({ lost: 1, doubled: 12, taken: 24 });
});

describe('suspension', () => {
	test('too slow once: everything stops until the URL is enabled again', async () => {
		ozon = await startOzon({ pushAnswerLimitMs: 100 });
		await set();
		receiver.answer = () => null;
		const posting = ozon.create({ scheme: 'fbs' });
		await receiver.until(() => stats().slow === 1);
		expect(await urls()).toMatchObject([
			{ enable: false, disable_reason: 'AVAILABILITY', problematic_type: 'TYPE_NEW_POSTING' },
		]);
		receiver.answer = () => ({ status: 200, body: { result: true } });
		await ozon.play(posting, 'assemble-in-cabinet');
		ozon.wait(HOUR);
		await settled();
		expect(stats()).toMatchObject({ sent: 1, withheld: 2 });
		const [{ id }] = await urls();
		receiver.pong = (response) => json(response, 500, {});
		expect((await ozon.api.post('/v1/notification/enable', { id, enabled: true })).status).toBe(400);
		receiver.pong = (response) => json(response, 200, { version: '1', name: 'n', time: new Date().toISOString() });
		expect((await ozon.api.post('/v1/notification/enable', { id, enabled: true })).status).toBe(200);
		await ozon.play(posting, 'hand-over');
		await receiver.until(() => receiver.events.length === 2);
		expect(receiver.events.at(-1)).toMatchObject({ new_state: 'posting_in_carriage' });
		// What happened in between is never told: the client has to look by itself. The seller is told in a chat.
		const chats = (await ozon.api.post('/v3/chat/list', { limit: 10 })).data.chats;
		expect(chats.map(({ chat }: { chat: { chat_type: string } }) => chat.chat_type)).toEqual([
			'SELLER_API_NOTIFICATIONS',
		]);
	});

	test('fewer than half answers are 200; a block by an administrator needs a new URL', async () => {
		ozon = await startOzon({ suspendMinAnswers: 6 });
		await set();
		receiver.answer = (event) => ({
			status: event.message_type === 'TYPE_NEW_POSTING' ? 500 : 200,
			body: { result: true },
		});
		const postings = Array.from({ length: 3 }, () => ozon.create({ scheme: 'fbs' }));
		for (const posting of postings) await ozon.play(posting, 'assemble-in-cabinet');
		await receiver.until(() => stats().sent === 6);
		expect((await urls())[0].enable).toBe(true);
		ozon.create({ scheme: 'fbs' });
		await receiver.until(() => stats().sent === 7);
		const [{ id, enable, reason_details: why }] = await urls();
		expect([enable, why]).toEqual([false, 'fewer than half of the answers are 200']);
		await ozon.control.post(`/ozon/notifications/${id}/block`);
		expect((await ozon.api.post('/v1/notification/enable', { id, enabled: true })).status).toBe(409);
		expect((await ozon.api.post('/v1/notification/delete', { id })).status).toBe(200);
		expect((await set()).status).toBe(200);
	});

	test('three red nights in a row switch the URL off; pings come by themselves', async () => {
		ozon = await startOzon({ pingEveryMs: 12 * HOUR });
		await set();
		const endpoint = [...ozon.sandbox.ozon.shop.pushes.endpoints.values()][0];
		if (!endpoint) throw new Error('one URL');
		const settings = ozon.sandbox.ozon.settings;
		const night = async () => {
			endpoint.answered(
				{ code: 200, contentType: '', text: '', ms: 3000 },
				true,
				'TYPE_STATE_CHANGED',
				settings,
				ozon.sandbox.clock.now(),
			);
			ozon.wait(24 * HOUR);
			await receiver.until(() => stats().pending === 0);
			const [url] = await urls();
			return [url.availability_status, url.enable];
		};
		expect([await night(), await night(), await night()]).toEqual([
			['RED', true],
			['RED', true],
			['RED', false],
		]);
		expect(endpoint.reasonDetails).toContain('RED three days in a row');
		expect(receiver.pings).toBeGreaterThan(3);
	});
});
