import { KINDS, opaqueId, totalPrice, type Address, type Entry, type Order } from './order';
import type { KaspiSettings } from './settings';

/** What Kaspi shows instead of a phone (kaspi.md §2.2). */
export const MASKED_PHONE = '+0(000)-000-00-00';

/** Turns the world into Kaspi's JSON:API resources. `origin` is the address the client called, e.g. `http://127.0.0.1:4101`. */
export class Renderer {
	private readonly base: string;

	constructor(
		private readonly settings: KaspiSettings,
		private readonly origin: string,
	) {
		this.base = `${origin}/shop/api/v2`;
	}

	order(order: Order, withEntries: boolean) {
		const self = `${this.base}/orders/${order.id}`;
		return {
			type: 'orders',
			id: order.id,
			attributes: this.attributes(order),
			relationships: {
				user: {
					links: { self: `${self}/relationships/user`, related: `${self}/user` },
					data: { type: 'customers', id: order.buyer.customerId },
				},
				entries: {
					links: { self: `${self}/relationships/entries`, related: `${self}/entries` },
					...(withEntries ? { data: order.entries.map(({ id }) => ({ type: 'orderentries', id })) } : {}),
				},
			},
			links: { self },
		};
	}

	customer(order: Order) {
		const { id, ...attributes } = this.buyer(order);
		return { type: 'customers', id, attributes, relationships: {}, links: { self: `${this.base}/customers/${id}` } };
	}

	entry(entry: Entry) {
		const self = `${this.base}/orderentries/${entry.id}`;
		const relation = (name: string) => ({ links: { self: `${self}/relationships/${name}`, related: `${self}/${name}` } });
		return {
			type: 'orderentries',
			id: entry.id,
			attributes: {
				quantity: entry.quantity,
				totalPrice: entry.basePrice * entry.quantity,
				entryNumber: entry.entryNumber,
				deliveryCost: 0,
				basePrice: entry.basePrice,
				unitType: 'PIECES',
				category: entry.category,
				isImeiRequired: entry.imeiRequired,
				...(this.settings.entriesCarryOffer ? { offer: { code: entry.sku, name: entry.name } } : {}),
			},
			relationships: { product: relation('product'), deliveryPointOfService: relation('deliveryPointOfService') },
			links: { self },
		};
	}

	/** Kaspi's card of the goods: its code is not the seller's SKU. */
	masterProduct(entry: Entry) {
		return this.product('masterproducts', opaqueId(entry.cardCode), entry.cardCode, entry);
	}

	/** The seller's offer: its code is the SKU. */
	merchantProduct(entry: Entry) {
		return this.product('merchantproducts', opaqueId(entry.sku), entry.sku, entry);
	}

	pointOfService() {
		const id = this.pointId();
		return {
			type: 'pointofservices',
			id,
			attributes: { displayName: 'PP1', address: this.warehouseAddress() },
			relationships: { city: { links: { related: `${this.base}/pointofservices/${id}/city` } } },
			links: { self: `${this.base}/pointofservices/${id}` },
		};
	}

	city({ code, name }: { code: string; name: string }) {
		return { type: 'cities', id: opaqueId(code), attributes: { code, name, active: true } };
	}

	imei(entry: Entry) {
		return {
			type: 'orderEntryImei',
			id: entry.id,
			attributes: { entryNumber: entry.entryNumber, items: [{ imei: entry.imeis }] },
		};
	}

	/** The id of the seller's warehouse. */
	pointId(): string {
		return opaqueId(this.pickupPoint());
	}

	private attributes(order: Order) {
		const kind = KINDS[order.kind];
		return {
			code: order.code,
			totalPrice: totalPrice(order),
			paymentMode: order.paymentMode,
			...(order.creditTerm === null ? {} : { creditTerm: order.creditTerm }),
			...(order.plannedDeliveryDate === null ? {} : { plannedDeliveryDate: order.plannedDeliveryDate }),
			...(order.reservationDate === null ? {} : { reservationDate: order.reservationDate }),
			creationDate: order.creationDate,
			approvedByBankDate: order.approvedByBankDate,
			deliveryCostForSeller: order.deliveryCostForSeller,
			deliveryCost: order.deliveryCost,
			deliveryMode: kind.deliveryMode,
			isKaspiDelivery: kind.isKaspiDelivery,
			preOrder: order.preOrder,
			signatureRequired: order.signatureRequired,
			isImeiRequired: order.entries.some((entry) => entry.imeiRequired),
			assembled: order.assembled,
			pickupPointId: this.pickupPoint(),
			state: order.state,
			status: order.status,
			...(order.cancellationReason === null ? {} : { cancellationReason: order.cancellationReason }),
			customer: this.buyer(order),
			...(order.address ? { deliveryAddress: deliveryAddress(order.kind, order.address) } : {}),
			originAddress: {
				id: this.pointId(),
				displayName: 'PP1',
				address: this.warehouseAddress(),
				city: { id: opaqueId('750000000'), code: '750000000', name: 'Алматы', active: true },
			},
			...(kind.isKaspiDelivery ? { kaspiDelivery: this.kaspiDelivery(order) } : {}),
		};
	}

	private buyer(order: Order) {
		const { customerId, firstName, lastName, phone } = order.buyer;
		return {
			id: customerId,
			name: null,
			cellPhone: order.phoneMasked ? MASKED_PHONE : phone,
			firstName,
			lastName: lastName.slice(0, 1),
		};
	}

	private kaspiDelivery(order: Order) {
		const waybill = order.waybills.at(-1);
		return {
			waybill: waybill ? `${this.origin}/shop/api/waybill/${encodeURIComponent(waybill.key)}` : null,
			waybillNumber: waybill?.number ?? null,
			courierTransmissionDate: order.courierTransmissionDate,
			courierTransmissionPlanningDate: order.courierTransmissionPlanningDate,
			express: order.kind === 'express',
			returnedToWarehouse: order.returnedToWarehouse,
			firstMileCourier: null,
		};
	}

	private product(type: string, id: string, code: string, { name, manufacturer }: Entry) {
		const self = `${this.base}/${type}/${id}`;
		const relationships =
			type === 'masterproducts' ? { merchantProduct: { links: { related: `${self}/merchantProduct` } } } : {};
		return { type, id, attributes: { code, name, manufacturer }, relationships, links: { self } };
	}

	private pickupPoint(): string {
		return `${this.settings.shopId}_PP1`;
	}

	private warehouseAddress() {
		return {
			streetName: 'улица Примерная',
			streetNumber: '1',
			town: 'г. Алматы',
			district: null,
			building: null,
			apartment: null,
			formattedAddress: 'г. Алматы, улица Примерная, 1',
			latitude: 43.2,
			longitude: 76.9,
		};
	}
}

/** Own pickup shows nothing but the town (§2). */
function deliveryAddress(kind: Order['kind'], address: Address) {
	if (kind === 'pickup' || kind === 'postomat') {
		return {
			streetName: null,
			streetNumber: null,
			town: address.town,
			district: null,
			building: null,
			apartment: null,
			formattedAddress: address.town,
			latitude: null,
			longitude: null,
		};
	}
	const { streetName, streetNumber, town, apartment } = address;
	const formattedAddress = [town, streetName, streetNumber, apartment].filter((part) => part !== null).join(', ');
	return { ...address, formattedAddress };
}
