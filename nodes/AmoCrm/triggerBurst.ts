import type { IPollFunctions, IWebhookFunctions } from 'n8n-workflow';
import { Gathering } from '../../core/gathering';
import type { Hint } from './events';

/** By workflow and node; in memory only, since the poll of the history finds whatever is lost with the process. */
const bursts = new Map<string, Gathering<Hint>>();

export function burstOf(context: IPollFunctions | IWebhookFunctions, gatherMs: number): Gathering<Hint> {
	const key = `${context.getWorkflow().id ?? ''} ${context.getNode().id} ${gatherMs}`;
	const known = bursts.get(key);
	if (known !== undefined) return known;
	const burst = new Gathering<Hint>(gatherMs, ({ entity, id, event, stage }) => JSON.stringify([entity, id, event, stage]));
	bursts.set(key, burst);
	return burst;
}
