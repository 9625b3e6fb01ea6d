import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { nodeErrorFrom } from '../../transport/nodeError';
import { marketplaceName } from '../../sync/dealCard';
import type { LookResult } from '../../sync/reconcileOrders';

/** The node's outputs: Synced, Needs Attention, Failed. */
export type Outputs = [INodeExecutionData[], INodeExecutionData[], INodeExecutionData[]];

export const noOutputs = (): Outputs => [[], [], []];

const now = (result: LookResult): IDataObject => ({
	marketplace: result.order.marketplace,
	shop: result.order.shop,
	orderId: result.order.id,
	orderNumber: result.number,
	dealId: result.dealId ?? null,
	contactId: result.contactId ?? null,
	stage: result.stage ?? null,
	marketplaceStatus: result.rawStatus ?? null,
	result: result.result,
	did: result.did,
	...(result.reason === undefined ? {} : { reason: result.reason }),
	...(result.attempts > 0 ? { attempts: result.attempts } : {}),
	...(result.nextLookAt === undefined ? {} : { nextLookAt: new Date(result.nextLookAt).toISOString() }),
});

/** After so many failures in a row somebody is told of an order, where not every failure is told. */
const failuresTold: readonly number[] = [5, 10, 20, 40];

/** It is tried again by itself and need not be told. */
export const isQuietFailure = ({ result, attempts }: LookResult, onlyRepeatedFailures: boolean): boolean =>
	onlyRepeatedFailures && result === 'failed' && !failuresTold.includes(attempts);

/**
 * Puts the result of a look on the output where it belongs, tied to the input item that it came from.
 * @param onlyRepeatedFailures an order that has not failed often yet waits for its next try
 */
export function place(outputs: Outputs, node: INode, result: LookResult, item: number, onlyRepeatedFailures = false): void {
	const [synced, attention, failed] = outputs;
	const pairedItem = { item };
	const title = `Order ${result.number} (${marketplaceName(result.order.marketplace)})`;
	switch (result.result) {
		case 'attention':
			// Somebody was asked before: asking again with every event would bury the manager in tasks.
			if (result.known) synced.push({ json: now(result), pairedItem });
			else attention.push({ json: { ...now(result), message: `Заказ ${result.number} (${marketplaceName(result.order.marketplace)}): нужно решение — ${result.reason ?? ''}` }, pairedItem });
			return;
		case 'failed':
			if (isQuietFailure(result, onlyRepeatedFailures)) {
				synced.push({ json: { ...now(result), result: 'waiting' }, pairedItem });
				return;
			}
			failed.push({ json: { ...now(result), ...explained(node, result, title, item) }, pairedItem });
			return;
		default:
			synced.push({ json: now(result), pairedItem });
	}
}

function explained(node: INode, { cause, reason, nextLookAt }: LookResult, title: string, item: number): IDataObject {
	const description = cause === undefined ? undefined : nodeErrorFrom(node, cause, item).description;
	const next = nextLookAt === undefined ? '' : ` It stays in the queue and is tried again at ${new Date(nextLookAt).toISOString()}.`;
	return { error: `${title} was not synced: ${reason ?? ''}`, advice: `${description ?? ''}${next}`.trim() };
}

/** An item of Synced whose order was not looked at. */
export const notLookedAt = (
	named: IDataObject,
	item: number,
	result: 'waiting' | 'unchanged' | 'not_linked' | 'not_of_this_pair',
	reason?: string,
): INodeExecutionData => ({
	json: { ...named, result, did: [], ...(reason === undefined ? {} : { reason }) },
	pairedItem: { item },
});

/** What becomes of an item whose order is not looked at. */
export interface NotLookedAt {
	/** There is no such order in this shop, or no such deal in this account. */
	foreign(item: number, of: IDataObject, what: string, advice: string): void;
	/** A deal that belongs to no order of this shop. */
	unlinked(item: number, dealId: string): void;
	/** The deal is where the last look left it: our own echo, or a late hint. */
	echo(item: number, of: IDataObject): void;
	/** It could not be found out now. */
	later(item: number, of: IDataObject, what: string, advice: string): void;
}

/** An input item that named no order that could be looked at. */
export function refuse(outputs: Outputs, item: number, named: IDataObject, error: string, advice: string): void {
	outputs[2].push({ json: { ...named, result: 'failed', error, advice }, pairedItem: { item } });
}

/** Whoever names an order means it: what cannot be found is an error. */
export const asFailed = (outputs: Outputs): NotLookedAt => ({
	foreign: (item, of, what, advice) => refuse(outputs, item, of, what, advice),
	later: (item, of, what, advice) => refuse(outputs, item, of, what, advice),
	unlinked: (item, dealId) => outputs[0].push(notLookedAt({ dealId }, item, 'not_linked', 'this deal belongs to no order of this shop')),
	echo: (item, of) => outputs[0].push(notLookedAt(of, item, 'unchanged')),
});
