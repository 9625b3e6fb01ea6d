import type { IExecuteFunctions } from 'n8n-workflow';
import { orderKeyText } from '../../../core/order/order';
import { lookAtLeased } from '../../../sync/sweep';
import { asFailed, noOutputs, notLookedAt, place, refuse, type Outputs } from '../output';
import { withPair, type OpenPair } from '../pair';
import { describe, findOrders, namedItem, namesNothing, nobody, text, unique, type Named } from './namedOrders';

/** Looks at the orders that the input items name by order number, order id or deal id. */
export async function sync(node: IExecuteFunctions): Promise<Outputs> {
	return withPair(node, (pair) => syncNamed(node, pair));
}

async function syncNamed(node: IExecuteFunctions, { context, options }: OpenPair): Promise<Outputs> {
	const outputs = noOutputs();
	const items = new Map(node.getInputData().map((_, index) => [index, readItem(node, index)]));
	for (const [item, asked] of items) {
		if (namesNothing(asked)) {
			refuse(outputs, item, { item }, `Item ${item} names no order`, 'Give it a field orderNumber, orderId or dealId, or set "Identify By" in the Order Sync node.');
		}
	}
	const wanted = await findOrders(context, items, asFailed(outputs), { fromAnywhere: false });
	await context.journal.work.hint(context.pair, unique([...wanted.values()]));
	const results = await lookAtLeased(context, { orders: unique([...wanted.values()]).map(({ order }) => order), evenIfNotDue: true });
	const byOrder = new Map(results.map((result) => [orderKeyText(result.order), result]));
	for (const [item, hint] of wanted) {
		const result = byOrder.get(orderKeyText(hint.order));
		if (result) place(outputs, node.getNode(), result, item, options.onlyRepeatedFailures);
		else outputs[0].push(notLookedAt({ ...describe(hint) }, item, 'waiting', 'another execution is looking at this order and will look once more'));
	}
	return outputs;
}

function readItem(node: IExecuteFunctions, index: number): Named {
	const by = node.getNodeParameter('identifyBy', index);
	if (by === 'automatic') return namedItem.parse(node.getInputData()[index]?.json ?? {});
	const value = text.parse(node.getNodeParameter('identifier', index));
	return { ...nobody, ...(by === 'orderId' ? { orderId: value } : by === 'dealId' ? { dealId: value } : { orderNumber: value }) };
}
