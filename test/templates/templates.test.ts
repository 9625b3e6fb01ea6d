import type { IDataObject } from 'n8n-workflow';
import { runWebhook } from '../engine/contexts';
import { createEngine } from '../engine/engine';
import { builtins } from './builtins';
import { connectionsOf, isNote, readTemplate, templateNames, type Template } from './template';
import { AmoCrmApi } from '../../credentials/AmoCrmApi.credentials';
import { KaspiApi } from '../../credentials/KaspiApi.credentials';
import { openJournal } from '../../journal/open';
import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { AmoCrmTrigger } from '../../nodes/AmoCrm/AmoCrmTrigger.node';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox';

const main = 'kaspi-amocrm-two-way-sync';
const retry = 'retry-failed-orders';

describe('every template', () => {
	it.each(templateNames)('%s can be read by an analyst and imported by anybody', (name) => {
		const template = readTemplate(name);
		const steps = template.nodes.filter((node) => !isNote(node));
		expect(new Set(template.nodes.map((node) => node.name)).size).toBe(template.nodes.length);
		expect(template.nodes.some(isNote)).toBe(true);
		expect(steps.every((node) => !/^(Order Sync|amoCRM|Filter|If|Set|HTTP Request)\d*$/.test(node.name))).toBe(true);
		expect(JSON.stringify(template)).not.toMatch(/"credentials"|webhookId|instanceId|staticData|Bearer /);
		for (const [from, { main: outputs }] of Object.entries(template.connections)) {
			const targets = outputs.flat().map(({ node }) => node);
			for (const each of [from, ...targets]) expect(steps.map((node) => node.name)).toContain(each);
		}
		for (const { name: step, onError } of steps.filter((node) => node.onError)) {
			expect(onError && template.connections[step]?.main[1]?.length).toBeGreaterThan(0);
		}
	});

	it('wires all three outputs of Order Sync', () => {
		for (const name of [main, retry]) {
			const template = readTemplate(name);
			const syncs = template.nodes.filter(({ type, parameters }) => type.endsWith('.orderSync') && parameters.operation !== 'prepare');
			expect(syncs.length).toBeGreaterThan(0);
			for (const sync of syncs) expect(template.connections[sync.name]?.main.map((output) => output.length)).toEqual([1, 1, 1]);
		}
	});

	it('has at most eight nodes on the main path', () => {
		const template = readTemplate(main);
		const reached = new Set<string>();
		const walk = (name: string): void => {
			if (reached.has(name)) return;
			reached.add(name);
			for (const { node } of template.connections[name]?.main.flat() ?? []) walk(node);
		};
		['Every 2 minutes', 'Deal changed in amoCRM'].forEach(walk);
		expect(reached.size).toBeLessThanOrEqual(8);
	});
});

describe('the templates as shipped, in the real engine', () => {
	let sandbox: Sandbox;
	let engine: ReturnType<typeof createEngine>;

	beforeEach(async () => {
		sandbox = await startSandbox({ empty: true, kaspi: { rateLimitPerSecond: 0, waybillDelayScale: 0, maskedPhoneShare: 0.5 } });
		const { kaspi, amocrm } = sandbox.credentials();
		engine = createEngine({
			nodeTypes: [OrderSync, AmoCrm, AmoCrmTrigger],
			foreignNodeTypes: builtins,
			credentialTypes: [KaspiApi, AmoCrmApi],
			credentials: {
				kaspiApi: { token: kaspi.token, shopId: kaspi.shopId, baseUrl: kaspi.baseUrl },
				amoCrmApi: { account: amocrm.baseUrl, accessToken: amocrm.longLivedToken },
			},
		});
		expect((await play(main, 'Set up amoCRM once')).status).toBe('success');
	}, 60_000);
	afterEach(async () => {
		await (await openJournal()).close();
		await sandbox.close();
	});

	const play = (name: string, startAt: string, input?: IDataObject[]) => {
		const template: Template = readTemplate(name);
		const nodes = template.nodes
			.filter((node) => !isNote(node))
			.map(({ name: step, type, typeVersion, parameters, onError }) => ({ name: step, type, typeVersion, parameters, onError }));
		return engine.runWorkflow({ nodes, connections: connectionsOf(template), startAt, input });
	};
	const leads = () => sandbox.amocrm.state().leads.filter(({ pipeline }) => pipeline === 'Заказы маркетплейсов');
	const writes = () =>
		Object.entries({ ...sandbox.logs.amocrm.counts().byRoute, ...sandbox.logs.kaspi.counts().byRoute })
			.filter(([route]) => !route.startsWith('GET'))
			.reduce((sum, [, count]) => sum + count, 0);

	it('sync: executed twice, the second run changes nothing', async () => {
		sandbox.kaspi.shop.createOrders({ count: 5 });
		const first = await play(main, 'Every 2 minutes');
		expect(first.status).toBe('success');
		expect(first.outputs('Both sides agree')[0]).toHaveLength(5);
		expect(leads()).toHaveLength(5);
		const before = writes();
		const second = await play(main, 'Every 2 minutes');
		expect(second.status).toBe('success');
		expect(second.outputs('Sweep Kaspi and amoCRM').flat()).toEqual([]);
		expect(writes()).toBe(before);
	}, 60_000);

	it('sync: a deal that a manager moves reaches Kaspi through the webhook', async () => {
		const { code } = sandbox.kaspi.shop.createOrder({ kind: 'kaspi-delivery' });
		await play(main, 'Every 2 minutes');
		const [lead] = leads();
		if (!lead) throw new Error('no deal');
		sandbox.amocrm.account.moveLead(lead.id, 'В работе / Сборка');
		const moved = leads()[0];
		const trigger = readTemplate(main).nodes.find(({ name }) => name === 'Deal changed in amoCRM');
		if (!trigger || !moved) throw new Error('no trigger');
		const body = new URLSearchParams({
			'leads[status][0][id]': String(moved.id),
			'leads[status][0][status_id]': String(moved.statusId),
			'leads[status][0][pipeline_id]': String(moved.pipelineId),
			'leads[status][0][old_status_id]': String(lead.statusId),
		});
		const { data } = await runWebhook(engine, {
			node: { name: trigger.name, type: trigger.type, parameters: trigger.parameters },
			staticData: { secret: 'secret' },
			request: { headers: { 'content-type': 'application/x-www-form-urlencoded' }, query: { secret: 'secret' }, rawBody: Buffer.from(body.toString()) },
		});
		const hints = data.workflowData?.[0] ?? [];
		expect(hints).toHaveLength(1);
		const run = await play(main, 'Sync the changed deals', hints.map(({ json }) => json));
		expect(run.outputs('Both sides agree')[0]?.map(({ json }) => [json.orderNumber, json.did])).toEqual([
			[code, ['"accept" sent to the marketplace', 'deal card updated']],
		]);
		expect(sandbox.kaspi.shop.orders.get(code)?.status).toBe('ACCEPTED_BY_MERCHANT');
	}, 60_000);

	it('sync: what the rules cannot settle becomes a task on the deal, once', async () => {
		const { code } = sandbox.kaspi.shop.createOrder({ kind: 'pickup' });
		await play(main, 'Every 2 minutes');
		const [lead] = leads();
		if (!lead) throw new Error('no deal');
		const other = sandbox.amocrm.state().pipelines.find(({ isMain }) => isMain);
		const stage = other?.stages[1];
		if (!other || !stage) throw new Error('no other pipeline');
		sandbox.amocrm.account.moveLead(lead.id, stage.id, other.id);
		const input = [{ entity: 'deal', id: lead.id, event: 'dealStatusChanged' }];
		const run = await play(main, 'Sync the changed deals', input);
		expect(run.outputs('Ask the manager in amoCRM')[0]).toHaveLength(1);
		const tasks = sandbox.amocrm.state().tasks;
		expect(tasks).toHaveLength(1);
		expect(tasks[0]?.text).toContain(code);
		await play(main, 'Every 2 minutes');
		expect(sandbox.amocrm.state().tasks).toHaveLength(1);
	}, 60_000);

	it('retry: takes up what failed; what keeps failing raises the alarm and names the order', async () => {
		const { code } = sandbox.kaspi.shop.createOrder({ kind: 'pickup' });
		sandbox.faults.set({ api: 'amocrm', kind: '429', method: 'POST' });
		const failed = await play(main, 'Every 2 minutes');
		expect(failed.status).toBe('success');
		expect(failed.outputs('Sweep Kaspi and amoCRM')[2]?.map(({ json }) => json.orderNumber)).toEqual([code]);
		expect(failed.outputs('Only what keeps failing')[0]).toEqual([]);

		const alarm = await play(main, 'Only what keeps failing', [{ orderNumber: code, attempts: 5, error: `Order ${code} was not synced` }]);
		expect(alarm.status).toBe('error');
		expect(alarm.error?.message).toContain(code);

		sandbox.faults.clear();
		await new Promise((done) => setTimeout(done, 31_000));
		const again = await play(retry, 'Every minute');
		expect(again.outputs('Both sides agree')[0]?.map(({ json }) => json.orderNumber)).toEqual([code]);
		expect(leads()).toHaveLength(1);
		expect((await play(retry, 'Every minute')).outputs('Retry what is due').flat()).toEqual([]);
	}, 90_000);
});
