/**
 * How one attempt ended, as far as trying again is concerned:
 * `not_sent`: it never reached the server (name not resolved, connection refused, no TLS);
 * `no_answer`: it was sent and no answer came (timeout, reset);
 * `outage`: the server answered, and what it said is nothing about the request (5xx, a page instead of JSON, a known hiccup);
 * `too_many`: 429, not processed;
 * `settled`: any other answer, good or bad.
 */
export type AttemptEnd = 'settled' | 'not_sent' | 'no_answer' | 'outage' | 'too_many';

export interface Attempted {
	end: AttemptEnd;
	/** Sending it twice does no harm. */
	repeatable: boolean;
	/** 1 for the first. */
	attempt: number;
	/** What the server asked for, ms. */
	retryAfterMs?: number;
	/** 0 ≤ random < 1. */
	random: number;
}

export type RetryDecision = { again: true; waitMs: number } | { again: false };

/** Short tries only: whoever calls has a queue with long waits, and an execution must not hang on one request. */
export const maxAttempts = 3;
const firstWaitMs = 500;
/** `Retry-After` beyond this is left to the caller's queue: (maxAttempts − 1) waits stay below ten seconds. */
export const longestWaitMs = 4_500;

/** The one rule of retries: what to do after an attempt. Pure. */
export function decideRetry({ end, repeatable, attempt, retryAfterMs, random }: Attempted): RetryDecision {
	const mayGoAgain = end === 'not_sent' || end === 'too_many' || (repeatable && (end === 'no_answer' || end === 'outage'));
	if (!mayGoAgain || attempt >= maxAttempts) return { again: false };

	const full = firstWaitMs * 4 ** (attempt - 1);
	// Between half and full: callers that were turned away together do not come back together.
	const backoffMs = Math.round(full / 2 + (full / 2) * random);
	const waitMs = Math.max(backoffMs, retryAfterMs ?? 0);
	return waitMs > longestWaitMs ? { again: false } : { again: true, waitMs };
}

/**
 * `Retry-After` as milliseconds from `now`: seconds or an HTTP date; anything else counts as absent.
 * @param now epoch ms
 */
export function retryAfterMs(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string') return undefined;
	const text = header.trim();
	if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
	// Dates have letters; Date.parse would take "-5" for a year.
	const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
