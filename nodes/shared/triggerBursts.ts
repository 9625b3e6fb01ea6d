import type { IPollFunctions, IWebhookFunctions } from 'n8n-workflow';
import { Gathering } from '../../core/gathering';
import { isTest, triggerName } from './triggerMemory';

/**
 * One gathering of webhook hints per trigger node: a burst starts its workflow once, not once per call. In memory only, since
 * the trigger's poll finds whatever is lost with the process.
 */
export function bursts<T>(keyOf: (hint: T) => string): (context: IPollFunctions | IWebhookFunctions, gatherMs: number) => Gathering<T> {
	const byNode = new Map<string, Gathering<T>>();
	return (context, gatherMs) => {
		// "Execute" in the editor waits for the next event.
		const windowMs = isTest(context) ? 0 : gatherMs;
		const key = `${triggerName(context)} ${windowMs}`;
		const burst = byNode.get(key) ?? new Gathering<T>(windowMs, keyOf);
		byNode.set(key, burst);
		return burst;
	};
}
