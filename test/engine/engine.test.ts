import { createEngine } from './engine';
import { listSearch, loadOptions, resourceMapping, runHook, runWebhook } from './contexts';
import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type IHookFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

const description = (more: Partial<INodeTypeDescription>): INodeTypeDescription => ({
	displayName: 'Node',
	name: 'node',
	group: ['transform'],
	version: [1, 2],
	description: 'A node',
	defaults: { name: 'Node' },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	usableAsTool: true,
	properties: [],
	...more,
});

/** Adds a field whose value is a parameter; the parameter may be an expression. */
class Adder implements INodeType {
	description = description({
		name: 'adder',
		usableAsTool: true,
		properties: [{ displayName: 'Value', name: 'value', type: 'string', default: 'by default' }],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [
			this.getInputData().map((item, index) => {
				const value = this.getNodeParameter('value', index);
				if (value === 'bad') throw new NodeOperationError(this.getNode(), 'A bad value', { itemIndex: index });
				return { json: { ...item.json, value, version: this.getNode().typeVersion }, pairedItem: { item: index } };
			}),
		];
	}
}

class HookTrigger implements INodeType {
	description = description({
		name: 'hookTrigger',
		group: ['trigger'],
		inputs: [],
		usableAsTool: true,
		webhooks: [{ name: 'default', httpMethod: 'POST', path: 'webhook', responseMode: 'onReceived' }],
		properties: [{ displayName: 'Pipeline', name: 'pipeline', type: 'string', default: 'first' }],
	});

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return this.getWorkflowStaticData('node').url === this.getNodeWebhookUrl('default');
			},
			async create(this: IHookFunctions): Promise<boolean> {
				this.getWorkflowStaticData('node').url = this.getNodeWebhookUrl('default');
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				delete this.getWorkflowStaticData('node').url;
				return true;
			},
		},
	};

	methods = {
		loadOptions: {
			async pipelines(this: ILoadOptionsFunctions) {
				return [{ name: String(this.getCurrentNodeParameter('pipeline')), value: 'chosen' }];
			},
		},
		listSearch: {
			async orders(this: ILoadOptionsFunctions, filter?: string, token?: string) {
				return { results: [{ name: `${filter}/${token}`, value: 1 }], paginationToken: 'next' };
			},
		},
		resourceMapping: {
			async stages(this: ILoadOptionsFunctions) {
				return { fields: [{ id: 'new', displayName: 'New', required: false, defaultMatch: false, display: true }] };
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		if (this.getHeaderData()['x-secret'] !== 'right') {
			this.getResponseObject().status(401).json({ message: 'no' });
			return { noWebhookResponse: true };
		}
		return { workflowData: [[{ json: { body: this.getBodyData(), query: this.getQueryData() } }]] };
	}
}

const engine = createEngine({ nodeTypes: [Adder, HookTrigger] });

describe('the engine', () => {
	it('runs nodes one after the other, with expressions, defaults and item links', async () => {
		const run = await engine.runWorkflow({
			nodes: [
				{ name: 'First', type: 'adder', typeVersion: 1, parameters: { value: '={{ $json.number + 1 }}' } },
				{ name: 'Second', type: 'adder', parameters: { value: "={{ $('First').item.json.value * 10 }}" } },
				{ name: 'Third', type: 'adder' },
			],
			input: [{ number: 1 }, { number: 2 }],
		});
		expect(run.status).toBe('success');
		expect(run.outputs('First')[0]).toEqual([
			{ json: { number: 1, value: 2, version: 1 }, pairedItem: { item: 0 } },
			{ json: { number: 2, value: 3, version: 1 }, pairedItem: { item: 1 } },
		]);
		expect(run.outputs('Second')[0]?.map(({ json }) => json.value)).toEqual([20, 30]);
		expect(run.outputs('Third')[0]?.map(({ json }) => [json.value, json.version])).toEqual([['by default', 2], ['by default', 2]]);
	});

	it('shows which node failed and why, and what did not run', async () => {
		const run = await engine.runWorkflow({
			nodes: [{ name: 'Bad', type: 'adder', parameters: { value: 'bad' } }, { name: 'Never', type: 'adder' }],
		});
		expect(run.status).toBe('error');
		expect(run.errorOf('Bad')).toMatchObject({ message: 'A bad value', context: { itemIndex: 0 } });
		expect(run.error?.message).toBe('A bad value');
		expect(run.outputs('Never')).toEqual([]);
	});

	it('refuses types and credentials that it was not given', async () => {
		await expect(engine.runWorkflow({ nodes: [{ type: 'stranger' }] })).rejects.toThrow('No node type');
	});

	it('runs a webhook with what came in and what went out', async () => {
		const good = await runWebhook(engine, {
			node: { type: 'hookTrigger' },
			request: { headers: { 'X-Secret': 'right' }, body: { leads: { add: [{ id: '1' }] } }, query: { a: '1' } },
		});
		expect(good.data.workflowData).toEqual([[{ json: { body: { leads: { add: [{ id: '1' }] } }, query: { a: '1' } } }]]);
		expect(good.response.headersSent).toBe(false);

		const bad = await runWebhook(engine, { node: { type: 'hookTrigger' }, request: { body: {} } });
		expect(bad.data).toEqual({ noWebhookResponse: true });
		expect(bad.response).toMatchObject({ statusCode: 401, body: { message: 'no' } });
	});

	it('registers and removes a webhook, with its static data', async () => {
		const staticData = {};
		const hook = (method: 'checkExists' | 'create' | 'delete') => runHook(engine, { node: { type: 'hookTrigger' }, method, staticData });
		expect(await hook('checkExists')).toBe(false);
		expect(await hook('create')).toBe(true);
		expect(staticData).toEqual({ url: expect.stringMatching(/^http:\/\/n8n\.test:5678\/webhook\/.+\/webhook$/) });
		expect(await hook('checkExists')).toBe(true);
		await hook('delete');
		expect(staticData).toEqual({});
	});

	it('fills the lists of the editor', async () => {
		const node = { type: 'hookTrigger', parameters: { pipeline: 'second' } };
		expect(await loadOptions(engine, node, 'pipelines')).toEqual([{ name: 'second', value: 'chosen' }]);
		expect(await listSearch(engine, node, 'orders', 'f', 't')).toEqual({ results: [{ name: 'f/t', value: 1 }], paginationToken: 'next' });
		expect((await resourceMapping(engine, node, 'stages')).fields).toHaveLength(1);
	});
});
