import { randomUUID } from 'node:crypto';
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
const ALERT_TEMPLATE = 'alert-on-failure.json';
/** Made out for this pair; the sweeps of the others try again by themselves. */
const RETRY_TEMPLATE = { file: 'retry-failed-orders.json', pair: 'kaspi-amocrm' };

/** In reality the templates look every minute or two; here a person is watching. (n8n allows no poll below a minute.) */
const SWEEP_EVERY_S = 15;
const RETRY = { retryFirstSeconds: 5, retryMaxMinutes: 1, commandGivesUpSeconds: 60 } as const;

/** By credential type. */
type Credentials = Record<string, Credential>;

/** Sets up n8n as an integrator would in the editor: credentials, the CRM's pipeline, the templates, published. */
export async function provision(pair: Pair, api: N8nApi, sandbox: Sandbox, n8nAddress: string, narrator: Narrator): Promise<void> {
	const { addresses } = sandbox;
	const types = new Map((await api.nodeTypes()).map((type) => [type.name, type]));
	if (!types.has(ORDER_SYNC)) throw new Error(`n8n has not loaded ${PACK}: its log says why (.demo/logs/n8n.log).`);
	const credentials = await narrator.step('Creating and testing the credentials', async () => await createCredentials(pair, api, addresses));
	let errorWorkflow: string | undefined;
	for (const file of templateFiles(pair)) {
		const template = workflowSchema.parse(JSON.parse(readFileSync(join(TEMPLATES, file), 'utf8')));
		await narrator.step(`Importing and publishing the template "${template.name}"`, async () => {
			const ready = quicker(filledIn(asImported(template, credentials, types), addresses));
			const settings = { ...ready.settings, ...(errorWorkflow === undefined ? {} : { errorWorkflow }) };
			const id = await api.importWorkflow({ ...ready, settings });
			// What its note tells an integrator to do by hand before publishing.
			for (const { name } of template.nodes.filter(({ type }) => type === MANUAL_TRIGGER)) await api.run(id, name);
			await api.publish(id);
			await connectWebhook(pair, sandbox, ready, n8nAddress);
			if (file === ALERT_TEMPLATE) errorWorkflow = id;
		});
	}
	narrator.line(
		`  The templates look every ${SWEEP_EVERY_S} s here (really 1–2 min) and try again after ${RETRY.retryFirstSeconds} s (really 30 s).`,
	);
}

async function createCredentials({ market, crm }: Pair, api: N8nApi, addresses: SandboxAddresses): Promise<Credentials> {
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
	return credentials;
}

/** The alert comes first: the others name it as their error workflow. */
function templateFiles({ name }: Pair): string[] {
	const retry = name === RETRY_TEMPLATE.pair ? [RETRY_TEMPLATE.file] : [];
	return [ALERT_TEMPLATE, `${name}-two-way-sync.json`, ...retry];
}

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

/** What the sticky notes ask an integrator to fill in. */
function filledIn(workflow: Workflow, { messenger }: SandboxAddresses): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.type === 'n8n-nodes-base.telegram' ? { ...node, parameters: { ...node.parameters, chatId: messenger.chatId } } : node,
	);
	return { ...workflow, nodes };
}

/** Shorter intervals; nothing else of a template is changed. */
function quicker(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.map((node) => {
		if (node.type === 'n8n-nodes-base.scheduleTrigger') {
			const rule = { interval: [{ field: 'seconds', secondsInterval: SWEEP_EVERY_S }] };
			return { ...node, parameters: { ...node.parameters, rule } };
		}
		if (node.type !== ORDER_SYNC) return node;
		const options = typeof node.parameters.options === 'object' ? node.parameters.options : {};
		return { ...node, parameters: { ...node.parameters, options: { ...options, ...RETRY } } };
	});
	return { ...workflow, nodes };
}
