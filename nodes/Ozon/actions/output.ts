import type { IDataObject } from 'n8n-workflow';
import type { CancellationRequest, OzonReturn, RfbsReturn } from '../api/returnSchema';
import { noClaims } from '../model/returnStatus';
import { orderFromOzon } from '../model/order';
import { ozonRules } from '../model/rules';
import type { OzonPosting } from '../api/schema';

/** A posting as the nodes show it: neutral words, ISO times, nothing that is not there. */
export function presentPosting(posting: OzonPosting, shop: string): IDataObject {
	const order = orderFromOzon(posting, shop, noClaims);
	const { deadlines, delivery, flags, items, money } = order;
	return withoutGaps({
		number: posting.number,
		postingNumber: posting.number,
		buyerOrderNumber: posting.orderNumber,
		parentPostingNumber: posting.parent,
		relatedPostingNumbers: posting.related.length > 0 ? posting.related : undefined,
		shop,
		stage: order.stage,
		statusText: ozonRules.statusText(order),
		ozonStatus: posting.status,
		ozonSubstatus: posting.substatus,
		createdAt: isoOrNothing(order.createdAt || undefined),
		total: money.amount,
		currency: money.currency,
		buyerName: order.buyer.name || undefined,
		// A number that leads to the buyer through Ozon, for a while only; never a key.
		substitutePhone: posting.addressee?.phone ?? posting.customer?.phone,
		phonePin: posting.addressee?.pin,
		deliveryKind: delivery.kind,
		city: delivery.city,
		address: delivery.address,
		tracking: delivery.tracking,
		handedOverAt: isoOrNothing(delivery.handedOverAt),
		assembleBy: isoOrNothing(deadlines.assembleBy),
		deliverBy: isoOrNothing(deadlines.deliverBy),
		express: flags.express,
		lateCancel: flags.lateCancel,
		cancelReason: order.cancelReason,
		cancelledBy: order.stage === 'cancelled' ? posting.cancellation?.type : undefined,
		availableActions: posting.actions,
		items: items?.map(({ sku, name, quantity, price }) => ({ sku, name, quantity, price })),
	});
}

export const presentReturn = (each: OzonReturn): IDataObject =>
	withoutGaps({
		returnId: each.id,
		kind: 'return',
		postingNumber: each.postingNumber,
		type: each.type,
		schema: each.schema,
		state: each.state,
		stateName: each.stateName,
		changedAt: isoOrNothing(each.changedAt),
		reason: each.reason,
		sku: each.sku,
		product: each.productName,
		quantity: each.quantity,
		compensation: each.compensation,
		place: each.place,
	});

export const presentRfbs = (each: RfbsReturn): IDataObject =>
	withoutGaps({
		returnId: each.id,
		kind: 'rfbsRequest',
		returnNumber: each.number,
		postingNumber: each.postingNumber,
		state: each.group,
		stateName: each.stateName,
		moneyState: each.money,
		createdAt: isoOrNothing(each.createdAt || undefined),
		sku: each.sku,
		product: each.productName,
	});

export const presentRequest = (each: CancellationRequest): IDataObject =>
	withoutGaps({
		cancellationId: each.id,
		postingNumber: each.postingNumber,
		state: each.state,
		initiator: each.initiator,
		reason: each.reason,
		requestedAt: isoOrNothing(each.requestedAt),
		autoApproveAt: isoOrNothing(each.autoApproveAt),
	});

export const isoOrNothing = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

export const withoutGaps = (values: Record<string, IDataObject[string]>): IDataObject =>
	Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** Exactly as Ozon sent it. */
export const asJson = (value: object): IDataObject => ({ ...value });
