import { z } from 'zod/v4';
import type { Order } from '../../../core/order/order';
import { KaspiMarketplace } from '../adapter';
import type { KaspiConnection } from '../api/connection';
import type { MemoryPart } from '../../shared/triggerMemory';
import { eventsOf, knownFrom, lookBackDays, memorySchema, remember, withoutOld, type KaspiEvent, type Memory } from '../model/events';

const optionalText = z.string().optional().catch(undefined);
const watchState = z.object({
	shop: optionalText,
	cursor: optionalText,
	orders: memorySchema,
	/** Epoch ms since when new orders are news, although the first look had to wait until later. */
	since: z.number().optional().catch(undefined),
});
export type WatchState = z.infer<typeof watchState>;

/** What the trigger keeps between two polls. */
export const watchMemory: MemoryPart<WatchState> = { name: 'poll', schema: watchState, earlierKeys: ['shop', 'cursor', 'orders'] };

export interface Happening {
	event: KaspiEvent;
	/** Absent for an order that was not known before. */
	previousStage?: Order['stage'];
	order: Order;
}

export interface Watch {
	connection: KaspiConnection;
	events: readonly KaspiEvent[];
	/** On the first poll: tell about the orders that are there already. */
	emitExisting: boolean;
	withItems: boolean;
	/** True when this poll has no time left: the rest is for the next one. */
	isTimeUp: () => boolean;
	now: () => number;
}

/**
 * One poll: looks at the shop, compares every order with what is remembered of it, and gives what has happened, each thing once.
 * The state is a new one: a poll that throws has remembered nothing, and the next one sees the same changes again.
 */
export async function watch(before: WatchState | undefined, settings: Watch): Promise<{ happenings: Happening[]; state: WatchState }> {
	const { connection, now } = settings;
	const { client, shop, names } = connection;
	const { since } = before ?? {};
	// Another credential, another shop: what was remembered is not its past. Its ID may have been filled in since.
	const isSameShop = before?.shop !== undefined && (before.shop === shop || names.includes(before.shop));
	const { cursor, orders: known } = isSameShop ? before : { cursor: undefined, orders: {} };
	// Until a look has come to its end, orders may turn up that were there all the time.
	const isFirst = cursor === undefined;
	const kaspi = new KaspiMarketplace(client, shop, { deepLookDays: lookBackDays, now });

	const memory: Memory = { ...known };
	const happenings: Happening[] = [];
	const looking = kaspi.changed(cursor, knownFrom(known, shop));
	let next = cursor;
	for (let step = await looking.next(); ; step = await looking.next()) {
		if (step.done === true) {
			next = step.value;
			break;
		}
		for (const order of step.value) {
			const last = memory[order.key.id];
			const isNews = !isFirst || settings.emitExisting || (since !== undefined && order.createdAt >= since);
			const events = isNews ? eventsOf(last, order, now()) : [];
			happenings.push(
				...events
					.filter((event) => settings.events.includes(event))
					.map((event) => ({ event, previousStage: last?.s, order })),
			);
			memory[order.key.id] = remember(order);
		}
		if (settings.isTimeUp()) break;
	}
	if (settings.withItems) await addItems(happenings, connection);
	return { happenings, state: { shop, cursor: next, orders: withoutOld(memory, now()), since: next === undefined ? since : undefined } };
}

/** Orders read one by one come without their lines. */
async function addItems(happenings: Happening[], { client }: KaspiConnection): Promise<void> {
	for (const happening of happenings) {
		const { order } = happening;
		if (order.items !== undefined || order.stage === 'unknown') continue;
		const entries = await client.entries({ id: order.key.id, code: order.number });
		const items = entries.map(({ sku, name, quantity, price }) => ({ sku: sku ?? '', name: name ?? '', quantity, price }));
		happening.order = { ...order, items };
	}
}
