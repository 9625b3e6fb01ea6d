import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { nodeErrorFrom } from '../../../transport/n8n';
import { connectAmoCrm } from '../api/connection';
import { historyOf, itemsOf, type Hint } from '../model/events';
import { firstSweep, hintsOf, sweepEvents, type SweepState } from '../api/eventHistory';
import { pollRemembering } from '../../shared/triggerPoll';
import { burstOf } from './burst';
import { withDeals } from './dealsOfItems';
import { postponedSweep, sweepMemory } from './memory';
import { triggerSettings } from './settings';
import { registerIfDue } from './webhookRegistration';
import type { AmoCrmClient } from '../api/client';

/** How many items "Fetch Test Event" shows at most. */
const sampleSize = 10;

/** The safety net: whatever happened since the last poll, by the account's own history. */
export async function pollHistory(context: IPollFunctions): Promise<IDataObject[]> {
	if (context.getMode() === 'manual') return await sampleOf(context);
	return await pollRemembering(context, {
		part: sweepMemory,
		postponed: postponedSweep,
		waiting: () => burstOf(context, triggerSettings(context).gatherMs),
		look: async (before, waiting) => {
			const settings = triggerSettings(context);
			const client = await connectAmoCrm(context);
			if (settings.withWebhook) await registerIfDue(context, client);
			return await sweep(context, client, settings, before?.sweep, waiting);
		},
	});
}

type Settings = ReturnType<typeof triggerSettings>;

async function sampleOf(context: IPollFunctions): Promise<IDataObject[]> {
	try {
		return await sample(await connectAmoCrm(context), triggerSettings(context));
	} catch (error) {
		throw nodeErrorFrom(context.getNode(), error);
	}
}

async function sample(client: AmoCrmClient, { kinds, readDeals }: Settings): Promise<IDataObject[]> {
	const pages = client.events([['filter[type]', historyOf(kinds).join(',')], ['limit', String(sampleSize * 3)]]);
	const { value: events } = await pages.next();
	const items = itemsOf((events ?? []).flatMap((event) => hintsOf(event, kinds)), 'poll').slice(0, sampleSize);
	return readDeals ? await withDeals(client, items) : items;
}

async function sweep(context: IPollFunctions, client: AmoCrmClient, { kinds, readDeals }: Settings, swept: SweepState | undefined, waiting: readonly Hint[]) {
	const startedAt = Date.now();
	// Older hosts have no budget; half of it leaves room for reading deals.
	const budgetMs = typeof context.getPollBudgetMs === 'function' ? context.getPollBudgetMs() : 300_000;
	const before = swept ?? firstSweep(startedAt);
	const { hints, state } = await sweepEvents(client, kinds, historyOf(kinds), before, startedAt, startedAt + budgetMs / 2);
	const items = itemsOf([...waiting, ...hints], 'poll');
	return { items: readDeals ? await withDeals(client, items) : items, next: { sweep: state } };
}
