import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { nodeVersions, propertiesOf } from '../shared/nodeProperties';
import { resources } from './actions';
import { dispatch } from './actions/dispatch';
import { searchOrders } from './actions/orderPicker';
import { kaspiToken } from './api/credentialTest';

export class Kaspi implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Kaspi',
		name: 'kaspi',
		icon: { light: 'file:kaspi.svg', dark: 'file:kaspi.dark.svg' },
		group: ['transform'],
		version: nodeVersions,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Read and work on the orders of a Kaspi.kz shop',
		defaults: { name: 'Kaspi' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'kaspiApi', testedBy: 'kaspiToken', displayName: 'Kaspi Credential', required: true }],
		properties: propertiesOf(resources),
	};

	methods = { credentialTest: { kaspiToken }, listSearch: { searchOrders } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await dispatch(this, resources);
	}
}
