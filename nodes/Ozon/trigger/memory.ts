import { z } from 'zod/v4';
import type { Order } from '../../../core/order/order';
import type { KnownOrders } from '../../../core/ports';
import { marketplaceName } from '../model/order';
import { hourMs } from '../api/postingLists';
import { readRawStatus } from '../model/postingStatus';

/* What the trigger remembers between two polls, small on purpose: n8n keeps it with the workflow. */

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

export const memorySchema = z
	.object({
		/** Of the address that was registered. */
		token: z.string().optional(),
		address: z.string().optional(),
		shop: z.string().optional(),
		cursor: z.string().optional(),
		/** Orders by id: those that the lists still show as lately changed. */
		orders: z.record(z.string(), remembered).prefault({}).catch({}),
	})
	.catch({ orders: {} });
export type TriggerMemory = z.infer<typeof memorySchema>;

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
