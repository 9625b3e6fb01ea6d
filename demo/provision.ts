import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { workflowSchema, type Credential, type N8nApi, type NodeType, type Workflow } from './n8nApi';
import type { Narrator } from './narrator';
import { TEMPLATES } from './paths';
import type { SandboxAddresses } from './sandboxState';

const PACK = 'n8n-nodes-marketplace-crm';
const ORDER_SYNC = `${PACK}.orderSync`;
const MANUAL_TRIGGER = 'n8n-nodes-base.manualTrigger';
const ALERT_TEMPLATE = 'alert-on-failure.json';

/** In reality the templates look every minute or two; here a person is watching. (n8n allows no poll below a minute.) */
const SWEEP_EVERY_S = 15;
const RETRY = { retryFirstSeconds: 5, retryMaxMinutes: 1, commandGivesUpSeconds: 60 } as const;

/** By credential type. */
type Credentials = Record<string, Credential>;

/** Sets up n8n as an integrator would in the editor: credentials, the CRM's pipeline, the templates, published. */
export async function provision(api: N8nApi, addresses: SandboxAddresses, narrator: Narrator): Promise<void> {
	const types = new Map((await api.nodeTypes()).map((type) => [type.name, type]));
	if (!types.has(ORDER_SYNC)) throw new Error(`n8n has not loaded ${PACK}: its log says why (.demo/logs/n8n.log).`);
	const credentials = await narrator.step('Creating and testing the credentials', async () => await createCredentials(api, addresses));
	let errorWorkflow: string | undefined;
	for (const file of templateFiles()) {
		const template = workflowSchema.parse(JSON.parse(readFileSync(join(TEMPLATES, file), 'utf8')));
		await narrator.step(`Importing and publishing the template "${template.name}"`, async () => {
			const ready = quicker(filledIn(asImported(template, credentials, types), addresses));
			const settings = { ...ready.settings, ...(errorWorkflow === undefined ? {} : { errorWorkflow }) };
			const id = await api.importWorkflow({ ...ready, settings });
			// What its note tells an integrator to do by hand before publishing.
			for (const { name } of template.nodes.filter(({ type }) => type === MANUAL_TRIGGER)) await api.run(id, name);
			await api.publish(id);
			if (file === ALERT_TEMPLATE) errorWorkflow = id;
		});
	}
	narrator.line(
		`  The templates look every ${SWEEP_EVERY_S} s here (really 1–2 min) and try again after ${RETRY.retryFirstSeconds} s (really 30 s).`,
	);
}

async function createCredentials(api: N8nApi, { kaspi, amocrm, messenger }: SandboxAddresses): Promise<Credentials> {
	const wanted = [
		{ type: 'kaspiApi', name: 'Kaspi (sandbox)', data: { token: kaspi.token, shopId: kaspi.shopId, baseUrl: kaspi.baseUrl } },
		{ type: 'amoCrmApi', name: 'amoCRM (sandbox)', data: { account: amocrm.baseUrl, accessToken: amocrm.longLivedToken } },
		{ type: 'telegramApi', name: 'Alerts (sandbox)', data: { accessToken: messenger.token, baseUrl: messenger.baseUrl } },
	];
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
function templateFiles(): string[] {
	const files = readdirSync(TEMPLATES).filter((name) => name.endsWith('.json'));
	if (!files.includes(ALERT_TEMPLATE)) throw new Error(`workflows/${ALERT_TEMPLATE} is missing.`);
	return [ALERT_TEMPLATE, ...files.filter((name) => name !== ALERT_TEMPLATE).sort()];
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
