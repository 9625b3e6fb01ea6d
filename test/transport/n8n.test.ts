import { createEngine, type Engine } from '../engine/engine';
import { runPoll } from '../engine/contexts';
import type {
	IAuthenticateGeneric,
	ICredentialType,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { ApiCall } from '../../journal/journal';
import { axiosThroughN8n, failedItem, nodeErrorFrom } from '../../transport/n8n';
import { paceFor } from '../../transport/pace';
import { ServiceClient } from '../../transport/service';
import { hang, json, Loopback, reset, text } from './loopback';

const token = 'secret-token-of-the-test';

class ShopApi implements ICredentialType {
	name = 'shopApi';
	displayName = 'Shop API';
	properties: INodeProperties[] = [
		{ displayName: 'Token', name: 'token', type: 'string', typeOptions: { password: true }, default: '' },
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '' },
	];
	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'X-Auth-Token': '={{$credentials.token}}' } },
	};
}

class ShopOAuth2Api implements ICredentialType {
	name = 'shopOAuth2Api';
	extends = ['oAuth2Api'];
	displayName = 'Shop OAuth2 API';
	properties: INodeProperties[] = [
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '' },
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			default: '={{$self["baseUrl"]}}/oauth2/access_token',
		},
		{ displayName: 'Authentication', name: 'authentication', type: 'hidden', default: 'body' },
	];
}

let calls: ApiCall[] = [];

const description = (name: string): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: 'Calls the loopback server',
	defaults: { name },
	inputs: name.endsWith('Trigger') ? [] : ['main'],
	outputs: ['main'],
	credentials: [{ name: 'shopApi' }, { name: 'shopOAuth2Api' }],
	properties: [
		{ displayName: 'Method', name: 'method', type: 'string', default: 'GET' },
		{ displayName: 'Credential', name: 'credential', type: 'string', default: 'shopApi' },
	],
});

async function clientIn(context: IExecuteFunctions | IPollFunctions, credential: string): Promise<ServiceClient> {
	const { baseUrl } = await context.getCredentials<{ baseUrl: string }>(credential);
	return new ServiceClient({
		api: 'Shop',
		baseUrl,
		http: axiosThroughN8n(context, credential),
		pace: paceFor(baseUrl, 200),
		headers: { 'User-Agent': 'marketplace-crm-test/1.0', 'Content-Type': 'application/vnd.api+json' },
		timeoutMs: 400,
		record: (call) => calls.push(call),
		readFailure: (_status, body) => z.object({ title: z.string() }).safeParse(body).data?.title,
		sleep: async () => undefined,
	});
}

class Caller implements INodeType {
	description = description('caller');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const method = z.enum(['GET', 'POST']).parse(this.getNodeParameter('method', 0));
		const credential = z.string().parse(this.getNodeParameter('credential', 0));
		const client = await clientIn(this, credential);
		const items: INodeExecutionData[] = [];
		for (const [index, { json: order }] of this.getInputData().entries()) {
			try {
				const answer = await client.send({
					method,
					path: 'orders',
					route: 'orders',
					query: [['filter[orders][state]', 'NEW & OLD'], ['page[size]', '100']],
					headers: { 'X-Security-Code': '' },
					body: method === 'POST' ? { id: String(order.id) } : undefined,
					answer: z.object({ ok: z.boolean() }),
					about: `order ${String(order.id)}`,
				});
				items.push({ json: answer, pairedItem: { item: index } });
			} catch (error) {
				if (!this.continueOnFail()) throw nodeErrorFrom(this.getNode(), error, index);
				items.push(failedItem(this.getNode(), error, index, { id: order.id, more: 'kept' }));
			}
		}
		return [items];
	}
}

class CallerTrigger implements INodeType {
	description: INodeTypeDescription = { ...description('callerTrigger'), polling: true, group: ['trigger'] };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const client = await clientIn(this, 'shopApi');
		const state = this.getWorkflowStaticData('node');
		try {
			await client.send({ method: 'GET', path: 'orders', route: 'orders', answer: z.unknown() });
		} catch (error) {
			throw nodeErrorFrom(this.getNode(), error);
		}
		state.polls = Number(state.polls ?? 0) + 1;
		return [[{ json: { polls: state.polls } }]];
	}
}

let server: Loopback;

beforeAll(async () => {
	server = await Loopback.start();
});
afterAll(() => server.stop());
beforeEach(() => {
	calls = [];
});

const engineFor = (baseUrl = server.url): Engine =>
	createEngine({
		nodeTypes: [Caller, CallerTrigger],
		credentialTypes: [ShopApi, ShopOAuth2Api],
		credentials: {
			shopApi: { token, baseUrl },
			shopOAuth2Api: {
				baseUrl,
				clientId: 'client',
				clientSecret: 'client-secret',
				oauthTokenData: { access_token: 'old', refresh_token: 'refresh-1', token_type: 'Bearer', expires_in: 86_400 },
			},
		},
	});

const call = (parameters: Record<string, string> = {}, more: object = {}, engine = engineFor()) =>
	engine.runWorkflow({ nodes: [{ type: 'caller', parameters, ...more }], input: [{ id: '1001' }, { id: '1002' }] });

describe('requests through n8n', () => {
	it('carry the credential, our headers (empty ones too), the query as it is, and keep the item links', async () => {
		server.will(json(200, { ok: true }));
		const run = await call();
		expect(run.error).toBeUndefined();
		expect(run.outputs('caller')[0]).toEqual([
			{ json: { ok: true }, pairedItem: { item: 0 } },
			{ json: { ok: true }, pairedItem: { item: 1 } },
		]);
		const [first] = server.seen;
		expect(first?.url).toBe('/orders?filter%5Borders%5D%5Bstate%5D=NEW%20%26%20OLD&page%5Bsize%5D=100');
		expect(first?.headers).toMatchObject({
			'x-auth-token': token,
			'user-agent': 'marketplace-crm-test/1.0',
			'content-type': 'application/vnd.api+json',
			'x-security-code': '',
		});
		expect(first?.rawHeaders.filter((name) => name.toLowerCase() === 'x-security-code')).toHaveLength(1);
	});

	it('send a JSON body once encoded', async () => {
		server.will(json(200, { ok: true }));
		await call({ method: 'POST' });
		expect(server.seen.map(({ body }) => body)).toEqual(['{"id":"1001"}', '{"id":"1002"}']);
	});

	it.each([
		[400, 'Shop refused order 1001 (HTTP 400): Bad date'],
		[401, 'Shop did not accept the token for order 1001 (HTTP 401): Bad date'],
		[403, 'Shop does not allow order 1001 (HTTP 403): Bad date'],
		[404, 'Shop does not know order 1001 (HTTP 404): Bad date'],
	])('bring status %i and its body back, asking once', async (status, message) => {
		server.will(json(status, { title: 'Bad date' }));
		const run = await call();
		expect(run.status).toBe('error');
		const error = run.errorOf('caller');
		expect(error?.message).toBe(message);
		expect(error).toMatchObject({ httpCode: String(status), context: { itemIndex: 0 } });
		expect(server.seen).toHaveLength(1);
	});

	it('do not stumble over HTML, neither with a good status nor with a bad one', async () => {
		server.will(text(200, '<html>protected</html>'));
		const good = await call();
		expect(good.errorOf('caller')?.message).toContain('is out of order at the moment, asked for order 1001 (HTTP 200)');
		expect(server.seen).toHaveLength(3);

		server.will(text(404, '<html>nginx</html>'));
		const bad = await call();
		expect(bad.errorOf('caller')).toMatchObject({ httpCode: '404' });
	});

	it('tell a write that may have been applied from one that never left', async () => {
		server.will(hang);
		const late = await call({ method: 'POST' }, { onError: 'continueErrorOutput' });
		const [failed] = late.outputs('caller')[1] ?? [];
		expect(failed?.json).toMatchObject({
			error: 'Shop did not answer for order 1001: no answer came in time',
			details: { kind: 'unknown_outcome', mayBeApplied: true },
		});
		expect(calls[0]).toMatchObject({ result: 'unknown_outcome', status: 0, attempt: 1 });
		expect(server.seen).toHaveLength(2);

		server.will(reset);
		await call({ method: 'POST' }, { onError: 'continueErrorOutput' });
		expect(server.seen).toHaveLength(2);
		expect(calls.slice(2).map(({ result }) => result)).toEqual(['unknown_outcome', 'unknown_outcome']);

		calls = [];
		const closed = await Loopback.start();
		const { url } = closed;
		await closed.stop();
		const run = await call({ method: 'POST' }, {}, engineFor(url));
		expect(run.errorOf('caller')?.message).toBe('Shop could not be reached for order 1001: the connection was refused');
		expect(calls.map(({ result, attempt }) => [result, attempt])).toEqual([['unavailable', 1], ['unavailable', 2], ['unavailable', 3]]);
	});

	it('put failed items on the error output with everything needed to try again', async () => {
		server.will(json(400, { title: 'approvePermissions is missing' }), json(200, { ok: true }));
		const run = await call({ method: 'POST' }, { onError: 'continueErrorOutput' });
		expect(run.status).toBe('success');
		const [good, failed] = run.outputs('caller');
		expect(good).toEqual([{ json: { ok: true }, pairedItem: { item: 1 } }]);
		expect(failed).toHaveLength(1);
		expect(failed?.[0]).toEqual({
			json: {
				// From the input item: n8n adds it.
				id: '1001',
				error: 'Shop refused order 1001 (HTTP 400): approvePermissions is missing',
				message: expect.stringContaining('correct the input'),
				details: { id: '1001', more: 'kept', api: 'Shop', kind: 'rejected', httpStatus: 400, mayBeApplied: false },
			},
			pairedItem: { item: 0 },
		});
	});

	it('keep the text that n8n would replace because a word of it holds an errno code', async () => {
		server.will(json(400, { title: 'approvePermissions is missing' }));
		const run = await call();
		expect(run.errorOf('caller')?.message).toBe('Shop refused order 1001 (HTTP 400): approvePermissions is missing');
		expect(run.errorOf('caller')).toMatchObject({ description: expect.stringContaining('correct the input') });
	});

	it('stop with the execution: a read is not repeated after the Stop button', async () => {
		server.will(hang);
		const started = Date.now();
		const run = await engineFor().runWorkflow({ nodes: [{ type: 'caller' }], cancelAfterMs: 100 });
		expect(run.errorOf('caller')?.message).toContain('the execution was stopped before an answer came');
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(server.seen).toHaveLength(1);
		expect(Date.now() - started).toBeLessThan(2_000);
	});

	it('never put the token into what n8n keeps of a failed execution', async () => {
		server.will(json(401, { title: `token=${token}` }));
		const run = await call();
		expect(JSON.stringify(run.run)).not.toContain(token);
		expect(String(run.errorOf('caller')?.stack)).not.toContain(token);
	});
});

describe('OAuth2', () => {
	const oauth = { credential: 'shopOAuth2Api' };

	it('renews the token on 401 and sends the request again, keeping the new pair', async () => {
		const engine = engineFor();
		server.will((response, seen, socket) => {
			if (seen.url.startsWith('/oauth2/access_token')) {
				return json(200, { access_token: 'new', refresh_token: 'refresh-2', token_type: 'Bearer', expires_in: 86_400 })(response, seen, socket);
			}
			const isNew = seen.headers.authorization === 'Bearer new';
			return json(isNew ? 200 : 401, isNew ? { ok: true } : { title: 'expired' })(response, seen, socket);
		});
		const run = await call({ ...oauth, method: 'POST' }, {}, engine);
		expect(run.error).toBeUndefined();
		expect(run.outputs('caller')[0]).toHaveLength(2);
		expect(server.seen.map(({ url }) => url.split('?')[0])).toEqual(['/orders', '/oauth2/access_token', '/orders', '/orders']);
		expect(server.seen[1]?.body).toContain('refresh_token=refresh-1');
		expect(engine.credentials.stored.shopOAuth2Api?.oauthTokenData).toMatchObject({ refresh_token: 'refresh-2' });
	});

	it('says that the credential has to be reconnected when the refresh token is gone', async () => {
		server.will((response, seen, socket) =>
			json(seen.url.startsWith('/oauth2') ? 400 : 401, { error: 'invalid_grant' })(response, seen, socket),
		);
		const run = await call(oauth);
		expect(run.errorOf('caller')?.message).toContain('needs to be reconnected');
		expect(run.errorOf('caller')).toMatchObject({ httpCode: '401' });
		expect(calls).toEqual([expect.objectContaining({ result: 'unauthorized', attempt: 1 })]);
	});

	it('takes an outage of the token endpoint for an outage, and a write that got 401 for one that was not applied', async () => {
		server.will((response, seen, socket) =>
			json(seen.url.startsWith('/oauth2') ? 503 : 401, {})(response, seen, socket),
		);
		const run = await call({ ...oauth, method: 'POST' });
		expect(run.errorOf('caller')?.message).toContain('could not be reached for order 1001: the OAuth2 token had to be renewed first');
		expect(calls.at(-1)).toMatchObject({ result: 'unavailable', attempt: 3 });
	});

	it('gives a 401 that remains after the renewal back as what it is', async () => {
		server.will((response, seen, socket) =>
			seen.url.startsWith('/oauth2')
				? json(200, { access_token: 'new', refresh_token: 'r', token_type: 'Bearer' })(response, seen, socket)
				: json(401, { title: 'no' })(response, seen, socket),
		);
		const run = await call(oauth);
		expect(run.errorOf('caller')?.message).toBe('Shop did not accept the token for order 1001 (HTTP 401): no');
	});
});

describe('polls', () => {
	it('run in the true context and keep their static data', async () => {
		server.will(json(200, {}));
		const staticData = {};
		await runPoll(engineFor(), { node: { type: 'callerTrigger' }, staticData });
		const output = await runPoll(engineFor(), { node: { type: 'callerTrigger' }, staticData });
		expect(output).toEqual([[{ json: { polls: 2 } }]]);
	});

	it('fail with an httpCode that n8n sorts by', async () => {
		server.will(json(429, {}, { 'Retry-After': '60' }));
		const failure = await runPoll(engineFor(), { node: { type: 'callerTrigger' } }).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(NodeApiError);
		expect(failure).toMatchObject({ httpCode: '429' });
		expect(server.seen).toHaveLength(1);
	});
});
