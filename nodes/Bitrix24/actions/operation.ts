import type { Execution } from '../../shared/execution';
import { operationsOf, type Operation as AnyOperation, type Resource as AnyResource } from '../../shared/operation';
import type { AccountFields } from '../api/accountFields';
import type { Bitrix24Adapter } from '../adapter';
import type { Bitrix24Client } from '../api/client';

export type { Item } from '../../shared/operation';
export { inZone, NotDone } from '../../shared/readParameter';

/** What an operation works with: the account of the node's credential. */
export interface Work {
	client: Bitrix24Client;
	crm: Bitrix24Adapter;
	fields: AccountFields;
	/** Epoch ms. */
	now: () => number;
	execution: Execution;
}

export type Operation = AnyOperation<Work>;
export type Resource = AnyResource<Work>;

export const { eachItem, manyItems } = operationsOf<Work>('Bitrix24');
