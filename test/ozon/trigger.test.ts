import { createServer, type Server } from 'node:http';
import type { IDataObject, INodeParameters, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { CredentialTestContext } from 'n8n-core';
import { ozonKey } from '../../nodes/Ozon/api/credentialTest';
import { OzonTrigger } from '../../nodes/Ozon/OzonTrigger.node';
import { derivedToken } from '../../nodes/Ozon/trigger/pushAddress';
import { runHook, runPoll, runWebhook, type HookSpec } from '../engine/contexts';
import { closeJournal, freshJournal } from '../engine/journal';
import { pushExamples } from './pushExamples';
import { day, openShop, type SandboxShop } from './sandboxShop';
import { pushTypes } from '../../nodes/Ozon/trigger/pushTypes';

const allEvents = pushTypes.map(({ value }) => value);
const logged: unknown[][] = [];

/** Writes down what the trigger says to n8n's log. */
class WatchedTrigger extends OzonTrigger {
	override async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const warn = jest.spyOn(this.logger, 'warn');
		try {
			return await OzonTrigger.prototype.webhook.call(this);
		} finally {
			logged.push(...warn.mock.calls);
			warn.mockRestore();
		}
	}
}

let shop: SandboxShop;
beforeEach(async () => {
	await freshJournal();
	shop = await openShop({}, WatchedTrigger);
});
afterEach(async () => await shop.close());
afterAll(closeJournal);

/** A node of its own for each test: it remembers pushes as long as the process lives. */
let name = '';
let tests = 0;
beforeEach(() => {
	name = `trigger-${(tests += 1)}`;
});
const node = (parameters: INodeParameters = {}) => ({ type: 'ozonTrigger', name, parameters: { events: allEvents, gatherSeconds: 0, ...parameters } });
const token = () => derivedToken(shop.stored.apiKey, `webhook-${name}`);

const push = (body: unknown, more: { token?: string; staticData?: IDataObject; parameters?: INodeParameters; ip?: string } = {}) =>
	runWebhook(shop.engine, {
		node: node(more.parameters),
		staticData: more.staticData ?? {},
		request: { headers: { 'content-type': 'application/json' }, params: { token: more.token ?? token() }, body, ip: more.ip },
	});
const itemsOf = ({ data }: Awaited<ReturnType<typeof push>>) => (data.workflowData?.[0] ?? []).map(({ json }) => json);

describe('a push', () => {
	it('of type ping is answered with version, name and time, and nothing else', async () => {
		const { response, data } = await push({ message_type: 'TYPE_PING', time: '2026-11-22T10:00:00Z' }, { parameters: { events: ['TYPE_NEW_POSTING'] } });
		expect(response).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
		expect(Object.keys(Object(response.body)).sort()).toEqual(['name', 'time', 'version']);
		expect(Date.now() - Date.parse(Object(response.body).time)).toBeLessThan(5000);
		expect(data).toEqual({ noWebhookResponse: true });
	});

	it.each(pushExamples.map((example) => [example.message_type, example]))('%s is answered before it is processed, and becomes a hint', async (type, example) => {
		const before = shop.calls();
		const answered = await push(example);
		expect(answered.response).toMatchObject({ statusCode: 200, body: { result: true } });
		expect(itemsOf(answered)).toMatchObject([{ event: type, receivedBy: 'push' }]);
		expect(shop.calls()).toBe(before);
	});

	it('that nobody waits for is acknowledged and starts nothing', async () => {
		const { response, data } = await push(pushExamples[0], { parameters: { events: ['TYPE_NEW_MESSAGE'] } });
		expect(response.body).toEqual({ result: true });
		expect(data.workflowData).toBeUndefined();
	});

	it('sent twice is answered 200 and dropped, and makes n8n write nothing down', async () => {
		const staticData: IDataObject = {};
		expect(itemsOf(await push(pushExamples[2], { staticData }))).toHaveLength(1);
		const again = await push(pushExamples[2], { staticData });
		expect(again.response).toMatchObject({ statusCode: 200, body: { result: true } });
		expect(itemsOf(again)).toEqual([]);
		expect(itemsOf(await push({ ...Object(pushExamples[2]), changed_state_date: 'later' }, { staticData }))).toHaveLength(1);
		expect(staticData).toEqual({});
	});

	it('that follows at once starts nothing by itself: the poll brings what has waited, whether or not it looks for postings', async () => {
		const parameters = { gatherSeconds: 30, poll: false };
		expect(itemsOf(await push(pushExamples[2], { parameters }))).toHaveLength(1);
		for (const later of ['1', '2', '2']) {
			const { response, data } = await push({ ...Object(pushExamples[2]), changed_state_date: later }, { parameters });
			expect(response).toMatchObject({ statusCode: 200, body: { result: true } });
			expect(data.workflowData).toBeUndefined();
		}
		const polled = await runPoll(shop.engine, { node: node(parameters), staticData: {} });
		expect(polled?.[0]?.map(({ json }) => json.at)).toEqual(['1', '2']);
		expect(await runPoll(shop.engine, { node: node(parameters), staticData: {} })).toBeNull();
	});

	it.each([
		['a wrong token', { token: 'x'.repeat(43) }, 403],
		['no token', { token: '' }, 403],
		['another seller', { parameters: { options: { sellerId: '99' } } }, 403],
		['another network', { parameters: { options: { checkNetwork: true } }, ip: '10.1.1.1' }, 403],
	] as const)('with %s changes nothing and is turned away in the documented shape', async (_, more, status) => {
		const staticData: IDataObject = {};
		logged.length = 0;
		const turned = await push(pushExamples[2], { ...more, staticData });
		expect(logged).toHaveLength(1);
		expect(JSON.stringify(logged)).not.toMatch(/24219509|"15"|xxxxx/);
		expect(turned.response.statusCode).toBe(status);
		expect(turned.response.body).toEqual({ error: { code: 'ERROR_UNKNOWN', message: expect.any(String), details: null } });
		expect(JSON.stringify(turned.response.body)).not.toContain('24219509');
		expect(itemsOf(turned)).toEqual([]);
		expect(staticData).toEqual({});
	});

	it('is let in with the right seller, as number or text, and from Ozon\'s network', async () => {
		const parameters = { options: { sellerId: '15', checkNetwork: true } };
		for (const seller of [15, '15']) {
			const body = { ...Object(pushExamples[2]), seller_id: seller };
			expect(itemsOf(await push(body, { parameters, ip: '::ffff:195.34.21.9' }))).toHaveLength(1);
		}
	});

	it('without a type, or too long, is refused', async () => {
		expect((await push({ posting_number: '1' })).response).toMatchObject({ statusCode: 400, body: { error: { code: 'ERROR_PARAMETER_VALUE_MISSED' } } });
		expect((await push({ message_type: 'TYPE_STOCKS_CHANGED', filler: 'x'.repeat(1_100_000) })).response.statusCode).toBe(413);
	});

	it('is answered under 200 ms at the 99th percentile, a hundred a second', async () => {
		const staticData: IDataObject = {};
		const times: number[] = [];
		const send = async (each: number) => {
			const body = { ...Object(pushExamples[2]), changed_state_date: String(each) };
			const startedAt = performance.now();
			const { response } = await push(body, { staticData });
			times.push(performance.now() - startedAt);
			expect(response.statusCode).toBe(200);
		};
		const all: Promise<void>[] = [];
		for (let each = 0; each < 300; each++) {
			all.push(send(each));
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		await Promise.all(all);
		times.sort((a, b) => a - b);
		expect(times[Math.floor(times.length * 0.99) - 1]).toBeLessThan(200);
	});
});

describe('the address at Ozon', () => {
	const events = ['TYPE_NEW_POSTING', 'TYPE_STATE_CHANGED', 'TYPE_POSTING_CANCELLED'];
	let server: Server;
	let staticData: IDataObject;
	const received: ReturnType<typeof itemsOf> = [];

	/** n8n's web server in small: reads the token out of the path and hands the call to the trigger. */
	beforeEach(async () => {
		staticData = {};
		received.length = 0;
		server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const last = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
				const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
				void push(body, { token: last === 'other' ? token() : last, staticData, parameters: { events } }).then((done) => {
					received.push(...itemsOf(done));
					response.writeHead(done.response.statusCode, { 'content-type': 'application/json' });
					response.end(JSON.stringify(done.response.body));
				});
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		if (typeof address !== 'object' || address === null) throw new Error('The test server has no port');
		webhooksAt(`http://127.0.0.1:${address.port}/webhook`);
	});
	afterEach(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	let endpointBase = '';
	/** Where n8n says that its webhooks are. */
	function webhooksAt(base: string): void {
		endpointBase = base;
		const usual = shop.engine.additionalData.bind(shop.engine);
		shop.engine.additionalData = (mode) => ({ ...usual(mode), webhookBaseUrl: base, webhookTestBaseUrl: `${base}-test` });
	}
	const endpoints = () => [...shop.shop.pushes.endpoints.values()];
	const hook = (method: 'checkExists' | 'create' | 'delete', parameters: INodeParameters = {}, more: Partial<HookSpec> = {}) =>
		runHook(shop.engine, { node: node(parameters), method, staticData, ...more });
	it('is registered after Ozon has pinged it, brings pushes, and is taken back', async () => {
		expect(await hook('checkExists', { events })).toBe(false);
		await hook('create', { events });
		expect(endpoints()).toHaveLength(1);
		expect(endpoints()[0]?.url).toMatch(/\/ozon\/[\w-]{43}$/);
		expect(endpoints()[0]?.types.slice().sort()).toEqual([...events].sort());
		expect(await hook('checkExists', { events })).toBe(true);
		const { number } = shop.add({ scheme: 'fbs' });
		shop.act(number, 'assemble-in-cabinet');
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(received.map(({ event, postingNumber }) => [event, postingNumber])).toEqual([
			['TYPE_NEW_POSTING', number],
			['TYPE_STATE_CHANGED', number],
		]);
		await hook('delete', { events });
		expect(endpoints()).toHaveLength(0);
		expect(await hook('delete', { events })).toBe(true);
	});

	it('keeps its token when the key is renewed, takes other types up, and leaves no second address', async () => {
		await hook('create', { events });
		const [before] = endpoints();
		shop.stored.apiKey = shop.sandbox.ozon.settings.apiKey = '11111111-5a4d-4b0f-8f00-0000sandbox00';
		expect(await hook('checkExists', { events })).toBe(true);
		expect(await hook('checkExists', { events: ['TYPE_NEW_POSTING'] })).toBe(false);
		await hook('create', { events: ['TYPE_NEW_POSTING'] });
		expect(endpoints().map(({ url, types }) => [url, types])).toEqual([[before?.url, ['TYPE_NEW_POSTING']]]);
		await freshJournal();
		await hook('create', { events });
		expect(endpoints()).toHaveLength(1);
		expect(endpoints()[0]?.url).not.toBe(before?.url);
	});

	it('is enabled again when Ozon has switched it off', async () => {
		await hook('create', { events });
		endpoints()[0]?.disable('AVAILABILITY', 'too slow');
		expect(await hook('checkExists', { events })).toBe(false);
		await hook('create', { events });
		expect(endpoints().map(({ enabled }) => enabled)).toEqual([true]);
	});

	const poll = async (parameters: INodeParameters = {}) => await runPoll(shop.engine, { node: node({ events, poll: false, ...parameters }), staticData });

	it('is woken by the poll when Ozon has suspended it, also when the poll looks for nothing else', async () => {
		await hook('create', { events });
		endpoints()[0]?.disable('AVAILABILITY', 'too slow');
		expect(await poll()).toBeNull();
		expect(endpoints().map(({ enabled }) => enabled)).toEqual([true]);
	});

	it('is left alone by the poll when a person has switched it off, or when it belongs to somebody else', async () => {
		await hook('create', { events });
		endpoints()[0]?.disable('SELLER', 'switched off by the seller');
		const other = await shop.shop.pushes.connect(`${endpointBase}/other`, ['TYPE_NEW_MESSAGE']);
		other.disable('AVAILABILITY', 'too slow');
		expect(await poll()).toBeNull();
		expect(endpoints().map(({ enabled }) => enabled)).toEqual([false, false]);
	});

	it('that cannot be woken does not stop the poll', async () => {
		await hook('create', { events });
		endpoints()[0]?.disable('AVAILABILITY', 'too slow');
		await new Promise((resolve) => server.close(resolve).closeAllConnections());
		const { number } = shop.add({ scheme: 'fbs' });
		const polled = await poll({ poll: true, options: { emitExisting: true } });
		expect(polled?.[0]?.map(({ json }) => json.number)).toEqual([number]);
		expect(endpoints().map(({ enabled }) => enabled)).toEqual([false]);
	});

	it('that Ozon cannot reach is refused with the way out', async () => {
		webhooksAt('http://127.0.0.1:9/webhook');
		await expect(hook('create', { events })).rejects.toMatchObject({ message: expect.stringContaining('could not reach'), description: expect.stringContaining('by hand') });
	});

	it('does not take types away from another integration', async () => {
		await shop.shop.pushes.connect(`${endpointBase}/other`, ['TYPE_NEW_POSTING']);
		await expect(hook('create', { events })).rejects.toMatchObject({ message: 'Ozon already sends TYPE_NEW_POSTING to another address' });
		expect(endpoints()).toHaveLength(1);
	});

	/** The same n8n, as it is reached from now on. */
	const elsewhere = () => endpointBase.replace('127.0.0.1', 'localhost');

	it('is taken over from where n8n was reached before, also when the journal is lost; a copy in another n8n is left alone', async () => {
		await hook('create', { events });
		for (const isLost of [false, true]) {
			webhooksAt(elsewhere() === endpointBase ? endpointBase.replace('localhost', '127.0.0.1') : elsewhere());
			if (isLost) await freshJournal();
			expect(await hook('checkExists', { events }, { activation: 'init' })).toBe(false);
			await hook('create', { events }, { activation: 'init' });
			expect(endpoints().map(({ url }) => url)).toEqual([expect.stringContaining(`${endpointBase}/`)]);
		}
		await hook('delete', { events });
		const copy = await shop.shop.pushes.connect(`${elsewhere()}/webhook-${name}/webhook-${name}/ozon/other`, ['TYPE_NEW_POSTING']);
		await hook('create', { events: ['TYPE_STATE_CHANGED'] });
		await expect(hook('create', { events })).rejects.toThrow('to another address');
		expect(endpoints().map(({ url }) => url)).toContain(copy.url);
	});

	it('that works is not given up for one that Ozon cannot reach', async () => {
		await hook('create', { events });
		const [before] = endpoints();
		webhooksAt('http://127.0.0.1:9/webhook');
		await expect(hook('create', { events })).rejects.toThrow('could not reach');
		expect(endpoints().map(({ url }) => url)).toEqual([before?.url]);
	});

	it('is registered by a poll when Ozon was out of reach, or could not reach n8n yet, while n8n started', async () => {
		shop.sandbox.faults.set({ api: 'ozon', kind: '429', pathIncludes: '/v1/notification' });
		expect(await hook('checkExists', { events })).toBe(true);
		shop.sandbox.faults.clear();
		const port = new URL(endpointBase).port;
		webhooksAt('http://127.0.0.1:9/webhook');
		expect(await hook('create', { events }, { activation: 'init' })).toBe(true);
		await poll();
		expect(endpoints()).toEqual([]);
		webhooksAt(`http://127.0.0.1:${port}/webhook`);
		expect(await hook('create', { events }, { activation: 'init' })).toBe(true);
		expect(endpoints()).toHaveLength(1);
	});

	it('of the editor\'s test gives way to the published version, and says so when it gets nothing', async () => {
		const isTest = { isTest: true };
		await hook('create', { events }, isTest);
		expect(endpoints().map(({ url }) => url)).toEqual([expect.stringContaining('/webhook-test/')]);
		await hook('create', { events });
		expect(endpoints().map(({ url }) => url)).toEqual([expect.stringContaining('/webhook/')]);
		expect(await hook('delete', { events }, isTest)).toBe(true);
		expect(endpoints()).toHaveLength(1);

		const refused = hook('create', { events }, isTest);
		await expect(refused).rejects.toThrow('to the published version of this trigger, and each type to one address only');
		await expect(refused).rejects.toMatchObject({ description: expect.stringContaining('unpublish') });
		// What the published version does not listen to can be tried beside it.
		await hook('create', { events: [...events, 'TYPE_NEW_MESSAGE'] }, isTest);
		expect(endpoints().map(({ types }) => types.length)).toEqual([events.length, 1]);
		await hook('delete', { events: [...events, 'TYPE_NEW_MESSAGE'] }, isTest);
		expect(endpoints().map(({ url }) => url)).toEqual([expect.stringContaining('/webhook/')]);
		expect(await hook('checkExists', { events })).toBe(true);
	});

	it('entered by hand needs a long token, and asks Ozon for nothing', async () => {
		const before = shop.calls();
		await expect(hook('checkExists', { events, register: false, pathToken: 'short' })).rejects.toThrow('shorter than 24');
		const parameters = { register: false, pathToken: 'a-long-random-text-of-letters-1' };
		expect(await hook('checkExists', { events, ...parameters })).toBe(true);
		expect(shop.calls()).toBe(before);
		expect(itemsOf(await push(pushExamples[2], { token: parameters.pathToken, parameters }))).toHaveLength(1);
		expect(itemsOf(await push(pushExamples[2], { parameters }))).toHaveLength(0);
	});
});

describe('the poll', () => {
	let staticData: IDataObject;
	beforeEach(() => {
		staticData = {};
	});
	const poll = async (parameters: INodeParameters = {}) =>
		((await runPoll(shop.engine, { node: node(parameters), staticData }))?.[0] ?? []).map(({ json }) => json);
	const told = (items: IDataObject[]) => items.map(({ event, number, stage }) => [event, number, stage]);

	it('does not flood at first, unless asked to; tells each change once, pushes or not', async () => {
		const { number } = shop.add({ scheme: 'rfbs-own' });
		expect(await poll()).toEqual([]);
		expect(await poll()).toEqual([]);
		shop.act(number, 'assemble-in-cabinet');
		const fresh = shop.add({ scheme: 'fbo' }).number;
		expect(told(await poll())).toEqual([['posting_changed', number, 'ready'], ['posting_seen', fresh, 'new']]);
		expect(await poll()).toEqual([]);
		shop.act(number, 'ask-to-cancel');
		for (let step = 0; step < 3; step++) shop.act(fresh, 'move-on');
		const [asked, moved] = (await poll()).sort((a) => (a.number === number ? -1 : 1));
		expect(asked).toMatchObject({ number, cancelRequested: true, stage: 'ready' });
		expect(moved).toMatchObject({ number: fresh, stage: 'in_delivery', previousStage: 'new' });
		expect(await poll()).toEqual([]);
		await freshJournal();
		expect((await poll({ options: { emitExisting: true } })).map((each) => each.number).sort()).toEqual([fresh, number].sort());
	});

	it('can be switched off, and loses nothing when it fails', async () => {
		await poll();
		const { number } = shop.add({ scheme: 'fbs' });
		expect(await poll({ poll: false })).toEqual([]);
		const before = structuredClone(staticData);
		shop.sandbox.faults.set({ api: 'ozon', kind: '500', share: 1 });
		await expect(poll()).rejects.toThrow();
		expect(staticData).toEqual(before);
		shop.sandbox.faults.clear();
		expect(told(await poll())).toEqual([['posting_seen', number, 'new']]);
	});

	it('tells people once a day that the key ends, but never while the workflow is being activated', async () => {
		shop.sandbox.ozon.settings.keyExpiresAt = Date.now() + 5.5 * day;
		const { number } = shop.add({ scheme: 'fbs' });
		expect(await poll()).toEqual([]);
		shop.act(number, 'assemble-in-cabinet');
		await expect(poll()).rejects.toThrow('The Ozon API key is valid for 5 more days');
		expect(told(await poll())).toEqual([['posting_changed', number, 'ready']]);
		jest.spyOn(Date, 'now').mockReturnValue(Date.now() + day);
		try {
			await expect(poll()).rejects.toThrow('The Ozon API key is valid for 4 more days');
		} finally {
			jest.restoreAllMocks();
		}
	});

	it('gives a sample in the editor and remembers nothing of it', async () => {
		const { number } = shop.add({ scheme: 'fbs' });
		const output = await runPoll(shop.engine, { node: node(), mode: 'manual', staticData });
		expect(output?.[0]?.[0]?.json).toMatchObject({ number, receivedBy: 'poll' });
		expect(staticData).toEqual({});
	});
});

describe('the test of the credential', () => {
	const test = async (change: Partial<typeof shop.stored> = {}) =>
		await ozonKey.call(new CredentialTestContext(), { id: '1', name: 'Ozon', type: 'ozonSellerApi', data: { ...shop.stored, ...change } });

	it('passes a key that lives on and has its methods', async () => {
		expect(await test()).toMatchObject({ status: 'OK' });
	});

	it('warns of a key that ends soon, and names the methods that it lacks', async () => {
		Object.assign(shop.sandbox.ozon.settings, { keyExpiresAt: Date.now() + 3.5 * day, missingMethods: ['/v2/posting/fbs/cancel'] });
		const { status, message } = await test();
		expect(status).toBe('Error');
		expect(message).toMatch(/takes the key.*valid for 3 more days.*lacks methods: \/v2\/posting\/fbs\/cancel/);
	});

	it('refuses a wrong key and an incomplete credential, and repeats neither', async () => {
		const wrong = await test({ apiKey: 'not-the-key' });
		expect(wrong).toMatchObject({ status: 'Error', message: expect.stringMatching(/\w{10}/) });
		expect(wrong.message).not.toContain('not-the-key');
		expect(await test({ clientId: '' })).toMatchObject({ status: 'Error', message: expect.stringContaining('no Client ID') });
	});
});
