import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { dispatch as dispatchAny } from '../../shared/dispatch';
import { executionOf } from '../../shared/execution';
import { AccountFields } from '../api/accountFields';
import { AmoCrmAdapter } from '../adapter';
import { connectAmoCrm } from '../api/connection';
import type { Resource, Work } from './operation';

export const dispatch = (context: IExecuteFunctions, resources: readonly Resource[]): Promise<INodeExecutionData[][]> =>
	dispatchAny(context, resources, open);

async function open(context: IExecuteFunctions): Promise<Work> {
	const client = await connectAmoCrm(context);
	return { client, crm: new AmoCrmAdapter(client), fields: new AccountFields(client), now: Date.now, execution: executionOf(context) };
}
