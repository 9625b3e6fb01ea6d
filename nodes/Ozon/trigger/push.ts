import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';
import { flag, number, text } from '../../../transport/lenient';
import { plainLatin } from '../api/accountSchema';
import { maybe } from '../api/lenientFields';
import { withoutGaps } from '../actions/output';

/*
 * A push is a hint that something may need a look (DESIGN §1). Only ids, states and times are taken out of it: no texts of
 * messages, no people. Everything is optional, because examples and descriptions differ (ozon.md §11, §14).
 */

const body = z.object({
	message_type: z.string().trim().min(1),
	seller_id: text.catch(undefined),
	uuid: text.catch(undefined),
	time: text.catch(undefined),
	posting_number: text.catch(undefined),
	order_number: text.catch(undefined),
	order_id: text.catch(undefined),
	old_state: text.catch(undefined),
	new_state: text.catch(undefined),
	changed_state_date: text.catch(undefined),
	cancel_date: text.catch(undefined),
	cancelled_at: text.catch(undefined),
	changed_at: text.catch(undefined),
	updated_at: text.catch(undefined),
	created_at: text.catch(undefined),
	creation_date: text.catch(undefined),
	in_process_at: text.catch(undefined),
	shipment_date: text.catch(undefined),
	new_cutoff_date: text.catch(undefined),
	new_delivery_date_begin: text.catch(undefined),
	new_delivery_date_end: text.catch(undefined),
	tpl_integration_type: text.catch(undefined),
	is_express: z.union([flag, z.undefined()]).catch(undefined),
	warehouse_id: text.catch(undefined),
	reason: maybe(z.object({ id: number, message: text })).catch(undefined),
	chat_id: text.catch(undefined),
	chat_type: text.catch(undefined),
	message_id: text.catch(undefined),
	last_read_message_id: text.catch(undefined),
	user: maybe(z.object({ type: text })).catch(undefined),
	offer_id: text.catch(undefined),
	product_id: text.catch(undefined),
	sku: text.catch(undefined),
	is_error: z.union([flag, z.undefined()]).catch(undefined),
	items: z.array(z.object({ sku: text, product_id: text })).nullish().catch(undefined),
});
export type PushBody = z.infer<typeof body>;

/** `undefined`: no message type, so no push of Ozon's. */
export function readPush(parsed: unknown): PushBody | undefined {
	const read = body.safeParse(parsed);
	return read.success ? read.data : undefined;
}

/** What happened, for a workflow: `number` is what Order Sync looks for. Never a person's data. */
export function hintOf(push: PushBody): IDataObject {
	const isExpress = push.message_type === 'TYPE_NEW_POSTING' ? push.is_express : undefined;
	return withoutGaps({
		event: push.message_type,
		receivedBy: 'push',
		postingNumber: push.posting_number,
		number: push.posting_number,
		buyerOrderNumber: push.order_number,
		oldState: push.old_state,
		newState: push.new_state,
		at: push.changed_state_date ?? push.cancel_date ?? push.cancelled_at ?? push.updated_at ?? push.changed_at ?? push.created_at ?? push.creation_date ?? push.in_process_at,
		assembleBy: push.new_cutoff_date ?? push.shipment_date,
		deliverFrom: push.new_delivery_date_begin,
		deliverBy: push.new_delivery_date_end,
		integration: push.tpl_integration_type,
		express: isExpress,
		warehouseId: push.warehouse_id,
		reasonId: push.reason?.id,
		chatId: push.chat_id,
		chatType: push.chat_type,
		messageId: push.message_id,
		lastReadMessageId: push.last_read_message_id,
		userType: push.user?.type === undefined ? undefined : plainLatin(push.user.type),
		offerId: push.offer_id,
		productId: push.product_id,
		sku: push.sku,
		skus: push.items?.flatMap(({ sku }) => sku ?? []),
	});
}

/** The same push sent twice has the same name: Ozon's own, or a hash of its body with sorted keys (§11 "Event id"). */
export function pushId(push: PushBody, parsed: unknown): string {
	const source = push.uuid ?? JSON.stringify(sorted(parsed));
	return createHash('sha256').update(`${push.message_type}\n${source}`).digest('base64url').slice(0, 16);
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	return Object.entries(value)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, inner]) => [key, sorted(inner)]);
}
