import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { nodeErrorFrom } from '../../../transport/n8n';
import { connectAmoCrm } from '../api/connection';
import { historyOf, itemsOf } from '../model/events';
import { firstSweep, hintsOf, sweepEvents, sweepStateSchema } from '../api/eventHistory';
import { burstOf } from './burst';
import { withDeals } from './dealsOfItems';
import { triggerSettings } from './settings';
import type { AmoCrmClient } from '../api/client';

/** How many items "Fetch Test Event" shows at most. */
const sampleSize = 10;

/** The safety net: whatever happened since the last poll, by the account's own history. */
export async function pollHistory(context: IPollFunctions): Promise<IDataObject[]> {
	const settings = triggerSettings(context);
	try {
		const client = await connectAmoCrm(context);
		return context.getMode() === 'manual' ? await sample(client, settings) : await sweep(context, client, settings);
	} catch (error) {
		throw nodeErrorFrom(context.getNode(), error);
	}
}

type Settings = ReturnType<typeof triggerSettings>;

async function sample(client: AmoCrmClient, { kinds, readDeals }: Settings): Promise<IDataObject[]> {
	const pages = client.events([['filter[type]', historyOf(kinds).join(',')], ['limit', String(sampleSize * 3)]]);
	const { value: events } = await pages.next();
	const items = itemsOf((events ?? []).flatMap((event) => hintsOf(event, kinds)), 'poll').slice(0, sampleSize);
	return readDeals ? await withDeals(client, items) : items;
}

async function sweep(context: IPollFunctions, client: AmoCrmClient, { kinds, readDeals, gatherMs, store }: Settings): Promise<IDataObject[]> {
	const startedAt = Date.now();
	const before = sweepStateSchema.safeParse(store.sweep).data ?? firstSweep(startedAt);
	// Older hosts have no budget; half of it leaves room for reading deals.
	const budgetMs = typeof context.getPollBudgetMs === 'function' ? context.getPollBudgetMs() : 300_000;
	const { hints, state } = await sweepEvents(client, kinds, historyOf(kinds), before, startedAt, startedAt + budgetMs / 2);
	const items = itemsOf([...burstOf(context, gatherMs).rest(), ...hints], 'poll');
	const complete = readDeals ? await withDeals(client, items) : items;
	// Only now: what could not be given out is looked for again.
	store.sweep = state;
	return complete;
}
