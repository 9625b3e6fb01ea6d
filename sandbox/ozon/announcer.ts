import type { Inventor } from './generate';
import { piecesOf, TRAITS, type Pieces, type Posting, type Substatus } from './posting';
import type { Pushes } from './pushes/pushes';
import type { OzonSettings } from './settings';
import { isoMs } from './time';

/** Says what happened to a posting: builds the push bodies of ozon.md §11. FBO postings have messages of their own. */
export class Announcer {
	constructor(
		private readonly pushes: Pushes,
		private readonly settings: OzonSettings,
		private readonly inventor: () => Inventor,
		private readonly now: () => number,
	) {}

	created(posting: Posting, newOrder: boolean): void {
		if (newOrder) this.order(posting, 'TYPE_ORDER_NEW', { created_at: isoMs(this.now()) });
		if (posting.scheme === 'fbo') {
			return this.fbo(posting, 'TYPE_FBO_POSTING_NEW', {
				products: piecesOf(posting.products),
				creation_date: isoMs(posting.createdAt),
			});
		}
		this.pushes.announce('TYPE_NEW_POSTING', {
			posting_number: posting.number,
			products: posting.products.map(({ sku, offerId, quantity }) => ({ sku, offer_id: offerId, quantity })),
			in_process_at: posting.inProcessAt === null ? '' : isoMs(posting.inProcessAt),
			warehouse_id: this.warehouse(posting),
			shipment_date: isoMs(posting.shipmentDate),
			tpl_integration_type: TRAITS[posting.scheme].integration,
			is_express: posting.isExpress,
			tracking_number: posting.trackingNumber,
			delivery_date_begin: isoMs(posting.deliveryBegin),
			delivery_date_end: isoMs(posting.deliveryEnd),
			seller_id: this.settings.sellerId,
		});
	}

	moved(posting: Posting, newState: Substatus): void {
		const body = { new_state: newState, changed_state_date: isoMs(this.now()) };
		if (posting.scheme === 'fbo') return this.fbo(posting, 'TYPE_FBO_POSTING_STATE_CHANGED', body);
		this.about(posting, 'TYPE_STATE_CHANGED', body);
	}

	/** The whole posting, or only some pieces of it; the message looks the same (§11). */
	cancelled(posting: Posting, products: Pieces, oldState: string, reason: { id: number; message: string }): void {
		const body = { products, old_state: oldState, new_state: 'posting_canceled', reason };
		if (posting.scheme === 'fbo') {
			return this.fbo(posting, 'TYPE_FBO_POSTING_CANCELLED', { ...body, cancel_date: isoMs(this.now()) });
		}
		this.about(posting, 'TYPE_POSTING_CANCELLED', { ...body, changed_state_date: isoMs(this.now()) });
	}

	cutoffChanged(posting: Posting, old: number): void {
		if (posting.scheme === 'fbo') return;
		this.about(posting, 'TYPE_CUTOFF_DATE_CHANGED', {
			new_cutoff_date: isoMs(posting.shipmentDate),
			old_cutoff_date: isoMs(old),
		});
	}

	deliveryDateChanged(posting: Posting, old: { begin: number; end: number }): void {
		const body = {
			new_delivery_date_begin: isoMs(posting.deliveryBegin),
			new_delivery_date_end: isoMs(posting.deliveryEnd),
			old_delivery_date_begin: isoMs(old.begin),
			old_delivery_date_end: isoMs(old.end),
		};
		if (posting.scheme === 'fbo') return this.fbo(posting, 'TYPE_FBO_POSTING_DELIVERY_DATE_CHANGED', body);
		this.about(posting, 'TYPE_DELIVERY_DATE_CHANGED', body);
	}

	orderCancelled(posting: Posting): void {
		this.order(posting, 'TYPE_ORDER_CANCELLED', { cancelled_at: isoMs(this.now()) });
	}

	orderDone(posting: Posting): void {
		const body = { old_state: 'order_in_delivery', new_state: 'order_done', updated_at: isoMs(this.now()) };
		this.order(posting, 'TYPE_ORDER_STATE_CHANGED', body);
	}

	/** One line of the stock: the seller's own warehouse, or Ozon's. */
	stockChanged(
		posting: Posting,
		sku: number,
		stock: { present: number; reserved: number },
		old: { present: number; reserved: number },
	): void {
		const { sellerId } = this.settings;
		const updated = isoMs(this.now());
		if (posting.scheme === 'fbo') {
			const stocks = {
				new_present: stock.present,
				new_reserved: stock.reserved,
				old_present: old.present,
				old_reserved: old.reserved,
			};
			return this.pushes.announce('TYPE_FBO_STOCKS_CHANGED', { sku, stocks, updated_at: updated, seller_id: sellerId });
		}
		const stocks = [{ warehouse_id: this.warehouse(posting), ...stock }];
		this.pushes.announce('TYPE_STOCKS_CHANGED', {
			items: [{ product_id: sku % 1_000_000, sku, updated_at: updated, stocks }],
			seller_id: sellerId,
		});
	}

	private about(
		posting: Posting,
		type: 'TYPE_STATE_CHANGED' | 'TYPE_POSTING_CANCELLED' | 'TYPE_CUTOFF_DATE_CHANGED' | 'TYPE_DELIVERY_DATE_CHANGED',
		body: Record<string, unknown>,
	): void {
		this.pushes.announce(type, {
			posting_number: posting.number,
			...body,
			warehouse_id: this.warehouse(posting),
			seller_id: this.settings.sellerId,
		});
	}

	private fbo(
		posting: Posting,
		type:
			| 'TYPE_FBO_POSTING_NEW'
			| 'TYPE_FBO_POSTING_CANCELLED'
			| 'TYPE_FBO_POSTING_STATE_CHANGED'
			| 'TYPE_FBO_POSTING_DELIVERY_DATE_CHANGED',
		body: Record<string, unknown>,
	): void {
		this.pushes.announce(type, {
			posting_number: posting.number,
			order_number: posting.orderNumber,
			uuid: this.inventor().uuid(),
			...body,
			warehouse_id: this.warehouse(posting),
			seller_id: this.settings.sellerId,
		});
	}

	private order(
		posting: Posting,
		type: 'TYPE_ORDER_NEW' | 'TYPE_ORDER_CANCELLED' | 'TYPE_ORDER_STATE_CHANGED',
		body: Record<string, unknown>,
	): void {
		const { orderNumber, orderId } = posting;
		this.pushes.announce(type, {
			order_number: orderNumber,
			order_id: orderId,
			uuid: this.inventor().uuid(),
			...body,
			seller_id: this.settings.sellerId,
		});
	}

	private warehouse({ scheme }: Posting): number {
		return TRAITS[scheme].warehouse.id;
	}
}
