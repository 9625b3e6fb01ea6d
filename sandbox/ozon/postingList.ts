import { z } from 'zod/v4';

import { int64, limitUpTo, moment, period, read, sortDirection, within, type Direction } from './body';
import { FILTER_STATUSES, isFinal, TRAITS, type Posting } from './posting';
import { badArgument } from './refusal';
import type { OzonShop } from './shop';

const YEAR = 366 * 86_400_000;

const status = z.string().refine((text) => FILTER_STATUSES.includes(text), 'unknown status');
const openStatus = status.refine(
	(text) => text !== 'cancelled' && text !== 'delivered',
	'this status is not unfulfilled',
);
const ids = z.array(int64).max(1000).optional();
const wanted = z
	.object({ analytics_data: z.boolean(), barcodes: z.boolean(), financial_data: z.boolean(), legal_info: z.boolean() })
	.partial()
	.prefault({});
const paging = { cursor: z.string().default(''), limit: limitUpTo(100), sort_dir: sortDirection, with: wanted };
const places = { warehouse_ids: ids, provider_ids: ids, delivery_method_ids: ids };

const fbsListBody = z.object({
	...paging,
	filter: z.object({
		...places,
		since: moment,
		to: moment,
		statuses: z.array(status).optional(),
		order_id: int64.optional(),
		order_numbers: z.array(z.string()).max(100).optional(),
		integration_type_flow: z.array(z.string()).optional(),
		last_changed_status_date: period.optional(),
	}),
});

const unfulfilledBody = z.object({
	...paging,
	filter: z.object({
		...places,
		cutoff_from: moment.optional(),
		cutoff_to: moment.optional(),
		delivering_date_from: moment.optional(),
		delivering_date_to: moment.optional(),
		statuses: z.array(openStatus).optional(),
		last_changed_status_date: period.optional(),
	}),
});

const fboListBody = z.object({
	...paging,
	filter: z
		.object({
			since: moment.optional(),
			to: moment.optional(),
			statuses: z.array(status).optional(),
			posting_numbers: z.array(z.string()).max(1000).optional(),
			order_numbers: z.array(z.string()).max(1000).optional(),
		})
		.prefault({}),
});

interface Page {
	postings: Posting[];
	cursor: string;
	hasNext: boolean;
	count: number;
	with: z.output<typeof wanted>;
}

/** `/v4/posting/fbs/list`: required period of at most a year over the start of processing (ozon.md §3). */
export function fbsList(shop: OzonShop, body: unknown): Page {
	const { filter, ...rest } = read(fbsListBody, body);
	checkPeriod(filter.since, filter.to);
	const found = seller(shop).filter(
		(posting) =>
			within({ from: filter.since, to: filter.to }, processedAt(posting)) &&
			within(filter.last_changed_status_date, posting.statusChangedAt) &&
			fits(filter.statuses, posting.status) &&
			fits(filter.order_numbers, posting.orderNumber) &&
			(filter.order_id === undefined || filter.order_id === posting.orderId) &&
			fits(filter.integration_type_flow, TRAITS[posting.scheme].integration) &&
			fitsPlace(filter, posting),
	);
	return { ...pageOf(found, 'osp.in_process_at', processedAt, rest), with: rest.with };
}

/** `/v4/posting/fbs/unfulfilled/list`: either by cutoff or by hand-over date, never both (§3). */
export function unfulfilledList(shop: OzonShop, body: unknown): Page {
	const { filter, ...rest } = read(unfulfilledBody, body);
	const { cutoff_from, cutoff_to, delivering_date_from, delivering_date_to } = filter;
	const byCutoff = cutoff_from !== undefined || cutoff_to !== undefined;
	const byDelivery = delivering_date_from !== undefined || delivering_date_to !== undefined;
	if (byCutoff === byDelivery)
		throw badArgument('Request validation error: use either cutoff or delivering_date filter');
	const [from, to] = byCutoff ? [cutoff_from, cutoff_to] : [delivering_date_from, delivering_date_to];
	if (from === undefined || to === undefined)
		throw badArgument('Request validation error: both ends of the period are required');
	checkPeriod(from, to);
	const moment = (posting: Posting) => (byCutoff ? posting.shipmentDate : (posting.deliveringDate ?? Number.NaN));
	const found = seller(shop).filter(
		(posting) =>
			!isFinal(posting) &&
			within({ from, to }, moment(posting)) &&
			within(filter.last_changed_status_date, posting.statusChangedAt) &&
			fits(filter.statuses, posting.status) &&
			fitsPlace(filter, posting),
	);
	return { ...pageOf(found, 'osp.cutoff', moment, rest), with: rest.with };
}

/** `/v3/posting/fbo/list` (§3). */
export function fboList(shop: OzonShop, body: unknown): Page {
	const { filter, ...rest } = read(fboListBody, body);
	const { since, to } = filter;
	if (since !== undefined && to !== undefined) checkPeriod(since, to);
	const found = [...shop.postings.values()].filter(
		(posting) =>
			posting.scheme === 'fbo' &&
			within({ from: since, to }, posting.createdAt) &&
			fits(filter.statuses, posting.status) &&
			fits(filter.posting_numbers, posting.number) &&
			fits(filter.order_numbers, posting.orderNumber),
	);
	return { ...pageOf(found, 'created_at', ({ createdAt }) => createdAt, rest), with: rest.with };
}

const seller = (shop: OzonShop): Posting[] => [...shop.postings.values()].filter(({ scheme }) => scheme !== 'fbo');
const processedAt = ({ inProcessAt, createdAt }: Posting): number => inProcessAt ?? createdAt;
const fits = <T>(list: readonly T[] | undefined, value: T): boolean =>
	list === undefined || list.length === 0 || list.includes(value);

function fitsPlace(
	filter: { warehouse_ids?: number[]; provider_ids?: number[]; delivery_method_ids?: number[] },
	{ scheme }: Posting,
): boolean {
	const { warehouse, method } = TRAITS[scheme];
	return (
		fits(filter.warehouse_ids, warehouse.id) &&
		fits(filter.provider_ids, method.providerId) &&
		fits(filter.delivery_method_ids, method.id)
	);
}

function checkPeriod(from: number, to: number): void {
	if (from > to) throw badArgument('Request validation error: invalid filter: the period ends before it starts');
	if (to - from > YEAR) throw badArgument('PERIOD_IS_TOO_LONG');
}

const cursorSchema = z.object({
	fields: z.tuple([
		z.object({ name: z.string(), dir: z.enum(['asc', 'desc']), val: z.number() }),
		z.object({ val: z.number() }),
	]),
});

/** One page after the cursor. The cursor names a posting, not a number of them: rows that come or go do not shift it. */
function pageOf(
	found: Posting[],
	name: string,
	moment: (posting: Posting) => number,
	{ cursor, limit, sort_dir: dir }: { cursor: string; limit: number; sort_dir: Direction },
): Omit<Page, 'with'> {
	const sign = dir === 'asc' ? 1 : -1;
	const order = (a: { at: number; id: number }, b: { at: number; id: number }) => sign * (a.at - b.at || a.id - b.id);
	const rows = found.map((posting) => ({ posting, at: moment(posting), id: posting.id })).sort(order);
	const after = cursor === '' ? undefined : decode(cursor, name, dir);
	const rest = after ? rows.filter((row) => order(row, after) > 0) : rows;
	const page = rest.slice(0, limit);
	const last = page.at(-1);
	const fields = last && [
		{ name, dir, val: last.at },
		{ name: 'osp.id', dir, val: last.id },
	];
	return {
		postings: page.map(({ posting }) => posting),
		cursor: fields ? Buffer.from(JSON.stringify({ fields })).toString('base64') : '',
		hasNext: rest.length > page.length,
		count: rows.length,
	};
}

function decode(cursor: string, name: string, dir: Direction): { at: number; id: number } {
	try {
		const [first, second] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'))).fields;
		if (first.name === name && first.dir === dir) return { at: first.val, id: second.val };
	} catch {
		// Not one of our cursors; refused below like one that belongs to another list.
	}
	throw badArgument('Request validation error: invalid cursor');
}
