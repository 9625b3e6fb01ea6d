import type { Execution } from '../../../operations/execution';
import { operationsOf, type Operation as AnyOperation, type Resource as AnyResource } from '../../../operations/operation';
import type { AccountFields } from '../accountFields';
import type { AmoCrmAdapter } from '../adapter';
import type { AmoCrmClient } from '../client';

export type { Item } from '../../../operations/operation';
export { NotDone } from '../../../operations/parameter';

/** What an operation works with: the account of the node's credential. */
export interface Work {
	client: AmoCrmClient;
	crm: AmoCrmAdapter;
	fields: AccountFields;
	/** Epoch ms. */
	now: () => number;
	execution: Execution;
}

export type Operation = AnyOperation<Work>;
export type Resource = AnyResource<Work>;

export const { eachItem, manyItems } = operationsOf<Work>('amoCRM');
