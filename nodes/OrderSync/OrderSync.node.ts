import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeType,
	type INodeTypeDescription,
	type ResourceMapperFields,
} from 'n8n-workflow';
import { z } from 'zod';
import type { Crm } from '../../core/ports';
import { nodeErrorFrom } from '../../transport/nodeError';
import { prepare } from './operations/prepare';
import { resolve } from './operations/resolve';
import { retryDue, sweep } from './operations/sweep';
import { sync } from './operations/sync';
import { noOutputs, type Outputs } from './output';
import { openCrm } from './pair';
import { properties } from './properties';
import { pipelinesOf, stageRows } from './stageMapping';

const operations = { prepare, resolve, retryDue, sweep, sync } satisfies Record<string, (node: IExecuteFunctions) => Promise<Outputs>>;
const operationName = z.enum(['prepare', 'resolve', 'retryDue', 'sweep', 'sync']);

/** The editor's lists are not worth a line in the log. */
const crmOf = (node: ILoadOptionsFunctions): Promise<Crm> => openCrm(node, node.getCurrentNodeParameter('crm'), () => undefined);

export class OrderSync implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Order Sync',
		name: 'orderSync',
		icon: { light: 'file:orderSync.svg', dark: 'file:orderSync.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ sync: "Sync", sweep: "Sweep", retryDue: "Retry due", prepare: "Prepare CRM", resolve: "Resolve" })[$parameter["operation"]] }}',
		description: 'Keep marketplace orders and CRM deals the same on both sides',
		defaults: { name: 'Order Sync' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Synced', 'Needs Attention', 'Failed'],
		credentials: [
			{
				name: 'kaspiApi',
				required: true,
				displayOptions: { show: { marketplace: ['kaspi'], operation: ['sync', 'sweep', 'retryDue', 'resolve'] } },
			},
			{
				name: 'ozonSellerApi',
				required: true,
				displayOptions: { show: { marketplace: ['ozon'], operation: ['sync', 'sweep', 'retryDue', 'resolve'] } },
			},
			{ name: 'amoCrmApi', required: true, displayOptions: { show: { crm: ['amoCrm'], crmAuthentication: ['accessToken'] } } },
			{ name: 'amoCrmOAuth2Api', required: true, displayOptions: { show: { crm: ['amoCrm'], crmAuthentication: ['oAuth2'] } } },
			{ name: 'bitrix24WebhookApi', required: true, displayOptions: { show: { crm: ['bitrix24'], crmAuthentication: ['webhook'] } } },
			{ name: 'bitrix24OAuth2Api', required: true, displayOptions: { show: { crm: ['bitrix24'], crmAuthentication: ['oAuth2'] } } },
		],
		properties,
	};

	methods = {
		listSearch: {
			async searchPipelines(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
				const pipelines = await pipelinesOf(await crmOf(this), Date.now());
				const wanted = filter?.toLowerCase() ?? '';
				return { results: pipelines.filter(({ name }) => name.toLowerCase().includes(wanted)).map(({ id, name }) => ({ name, value: id })) };
			},
		},
		resourceMapping: {
			async stagesOfPipeline(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
				const pipelines = await pipelinesOf(await crmOf(this), Date.now());
				const chosen = z
					.object({ mode: z.string(), value: z.union([z.string(), z.number()]).transform(String) })
					.parse(this.getCurrentNodeParameter('pipeline'));
				const pipeline = pipelines.find(({ id, name }) => (chosen.mode === 'name' ? name === chosen.value.trim() : id === chosen.value));
				return { fields: pipeline ? stageRows(pipeline) : [] };
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			return await operations[operationName.parse(this.getNodeParameter('operation', 0))](this);
		} catch (error) {
			// A service as a whole is out of reach, or the node is set up wrongly: no single order is to blame.
			const shown = nodeErrorFrom(this.getNode(), error, 0);
			if (!this.continueOnFail()) throw shown;
			const outputs = noOutputs();
			outputs[2].push({ json: { result: 'failed', error: shown.message, advice: shown.description ?? '' }, pairedItem: { item: 0 } });
			return outputs;
		}
	}
}
