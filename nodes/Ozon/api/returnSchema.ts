import { z } from 'zod/v4';
import { flag, neededNumber, neededText, number, text, withRaw } from '../../../transport/lenient';
import { listOf, maybe, time } from './lenientFields';

/* Returns, rFBS return requests and buyers' cancellation requests: the three lists that no push tells about (ozon.md §8, §10). */

const shopReturn = z.object({
	id: neededText,
	type: text,
	schema: text,
	posting_number: text,
	order_number: text,
	return_reason_name: text,
	product: maybe(z.object({ sku: text, offer_id: text, name: text, quantity: number })),
	visual: maybe(z.object({ status: maybe(z.object({ sys_name: text, display_name: text })), change_moment: time })),
	compensation_status: maybe(z.object({ status: maybe(z.object({ sys_name: text })) })),
	place: maybe(z.object({ name: text, address: text })),
});

/** A return of `/v1/returns/list`: one product of a posting. */
export const ozonReturn = withRaw(
	shopReturn.transform((sent) => ({
		id: sent.id,
		postingNumber: sent.posting_number,
		type: sent.type,
		schema: sent.schema?.toUpperCase(),
		state: sent.visual?.status?.sys_name ?? 'Unknown',
		stateName: sent.visual?.status?.display_name,
		changedAt: sent.visual?.change_moment,
		reason: sent.return_reason_name,
		sku: sent.product?.sku,
		productName: sent.product?.name,
		quantity: sent.product?.quantity ?? 1,
		compensation: sent.compensation_status?.status?.sys_name,
		place: sent.place?.name,
	})),
);
export type OzonReturn = z.infer<typeof ozonReturn>;
export const returnPage = z.object({ returns: listOf(ozonReturn), has_next: flag });

const rfbs = z.object({
	return_id: neededText,
	return_number: text,
	posting_number: text,
	created_at: time,
	product: maybe(z.object({ sku: text, offer_id: text, name: text })),
	state: maybe(
		z.union([
			z.object({ group_state: text, state: text, state_name: text, money_return_state_name: text }),
			text.transform((state) => ({ group_state: undefined, state, state_name: undefined, money_return_state_name: undefined })),
		]),
	),
});

/** An rFBS return request of `/v2/returns/rfbs/list`. */
export const rfbsReturn = withRaw(
	rfbs.transform((sent) => ({
		id: sent.return_id,
		number: sent.return_number,
		postingNumber: sent.posting_number,
		createdAt: sent.created_at ?? 0,
		sku: sent.product?.sku,
		productName: sent.product?.name,
		group: sent.state?.group_state ?? sent.state?.state ?? 'Unknown',
		stateName: sent.state?.state_name,
		money: sent.state?.money_return_state_name,
	})),
);
export type RfbsReturn = z.infer<typeof rfbsReturn>;
export const rfbsPage = z.object({ returns: listOf(rfbsReturn) });

/** Flat in the schema, `{action: {…}}` in the example (§14). */
const action = z.preprocess(
	(value) => (typeof value === 'object' && value !== null && 'action' in value ? value.action : value),
	z.object({ id: neededNumber, name: text }),
);

export const rfbsDetails = z.object({
	returns: z
		.object({
			posting_number: text,
			available_actions: listOf(action),
			rejection_reason: listOf(z.object({ id: neededNumber, name: text, is_comment_required: flag })),
			state: maybe(z.object({ state: text, state_name: text })),
		})
		.passthrough(),
});

const request = z.object({
	cancellation_id: neededText,
	posting_number: neededText,
	cancellation_initiator: text,
	cancellation_reason: maybe(z.object({ id: number, name: text })),
	cancellation_reason_message: text,
	cancelled_at: time,
	auto_approve_date: time,
	state: maybe(z.object({ name: text, state: text })),
});

/** A buyer's wish to cancel an rFBS posting; approved by itself at `autoApproveAt` when the seller says nothing (§8). */
export const cancellationRequest = withRaw(
	request.transform((sent) => ({
		id: sent.cancellation_id,
		postingNumber: sent.posting_number,
		initiator: sent.cancellation_initiator,
		reason: sent.cancellation_reason?.name,
		requestedAt: sent.cancelled_at,
		autoApproveAt: sent.auto_approve_date,
		state: sent.state?.state ?? 'UNKNOWN',
	})),
);
export type CancellationRequest = z.infer<typeof cancellationRequest>;
export const requestPage = z.object({ result: listOf(cancellationRequest), last_id: text });
