import { createServer as createTls } from 'node:net';
import axios from 'axios';
import { z } from 'zod/v4';
import type { ApiCall } from '../../journal/journal';
import { ServiceFailure } from '../../transport/errors';
import { outcomeOf } from '../../transport/outcome';
import { paceFor, type Pace } from '../../transport/pace';
import { ServiceClient, type ServiceOptions, type ServiceRequest } from '../../transport/service';
import { hang, json, Loopback, nothing, reset, text } from './loopback';

let server: Loopback;
let slept: number[] = [];
let calls: ApiCall[] = [];
let paces = 0;

beforeAll(async () => {
	server = await Loopback.start();
});
afterAll(() => server.stop());
beforeEach(() => {
	slept = [];
	calls = [];
});

const recordingPace = (): Pace & { rests: number[] } => {
	const pace = paceFor(`service-${paces++}`, 500);
	const rests: number[] = [];
	return {
		rests,
		ready: () => pace.ready(),
		slowDown: (ms) => void rests.push(ms),
		block: (reason, ms) => pace.block(reason, ms),
		blocked: () => pace.blocked(),
	};
};

const client = (more: Partial<ServiceOptions> = {}): ServiceClient =>
	new ServiceClient({
		api: 'Shop',
		baseUrl: `${server.url}/api/v4/`,
		http: axios.create(),
		pace: recordingPace(),
		headers: { 'User-Agent': 'marketplace-crm-test/1.0', Accept: 'application/json' },
		timeoutMs: 200,
		record: (call) => calls.push(call),
		sleep: async (ms) => void slept.push(ms),
		random: () => 0,
		...more,
	});

const get = <T>(answer: ServiceRequest<T>['answer'], more: Partial<ServiceRequest<T>> = {}): ServiceRequest<T> => ({
	method: 'GET',
	path: '/orders/1',
	route: 'orders/{id}',
	answer,
	...more,
});
const read = get(z.object({ id: z.string() }));
const write: ServiceRequest<unknown> = { method: 'POST', path: 'orders', route: 'orders', body: { a: 1 }, answer: z.unknown(), about: 'order 912345678' };

async function failureOf(run: Promise<unknown>): Promise<ServiceFailure> {
	const error: unknown = await run.then(
		(value) => new Error(`It went well: ${JSON.stringify(value)}`),
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof ServiceFailure)) throw error;
	return error;
}

describe('send', () => {
	it('gives the parsed answer and logs one call without ids', async () => {
		server.will(json(200, { id: '7', more: true }));
		expect(await client().send(read)).toEqual({ id: '7' });
		expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/api/v4/orders/1' });
		expect(server.seen[0]?.headers['user-agent']).toBe('marketplace-crm-test/1.0');
		expect(calls).toEqual([
			{ at: expect.any(Number), api: 'Shop', method: 'GET', route: 'orders/{id}', status: 200, ms: expect.any(Number), attempt: 1, result: 'ok' },
		]);
	});

	it('gives an empty body as undefined', async () => {
		server.will(nothing(204));
		expect(await client().send(get(z.undefined()))).toBeUndefined();
	});

	it('gives bytes as they are', async () => {
		const pdf = Buffer.from([0x25, 0x50, 0x44, 0x46, 0xff, 0x00, 0x80]);
		server.will((response) => response.writeHead(200, { 'Content-Type': 'application/pdf' }).end(pdf));
		expect(await client().send(get(z.instanceof(Buffer), { bytes: true }))).toEqual(pdf);
	});

	it('sends JSON with the content type of the service', async () => {
		server.will(json(200, {}));
		await client().send(write);
		expect(server.seen[0]).toMatchObject({ body: '{"a":1}', headers: { 'content-type': 'application/json' } });
		await client({ headers: { 'content-type': 'application/vnd.api+json' } }).send({ ...write, headers: { 'X-Security-Code': '' } });
		expect(server.seen[1]).toMatchObject({ headers: { 'content-type': 'application/vnd.api+json', 'x-security-code': '' } });
	});

	it('refuses to carry the token to another address', async () => {
		await expect(client().send(get(z.unknown(), { path: 'https://elsewhere.example/x' }))).rejects.toThrow('relative');
		await expect(client().send(get(z.unknown(), { path: '//elsewhere.example/x' }))).rejects.toThrow('relative');
		server.will((response) => response.writeHead(302, { Location: 'http://elsewhere.example/' }).end());
		expect(await failureOf(client().send(read))).toMatchObject({ kind: 'rejected', status: 302 });
		expect(server.seen).toHaveLength(1);
	});

	it('names the fields of an unexpected answer, never their values', async () => {
		server.will(json(200, { id: 5, phone: '+77010000001' }));
		const failure = await failureOf(client().send(read));
		expect(failure).toMatchObject({ kind: 'bad_answer', status: 200, mayBeApplied: false });
		expect(failure.message).toBe('Shop answered for orders/{id} in a shape that this package does not know: id is number, not string');
		expect(await failureOf(client().send({ ...write, answer: z.string() }))).toMatchObject({ kind: 'bad_answer', mayBeApplied: true });
		expect(server.seen).toHaveLength(2);
	});
});

describe('failures', () => {
	it.each([
		[400, 'rejected'],
		[401, 'unauthorized'],
		[402, 'unpaid'],
		[403, 'forbidden'],
		[404, 'not_found'],
		[405, 'rejected'],
		[422, 'rejected'],
	])('status %i is %s, at once, with the words of the service', async (status, kind) => {
		server.will(json(status, { detail: 'call +7 701 000 00 01' }));
		const failure = await failureOf(
			client({ readFailure: (_, body) => z.object({ detail: z.string() }).parse(body).detail }).send(write),
		);
		expect(failure).toMatchObject({ kind, status, mayBeApplied: false, blocked: false, body: { detail: 'call ***' } });
		expect(failure.message).toContain('order 912345678');
		expect(failure.message).toContain(`(HTTP ${status}): call ***`);
		expect(failure.advice.length).toBeGreaterThan(20);
		expect(server.seen).toHaveLength(1);
	});

	it('words that n8n asks not to use are not in our texts', async () => {
		const texts: string[] = [];
		for (const reply of [json(400, {}), json(401, {}), json(402, {}), json(403, {}), json(404, {}), json(429, {}), json(500, {}), text(200, '<'), hang, reset]) {
			for (const request of [read, write]) {
				server.will(reply);
				const { message, advice } = await failureOf(client().send(request));
				texts.push(message, advice);
			}
		}
		for (const line of texts) expect(line).not.toMatch(/error|problem|failure|mistake|ECONN|ENOTFOUND|ETIMEDOUT/i);
	});

	it('an outage is waited for briefly when the call may be repeated, and unknown when it may not', async () => {
		server.will(json(502, {}), text(503, '<html>'), json(200, { id: '1' }));
		expect(await client().send(read)).toEqual({ id: '1' });
		expect(slept).toEqual([250, 1_000]);
		expect(calls.map(({ status, attempt, result }) => [status, attempt, result])).toEqual([
			[502, 1, 'unavailable'], [503, 2, 'unavailable'], [200, 3, 'ok'],
		]);

		server.will(json(500, {}));
		expect(await failureOf(client().send(write))).toMatchObject({ kind: 'unknown_outcome', mayBeApplied: true, status: 500 });
		expect(server.seen).toHaveLength(1);

		server.will(json(500, {}));
		expect(await failureOf(client().send({ ...write, method: 'PATCH', repeatable: true }))).toMatchObject({ kind: 'unavailable', mayBeApplied: true });
		expect(server.seen).toHaveLength(3);

		server.will(json(500, {}));
		expect(await failureOf(client().send(read))).toMatchObject({ kind: 'unavailable', mayBeApplied: false });
	});

	it('a page where JSON was promised is an outage of whatever stands in front of the service', async () => {
		server.will(text(200, '<html>wait</html>'));
		expect(await failureOf(client().send(read))).toMatchObject({ kind: 'unavailable' });
		expect(await failureOf(client().send(write))).toMatchObject({ kind: 'unknown_outcome', mayBeApplied: true });
		expect(server.seen).toHaveLength(4);
	});

	it('a hiccup that the service is known for counts as an outage', async () => {
		const isTransient = (status: number) => status === 400;
		server.will(json(400, {}), json(200, { id: '1' }));
		expect(await client({ isTransient }).send(read)).toEqual({ id: '1' });
		server.will(json(400, {}));
		expect(await failureOf(client({ isTransient }).send(write))).toMatchObject({ kind: 'unknown_outcome' });
	});

	it('429 is waited for by everybody, also for writes, unless it takes too long', async () => {
		const pace = recordingPace();
		server.will(json(429, {}, { 'Retry-After': '2' }), json(429, {}), json(200, {}));
		await client({ pace }).send(write);
		expect(pace.rests).toEqual([2_000, 1_000]);
		expect(slept).toEqual([2_000, 1_000]);

		server.will(text(429, 'slow down', { 'Retry-After': '60' }));
		expect(await failureOf(client({ pace }).send(write))).toMatchObject({ kind: 'rate_limited', retryAfterMs: 60_000, mayBeApplied: false });
		expect(server.seen).toHaveLength(1);
		expect(pace.rests.at(-1)).toBe(60_000);
	});

	it('an account that asked for a long rest is not called again, and nobody waits for it', async () => {
		const pace = paceFor(`rest-${paces++}`, 500);
		server.will(json(429, {}, { 'Retry-After': '600' }));
		await failureOf(client({ pace }).send(read));
		const started = Date.now();
		const failure = await failureOf(client({ pace }).send(write));
		expect(failure).toMatchObject({ kind: 'rate_limited', mayBeApplied: false, status: undefined });
		expect(failure.retryAfterMs).toBeGreaterThan(590_000);
		expect(failure.message).toBe('Shop takes no more calls for another 600 s, so it was not called for order 912345678');
		expect(server.seen).toHaveLength(1);
		expect(Date.now() - started).toBeLessThan(1_000);
	});

	it('a blocked account is not called again', async () => {
		const pace = recordingPace();
		const blocked = client({ pace, isBlock: (status, body) => status === 403 && typeof body === 'string' });
		server.will(text(403, '<html>403</html>'), json(200, {}));
		expect(await failureOf(blocked.send(write))).toMatchObject({ kind: 'forbidden', blocked: true });
		const second = await failureOf(blocked.send(read));
		expect(second).toMatchObject({ kind: 'forbidden', blocked: true });
		expect(second.advice).toContain('support');
		expect(server.seen).toHaveLength(1);
	});

	it('no answer in time is repeated for reads, unknown for writes', async () => {
		server.will(hang, reset, json(200, { id: '1' }));
		expect(await client().send(read)).toEqual({ id: '1' });
		expect(calls.map(({ status, result }) => [status, result])).toEqual([[0, 'unavailable'], [0, 'unavailable'], [200, 'ok']]);
		for (const reply of [hang, reset]) {
			server.will(reply);
			expect(await failureOf(client().send(write))).toMatchObject({ kind: 'unknown_outcome', mayBeApplied: true, status: undefined });
			expect(server.seen).toHaveLength(1);
		}
	});

	it('an answer that breaks off in the middle is no answer', async () => {
		server.will((response, _seen, socket) => {
			response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
			response.write('{"id":');
			setTimeout(() => socket.destroy(), 20);
		});
		expect(await failureOf(client().send(write))).toMatchObject({ kind: 'unknown_outcome' });
		expect(await failureOf(client().send(read))).toMatchObject({ kind: 'unavailable' });
	});

	it.each([
		['a refused connection', 'http://127.0.0.1:1'],
		['an unknown host', 'http://no-such-host.invalid'],
		['a bad address', 'http://'],
	])('%s means that a write was not sent, so it is tried again', async (_what, baseUrl) => {
		const failure = await failureOf(client({ baseUrl }).send(write));
		expect(failure).toMatchObject({ kind: 'unavailable', mayBeApplied: false });
		expect(failure.message).toContain('could not be reached for order 912345678');
		expect(calls).toHaveLength(3);
	});

	it('a connection that breaks before TLS is up has carried nothing', async () => {
		const plain = createTls((socket) => socket.destroy());
		await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
		const address = plain.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		const failure = await failureOf(client({ baseUrl: `https://127.0.0.1:${port}` }).send(write));
		expect(failure).toMatchObject({ kind: 'unavailable', mayBeApplied: false });
		expect(calls).toHaveLength(3);
		await new Promise((resolve) => plain.close(resolve));
	});
});

describe('outcomeOf', () => {
	const now = () => 1_000;
	const outcome = (request: ServiceRequest<unknown>) => outcomeOf(() => client().send(request), now);

	it('tells what became of one element', async () => {
		server.will(json(200, { id: '1' }));
		expect(await outcome(read)).toEqual({ outcome: 'ok', value: { id: '1' } });
		server.will(json(404, {}));
		expect(await outcome(write)).toMatchObject({ outcome: 'rejected', permanent: true });
		server.will(json(500, {}));
		expect(await outcome(write)).toMatchObject({ outcome: 'unknown' });
		expect(await outcome(read)).toMatchObject({ outcome: 'rejected', permanent: false });
		server.will(json(429, {}, { 'Retry-After': '30' }));
		expect(await outcome(write)).toMatchObject({ outcome: 'rejected', permanent: false, retryAt: 31_000 });
		server.will(json(200, 5));
		expect(await outcome({ ...write, answer: z.string() })).toMatchObject({ outcome: 'unknown' });
		expect(await outcome(read)).toMatchObject({ outcome: 'rejected', permanent: true });
	});

	it.each([401, 402, 403])('throws status %i on: no element can be helped', async (status) => {
		server.will(json(status, {}));
		await expect(outcome(write)).rejects.toBeInstanceOf(ServiceFailure);
	});

	it('throws on what is no failure of a service', async () => {
		await expect(outcomeOf(async () => { throw new TypeError('ours'); })).rejects.toThrow('ours');
	});
});
