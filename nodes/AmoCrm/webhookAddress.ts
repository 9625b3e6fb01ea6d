import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Webhook } from './schema';

/** amoCRM signs nothing (amocrm.md §7): a secret in the address is all that tells its calls from others. */
export const secretParameter = 'secret';

export const newSecret = (): string => randomBytes(24).toString('base64url');

export function addressWithSecret(url: string, secret: string): string {
	const address = new URL(url);
	address.searchParams.set(secretParameter, secret);
	return address.toString();
}

/** In constant time, whatever comes. */
export function isSecret(given: unknown, secret: string): boolean {
	if (typeof given !== 'string') return false;
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(given), digest(secret));
}

/** Hooks of this trigger, also those with a secret that nobody remembers any more. */
export const hooksAt = (hooks: readonly Webhook[], url: string): Webhook[] =>
	hooks.filter(({ destination }) => withoutQuery(destination) === withoutQuery(url));

/** amoCRM disables a hook after 100 bad answers (amocrm.md §7): such a one is as good as none. */
export const isAsWanted = (hook: Webhook, destination: string, settings: readonly string[]): boolean =>
	!hook.disabled && hook.destination === destination && [...hook.settings].sort().join() === [...settings].sort().join();

const withoutQuery = (address: string): string => address.replace(/[?#].*$/, '');
