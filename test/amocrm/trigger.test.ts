import { createServer, type Server } from 'node:http';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { runHook, runPoll, runWebhook } from '../engine/contexts';
import { closeJournal, freshJournal } from '../engine/journal';
import { openNodeBench, type NodeBench } from './nodeBench';

let bench: NodeBench;
let pipelineId: number;

beforeAll(async () => {
	bench = await openNodeBench();
});
afterAll(async () => {
	await bench.close();
	await closeJournal();
});
beforeEach(async () => {
	await freshJournal();
	bench.sandbox.reset(true);
	pipelineId = Number((await bench.crm.prepare('Заказы')).pipelineId);
	bench.forgetCalls();
});

const node = (more: IDataObject = {}) => ({
	type: 'amoCrmTrigger',
	parameters: { events: ['dealAdded', 'dealStatusChanged', 'dealDeleted'], receiveBy: 'both', readDeals: false, gatherSeconds: 0, ...more },
});
const hooks = () => bench.sandbox.amocrm.state().webhooks;
const account = () => bench.sandbox.amocrm.account;
const jsonOf = (items: INodeExecutionData[][] | null | undefined): IDataObject[] => (items?.[0] ?? []).map(({ json }) => json);

async function activate(staticData: IDataObject, more: IDataObject = {}): Promise<void> {
	if (!(await runHook(bench.engine, { node: node(more), method: 'checkExists', staticData }))) {
		await runHook(bench.engine, { node: node(more), method: 'create', staticData });
	}
}

const call = (staticData: IDataObject, body: string | Buffer, secret: unknown = staticData.secret, more: IDataObject = {}) =>
	runWebhook(bench.engine, {
		node: node(more),
		staticData,
		request: {
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			query: secret === undefined ? {} : { secret },
			rawBody: Buffer.from(body),
		},
	});

describe('the webhook in amoCRM', () => {
	it('is registered with a secret and the update event as a second witness, found again, and removed', async () => {
		const staticData: IDataObject = {};
		expect(await runHook(bench.engine, { node: node(), method: 'checkExists', staticData })).toBe(false);
		await activate(staticData);
		expect(hooks()).toHaveLength(1);
		expect(hooks()[0]?.settings.sort()).toEqual(['add_lead', 'delete_lead', 'status_lead', 'update_lead']);
		expect(hooks()[0]?.destination).toMatch(/\?secret=[\w-]{32}$/);
		expect(await runHook(bench.engine, { node: node(), method: 'checkExists', staticData })).toBe(true);
		expect(await runHook(bench.engine, { node: node({ events: ['dealAdded'] }), method: 'checkExists', staticData })).toBe(false);
		await runHook(bench.engine, { node: node(), method: 'delete', staticData });
		expect(hooks()).toHaveLength(0);
		expect(await runHook(bench.engine, { node: node(), method: 'delete', staticData })).toBe(true);
	});

	it('leaves no second hook behind when the secret was forgotten', async () => {
		await activate({});
		const [old] = hooks();
		await freshJournal();
		await activate({});
		expect(hooks()).toHaveLength(1);
		expect(hooks()[0]?.destination).not.toBe(old?.destination);
	});

	it('is not asked for when only polling is wanted', async () => {
		expect(await runHook(bench.engine, { node: node({ receiveBy: 'polling' }), method: 'checkExists' })).toBe(true);
		expect(bench.calls()).toEqual({});
	});
});

describe('a webhook call', () => {
	const staticData: IDataObject = { secret: 's3cret-s3cret', accountId: 30 };
	const body = [
		'leads[status][0][id]=11&leads[status][0][status_id]=142&leads[status][0][pipeline_id]=7&leads[status][0][old_status_id]=5',
		'leads[status][0][name]=%D0%98%D0%B2%D0%B0%D0%BD&leads[status][0][custom_fields][0][values][0][value]=%2B77015550123',
		'leads[update][0][id]=11&leads[update][0][last_modified]=1790000000&leads[update][1][id]=12',
		'leads[add][0][id]=13&leads[delete][0][id]=14&contacts[add][0][id]=15&account[id]=30&account[subdomain]=shop',
	].join('&');

	it('gives every event in the body, one item per deal, without personal data and without a call', async () => {
		const { data } = await call(staticData, body);
		const items = jsonOf(data.workflowData);
		expect(items.map(({ id, event, events }) => [id, event, events])).toEqual(expect.arrayContaining([
			[11, 'dealStatusChanged', ['dealStatusChanged', 'dealUpdated']],
			[12, 'dealUpdated', ['dealUpdated']],
			[13, 'dealAdded', ['dealAdded']],
			[14, 'dealDeleted', ['dealDeleted']],
		]));
		expect(items).toHaveLength(4);
		expect(items.find(({ id }) => id === 11)).toMatchObject({ pipelineId: 7, statusId: 142, oldStatusId: 5, at: '2026-09-21T14:13:20.000Z', source: 'webhook' });
		expect(JSON.stringify(items)).not.toMatch(/7701|Иван|secret/);
		expect(bench.calls()).toEqual({});
	});

	it('names no stage when the body speaks of two, since their order is not known', async () => {
		const moves = 'leads[status][0][id]=11&leads[status][0][status_id]=5&leads[status][1][id]=11&leads[status][1][status_id]=6&account[id]=30';
		const items = jsonOf((await call(staticData, moves)).data.workflowData);
		expect(items).toHaveLength(1);
		expect(items[0]).not.toHaveProperty('statusId');
	});

	it.each([
		['no secret', undefined],
		['another secret', 'wrong'],
		['a list of secrets', ['s3cret-s3cret']],
	])('is turned away with %s', async (_name, secret) => {
		const { data, response } = await runWebhook(bench.engine, {
			node: node(), staticData, request: { query: secret === undefined ? {} : { secret }, rawBody: Buffer.from(body) },
		});
		expect(response.statusCode).toBe(403);
		expect(data).toEqual({ noWebhookResponse: true });
	});

	it('is turned away for another account, when malformed and when too long; nothing is echoed', async () => {
		expect((await call(staticData, body.replace('account[id]=30', 'account[id]=31'))).response.statusCode).toBe(403);
		const malformed = await call(staticData, '{"<script>":1}');
		expect(malformed.response.statusCode).toBe(400);
		expect(malformed.response.body).not.toContain('script');
		expect((await call(staticData, Buffer.alloc(1024 * 1024 + 1, 'a'))).response.statusCode).toBe(413);
	});

	it('survives hostile keys', async () => {
		const hostile = 'leads[__proto__][0][id]=1&__proto__[polluted]=1&leads[add][__proto__][id]=3&leads[add][99999999][id]=2&account[id]=30&' +
			'leads' + '[a]'.repeat(500) + '=1';
		const { data } = await call(staticData, hostile);
		expect(jsonOf(data.workflowData).map(({ id }) => id)).toEqual([2]);
		expect(Reflect.get({}, 'polluted')).toBeUndefined();
	});

	it('is acknowledged when nothing in it is wanted', async () => {
		const { data, response } = await call(staticData, 'task[add][0][id]=5&account[id]=30');
		expect(data.workflowData).toBeUndefined();
		expect(response.headersSent).toBe(false);
	});

	it('takes a fraction of what amoCRM waits', async () => {
		const started = performance.now();
		for (let count = 0; count < 50; count++) await call(staticData, body);
		expect((performance.now() - started) / 50).toBeLessThan(100);
	});

	it('reads the deals when asked to, in one call', async () => {
		const deal = account().addLead({ name: 'Сделка', pipelineId }).id;
		bench.forgetCalls();
		const { data } = await call({ secret: 's3cret-s3cret' }, `leads[add][0][id]=${deal}&leads[add][1][id]=77&account[id]=1`, 's3cret-s3cret', { readDeals: true });
		expect(jsonOf(data.workflowData).map(({ deal: read }) => read)).toEqual([expect.objectContaining({ id: deal, name: 'Сделка' }), null]);
		expect(bench.calls()).toEqual({ 'GET /api/v4/leads': 1 });
	});
});

describe('webhook and poll together', () => {
	let receiver: Server;
	const bodies: string[] = [];

	beforeAll(async () => {
		receiver = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				bodies.push(Buffer.concat(chunks).toString());
				response.end('ok');
			});
		});
		await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	});
	afterAll(() => new Promise((resolve) => receiver.close(resolve)));
	beforeEach(() => bodies.splice(0));

	const subscribe = async (): Promise<void> => {
		const address = receiver.address();
		if (address === null || typeof address === 'string') throw new Error('The receiver listens on no port');
		const { port } = address;
		await bench.client.subscribe(`http://127.0.0.1:${port}/hook`, ['add_lead', 'update_lead', 'status_lead', 'delete_lead']);
	};

	it('reads the bodies that amoCRM really sends', async () => {
		await subscribe();
		const deal = account().addLead({ name: 'Сделка', pipelineId, contact: { name: 'Имя', phones: ['+77015550123'] } }).id;
		account().moveLead(deal, 'В доставке', pipelineId);
		bench.sandbox.clock.advance(1_000);
		for (let waited = 0; bodies.length === 0 && waited < 50; waited++) await new Promise((resolve) => setTimeout(resolve, 20));
		const items: IDataObject[] = [];
		for (const body of bodies) items.push(...jsonOf((await call({ secret: 's' }, body, 's')).data.workflowData));
		expect(new Set(items.map(({ id }) => id))).toEqual(new Set([deal]));
		expect(items.flatMap(({ events }) => events)).toEqual(expect.arrayContaining(['dealAdded', 'dealStatusChanged']));
		expect(JSON.stringify(items)).not.toContain('7015550123');
	});

	it('finds by polling what no webhook told, once, at one call when nothing happened', async () => {
		const staticData: IDataObject = {};
		expect(await runPoll(bench.engine, { node: node(), staticData })).toBeNull();
		const deal = account().addLead({ name: 'Сделка', pipelineId }).id;
		account().moveLead(deal, 'В доставке', pipelineId);
		const other = account().addLead({ name: 'Другая', pipelineId }).id;
		account().deleteLead(other);
		const items = jsonOf(await runPoll(bench.engine, { node: node(), staticData }));
		expect(items.map(({ id, event, source }) => [id, event, source])).toEqual(expect.arrayContaining([
			[deal, 'dealAdded', 'poll'], [other, 'dealDeleted', 'poll'],
		]));
		expect(items).toHaveLength(2);
		bench.forgetCalls();
		expect(await runPoll(bench.engine, { node: node(), staticData })).toBeNull();
		expect(bench.calls()).toEqual({ 'GET /api/v4/events': 1 });
		account().moveLead(deal, 'Доставлен', pipelineId);
		expect(jsonOf(await runPoll(bench.engine, { node: node(), staticData })).map(({ id, event }) => [id, event])).toEqual([[deal, 'dealStatusChanged']]);
	});

	it('loses nothing over many pages, and keeps what it could not read', async () => {
		const staticData: IDataObject = {};
		await runPoll(bench.engine, { node: node(), staticData });
		const ids = Array.from({ length: 230 }, (_, index) => account().addLead({ name: `L${index}`, pipelineId }).id);
		bench.sandbox.faults.set({ api: 'amocrm', kind: '500', pathIncludes: '/events', next: 3 });
		await expect(runPoll(bench.engine, { node: node(), staticData })).rejects.toThrow();
		const items = jsonOf(await runPoll(bench.engine, { node: node(), staticData }));
		expect(items.map(({ id }) => id).sort()).toEqual([...ids].sort());
	});

	it('shows a sample in the editor', async () => {
		const deal = account().addLead({ name: 'Сделка', pipelineId }).id;
		const items = jsonOf(await runPoll(bench.engine, { node: node({ readDeals: true }), mode: 'manual' }));
		expect(items).toEqual([expect.objectContaining({ id: deal, event: 'dealAdded', deal: expect.objectContaining({ name: 'Сделка' }) })]);
	});
});
