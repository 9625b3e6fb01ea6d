import { z } from 'zod/v4';
import { flag, neededNumber, neededText, number, text, withRaw } from '../../../transport/lenient';
import { listOf, maybe, texts, time } from './lenientFields';

/* Postings as the lists (v4, FBO v3) and the single reads (v3, FBO v2) send them: ozon.md §4. */

/** v4 and FBO lists: `{amount, currency}`; single reads: text with `currency_code` beside it. */
const price = z.union([
	z.object({ amount: neededNumber, currency: text }),
	neededNumber.transform((amount) => ({ amount, currency: undefined })),
]);

const product = z
	.object({
		sku: neededText,
		offer_id: text,
		name: text,
		quantity: neededNumber,
		price: maybe(price),
		currency_code: text,
	})
	.transform(({ sku, offer_id, name, quantity, price: paid, currency_code }) => ({
		sku,
		offerId: offer_id,
		name,
		quantity,
		price: paid?.amount ?? 0,
		currency: paid?.currency ?? currency_code,
	}));
export type OzonProduct = z.infer<typeof product>;

const address = z.object({ address_tail: text, city: text, region: text, zip_code: text });

const customer = z
	.object({ customer_id: text, name: text, phone: text, customer_email: text, address: maybe(address) })
	.transform(({ customer_id, customer_email, address: place, ...rest }) => ({
		...rest,
		// 0 is how protobuf says "nobody".
		id: customer_id === '0' ? undefined : customer_id,
		email: customer_email,
		city: place?.city,
		address: [place?.city, place?.address_tail].filter(Boolean).join(', ') || undefined,
	}));

const addressee = z.object({ name: text, phone: text, pin: text });

const cancellation = z
	.object({
		cancel_reason_id: number,
		cancel_reason: text,
		cancellation_type: text,
		cancellation_initiator: text,
		cancelled_after_ship: flag,
	})
	.transform((sent) => ({
		reasonId: sent.cancel_reason_id || undefined,
		reason: sent.cancel_reason,
		type: sent.cancellation_type,
		initiator: sent.cancellation_initiator,
		afterShip: sent.cancelled_after_ship,
	}));

const analytics = z.object({
	city: text,
	delivery_date_begin: time,
	delivery_date_end: time,
	client_delivery_date_end: time,
});

const posting = z.object({
	posting_number: neededText,
	order_id: text,
	order_number: text,
	parent_posting_number: text,
	status: neededText,
	substatus: text,
	previous_substatus: text,
	in_process_at: time,
	/** FBO only. */
	created_at: time,
	shipment_date: time,
	delivering_date: time,
	delivery_method: maybe(z.object({ name: text, warehouse: text, tpl_provider: text })),
	tpl_integration_type: text,
	integration_type_flow: text,
	is_express: flag,
	is_click_and_collect: flag,
	products: listOf(product),
	customer: maybe(customer),
	addressee: maybe(addressee),
	analytics_data: maybe(analytics),
	cancellation: maybe(cancellation),
	available_actions: texts,
	tracking_number: text,
	related_postings: maybe(z.object({ related_posting_numbers: texts })),
});

export type Warehouse = 'seller' | 'ozon';

const postingOf = (warehouse: Warehouse) =>
	withRaw(
		posting.transform((sent) => ({
			/** Where the goods are: `ozon` is FBO, which nobody but Ozon moves. */
			warehouse,
			number: sent.posting_number,
			orderId: sent.order_id,
			orderNumber: sent.order_number ?? orderNumberOf(sent.posting_number),
			parent: sent.parent_posting_number,
			status: sent.status,
			substatus: sent.substatus,
			previousSubstatus: sent.previous_substatus,
			// Empty while a late payment is not confirmed (§11 "may be empty").
			createdAt: sent.created_at ?? sent.in_process_at ?? sent.shipment_date ?? 0,
			shipmentDate: sent.shipment_date,
			deliveringDate: sent.delivering_date,
			deliverBy: sent.analytics_data?.delivery_date_end ?? sent.analytics_data?.client_delivery_date_end,
			city: sent.customer?.city ?? sent.analytics_data?.city,
			carrier: sent.delivery_method?.tpl_provider,
			flow: sent.integration_type_flow ?? sent.tpl_integration_type,
			isExpress: sent.is_express,
			isPickup: sent.is_click_and_collect,
			products: sent.products,
			customer: sent.customer,
			addressee: sent.addressee,
			cancellation: sent.cancellation,
			actions: sent.available_actions,
			tracking: sent.tracking_number,
			related: sent.related_postings?.related_posting_numbers ?? [],
		})),
	);

/** `<order>-<n>` (§4). */
export const orderNumberOf = (postingNumber: string): string => postingNumber.replace(/-\d+$/, '');

const schemas: Readonly<Record<Warehouse, z.ZodType<OzonPosting>>> = {
	seller: postingOf('seller'),
	ozon: postingOf('ozon'),
};
export type OzonPosting = z.infer<ReturnType<typeof postingOf>>;

/** One element of a list: read, or not of the shape that a posting must have. */
export type Listed = { posting: OzonPosting } | { unreadable: Unreadable };
export interface Unreadable {
	number: string;
	why: string;
	raw: Record<string, unknown>;
}

/** Reads an element of a list on its own, so that a broken one does not take its neighbours with it. */
export function listedPosting(raw: Record<string, unknown> & { posting_number: string }, warehouse: Warehouse): Listed {
	const parsed = schemas[warehouse].safeParse(raw);
	if (parsed.success) return { posting: parsed.data };
	const why = [...new Set(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))].join('; ');
	return { unreadable: { number: raw.posting_number, why, raw } };
}

export const numberOf = (listed: Listed): string => ('posting' in listed ? listed.posting.number : listed.unreadable.number);

export const onePosting = (warehouse: Warehouse) => z.object({ result: schemas[warehouse] });

export const postingPage = z.object({
	postings: listOf(z.object({ posting_number: neededText }).passthrough()),
	cursor: text,
	has_next: flag,
});

/** Which new postings an assembly made (§7). */
export const shipAnswer = z.object({ result: texts });

/** Text in the schema, a list in the example, `""` when all is well (§14). */
const refusal = z.preprocess(
	(value) => (Array.isArray(value) ? value.map(String).join('; ') : value),
	text,
);
export const statusAnswer = z.object({
	result: listOf(z.object({ posting_number: neededText, result: flag, error: refusal })),
});

export const trueAnswer = z.object({ result: z.union([flag, text]) }).passthrough();
/** Some calls answer with an empty body or an empty object. */
export const emptyAnswer = z.unknown();

export const cancelReasons = z.object({
	result: listOf(
		z.object({ posting_number: text, reasons: listOf(z.object({ id: neededNumber, title: text, type_id: text })) }),
	),
});
export const allCancelReasons = z.object({
	result: listOf(z.object({ id: neededNumber, title: text, type_id: text, is_available_for_cancellation: flag })),
});

const failureBody = z.object({ message: text, code: z.union([z.string(), z.number()]).optional() });

/** Ozon's own words in a bad answer: `{code, message, details}`, or plain text (§12). */
export function readOzonFailure(_status: number, body: unknown): string | undefined {
	if (typeof body === 'string') return isCircleOpen(body) ? body.trim().slice(0, 200) : undefined;
	const parsed = failureBody.safeParse(body);
	return parsed.data?.message === undefined ? undefined : withPlaces(parsed.data.message);
}

const words: Readonly<Record<string, string>> = { packages: 'package', products: 'product', items: 'item', posting_number: 'posting number', product_id: 'SKU', sku: 'SKU' };

/** `packages.0.products.1.quantity`, `Packages[0].Products[1].Quantity`: package 1, product 2, quantity. */
const withPlaces = (said: string): string =>
	said.replace(/\b[A-Za-z]+Request\.(?=\w)/g, '').replace(/\b[A-Za-z_]+(?:\.\d+|\[\d+\])(?:\.[A-Za-z_]+(?:\.\d+|\[\d+\])?)*/g, (path) =>
		[...path.matchAll(/([A-Za-z_]+)(?:[.[](\d+))?/g)]
			.map(([, name = '', position]) => {
				const word = words[name.toLowerCase()] ?? name;
				return position === undefined ? word : `${word} ${Number(position) + 1}`;
			})
			.join(', '),
	);

const isCircleOpen = (said: string): boolean => /circle is open/i.test(said);

/** The circuit breaker says nothing about the request (§12); a 429 has its own way of being waited for. */
export const isBreaker = (status: number, body: unknown): boolean =>
	status !== 429 && isCircleOpen(typeof body === 'string' ? body : (readOzonFailure(status, body) ?? ''));
