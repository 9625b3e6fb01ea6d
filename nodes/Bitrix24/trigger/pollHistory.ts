import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { nodeErrorFrom } from '../../../transport/n8n';
import { connectBitrix24 } from '../api/connection';
import { hintOf, isWanted, itemsOf, type EventKind, type Hint } from '../model/events';
import { cursorAt, historyEnd, latestHistory, readHistory, readHistorySince, type HistoryCursor } from '../api/stageHistory';
import type { HistoryRecord } from '../api/schema';
import { pollRemembering } from '../../shared/triggerPoll';
import { burstOf } from './burst';
import { pollMemory, type Polled } from './memory';
import { triggerSettings } from './settings';
import { registerIfDue } from './webhookRegistration';

/** How many items "Fetch Test Event" shows at most. */
const sampleSize = 10;

/** The safety net: whatever happened to the stages of deals since the last poll. Deletions and contacts leave no trace there. */
export async function pollHistory(context: IPollFunctions): Promise<IDataObject[]> {
	if (context.getMode() === 'manual') return await sampleOf(context);
	return await pollRemembering(context, {
		part: pollMemory,
		postponed: (since) => ({ since }),
		waiting: () => burstOf(context, triggerSettings(context).gatherMs),
		look: (before, waiting) => look(context, before ?? {}, waiting),
	});
}

async function look(context: IPollFunctions, before: Polled, waiting: readonly Hint[]): Promise<{ items: IDataObject[]; next: Polled }> {
	const { kinds } = triggerSettings(context);
	const client = await connectBitrix24(context);
	await registerIfDue(context, client);
	if (!kinds.some(({ history }) => history.length > 0)) return { items: itemsOf(waiting, 'webhook'), next: before };
	if (before.history === undefined && before.since === undefined) {
		const history = await historyEnd(client);
		return { items: itemsOf(waiting, 'webhook'), next: { history } };
	}
	const pages = before.history === undefined ? readHistorySince(client, before.since ?? 0) : readHistory(client, before.history);
	const { hints, end } = await sweep(pages, before, budgetEnd(context));
	return { items: itemsOf([...waiting, ...hints.filter((hint) => isWanted(hint, kinds))], 'poll'), next: end };
}

async function sampleOf(context: IPollFunctions): Promise<IDataObject[]> {
	const { kinds } = triggerSettings(context);
	if (!kinds.some(({ history }) => history.length > 0)) return [];
	try {
		return sample(await latestHistory(await connectBitrix24(context)), kinds);
	} catch (error) {
		throw nodeErrorFrom(context.getNode(), error);
	}
}

const sample = (records: readonly HistoryRecord[], kinds: readonly EventKind[]): IDataObject[] =>
	itemsOf(hintsOf([...records].reverse()).filter((hint) => isWanted(hint, kinds)), 'poll').slice(-sampleSize);

const hintsOf = (records: readonly HistoryRecord[]): Hint[] => records.flatMap((record) => hintOf(record) ?? []);

async function sweep(pages: AsyncGenerator<HistoryRecord[], HistoryCursor>, before: Polled, until: number): Promise<{ hints: Hint[]; end: Polled }> {
	const hints: Hint[] = [];
	const seen = new Set(before.history?.seen);
	let after = before.history?.after ?? 0;
	for (;;) {
		const { value, done } = await pages.next();
		if (done) return { hints, end: { history: value } };
		hints.push(...hintsOf(value));
		for (const { ID } of value) {
			seen.add(ID);
			after = Math.max(after, ID);
		}
		// After a long pause the rest is for the next poll.
		if (Date.now() >= until) return { hints, end: { history: cursorAt(after, seen) } };
	}
}

/** Half of n8n's budget; older hosts have none. */
function budgetEnd(context: IPollFunctions): number {
	const budgetMs = typeof context.getPollBudgetMs === 'function' ? context.getPollBudgetMs() : 300_000;
	return Date.now() + budgetMs / 2;
}
