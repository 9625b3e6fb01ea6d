import { z } from 'zod/v4';
import { rejected, unknown, type Outcome } from '../../../core/ports';
import { ServiceFailure, type FailureKind } from '../../../transport/errors';

/** What Bitrix24 says when it says no: in a body of its own, or for one command of a batch. */
export interface Refusal {
	/** `''` when there is none: the code may be empty, a number or free text (bitrix24.md §3). */
	code: string;
	text: string;
}

const code = z.union([z.string(), z.number()]).nullish().transform((value) => String(value ?? ''));
/** A text, or several of them. */
const description = z
	.union([z.string(), z.array(z.unknown()).transform((list) => list.filter((each) => typeof each === 'string').join('; '))])
	.nullish()
	.catch(undefined);
export const refusalSchema = z
	.object({ error: code, error_description: description })
	.passthrough()
	.transform(({ error, error_description }): Refusal => ({ code: error, text: error_description?.trim() || error || 'no reason given' }));

/** `undefined` when the body is no refusal. */
export function readRefusal(body: unknown): Refusal | undefined {
	if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
	return refusalSchema.safeParse(body).data;
}

/**
 * What each code means, as the HTTP status that the transport acts upon: pages of the documentation print different ones
 * for the same code, and a refusal may come with 200 (bitrix24.md §3).
 */
const statuses: Readonly<Record<string, number>> = {
	QUERY_LIMIT_EXCEEDED: 429,
	OPERATION_TIME_LIMIT: 429,
	EXPIRED_TOKEN: 401,
	INVALID_TOKEN: 401,
	NO_AUTH_FOUND: 401,
	INVALID_CREDENTIALS: 401,
	PAYMENT_REQUIRED: 402,
	OVERLOAD_LIMIT: 403,
	ACCESS_DENIED: 403,
	INSUFFICIENT_SCOPE: 403,
	USER_ACCESS_ERROR: 403,
	ALLOWED_ONLY_INTRANET_USER: 403,
	WRONG_AUTH_TYPE: 403,
	ERROR_WRONG_CONTEXT: 403,
	PORTAL_DELETED: 403,
	PORTAL_MOVED: 403,
	ERROR_METHOD_NOT_FOUND: 404,
	INTERNAL_SERVER_ERROR: 500,
	ERROR_UNEXPECTED_ANSWER: 500,
};

export function statusOf(refusal: Refusal, status: number): number {
	const known = statuses[refusal.code.toUpperCase()];
	if (known !== undefined) return known;
	// An unknown code with a good status is still a no.
	return status < 400 ? 400 : status;
}

const hints: Readonly<Record<string, string>> = {
	ERROR_METHOD_NOT_FOUND: 'the method does not exist on this portal, the scope «crm» is missing, or the webhook address is wrong',
	INSUFFICIENT_SCOPE: 'the webhook or application lacks a scope: it needs «crm»',
	WRONG_AUTH_TYPE: 'this method works for applications only: use the OAuth2 credential',
	ERROR_WRONG_CONTEXT: 'this method works for applications only: use the OAuth2 credential',
	OVERLOAD_LIMIT: 'the support of Bitrix24 has blocked the calls of this portal',
	INVALID_CREDENTIALS: 'the webhook is not known there: it was deleted, has expired, or was issued anew',
};

export const refusalText = ({ code: name, text }: Refusal): string =>
	[hints[name.toUpperCase()], text, name !== text && name !== '' ? `(${name})` : undefined].filter(Boolean).join(' ');

/** Bitrix24's own words, for people; `undefined` for pages and bodies without any. */
export const refusalWords = (_status: number, body: unknown): string | undefined => {
	const refusal = readRefusal(body);
	return refusal && refusalText(refusal);
};

/** OVERLOAD_LIMIT is put up and taken down by people (bitrix24.md §2): more calls make it worse. */
export const isBlocked = (_status: number, body: unknown): boolean => readRefusal(body)?.code === 'OVERLOAD_LIMIT';

/** How a command changes the portal: not at all, the same when it comes twice, or once more each time. */
export type Effect = 'read' | 'repeatable' | 'once';

/** What became of one command of a batch that was refused. @param freeAt epoch ms when the method may be called again, if it is known */
export function outcomeOfRefusal<T>(refusal: Refusal, effect: Effect, freeAt?: number): Outcome<T> {
	const reason = `Bitrix24 refused it: ${refusalText(refusal)}`;
	switch (statusOf(refusal, 400)) {
		case 429:
			return rejected(reason, false, freeAt);
		case 500:
			// The server broke off in the middle: what it was to write may be there.
			return effect === 'once' ? unknown(reason, true) : rejected(reason, false);
		default:
			return rejected(reason, true);
	}
}

const kinds: ReadonlyMap<number, FailureKind> = new Map([
	[401, 'unauthorized'],
	[402, 'unpaid'],
	[403, 'forbidden'],
	[404, 'not_found'],
	[429, 'rate_limited'],
	[500, 'unavailable'],
]);

/** The same as an exception, for reads that are worth nothing in part. */
export function failureOfRefusal(refusal: Refusal, method: string, retryAfterMs?: number): ServiceFailure {
	const status = statusOf(refusal, 400);
	const kind = kinds.get(status) ?? 'rejected';
	return new ServiceFailure({
		api: 'Bitrix24',
		kind,
		status,
		retryAfterMs,
		message: `Bitrix24 refused ${method}: ${refusalText(refusal)}`,
		advice:
			kind === 'rate_limited' || kind === 'unavailable'
				? 'Run this again later; Order Sync does so by itself.'
				: 'Read what Bitrix24 says, correct the input or the rights of the webhook, and run this once more.',
	});
}

/** An outcome of a read that is worth nothing in part. @param now epoch ms */
export function failureOfOutcome(outcome: Exclude<Outcome<unknown>, { outcome: 'ok' }>, method: string, now: number): ServiceFailure {
	const retryAfterMs = outcome.outcome === 'rejected' && outcome.retryAt !== undefined ? Math.max(0, outcome.retryAt - now) : undefined;
	const isLasting = outcome.outcome === 'rejected' && outcome.permanent;
	return new ServiceFailure({
		api: 'Bitrix24',
		kind: isLasting ? 'rejected' : 'unavailable',
		retryAfterMs,
		message: `Bitrix24 gave no answer to ${method}: ${outcome.reason}`,
		advice: isLasting ? 'Read what Bitrix24 says and check the rights of the webhook.' : 'Run this again later; Order Sync does so by itself.',
	});
}
