import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { workflowSchema, type Credential, type N8nApi, type NodeType, type Workflow } from './n8nApi';
import type { Narrator } from './narrator';
import { TEMPLATES } from './paths';
import type { Pair } from './pairs';
import type { Sandbox } from './sandbox';
import type { SandboxAddresses } from './sandboxState';

const PACK = 'n8n-nodes-marketplace-crm';
const ORDER_SYNC = `${PACK}.orderSync`;
const MANUAL_TRIGGER = 'n8n-nodes-base.manualTrigger';
const SCHEDULE_TRIGGER = 'n8n-nodes-base.scheduleTrigger';
/** Of n8n's own forms. */
const FORM_CREDENTIAL = 'httpBasicAuth';
const ALERT_TEMPLATE = 'alert-on-failure.json';
const RETRY_TEMPLATE = 'retry-failed-orders.json';
/** It works in amoCRM only, as its note says. */
const GUARD_TEMPLATE = { file: 'ozon-express-dispute-guard.json', pair: 'ozon-amocrm' };
const POLL_EVERY_MINUTE = { item: [{ mode: 'everyMinute' }] };

/** In reality the templates look every minute or two; here a person is watching. (n8n allows no poll below a minute.) */
const SWEEP_EVERY_S = 15;
const RETRY = { retryFirstSeconds: 5, retryMaxMinutes: 1, commandGivesUpSeconds: 60 } as const;

/** What a person needs to audit the contacts. */
export interface Provisioned {
	audit: { workflowId: string; /** The trigger of the weekly report. */ trigger: string; /** Where codes are approved. */ formAddress: string };
	/** Who may open that form. */
	approver: { user: string; password: string };
}

/** By credential type. */
type Credentials = Record<string, Credential>;

/** Sets up n8n as an integrator would in the editor: credentials, the CRM's pipeline, the templates, published. */
export async function provision(pair: Pair, api: N8nApi, sandbox: Sandbox, n8nAddress: string, narrator: Narrator): Promise<Provisioned> {
	const { addresses } = sandbox;
	const approver = { user: 'head-of-sales', password: randomBytes(9).toString('base64url') };
	const types = byName(await api.nodeTypes());
	if (!types.has(ORDER_SYNC)) throw new Error(`n8n has not loaded ${PACK}: its log says why (.demo/logs/n8n.log).`);
	const credentials = await narrator.step('Creating and testing the credentials', async () => await createCredentials(pair, api, addresses, approver));
	let errorWorkflow: string | undefined;
	let audit: Provisioned['audit'] | undefined;
	for (const file of templateFiles(pair)) {
		const template = file === RETRY_TEMPLATE ? madeOutFor(pair, readTemplate(file)) : readTemplate(file);
		await narrator.step(`Importing and publishing the template "${template.name}"`, async () => {
			const ready = quicker(filledIn(asImported(template, credentials, types), addresses, n8nAddress));
			const settings = { ...ready.settings, ...(errorWorkflow === undefined ? {} : { errorWorkflow }) };
			const id = await api.importWorkflow({ ...ready, settings });
			if (file === syncTemplate(pair.name)) await firstRun(pair, api, ready, id);
			await api.publish(id);
			await connectWebhook(pair, sandbox, ready, n8nAddress);
			if (file === ALERT_TEMPLATE) errorWorkflow = id;
			if (file === pair.crm.auditTemplate) audit = auditOf(ready, id, n8nAddress);
		});
	}
	narrator.line(
		`  The templates look every ${SWEEP_EVERY_S} s here (really 1–2 min) and try again after ${RETRY.retryFirstSeconds} s (really 30 s).`,
	);
	if (audit === undefined) throw new Error(`${pair.crm.auditTemplate} was not imported.`);
	return { audit, approver };
}

/** A type that n8n has in several versions takes what any of them takes. */
function byName(types: readonly NodeType[]): ReadonlyMap<string, NodeType> {
	const all = new Map<string, NodeType>();
	for (const { name, webhooks, credentials = [] } of types) {
		const known = all.get(name);
		all.set(name, { name, webhooks: webhooks ?? known?.webhooks, credentials: [...(known?.credentials ?? []), ...credentials] });
	}
	return all;
}

async function createCredentials(
	{ market, crm }: Pair,
	api: N8nApi,
	addresses: SandboxAddresses,
	approver: Provisioned['approver'],
): Promise<Credentials> {
	const { token, baseUrl } = addresses.messenger;
	const alerts = { type: 'telegramApi', name: 'Alerts (sandbox)', data: { accessToken: token, baseUrl } };
	const wanted = [market.credential(addresses), crm.credential(addresses), alerts];
	const credentials: Credentials = {};
	for (const { type, name, data } of wanted) {
		const created = await api.createCredential(name, type, data);
		const refusal = await api.testCredential(created.id, name, type, data);
		if (refusal !== undefined) throw new Error(`The credential "${name}" does not pass its own test: ${refusal}`);
		credentials[type] = created;
	}
	// n8n has no test for passwords of its own forms.
	credentials[FORM_CREDENTIAL] = await api.createCredential('Approval form', FORM_CREDENTIAL, approver);
	return credentials;
}

/** The test that the editor runs when a person opens the marketplace's credential; undefined when it passes. */
export async function testMarketCredential({ market }: Pair, api: N8nApi, { addresses }: Sandbox): Promise<string | undefined> {
	const { type, name, data } = market.credential(addresses);
	return await api.testCredential('', name, type, data);
}

/** As an integrator who watches: the first run prepares the CRM and the settings of the pair. Then waiting times are made shorter, by Prepare CRM. */
async function firstRun(pair: Pair, api: N8nApi, sync: Workflow, id: string): Promise<void> {
	const schedule = sync.nodes.find(({ type }) => type === SCHEDULE_TRIGGER);
	const node = sync.nodes.find(({ type }) => type === ORDER_SYNC);
	if (schedule === undefined || node === undefined) throw new Error(`"${sync.name}" has no schedule or no Order Sync.`);
	await api.run(id, schedule.name);
	const { marketplace, crm, crmAuthentication } = node.parameters;
	const start = { ...schedule, id: 'start', name: 'Start', type: MANUAL_TRIGGER, typeVersion: 1, parameters: {} };
	const prepare = { ...node, id: 'prepare', name: 'Prepare', parameters: { operation: 'preparePair', marketplace, crm, crmAuthentication, options: RETRY } };
	const quicker: Workflow = {
		name: `Prepare ${pair.name}`,
		nodes: [start, prepare],
		connections: { Start: { main: [[{ node: 'Prepare', type: 'main', index: 0 }]] } },
		settings: sync.settings,
	};
	await api.run(await api.importWorkflow(quicker), 'Start');
}

/** The alert comes first: the others name it as their error workflow. */
function templateFiles({ name, crm }: Pair): string[] {
	const guard = name === GUARD_TEMPLATE.pair ? [GUARD_TEMPLATE.file] : [];
	return [ALERT_TEMPLATE, syncTemplate(name), RETRY_TEMPLATE, ...guard, crm.auditTemplate];
}

const syncTemplate = (pair: string): string => `${pair}-two-way-sync.json`;
const readTemplate = (file: string): Workflow => workflowSchema.parse(JSON.parse(readFileSync(join(TEMPLATES, file), 'utf8')));

/** A CRM whose webhooks do not register themselves is told the address of the published trigger, as its note says. */
async function connectWebhook({ crm: { connectWebhook: how } }: Pair, sandbox: Sandbox, { nodes }: Workflow, n8nAddress: string): Promise<void> {
	if (how === undefined) return;
	for (const { type, webhookId } of nodes) {
		if (type === `${PACK}.${how.triggerType}`) await how.connect(sandbox, `${n8nAddress}/webhook/${String(webhookId)}/${how.path}`);
	}
}

/** What the editor does on import, and the person who then chooses credentials: each node gets those of ours that its type takes. */
function asImported(workflow: Workflow, credentials: Credentials, types: ReadonlyMap<string, NodeType>): Workflow {
	const nodes = workflow.nodes.map((node) => {
		const type = types.get(node.type);
		const taken = (type?.credentials ?? []).flatMap(({ name }) => {
			const credential = credentials[name];
			return credential === undefined ? [] : [[name, credential] as const];
		});
		return {
			...node,
			...(taken.length === 0 ? {} : { credentials: Object.fromEntries(taken) }),
			...(type?.webhooks === undefined ? {} : { webhookId: randomUUID() }),
		};
	});
	return { ...workflow, nodes };
}

/** What the note of the retry template asks an integrator to do: the settings of Order Sync and the step that asks a manager are those of the pair's sync workflow. */
export function madeOutFor({ name }: Pair, retry: Workflow): Workflow {
	const { nodes } = readTemplate(syncTemplate(name));
	const sync = nodes.find(({ type }) => type === ORDER_SYNC)?.parameters ?? {};
	const asks = (node: Workflow['nodes'][number]) => node.name.startsWith('Ask the manager');
	const question = nodes.find(asks);
	if (question === undefined) throw new Error(`The template ${syncTemplate(name)} asks nobody.`);
	const before = retry.nodes.find(asks)?.name ?? question.name;
	const settings = Object.fromEntries(Object.entries(sync).filter(([parameter]) => parameter !== 'operation'));
	return {
		...retry,
		nodes: retry.nodes.map((node) => {
			if (asks(node)) return { ...question, position: node.position, id: node.id };
			return node.type === ORDER_SYNC ? { ...node, parameters: { ...node.parameters, ...settings } } : node;
		}),
		connections: renamed(retry.connections, before, question.name),
	};
}

/** Connections name their nodes in keys and in targets. */
const renamed = (connections: Workflow['connections'], from: string, to: string): Workflow['connections'] =>
	workflowSchema.shape.connections.parse(JSON.parse(JSON.stringify(connections).replaceAll(JSON.stringify(from), JSON.stringify(to))));

const isForm = ({ type }: Workflow['nodes'][number]): boolean => type === 'n8n-nodes-base.formTrigger';
const formAddressOf = ({ nodes }: Workflow, n8nAddress: string): string => `${n8nAddress}/form/${String(nodes.find(isForm)?.webhookId)}`;

function auditOf(workflow: Workflow, workflowId: string, n8nAddress: string): Provisioned['audit'] {
	const trigger = workflow.nodes.find(({ type }) => type === SCHEDULE_TRIGGER)?.name;
	if (trigger === undefined) throw new Error(`"${workflow.name}" has no schedule.`);
	return { workflowId, trigger, formAddress: formAddressOf(workflow, n8nAddress) };
}

/** What the sticky notes ask an integrator to fill in. */
function filledIn(workflow: Workflow, { messenger }: SandboxAddresses, n8nAddress: string): Workflow {
	const nodes = workflow.nodes.map((node) => {
		if (node.type === 'n8n-nodes-base.telegram') return { ...node, parameters: { ...node.parameters, chatId: messenger.chatId } };
		if (node.parameters.operation !== 'findDuplicates') return node;
		const options = typeof node.parameters.options === 'object' ? node.parameters.options : {};
		return { ...node, parameters: { ...node.parameters, options: { ...options, approveUrl: formAddressOf(workflow, n8nAddress) } } };
	});
	return { ...workflow, nodes };
}

const isPolling = ({ type, parameters }: Workflow['nodes'][number]): boolean => type === `${PACK}.ozonTrigger` && 'pollTimes' in parameters;

/** A report once a week is not made quicker. */
const isOften = ({ type, parameters }: Workflow['nodes'][number]): boolean => type === SCHEDULE_TRIGGER && JSON.stringify(parameters).includes('"minutes"');

/** Shorter intervals; nothing else of a template is changed. */
function quicker(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.map((node) => {
		if (isOften(node)) {
			const rule = { interval: [{ field: 'seconds', secondsInterval: SWEEP_EVERY_S }] };
			return { ...node, parameters: { ...node.parameters, rule } };
		}
		if (isPolling(node)) return { ...node, parameters: { ...node.parameters, pollTimes: POLL_EVERY_MINUTE } };
		return node;
	});
	return { ...workflow, nodes };
}
