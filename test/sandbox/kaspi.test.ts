import axios, { type AxiosInstance, type AxiosResponse } from 'axios';

import type { OrderSpec } from '../../sandbox/kaspi';
import type { ActionName } from '../../sandbox/kaspi/actions';
import type { Order } from '../../sandbox/kaspi/order';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox';

const DAY = 86_400_000;
const GE = 'filter[orders][creationDate][$ge]';
const LE = 'filter[orders][creationDate][$le]';

let sandbox: Sandbox;
let api: AxiosInstance;

async function start(kaspi: SandboxOptions['kaspi'] = {}): Promise<void> {
	sandbox = await startSandbox({
		empty: true,
		kaspi: { rateLimitPerSecond: 0, maskedPhoneShare: 0, waybillDelayScale: 0, ...kaspi },
	});
	const { baseUrl, token, shopId } = sandbox.credentials().kaspi;
	api = axios.create({
		baseURL: baseUrl,
		headers: {
			'X-Auth-Token': token,
			'X-Merchant-Uid': shopId,
			Accept: 'application/vnd.api+json',
			'Content-Type': 'application/vnd.api+json',
			'User-Agent': 'shop-test/1.0',
		},
		validateStatus: () => true,
	});
}

afterEach(async () => await sandbox.close());

const create = (spec: OrderSpec = {}): Order => sandbox.kaspi.shop.createOrder(spec);
const since = (days: number) => ({ 'page[number]': 0, 'page[size]': 100, [GE]: sandbox.clock.now() - days * DAY });
const list = async (params: object = {}) => await api.get('/orders', { params: { ...since(10), ...params } });
const read = async (order: Order) => (await api.get(`/orders/${encodeURIComponent(order.id)}`)).data.data.attributes;
const titles = (answer: AxiosResponse): unknown => ({ status: answer.status, body: answer.data });
const refused = (status: number, title: string) => ({ status, body: { errors: [{ title }] } });
const codes = (answer: AxiosResponse): string[] =>
	answer.data.data.map((order: { attributes: { code: string } }) => order.attributes.code);

async function command(order: Order, status: string, extra: object = {}, headers: Record<string, string> = {}) {
	const attributes = { code: order.code, status, ...extra };
	return await api.post('/orders', { data: { type: 'orders', id: order.id, attributes } }, { headers });
}

async function play(order: Order, ...actions: ActionName[]): Promise<void> {
	for (const action of actions) {
		const answer = await axios.post(`${sandbox.addresses.control}/kaspi/orders/${order.code}/${action}`);
		expect(answer.status).toBe(200);
	}
}

describe('the entrance', () => {
	test('tokens, shop ids, Accept and Content-Type are checked the way the real service does', async () => {
		await start();
		const order = create();
		expect((await api.get('/cities', { headers: { 'X-Auth-Token': 'wrong' } })).status).toBe(401);
		expect(titles(await api.get('/cities', { headers: { 'X-Merchant-Uid': '1' } }))).toEqual(refused(404, 'Merchant not found'));
		const withoutAccept = await api.get('/cities', { headers: { Accept: null } });
		expect([withoutAccept.status, withoutAccept.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
		expect((await api.get('/cities', { headers: { Accept: '*/*' } })).status).toBe(200);
		const json = await api.post('/orders', { data: {} }, { headers: { 'Content-Type': 'application/json' } });
		expect(json.status).toBe(415);

		expect((await api.get('/cities', { headers: { 'X-Merchant-Uid': null } })).status).toBe(200);
		sandbox.kaspi.settings.requireMerchantUid = true;
		expect((await api.get('/cities', { headers: { 'X-Merchant-Uid': null } })).status).toBe(404);

		expect(titles(await api.get(`/orders/${order.code}`))).toEqual(refused(404, 'Order not found'));
		const unknown = await api.get('/orders/updated');
		expect(unknown.status).toBe(404);
		const invented = await api.patch(`/orders/${order.id}`, {});
		expect([invented.status, invented.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
		expect(sandbox.logs.kaspi.counts().unknown).toEqual([
			{ method: 'PATCH', path: `/shop/api/v2/orders/${order.id}`, count: 1 },
		]);
	});

	test('calls of Python libraries hang, calls over the limit meet the protection page', async () => {
		await start({ rateLimitPerSecond: 3 });
		const hanging = api.get('/cities', { timeout: 300, headers: { 'User-Agent': 'python-requests/2.32.3' } });
		await expect(hanging).rejects.toMatchObject({ code: 'ECONNABORTED' });
		const answers = await Promise.all(Array.from({ length: 5 }, async () => await api.get('/cities')));
		expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 429, 429]);
		expect(answers.find((answer) => answer.status === 429)?.data).toContain('<html>');
	});
});

describe('reading', () => {
	test('parameters are demanded with the exact texts', async () => {
		await start();
		const now = sandbox.clock.now();
		const ask = async (params: object) => titles(await api.get('/orders', { params }));
		const page = { 'page[number]': 0, 'page[size]': 20 };
		expect(await ask({ 'page[size]': 20, [GE]: now })).toEqual(
			refused(400, 'Required pagination value [number] is empty.'),
		);
		expect(await ask({ 'page[number]': 0, [GE]: now })).toEqual(refused(400, 'Required pagination value [size] is empty.'));
		expect(await ask(page)).toEqual(refused(400, 'Required filter [orders][creationDate][$ge] is empty.'));
		expect(await ask({ ...page, [GE]: now - 30 * DAY, [LE]: now })).toEqual(
			refused(
				400,
				'Exceeded the maximum difference for the filter[orders][creationDate] (in days). Actual [30], max [14].',
			),
		);
		expect(await ask({ ...page, [GE]: now - 15 * DAY })).toMatchObject({ status: 400 });
		expect(await ask({ ...page, [GE]: now - 400 * DAY, [LE]: now - 387 * DAY })).toMatchObject({ status: 200 });
		expect(await ask({ ...page, [GE]: now, 'page[size]': 101 })).toMatchObject({ status: 400 });
		expect(await ask({ ...page, [GE]: now, 'filter[orders][state]': 'KASPI_DELIVERY_CARGO_ASSEMBLY' })).toMatchObject({ status: 400 });
		expect(await ask({ ...page, [GE]: now, 'filter[orders][state]': 'NEW,PICKUP' })).toMatchObject({ status: 400 });
	});

	test('pages are newest first, filters hold, and there is no filter by change', async () => {
		await start();
		const now = sandbox.clock.now();
		const orders = Array.from({ length: 25 }, (_, index) =>
			create({ kind: index % 5 === 0 ? 'pickup' : 'postomat', autoAccept: index % 2 === 0, creationDate: now - (index + 1) * 60_000 }),
		);
		const pages = await Promise.all([0, 1, 2, 3].map(async (number) => await list({ 'page[number]': number, 'page[size]': 10 })));
		expect(pages.map((page) => page.data.data.length)).toEqual([10, 10, 5, 0]);
		expect(pages[0]?.data.meta).toEqual({ pageCount: 3, totalCount: 25 });
		expect(pages.flatMap(codes)).toEqual(orders.map((order) => order.code));

		const expected = (fits: (order: Order) => boolean) => orders.filter(fits).map((order) => order.code);
		expect(codes(await list({ 'filter[orders][state]': 'PICKUP' }))).toEqual(expected((order) => order.state === 'PICKUP'));
		expect(codes(await list({ 'filter[orders][status]': 'APPROVED_BY_BANK' }))).toEqual(
			expected((order) => order.status === 'APPROVED_BY_BANK'),
		);
		expect(codes(await list({ 'filter[orders][modificationDate][$ge]': now }))).toHaveLength(25);
		const [first] = orders;
		expect(codes(await api.get('/orders', { params: { 'filter[orders][code]': first?.code } }))).toEqual([first?.code]);
		expect((await api.get('/orders', { params: { 'filter[orders][code]': '1' } })).data.data).toEqual([]);
	});

	test('a page border moves when orders arrive between two pages', async () => {
		await start();
		const now = sandbox.clock.now();
		for (let index = 1; index <= 4; index++) create({ creationDate: now - index * 60_000 });
		const before = codes(await list({ 'page[size]': 2 }));
		create();
		const after = codes(await list({ 'page[size]': 2, 'page[number]': 1 }));
		expect(after[0]).toBe(before[1]);
		sandbox.kaspi.settings.pageShift = 'skip';
		const read = [...codes(await list({ 'page[size]': 2 })), ...codes(await list({ 'page[size]': 2, 'page[number]': 1 }))];
		expect(new Set(read).size).toBe(4);
		expect(read).not.toContain(before[1]);
	});

	test('included buyers and lines are linked, ids are opaque, the SKU is not the card code', async () => {
		await start();
		const order = create({
			kind: 'kaspi-delivery',
			buyer: { key: 'a', firstName: 'Асель', lastName: 'Касым', phone: '7005550001' },
			items: [{ sku: 'SKU-1', name: 'Чайник', quantity: 2, price: 10_000 }, { sku: 'SKU-2', price: 5000, quantity: 1 }],
		});
		const answer = await list({ 'include[orders]': 'user,entries' });
		const [resource] = answer.data.data;
		expect(resource.id).toBe(Buffer.from(order.code).toString('base64').replace(/=/g, ''));
		expect(resource.attributes).toMatchObject({ totalPrice: 25_000, state: 'NEW', isKaspiDelivery: true });
		expect(resource.attributes.customer).toEqual({
			id: order.buyer.customerId,
			name: null,
			firstName: 'Асель',
			lastName: 'К',
			cellPhone: '7005550001',
		});
		const included = answer.data.included.map(({ type, id }: { type: string; id: string }) => ({ type, id }));
		expect(included).toEqual([{ type: 'customers', id: order.buyer.customerId }, ...resource.relationships.entries.data]);
		expect((await list()).data.data[0].relationships.entries.data).toBeUndefined();

		const entries = (await api.get(resource.relationships.entries.links.related)).data.data;
		expect(entries.map((entry: { attributes: { offer: object } }) => entry.attributes.offer)).toEqual([
			{ code: 'SKU-1', name: 'Чайник' },
			{ code: 'SKU-2', name: order.entries[1]?.name },
		]);
		const product = (await api.get(`/orderentries/${entries[0].id}/product`)).data.data;
		expect(product.attributes.code).toBe(order.entries[0]?.cardCode);
		expect((await api.get(`/masterproducts/${product.id}/merchantProduct`)).data.data.type).toBe('merchantproducts');
		const point = (await api.get(`/orderentries/${entries[0].id}/deliveryPointOfService`)).data.data;
		expect((await api.get(`/pointofservices/${point.id}/city`)).data.data.attributes.code).toBe('750000000');
		expect((await api.get(`/orders/${order.id}/user`)).data.data.attributes.firstName).toBe('Асель');
	});

	test('a masked phone hides that two orders come from one person; customer.id tells it', async () => {
		await start();
		const [open, masked] = [false, true].map((hide) => create({ buyer: { key: 'same', masked: hide } }));
		create({ buyer: { key: 'other', masked: true } });
		const customers = (await list()).data.data.map((order: { attributes: { customer: object } }) => order.attributes.customer);
		const phones = customers.map((customer: { cellPhone: string }) => customer.cellPhone);
		expect(phones.filter((phone: string) => phone === '+0(000)-000-00-00')).toHaveLength(2);
		expect(phones).toContain(open?.buyer.phone);
		expect(masked?.buyer.customerId).toBe(open?.buyer.customerId);
		expect(new Set(customers.map((customer: { id: string }) => customer.id)).size).toBe(2);
		expect(JSON.stringify(customers)).not.toMatch(/mail/i);
	});

	test('a lookup by code may miss right after a change, and only then', async () => {
		await start({ codeLookupLagMs: 5000 });
		const order = create({ kind: 'pickup' });
		const lookup = async () => codes(await api.get('/orders', { params: { 'filter[orders][code]': order.code } }));
		sandbox.clock.advance(6000);
		expect(await lookup()).toEqual([order.code]);
		await command(order, 'ACCEPTED_BY_MERCHANT');
		expect(await lookup()).toEqual([]);
		expect(codes(await list())).toEqual([order.code]);
		sandbox.clock.advance(6000);
		expect(await lookup()).toEqual([order.code]);
	});
});

describe('the life of an order', () => {
	test.each([
		['pickup', 'PICKUP'],
		['own-delivery', 'DELIVERY'],
		['postomat', 'KASPI_DELIVERY'],
		['express', 'KASPI_DELIVERY'],
	] as const)('%s: accepted into %s, by command or by itself', async (kind, state) => {
		await start();
		const order = create({ kind });
		expect(await read(order)).toMatchObject({ state: 'NEW', status: 'APPROVED_BY_BANK' });
		const echo = await command(order, 'ACCEPTED_BY_MERCHANT');
		expect(echo.data.data.attributes).toEqual({ code: order.code, status: 'ACCEPTED_BY_MERCHANT' });
		expect(echo.data.data.relationships).toEqual({ user: { data: null }, entries: { data: [] } });
		expect(await read(order)).toMatchObject({ state, status: 'ACCEPTED_BY_MERCHANT' });
		expect(await read(create({ kind, autoAccept: true }))).toMatchObject({ state, status: 'ACCEPTED_BY_MERCHANT' });
	});

	test('Kaspi delivery: packed once, waybill late, handed over, waybill gone, issued', async () => {
		await start({ waybillDelayScale: 1 });
		const order = create({ kind: 'kaspi-delivery', autoAccept: true });
		await read(order);
		expect((await command(order, 'ASSEMBLE', { numberOfSpace: 2 })).status).toBe(400);
		expect((await command(order, 'ASSEMBLE')).status).toBe(400);
		expect((await command(order, 'ASSEMBLE', { numberOfSpace: '2' })).status).toBe(200);
		expect(await read(order)).toMatchObject({ assembled: true, status: 'ACCEPTED_BY_MERCHANT', kaspiDelivery: { waybill: null, waybillNumber: null } });
		const early = await axios.post(`${sandbox.addresses.control}/kaspi/orders/${order.code}/hand-over`, {}, { validateStatus: () => true });
		expect(early.status).toBe(409);
		expect(early.data.message).toContain('waybill is not issued yet');
		sandbox.clock.advance(500_000);

		const { waybill, courierTransmissionPlanningDate } = (await read(order)).kaspiDelivery;
		const download = async (headers = {}) => await api.get(waybill, { responseType: 'arraybuffer', headers });
		const pdf = await download();
		expect(Buffer.from(pdf.data).subarray(0, 5).toString()).toBe('%PDF-');
		expect((await download({ 'X-Auth-Token': null })).status).toBe(401);
		await play(order, 'hand-over');
		const gone = await download();
		expect([gone.status, JSON.parse(Buffer.from(gone.data).toString())]).toEqual([404, { errors: [{ title: 'Some error occurred' }] }]);
		const shipped = (await read(order)).kaspiDelivery;
		expect(shipped.courierTransmissionDate).toBeGreaterThan(0);
		expect(shipped.courierTransmissionPlanningDate).not.toBe(courierTransmissionPlanningDate);

		expect((await command(order, 'CANCELLED', { cancellationReason: 'MERCHANT_OUT_OF_STOCK' })).status).toBe(400);
		await play(order, 'complete');
		expect(await read(order)).toMatchObject({ state: 'ARCHIVE', status: 'COMPLETED' });
	});

	test('waybills come as late as measured: 69 % within 15 s, 90 % within 179 s', async () => {
		await start({ waybillDelayScale: 1 });
		const orders = Array.from({ length: 600 }, () => create({ kind: 'postomat', autoAccept: true }));
		for (const order of orders) sandbox.kaspi.shop.assemble(order, 'api', '1');
		const share = () => orders.filter((order) => order.waybills.length === 1).length / orders.length;
		sandbox.clock.advance(15_000);
		expect(share()).toBeGreaterThan(0.62);
		expect(share()).toBeLessThan(0.76);
		sandbox.clock.advance(164_000);
		expect(share()).toBeGreaterThan(0.86);
		expect(share()).toBeLessThan(0.94);
	});

	test('a second ASSEMBLE is taken, issues a new number, and is counted as forbidden', async () => {
		await start();
		const order = create({ kind: 'postomat', autoAccept: true });
		await command(order, 'ASSEMBLE', { numberOfSpace: '1' });
		const first = (await read(order)).kaspiDelivery.waybillNumber;
		expect((await command(order, 'ASSEMBLE', { numberOfSpace: '1' })).status).toBe(200);
		expect((await read(order)).kaspiDelivery.waybillNumber).not.toBe(first);
		expect(sandbox.kaspi.state().commands.forbidden).toMatchObject([{ code: order.code, command: 'ASSEMBLE' }]);

		// Sending it again because the first answer got lost is no excuse: the client had to read first.
		const blind = create({ kind: 'postomat', autoAccept: true });
		await read(blind);
		sandbox.faults.set({ api: 'kaspi', kind: 'timeout-after-apply', next: 1, method: 'POST' });
		await expect(command(blind, 'ASSEMBLE', { numberOfSpace: '1' })).rejects.toBeDefined();
		await command(blind, 'ASSEMBLE', { numberOfSpace: '1' });
		expect(sandbox.kaspi.state().commands).toMatchObject({ forbidden: [{ code: order.code }, { code: blind.code }], late: [] });
	});

	test('pre-order: no packing before the goods arrive; unsigned papers: no issue before the signature', async () => {
		await start();
		const preOrder = create({ kind: 'kaspi-delivery', preOrder: true, autoAccept: true });
		expect(await read(preOrder)).toMatchObject({ preOrder: true });
		expect((await command(preOrder, 'ASSEMBLE', { numberOfSpace: '1' })).status).toBe(400);
		expect(sandbox.kaspi.state().commands.forbidden).toHaveLength(1);
		expect((await command(preOrder, 'ARRIVED')).status).toBe(200);
		expect((await command(preOrder, 'ASSEMBLE', { numberOfSpace: '1' })).status).toBe(200);

		const credit = create({ kind: 'pickup', signature: true });
		await command(credit, 'ACCEPTED_BY_MERCHANT');
		expect(await read(credit)).toMatchObject({ state: 'SIGN_REQUIRED', signatureRequired: true });
		const unsigned = await command(credit, 'COMPLETED', {}, { 'X-Security-Code': '', 'X-Send-Code': 'true' });
		expect(titles(unsigned)).toEqual(refused(400, 'Order is not may complete allowed'));
		await play(credit, 'sign');
		expect(await read(credit)).toMatchObject({ state: 'PICKUP', signatureRequired: false });
	});

	test('ARRIVED without the shop id may answer that there is no such order', async () => {
		await start({ arrivedNotFoundShare: 1 });
		const order = create({ kind: 'postomat', preOrder: true, autoAccept: true });
		expect(titles(await command(order, 'ARRIVED', {}, { 'X-Merchant-Uid': '' }))).toEqual(refused(404, 'Order not found'));
		expect((await command(order, 'ARRIVED')).status).toBe(200);
	});

	test('issue with a code: pushed to the buyer, read out by the buyer, never guessed', async () => {
		await start();
		const order = create({ kind: 'pickup', autoAccept: true });
		await read(order);
		const issue = async (code: string) =>
			await command(order, 'COMPLETED', {}, { 'X-Security-Code': code, 'X-Send-Code': 'true' });
		const invalid = refused(400, 'Security code is not valid. And the order cannot be completed without it');
		expect(titles(await command(order, 'COMPLETED'))).toEqual(invalid);
		expect((await issue('')).status).toBe(200);
		expect(await read(order)).toMatchObject({ status: 'ACCEPTED_BY_MERCHANT' });
		expect(JSON.stringify(sandbox.kaspi.state().orders)).not.toContain(`"${order.securityCode?.code}"`);
		expect(titles(await issue('0000'))).toEqual(invalid);
		expect(sandbox.kaspi.state().commands.forbidden).toHaveLength(1);

		const told = await axios.post(`${sandbox.addresses.control}/kaspi/orders/${order.code}/buyer-reads-code`);
		expect((await issue(told.data.code)).status).toBe(200);
		expect(await read(order)).toMatchObject({ state: 'ARCHIVE', status: 'COMPLETED' });
		expect(titles(await issue(''))).toEqual(
			refused(400, "Order already has been completed, so it can't be completed again."),
		);
		expect(sandbox.kaspi.state().commands.forbidden).toHaveLength(2);
	});

	test('cancelling by the seller: reasons, comment length, final states', async () => {
		await start();
		const order = create({ kind: 'kaspi-delivery' });
		await read(order);
		const cancel = async (attributes: object) => (await command(order, 'CANCELLED', attributes)).status;
		expect(await cancel({})).toBe(400);
		expect(await cancel({ cancellationReason: 'OUT_OF_STOCK' })).toBe(400);
		expect(await cancel({ cancellationReason: 'BUYER_NOT_REACHABLE' })).toBe(400);
		expect(await cancel({ cancellationReason: 'MERCHANT_OUT_OF_STOCK', cancellationComment: 'я'.repeat(1001) })).toBe(400);
		expect(sandbox.kaspi.state().commands).toMatchObject({ accepted: 0, refused: 4, forbidden: [], late: [] });
		expect(await cancel({ cancellationReason: 'MERCHANT_OUT_OF_STOCK', cancellationComment: 'я'.repeat(1000) })).toBe(200);
		expect(await read(order)).toMatchObject({ state: 'ARCHIVE', status: 'CANCELLED', cancellationReason: 'MERCHANT_OUT_OF_STOCK' });
		expect((await command(order, 'ACCEPTED_BY_MERCHANT')).status).toBe(400);
		expect(sandbox.kaspi.state().commands.forbidden).toMatchObject([{ command: 'ACCEPTED_BY_MERCHANT' }]);
	});

	test('cancelled on the way: the goods travel back before it is final', async () => {
		await start();
		const order = create({ kind: 'postomat', autoAccept: true });
		await play(order, 'assemble-in-cabinet', 'hand-over', 'buyer-cancel');
		expect(await read(order)).toMatchObject({
			state: 'KASPI_DELIVERY',
			status: 'CANCELLING',
			cancellationReason: 'BUYER_CANCELLATION_HIMSELF',
			kaspiDelivery: { returnedToWarehouse: false },
		});
		await play(order, 'return-to-warehouse');
		expect((await read(order)).kaspiDelivery.returnedToWarehouse).toBe(true);
		expect((await command(order, 'ARRIVED_BACKWARD')).status).toBe(200);
		expect(await read(order)).toMatchObject({ state: 'ARCHIVE', status: 'CANCELLED' });
	});

	test('returned after the issue', async () => {
		await start();
		const order = create({ kind: 'kaspi-delivery', autoAccept: true });
		await play(order, 'assemble-in-cabinet', 'hand-over', 'complete', 'request-return');
		expect(await read(order)).toMatchObject({ status: 'KASPI_DELIVERY_RETURN_REQUESTED' });
		await play(order, 'accept-return');
		expect(await read(order)).toMatchObject({ status: 'RETURN_ACCEPTED_BY_MERCHANT' });
		await play(order, 'returned');
		expect(await read(order)).toMatchObject({ state: 'ARCHIVE', status: 'RETURNED' });
	});

	test('Kaspi cancels what the seller let lie: Express in an hour, others in three working hours of Almaty', async () => {
		await start({ timeouts: true });
		const untilMidnight = DAY - ((sandbox.clock.now() + 5 * 3_600_000) % DAY);
		sandbox.clock.advance(untilMidnight + 17 * 3_600_000); // 17:00 in Almaty: one working hour is left today
		const express = create({ kind: 'express' });
		const usual = create({ kind: 'postomat' });
		sandbox.clock.advance(61 * 60_000);
		expect(await read(express)).toMatchObject({ status: 'CANCELLED', cancellationReason: 'MERCHANT_OUT_OF_STOCK' });
		sandbox.clock.advance(16 * 3_600_000); // 10:01 next day: two of three hours are gone
		expect(await read(usual)).toMatchObject({ status: 'APPROVED_BY_BANK' });
		sandbox.clock.advance(3_600_000);
		expect(await read(usual)).toMatchObject({ status: 'CANCELLED' });
	});

	test('lines are reduced later than the answer says so; IMEIs are kept', async () => {
		await start();
		const order = create({ kind: 'kaspi-delivery', autoAccept: true, items: [{ quantity: 3, price: 100 }, { quantity: 1, price: 50, imeiRequired: true }] });
		const [first, second] = order.entries;
		if (!first || !second) throw new Error('two lines were ordered');
		const relationships = (id: string) => ({ entry: { data: { type: 'orderentries', id } } });
		const answer = await api.post('/orderEntryCancelOperation', {
			data: {
				type: 'orderEntryCancelOperation',
				attributes: { remainedQuantity: 1, reason: 'MERCHANT_OUT_OF_STOCK', notes: '' },
				relationships: relationships(first.id),
			},
		});
		expect(answer.data.data.attributes).toMatchObject({ status: 'INPROGRESS', remainedQuantity: 1 });
		expect((await read(order)).totalPrice).toBe(350);
		sandbox.clock.advance(3000);
		expect((await read(order)).totalPrice).toBe(150);

		const imei = '350000000000001';
		const operation = { type: 'orderEntryImeiOperation', attributes: { items: [{ imei: [imei] }] }, relationships: relationships(second.id) };
		expect((await api.post('/orderEntryImeiOperation', { data: operation })).status).toBe(200);
		const stored = (await api.get(`/orders/${order.id}/imei`)).data.data;
		expect(stored).toMatchObject([{ id: second.id, attributes: { items: [{ imei: [imei] }] } }]);

		const origin = new URL(api.defaults.baseURL ?? '').origin;
		const cuts = [first, second].map(({ id }) => ({ entry: { id }, remainedQuantity: 0, reason: 'BUYER_CANCELLATION_BY_MERCHANT' }));
		const partial = await api.put(`${origin}/shop/api/orderPartialCancel/${order.id}`, cuts);
		expect(partial.data).toMatchObject({ status: 'INPROGRESS' });
		sandbox.clock.advance(3000);
		expect(await read(order)).toMatchObject({ status: 'CANCELLED', totalPrice: 0 });
	});
});

describe('misbehaviour', () => {
	test('timeout-after-apply applies the command, timeout and reset do not', async () => {
		await start();
		const order = create({ kind: 'pickup' });
		for (const kind of ['reset', 'timeout', '500'] as const) {
			sandbox.faults.set({ api: 'kaspi', kind, next: 1, method: 'POST', holdMs: 100 });
			await command(order, 'ACCEPTED_BY_MERCHANT').catch(() => undefined);
			expect(await read(order)).toMatchObject({ status: 'APPROVED_BY_BANK' });
		}
		sandbox.faults.set({ api: 'kaspi', kind: 'timeout-after-apply', next: 1, pathIncludes: '/orders' , method: 'POST' });
		await expect(command(order, 'ACCEPTED_BY_MERCHANT')).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(await read(order)).toMatchObject({ status: 'ACCEPTED_BY_MERCHANT', state: 'PICKUP' });
		expect(sandbox.logs.kaspi.counts().faults).toEqual({ reset: 1, timeout: 1, '500': 1, 'timeout-after-apply': 1 });
	});

	test('a slow call is answered as usual, later', async () => {
		await start();
		const order = create({ kind: 'pickup' });
		sandbox.faults.set({ api: 'kaspi', kind: 'slow', next: 1, method: 'POST', holdMs: 300 });
		const asked = Date.now();
		expect((await command(order, 'ACCEPTED_BY_MERCHANT')).status).toBe(200);
		expect(Date.now() - asked).toBeGreaterThanOrEqual(290);
		expect(await read(order)).toMatchObject({ status: 'ACCEPTED_BY_MERCHANT' });
	});

	test('an outage ends with the clock', async () => {
		await start();
		sandbox.faults.outage('kaspi', 3_600_000);
		const outcomes = await Promise.all(
			Array.from({ length: 10 }, async () => await list().then((answer) => answer.status, () => 'cut')),
		);
		expect(new Set(outcomes)).toEqual(new Set([502, 'cut']));
		sandbox.clock.advance(3_600_001);
		expect((await list()).status).toBe(200);
	});

	test('200 does not prove the effect', async () => {
		await start({ ignoredWriteShare: 1 });
		const order = create();
		expect((await command(order, 'ACCEPTED_BY_MERCHANT')).status).toBe(200);
		expect(await read(order)).toMatchObject({ status: 'APPROVED_BY_BANK' });
	});

	test('a command is forbidden when its refusal was visible, late when the order moved after the last read', async () => {
		await start();
		const raced = create({ kind: 'postomat' });
		await read(raced);
		await play(raced, 'buyer-cancel');
		expect((await command(raced, 'ACCEPTED_BY_MERCHANT')).status).toBe(400);
		expect(sandbox.kaspi.state().commands).toMatchObject({ refused: 1, forbidden: [], late: [{ code: raced.code }] });

		// An answer that never arrived has shown nothing.
		sandbox.faults.set({ api: 'kaspi', kind: 'timeout-after-apply', next: 1, method: 'GET' });
		await expect(list()).rejects.toBeDefined();
		await command(raced, 'ACCEPTED_BY_MERCHANT');
		expect(sandbox.kaspi.state().commands).toMatchObject({ refused: 2, forbidden: [] });

		await list();
		await command(raced, 'ACCEPTED_BY_MERCHANT');
		expect(sandbox.kaspi.state().commands.forbidden).toMatchObject([{ code: raced.code, command: 'ACCEPTED_BY_MERCHANT' }]);
		expect(sandbox.kaspi.state().commands.late).toHaveLength(2);

		const packedByHand = create({ kind: 'postomat', autoAccept: true });
		await read(packedByHand);
		await play(packedByHand, 'assemble-in-cabinet');
		await command(packedByHand, 'ASSEMBLE', { numberOfSpace: '1' });
		expect(sandbox.kaspi.state().commands.late).toHaveLength(3);
	});
});
