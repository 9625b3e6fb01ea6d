import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Neither CRM signs its webhooks (amocrm.md §7, bitrix24.md §7): a secret in the address tells their calls from others. */
export const secretParameter = 'secret';

/** Bytes of a secret: what nobody can guess, by which n8n it was made, and that it says so. */
const [randomLength, instanceLength, markLength] = [16, 4, 4];

/** @param instanceId of the n8n that makes it: a copy of the workflow in another n8n makes others, and the two leave each other alone */
export function newSecret(instanceId: string): string {
	const random = randomBytes(randomLength);
	return Buffer.concat([random, instanceTag(random, instanceId), mark(random)]).toString('base64url');
}

/** True only for a secret that certainly comes from another n8n; those of version 0.1.0 do not say where they come from. */
export function isOfAnotherInstance(secret: string, instanceId: string): boolean {
	const bytes = Buffer.from(secret, 'base64url');
	const random = bytes.subarray(0, randomLength);
	const isMarked = bytes.length === randomLength + instanceLength + markLength && bytes.subarray(-markLength).equals(mark(random));
	return isMarked && !bytes.subarray(randomLength, -markLength).equals(instanceTag(random, instanceId));
}

const instanceTag = (random: Buffer, instanceId: string): Buffer => createHmac('sha256', instanceId).update(random).digest().subarray(0, instanceLength);
const mark = (random: Buffer): Buffer => createHash('sha256').update('marketplace-crm').update(random).digest().subarray(0, markLength);

/** The secret in an address, if there is one. */
export const secretOf = (address: string): string | undefined =>
	(URL.canParse(address) ? new URL(address).searchParams.get(secretParameter) : undefined) ?? undefined;

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
