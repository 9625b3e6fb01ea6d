import { z } from 'zod/v4';
import type { Order } from '../../../core/order/order';
import type { KnownOrders } from '../../../core/ports';
import { entriesOf } from '../../../transport/lenient';
import type { MemoryPart } from '../../shared/triggerMemory';
import { marketplaceName } from '../model/order';
import { hourMs } from '../api/postingLists';
import { readRawStatus } from '../model/postingStatus';

const remembered = z.object({
	/** Fingerprint. */
	f: z.string(),
	/** Raw status: tells an FBO posting under way, which only its number brings back. */
	r: z.string(),
	/** Stage. */
	s: z.string(),
	/** Last seen by a poll, epoch ms. */
	t: z.number(),
});
export type Remembered = z.infer<typeof remembered>;

const optionalText = z.string().optional().catch(undefined);

const polledSchema = z.object({
	shop: optionalText,
	cursor: optionalText,
	/** Orders by id: those that the lists still show as lately changed. */
	orders: entriesOf(remembered),
	/** Epoch ms since when new postings are news, although the first look had to wait until later. */
	since: z.number().optional().catch(undefined),
});
export type Polled = z.infer<typeof polledSchema>;

/** How far the polls have looked. */
export const pollMemory: MemoryPart<Polled> = { name: 'poll', schema: polledSchema, earlierKeys: ['shop', 'cursor', 'orders'] };

const hookSchema = z.object({
	/** Of the address that was registered. */
	token: optionalText,
	/** That address, token and all. */
	address: optionalText,
	/** n8n's address of the trigger, which the polls have yet to register: Ozon was out of reach at the activation. */
	due: optionalText,
	/** The address was taken back in due form, so no other one can be this trigger's. */
	isTakenBack: z.boolean().optional().catch(undefined),
});
export type Hook = z.infer<typeof hookSchema>;

/** What is known of the push address. */
export const hookMemory: MemoryPart<Hook> = { name: 'hook', schema: hookSchema, earlierKeys: ['token', 'address'] };

/** The list of changes shows an order again for a quarter of an hour; after that it can be forgotten. */
const rememberMs = hourMs;
const mostOrders = 5_000;

const isUnderWayFbo = ({ r }: Remembered): boolean => {
	const { isFbo, status } = readRawStatus(r);
	return isFbo && status !== 'delivered' && status !== 'cancelled';
};

export function withoutOld(orders: Record<string, Remembered>, now: number): Record<string, Remembered> {
	const kept = Object.entries(orders).filter(([, each]) => isUnderWayFbo(each) || each.t > now - rememberMs);
	return Object.fromEntries(kept.sort(([, a], [, b]) => a.t - b.t).slice(-mostOrders));
}

export const remember = (order: Order, now: number): Remembered => ({
	f: order.fingerprint,
	r: order.rawStatus.slice(0, 120),
	s: order.stage,
	t: now,
});

/** Only FBO postings have to be asked for by name; all others are in the list of changes. */
export const knownFrom = (orders: Record<string, Remembered>, shop: string): KnownOrders => ({
	active: Object.entries(orders)
		.filter(([, each]) => isUnderWayFbo(each))
		.map(([id, { r, t }]) => ({ key: { marketplace: marketplaceName, shop, id }, number: id, createdAt: t, rawStatus: r })),
	closedCreatedAt: [],
});
