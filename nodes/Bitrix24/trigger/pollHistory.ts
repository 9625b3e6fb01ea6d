import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { nodeErrorFrom } from '../../../transport/n8n';
import type { Bitrix24Client } from '../api/client';
import { connectBitrix24 } from '../api/connection';
import { hintOf, isWanted, itemsOf, type EventKind, type Hint } from '../model/events';
import { historyCursorSchema, historyEnd, latestHistory, readHistory } from '../api/stageHistory';
import type { HistoryRecord } from '../api/schema';
import { burstOf } from './burst';
import { triggerSettings } from './settings';

/** How many items "Fetch Test Event" shows at most. */
const sampleSize = 10;

/** The safety net: whatever happened to the stages of deals since the last poll. Deletions and contacts leave no trace there. */
export async function pollHistory(context: IPollFunctions): Promise<IDataObject[]> {
	const { kinds, gatherMs, store } = triggerSettings(context);
	// What came in the wake of a burst and was not followed by anything.
	const waiting = burstOf(context, gatherMs).rest();
	if (!kinds.some(({ history }) => history.length > 0)) return itemsOf(waiting, 'webhook');
	try {
		const client = await connectBitrix24(context);
		if (context.getMode() === 'manual') return sample(await latestHistory(client), kinds);
		const before = historyCursorSchema.safeParse(store.history).data;
		if (before === undefined) {
			store.history = await historyEnd(client);
			return itemsOf(waiting, 'webhook');
		}
		const { hints, end } = await sweep(client, before, budgetEnd(context));
		store.history = end;
		return itemsOf([...waiting, ...hints.filter((hint) => isWanted(hint, kinds))], 'poll');
	} catch (error) {
		throw nodeErrorFrom(context.getNode(), error);
	}
}

const sample = (records: readonly HistoryRecord[], kinds: readonly EventKind[]): IDataObject[] =>
	itemsOf(hintsOf([...records].reverse()).filter((hint) => isWanted(hint, kinds)), 'poll').slice(-sampleSize);

const hintsOf = (records: readonly HistoryRecord[]): Hint[] => records.flatMap((record) => hintOf(record) ?? []);

type Cursor = Awaited<ReturnType<typeof historyEnd>>;

async function sweep(client: Bitrix24Client, before: Cursor, until: number): Promise<{ hints: Hint[]; end: Cursor }> {
	const hints: Hint[] = [];
	let end = before;
	const pages = readHistory(client, before);
	for (;;) {
		const { value, done } = await pages.next();
		if (done) return { hints, end: value };
		hints.push(...hintsOf(value));
		// After a long pause the rest is for the next poll; what comes twice from the seam is a hint as well.
		end = { after: Math.max(end.after, ...value.map(({ ID }) => ID)), seen: value.map(({ ID }) => ID) };
		if (Date.now() >= until) return { hints, end };
	}
}

/** Half of n8n's budget; older hosts have none. */
function budgetEnd(context: IPollFunctions): number {
	const budgetMs = typeof context.getPollBudgetMs === 'function' ? context.getPollBudgetMs() : 300_000;
	return Date.now() + budgetMs / 2;
}
