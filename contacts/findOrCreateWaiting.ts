import { findOrCreate, type ContactsContext, type Finding, type WantedPerson } from './findOrCreate';

export interface Patience {
	/** So long others are waited for, in ms. */
	giveUpAfterMs: number;
	pause(ms: number): Promise<void>;
	random(): number;
}

const firstPauseMs = 150;
const longestPauseMs = 3_000;

/**
 * Like `findOrCreate`, for callers who expect a contact and not a promise: waits for those who are creating it at this moment, and
 * then takes the one that they made. What still has to be waited for in the end is left as it is.
 */
export async function findOrCreatePatiently(context: ContactsContext, wanted: readonly WantedPerson[], patience: Patience): Promise<Finding[]> {
	const findings = await findOrCreate(context, wanted);
	const until = context.now() + patience.giveUpAfterMs;
	for (let pauseMs = firstPauseMs; context.now() < until; pauseMs = Math.min(longestPauseMs, pauseMs * 1.6)) {
		const waiting = findings.flatMap((finding, index) => (finding.kind === 'waiting' ? [index] : []));
		if (waiting.length === 0) break;
		// A crowd that waits for the same contact must not come back at the same moment.
		await patience.pause(pauseMs * (0.5 + patience.random() / 2));
		const again = await findOrCreate(context, waiting.flatMap((index) => wanted[index] ?? []));
		waiting.forEach((index, position) => (findings[index] = again[position] ?? { kind: 'failed', reason: 'nobody looked for the contact' }));
	}
	return findings;
}
