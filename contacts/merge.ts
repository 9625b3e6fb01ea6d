import { randomUUID } from 'node:crypto';
import { stillTogether, type Together } from '../core/duplicates/stillTogether';
import type { GroupIds } from '../core/duplicates/groupCode';
import type { PhoneRegion } from '../core/contact/phone';
import { ok, rejected, unknown, type Contact, type Outcome } from '../core/ports';
import type { Journal } from '../journal/journal';
import { mergeLock } from '../journal/merges';
import { processOwner } from '../journal/open';
import { cardIdentities } from './cardIdentities';
import { readBefore, type CardBefore } from './mergedCards';

/** A contact with everything that a merge may cost it. */
export interface MergeCard extends Contact {
	dealIds: string[];
	/** The card as the CRM sent it. */
	fields: Readonly<Record<string, unknown>>;
}

export interface MergeCards {
	keep: MergeCard;
	/** Those that are still there. */
	others: readonly MergeCard[];
}

export interface MergeOrder {
	/** Every contact of the group as it was before anything was changed. */
	before: readonly CardBefore[];
	/** The merge was broken off before: what it had to do once may be done already. */
	isResumed: boolean;
	approvedBy?: string;
}

/** How a CRM puts contacts together. */
export interface ContactMerger {
	/** For people. */
	readonly name: string;
	readonly account: string;
	/** In the order of the ids; `ok(undefined)`: not there. */
	read(ids: readonly string[]): Promise<Outcome<MergeCard | undefined>[]>;
	/** Every step may be repeated. `rejected` and permanent: nothing was changed, and asking again is no use. */
	merge(cards: MergeCards, order: MergeOrder): Promise<Outcome<void>>;
	/** Nothing is left to do, by what was read back. */
	isMerged(keep: MergeCard, others: readonly (MergeCard | undefined)[], before: readonly CardBefore[]): boolean;
}

export interface MergeRequest extends GroupIds {
	approvedBy?: string;
	region: PhoneRegion;
}

export interface Merged {
	keepId: string;
	mergedIds: string[];
	/** An earlier run has done it: nothing was changed now. */
	wasDone: boolean;
	/** Deals that have come to the contact that was kept. */
	movedDealIds: string[];
}

export interface MergeTools {
	journal: Journal;
	merger: ContactMerger;
	/** Epoch ms. */
	now(): number;
}

/** Longer than a merge takes with all its retries; a process that is gone holds nothing. */
const lockMs = 5 * 60_000;

/**
 * Puts the contacts of an approved group together: reads them as they are now, writes down what was there, merges, reads back.
 * Safe to repeat: what was broken off is finished, what is done is left alone. Throws when the CRM as a whole is out of reach.
 */
export async function mergeGroup(tools: MergeTools, request: MergeRequest): Promise<Outcome<Merged>> {
	const { journal, merger, now } = tools;
	const owner = `${processOwner()}/${randomUUID()}`;
	if (!(await journal.cursors.lock(merger.account, mergeLock, owner, lockMs, now()))) {
		return rejected('another execution merges contacts of this account at this moment, so nothing was done; run this group again in a minute', false);
	}
	try {
		return await mergeAlone(tools, request);
	} finally {
		await journal.cursors.unlock(merger.account, mergeLock, owner);
	}
}

async function mergeAlone(tools: MergeTools, request: MergeRequest): Promise<Outcome<Merged>> {
	const { journal, merger, now } = tools;
	const { keepId, otherIds, approvedBy, region } = request;
	const { account } = merger;
	const known = await journal.merges.find(account, keepId, otherIds);
	if (known?.state === 'done') return ok({ keepId, mergedIds: otherIds, wasDone: true, movedDealIds: [] });

	const read = await readGroup(merger, request);
	if (read.outcome !== 'ok') return read;
	const { keep, others } = read.value;
	const isResumed = known?.state === 'begun';
	if (!isResumed) {
		const stale = (await mergedAway(tools, request)) ?? goneOrApart(merger, request, keep, others);
		if (stale !== undefined) return rejected(stale, true);
	}
	if (keep === undefined) return rejected(`${merger.name} has no contact ${keepId} any more, into which the others were being merged: look at them by hand, the journal has what was in them`, true);

	const present = others.filter((card) => card !== undefined);
	const begun = await journal.merges.begin({ account, keepId, otherIds, before: [keep, ...present], approvedBy, at: now() });
	const before = readBefore(begun.before);
	const finish = async (): Promise<Outcome<Merged>> => {
		await journal.merges.finish(account, keepId, otherIds, cardIdentities(account, before, region), now());
		return ok({ keepId, mergedIds: otherIds, wasDone: false, movedDealIds: movedDeals(keepId, before) });
	};
	if (merger.isMerged(keep, others, before)) return await finish();

	const merged = await merger.merge({ keep, others: present }, { before, isResumed, approvedBy: begun.approvedBy });
	if (merged.outcome === 'rejected') {
		if (merged.permanent) await journal.merges.refuse(account, keepId, otherIds, merged.reason, now());
		return merged;
	}
	const after = await readGroup(merger, request);
	if (after.outcome !== 'ok') return unknown(`no word of the merge could be read back (${after.reason}); run this group again, it will be finished`);
	if (after.value.keep !== undefined && merger.isMerged(after.value.keep, after.value.others, before)) return await finish();
	return unknown(`${merger.name} does not show the contacts as merged yet; run this group again, it will be finished`);
}

async function readGroup(merger: ContactMerger, { keepId, otherIds }: GroupIds): Promise<Outcome<{ keep?: MergeCard; others: (MergeCard | undefined)[] }>> {
	const cards = await merger.read([keepId, ...otherIds]);
	const failed = cards.find((card) => card.outcome !== 'ok');
	if (failed !== undefined) return failed;
	const [keep, ...others] = cards.map((card) => (card.outcome === 'ok' ? card.value : undefined));
	return ok({ keep, others });
}

/** Somebody of the group was merged into another one since the list was made. */
async function mergedAway({ journal, merger }: MergeTools, { keepId, otherIds }: GroupIds): Promise<string | undefined> {
	const kept = await journal.merges.keptInstead(merger.account, [keepId, ...otherIds]);
	const [first] = kept;
	return first && `Contact ${first[0]} was merged into ${first[1]} already, so this group is out of date: run Find Duplicates again`;
}

function goneOrApart(merger: ContactMerger, { keepId, otherIds, region }: MergeRequest, keep: MergeCard | undefined, others: readonly (MergeCard | undefined)[]): string | undefined {
	const gone = [keepId, ...otherIds].filter((_, index) => (index === 0 ? keep : others[index - 1]) === undefined);
	if (gone.length > 0) return `${merger.name} has no contact ${gone.join(', ')} any more, so this group is out of date: run Find Duplicates again`;
	const together = stillTogether([keep, ...others].flatMap((card) => card ?? []), region);
	return together === 'together' ? undefined : `Contacts ${[keepId, ...otherIds].join(', ')} ${apart[together]}, so they were not merged: look at them, or run Find Duplicates again`;
}

const apart: Readonly<Record<Exclude<Together, 'together'>, string>> = {
	no_key: 'have no phone or e-mail in common any more',
	different_people: 'have names of different people now',
};

function movedDeals(keepId: string, before: readonly CardBefore[]): string[] {
	const own = before.find(({ id }) => id === keepId)?.dealIds ?? [];
	return [...new Set(before.flatMap(({ id, dealIds }) => (id === keepId ? [] : dealIds)))].filter((id) => !own.includes(id));
}
