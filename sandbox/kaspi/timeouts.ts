import type { Clock } from '../clock';
import type { Actor, Order } from './order';
import type { KaspiSettings } from './settings';

/** What Kaspi's timeouts need of a shop. */
export interface TimedShop {
	readonly clock: Clock;
	readonly settings: Pick<KaspiSettings, 'timeouts'>;
	cancel(order: Order, by: Actor, cancellationReason: string): void;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Kaspi counts working hours from 09:00 to 18:00 in Almaty (UTC+5, no summer time). */
const ALMATY_OFFSET = 5 * HOUR;
const OPENS = 9 * HOUR;
const CLOSES = 18 * HOUR;

/** The moment when `working` ms of Almaty working time have passed since `from` (epoch ms). */
export function afterWorkingTime(from: number, working: number): number {
	let left = working;
	let moment = from;
	for (;;) {
		const midnight = Math.floor((moment + ALMATY_OFFSET) / DAY) * DAY - ALMATY_OFFSET;
		const start = Math.max(moment, midnight + OPENS);
		const available = Math.max(0, midnight + CLOSES - start);
		if (left <= available) return start + left;
		left -= available;
		moment = midnight + DAY;
	}
}

/**
 * Kaspi's own cancellations (kaspi.md §3.5): not accepted in 3 working hours, Express in 60 minutes, a pickup order
 * that nobody fetched in 3 days. They strike only while the setting `timeouts` is on.
 */
export function scheduleTimeouts(shop: TimedShop, order: Order): void {
	const acceptBy =
		order.kind === 'express' ? order.creationDate + HOUR : afterWorkingTime(order.creationDate, 3 * HOUR);
	strikeAt(shop, acceptBy, () => {
		if (order.status === 'APPROVED_BY_BANK') shop.cancel(order, 'kaspi', 'MERCHANT_OUT_OF_STOCK');
	});
	if (order.kind !== 'pickup') return;
	strikeAt(shop, order.creationDate + 3 * DAY, () => {
		if (order.state === 'PICKUP' && order.status === 'ACCEPTED_BY_MERCHANT') {
			shop.cancel(order, 'kaspi', 'TIMEOUT_BUYER_PICKUP');
		}
	});
}

function strikeAt(shop: TimedShop, moment: number, cancel: () => void): void {
	if (moment <= shop.clock.now()) return;
	shop.clock.after(moment - shop.clock.now(), () => {
		if (shop.settings.timeouts) cancel();
	});
}
