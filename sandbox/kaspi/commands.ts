import { z } from 'zod/v4';

import { factsOf, reasonRefusal, refusal, SELLER_REASONS, type Command } from './rules';
import { badRequest, KaspiRefusal, notFound } from './refusal';
import type { Entry, Order } from './order';
import type { KaspiShop } from './shop';

/** The headers of a command that change what it does. */
export interface CommandHeaders {
	/** Undefined: the header did not come; '' asks for a code to be sent. */
	securityCode: string | undefined;
	sendCode: boolean;
	hasMerchantUid: boolean;
}

const MAX_COMMENT = 1000;
const INVALID_CODE = 'Security code is not valid. And the order cannot be completed without it';

const statusBody = z.object({
	data: z.object({
		type: z.literal('orders'),
		id: z.string(),
		attributes: z.record(z.string(), z.unknown()),
	}),
});

/** `POST /orders`: one status command; the answer echoes what was sent, it is not the fresh order (kaspi.md §3.3). */
export function runStatusCommand(shop: KaspiShop, body: unknown, headers: CommandHeaders) {
	const parsed = statusBody.safeParse(body);
	if (!parsed.success) throw malformed(shop, `Incorrect request body: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
	const { id, attributes } = parsed.data.data;
	const order = shop.byOrderId(id);
	if (!order) throw notFound();
	const command = STATUS_COMMANDS.find((known) => known === attributes.status);
	if (!command) throw malformed(shop, `Incorrect order status [${String(attributes.status)}]`);

	const { settings, random } = shop;
	if (command === 'ARRIVED' && !headers.hasMerchantUid && random.chance(settings.arrivedNotFoundShare)) throw notFound();
	guard(shop, order, command);
	const apply = prepare(shop, order, command, attributes, headers);
	shop.accounting.accept(order, command);
	if (!random.chance(settings.ignoredWriteShare)) apply();
	return { type: 'orders', id, attributes };
}

const STATUS_COMMANDS = [
	'ACCEPTED_BY_MERCHANT',
	'ASSEMBLE',
	'ARRIVED',
	'COMPLETED',
	'CANCELLED',
	'ARRIVED_BACKWARD',
] as const;

/** Checks what the command carries and returns what it will do. */
function prepare(
	shop: KaspiShop,
	order: Order,
	command: (typeof STATUS_COMMANDS)[number],
	attributes: Record<string, unknown>,
	headers: CommandHeaders,
): () => void {
	switch (command) {
		case 'ACCEPTED_BY_MERCHANT':
			return () => shop.accept(order, 'api');
		case 'ASSEMBLE': {
			const { numberOfSpace } = attributes;
			if (typeof numberOfSpace !== 'string' || !/^[1-9]\d*$/.test(numberOfSpace)) {
				throw malformed(shop, 'Attribute [numberOfSpace] must be a string with a positive number');
			}
			return () => shop.assemble(order, 'api', numberOfSpace);
		}
		case 'ARRIVED':
			return () => shop.goodsArrive(order, 'api');
		case 'COMPLETED':
			return complete(shop, order, headers);
		case 'CANCELLED': {
			const reason = checkedReason(shop, order, attributes.cancellationReason);
			checkComment(shop, 'cancellationComment', attributes.cancellationComment);
			return () => shop.cancel(order, 'api', reason);
		}
		case 'ARRIVED_BACKWARD':
			return () =>
				order.status === 'CANCELLING'
					? shop.close(order, 'api', 'goods received back', 'CANCELLED')
					: shop.close(order, 'api', 'goods received back', 'RETURNED');
	}
}

/** Two calls: an empty code makes Kaspi push one to the buyer, a right one issues the goods (§3.3). */
function complete(shop: KaspiShop, order: Order, { securityCode, sendCode }: CommandHeaders): () => void {
	if (securityCode === undefined) throw malformed(shop, INVALID_CODE);
	if (securityCode === '') {
		if (!sendCode) throw malformed(shop, INVALID_CODE);
		return () => shop.pushSecurityCode(order);
	}
	const pushed = order.securityCode;
	if (!pushed?.readAloud) {
		shop.accounting.forbid(order, 'COMPLETED', 'a security code that the buyer never read out to anybody');
	}
	if (pushed?.code !== securityCode) throw malformed(shop, INVALID_CODE);
	return () => shop.complete(order, 'api');
}

const entryCancelBody = z.object({
	data: z.object({
		type: z.literal('orderEntryCancelOperation'),
		attributes: z.object({
			remainedQuantity: z.number().int().min(0),
			reason: z.string(),
			notes: z.string().nullish(),
		}),
		relationships: z.object({ entry: z.object({ data: z.object({ type: z.literal('orderentries'), id: z.string() }) }) }),
	}),
});

/** `POST /orderEntryCancelOperation`: lowers or removes one line; the effect comes later (§4.1). */
export function cancelEntry(shop: KaspiShop, body: unknown) {
	const parsed = entryCancelBody.safeParse(body);
	if (!parsed.success) throw malformed(shop, `Incorrect request body: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
	const { attributes, relationships } = parsed.data.data;
	const found = shop.byEntryId(relationships.entry.data.id);
	if (!found) throw notFound('Order entry not found');
	checkComment(shop, 'notes', attributes.notes);
	const status = cancelLines(shop, found.order, [
		{ entry: found.entry, remained: attributes.remainedQuantity, reason: attributes.reason },
	]);
	return {
		type: 'orderEntryCancelOperation',
		id: found.entry.id,
		attributes: { status, remainedQuantity: attributes.remainedQuantity, remainedWeight: null },
		relationships,
	};
}

const partialCancelBody = z
	.array(
		z.object({
			entry: z.object({ id: z.string() }),
			remainedQuantity: z.number().int().min(0).nullish(),
			remainedWeight: z.number().min(0).nullish(),
			reason: z.string(),
			notes: z.string().nullish(),
		}),
	)
	.min(1);

/** `PUT /shop/api/orderPartialCancel/{orderId}`: lowers several lines at once (§4.1). */
export function cancelLinesOfOrder(shop: KaspiShop, orderId: string, body: unknown) {
	const order = shop.byOrderId(orderId);
	if (!order) throw notFound();
	const parsed = partialCancelBody.safeParse(body);
	if (!parsed.success) throw malformed(shop, `Incorrect request body: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
	const cuts = parsed.data.map(({ entry: { id }, remainedQuantity, reason }) => {
		const entry = order.entries.find((candidate) => candidate.id === id);
		if (!entry) throw notFound('Order entry not found');
		return { entry, remained: remainedQuantity ?? entry.quantity, reason };
	});
	return { orderCancelEntries: parsed.data, status: cancelLines(shop, order, cuts) };
}

function cancelLines(
	shop: KaspiShop,
	order: Order,
	cuts: { entry: Entry; remained: number; reason: string }[],
): 'INPROGRESS' {
	guard(shop, order, 'CANCEL_ENTRIES');
	for (const { entry, remained, reason } of cuts) {
		if (![...SELLER_REASONS, 'PRODUCT_UNDERWEIGHT'].includes(reason)) {
			throw malformed(shop, `Unknown cancellation reason [${reason}]`);
		}
		if (remained > entry.quantity) {
			throw malformed(shop, `Remained quantity [${remained}] exceeds quantity [${entry.quantity}]`);
		}
	}
	shop.accounting.accept(order, 'CANCEL_ENTRIES');
	shop.clock.after(shop.settings.entryCancelDelayMs, () => {
		// Meanwhile the order may have moved on; then nothing is left to cancel.
		if (refusal('CANCEL_ENTRIES', factsOf(order), shop.settings) === undefined) shop.reduceEntries(order, cuts);
	});
	return 'INPROGRESS';
}

const imeiBody = z.object({
	data: z.object({
		type: z.literal('orderEntryImeiOperation'),
		attributes: z.object({ items: z.array(z.object({ imei: z.array(z.string().regex(/^\d{15}$/)).min(1) })).min(1) }),
		relationships: z.object({ entry: z.object({ data: z.object({ type: z.literal('orderentries'), id: z.string() }) }) }),
	}),
});

/** `POST /orderEntryImeiOperation`: writes the IMEIs of one line (§4.1). */
export function setImei(shop: KaspiShop, body: unknown) {
	const parsed = imeiBody.safeParse(body);
	if (!parsed.success) throw malformed(shop, `Incorrect request body: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
	const { attributes, relationships } = parsed.data.data;
	const found = shop.byEntryId(relationships.entry.data.id);
	if (!found) throw notFound('Order entry not found');
	guard(shop, found.order, 'SET_IMEI');
	shop.accounting.accept(found.order, 'SET_IMEI');
	found.entry.imeis = attributes.items.flatMap((item) => item.imei);
	return { type: 'orderEntryImeiOperation', id: found.entry.id, attributes, relationships };
}

function guard(shop: KaspiShop, order: Order, command: Command): void {
	const why = refusal(command, factsOf(order), shop.settings);
	if (why === undefined) return;
	shop.accounting.refuse(order, command, why);
	throw new KaspiRefusal(shop.settings.refusalStatus, why);
}

function checkedReason(shop: KaspiShop, order: Order, reason: unknown): string {
	const why = reasonRefusal(reason, factsOf(order));
	if (why !== undefined || typeof reason !== 'string') throw malformed(shop, why ?? 'Cancellation reason is required');
	return reason;
}

function checkComment(shop: KaspiShop, name: string, comment: unknown): void {
	if (typeof comment === 'string' && comment.length > MAX_COMMENT) {
		throw malformed(shop, `Attribute [${name}] is longer than ${MAX_COMMENT} characters`);
	}
}

function malformed(shop: KaspiShop, title: string): KaspiRefusal {
	shop.accounting.refuseMalformed();
	return badRequest(title);
}
