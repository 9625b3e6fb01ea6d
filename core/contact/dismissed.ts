import type { Outcome } from '../ports';

/** What became of drafts some of which could not be given to the person they were meant for. */
export interface Assigned<T> {
	/** In the order of the drafts. */
	outcomes: Outcome<T>[];
	/** Positions of the drafts that were saved without their responsible person. */
	unassigned: readonly number[];
}

/**
 * Saves drafts; those whose responsible person the CRM does not take (dismissed, deleted) are saved once more with nobody named, so that
 * the CRM gives them to whoever its default is: an order without a deal is worse than a deal without its manager. A refused draft
 * has changed nothing, so nothing comes twice.
 */
export async function saveDespiteDismissal<D extends { responsibleId?: string }, T>(
	drafts: readonly D[],
	save: (drafts: readonly D[]) => Promise<Outcome<T>[]>,
): Promise<Assigned<T>> {
	const outcomes = await save(drafts);
	const refused = outcomes.flatMap((outcome, index) => (outcome.outcome === 'rejected' && outcome.about === 'responsible' ? [index] : []));
	if (refused.length === 0) return { outcomes, unassigned: [] };
	const again = await save(refused.flatMap((index) => drafts.slice(index, index + 1)).map((draft) => ({ ...draft, responsibleId: undefined })));
	refused.forEach((index, position) => {
		const outcome = again[position];
		if (outcome !== undefined) outcomes[index] = outcome;
	});
	return { outcomes, unassigned: refused.filter((index) => outcomes[index]?.outcome === 'ok') };
}
