import type { ActiveOrder, KnownOrders } from '../../../core/ports';
import { pageSize, type OrderQuery } from '../api/client';
import type { LookState } from './pollCursor';
import { readRawStatus } from './order';
import { dayMs, longestPeriodMs, slicesOf, type Period } from './period';

/*
 * What one look reads. Pure. There is no filter by the time of change (kaspi.md §1.1), so a look lists what is active,
 * in one of three ways, whichever is cheapest:
 * `everything`  the last days without a filter: one list, closed orders included; good while few of them are closed;
 * `by_status`   APPROVED_BY_BANK and ACCEPTED_BY_MERCHANT: every new and active order, however it appeared;
 * `by_state`    section by section of the cabinet, for a Kaspi that wants a state with every list.
 * What these lists do not show (orders older than 14 days, goods on their way back, orders that opened and closed between two
 * looks) are side tasks: as many of them as the budget of a look has room for, in turns.
 */

/** Active statuses besides the two main ones (kaspi.md §3.2): few orders have them. */
const rareStatuses = ['CANCELLING', 'KASPI_DELIVERY_RETURN_REQUESTED', 'RETURN_ACCEPTED_BY_MERCHANT'];
const mainStatuses = ['APPROVED_BY_BANK', 'ACCEPTED_BY_MERCHANT'];
/** Along an order's way: one that moves on while the lists are read is seen twice rather than never. */
const acceptedStates = ['SIGN_REQUIRED', 'PICKUP', 'DELIVERY', 'KASPI_DELIVERY'];

const minuteMs = 60_000;
/** How often orders that opened and closed between two looks are looked for. */
const closedEveryMs = 30 * minuteMs;
/** An order may become visible some time after its creation date, when the bank has approved it. */
const closedOverlapMs = 120 * minuteMs;
/** A look after an outage begins a day before the last one. */
const outageOverlapMs = dayMs;

export type LookMode = 'everything' | 'by_status' | 'by_state';

export type SideTask = { turn: string; pages: number } & ({ queries: OrderQuery[] } | { read: ActiveOrder });

export interface LookPlan {
	mode: LookMode;
	/** Creation date from which the main lists show active orders. */
	start: number;
	/** To be read in this order. */
	main: OrderQuery[];
	/** How many calls the lists with a filter cost if nothing has changed. */
	filteredPages: number;
	side: SideTask[];
	/** By state: whose turn is next. */
	stateTurn: number;
}

export interface LookInput {
	state: LookState;
	known: KnownOrders;
	isFirst: boolean;
	now: number;
}

export const closedTask = 'closed';

/** An idle look costs at most this many calls, the daily look far back not counted; a shop without active orders counts as one. */
export const callBudget = (active: number): number => pagesFor(active) + 2;

export function planLook({ state, known, isFirst, now }: LookInput): LookPlan {
	const start = isFirst
		? state.activeSince
		: Math.max(state.activeSince, Math.min(now - longestPeriodMs, state.lookedAt - outageOverlapMs));
	const slices = slicesOf(start, undefined, now);
	const filtered = state.statusFilterWorks ? byStatus(slices, isFirst) : byState(slices, known.active, state.stateTurn, isFirst);
	const filteredPages = pagesOf(filtered.queries, known.active);
	const everything = slices.map((slice): OrderQuery => ({ ...slice }));
	const everythingPages = pagesOfEverything(everything, known, state, now);

	// With nothing old to look at, a filtered look would spend one more call on a side task: that much the plain list may cost.
	const hasOld = known.active.some(({ createdAt }) => createdAt < start);
	const isPlainCheaper = !isFirst && everythingPages <= filteredPages + (hasOld ? 0 : 1);
	const [mode, main, mainPages]: [LookMode, OrderQuery[], number] = isPlainCheaper
		? ['everything', everything, everythingPages]
		: [state.statusFilterWorks ? 'by_status' : 'by_state', filtered.queries, filteredPages];

	const tasks = sideTasks({ state, known, isFirst, now }, mode, main, slices);
	const side = isFirst ? tasks : inTurn(tasks, state, Math.max(1, callBudget(known.active.length) - mainPages));
	return { mode, start, main, filteredPages, side, stateTurn: filtered.stateTurn };
}

/** Whether a list, as the journal knows the order, should show it. */
export function shows(query: OrderQuery, { createdAt, rawStatus }: ActiveOrder): boolean {
	const { state, status } = readRawStatus(rawStatus);
	return (
		createdAt >= query.from &&
		(query.to === undefined || createdAt <= query.to) &&
		(query.state === undefined || query.state === state) &&
		(query.status === undefined || query.status === status)
	);
}

interface Filtered {
	queries: OrderQuery[];
	stateTurn: number;
}

function byStatus(slices: readonly Period[], isFirst: boolean): Filtered {
	const statuses = isFirst ? [...mainStatuses, ...rareStatuses] : mainStatuses;
	return { queries: statuses.flatMap((status) => slices.map((slice) => ({ ...slice, status }))), stateTurn: 0 };
}

/** NEW, the states in which an order is known, and one of the others each time: auto-accepted orders appear there directly. */
function byState(slices: readonly Period[], active: readonly ActiveOrder[], stateTurn: number, isFirst: boolean): Filtered {
	const inUse = new Set(active.map(({ rawStatus }) => readRawStatus(rawStatus).state));
	const empty = acceptedStates.filter((state) => !inUse.has(state));
	const itsTurn = empty[stateTurn % Math.max(1, empty.length)];
	const states = ['NEW', ...acceptedStates.filter((state) => isFirst || inUse.has(state) || state === itsTurn)];
	return { queries: states.flatMap((state) => slices.map((slice) => ({ ...slice, state }))), stateTurn: stateTurn + 1 };
}

const pagesFor = (orders: number): number => Math.max(1, Math.ceil(orders / pageSize));

function pagesOf(queries: readonly OrderQuery[], active: readonly ActiveOrder[]): number {
	return queries.reduce((sum, query) => sum + pagesFor(active.filter((order) => shows(query, order)).length), 0);
}

function pagesOfEverything(queries: readonly OrderQuery[], known: KnownOrders, { crowd }: LookState, now: number): number {
	const pages = queries.map((query) => {
		const closed = known.closedCreatedAt.filter((at) => at >= query.from && (query.to === undefined || at <= query.to)).length;
		return pagesFor(closed + known.active.filter((order) => shows(query, order)).length);
	});
	const counted = pages.reduce((sum, each) => sum + each, 0);
	// What was counted on Kaspi's side a short while ago is nearer to the truth than what the journal has seen.
	const isFresh = crowd !== undefined && now - crowd.at < dayMs;
	return isFresh ? Math.max(counted, pagesFor(crowd.orders)) : counted;
}

function sideTasks(input: LookInput, mode: LookMode, main: readonly OrderQuery[], slices: readonly Period[]): SideTask[] {
	const { state, known, isFirst } = input;
	const rare =
		mode === 'by_status' && !isFirst
			? rareStatuses.flatMap((status) =>
					slices.map((slice, index): SideTask => {
						const query = { ...slice, status };
						return { turn: `${status} ${index}`, pages: pagesOf([query], known.active), queries: [query] };
					}),
				)
			: [];
	const listed = [...main, ...rare.flatMap((task) => ('queries' in task ? task.queries : []))];
	const others = known.active.filter((order) => !listed.some((query) => shows(query, order)));
	return [...rare, ...tasksFor(others, state.statusFilterWorks), ...closedTasks(input, mode)];
}

/** Orders of one status (or state) within 14 days are one list; a lonely one is read by its id. */
function tasksFor(orders: readonly ActiveOrder[], byItsStatus: boolean): SideTask[] {
	const filters = byItsStatus ? [...mainStatuses, ...rareStatuses] : ['NEW', ...acceptedStates];
	const groups = new Map<string, ActiveOrder[]>();
	const tasks: SideTask[] = [];
	const alone = (read: ActiveOrder) => tasks.push({ turn: `${read.createdAt} ${read.key.id}`, pages: 1, read });

	for (const order of [...orders].sort((a, b) => a.createdAt - b.createdAt)) {
		const { state, status } = readRawStatus(order.rawStatus);
		const filter = byItsStatus ? status : state;
		// Kaspi refuses a filter value that it does not know.
		if (filters.includes(filter)) groups.set(filter, [...(groups.get(filter) ?? []), order]);
		else alone(order);
	}
	for (const [filter, members] of groups) {
		for (const chunk of chunksWithin(members, longestPeriodMs)) {
			const [first, last] = [chunk[0], chunk.at(-1)];
			if (first === undefined || last === undefined) continue;
			if (chunk.length === 1) {
				alone(first);
				continue;
			}
			const period = { from: first.createdAt, to: last.createdAt };
			const query: OrderQuery = byItsStatus ? { ...period, status: filter } : { ...period, state: filter };
			tasks.push({ turn: `${first.createdAt} ${filter}`, pages: pagesFor(chunk.length), queries: [query] });
		}
	}
	return tasks;
}

function chunksWithin(sorted: readonly ActiveOrder[], spanMs: number): ActiveOrder[][] {
	const chunks: ActiveOrder[][] = [];
	let start = Number.NEGATIVE_INFINITY;
	for (const order of sorted) {
		if (order.createdAt - start > spanMs) {
			chunks.push([]);
			start = order.createdAt;
		}
		chunks.at(-1)?.push(order);
	}
	return chunks;
}

/** Orders that were opened and closed since the last time: no list of active orders has ever shown them. */
function closedTasks({ state, known, isFirst, now }: LookInput, mode: LookMode): SideTask[] {
	if (isFirst || mode === 'everything' || now - state.closedLookedAt < closedEveryMs) return [];
	// The overlap is cut where it would cost a page of orders that are known to be closed.
	const pageAgo = known.closedCreatedAt.at(-0.9 * pageSize) ?? Number.NEGATIVE_INFINITY;
	const from = Math.min(state.closedLookedAt, Math.max(state.closedLookedAt - closedOverlapMs, pageAgo));
	const queries = slicesOf(from, undefined, now).map((slice): OrderQuery => ({ ...slice, state: 'ARCHIVE' }));
	return [{ turn: closedTask, pages: queries.length, queries }];
}

/** The tasks after the one that had its turn last, as far as the budget goes; the first one in any case. */
function inTurn(tasks: readonly SideTask[], { turn }: LookState, budget: number): SideTask[] {
	const ring = [...tasks].sort((a, b) => compare(a.turn, b.turn));
	const next = ring.findIndex((task) => compare(task.turn, turn) > 0);
	const queue = next === -1 ? ring : [...ring.slice(next), ...ring.slice(0, next)];
	const chosen: SideTask[] = [];
	let left = budget;
	for (const task of queue) {
		if (left < 1 || (chosen.length > 0 && task.pages > left)) break;
		chosen.push(task);
		left -= task.pages;
	}
	return chosen;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
