import { ok, rejected, unknown, type Outcome } from '../core/ports';
import { ServiceFailure } from './errors';

/**
 * What became of one element, in the words of the ports.
 * A failure that says nothing about the element but that the service as a whole is out of reach (token, rights, payment, block)
 * is thrown on, and so is whatever is no `ServiceFailure`.
 */
export async function outcomeOf<T>(run: () => Promise<T>, now: () => number = Date.now): Promise<Outcome<T>> {
	try {
		return ok(await run());
	} catch (error) {
		if (!(error instanceof ServiceFailure)) throw error;
		return outcomeOfFailure(error, now());
	}
}

/** What is made for one element of a batch: whatever is odd in it must not take the others along. */
export function built<T>(make: () => T): Outcome<T> {
	try {
		return ok(make());
	} catch (error) {
		return rejected(`it cannot be written as it is: ${error instanceof Error ? error.message : String(error)}`, true);
	}
}

/** @param now epoch ms */
export function outcomeOfFailure<T>(failure: ServiceFailure, now: number): Outcome<T> {
	switch (failure.kind) {
		case 'unauthorized':
		case 'forbidden':
		case 'unpaid':
			throw failure;
		case 'unknown_outcome':
			return unknown(failure.message, hasEnded(failure));
		case 'bad_answer':
			return failure.mayBeApplied ? unknown(failure.message, true) : rejected(failure.message, true);
		case 'rate_limited':
		case 'unavailable':
			// Without a word of the service the caller's own backoff says when.
			return rejected(failure.message, false, failure.retryAfterMs === undefined ? undefined : now + failure.retryAfterMs);
		case 'not_found':
		case 'rejected':
			return rejected(failure.message, true);
	}
}

/** A 500 comes from the server that did the work; a gateway's 502 or 504 says nothing about it, and no answer even less. */
export const hasEnded = ({ status }: ServiceFailure): boolean => status === 500;
