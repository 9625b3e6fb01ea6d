/**
 * Triggers and editor lists in their true contexts of n8n-core: `poll()`, `webhook()`, the webhook's checkExists/create/delete,
 * and loadOptions, listSearch and resourceMapping methods.
 */
import type { Engine, NodeSpec } from './engine';
import { typeOf } from './engine';
import { HookContext, LoadOptionsContext, PollContext, WebhookContext } from 'n8n-core';
import {
	UnexpectedError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodePropertyOptions,
	type INodeType,
	type IWebhookData,
	type IWebhookResponseData,
	type Logger,
	type ResourceMapperFields,
	type WebhookSetupMethodNames,
	type Workflow,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { asHttpRequest, RecordedResponse, type FakeRequest } from './http';
import { recordOutput } from './recordedOutputs';

export interface PollSpec {
	node: NodeSpec;
	/** `manual`: the "Fetch Test Event" button. Default: `trigger`. */
	mode?: Extract<WorkflowExecuteMode, 'trigger' | 'manual'>;
	/** The node's own static data; written to, so give the same object to the next poll. */
	staticData?: IDataObject;
	/** Why n8n activates the trigger. Default: `activate`, a person has published the workflow. */
	activation?: WorkflowActivateMode;
}

/** What `poll()` gave: `null` for nothing. A failure is thrown as n8n would see it. */
export const runPoll = (engine: Engine, spec: PollSpec): Promise<INodeExecutionData[][] | null> => openPolls(engine, spec)();

/** The polls of one activation: n8n makes a context for it and polls with that again and again. */
export function openPolls(engine: Engine, spec: PollSpec): () => Promise<INodeExecutionData[][] | null> {
	const { workflow, node, type } = place(engine, spec.node, spec.staticData);
	const mode = spec.mode ?? 'trigger';
	const activation = spec.activation ?? (mode === 'manual' ? 'manual' : 'activate');
	const context = new PollContext(workflow, node, engine.additionalData(mode), mode, activation);
	const { poll } = type;
	if (poll === undefined) throw new UnexpectedError(`${node.type} has no poll()`);
	return async () => {
		const outputs = await workflow.expression.withIsolate(() => poll.call(context));
		recordOutput(node, type, outputs ?? []);
		return outputs;
	};
}

/** n8n's log, as nodes write to it. */
export function logOf(engine: Engine, spec: NodeSpec): Logger {
	const { workflow, node } = place(engine, spec);
	return new PollContext(workflow, node, engine.additionalData('trigger'), 'trigger', 'activate').logger;
}

export interface WebhookSpec {
	node: NodeSpec;
	request: FakeRequest;
	/** Name in the description's `webhooks`. Default: `default`. */
	webhook?: string;
	staticData?: IDataObject;
	mode?: WorkflowExecuteMode;
}

export interface WebhookRun {
	/** What `webhook()` returned: items for the workflow, or a response of its own. */
	data: IWebhookResponseData;
	/** What the node wrote to the response by itself. */
	response: RecordedResponse;
}

export async function runWebhook(engine: Engine, spec: WebhookSpec): Promise<WebhookRun> {
	const { workflow, node, type } = place(engine, spec.node, spec.staticData);
	const mode = spec.mode ?? 'webhook';
	const additionalData = engine.additionalData(mode);
	const response = new RecordedResponse();
	Object.assign(additionalData, { httpRequest: asHttpRequest(spec.request), httpResponse: response });
	const webhookData = webhookDataOf(engine, node, type, spec.webhook ?? 'default');
	const context = new WebhookContext(workflow, node, additionalData, mode, webhookData, [], null);
	const { webhook } = type;
	if (webhook === undefined) throw new UnexpectedError(`${node.type} has no webhook()`);
	const data = await workflow.expression.withIsolate(() => webhook.call(context));
	recordOutput(node, type, data.workflowData ?? []);
	return { data, response };
}

export interface HookSpec {
	node: NodeSpec;
	method: WebhookSetupMethodNames;
	webhook?: 'default' | 'setup';
	staticData?: IDataObject;
	/** The production URL by default; true: the one of the editor's test. */
	isTest?: boolean;
	/** Default: `activate`. */
	activation?: WorkflowActivateMode;
}

/** Calls `checkExists`, `create` or `delete`, as n8n does when a workflow is activated or switched off. */
export async function runHook(engine: Engine, spec: HookSpec): Promise<boolean> {
	const { workflow, node, type } = place(engine, spec.node, spec.staticData);
	const name = spec.webhook ?? 'default';
	const webhookData: IWebhookData = { ...webhookDataOf(engine, node, type, name), isTest: spec.isTest ?? false };
	const mode: WorkflowExecuteMode = spec.isTest === true ? 'manual' : 'trigger';
	const context = new HookContext(workflow, node, engine.additionalData(mode), mode, spec.activation ?? 'activate', webhookData);
	const method = type.webhookMethods?.[name]?.[spec.method];
	if (method === undefined) throw new UnexpectedError(`${node.type} has no webhook method ${name}.${spec.method}`);
	return workflow.expression.withIsolate(() => method.call(context));
}

/** The options of a drop-down list. */
export async function loadOptions(engine: Engine, node: NodeSpec, method: string): Promise<INodePropertyOptions[]> {
	const { type, inContext } = optionsContext(engine, node);
	const found = type.methods?.loadOptions?.[method];
	if (found === undefined) throw new UnexpectedError(`${node.type} has no loadOptions.${method}`);
	return inContext((context) => found.call(context));
}

/** A page of a resource locator's list. */
export async function listSearch(
	engine: Engine,
	node: NodeSpec,
	method: string,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { type, inContext } = optionsContext(engine, node);
	const found = type.methods?.listSearch?.[method];
	if (found === undefined) throw new UnexpectedError(`${node.type} has no listSearch.${method}`);
	return inContext((context) => found.call(context, filter, paginationToken));
}

/** The columns of a resource mapper. */
export async function resourceMapping(engine: Engine, node: NodeSpec, method: string): Promise<ResourceMapperFields> {
	const { type, inContext } = optionsContext(engine, node);
	const found = type.methods?.resourceMapping?.[method];
	if (found === undefined) throw new UnexpectedError(`${node.type} has no resourceMapping.${method}`);
	return inContext((context) => found.call(context));
}

function optionsContext(engine: Engine, spec: NodeSpec) {
	const { workflow, node, type } = place(engine, spec);
	const additionalData = { ...engine.additionalData('internal'), currentNodeParameters: node.parameters };
	const context = new LoadOptionsContext(workflow, node, additionalData, 'parameters');
	const inContext = async <T>(run: (context: LoadOptionsContext) => Promise<T>): Promise<T> =>
		workflow.expression.withIsolate(() => run(context));
	return { type, inContext };
}

function place(engine: Engine, spec: NodeSpec, staticData?: IDataObject): { workflow: Workflow; node: INode; type: INodeType } {
	const node = engine.node(spec);
	const workflow = engine.workflow([node], {}, staticData === undefined ? {} : { [`node:${node.name}`]: staticData });
	// Parameters with the description's defaults filled in.
	const placed = workflow.getNode(node.name);
	if (placed === null) throw new UnexpectedError(`${node.name} is not in its workflow`);
	return { workflow, node: placed, type: typeOf(engine, placed) };
}

function webhookDataOf(engine: Engine, node: INode, type: INodeType, name: string): IWebhookData {
	const webhookDescription = (type.description.webhooks ?? []).find((webhook) => webhook.name === name);
	if (webhookDescription === undefined) throw new UnexpectedError(`${node.type} describes no webhook ${name}`);
	return {
		httpMethod: 'POST',
		node: node.name,
		path: String(webhookDescription.path),
		webhookDescription,
		workflowId: 'test-workflow',
		workflowExecuteAdditionalData: engine.additionalData('webhook'),
		webhookId: node.webhookId,
	};
}
