import { z } from 'zod/v4';

import { int64, moment, read } from './body';
import { OWN_COURIER } from './journey';
import { piecesOf, type Pieces, type Posting } from './posting';
import { badArgument, notFound, OzonRefusal } from './refusal';
import { OTHER_REASON, reasonsFor, reasonTitle, refusal, type Command } from './rules';
import type { OzonShop } from './shop';

const number = z.string().min(1);
const reason = { cancel_reason_id: int64, cancel_reason_message: z.string().default('') };
const cancelBody = z.object({ posting_number: number, ...reason });
const productCancelBody = z.object({
	posting_number: number,
	...reason,
	cancel_reason_message: z.string().min(1),
	items: z.array(z.object({ sku: int64, quantity: int64.refine((value) => value > 0, 'must be positive') })).min(1),
});
const cutoffBody = z.object({ posting_number: number, new_cutoff_date: moment });
const timeslotBody = z.object({ posting_number: number, new_timeslot: z.object({ from: moment, to: moment }) });

const HOUR = 3_600_000;

/** `/v2/posting/fbs/cancel`: the seller gives the posting up (ozon.md §8). */
export function cancelPosting(shop: OzonShop, body: unknown) {
	const request = readCommand(shop, cancelBody, body);
	const posting = fbsPosting(shop, request.posting_number);
	guard(shop, posting, 'cancel');
	checkReason(shop, posting, request);
	run(shop, posting, 'cancel', shop.settings.statusDelayMs, () => shop.cancel(posting, 'api', sellerReason(request)));
	return { result: true };
}

/** `/v2/posting/fbs/product/cancel`: some goods will not come; the posting goes on without them. */
export function cancelProducts(shop: OzonShop, body: unknown) {
	const request = readCommand(shop, productCancelBody, body);
	const posting = fbsPosting(shop, request.posting_number);
	guard(shop, posting, 'product-cancel');
	checkReason(shop, posting, request);
	checkPieces(shop, posting.products, request.items, 'at most');
	run(shop, posting, 'product-cancel', shop.settings.statusDelayMs, () =>
		shop.cancelPieces(posting, 'api', request.items, sellerReason(request)),
	);
	return { result: posting.number };
}

/** `/v1/posting/cutoff/set`: the seller promises another shipment date, not later than the one it has. */
export function setCutoff(shop: OzonShop, body: unknown) {
	const request = readCommand(shop, cutoffBody, body);
	const posting = fbsPosting(shop, request.posting_number);
	guard(shop, posting, 'set-cutoff');
	if (request.new_cutoff_date > posting.shipmentDate || request.new_cutoff_date < shop.now()) {
		throw malformed(shop, 'New cutoff date must be between now and shipment_date');
	}
	run(shop, posting, 'set-cutoff', 0, () => shop.moveCutoff(posting, 'api', request.new_cutoff_date));
	return { result: true };
}

/** `/v1/posting/fbs/timeslot/set`: at most two moves (§2). */
export function setTimeslot(shop: OzonShop, body: unknown) {
	const request = readCommand(shop, timeslotBody, body);
	const posting = fbsPosting(shop, request.posting_number);
	guard(shop, posting, 'set-timeslot');
	const { from, to } = request.new_timeslot;
	if (from >= to || from < shop.now()) throw malformed(shop, 'New timeslot must lie in the future');
	run(shop, posting, 'set-timeslot', 0, () => {
		posting.timeslotChanges += 1;
		shop.moveDelivery(posting, 'api', from, to);
	});
	return { result: true };
}

export function timeslotRestrictions(shop: OzonShop, body: unknown) {
	const posting = fbsPosting(shop, read(z.object({ posting_number: number }), body).posting_number);
	return {
		posting,
		span: { begin: shop.now() + HOUR, end: posting.deliveryEnd + 72 * HOUR },
		left: 2 - posting.timeslotChanges,
	};
}

/** The status calls of rFBS with an own courier. 200 for the whole, a result for each (§7). */
export function setStatus(shop: OzonShop, command: 'delivering' | 'last-mile' | 'delivered', body: unknown) {
	const { posting_number: numbers } = readCommand(
		shop,
		z.object({ posting_number: z.array(number).min(1).max(100) }),
		body,
	);
	return numbers.map((one) => perItem(shop, one, command, (posting) => changeStatus(shop, posting, command)));
}

/** `/v2/fbs/posting/tracking-number/set`: at most 20 pairs. */
export function setTracking(shop: OzonShop, body: unknown) {
	const pair = z.object({ posting_number: number, tracking_number: z.string().min(1) });
	const { tracking_numbers: pairs } = readCommand(
		shop,
		z.object({ tracking_numbers: z.array(pair).min(1).max(20) }),
		body,
	);
	return pairs.map(({ posting_number, tracking_number }) =>
		perItem(shop, posting_number, 'set-tracking', (posting) =>
			run(shop, posting, 'set-tracking', 0, () => {
				posting.trackingNumber = tracking_number;
				shop.note(posting, 'api', 'tracking number set');
			}),
		),
	);
}

/** `/v2/posting/fbs/arbitration` and the way back; one bad posting refuses the whole call. */
export function dispute(shop: OzonShop, command: 'arbitration' | 'awaiting-delivery', body: unknown) {
	const { posting_number: numbers } = readCommand(
		shop,
		z.object({ posting_number: z.array(number).min(1).max(100) }),
		body,
	);
	const postings = numbers.map((one) => fbsPosting(shop, one));
	for (const posting of postings) guard(shop, posting, command);
	for (const posting of postings) {
		run(shop, posting, command, shop.settings.statusDelayMs, () =>
			command === 'arbitration'
				? shop.move(posting, 'api', 'dispute opened', 'arbitration', 'posting_in_arbitration')
				: shop.move(posting, 'api', 'dispute closed', 'awaiting_deliver', 'posting_in_carriage'),
		);
	}
	return { result: true };
}

/** A posting of FBS or rFBS; FBO numbers are not found here. */
export function fbsPosting(shop: OzonShop, postingNumber: string): Posting {
	const posting = shop.postings.get(postingNumber);
	if (!posting || posting.scheme === 'fbo') throw notFound();
	return posting;
}

/** Refuses a command that the state forbids, and notes whose fault it was. */
export function guard(shop: OzonShop, posting: Posting, command: Command): void {
	const why = refusal(command, posting, shop.settings, shop.now());
	if (why === undefined) return;
	shop.accounting.refuse(posting.number, command, why);
	throw new OzonRefusal(why.startsWith('POSTING_ALREADY') ? 409 : 400, why.startsWith('POSTING_ALREADY') ? 6 : 9, why);
}

/** Takes a command: its effect comes `ms` later, if the posting still allows it then, or not at all (`ignoredWriteShare`). */
export function run(shop: OzonShop, posting: Posting, command: Command, ms: number, effect: () => void): void {
	shop.accounting.accept(posting, command);
	if (shop.random.chance(shop.settings.ignoredWriteShare)) return;
	const applies = () => refusal(command, posting, shop.settings, shop.now()) === undefined;
	if (ms === 0) effect();
	else shop.later(ms, () => applies() && effect());
}

/** Checks pieces against the lines of a posting: unknown goods, too many, or (with `exactly`) not all of them. */
export function checkPieces(
	shop: OzonShop,
	products: Posting['products'],
	wanted: Pieces,
	how: 'exactly' | 'at most',
): void {
	const sums = new Map<number, number>();
	for (const { sku, quantity } of wanted) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
	for (const sku of sums.keys())
		if (!products.some((product) => product.sku === sku)) throw malformed(shop, 'UNKNOWN_PRODUCT_DEFINED');
	for (const { sku, quantity } of piecesOf(products)) {
		const sum = sums.get(sku) ?? 0;
		if (how === 'exactly' ? sum !== quantity : sum > quantity) throw malformed(shop, 'HAS_INCORRECT_PRODUCT_QUANTITY');
	}
}

/** Reads the body of a command; a malformed one counts as refused. */
export function readCommand<S extends z.ZodTypeAny>(shop: OzonShop, schema: S, body: unknown): z.output<S> {
	try {
		return read(schema, body);
	} catch (failure) {
		shop.accounting.refuseMalformed();
		throw failure;
	}
}

export function malformed(shop: OzonShop, message: string): OzonRefusal {
	shop.accounting.refuseMalformed();
	return badArgument(message);
}

function changeStatus(shop: OzonShop, posting: Posting, command: 'delivering' | 'last-mile' | 'delivered'): void {
	run(shop, posting, command, shop.settings.statusDelayMs, () => {
		posting.deliveringSoon = false;
		if (command === 'delivering') shop.handOver(posting, 'api', OWN_COURIER.started);
		else if (command === 'delivered') shop.deliverConditionally(posting, 'api');
		else shop.move(posting, 'api', 'courier on the way', 'delivering', OWN_COURIER.lastMile);
	});
	if (command === 'delivering' && posting.status !== 'delivering') posting.deliveringSoon = true;
}

/** One element of a batch: `error` is `[]` in the official example when there is none (§14). */
function perItem(shop: OzonShop, postingNumber: string, command: Command, take: (posting: Posting) => void) {
	const found = shop.postings.get(postingNumber);
	if (!found || found.scheme === 'fbo') {
		shop.accounting.refuse(postingNumber, command, 'POSTING_NOT_FOUND');
		return { posting_number: postingNumber, result: false, error: 'POSTING_NOT_FOUND' };
	}
	const why = refusal(command, found, shop.settings, shop.now());
	// It may follow `delivering` at once, before that has taken effect.
	const pipelined = command === 'last-mile' && found.deliveringSoon;
	if (why !== undefined && !pipelined) {
		shop.accounting.refuse(found.number, command, why);
		return { posting_number: postingNumber, result: false, error: why };
	}
	take(found);
	return { posting_number: postingNumber, result: true, error: command === 'set-tracking' ? '' : [] };
}

function checkReason(
	shop: OzonShop,
	posting: Posting,
	request: { cancel_reason_id: number; cancel_reason_message: string },
): void {
	const { cancel_reason_id: id, cancel_reason_message: message } = request;
	if (!reasonsFor(posting).some((known) => known.id === id)) throw malformed(shop, 'HAS_INCORRECT_CANCEL_REASON');
	if (id === OTHER_REASON && message.trim() === '')
		throw malformed(shop, 'cancel_reason_message is required for reason 402');
}

function sellerReason({
	cancel_reason_id: id,
	cancel_reason_message: message,
}: {
	cancel_reason_id: number;
	cancel_reason_message: string;
}) {
	return { reasonId: id, reason: id === OTHER_REASON ? message : reasonTitle(id), type: 'seller' } as const;
}
