import type { Execution } from '../../shared/execution';
import { operationsOf, type Operation as AnyOperation, type Resource as AnyResource } from '../../shared/operation';
import type { AccountFields } from '../api/accountFields';
import type { AmoCrmAdapter } from '../adapter';
import type { AmoCrmClient } from '../api/client';

export type { Item } from '../../shared/operation';
export { inZone, NotDone } from '../../shared/readParameter';

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
