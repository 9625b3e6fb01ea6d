import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { readNumberText } from '../../../core/input/readNumberText';
import { decisions } from '../../../core/reconcile/reconcile';
import type { SyncContext } from '../../../sync/context';
import { lookAtLeased } from '../../../sync/sweep';
import { orderByNumber } from '../orderByNumber';
import { asFailed, noOutputs, place, type Outputs } from '../output';
import { withPair } from '../pair';

const decision = z.enum(decisions);
const orderNumber = z.union([z.string(), z.number()]).transform(readNumberText);

/** Carries out what a person decided about orders that the rules could not settle. */
export async function resolve(node: IExecuteFunctions): Promise<Outputs> {
	return withPair(node, ({ context }) => resolveNamed(node, context));
}

async function resolveNamed(node: IExecuteFunctions, context: SyncContext): Promise<Outputs> {
	const outputs = noOutputs();
	for (const [item] of node.getInputData().entries()) {
		const number = orderNumber.parse(node.getNodeParameter('orderNumber', item));
		const order = await orderByNumber(context, item, number, asFailed(outputs));
		if (!order) continue;
		await context.journal.work.decide(context.pair, [{ order, number, decision: decision.parse(node.getNodeParameter('decision', item)) }]);
		const [result] = await lookAtLeased(context, { orders: [order], evenIfNotDue: true });
		if (result) place(outputs, node.getNode(), result, item);
		else outputs[0].push({ json: { orderNumber: number, result: 'waiting', did: [], reason: 'another execution is looking at this order and will carry the decision out' }, pairedItem: { item } });
	}
	return outputs;
}
