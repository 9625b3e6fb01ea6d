import { ServiceFailure } from './errors';
import { hasEnded } from './outcome';

/** Failures in a row after which it is a person's business. */
const triesAtMost = 4;
const firstPauseMs = 1_000;
/** After this time a write without an answer has either arrived or never will: the services end a request within a minute. */
const settlesMs = 60_000;

/**
 * Runs something that looks first and makes only what is missing, and runs it again when a service broke off in the middle: its outcome
 * is read back by its own looking. Without an answer, only when what was sent can not show any more.
 * @throws ServiceFailure the last one, and at once those that the same run would meet again
 */
export async function untilDone<T>(run: () => Promise<T>, pause: (ms: number) => Promise<void>): Promise<T> {
	for (let tried = 1; ; tried += 1) {
		try {
			return await run();
		} catch (failure) {
			if (!(failure instanceof ServiceFailure) || tried >= triesAtMost || !isPassing(failure)) throw failure;
			await pause(failure.mayBeApplied && !hasEnded(failure) ? settlesMs : Math.max(failure.retryAfterMs ?? 0, firstPauseMs * 2 ** (tried - 1)));
		}
	}
}

const isPassing = ({ kind, retryAfterMs = 0 }: ServiceFailure): boolean =>
	kind === 'unknown_outcome' || kind === 'unavailable' || (kind === 'rate_limited' && retryAfterMs <= settlesMs);
