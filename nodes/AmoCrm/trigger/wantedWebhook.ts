import type { Webhook } from '../api/schema';

/** amoCRM disables a hook after 100 bad answers (amocrm.md §7): such a one is as good as none. */
export const isAsWanted = (hook: Webhook, destination: string, settings: readonly string[]): boolean =>
	!hook.disabled && hook.destination === destination && [...hook.settings].sort().join() === [...settings].sort().join();
