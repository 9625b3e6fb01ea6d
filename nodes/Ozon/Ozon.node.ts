import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { nodeVersions, propertiesOf } from '../shared/nodeProperties';
import { ozonKey } from './api/credentialTest';
import { resources } from './actions';
import { dispatch } from './actions/dispatch';
import { getCancelReasons } from './actions/posting/cancel';

export class Ozon implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Ozon Seller',
		name: 'ozon',
		icon: { light: 'file:ozon.svg', dark: 'file:ozon.dark.svg' },
		group: ['transform'],
		version: nodeVersions,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Read and work on the postings, returns and chats of an Ozon shop',
		defaults: { name: 'Ozon Seller' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'ozonSellerApi', displayName: 'Ozon Credential', required: true, testedBy: 'ozonKey' }],
		properties: propertiesOf(resources),
	};

	methods = { loadOptions: { getCancelReasons }, credentialTest: { ozonKey } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await dispatch(this, resources);
	}
}
