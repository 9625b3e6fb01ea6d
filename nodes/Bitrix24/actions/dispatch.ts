import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { dispatch as dispatchAny } from '../../shared/dispatch';
import { executionOf } from '../../shared/execution';
import { AccountFields } from '../api/accountFields';
import { Bitrix24Adapter } from '../adapter';
import { connectBitrix24 } from '../api/connection';
import type { Resource, Work } from './operation';

export const dispatch = (context: IExecuteFunctions, resources: readonly Resource[]): Promise<INodeExecutionData[][]> =>
	dispatchAny(context, resources, open);

async function open(context: IExecuteFunctions): Promise<Work> {
	const client = await connectBitrix24(context);
	return { client, crm: new Bitrix24Adapter(client), fields: new AccountFields(client), now: Date.now, execution: executionOf(context) };
}
