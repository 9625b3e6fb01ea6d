import type { OzonPosting } from '../api/schema';
import { superseded } from './postingStatus';

/*
 * An assembly in several packages splits a posting (ozon.md §7): the parent is closed as `cancelled_from_split_pending`, and its
 * goods go on in children. The parent's order must not be lost and its goods must not be counted twice, so the first child goes
 * on under the parent's key (with its own number), and every other child is an order of its own.
 */

export const isSuperseded = ({ status }: OzonPosting): boolean => status === superseded;

/** Whether other postings of the order have to be known before this one's key is. */
export const hasFamily = (posting: OzonPosting): boolean => posting.parent !== undefined || isSuperseded(posting);

/** The parent while its parts are being made: they show some seconds before it is closed. */
const isBeingSplit = ({ status, substatus, actions }: OzonPosting): boolean =>
	status === 'awaiting_packaging' && (substatus === 'posting_split_pending' || actions.includes('ship_async_in_process'));

export interface Family {
	/** A part whose parent is not closed yet: under which key it will go on is not settled. */
	isUnsettled(posting: OzonPosting): boolean;
	/** The key under which a living posting goes on. */
	keyOf(posting: OzonPosting): string;
	/** The posting that goes on with this one's key: itself, unless it was split away; `undefined`: its children do not show yet. */
	heirOf(posting: OzonPosting): OzonPosting | undefined;
}

/** @param postings all postings of the orders in question; more do no harm. Pure. */
export function familyOf(postings: readonly OzonPosting[]): Family {
	const byNumber = new Map(postings.map((posting) => [posting.number, posting]));
	const children = new Map<string, OzonPosting[]>();
	for (const posting of byNumber.values()) {
		if (posting.parent !== undefined) children.set(posting.parent, [...(children.get(posting.parent) ?? []), posting]);
	}
	const firstChild = (number: string): OzonPosting | undefined => [...(children.get(number) ?? [])].sort(byTail)[0];

	const keyOf = (posting: OzonPosting, generations = 0): string => {
		const parent = posting.parent === undefined ? undefined : byNumber.get(posting.parent);
		const inherits = parent !== undefined && isSuperseded(parent) && firstChild(parent.number)?.number === posting.number;
		return inherits && generations < byNumber.size ? keyOf(parent, generations + 1) : posting.number;
	};
	const heirOf = (posting: OzonPosting, generations = 0): OzonPosting | undefined => {
		if (!isSuperseded(posting)) return posting;
		const child = firstChild(posting.number);
		return child === undefined || generations > byNumber.size ? undefined : heirOf(child, generations + 1);
	};
	return {
		keyOf: (posting) => keyOf(posting),
		heirOf: (posting) => heirOf(posting),
		isUnsettled: ({ parent }) => {
			const living = parent === undefined ? undefined : byNumber.get(parent);
			return living !== undefined && isBeingSplit(living);
		},
	};
}

/** `…-2` comes before `…-10`. */
const byTail = (a: OzonPosting, b: OzonPosting): number => a.number.localeCompare(b.number, 'en', { numeric: true });
