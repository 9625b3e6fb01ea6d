import { z } from 'zod/v4';
import type { Order } from '../../../core/order/order';
import type { KnownOrders } from '../../../core/ports';
import { isClosed, orderStages } from '../../../core/order/stage';
import { entriesOf } from '../../../transport/lenient';
import { marketplaceName, readRawStatus } from './order';
import { dayMs } from './period';

/** What the trigger tells about. */
export const kaspiEvents = ['newOrder', 'stageChanged', 'cancelled', 'return', 'waybillReady', 'goodsBack'] as const;
export type KaspiEvent = (typeof kaspiEvents)[number];

/** What the trigger remembers of an order: short names, because all of it is written down after every poll. */
const remembered = z.object({
	/** Number. */
	n: z.string(),
	/** Created, epoch ms. */
	c: z.number(),
	/** Stage. */
	s: z.enum([...orderStages, 'unknown']),
	/** Raw status. */
	r: z.string(),
	/** 1: has a waybill. */
	w: z.literal(1).optional(),
});
export type Remembered = z.infer<typeof remembered>;

/** Orders by id. */
export const memorySchema = entriesOf(remembered);
export type Memory = z.infer<typeof memorySchema>;

/** A closed order is forgotten so long after its creation; the trigger looks less far back. */
export const rememberMs = 35 * dayMs;
export const lookBackDays = 30;
const mostOrders = 50_000;

export const remember = (order: Order): Remembered => ({
	n: order.number,
	c: order.createdAt,
	s: order.stage,
	// A reason why an order could not be read may be long, and only its being there matters.
	r: order.rawStatus.slice(0, 80),
	w: hasWaybill(order) ? 1 : undefined,
});

const hasWaybill = ({ delivery }: Order): boolean => delivery.waybillUrl !== undefined || delivery.tracking !== undefined;
const isBack = (rawStatus: string): boolean => readRawStatus(rawStatus).atWarehouse;
const isOver = (stage: Order['stage'], rawStatus: string): boolean =>
	stage !== 'unknown' && isClosed(stage) && readRawStatus(rawStatus).status !== 'CANCELLING';

/** What has happened to an order since it was last seen. Pure. */
export function eventsOf(before: Remembered | undefined, order: Order, now: number): KaspiEvent[] {
	const { stage, rawStatus } = order;
	// Forgotten on purpose, so no news.
	if (before === undefined && isOver(stage, rawStatus) && order.createdAt < now - rememberMs) return [];
	const isReturn = stage === 'return_requested' || stage === 'returned';
	const happened: Record<KaspiEvent, boolean> = {
		newOrder: before === undefined,
		stageChanged: before !== undefined && before.s !== stage,
		cancelled: stage === 'cancelled' && before?.s !== 'cancelled',
		return: isReturn && before?.s !== stage,
		waybillReady: hasWaybill(order) && before?.w !== 1,
		goodsBack: isBack(rawStatus) && !(before !== undefined && isBack(before.r)),
	};
	return kaspiEvents.filter((event) => happened[event]);
}

/** The memory without closed orders of long ago, and never of more orders than a shop of this size has in that time. */
export function withoutOld(memory: Memory, now: number): Memory {
	const kept = Object.entries(memory).filter(([, { s, r, c }]) => !isOver(s, r) || c >= now - rememberMs);
	if (kept.length <= mostOrders) return Object.fromEntries(kept);
	return Object.fromEntries(kept.sort(([, a], [, b]) => a.c - b.c).slice(-mostOrders));
}

/** The memory in the words of the look planner. */
export function knownFrom(memory: Memory, shop: string): KnownOrders {
	const all = Object.entries(memory);
	return {
		active: all
			.filter(([, { s, r }]) => !isOver(s, r))
			.map(([id, { n, c, r }]) => ({ key: { marketplace: marketplaceName, shop, id }, number: n, createdAt: c, rawStatus: r })),
		closedCreatedAt: all
			.filter(([, { s, r }]) => isOver(s, r))
			.map(([, { c }]) => c)
			.sort((a, b) => a - b),
	};
}
