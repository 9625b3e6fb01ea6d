import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { nodeVersions, propertiesOf } from '../shared/nodeProperties';
import { authenticationParameter, credentialsParameter } from './api/authentication';
import { bitrix24Webhook } from './api/credentialTest';
import { listSearch, loadOptions, resourceMapping } from './actions/editorLists';
import { resources } from './actions';
import { dispatch } from './actions/dispatch';

export class Bitrix24 implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bitrix24',
		name: 'bitrix24',
		icon: { light: 'file:bitrix24.svg', dark: 'file:bitrix24.dark.svg' },
		group: ['transform'],
		version: nodeVersions,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Work with deals, contacts, timeline comments, to-dos, product rows and pipelines of Bitrix24',
		defaults: { name: 'Bitrix24' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsParameter,
		properties: [authenticationParameter, ...propertiesOf(resources)],
	};

	methods = { credentialTest: { bitrix24Webhook }, loadOptions, listSearch, resourceMapping };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await dispatch(this, resources);
	}
}
