import type { Order } from '../../../core/order/order';
import type { KnownOrders } from '../../../core/ports';
import { ServiceFailure } from '../../../transport/errors';
import type { OrderPage, OrderQuery } from './client';
import type { Listed } from './listedOrder';
import { readCursor, type LookState } from '../model/pollCursor';
import { afterWindow, deepWindow, deepWindowsPerLook, isCrowded, startDeep } from '../model/recentWeeksScan';
import { closedTask, planLook, shows, type LookPlan, type SideTask } from '../model/pollPlan';
import { orderFromKaspi, unreadableOrder } from '../model/order';
import { idOf, readAgain, readOne, type OrderReader } from './orderReader';

export interface LookShop {
	reader: OrderReader;
	/** The shop's name in `Order.key`. */
	name: string;
	now: () => number;
	/** How far back the first look reaches. */
	firstLookMs: number;
	/** How far back the daily look reaches; 0: no such look. */
	deepLookMs: number;
}

/** Carries out one look as planned and yields pages of orders as they are now; returns the next cursor. */
export async function* lookAround(shop: LookShop, cursor: string | undefined, known: KnownOrders): AsyncGenerator<Order[], string> {
	const now = shop.now();
	const { state, isFirst } = readCursor(cursor, now, shop.firstLookMs);
	const look = new Look(shop, known, state);

	let plan = planLook({ state: look.state, known, isFirst, now });
	while (!(yield* look.mainLists(plan, now))) plan = planLook({ state: look.state, known, isFirst, now });
	yield* look.sideTasks(plan, now);
	yield* look.missing();
	yield* look.farBack(plan, now);
	return JSON.stringify({ ...look.state, lookedAt: now, stateTurn: plan.stateTurn });
}

class Look {
	private readonly seen = new Set<string>();
	private readonly listed: OrderQuery[] = [];
	private readonly knownActive: ReadonlySet<string>;
	private readonly knownClosed: ReadonlySet<number>;

	constructor(
		private readonly shop: LookShop,
		private readonly known: KnownOrders,
		public state: LookState,
	) {
		this.knownActive = new Set(known.active.map(({ key }) => key.id));
		this.knownClosed = new Set(known.closedCreatedAt);
	}

	/** False when a list turned out to be the wrong choice: plan again, the state now says why. */
	async *mainLists(plan: LookPlan, now: number): AsyncGenerator<Order[], boolean> {
		for (const query of plan.main) {
			for await (const page of this.pages(query)) {
				yield* this.wanted(page.orders);
				if (plan.mode === 'everything' && page.pageCount > plan.filteredPages + 1) {
					this.state = { ...this.state, crowd: { orders: page.totalCount, at: now } };
					return false;
				}
			}
			if (query.status !== undefined && !this.state.statusFilterWorks) return false;
			this.listed.push(query);
		}
		return true;
	}

	async *sideTasks(plan: LookPlan, now: number): AsyncGenerator<Order[], void> {
		for (const task of plan.side) {
			if ('read' in task) {
				const { key, number } = task.read;
				this.seen.add(key.id);
				yield* this.wanted(await readOne(this.shop.reader, { id: key.id, number }));
			} else {
				yield* this.sideLists(task);
			}
			this.state = { ...this.state, turn: task.turn };
			if (task.turn === closedTask) this.state = { ...this.state, closedLookedAt: now };
		}
		if (plan.mode === 'everything') this.state = { ...this.state, closedLookedAt: now };
	}

	private async *sideLists({ queries }: Extract<SideTask, { queries: OrderQuery[] }>): AsyncGenerator<Order[], void> {
		for (const query of queries) {
			for await (const page of this.pages(query)) yield* this.wanted(page.orders);
			// Refused: the next look plans without a status filter.
			if (query.status === undefined || this.state.statusFilterWorks) this.listed.push(query);
		}
	}

	/** Orders that a list should have shown and did not: they have moved on, most of them into the archive. */
	async *missing(): AsyncGenerator<Order[], void> {
		const moved = this.known.active
			.filter((order) => !this.seen.has(order.key.id) && this.listed.some((query) => shows(query, order)))
			.map(({ key, number, createdAt }) => ({ id: key.id, number, createdAt }));
		const closed = this.known.closedCreatedAt;
		for await (const page of readAgain(this.shop.reader, moved, closed, { state: 'ARCHIVE' })) yield* this.wanted(page);

		const elsewhere = moved.filter(({ id }) => !this.seen.has(id));
		const all = [...closed, ...this.known.active.map(({ createdAt }) => createdAt)].sort((a, b) => a - b);
		for await (const page of readAgain(this.shop.reader, elsewhere, all)) yield* this.wanted(page);
	}

	/** A few windows of the daily look far back. */
	async *farBack(plan: LookPlan, now: number): AsyncGenerator<Order[], void> {
		let deep = startDeep(this.state.deep, now, this.shop.deepLookMs);
		const facts = {
			closedSince: this.state.closedSince,
			closedCreatedAt: this.known.closedCreatedAt,
			// What the main list has just shown, closed orders included, need not be shown again.
			end: plan.mode === 'everything' ? plan.start : now,
		};
		for (let count = 0; count < deepWindowsPerLook; count++) {
			const window = deepWindow(deep, facts);
			if (window === undefined) {
				deep = { ...deep, position: undefined };
				break;
			}
			const read = yield* this.window(window);
			deep = afterWindow(deep, window, read.orders, read.isWhole);
			if (!read.isWhole) break;
		}
		this.state = { ...this.state, deep };
	}

	private async *window(window: { from: number; to: number }): AsyncGenerator<Order[], { orders: number; isWhole: boolean }> {
		let orders = 0;
		for await (const page of this.pages(window)) {
			orders = page.totalCount;
			yield* this.wanted(page.orders);
			if (isCrowded(window, page.pageCount)) return { orders, isWhole: false };
		}
		return { orders, isWhole: true };
	}

	/** The pages of a list; none, and a note in the state, when Kaspi refuses the status filter. */
	private async *pages(query: OrderQuery): AsyncGenerator<OrderPage, void> {
		const pages = this.shop.reader.pages(query);
		const first = await pages.next().catch((failure: unknown) => {
			const isRefusal = query.status !== undefined && failure instanceof ServiceFailure && failure.kind === 'rejected';
			if (!isRefusal) throw failure;
			return undefined;
		});
		if (first === undefined) {
			this.state = { ...this.state, statusFilterWorks: false };
			return;
		}
		if (first.done === true) return;
		yield first.value;
		yield* pages;
	}

	/** Marks orders as seen and leaves out those that were over (or out of reach) before the first look. */
	private *wanted(orders: readonly Listed[]): Generator<Order[], void> {
		for (const each of orders) this.seen.add(idOf(each));
		const page = orders.filter((each) => this.isWanted(each)).map((each) => this.neutral(each));
		if (page.length > 0) yield page;
	}

	private isWanted(listed: Listed): boolean {
		if (this.knownActive.has(idOf(listed)) || 'unreadable' in listed) return true;
		const { creationDate, state } = listed.order;
		if (this.knownClosed.has(creationDate)) return true;
		return creationDate >= (state === 'ARCHIVE' ? this.state.closedSince : this.state.activeSince);
	}

	private neutral(listed: Listed): Order {
		if ('order' in listed) return orderFromKaspi(listed.order, this.shop.name, listed.entries);
		const { id, number, why } = listed.unreadable;
		const known = this.known.active.find(({ key }) => key.id === id);
		return unreadableOrder({ id, number: known?.number ?? number, createdAt: known?.createdAt }, this.shop.name, why);
	}
}
