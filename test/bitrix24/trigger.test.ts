import { z } from 'zod/v4';
import { createServer, type Server } from 'node:http';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { runHook, runPoll, runWebhook } from '../engine/contexts';
import { PublishedTrigger } from '../engine/publishedTrigger';
import { closeJournal, freshJournal } from '../engine/journal';
import { applicationToken, openNodeBench, type NodeBench } from './nodeBench';

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
	bench.reset();
	pipelineId = Number((await bench.crm.prepare('Заказы')).pipelineId);
	bench.forgetCalls();
});

const node = (more: IDataObject = {}) => ({
	type: 'bitrix24Trigger',
	parameters: { authentication: 'webhook', events: ['dealAdded', 'dealStageChanged', 'dealDeleted'], receiveBy: 'both', gatherSeconds: 0, ...more },
});
const application = (more: IDataObject = {}) => node({ authentication: 'oAuth2', ...more });
const account = () => bench.sandbox.bitrix24.account;
const handlers = () => bench.sandbox.bitrix24.state().webhooks;
const jsonOf = (items: INodeExecutionData[][] | null | undefined): IDataObject[] => (items?.[0] ?? []).map(({ json }) => json);

const call = (spec: ReturnType<typeof node>, staticData: IDataObject, body: string | Buffer, secret?: unknown) =>
	runWebhook(bench.engine, {
		node: spec,
		staticData,
		request: {
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			query: secret === undefined ? {} : { secret },
			rawBody: Buffer.from(body),
		},
	});
const event = (name: string, id: number, auth: Record<string, string>): string =>
	new URLSearchParams({ event: name, event_handler_id: '1', 'data[FIELDS][ID]': String(id), ts: '1790000000', ...Object.fromEntries(Object.entries(auth).map(([key, value]) => [`auth[${key}]`, value])) }).toString();

describe('an outgoing webhook', () => {
	const auth = (more: Record<string, string> = {}) => ({ application_token: applicationToken, domain: bench.credentials().domain, member_id: 'm', ...more });

	it('is made by hand: nothing is registered, but a token is asked for', async () => {
		expect(await runHook(bench.engine, { node: node(), method: 'checkExists' })).toBe(true);
		expect(bench.calls()).toBe(0);
	});

	it('gives ids only, without a call to the portal and without the token', async () => {
		const { data } = await call(node(), {}, event('ONCRMDEALUPDATE', 11, auth({ access_token: 'never-shown' })));
		expect(jsonOf(data.workflowData)).toEqual([{ entity: 'deal', id: 11, event: 'dealUpdated', events: ['dealUpdated'], at: '2026-09-21T14:13:20.000Z', source: 'webhook' }]);
		expect(bench.calls()).toBe(0);
	});

	it.each([
		['no token', { application_token: '' }],
		['another token', { application_token: 'wrong' }],
		['another portal', { domain: 'other.bitrix24.kz' }],
	])('is turned away with %s', async (_name, more) => {
		const { data, response } = await call(node(), {}, event('ONCRMDEALADD', 1, auth(more)));
		expect(response.statusCode).toBe(403);
		expect(data).toEqual({ noWebhookResponse: true });
	});

	it('is turned away when malformed or too long, and acknowledged when nothing in it is wanted', async () => {
		expect((await call(node(), {}, '{"<script>":1}')).response.statusCode).toBe(403);
		expect((await call(node(), {}, Buffer.alloc(64 * 1024 + 1, 'a'))).response.statusCode).toBe(413);
		const unwanted = await call(node(), {}, event('ONCRMCONTACTADD', 5, auth()));
		expect(unwanted.data.workflowData).toBeUndefined();
		expect(unwanted.response.headersSent).toBe(false);
	});

	it('takes a fraction of what Bitrix24 waits', async () => {
		const started = performance.now();
		for (let count = 0; count < 50; count += 1) await call(node(), {}, event('ONCRMDEALADD', count + 1, auth()));
		expect((performance.now() - started) / 50).toBeLessThan(100);
	});
});

describe('an application', () => {
	beforeEach(() => bench.connect());

	it('binds its events to a secret address, finds them again, and unbinds them', async () => {
		const staticData: IDataObject = {};
		expect(await runHook(bench.engine, { node: application(), method: 'checkExists', staticData })).toBe(false);
		await runHook(bench.engine, { node: application(), method: 'create', staticData });
		expect(handlers().flatMap(({ events }) => events).sort()).toEqual(['ONCRMDEALADD', 'ONCRMDEALDELETE', 'ONCRMDEALMOVETOCATEGORY', 'ONCRMDEALUPDATE']);
		expect(handlers().every(({ url }) => /\?secret=[\w-]{32}$/.test(url))).toBe(true);
		expect(await runHook(bench.engine, { node: application(), method: 'checkExists', staticData })).toBe(true);
		expect(await runHook(bench.engine, { node: application({ events: ['contactAdded'] }), method: 'checkExists', staticData })).toBe(false);
		await runHook(bench.engine, { node: application({ events: ['contactAdded'] }), method: 'create', staticData });
		expect(handlers().flatMap(({ events }) => events)).toEqual(['ONCRMCONTACTADD']);
		await runHook(bench.engine, { node: application(), method: 'delete', staticData });
		expect(handlers()).toHaveLength(0);
		expect(staticData).toEqual({});
	});

	it('leaves no second handler behind when the secret was forgotten', async () => {
		await runHook(bench.engine, { node: application(), method: 'create', staticData: {} });
		const count = handlers().length;
		await freshJournal();
		await runHook(bench.engine, { node: application(), method: 'create', staticData: {} });
		expect(handlers()).toHaveLength(count);
	});

	it('keeps to the token that the first call to the secret address has brought', async () => {
		const staticData: IDataObject = {};
		await runHook(bench.engine, { node: application(), method: 'create', staticData });
		const secret = new URL(handlers()[0]?.url ?? '').searchParams.get('secret');
		const { memberId } = bench.credentials();
		const good = { application_token: 'first-token', member_id: memberId };
		expect((await call(application(), staticData, event('ONCRMDEALADD', 3, good))).response.statusCode).toBe(403);
		expect((await call(application(), staticData, event('ONCRMDEALADD', 3, { ...good, member_id: 'stranger' }), secret)).response.statusCode).toBe(403);
		expect((await call(application(), staticData, event('ONCRMDEALADD', 3, { member_id: memberId }), secret)).response.statusCode).toBe(403);
		expect(jsonOf((await call(application(), staticData, event('ONCRMDEALADD', 3, good), secret)).data.workflowData)).toMatchObject([{ id: 3 }]);
		expect((await call(application(), staticData, event('ONCRMDEALADD', 3, { ...good, application_token: 'second' }), secret)).response.statusCode).toBe(403);
	});

	it('knows that token after a restart, although n8n loses what a webhook writes, and of two first ones only one', async () => {
		const trigger = new PublishedTrigger(bench.engine, application());
		await trigger.activate('activate');
		const secret = new URL(handlers()[0]?.url ?? '').searchParams.get('secret') ?? '';
		const { memberId } = bench.credentials();
		const given = (token: string, id: number) =>
			trigger.webhook({ query: { secret }, rawBody: Buffer.from(event('ONCRMDEALADD', id, { application_token: token, member_id: memberId })) });
		const first = await Promise.all(['one', 'two'].map((token, index) => given(token, index + 1)));
		expect(first.flat()).toHaveLength(1);
		const [right = '', wrong = ''] = first[0]?.length === 1 ? ['one', 'two'] : ['two', 'one'];
		await trigger.restart();
		expect(await given(wrong, 3)).toEqual([]);
		expect(await given(right, 4)).toMatchObject([{ id: 4 }]);
		expect(JSON.stringify(trigger.staticData)).not.toContain(right);
	});

	it('says what is wrong when a webhook tries to bind', async () => {
		await expect(bench.client.call('event.bind', { event: 'ONCRMDEALADD', handler: 'https://n8n.example/x' }, 'repeatable', z.unknown())).rejects.toThrow(/applications only/);
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

	it('reads the bodies that Bitrix24 really sends', async () => {
		const address = receiver.address();
		if (address === null || typeof address === 'string') throw new Error('The receiver listens on no port');
		account().addOutgoingWebhook(`http://127.0.0.1:${address.port}/hook`, ['ONCRMDEALADD', 'ONCRMDEALUPDATE', 'ONCRMDEALDELETE'], applicationToken);
		const deal = account().addDeal({ title: 'Сделка', categoryId: pipelineId, contact: { name: 'Имя', phones: ['+77015550123'] } }).id;
		account().moveDeal(deal, 'В доставке');
		bench.sandbox.clock.advance(2_000);
		for (let waited = 0; bodies.length < 2 && waited < 100; waited += 1) await new Promise((resolve) => setTimeout(resolve, 20));
		const items: IDataObject[] = [];
		for (const body of bodies) items.push(...jsonOf((await call(node(), {}, body)).data.workflowData));
		expect(items.map(({ id, event: what }) => [id, what])).toEqual([[deal, 'dealAdded'], [deal, 'dealUpdated']]);
		expect(JSON.stringify(items)).not.toContain(applicationToken);
	});

	it('finds by polling what no webhook told, moves between pipelines too, once, at one call when nothing happened', async () => {
		const staticData: IDataObject = {};
		account().addDeal({ title: 'Старая', categoryId: pipelineId });
		expect(await runPoll(bench.engine, { node: node(), staticData })).toBeNull();
		const deal = account().addDeal({ title: 'Сделка', categoryId: pipelineId }).id;
		account().moveDeal(deal, 'В доставке');
		const items = jsonOf(await runPoll(bench.engine, { node: node(), staticData }));
		expect(items).toMatchObject([{ entity: 'deal', id: deal, event: 'dealAdded', events: ['dealAdded', 'dealStageChanged'], pipelineId: String(pipelineId), source: 'poll' }]);
		bench.forgetCalls();
		expect(await runPoll(bench.engine, { node: node(), staticData })).toBeNull();
		expect(bench.calls()).toBe(1);
		account().moveDeal(deal, 'NEW', 0);
		expect(jsonOf(await runPoll(bench.engine, { node: node(), staticData }))).toMatchObject([{ id: deal, event: 'dealMovedToPipeline', pipelineId: '0', statusId: 'NEW' }]);
	});

	it('loses nothing over many pages, and keeps what it could not read', async () => {
		const staticData: IDataObject = {};
		await runPoll(bench.engine, { node: node(), staticData });
		const ids = Array.from({ length: 230 }, (_, index) => account().addDeal({ title: `L${index}`, categoryId: pipelineId }).id);
		bench.sandbox.faults.set({ api: 'bitrix24', kind: '500', next: 3 });
		await expect(runPoll(bench.engine, { node: node(), staticData })).rejects.toThrow();
		const items = jsonOf(await runPoll(bench.engine, { node: node(), staticData }));
		expect(items.map(({ id }) => id)).toEqual(ids);
	});

	it('keeps what came by webhook and leaves no trace in the history, when a poll fails', async () => {
		const spec = node({ events: ['contactAdded', 'dealAdded'], gatherSeconds: 30 });
		const auth = { application_token: applicationToken, domain: bench.credentials().domain };
		expect(jsonOf((await call(spec, {}, event('ONCRMCONTACTADD', 5, auth))).data.workflowData)).toMatchObject([{ id: 5 }]);
		await runPoll(bench.engine, { node: spec });
		await call(spec, {}, event('ONCRMCONTACTADD', 6, auth));
		bench.sandbox.faults.set({ api: 'bitrix24', kind: '500', next: 3 });
		await expect(runPoll(bench.engine, { node: spec })).rejects.toThrow();
		expect(jsonOf(await runPoll(bench.engine, { node: spec }))).toMatchObject([{ entity: 'contact', id: 6 }]);
	});

	it('shows a sample in the editor, and asks for nothing when only contacts are listened to', async () => {
		const deal = account().addDeal({ title: 'Сделка', categoryId: pipelineId }).id;
		expect(jsonOf(await runPoll(bench.engine, { node: node(), mode: 'manual' }))).toMatchObject([{ id: deal, event: 'dealAdded' }]);
		bench.forgetCalls();
		expect(await runPoll(bench.engine, { node: node({ events: ['contactAdded'] }) })).toBeNull();
		expect(bench.calls()).toBe(0);
	});
});
