import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Neither CRM signs its webhooks (amocrm.md §7, bitrix24.md §7): a secret in the address tells their calls from others. */
export const secretParameter = 'secret';

export const newSecret = (): string => randomBytes(24).toString('base64url');

export function addressWithSecret(url: string, secret: string): string {
	const address = new URL(url);
	address.searchParams.set(secretParameter, secret);
	return address.toString();
}

export const withoutQuery = (address: string): string => address.replace(/[?#].*$/, '');

/** Compares in constant time, whatever comes; an empty secret is nobody's. */
export function isSecret(given: unknown, secret: string): boolean {
	if (typeof given !== 'string' || secret === '') return false;
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(given), digest(secret));
}
