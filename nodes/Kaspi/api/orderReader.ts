import { ServiceFailure } from '../../../transport/errors';
import { pageSize, type KaspiClient, type OrderQuery } from './client';
import type { Listed } from './listedOrder';
import { longestPeriodMs, type Period } from '../model/period';

/** What a look needs of the client. */
export type OrderReader = Pick<KaspiClient, 'page' | 'pages' | 'order'>;

/** An order to be read again. */
export interface Wanted {
	id: string;
	number?: string;
	createdAt: number;
}

export type RereadCall = { list: Required<Period>; of: Wanted[] } | { read: Wanted };

/**
 * The cheapest way to read these orders: lists over the time of their creation where they stand close together, single reads
 * elsewhere. Pure.
 * @param others creation times of further orders that such a list would show, ascending
 */
export function cheapestCalls(orders: readonly Wanted[], others: readonly number[]): RereadCall[] {
	const sorted = [...orders].sort((a, b) => a.createdAt - b.createdAt);
	return cheapest(sorted, others).calls;
}

function cheapest(orders: readonly Wanted[], others: readonly number[]): { cost: number; calls: RereadCall[] } {
	const [first, last] = [orders[0], orders.at(-1)];
	if (first === undefined || last === undefined) return { cost: 0, calls: [] };
	if (orders.length === 1) return { cost: 1, calls: [{ read: first }] };

	const list = { from: first.createdAt, to: last.createdAt };
	const isAllowed = list.to - list.from <= longestPeriodMs;
	const shown = orders.length + firstAfter(others, list.to) - firstFrom(others, list.from);
	const cost = isAllowed ? Math.ceil(shown / pageSize) : Number.POSITIVE_INFINITY;
	const asList = { cost, calls: [{ list, of: [...orders] }] };
	if (cost === 1) return asList;

	const middle = Math.ceil(orders.length / 2);
	const [left, right] = [cheapest(orders.slice(0, middle), others), cheapest(orders.slice(middle), others)];
	return left.cost + right.cost < cost
		? { cost: left.cost + right.cost, calls: [...left.calls, ...right.calls] }
		: asList;
}

/** Index of the first time that is not before `at`. */
function firstFrom(sorted: readonly number[], at: number): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] ?? Number.POSITIVE_INFINITY) < at) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Index of the first time after `at`; creation times are whole milliseconds. */
const firstAfter = (sorted: readonly number[], at: number): number => firstFrom(sorted, at + 1);

/**
 * Reads orders again by the cheapest calls and yields what came, other orders of the lists included.
 * An order that a list does not show is read by its id when that was the last attempt (`query` has no filter) and left out
 * otherwise; one that does not exist any more is left out.
 */
export async function* readAgain(
	reader: OrderReader,
	orders: readonly Wanted[],
	others: readonly number[],
	query: Omit<OrderQuery, keyof Period> = {},
): AsyncGenerator<Listed[], void> {
	for (const call of cheapestCalls(orders, others)) {
		if ('read' in call) {
			yield await readOne(reader, call.read);
			continue;
		}
		const missing = new Map(call.of.map((order) => [order.id, order]));
		let isTooLong = false;
		let pagesRead = 0;
		for await (const { orders: page, pageCount } of reader.pages({ ...query, ...call.list })) {
			for (const each of page) missing.delete(idOf(each));
			yield page;
			// The list is longer than anybody knew: what is left costs less one by one.
			pagesRead += 1;
			isTooLong = pageCount - pagesRead > missing.size;
			if (isTooLong || missing.size === 0) break;
		}
		if (!isTooLong && query.state !== undefined) continue;
		for (const order of missing.values()) yield await readOne(reader, order);
	}
}

export const idOf = (listed: Listed): string => ('order' in listed ? listed.order.id : listed.unreadable.id);

/** One order by its id, or none when Kaspi does not have it (any more); one that cannot be read is said to be so. */
export async function readOne(reader: OrderReader, { id, number }: Pick<Wanted, 'id' | 'number'>): Promise<Listed[]> {
	return await reader.order(id, number).then(
		(order): Listed[] => [{ order }],
		(failure: unknown): Listed[] => {
			if (failure instanceof ServiceFailure && failure.kind === 'not_found') return [];
			if (failure instanceof ServiceFailure && (failure.kind === 'bad_answer' || failure.kind === 'rejected')) {
				return [{ unreadable: { id, number, why: failure.message, raw: {} } }];
			}
			throw failure;
		},
	);
}
