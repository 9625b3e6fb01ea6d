import { z } from 'zod/v4';

import type { Timer } from '../clock';
import { act, isFinal, possibleActions, type ActionName } from './actions';
import type { Order } from './order';
import type { KaspiShop } from './shop';

/** How the shop lives by itself; every share is 0..1. */
export const dripSchema = z
	.object({
		/** Sandbox ms between two happenings. */
		everyMs: z.number().int().min(50).default(5000),
		/** Share of happenings that are a new order; the others move an old one. */
		newShare: z.number().min(0).max(1).default(0.5),
		/** Share of movements that are a cancellation, a timeout or a return. */
		troubleShare: z.number().min(0).max(1).default(0.1),
		/** Share of movements that the seller does in Kaspi's cabinet; the rest is left to the integration. */
		sellerShare: z.number().min(0).max(1).default(0.1),
		/** No new orders while this many are not final. */
		maxOpen: z.number().int().min(1).default(200),
	})
	.strict();
export type DripOptions = z.infer<typeof dripSchema>;

const TROUBLE: readonly ActionName[] = ['buyer-cancel', 'courier-cancel', 'timeout', 'request-return'];
const SELLER: readonly ActionName[] = ['accept-in-cabinet', 'arrive', 'assemble-in-cabinet', 'accept-return', 'close-cancelled'];
const OTHERS: readonly ActionName[] = ['sign', 'hand-over', 'complete', 'return-to-warehouse', 'returned'];

/** New orders and random movements that come by themselves. */
export class Drip {
	private timer: Timer | undefined;
	private options: DripOptions | undefined;

	constructor(private readonly shop: KaspiShop) {}

	start(options: DripOptions): void {
		this.stop();
		this.options = options;
		this.schedule(options);
	}

	stop(): void {
		this.timer?.cancel();
		this.timer = undefined;
		this.options = undefined;
	}

	/** The options it runs with, or null when it is off. */
	running(): DripOptions | null {
		return this.options ?? null;
	}

	/** Lets one thing happen now. */
	tick(options: DripOptions): void {
		const { random, orders } = this.shop;
		const all = [...orders.values()];
		const open = all.filter((order) => !isFinal(order));
		if (random.chance(options.newShare) && open.length < options.maxOpen) {
			this.shop.createOrder();
			return;
		}
		const names = random.chance(options.troubleShare) ? TROUBLE : random.chance(options.sellerShare) ? SELLER : OTHERS;
		const moves = (names === TROUBLE ? all : open).flatMap((order) => this.moves(order, names));
		if (moves.length === 0) return;
		const { order, name } = random.pick(moves);
		act(this.shop, order, name);
	}

	private moves(order: Order, names: readonly ActionName[]): { order: Order; name: ActionName }[] {
		return possibleActions(this.shop, order)
			.filter((name) => names.includes(name))
			.map((name) => ({ order, name }));
	}

	private schedule(options: DripOptions): void {
		this.timer = this.shop.clock.after(options.everyMs, () => {
			this.tick(options);
			this.schedule(options);
		});
	}
}
