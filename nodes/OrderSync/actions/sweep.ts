import type { IExecuteFunctions } from 'n8n-workflow';
import type { LookResult } from '../../../sync/reconcileOrders';
import { lookAtDue, sweep as sweepPair, type SweepOptions } from '../../../sync/sweep';
import { isQuietFailure, noOutputs, place, type Outputs } from '../output';
import { withPair, type OpenPair } from '../pair';
import type { NodeOptions } from '../settings';

/** Looks at whatever has changed or is due on either side. Puts out the orders that something was done to, or that need somebody. */
export async function sweep(node: IExecuteFunctions): Promise<Outputs> {
	return withPair(node, async (pair) => {
		const outputs = noOutputs();
		await sweepPair(pair.context, collecting(node, pair, outputs, 0));
		return outputs;
	});
}

/** Looks only at what waits in the queue and is due. */
export async function retryDue(node: IExecuteFunctions): Promise<Outputs> {
	return withPair(
		node,
		async (pair) => {
			const outputs = noOutputs();
			await lookAtDue(pair.context, collecting(node, pair, outputs, 0));
			return outputs;
		},
		'nothing to do',
	);
}

/** Puts out what a sweep finds, tied to the item that has started it. */
export function collecting(node: IExecuteFunctions, { context, options }: OpenPair, outputs: Outputs, item: number): SweepOptions {
	const { onlyRepeatedFailures, timeBudgetMs } = options;
	const until = context.now() + timeBudgetMs;
	return {
		onResults(results) {
			for (const result of results.filter((each) => isNews(each, options))) place(outputs, node.getNode(), result, item, onlyRepeatedFailures);
		},
		shouldStop: () => context.now() >= until,
		onFillFailure: (error) => node.logger.warn('Order Sync: the contact index could not be filled further; the next sweep tries again', { error }),
	};
}

/** What was reported before, and what came to nothing new, is not put out again and again. */
function isNews(each: LookResult, { outputUnchanged, onlyRepeatedFailures }: NodeOptions): boolean {
	const { result, known, did } = each;
	const isQuiet = result === 'unchanged' || result === 'waiting' || isQuietFailure(each, onlyRepeatedFailures);
	return isQuiet ? outputUnchanged || did.length > 0 : !(result === 'attention' && known);
}
