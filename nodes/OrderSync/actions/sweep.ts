import type { IExecuteFunctions } from 'n8n-workflow';
import type { LookResult } from '../../../sync/reconcileOrders';
import { lookAtDue, sweep as sweepPair, type SweepOptions } from '../../../sync/sweep';
import { noOutputs, place, type Outputs } from '../output';
import { withPair, type OpenPair } from '../pair';

/** Looks at whatever has changed or is due on either side. Puts out the orders that something was done to, or that need somebody. */
export async function sweep(node: IExecuteFunctions): Promise<Outputs> {
	return withPair(node, async (pair) => {
		const { outputs, options } = collecting(node, pair);
		await sweepPair(pair.context, options);
		return outputs;
	});
}

/** Looks only at what waits in the queue and is due. */
export async function retryDue(node: IExecuteFunctions): Promise<Outputs> {
	return withPair(node, async (pair) => {
		const { outputs, options } = collecting(node, pair);
		await lookAtDue(pair.context, options);
		return outputs;
	});
}

function collecting(node: IExecuteFunctions, { context, options: { outputUnchanged, timeBudgetMs } }: OpenPair): { outputs: Outputs; options: SweepOptions } {
	const outputs = noOutputs();
	const until = context.now() + timeBudgetMs;
	return {
		outputs,
		options: {
			onResults(results) {
				for (const result of results.filter((each) => isNews(each, outputUnchanged))) place(outputs, node.getNode(), result, 0);
			},
			shouldStop: () => context.now() >= until,
			onFillFailure: (error) => node.logger.warn('Order Sync: the contact index could not be filled further; the next sweep tries again', { error }),
		},
	};
}

/** What was reported before, and what came to nothing new, is not put out again and again. */
const isNews = ({ result, known, did }: LookResult, outputUnchanged: boolean): boolean =>
	result === 'unchanged' || result === 'waiting' ? outputUnchanged || did.length > 0 : !(result === 'attention' && known);
