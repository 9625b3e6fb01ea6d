import { findSpec, type Spelling } from './fields';
import { splitKey, type Test } from './filter';
import type { Entity, Kind, Scalar } from './model';
import { entriesOf, isMap, itemsOf, param, text, whole, type Params } from './php';
import { badArgument } from './problem';
import type { Store } from './store';

/** The page size of every list, fixed (bitrix24.md §6). */
export const PAGE = 50;

export interface Page<T> {
	items: T[];
	total?: number;
	next?: number;
}

/** `start` says from where; `next` comes only when there is more; with -1 nothing is counted. */
export function pageOf<T>(all: readonly T[], params: Params): Page<T> {
	const start = whole(param(params, 'start') ?? 0);
	if (start < 0) return { items: all.slice(0, PAGE) };
	const from = Number.isNaN(start) ? 0 : start;
	const items = all.slice(from, from + PAGE);
	return { items, total: all.length, ...(from + PAGE < all.length ? { next: from + PAGE } : {}) };
}

/** One page of deals or contacts that pass the test, in the order asked for. */
export function entityPage(store: Store, kind: Kind, test: Test, params: Params, spelling: Spelling): Page<Entity> {
	const isListed = (entity: Entity): boolean => !entity.isDeleted && !entity.isHidden && test(entity);
	const order = orderOf(store, kind, param(params, 'order', 'ORDER'), spelling);
	const candidates = narrowed(store, kind, param(params, 'filter', 'FILTER'), spelling);
	const byId = order.length === 0 || order[0]?.key === 'id';
	if (byId && order[0]?.descending !== true && whole(param(params, 'start') ?? 0) < 0) {
		return { items: firstPage(candidates, isListed) };
	}
	const found = [...candidates].filter(isListed);
	found.sort((a, b) => {
		for (const { key, descending } of order) {
			const difference = ranked(a.values.get(key), b.values.get(key));
			if (difference !== 0) return descending ? -difference : difference;
		}
		return a.id - b.id;
	});
	return pageOf(found, params);
}

/** Keyset paging must not look at everything for every fifty (maps keep the order of ids). */
function firstPage(candidates: Iterable<Entity>, test: Test): Entity[] {
	const items: Entity[] = [];
	for (const entity of candidates) {
		if (!test(entity)) continue;
		items.push(entity);
		if (items.length === PAGE) break;
	}
	return items;
}

/** The few records a filter by id or external number can mean; otherwise all of them. */
function narrowed(store: Store, kind: Kind, filter: unknown, spelling: Spelling): Iterable<Entity> {
	const all = store.entities[kind];
	if (isMap(filter) && text(filter.logic).toUpperCase() === 'OR') return all.values();
	for (const [key, wanted] of entriesOf(filter)) {
		const { operator, name } = splitKey(key);
		const field = findSpec(store, kind, name, spelling)?.key;
		if (['', '=', '@'].includes(operator)) {
			const asked = itemsOf(wanted).map(text);
			if (field === 'id') return byIds(all, asked.map(whole));
			if (field === 'originId' && !asked.includes('')) return byOrigins(store, kind, asked);
		}
		// Ids have no gaps: nothing is ever removed from the map, so ids can be counted up.
		if (field === 'id' && (operator === '>' || operator === '>=') && !Number.isNaN(whole(wanted))) {
			return upwards(all, whole(wanted) + (operator === '>' ? 1 : 0));
		}
	}
	return all.values();
}

function byIds(all: ReadonlyMap<number, Entity>, ids: number[]): Entity[] {
	return [...new Set(ids)].sort((a, b) => a - b).flatMap((id) => all.get(id) ?? []);
}

function byOrigins(store: Store, kind: Kind, origins: string[]): Entity[] {
	const found = new Set(origins.flatMap((origin) => store.withOrigin(kind, origin)));
	return [...found].sort((a, b) => a.id - b.id);
}

function* upwards(all: ReadonlyMap<number, Entity>, from: number): Iterable<Entity> {
	for (let id = Math.max(1, from); id <= all.size; id += 1) {
		const entity = all.get(id);
		if (entity) yield entity;
	}
}

function orderOf(store: Store, kind: Kind, order: unknown, spelling: Spelling): { key: string; descending: boolean }[] {
	return entriesOf(order).flatMap(([name, raw]) => {
		const direction = text(raw).toUpperCase();
		const spec = findSpec(store, kind, name, spelling);
		if (spelling === 'classic') return spec ? [{ key: spec.key, descending: direction === 'DESC' }] : [];
		if (!spec) throw badArgument(`Invalid order: field '${name}' is not allowed in order`);
		if (direction !== 'ASC' && direction !== 'DESC') {
			throw badArgument(
				`Invalid order: allowed sort directions are \`ASC, DESC\`. But got '${text(raw)}' for field '${name}'`,
			);
		}
		return [{ key: spec.key, descending: direction === 'DESC' }];
	});
}

function ranked(a: Scalar | Scalar[] | undefined, b: Scalar | Scalar[] | undefined): number {
	if (typeof a === 'number' && typeof b === 'number') return a - b;
	const [left, right] = [text(a ?? ''), text(b ?? '')];
	return left === right ? 0 : left < right ? -1 : 1;
}
