import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** In the address that an application binds: what tells its calls from others before its token is known. */
export const secretParameter = 'secret';

export const newSecret = (): string => randomBytes(24).toString('base64url');

export function addressWithSecret(url: string, secret: string): string {
	const address = new URL(url);
	address.searchParams.set(secretParameter, secret);
	return address.toString();
}

/** In constant time, whatever comes. */
export function isSecret(given: unknown, secret: string): boolean {
	if (typeof given !== 'string' || secret === '') return false;
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(given), digest(secret));
}

export const withoutQuery = (address: string): string => address.replace(/[?#].*$/, '');
