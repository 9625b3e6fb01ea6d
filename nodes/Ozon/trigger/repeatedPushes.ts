import type { IDataObject, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';
import { bursts } from '../../shared/triggerBursts';
import { triggerName } from '../../shared/triggerMemory';

export interface PushHint {
	/** Of the push, see `pushId`. */
	id: string;
	hint: IDataObject;
}

/** Pushes that came while the last execution was fresh. */
export const burstOf = bursts<PushHint>(({ id }) => id);

/** Ozon repeats a push for about an hour (ozon.md §11): at a thousand pushes a day this is far more than that. */
const pushesKept = 5_000;

const taken = new Map<string, Set<string>>();

/**
 * Whether this push was taken before. Remembered in memory only: to write down every one of a hundred pushes a second would cost more
 * than a hint that comes twice after a restart, which does no harm.
 */
export function isRepeated(context: IPollFunctions | IWebhookFunctions, id: string): boolean {
	const trigger = triggerName(context);
	const ids = taken.get(trigger) ?? new Set<string>();
	taken.set(trigger, ids);
	if (ids.has(id)) return true;
	ids.add(id);
	// A Set keeps the order in which its members came: the first is the oldest.
	const { value: oldest } = ids.values().next();
	if (ids.size > pushesKept && oldest !== undefined) ids.delete(oldest);
	return false;
}
