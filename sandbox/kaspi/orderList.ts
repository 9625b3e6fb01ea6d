import { KINDS, STATES, STATUSES, type Order } from './order';
import { badRequest } from './refusal';
import type { KaspiShop } from './shop';

const DAY = 86_400_000;
const MAX_DAYS = 14;
const MAX_PAGE_SIZE = 100;

type Query = Record<string, unknown>;

export interface OrderPage {
	orders: Order[];
	meta: { pageCount: number; totalCount: number };
}

/** `GET /orders`: checks every parameter the way Kaspi does and reads one page (kaspi.md §1.1). */
export function listOrders(shop: KaspiShop, query: Query): OrderPage {
	const code = text(query, 'filter[orders][code]');
	if (code !== undefined) return byCode(shop, code);

	const number = pagination(query, 'number');
	const size = pagination(query, 'size');
	if (size < 1 || size > MAX_PAGE_SIZE) {
		throw badRequest(`Incorrect pagination value [size]. Actual [${size}], max [${MAX_PAGE_SIZE}].`);
	}
	const { from, to } = period(query, shop.now());
	const fits = filter(query);
	const found = [...shop.orders.values()].filter(
		(order) => order.creationDate >= from && order.creationDate <= to && fits(order),
	);
	const direction = text(query, 'sort') === 'creationDate' ? 1 : -1;
	found.sort((a, b) => direction * (a.creationDate - b.creationDate || Number(a.code) - Number(b.code)));

	const start = Math.max(0, number * size + (number > 0 ? shift(shop) : 0));
	return {
		orders: found.slice(start, start + size),
		meta: { pageCount: Math.ceil(found.length / size), totalCount: found.length },
	};
}

/** Orders come and go while a client reads, which moves the borders of the pages it has not read yet (§6). */
function shift(shop: KaspiShop): number {
	return { none: 0, repeat: -1, skip: 1 }[shop.settings.pageShift];
}

function byCode(shop: KaspiShop, code: string): OrderPage {
	const order = shop.orders.get(code);
	const lagging = order !== undefined && shop.now() - order.changedAt < shop.settings.codeLookupLagMs;
	const orders = order && !lagging ? [order] : [];
	return { orders, meta: { pageCount: orders.length, totalCount: orders.length } };
}

function period(query: Query, now: number): { from: number; to: number } {
	const parameter = 'filter[orders][creationDate]';
	const from = milliseconds(query, `${parameter}[$ge]`);
	if (from === undefined) throw badRequest('Required filter [orders][creationDate][$ge] is empty.');
	const to = milliseconds(query, `${parameter}[$le]`) ?? now;
	const days = (to - from) / DAY;
	if (days > MAX_DAYS) {
		throw badRequest(
			`Exceeded the maximum difference for the ${parameter} (in days). Actual [${Math.ceil(days)}], max [${MAX_DAYS}].`,
		);
	}
	return { from, to };
}

function filter(query: Query): (order: Order) => boolean {
	const state = oneOf(query, 'filter[orders][state]', STATES);
	const status = oneOf(query, 'filter[orders][status]', STATUSES);
	const signature = oneOf(query, 'filter[orders][signatureRequired]', ['true', 'false']);
	const delivery = oneOf(query, 'filter[orders][deliveryType]', Object.keys(DELIVERY_TYPES));
	if (signature !== undefined && state === 'SIGN_REQUIRED') {
		throw badRequest('Filter [orders][signatureRequired] is not allowed for state [SIGN_REQUIRED].');
	}
	if (delivery !== undefined && state === 'PICKUP') {
		throw badRequest('Filter [orders][deliveryType] is not allowed for state [PICKUP].');
	}
	const carries = delivery === undefined ? undefined : DELIVERY_TYPES[delivery];
	return (order) =>
		(state === undefined || order.state === state) &&
		(status === undefined || order.status === status) &&
		(signature === undefined || String(order.signatureRequired) === signature) &&
		(carries === undefined || carries(order));
}

/** The documents disagree on the values (§1.1), so both sets work. */
const DELIVERY_TYPES: Record<string, (order: Order) => boolean> = {
	PICKUP: (order) => KINDS[order.kind].deliveryMode === 'DELIVERY_PICKUP',
	DELIVERY: (order) => KINDS[order.kind].deliveryMode !== 'DELIVERY_PICKUP',
	KASPI_DELIVERY: (order) => KINDS[order.kind].isKaspiDelivery,
	DELIVERY_PICKUP: (order) => KINDS[order.kind].deliveryMode === 'DELIVERY_PICKUP',
	DELIVERY_LOCAL: (order) => KINDS[order.kind].deliveryMode === 'DELIVERY_LOCAL',
};

function pagination(query: Query, name: 'number' | 'size'): number {
	const value = text(query, `page[${name}]`);
	if (value === undefined) throw badRequest(`Required pagination value [${name}] is empty.`);
	if (!/^\d+$/.test(value)) throw badRequest(`Incorrect pagination value [${name}]. Actual [${value}].`);
	return Number(value);
}

function milliseconds(query: Query, name: string): number | undefined {
	const value = text(query, name);
	if (value === undefined) return undefined;
	if (!/^\d+$/.test(value)) throw badRequest(`Incorrect value [${value}] of ${name}.`);
	return Number(value);
}

function oneOf<T extends string>(query: Query, name: string, allowed: readonly T[]): T | undefined {
	const value = text(query, name);
	if (value === undefined) return undefined;
	const known = allowed.find((candidate) => candidate === value);
	// Lists with commas and the codes of the cabinet's tabs are no values (§1.1, §6).
	if (known === undefined) throw badRequest(`Incorrect value [${value}] of ${name}.`);
	return known;
}

function text(query: Query, name: string): string | undefined {
	const value = query[name];
	return typeof value === 'string' && value !== '' ? value : undefined;
}
