import { fillIndex, keyRules } from '../contacts/warmIndex';
import type { SyncContext } from './context';

/** Orders come first: a sweep that has looked at all of them reads so many contacts more, until the index is complete. */
const contactsPerSweep = 5_000;

interface Sweeping {
	shouldStop(): boolean;
	onFillFailure?(error: unknown): void;
}

/** Goes on filling an index that Prepare CRM has begun. Costs no call when there is none or it is complete. */
export async function fillContactIndex({ journal, crm, settings: { region }, owner, now }: SyncContext, { shouldStop, onFillFailure }: Sweeping): Promise<void> {
	const state = await journal.contactIndex.state(crm.account);
	// Without a place to read changes from, Prepare CRM has failed before it began: somebody was told why.
	if (state?.phase !== 'filling' || state.changedCursor === undefined || state.rules !== keyRules(region) || shouldStop()) return;
	try {
		await fillIndex({ journal, crm, region, now }, { owner, shouldStop: (readNow) => readNow >= contactsPerSweep || shouldStop() });
	} catch (error) {
		// The orders are done; why it stopped is in the index's state, and the next sweep goes on.
		onFillFailure?.(error);
	}
}
