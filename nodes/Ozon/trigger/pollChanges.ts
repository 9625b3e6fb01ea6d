import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import type { Order } from '../../../core/order/order';
import { nodeErrorFrom } from '../../../transport/n8n';
import { OzonMarketplace } from '../adapter';
import { connectOzon, type OzonConnection } from '../api/connection';
import { orderFromOzon } from '../model/order';
import { dayMs, fbsPages } from '../api/postingLists';
import { withoutGaps } from '../actions/output';
import { ozonRules } from '../model/rules';
import { pollRemembering } from '../../shared/triggerPoll';
import { burstOf } from './repeatedPushes';
import { careForAddress, careForKey } from './healthChecks';
import { knownFrom, pollMemory, remember, withoutOld, type Polled, type Remembered } from './memory';
import { triggerSettings, type TriggerSettings } from './settings';

/** The part of the time that n8n gives to a poll: what is left is for the answer that is under way. */
const shareOfBudget = 0.8;
/** n8n before 2.36 does not say how long a poll may take. */
const usualBudgetMs = 300_000;

/** What a poll tells about. */
export const postingSeen = 'posting_seen';
export const postingChanged = 'posting_changed';

/** The safety net: postings, returns and requests that changed, whether or not a push told about them. */
export async function pollChanges(context: IPollFunctions): Promise<IDataObject[]> {
	if (context.getMode() === 'manual') return await sampleOf(context);
	return await pollRemembering(context, {
		part: pollMemory,
		postponed: (since) => ({ orders: {}, since }),
		waiting: () => burstOf(context, triggerSettings(context).gatherMs),
		look: async (before, waiting) => {
			const settings = triggerSettings(context);
			const connection = await connectOzon(context);
			// It may throw, so nothing may have been given out or remembered yet.
			await careForKey(context, connection.client, Date.now());
			await careForAddress(context, connection.client, settings);
			const { hints, next } = settings.poll ? await sweep(context, connection, settings, before) : { hints: [], next: before ?? { orders: {} } };
			return { items: [...waiting.map(({ hint }) => hint), ...hints], next };
		},
	});
}

async function sampleOf(context: IPollFunctions): Promise<IDataObject[]> {
	try {
		return await sample(await connectOzon(context));
	} catch (error) {
		throw nodeErrorFrom(context.getNode(), error);
	}
}

/** For the editor: the latest postings, as if they had just changed. */
async function sample({ client, shop }: OzonConnection): Promise<IDataObject[]> {
	const now = Date.now();
	const pages = fbsPages(client, { since: now - 30 * dayMs }, now);
	const { value: page } = await pages.next();
	return (page ?? [])
		.flatMap((each) => ('posting' in each ? [orderFromOzon(each.posting, shop)] : []))
		.slice(-10)
		.map((order) => hintFor(order, undefined));
}

async function sweep(
	context: IPollFunctions,
	{ client, shop }: OzonConnection,
	{ options }: TriggerSettings,
	before: Polled | undefined,
): Promise<{ hints: IDataObject[]; next: Polled }> {
	const startedAt = Date.now();
	const budget = typeof context.getPollBudgetMs === 'function' ? context.getPollBudgetMs() : usualBudgetMs;
	// Another credential, another shop: what was remembered is not its past.
	const { cursor, orders: known } = before?.shop === shop ? before : { cursor: undefined, orders: {} };
	const orders: Record<string, Remembered> = { ...known };
	const since = before?.since ?? Number.POSITIVE_INFINITY;
	const isNews = ({ createdAt }: Order): boolean => cursor !== undefined || options.emitExisting || createdAt >= since;

	const ozon = new OzonMarketplace(client, shop, { firstLookDays: 1, withFbo: options.withFbo });
	const looking = ozon.changed(cursor, knownFrom(orders, shop));
	const hints: IDataObject[] = [];
	let next = cursor;
	for (let step = await looking.next(); ; step = await looking.next()) {
		if (step.done === true) {
			next = step.value;
			break;
		}
		for (const order of step.value) {
			const last = orders[order.key.id];
			if (isNews(order) && last?.f !== order.fingerprint) hints.push(hintFor(order, last));
			orders[order.key.id] = remember(order, startedAt);
		}
		// What was not reached is still there for the next poll: the cursor has not moved.
		if (Date.now() > startedAt + budget * shareOfBudget) break;
	}
	return { hints, next: { shop, cursor: next, orders: withoutOld(orders, startedAt), since: next === undefined ? before?.since : undefined } };
}

const hintFor = (order: Order, before: Remembered | undefined): IDataObject =>
	withoutGaps({
		event: before === undefined ? postingSeen : postingChanged,
		receivedBy: 'poll',
		postingNumber: order.number,
		number: order.number,
		stage: order.stage,
		previousStage: before?.s,
		ozonStatus: order.rawStatus,
		statusText: ozonRules.statusText(order),
		cancelRequested: order.flags.cancelRequested,
		lateCancel: order.flags.lateCancel,
	});
