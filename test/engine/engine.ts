/**
 * Runs our nodes in the real engine of n8n (n8n-core, the version in package.json), offline, without n8n's server:
 *
 *   const engine = createEngine({ nodeTypes: [Kaspi], credentialTypes: [KaspiApi], credentials: { kaspiApi: { token: '…' } } });
 *   const run = await engine.runWorkflow({ nodes: [{ name: 'Kaspi', type: 'kaspi', parameters: {…} }], input: [{ id: '1' }] });
 *   run.outputs('Kaspi')[0]      // items of the first output, with json, pairedItem, error
 *
 * and `engine.runPoll`, `engine.runWebhook`, `engine.runHook`, `engine.callMethod` for triggers and editor lists, each in its
 * true context. HTTP is real: point the credential's base URL at a server on loopback. N8N_USER_FOLDER is a temporary folder.
 * Import this file before anything that imports n8n-core.
 */
import './environment';
import { ExternalSecretsProxy, ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	UnexpectedError,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IConnections,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	type OnError,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { EngineCredentials } from './credentials';
import { EngineNodeTypes, ourPackage, type NodeClass } from './nodeTypes';
import { recordOutput } from './recordedOutputs';

export interface EngineSetup {
	/** Our node classes; their types are `n8n-nodes-marketplace-crm.<description.name>`. */
	nodeTypes: readonly NodeClass[];
	/** Nodes of other packages by full type, e.g. `n8n-nodes-base.set`. */
	foreignNodeTypes?: Readonly<Record<string, NodeClass>>;
	credentialTypes?: readonly (new () => ICredentialType)[];
	/** Stored values by credential type name. */
	credentials?: Record<string, ICredentialDataDecryptedObject>;
}

/** A node as a test writes it. */
export interface NodeSpec {
	/** Default: the type. */
	name?: string;
	/** `kaspi` for our own, a full type for others. */
	type: string;
	typeVersion?: number;
	parameters?: INodeParameters;
	onError?: OnError;
	/** Where it stands in the editor: of several branches n8n runs the upper one first. */
	position?: INode['position'];
	/** Default: every credential type that the node's description names and the engine has values for. */
	credentials?: readonly string[];
}

export interface WorkflowSpec {
	nodes: readonly NodeSpec[];
	/** Default: one after the other, first output to first input. */
	connections?: IConnections;
	/** Items that flow into the first node; a plain object is the json of an item. Default: one empty item. */
	input?: readonly (IDataObject | INodeExecutionData)[];
	/** Node that the input flows into. Default: the first. */
	startAt?: string;
	mode?: WorkflowExecuteMode;
	/** Shared between runs when given: what `getWorkflowStaticData` reads and writes. */
	staticData?: IDataObject;
	/** Stops the execution after so many ms, as the Stop button does. */
	cancelAfterMs?: number;
}

export interface WorkflowRun {
	run: IRun;
	status: IRun['status'];
	/** The failure that stopped the execution. */
	error: IRun['data']['resultData']['error'];
	/** Items per output of a node's run (0 = first run); an output without items is an empty list. */
	outputs(node: string, runIndex?: number): INodeExecutionData[][];
	/** The failure of one node. */
	errorOf(node: string, runIndex?: number): IRun['data']['resultData']['error'];
}

export const inputNode = 'Input';

export class Engine {
	readonly nodeTypes: EngineNodeTypes;
	readonly credentials: EngineCredentials;

	constructor(private readonly setup: EngineSetup) {
		this.nodeTypes = new EngineNodeTypes(setup.nodeTypes, setup.foreignNodeTypes ?? {});
		this.credentials = new EngineCredentials(
			(setup.credentialTypes ?? []).map((CredentialType) => new CredentialType()),
			setup.credentials ?? {},
			this.nodeTypes,
		);
	}

	/** Runs a workflow to its end; a failing node is in the result, not an exception. */
	async runWorkflow(spec: WorkflowSpec): Promise<WorkflowRun> {
		const nodes = spec.nodes.map((node) => this.node(node));
		const first = spec.startAt ?? nodes[0]?.name;
		if (first === undefined) throw new UnexpectedError('A workflow without nodes');
		const start: INode = { ...this.node({ type: EngineNodeTypes.inputType }), name: inputNode };
		const connections: IConnections = { ...(spec.connections ?? chain(nodes)), ...chain([start, { name: first }]) };
		const workflow = this.workflow([start, ...nodes], connections, spec.staticData);
		const mode = spec.mode ?? 'manual';
		const additionalData = this.additionalData(mode);
		const runExecutionData = createRunExecutionData({
			executionData: {
				nodeExecutionStack: [{ node: start, data: { main: [itemsFrom(spec.input ?? [{}])] }, source: null }],
			},
		});
		const execution = new WorkflowExecute(additionalData, mode, runExecutionData).processRunExecutionData(workflow);
		const timer = spec.cancelAfterMs === undefined ? undefined : setTimeout(() => execution.cancel(), spec.cancelAfterMs);
		const run = await execution;
		clearTimeout(timer);
		const described = describeRun(run);
		for (const node of nodes) {
			if (node.type.startsWith(`${ourPackage}.`)) recordOutput(node, typeOf(this, node), described.outputs(node.name));
		}
		return described;
	}

	/** A node of a workflow, with its credentials chosen. */
	node(spec: NodeSpec): INode {
		const type = spec.type.includes('.') ? spec.type : `${ourPackage}.${spec.type}`;
		const { description } = this.nodeTypes.getByNameAndVersion(type, spec.typeVersion);
		const named = spec.credentials ?? (description.credentials ?? []).map(({ name }) => name);
		const usable = named.filter((name) => spec.credentials !== undefined || this.setup.credentials?.[name] !== undefined);
		return {
			id: `id-${spec.name ?? spec.type}`,
			name: spec.name ?? spec.type,
			type,
			typeVersion: spec.typeVersion ?? lastOf(description.version),
			position: spec.position ?? [0, 0],
			parameters: spec.parameters ?? {},
			webhookId: `webhook-${spec.name ?? spec.type}`,
			...(spec.onError === undefined ? {} : { onError: spec.onError }),
			...(usable.length === 0
				? {}
				: { credentials: Object.fromEntries(usable.map((name) => [name, { id: `id-${name}`, name: `My ${name}` }])) }),
		};
	}

	workflow(nodes: INode[], connections: IConnections = {}, staticData: IDataObject = {}): Workflow {
		const workflow = new Workflow({
			id: 'test-workflow',
			name: 'Test workflow',
			nodes,
			connections,
			active: true,
			nodeTypes: this.nodeTypes,
			settings: { executionOrder: 'v1', timezone: 'Asia/Almaty' },
		});
		// The same object, so that a test sees what a node has written.
		workflow.staticData = staticData;
		return workflow;
	}

	additionalData(mode: WorkflowExecuteMode): IWorkflowExecuteAdditionalData {
		const base = 'http://n8n.test:5678';
		const missing = (what: string) => async (): Promise<never> => {
			throw new UnexpectedError(`${what} is not part of the engine in tests`);
		};
		return {
			credentialsHelper: this.credentials,
			hooks: new ExecutionLifecycleHooks(mode, 'test-execution', {
				id: 'test-workflow',
				name: 'Test workflow',
				active: true,
				activeVersionId: null,
				isArchived: false,
				nodes: [],
				connections: {},
				createdAt: new Date(0),
				updatedAt: new Date(0),
			}),
			externalSecretsProxy: new ExternalSecretsProxy(),
			executeWorkflow: missing('A sub-workflow'),
			getRunExecutionData: async () => undefined,
			getRuntimeCredential: async () => undefined,
			startRunnerTask: missing('A task runner'),
			logAiEvent: () => undefined,
			currentNodeExecutionIndex: 0,
			executionId: 'test-execution',
			restApiUrl: `${base}/rest`,
			instanceBaseUrl: base,
			formBaseUrl: `${base}/form`,
			formWaitingBaseUrl: `${base}/form-waiting`,
			formTestBaseUrl: `${base}/form-test`,
			webhookBaseUrl: `${base}/webhook`,
			webhookWaitingBaseUrl: `${base}/webhook-waiting`,
			webhookTestBaseUrl: `${base}/webhook-test`,
			mcpBaseUrl: `${base}/mcp`,
			mcpTestBaseUrl: `${base}/mcp-test`,
			variables: {},
			workflowId: 'test-workflow',
		};
	}
}

export const createEngine = (setup: EngineSetup): Engine => new Engine(setup);

/** The node type of a node in an engine, for the contexts. */
export const typeOf = (engine: Engine, node: INode): INodeType =>
	engine.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);

function chain(nodes: readonly { name: string }[]): IConnections {
	const connections: IConnections = {};
	nodes.slice(0, -1).forEach((node, index) => {
		const next = nodes[index + 1];
		if (next !== undefined) connections[node.name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	});
	return connections;
}

const isItem = (value: IDataObject | INodeExecutionData): value is INodeExecutionData =>
	typeof value.json === 'object' && value.json !== null;

const itemsFrom = (input: readonly (IDataObject | INodeExecutionData)[]): INodeExecutionData[] =>
	input.map((value) => (isItem(value) ? value : { json: value }));

const lastOf = (version: number | number[]): number => (Array.isArray(version) ? (version.at(-1) ?? 1) : version);

function describeRun(run: IRun): WorkflowRun {
	const { runData, error } = run.data.resultData;
	return {
		run,
		status: run.status,
		error,
		outputs: (node, runIndex = 0) => (runData[node]?.[runIndex]?.data?.main ?? []).map((items) => items ?? []),
		errorOf: (node, runIndex = 0) => runData[node]?.[runIndex]?.error,
	};
}
