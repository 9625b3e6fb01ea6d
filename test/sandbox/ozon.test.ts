import { startOzon, type OzonHarness } from './ozonHarness';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let ozon: OzonHarness;
afterEach(async () => await ozon.sandbox.close());

const iso = (at: number) => new Date(at).toISOString();
const since = (days: number) => {
	const now = ozon.sandbox.clock.now();
	return { since: iso(now - days * DAY), to: iso(now + HOUR) };
};
const list = async (filter: object = {}, rest: object = {}) =>
	(await ozon.api.post('/v4/posting/fbs/list', { limit: 100, filter: { ...since(10), ...filter }, ...rest })).data;
const numbers = (answer: { postings: { posting_number: string }[] }) =>
	answer.postings.map((posting) => posting.posting_number);

describe('the entrance', () => {
	test('keys, roles, contract and networks are checked with the texts of the sheet', async () => {
		ozon = await startOzon();
		const { settings } = ozon.sandbox.ozon;
		const ask = async (headers: Record<string, string | null> = {}) => {
			const { status, data } = await ozon.api.post('/v1/roles', {}, { headers });
			return { status, code: data.code, message: data.message };
		};
		expect(await ask({ 'Api-Key': 'wrong' })).toEqual({
			status: 403,
			code: 7,
			message: expect.stringContaining('Invalid Api-Key'),
		});
		expect(await ask({ 'Client-Id': null })).toMatchObject({ status: 401, code: 16 });
		settings.ipLocked = true;
		expect((await ask()).message).toBe('Api-Key is restricted to specific IP addresses');
		settings.ipLocked = false;
		settings.offerSigned = false;
		expect(await ask()).toEqual({ status: 403, code: 7, message: 'Offer not signed' });
		settings.offerSigned = true;

		await ozon.control.post('/ozon/key', { daysLeft: 3 });
		settings.missingMethods = ['/v4/posting/fbs/ship'];
		const roles = (await ozon.api.post('/v1/roles', {})).data;
		expect(Date.parse(roles.expires_at) - ozon.sandbox.clock.now()).toBeLessThan(3 * DAY + 1000);
		expect(roles.roles[0].methods).toContain('/v3/posting/fbs/get');
		expect(roles.roles[0].methods).not.toContain('/v4/posting/fbs/ship');
		expect((await ozon.api.post('/v4/posting/fbs/ship', {})).data.message).toBe(
			'Api-Key is missing a required role for a method',
		);
		ozon.wait(4 * DAY);
		expect((await ask()).message).toContain('Api-key is deactivated');
	});

	test('only POST with JSON; dead methods and unknown ones are told apart and named', async () => {
		ozon = await startOzon();
		expect(
			(await ozon.api.post('/v1/roles', '{"a":', { transformRequest: (data: string) => data })).data,
		).toMatchObject({ code: 3, details: [] });
		expect((await ozon.api.post('/v1/roles', 'x', { headers: { 'Content-Type': 'text/plain' } })).status).toBe(415);
		const dead = await ozon.api.post('/v3/posting/fbs/list', {});
		expect([dead.status, dead.data.code]).toEqual([404, 5]);
		expect((await ozon.api.get('/v1/roles')).status).toBe(404);
		expect((await ozon.api.post('/v9/nothing', {})).data).toBe('404 page not found\n');
		expect(ozon.sandbox.ozon.state().retiredCalls).toEqual([
			{ path: '/v3/posting/fbs/list', count: 1, use: '/v4/posting/fbs/list' },
		]);
		expect(ozon.sandbox.logs.ozon.counts().unknown.map(({ path }) => path)).toEqual(['/v1/roles', '/v9/nothing']);
	});

	test('429 tells when to come back, an open circuit answers plain text for one method only', async () => {
		ozon = await startOzon({ rateLimitPerSecond: 3 });
		const answers = await Promise.all(
			Array.from({ length: 5 }, async () => await ozon.api.post('/v1/seller/info', {})),
		);
		const limited = answers.filter(({ status }) => status === 429);
		expect(limited).toHaveLength(2);
		expect(limited[0]?.headers).toMatchObject({ 'retry-after': '1', 'ratelimit-remaining': '0' });
		expect(limited[0]?.data.message).toBe('You have reached request rate limit per second');
		ozon.sandbox.ozon.settings.rateLimitPerSecond = 0;
		await ozon.control.post('/ozon/circuit', { path: '/v1/seller/info', ms: 60_000 });
		const open = await ozon.api.post('/v1/seller/info', {});
		expect([open.status, open.headers['content-type'], open.data]).toEqual([
			429,
			'text/plain; charset=utf-8',
			'Circle is open',
		]);
		expect((await ozon.api.post('/v1/roles', {})).status).toBe(200);
		ozon.wait(60_001);
		expect((await ozon.api.post('/v1/seller/info', {})).status).toBe(200);
	});
});

describe('reading', () => {
	test('the list demands its window and its limit, and takes ids as numbers and strings', async () => {
		ozon = await startOzon();
		const posting = ozon.create({ scheme: 'rfbs-own' });
		ozon.create({ scheme: 'fbs' });
		ozon.create({ scheme: 'fbo' });
		const refused = async (body: object) => {
			const { status, data } = await ozon.api.post('/v4/posting/fbs/list', body);
			return [status, data.code, data.message];
		};
		const bad = (what: string) => [400, 3, expect.stringContaining(what)];
		expect(await refused({ limit: 100 })).toEqual(bad('filter'));
		expect(await refused({ filter: since(1) })).toEqual(bad('limit'));
		expect(await refused({ limit: 101, filter: since(1) })).toEqual(bad('inside range [1, 100]'));
		expect(await refused({ limit: 100, filter: since(400) })).toEqual(bad('PERIOD_IS_TOO_LONG'));
		expect(await refused({ limit: 100, filter: since(1), cursor: 'abc' })).toEqual(bad('cursor'));
		expect(await refused({ limit: 100, filter: { ...since(1), statuses: ['done'] } })).toEqual(bad('statuses'));

		const warehouse = (await ozon.api.post('/v2/warehouse/list', { limit: 200 })).data;
		expect(warehouse.has_next).toBe('false');
		const rfbs = warehouse.warehouses.find(
			(one: { is_rfbs: boolean; is_express: boolean }) => one.is_rfbs && !one.is_express,
		);
		for (const id of [rfbs.warehouse_id, String(rfbs.warehouse_id)]) {
			expect(numbers(await list({ warehouse_ids: [id] }))).toEqual([posting.number]);
		}
		expect(numbers(await list({}, { sort_dir: 'asc' }))).toHaveLength(2);
	});

	test('the cursor holds its place while postings come and go', async () => {
		ozon = await startOzon();
		const now = ozon.sandbox.clock.now();
		const made = Array.from(
			{ length: 25 },
			(_, index) => ozon.create({ scheme: 'fbs', createdAt: now - (index + 1) * HOUR }).number,
		);
		const first = await list({}, { limit: 10, sort_dir: 'DESC' });
		expect([numbers(first), first.has_next]).toEqual([made.slice(0, 10), true]);
		ozon.create({ scheme: 'fbs' });
		const second = await list({}, { limit: 10, sort_dir: 'DESC', cursor: first.cursor });
		const third = await list({}, { limit: 10, sort_dir: 'DESC', cursor: second.cursor });
		expect([...numbers(second), ...numbers(third)]).toEqual(made.slice(10));
		expect(third.has_next).toBe(false);
		expect(
			(
				await ozon.api.post('/v4/posting/fbs/list', {
					limit: 10,
					filter: since(10),
					sort_dir: 'ASC',
					cursor: first.cursor,
				})
			).status,
		).toBe(400);
	});

	test('last_changed_status_date sees status changes only', async () => {
		ozon = await startOzon();
		const posting = ozon.create({ scheme: 'rfbs-own', products: [{ sku: 11, quantity: 3 }] });
		const other = ozon.create({ scheme: 'rfbs-own' });
		ozon.wait(HOUR);
		const filter = { last_changed_status_date: { from: iso(ozon.sandbox.clock.now() - 1000) } };
		await ozon.read(posting.number);
		await ozon.api.post('/v2/posting/fbs/product/cancel', {
			posting_number: posting.number,
			cancel_reason_id: 352,
			cancel_reason_message: 'нет',
			items: [{ sku: '11', quantity: 1 }],
		});
		expect(numbers(await list(filter))).toEqual([]);
		await ozon.play(other, 'assemble-in-cabinet');
		expect(numbers(await list(filter))).toEqual([other.number]);
	});

	test('the to-do list wants one of its two windows and holds nothing final', async () => {
		ozon = await startOzon();
		const open = ozon.create({ scheme: 'fbs' });
		await ozon.play(ozon.create({ scheme: 'fbs' }), 'buyer-cancel');
		const now = ozon.sandbox.clock.now();
		const cutoff = { cutoff_from: iso(now - DAY), cutoff_to: iso(now + 3 * DAY) };
		const ask = async (filter: object) =>
			await ozon.api.post('/v4/posting/fbs/unfulfilled/list', { limit: 10, filter });
		const both = { ...cutoff, delivering_date_from: iso(now), delivering_date_to: iso(now) };
		expect([
			(await ask({})).status,
			(await ask(both)).status,
			(await ask({ ...cutoff, statuses: ['delivered'] })).status,
		]).toEqual([400, 400, 400]);
		const { data } = await ask(cutoff);
		expect([numbers(data), data.count, data.has_next]).toEqual([[open.number], 1, false]);
	});

	test('v4 has price objects and v3 price strings; FBS shows no customer, rFBS a substitute phone with a pin', async () => {
		ozon = await startOzon({ substitutePoolSize: 1 });
		const products = [{ sku: 5, price: 1530, quantity: 1 }];
		const fbs = ozon.create({ scheme: 'fbs', products });
		const own = ozon.create({ scheme: 'rfbs-own', products, buyer: { key: 'a', phone: '79005550001' } });
		const another = ozon.create({ scheme: 'rfbs-express', products, buyer: { key: 'b' } });
		const { postings } = await list();
		const inList = postings.find((one: { posting_number: string }) => one.posting_number === own.number);
		expect(inList.products[0].price).toEqual({ amount: '1530', currency: 'RUB' });
		expect(inList.addressee).toEqual({ name: own.buyer.name });
		const full = await ozon.read(own.number);
		expect(full.products).toMatchObject([{ price: '1530.0000', currency_code: 'RUB' }]);
		expect(full).toMatchObject({
			analytics_data: null,
			financial_data: null,
			delivering_date: null,
			customer: { customer_id: own.buyer.customerId },
		});
		// One number for different people: only the pin tells them apart.
		expect(full.addressee).toEqual({ name: own.buyer.name, phone: '+7(958)555-00-00', pin: own.pin });
		expect(await ozon.read(another.number)).toMatchObject({ customer: { phone: '+79585550000' } });
		expect(await ozon.read(fbs.number)).toMatchObject({ customer: null, addressee: null, barcodes: null });

		const fbo = ozon.create({ scheme: 'fbo', products });
		expect((await ozon.api.post('/v3/posting/fbs/get', { posting_number: fbo.number })).data).toEqual({
			code: 5,
			message: 'POSTING_NOT_FOUND',
			details: [],
		});
		const inFbo = (await ozon.api.post('/v3/posting/fbo/list', { limit: 10, filter: {} })).data;
		expect(inFbo.postings).toMatchObject([
			{
				posting_number: fbo.number,
				substatus: 'posting_created',
				products: [{ price: { amount: '1530' } }],
				cancellation: null,
			},
		]);
		const oneFbo = (await ozon.api.post('/v2/posting/fbo/get', { posting_number: fbo.number })).data;
		expect(oneFbo.result.products[0].price).toBe('1530.00');
		expect(oneFbo.result).not.toHaveProperty('available_actions');
	});
});
