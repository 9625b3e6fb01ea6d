import type { IDataObject } from 'n8n-workflow';
import type { Order } from '../../../core/order/order';
import type { KaspiEntry } from '../api/schema';
import { readRawStatus } from '../model/order';
import { kaspiRules } from '../model/rules';

/** An order as the nodes show it: neutral words, ISO times, nothing that is not there. */
export function presentOrder(order: Order): IDataObject {
	const { state, status } = readRawStatus(order.rawStatus);
	const { buyer, deadlines, delivery, flags, items, money } = order;
	return withoutGaps({
		id: order.key.id,
		number: order.number,
		shop: order.key.shop,
		stage: order.stage,
		statusText: kaspiRules.statusText(order),
		kaspiState: state,
		kaspiStatus: status,
		createdAt: isoTime(order.createdAt),
		total: money.amount,
		currency: money.currency,
		deliveryCost: money.deliveryCost,
		buyerName: buyer.name,
		buyerPhone: buyer.phone,
		deliveryKind: delivery.kind,
		city: delivery.city,
		address: delivery.address,
		tracking: delivery.tracking,
		waybillUrl: delivery.waybillUrl,
		handedOverAt: isoTime(delivery.handedOverAt),
		assembleBy: isoTime(deadlines.assembleBy),
		deliverBy: isoTime(deadlines.deliverBy),
		preOrder: flags.preOrder,
		express: flags.express,
		lateCancel: flags.lateCancel,
		goodsOnTheWayBack: flags.goodsOnTheWayBack,
		cancelReason: order.cancelReason,
		items: items?.map(({ sku, name, quantity, price }) => ({ sku, name, quantity, price })),
	});
}

export const presentEntry = (entry: KaspiEntry): IDataObject =>
	withoutGaps({
		id: entry.id,
		sku: entry.sku,
		name: entry.name,
		quantity: entry.quantity,
		price: entry.price,
		total: entry.total,
		unitType: entry.unitType,
		weight: entry.weight,
		imeiRequired: entry.isImeiRequired,
	});

const isoTime = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

const withoutGaps = (values: Record<string, IDataObject[string]>): IDataObject =>
	Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** A resource exactly as Kaspi sent it. */
export const asJson = (value: object): IDataObject => ({ ...value });
