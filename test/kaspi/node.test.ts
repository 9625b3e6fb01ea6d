import { listSearch } from '../engine/contexts';
import { byNumber, openShop, type SandboxShop } from './sandboxShop';

const day = 86_400_000;

// The pace of three calls a second is tested with the transport; here it would only cost minutes.
jest.mock('../../transport/pace', () => ({
	paceFor: () => ({ ready: async () => undefined, slowDown: () => undefined, block: () => undefined, blocked: () => undefined }),
}));

describe('the Kaspi node in n8n', () => {
	let shop: SandboxShop;
	beforeAll(async () => {
		shop = await openShop({ contentTypeRule: 'all', requireMerchantUid: true, entryCancelDelayMs: 1000 });
	});
	afterEach(() => {
		shop.sandbox.faults.clear();
		Object.assign(shop.stored, shop.sandbox.credentials().kaspi);
	});
	afterAll(async () => await shop.close());

	const order = (operation: string, number: string, more = {}) => ({ resource: 'order', operation, order: byNumber(number), ...more });

	it('gets an order with its lines, by number and by id, simplified and raw', async () => {
		const { code, id } = shop.add({ kind: 'own-delivery', items: [{ sku: 'SKU-7', name: 'Чайник', quantity: 2, price: 5000 }] });
		const [item] = await shop.items(order('get', code));
		expect(item?.json).toMatchObject({
			id,
			number: code,
			stage: 'new',
			statusText: 'Новый',
			kaspiState: 'NEW',
			kaspiStatus: 'APPROVED_BY_BANK',
			total: 10000,
			currency: 'KZT',
			items: [{ sku: 'SKU-7', name: 'Чайник', quantity: 2, price: 5000 }],
		});
		expect(item?.pairedItem).toEqual({ item: 0 });
		const [byId] = await shop.items({ ...order('get', ''), order: { __rl: true, mode: 'id', value: id } });
		expect(byId?.json).toEqual(item?.json);
		const [raw] = await shop.items(order('get', code, { simplify: false }));
		expect(raw?.json).toMatchObject({ type: 'orders', id, attributes: { code, state: 'NEW' }, entries: [{ type: 'orderentries' }] });
	});

	it('finds the SKU through the product card when Kaspi leaves the offer out', async () => {
		shop.sandbox.kaspi.settings.entriesCarryOffer = false;
		try {
			const { code } = shop.add({ items: [{ sku: 'SKU-8', name: 'Утюг', quantity: 1, price: 9000 }] });
			const lines = await shop.items(order('getItems', code));
			expect(lines.map(({ json }) => json)).toMatchObject([{ orderNumber: code, sku: 'SKU-8', name: 'Утюг', quantity: 1, price: 9000 }]);
		} finally {
			shop.sandbox.kaspi.settings.entriesCarryOffer = true;
		}
	});

	it('lists a period longer than 14 days, with filters and a limit, each order once', async () => {
		const now = shop.sandbox.clock.now();
		const old = [20, 33, 47].map((days) => shop.add({ kind: 'pickup', creationDate: now - days * day }));
		old.forEach(({ code }) => shop.act(code, 'accept-in-cabinet'));
		const list = { resource: 'order', operation: 'getAll', returnAll: true, createdAfter: new Date(now - 60 * day).toISOString() };
		const all = await shop.items({ ...list, filters: { states: ['PICKUP'], statuses: ['ACCEPTED_BY_MERCHANT'] } });
		expect(all.map(({ json }) => json.number)).toEqual(old.map(({ code }) => code));
		expect(all.every(({ json }) => json.statusText === 'Готов к выдаче (самовывоз)')).toBe(true);
		const pickups = await shop.items({ ...list, filters: { deliveryKinds: ['pickup'] }, createdBefore: new Date(now - 15 * day).toISOString() });
		expect(pickups.map(({ json }) => json.number)).toEqual(old.map(({ code }) => code));
		const some = await shop.items({ ...list, returnAll: false, limit: 2 });
		expect(some).toHaveLength(2);
		const none = await shop.items({ ...list, filters: { states: ['SIGN_REQUIRED'] } });
		expect(none).toEqual([]);
	});

	it('reads a period as it is typed, in the workflow\'s zone, and refuses one that would not end', async () => {
		const created = Date.UTC(2026, 3, 5, 6);
		const { code } = shop.add({ kind: 'pickup', creationDate: created });
		shop.act(code, 'accept-in-cabinet');
		const list = (createdAfter: string | number, createdBefore: string | number) => ({ resource: 'order', operation: 'getAll', returnAll: true, createdAfter, createdBefore });
		const numbers = async (after: string | number, before: string | number) => (await shop.items(list(after, before))).map(({ json }) => json.number);
		// Eleven in Almaty.
		for (const [after, before] of [['2026-04-05T10:59:00', '2026-04-05T11:01:00'], ['05.04.2026 10:59', '05.04.2026 11:01'], [created / 1000 - 60, created / 1000 + 60], [created - 60_000, created + 60_000]] as const) {
			expect(await numbers(after, before)).toEqual([code]);
		}
		expect(await numbers('05.04.2026 11:01', '05.04.2026 12:00')).toEqual([]);
		const refused = async (after: string | number) => (await shop.run(list(after, ''))).error?.message;
		expect(await refused('5')).toContain('«createdAfter» cannot be used: must be a date and time, e.g. 2027-06-05T10:00');
		expect(await refused(0)).toContain('«createdAfter» cannot be used');
		expect(await refused('1970-01-01')).toBe('Created After lies before 2010, which would take hours of empty lists');
	});

	/** How many commands Kaspi took meanwhile; none of them may have been a forbidden one. */
	async function commandsDuring(act: () => Promise<void>): Promise<number> {
		const { accounting } = shop.sandbox.kaspi.shop;
		accounting.resetCounts();
		await act();
		const { accepted, forbidden } = accounting.snapshot();
		expect(forbidden).toEqual([]);
		return accepted;
	}

	it('accepts once, and gives an order that is accepted already back as it is', async () => {
		const { code } = shop.add({ kind: 'kaspi-delivery' });
		const count = await commandsDuring(async () => {
			const twice = await shop.items(order('accept', '={{ $json.code }}'), [{ code }, { code }]);
			expect(twice.map(({ json, pairedItem }) => [json.number, json.stage, pairedItem])).toEqual([
				[code, 'accepted', { item: 0 }],
				[code, 'accepted', { item: 1 }],
			]);
		});
		expect(count).toBe(1);
	});

	it('assembles once, waits for the waybill and downloads it', async () => {
		const { code } = shop.add({ kind: 'postomat', autoAccept: true });
		const count = await commandsDuring(async () => {
			const [item] = await shop.items(order('assemble', code, { packages: 2 }));
			expect(item?.json).toMatchObject({ number: code, stage: 'ready', statusText: 'Готов — передача курьеру' });
			expect(item?.json.tracking).toEqual(expect.any(String));

			const again = await shop.run(order('assemble', '={{ $json.code }}'), [{ code }, { code }], 'continueErrorOutput');
			expect(again.outputs('kaspi')[0]).toEqual([]);
			expect(again.outputs('kaspi')[1]?.map(({ json }) => json.error)).toEqual([
				expect.stringContaining(`Order ${code} is assembled already`),
				expect.stringContaining(`Order ${code} is assembled already`),
			]);
		});
		expect(count).toBe(1);

		const [waybill] = await shop.items(order('getWaybill', code));
		expect(waybill?.binary?.data).toMatchObject({ mimeType: 'application/pdf', fileExtension: 'pdf' });
		expect(Buffer.from(waybill?.binary?.data?.data ?? '', 'base64').subarray(0, 4).toString()).toBe('%PDF');

		shop.act(code, 'hand-over');
		const late = await shop.run(order('getWaybill', code));
		expect(late.error?.message).toBe(`Kaspi does not have the waybill of order ${code} any more`);
		expect(late.error?.description).toContain('only until the courier takes the parcel');
	});

	it('does not assemble the same order twice when it is named twice in one execution', async () => {
		const { code } = shop.add({ kind: 'postomat', autoAccept: true });
		const count = await commandsDuring(async () => {
			const done = await shop.run(order('assemble', '={{ $json.code }}'), [{ code }, { code }], 'continueErrorOutput');
			expect(done.outputs('kaspi').map((items) => items.length)).toEqual([1, 1]);
		});
		expect(count).toBe(1);
	});

	it('after an unknown outcome of Assemble it reads, and does not send again', async () => {
		const { code } = shop.add({ kind: 'postomat', autoAccept: true });
		shop.sandbox.faults.set({ api: 'kaspi', kind: 'timeout-after-apply', next: 1, method: 'POST' });
		const count = await commandsDuring(async () => {
			const [item] = await shop.items(order('assemble', code));
			expect(item?.json).toMatchObject({ number: code, stage: 'ready' });
		});
		expect(count).toBe(1);
	});

	it.each(['500', 'reset', '500-after-apply'] as const)('after a %s sends again what may be sent twice, once it has looked', async (kind) => {
		const trouble = () => shop.sandbox.faults.set({ api: 'kaspi', kind, next: 1, method: 'POST' });
		const fresh = shop.add({ kind: 'pickup' });
		trouble();
		expect((await shop.items(order('accept', fresh.code)))[0]?.json).toMatchObject({ number: fresh.code, stage: 'ready' });
		trouble();
		expect((await shop.items(order('cancel', fresh.code, { reason: 'MERCHANT_OUT_OF_STOCK', comment: '' })))[0]?.json).toMatchObject({ stage: 'cancelled' });

		const phone = shop.add({ kind: 'postomat', autoAccept: true, items: [{ sku: 'PHONE', quantity: 1, price: 1000, imeiRequired: true }, { sku: 'CASE', quantity: 3, price: 10 }] });
		trouble();
		const [set] = await shop.items({ resource: 'imei', operation: 'set', order: byNumber(phone.code), line: 'PHONE', pieces: { piece: [{ imeis: '350000000000001' }] } });
		expect(set?.json).toMatchObject({ imeis: [['350000000000001']] });
		trouble();
		const [cut] = await shop.items(order('cancelItems', phone.code, { lines: { line: [{ line: 'CASE', remainedQuantity: 1 }] }, reason: 'MERCHANT_OUT_OF_STOCK', comment: '' }));
		expect(cut?.json).toMatchObject({ linesChanged: true });
	}, 120_000);

	it('says what to do when the waybill does not come in time', async () => {
		shop.sandbox.kaspi.settings.waybillDelayScale = 100;
		try {
			const { code } = shop.add({ kind: 'postomat', autoAccept: true });
			const done = await shop.run(order('assemble', code, { waybillWait: 3 }));
			expect(done.error?.message).toBe(`Order ${code} is assembled, but Kaspi has not made its waybill within 3 seconds`);
			expect(done.error?.description).toContain('Do not assemble it again');
			const [kept] = await shop.items(order('get', code));
			expect(kept?.json).toMatchObject({ stage: 'ready' });
		} finally {
			shop.sandbox.kaspi.settings.waybillDelayScale = 0;
		}
	});

	it('issues the goods of a pickup against the code of the buyer, in two steps', async () => {
		const { code } = shop.add({ kind: 'pickup', autoAccept: true, signature: false });
		const [sent] = await shop.items(order('sendIssueCode', code));
		expect(sent?.json).toMatchObject({ number: code, stage: 'ready', codeSent: true });
		const wrong = await shop.run(order('completeWithCode', code, { securityCode: '0' }));
		expect(wrong.error?.message).toContain('a code of digits');
		const securityCode = shop.act(code, 'buyer-reads-code').code ?? '';
		const [issued] = await shop.items(order('completeWithCode', code, { securityCode }));
		expect(issued?.json).toMatchObject({ number: code, stage: 'completed' });
	});

	it('sends no code for Kaspi Delivery and none before the papers are signed', async () => {
		const carried = shop.add({ kind: 'postomat', autoAccept: true });
		const unsigned = shop.add({ kind: 'pickup', autoAccept: true, signature: true });
		const count = await commandsDuring(async () => {
			const done = await shop.run(
				order('sendIssueCode', '={{ $json.code }}'),
				[{ code: carried.code }, { code: unsigned.code }],
				'continueErrorOutput',
			);
			expect(done.outputs('kaspi')[1]?.map(({ json }) => json.error)).toEqual([
				expect.stringContaining(`Order ${carried.code} goes with Kaspi Delivery`),
				expect.stringContaining(`The buyer of order ${unsigned.code} has not signed`),
			]);
		});
		expect(count).toBe(0);
	});

	it('cancels with a reason, and refuses what is with the courier already', async () => {
		const { code } = shop.add({ kind: 'own-delivery', autoAccept: true, signature: false });
		const [item] = await shop.items(order('cancel', code, { reason: 'BUYER_NOT_REACHABLE', comment: 'Не берёт трубку' }));
		expect(item?.json).toMatchObject({ stage: 'cancelled', cancelReason: 'BUYER_NOT_REACHABLE' });

		const carried = shop.add({ kind: 'postomat', autoAccept: true, signature: false });
		await shop.items(order('assemble', carried.code));
		shop.act(carried.code, 'hand-over');
		const refused = await shop.run(order('cancel', carried.code));
		expect(refused.error?.message).toBe(`Order ${carried.code} is with the courier already`);
	});

	it('lowers one line and several lines, and shows what is left', async () => {
		// The call for several lines is a PUT and speaks plain JSON.
		shop.sandbox.kaspi.settings.contentTypeRule = 'writes';
		const { code } = shop.add({
			kind: 'own-delivery',
			autoAccept: true,
			signature: false,
			items: [
				{ sku: 'A-1', name: 'Стол', quantity: 3, price: 1000 },
				{ sku: 'A-2', name: 'Стул', quantity: 2, price: 500 },
				{ sku: 'A-3', name: 'Лампа', quantity: 1, price: 100 },
			],
		});
		const one = { line: [{ line: 'A-1', remainedQuantity: 1 }] };
		const [first] = await shop.items(order('cancelItems', code, { lines: one, reason: 'MERCHANT_OUT_OF_STOCK' }));
		expect(first?.json).toMatchObject({ total: 2100, linesChanged: true, kaspiAnswer: 'INPROGRESS' });
		const two = { line: [{ line: 'A-2', remainedQuantity: 1 }, { line: 'A-3', remainedQuantity: 0 }] };
		const [second] = await shop.items(order('cancelItems', code, { lines: two, reason: 'MERCHANT_OUT_OF_STOCK' }));
		expect(second?.json).toMatchObject({
			total: 1500,
			items: [{ sku: 'A-1', quantity: 1 }, { sku: 'A-2', quantity: 1 }],
		});
		const unknown = await shop.run(order('cancelItems', code, { lines: { line: [{ line: 'B-1', remainedQuantity: 0 }] } }));
		expect(unknown.error?.message).toBe(`Order ${code} has no line B-1`);
		expect(unknown.error?.description).toContain('A-1, A-2');
	});

	it('marks goods as arrived, takes returned goods back, sets and gets IMEIs', async () => {
		const awaited = shop.add({ kind: 'postomat', autoAccept: true, preOrder: true, signature: false });
		const [arrived] = await shop.items(order('markArrived', awaited.code));
		expect(arrived?.json).toMatchObject({ stage: 'accepted', preOrder: false });

		const { code } = shop.add({ kind: 'postomat', autoAccept: true, signature: false, items: [{ sku: 'P-1', name: 'Телефон', quantity: 2, price: 100, imeiRequired: true }] });
		const pieces = { piece: [{ imeis: '350000000000001, 350000000000002' }, { imeis: '350000000000003' }] };
		const [set] = await shop.items({ resource: 'imei', operation: 'set', order: byNumber(code), line: 'P-1', pieces });
		expect(set?.json).toMatchObject({ orderNumber: code, sku: 'P-1' });
		const [got] = await shop.items({ resource: 'imei', operation: 'get', order: byNumber(code) });
		expect(JSON.stringify(got?.json.imeis)).toContain('350000000000003');

		await shop.items(order('assemble', code));
		shop.act(code, 'hand-over');
		shop.act(code, 'buyer-cancel');
		shop.act(code, 'return-to-warehouse');
		const [waiting] = await shop.items(order('get', code));
		expect(waiting?.json).toMatchObject({ stage: 'cancelled', goodsOnTheWayBack: true, statusText: 'Отменён при доставке — забрать на складе' });
		const [back] = await shop.items(order('acceptReturn', code));
		expect(back?.json).toMatchObject({ stage: 'cancelled', kaspiStatus: 'CANCELLED', goodsOnTheWayBack: false });
	});

	it('names the order and the way out when one is not there, and serves the other items', async () => {
		const { code } = shop.add();
		const done = await shop.run(order('get', '={{ $json.code }}'), [{ code: '1' }, { code }], 'continueErrorOutput');
		const [good, bad] = done.outputs('kaspi');
		expect(good?.map(({ json, pairedItem }) => [json.number, pairedItem])).toEqual([[code, { item: 1 }]]);
		expect(bad?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		expect(JSON.stringify(bad?.[0]?.json)).toContain('Kaspi has no order 1 in this shop');
		expect(JSON.stringify(bad?.[0]?.json)).toContain('Check the number');
	});

	it('names the order and the field when an answer has another shape, and serves the other items', async () => {
		const [first, second] = [shop.add(), shop.add()];
		shop.sandbox.faults.set({ api: 'kaspi', kind: 'wrong-shape', next: 1 });
		const done = await shop.run(order('get', '={{ $json.code }}'), [{ code: first.code }, { code: second.code }], 'continueErrorOutput');
		const [good, bad] = done.outputs('kaspi');
		expect(good?.map(({ json }) => json.number)).toEqual([second.code]);
		const text = JSON.stringify(bad?.[0]?.json);
		expect(text).toContain(`order ${first.code}`);
		expect(text).toContain('attributes');
		expect(text).toContain('Update this package');
	});

	it('stops at a wrong token without asking for every item, and names the way out', async () => {
		shop.stored.token = 'not-the-token';
		const before = shop.calls();
		const done = await shop.run(order('get', '={{ $json.code }}'), [{ code: '911111111' }, { code: '922222222' }], 'continueErrorOutput');
		expect(shop.calls() - before).toBe(1);
		const bad = done.outputs('kaspi')[1] ?? [];
		expect(bad.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		const text = JSON.stringify(bad[0]?.json);
		expect(text).toContain('order 911111111');
		expect(text).toContain('Open the credential');
		expect(text).not.toContain('not-the-token');
		const stopped = await shop.run(order('get', '911111111'));
		expect(stopped.error).toMatchObject({ name: 'NodeApiError', httpCode: '401' });
	});

	it('does not take an answer of 200 for an effect', async () => {
		shop.sandbox.kaspi.settings.ignoredWriteShare = 1;
		try {
			const { code } = shop.add({ kind: 'pickup' });
			const done = await shop.run(order('accept', code));
			expect(done.error?.message).toBe(`Kaspi took Accept for order ${code}, but the order does not show it yet (NEW, APPROVED_BY_BANK)`);
		} finally {
			shop.sandbox.kaspi.settings.ignoredWriteShare = 0;
		}
	});

	it('offers the latest orders to choose from, page by page, or the one whose number is typed', async () => {
		const added = Array.from({ length: 120 }, () => shop.add({ kind: 'pickup' }));
		const first = await listSearch(shop.engine, { type: 'kaspi' }, 'searchOrders');
		expect(first.results).toHaveLength(100);
		expect(first.results[0]?.name).toMatch(/^\d{9} · .+ ₸$/);
		expect(first.paginationToken).toBe('1');
		const second = await listSearch(shop.engine, { type: 'kaspi' }, 'searchOrders', undefined, '1');
		expect(second.results.length).toBeGreaterThan(0);
		const wanted = added[7];
		const typed = await listSearch(shop.engine, { type: 'kaspi' }, 'searchOrders', wanted?.code);
		expect(typed.results.map(({ value }) => value)).toEqual([wanted?.id]);
	});

	it('finds an order by its number although the search lags behind', async () => {
		shop.sandbox.kaspi.settings.codeLookupLagMs = 1500;
		try {
			const { code } = shop.add();
			const [item] = await shop.items(order('get', code));
			expect(item?.json.number).toBe(code);
		} finally {
			shop.sandbox.kaspi.settings.codeLookupLagMs = 0;
		}
	});
});
