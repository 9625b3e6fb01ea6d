import {
	NodeConnectionTypes,
	type ICredentialsDisplayOptions,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeType,
	type INodeTypeDescription,
	type ResourceMapperFields,
} from 'n8n-workflow';
import { z } from 'zod/v4';
import type { Crm } from '../../core/ports';
import { nodeErrorFrom } from '../../transport/nodeError';
import { amoCrmToken } from '../AmoCrm/api/credentialTest';
import { bitrix24Webhook } from '../Bitrix24/api/credentialTest';
import { kaspiToken } from '../Kaspi/api/credentialTest';
import { ozonKey } from '../Ozon/api/credentialTest';
import { keepInStep } from './actions/keepInStep';
import { prepare, prepareCrmAndPair } from './actions/prepare';
import { resolve } from './actions/resolve';
import { retryDue, sweep } from './actions/sweep';
import { sync } from './actions/sync';
import { noOutputs, type Outputs } from './output';
import { chosenMarketplace, isFirstVersion, knownSettings, openCrm } from './pair';
import { properties } from './properties';
import { crms, marketplaces } from './services';
import { findPipeline, noSuchPipeline, pipelineLocator, pipelinesOf, stageRows } from './stageMap';

const operations = { keepInStep, prepare, preparePair: prepareCrmAndPair, resolve, retryDue, sweep, sync } satisfies Record<
	string,
	(node: IExecuteFunctions) => Promise<Outputs>
>;
const operationName = z.enum(['keepInStep', 'prepare', 'preparePair', 'resolve', 'retryDue', 'sweep', 'sync']);

/** The editor's lists are not worth a line in the log. */
const crmOf = (node: ILoadOptionsFunctions): Promise<Crm> => openCrm(node, node.getCurrentNodeParameter('crm'), () => undefined);

const notOAuth2 = ['accessToken', 'webhook'];
const othersThan = (services: readonly { value: string }[], own: string): string[] =>
	services.map(({ value }) => value).filter((value) => value !== own);

/** By `hide`, because a field that a credential's `show` names is an authentication field to n8n's editor: it would not show the choice of marketplace and CRM. */
const unless = (hide: Record<string, string[]>): ICredentialsDisplayOptions => ({ hide });

export class OrderSync implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Order Sync',
		name: 'orderSync',
		icon: { light: 'file:orderSync.svg', dark: 'file:orderSync.dark.svg' },
		group: ['transform'],
		version: [1, 2],
		defaultVersion: 2,
		subtitle:
			'={{ ({ keepInStep: "Keep in step", preparePair: "Prepare CRM", sync: "Sync", sweep: "Sweep", retryDue: "Retry due", prepare: "Prepare CRM", resolve: "Resolve" })[$parameter["operation"]] }}',
		description: 'Keep marketplace orders and CRM deals the same on both sides',
		defaults: { name: 'Order Sync' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Synced', 'Needs Attention', 'Failed'],
		credentials: [
			{ name: 'kaspiApi', testedBy: 'kaspiToken', displayName: 'Kaspi Credential', required: true, displayOptions: unless({ marketplace: othersThan(marketplaces, 'kaspi'), operation: ['prepare'] }) },
			{ name: 'ozonSellerApi', displayName: 'Ozon Credential', required: true, testedBy: 'ozonKey', displayOptions: unless({ marketplace: othersThan(marketplaces, 'ozon'), operation: ['prepare'] }) },
			{ name: 'amoCrmApi', testedBy: 'amoCrmToken', displayName: 'amoCRM Credential', required: true, displayOptions: unless({ crm: othersThan(crms, 'amoCrm'), crmAuthentication: ['oAuth2'] }) },
			{ name: 'amoCrmOAuth2Api', displayName: 'amoCRM Credential', required: true, displayOptions: unless({ crm: othersThan(crms, 'amoCrm'), crmAuthentication: notOAuth2 }) },
			{ name: 'bitrix24WebhookApi', testedBy: 'bitrix24Webhook', displayName: 'Bitrix24 Credential', required: true, displayOptions: unless({ crm: othersThan(crms, 'bitrix24'), crmAuthentication: ['oAuth2'] }) },
			{ name: 'bitrix24OAuth2Api', displayName: 'Bitrix24 Credential', required: true, displayOptions: unless({ crm: othersThan(crms, 'bitrix24'), crmAuthentication: notOAuth2 }) },
		],
		properties,
	};

	methods = {
		credentialTest: { kaspiToken, ozonKey, amoCrmToken, bitrix24Webhook },
		listSearch: {
			async searchPipelines(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
				const pipelines = await pipelinesOf(await crmOf(this), Date.now());
				const wanted = filter?.toLowerCase() ?? '';
				return { results: pipelines.filter(({ name }) => name.toLowerCase().includes(wanted)).map(({ id, name }) => ({ name, value: id })) };
			},
		},
		resourceMapping: {
			async stagesOfPipeline(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
				const crm = await crmOf(this);
				const pipeline = await findPipeline(crm, pipelineLocator.parse(this.getCurrentNodeParameter('pipeline')), Date.now());
				if (pipeline === undefined) return { fields: [], emptyFieldsNotice: noSuchPipeline };
				const service = chosenMarketplace(this, this.getCurrentNodeParameter('marketplace'));
				const settings = isFirstVersion(this) ? undefined : await knownSettings(this, service, crm);
				return { fields: stageRows(pipeline, service.stages, settings?.pipelineId === pipeline.id ? settings.stages : {}) };
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
