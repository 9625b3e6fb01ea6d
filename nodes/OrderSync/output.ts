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

/** Puts the result of a look on the output where it belongs, tied to the input item that it came from. */
export function place(outputs: Outputs, node: INode, result: LookResult, item: number): void {
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

/** An input item that named no order that could be looked at. */
export function refuse(outputs: Outputs, item: number, named: IDataObject, error: string, advice: string): void {
	outputs[2].push({ json: { ...named, result: 'failed', error, advice }, pairedItem: { item } });
}
