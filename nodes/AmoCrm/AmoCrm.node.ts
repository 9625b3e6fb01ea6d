import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { nodeVersions, propertiesOf } from '../shared/nodeProperties';
import { authenticationParameter, credentialsParameter } from './api/authentication';
import { amoCrmToken } from './api/credentialTest';
import { listSearch, loadOptions, resourceMapping } from './actions/editorLists';
import { resources } from './actions';
import { dispatch } from './actions/dispatch';

export class AmoCrm implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'amoCRM',
		name: 'amoCrm',
		icon: { light: 'file:amocrm.svg', dark: 'file:amocrm.dark.svg' },
		group: ['transform'],
		version: nodeVersions,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Work with deals, contacts, notes, tasks and pipelines of amoCRM and Kommo',
		defaults: { name: 'amoCRM' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsParameter,
		properties: [authenticationParameter, ...propertiesOf(resources)],
	};

	methods = { credentialTest: { amoCrmToken }, loadOptions, listSearch, resourceMapping };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await dispatch(this, resources);
	}
}
