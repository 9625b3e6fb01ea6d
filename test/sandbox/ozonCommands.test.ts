import type { Posting } from '../../sandbox/ozon/posting';
import { startOzon, type OzonHarness } from './ozonHarness';

const HOUR = 3_600_000;

let ozon: OzonHarness;
afterEach(async () => await ozon.sandbox.close());

const commands = () => ozon.sandbox.ozon.state().commands;
const status = async (posting: Posting) => {
	const { status: main, substatus } = await ozon.read(posting.number);
	return `${String(main)}/${String(substatus)}`;
};
const move = async (path: string, ...postings: Posting[]) =>
	(await ozon.api.post(`/v2/fbs/posting/${path}`, { posting_number: postings.map(({ number }) => number) })).data
		.result;
const ship = async (posting: Posting, ...packages: [number, number][][]) =>
	await ozon.api.post('/v4/posting/fbs/ship', {
		posting_number: posting.number,
		packages: packages.map((products) => ({
			products: products.map(([product_id, quantity]) => ({ product_id, quantity })),
		})),
	});
const whole = (posting: Posting) => posting.products.map(({ sku, quantity }): [number, number] => [sku, quantity]);

describe('assembly', () => {
	test('200 is no success: it runs on, may fail, and is sent again after reading', async () => {
		ozon = await startOzon({ shipDelayMs: 5000, shipFailedShare: 1 });
		const posting = ozon.create({ scheme: 'fbs' });
		await ozon.read(posting.number);
		expect((await ship(posting, whole(posting))).data.result).toEqual([posting.number]);
		expect((await ozon.read(posting.number)).available_actions).toContain('ship_async_in_process');
		expect((await ship(posting, whole(posting))).status).toBe(400);
		expect(commands().forbidden).toHaveLength(1);
		ozon.wait(5001);
		const failed = await ozon.read(posting.number);
		expect([failed.status, failed.substatus]).toEqual(['awaiting_packaging', 'ship_failed']);
		expect(failed.available_actions).toContain('ship_async_retry');
		ozon.sandbox.ozon.settings.shipFailedShare = 0;
		await ship(posting, whole(posting));
		ozon.wait(5001);
		expect(await status(posting)).toBe('awaiting_deliver/posting_transferring_to_delivery');
		expect((await ship(posting, whole(posting))).data).toMatchObject({ message: 'POSTING_ALREADY_SHIPPED' });
		expect(commands()).toMatchObject({ accepted: 2, refused: 2, late: [] });
	});

	test('quantities must be exact, unknown goods and missing marks are refused', async () => {
		ozon = await startOzon();
		const posting = ozon.create({ scheme: 'rfbs-own', products: [{ sku: 7, quantity: 2 }], marksRequired: true });
		const read = await ozon.read(posting.number);
		expect([read.available_actions, read.requirements]).toEqual([
			expect.arrayContaining(['ship_with_additional_info']),
			expect.objectContaining({ products_requiring_mandatory_mark: ['7'] }),
		]);
		const text = async (...packages: [number, number][][]) => (await ship(posting, ...packages)).data.message;
		expect(await text([[7, 2]])).toBe('EXEMPLAR_INFO_NOT_FILLED_COMPLETELY');
		await ozon.play(posting, 'enter-marks');
		await ozon.read(posting.number);
		expect(await text([[7, 1]])).toBe('HAS_INCORRECT_PRODUCT_QUANTITY');
		expect(
			await text([
				[7, 2],
				[8, 1],
			]),
		).toBe('UNKNOWN_PRODUCT_DEFINED');
		expect((await ship(posting, [[7, 2]])).status).toBe(200);
	});

	test('several packages split the posting: children first, then the parent closes and is no lost order', async () => {
		ozon = await startOzon({ shipDelayMs: 4000 });
		const posting = ozon.create({
			scheme: 'fbs',
			products: [
				{ sku: 1, quantity: 2 },
				{ sku: 2, quantity: 1 },
			],
		});
		await ozon.read(posting.number);
		const { result } = (await ship(posting, [[1, 2]], [[2, 1]])).data;
		expect(result).toEqual([`${posting.orderNumber}-2`, `${posting.orderNumber}-3`]);
		expect(await status(posting)).toBe('awaiting_packaging/posting_split_pending');
		expect((await ozon.api.post('/v3/posting/fbs/get', { posting_number: result[0] })).status).toBe(404);
		ozon.wait(4001);
		expect(await ozon.read(result[0])).toMatchObject({
			status: 'awaiting_deliver',
			parent_posting_number: posting.number,
			products: [{ sku: 1, quantity: 2 }],
		});
		expect((await ozon.read(posting.number)).status).toBe('awaiting_packaging');
		ozon.wait(2001);
		expect(await ozon.read(posting.number)).toMatchObject({
			status: 'cancelled_from_split_pending',
			substatus: '',
			cancellation: { cancel_reason_id: 0 },
			available_actions: [],
		});
		const related = await ozon.api.post('/v3/posting/fbs/get', {
			posting_number: posting.number,
			with: { related_postings: true },
		});
		expect(related.data.result.related_postings.related_posting_numbers).toEqual(result);
	});

	test('an aggregator registers first; a label needs time twice and is a PDF', async () => {
		ozon = await startOzon({ registrationDelayMs: 5000, labelReadyMs: 45_000, labelTaskMs: 5000 });
		const posting = ozon.create({ scheme: 'rfbs-aggregator' });
		await ozon.read(posting.number);
		await ship(posting, whole(posting));
		ozon.wait(0);
		expect(await status(posting)).toBe('awaiting_registration/posting_awaiting_registration');
		ozon.wait(5001);
		expect(await status(posting)).toBe('awaiting_deliver/posting_transferring_to_delivery');
		const create = async () =>
			await ozon.api.post('/v3/posting/fbs/package-label/create', { posting_numbers: [posting.number] });
		expect((await create()).data.message).toContain("The next postings aren't ready");
		ozon.wait(45_000);
		const [task] = (await create()).data.tasks;
		const get = async () => (await ozon.api.post('/v2/posting/fbs/package-label/get', { task_id: task.task_id })).data;
		expect(await get()).toMatchObject({ file_url: '', status: { code: 'in_progress' } });
		ozon.wait(5000);
		const { file_url: url } = await get();
		const file = await ozon.api.get(url, {
			baseURL: '',
			responseType: 'arraybuffer',
			headers: { 'Api-Key': null, 'Client-Id': null },
		});
		expect([file.headers['content-type'], Buffer.from(file.data).subarray(0, 5).toString()]).toEqual([
			'application/pdf',
			'%PDF-',
		]);
	});
});

describe('delivery by the seller', () => {
	test('the steps are asynchronous, judged one by one, and only for the own courier', async () => {
		ozon = await startOzon({ statusDelayMs: 2000 });
		const [own, carried, gone] = [
			ozon.create({ scheme: 'rfbs-own' }),
			ozon.create({ scheme: 'rfbs-3pl' }),
			ozon.create({ scheme: 'rfbs-own' }),
		];
		for (const posting of [own, carried]) await ozon.play(posting, 'assemble-in-cabinet');
		await ozon.play(gone, 'buyer-cancel');
		for (const posting of [own, carried, gone]) await ozon.read(posting.number);
		const results = await move('delivering', own, carried, gone);
		expect(results.map(({ result, error }: { result: boolean; error: unknown }) => [result, error])).toEqual([
			[true, []],
			[false, 'HAS_INCORRECT_TPL_INTEGRATION_TYPE'],
			[false, 'POSTING_ALREADY_CANCELLED'],
		]);
		expect(await status(own)).toBe('awaiting_deliver/posting_transferring_to_delivery');
		expect(await move('delivered', own)).toEqual([
			{ posting_number: own.number, result: false, error: 'TRANSITION_IS_NOT_POSSIBLE' },
		]);
		expect(await move('last-mile', own)).toMatchObject([{ result: true }]);
		ozon.wait(2001);
		expect(await status(own)).toBe('delivering/posting_in_courier_service');
		const tracking = await ozon.api.post('/v2/fbs/posting/tracking-number/set', {
			tracking_numbers: [
				{ posting_number: carried.number, tracking_number: 'ZZ-1' },
				{ posting_number: '1-1-1', tracking_number: 'ZZ-2' },
			],
		});
		expect(tracking.data.result).toEqual([
			{ posting_number: carried.number, result: true, error: '' },
			{ posting_number: '1-1-1', result: false, error: 'POSTING_NOT_FOUND' },
		]);
		const many = Array.from({ length: 21 }, () => ({ posting_number: carried.number, tracking_number: 'ZZ' }));
		expect((await ozon.api.post('/v2/fbs/posting/tracking-number/set', { tracking_numbers: many })).status).toBe(400);
	});

	test('"delivered" is conditional: time makes it final, a dispute does not, and the seller cannot cancel any more', async () => {
		ozon = await startOzon({ conditionalMs: 24 * HOUR });
		const [quiet, won, lost] = [1, 2, 3].map(() => ozon.create({ scheme: 'rfbs-express' }));
		if (!quiet || !won || !lost) throw new Error('three postings');
		for (const posting of [quiet, won, lost]) {
			await ozon.play(posting, 'assemble-in-cabinet', 'hand-over');
			await ozon.read(posting.number);
			await move('delivered', posting);
			ozon.wait(0);
			expect(await status(posting)).toBe('delivering/posting_conditionally_delivered');
		}
		const cancel = await ozon.api.post('/v2/posting/fbs/cancel', {
			posting_number: lost.number,
			cancel_reason_id: 402,
			cancel_reason_message: 'нет',
		});
		expect([cancel.status, cancel.data.message]).toEqual([400, 'HAS_INCORRECT_STATUS']);
		await ozon.play(won, 'dispute');
		await ozon.play(lost, 'dispute');
		ozon.wait(25 * HOUR);
		expect([await status(quiet), await status(lost)]).toEqual([
			'delivered/posting_received',
			'client_arbitration/posting_in_client_arbitration',
		]);
		await ozon.play(won, 'decide-for-seller');
		await ozon.play(lost, 'decide-for-buyer');
		expect(await status(won)).toBe('delivered/posting_received');
		expect(await ozon.read(lost.number)).toMatchObject({
			status: 'cancelled',
			previous_substatus: 'posting_in_client_arbitration',
			cancellation: { cancellation_type: 'client', cancellation_initiator: 'Клиент', cancelled_after_ship: true },
		});
	});
});

describe('giving up', () => {
	test('reasons depend on the posting, 402 needs words, goods can be cancelled in part', async () => {
		ozon = await startOzon();
		const posting = ozon.create({
			scheme: 'rfbs-own',
			products: [
				{ sku: 1, quantity: 2 },
				{ sku: 2, quantity: 1 },
			],
		});
		await ozon.read(posting.number);
		const reasons = (
			await ozon.api.post('/v1/posting/fbs/cancel-reason', { related_posting_numbers: [posting.number] })
		).data.result[0].reasons;
		expect(reasons.map(({ id }: { id: number }) => id)).toEqual([352, 400, 402]);
		const cancel = async (id: number, message?: string) =>
			await ozon.api.post('/v2/posting/fbs/cancel', {
				posting_number: posting.number,
				cancel_reason_id: id,
				cancel_reason_message: message,
			});
		expect((await cancel(667)).data.message).toBe('HAS_INCORRECT_CANCEL_REASON');
		expect((await cancel(402)).status).toBe(400);
		const part = { posting_number: posting.number, cancel_reason_id: 352, items: [{ sku: 2, quantity: 1 }] };
		expect((await ozon.api.post('/v2/posting/fbs/product/cancel', part)).status).toBe(400);
		expect(
			(await ozon.api.post('/v2/posting/fbs/product/cancel', { ...part, cancel_reason_message: 'нет' })).data,
		).toEqual({ result: posting.number });
		ozon.wait(0);
		expect(await ozon.read(posting.number)).toMatchObject({
			status: 'awaiting_packaging',
			products: [{ sku: 1, quantity: 2 }],
		});
		expect((await cancel(402, 'склад затопило')).data).toEqual({ result: true });
		ozon.wait(0);
		expect(await ozon.read(posting.number)).toMatchObject({
			status: 'cancelled',
			substatus: 'posting_canceled',
			cancellation: { cancel_reason: 'склад затопило', cancellation_type: 'seller', cancelled_after_ship: false },
		});
		expect((await cancel(352)).data.message).toBe('POSTING_ALREADY_CANCELLED');
	});

	test('a buyer asks to cancel: silence approves, a rejection changes nothing', async () => {
		ozon = await startOzon({ autoApproveMs: 48 * HOUR });
		const [silent, kept] = [ozon.create({ scheme: 'rfbs-own' }), ozon.create({ scheme: 'rfbs-own' })];
		for (const posting of [silent, kept]) await ozon.play(posting, 'assemble-in-cabinet', 'ask-to-cancel');
		const ask = async (state: string) =>
			(
				await ozon.api.post('/v2/conditional-cancellation/list', {
					limit: 10,
					filters: { state },
					with: { counter: true },
				})
			).data;
		const open = await ask('ON_APPROVAL');
		expect([open.counter, open.result.length]).toEqual(['2', 2]);
		const request = open.result.find((one: { posting_number: string }) => one.posting_number === kept.number);
		expect(Date.parse(request.auto_approve_date)).toBeGreaterThan(ozon.sandbox.clock.now() + 47 * HOUR);
		const reject = async () =>
			await ozon.api.post('/v2/conditional-cancellation/reject', {
				cancellation_id: request.cancellation_id,
				comment: 'уже едет',
			});
		expect(await reject()).toMatchObject({ status: 200, data: '' });
		expect((await reject()).status).toBe(409);
		ozon.wait(49 * HOUR);
		expect([await status(kept), await status(silent)]).toEqual([
			'awaiting_deliver/posting_transferring_to_delivery',
			'cancelled/posting_canceled',
		]);
		expect((await ozon.read(silent.number)).cancellation).toMatchObject({ cancellation_type: 'client' });
	});
});

test('commands are judged by what the client was last shown', async () => {
	ozon = await startOzon({ statusDelayMs: 0 });
	const [blind, raced, plain] = [1, 2, 3].map(() => ozon.create({ scheme: 'rfbs-own' }));
	if (!blind || !raced || !plain) throw new Error('three postings');
	await ship(blind, whole(blind));
	expect(commands().forbidden).toMatchObject([
		{ posting: blind.number, command: 'ship', why: 'sent without ever reading the posting' },
	]);
	await ozon.read(raced.number);
	await ozon.play(raced, 'buyer-cancel');
	await ship(raced, whole(raced));
	expect(commands().late).toMatchObject([{ posting: raced.number, why: 'POSTING_ALREADY_CANCELLED' }]);

	await ozon.read(plain.number);
	await ship(plain, whole(plain));
	await ozon.read(plain.number);
	await move('delivering', plain);
	await move('last-mile', plain);
	await ozon.read(plain.number);
	await move('delivered', plain);
	await move('delivered', plain);
	expect(commands().forbidden.map(({ posting, command }) => [posting, command])).toEqual([
		[blind.number, 'ship'],
		[plain.number, 'delivered'],
	]);
	// An answer that a fault swallowed has shown nothing.
	const unseen = ozon.create({ scheme: 'fbs' });
	ozon.sandbox.faults.set({ api: 'ozon', kind: 'timeout-after-apply', next: 1 });
	await expect(ozon.api.post('/v3/posting/fbs/get', { posting_number: unseen.number })).rejects.toThrow();
	await ship(unseen, whole(unseen));
	expect(commands().forbidden).toHaveLength(3);
	await ozon.control.post('/ozon/commands/reset');
	expect(commands()).toEqual({ accepted: 0, refused: 0, forbidden: [], late: [] });
});

describe('what comes back', () => {
	test('a refused part leaves the posting delivered; only the list of returns shows it, with strings for numbers', async () => {
		ozon = await startOzon();
		const posting = ozon.create({
			scheme: 'rfbs-3pl',
			products: [
				{ sku: 1, quantity: 1 },
				{ sku: 2, quantity: 2 },
			],
		});
		await ozon.play(posting, 'assemble-in-cabinet', 'hand-over');
		await ozon.playWith(posting, 'refuse-part', { items: [{ sku: 2, quantity: 1 }] });
		expect(await status(posting)).toBe('delivered/posting_delivered');
		const ask = async (filter: object) => await ozon.api.post('/v1/returns/list', { limit: 500, filter });
		expect((await ask({ posting_numbers: [posting.number] })).status).toBe(400);
		const window = { time_from: new Date(ozon.sandbox.clock.now() - HOUR).toISOString() };
		const { data } = await ask({ visual_status_change_moment: window });
		expect(data).toMatchObject({
			has_next: false,
			returns: [
				{
					id: expect.any(String),
					order_id: String(posting.orderId),
					type: 'PartialReturn',
					schema: 'Fbs',
					product: { sku: '2', quantity: 1 },
					visual: { status: { sys_name: 'MovingToSeller' } },
				},
			],
		});
	});

	test('an rFBS request offers its actions by id, demands what they need, and can end in a dispute', async () => {
		ozon = await startOzon();
		const posting = ozon.create({ scheme: 'rfbs-own' });
		await ozon.play(posting, 'assemble-in-cabinet', 'hand-over', 'deliver', 'receive', 'request-return');
		const [request] = (await ozon.api.post('/v2/returns/rfbs/list', { limit: 10, filter: { group_state: ['New'] } }))
			.data.returns;
		const get = async () =>
			(await ozon.api.post('/v2/returns/rfbs/get', { return_id: request.return_id })).data.returns;
		expect((await get()).available_actions.map((one: { action: { id: number } }) => one.action.id)).toEqual([
			1010, 1020, -1,
		]);
		const act = async (id: number, extra: object = {}) =>
			(await ozon.api.post('/v1/returns/rfbs/action/set', { return_id: request.return_id, id, ...extra })).status;
		expect([await act(1060), await act(1020), await act(-1)]).toEqual([400, 400, 400]);
		expect(await act(-1, { comment: 'следы использования', rejection_reason_id: 1 })).toBe(200);
		expect((await get()).state).toMatchObject({ group_state: 'Rejected' });
		await ozon.play(posting, 'dispute-return', 'decide-for-buyer');
		expect((await get()).state).toMatchObject({
			group_state: 'Approved',
			money_return_state_name: 'Деньги возвращены',
		});
	});

	test('FBS: hand-over without a scan can be disputed and taken back', async () => {
		ozon = await startOzon();
		const posting = ozon.create({ scheme: 'fbs' });
		await ozon.play(posting, 'assemble-in-cabinet', 'hand-over');
		await ozon.read(posting.number);
		const call = async (name: string) =>
			await ozon.api.post(`/v2/posting/fbs/${name}`, { posting_number: [posting.number] });
		expect((await call('arbitration')).data).toEqual({ result: true });
		ozon.wait(0);
		expect(await status(posting)).toBe('arbitration/posting_in_arbitration');
		expect((await call('awaiting-delivery')).data).toEqual({ result: true });
		ozon.wait(0);
		expect(await status(posting)).toBe('awaiting_deliver/posting_in_carriage');
	});
});

test('chats need Premium, keep 64-bit ids as text and close in time', async () => {
	ozon = await startOzon();
	const posting = ozon.create({ scheme: 'rfbs-own' });
	await ozon.playWith(posting, 'write', { text: 'Где заказ?' });
	const { data } = await ozon.api.post('/v3/chat/list', { limit: 30, filter: { unread_only: true } });
	expect(data).toMatchObject({
		has_next: 'false',
		chats: [{ unread_count: 1, chat: { chat_type: 'BUYER_SELLER', chat_status: 'OPENED' } }],
	});
	const id = data.chats[0].chat.chat_id;
	const send = async (text: string) => (await ozon.api.post('/v1/chat/send/message', { chat_id: id, text })).status;
	expect([await send('Едет'), await send('x'.repeat(1001))]).toEqual([200, 400]);
	const history = (await ozon.api.post('/v3/chat/history', { chat_id: id })).data;
	expect(
		history.messages.map(({ data: [text], user }: { data: string[]; user: { type: string } }) => [text, user.type]),
	).toEqual([
		['Едет', 'Seller'],
		['Где заказ?', '\u0421ustomer'],
	]);
	expect(history.messages[0].message_id).toMatch(/^30000000008\d{8,}$/);
	expect((await ozon.api.post('/v3/chat/history', { chat_id: id, direction: 'Forward' })).status).toBe(400);
	ozon.sandbox.ozon.settings.subscription = 'PREMIUM';
	expect(await send('Ещё')).toBe(403);
	ozon.sandbox.ozon.settings.subscription = 'PREMIUM_PRO';
	await ozon.play(posting, 'assemble-in-cabinet', 'hand-over', 'deliver', 'receive');
	ozon.wait(73 * HOUR);
	expect(await send('Как вам товар?')).toBe(403);
	await ozon.play(posting, 'write');
	expect(await send('Отвечаю')).toBe(200);
});
