/** The kinds of delivery a Kaspi order can have (kaspi.md §2.1). */
export const ORDER_KINDS = [
	'pickup',
	'postomat',
	'kaspi-delivery',
	'express',
	'own-delivery',
	'regional-pickup',
] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

export const STATES = ['NEW', 'SIGN_REQUIRED', 'PICKUP', 'DELIVERY', 'KASPI_DELIVERY', 'ARCHIVE'] as const;
export type State = (typeof STATES)[number];

export const STATUSES = [
	'APPROVED_BY_BANK',
	'ACCEPTED_BY_MERCHANT',
	'COMPLETED',
	'CANCELLED',
	'CANCELLING',
	'KASPI_DELIVERY_RETURN_REQUESTED',
	'RETURN_ACCEPTED_BY_MERCHANT',
	'RETURNED',
] as const;
export type Status = (typeof STATUSES)[number];

/** Flags that follow from the kind: what `deliveryMode` says, who carries, where the order waits once accepted. */
export const KINDS: Record<OrderKind, { deliveryMode: string; isKaspiDelivery: boolean; state: State }> = {
	pickup: { deliveryMode: 'DELIVERY_PICKUP', isKaspiDelivery: false, state: 'PICKUP' },
	postomat: { deliveryMode: 'DELIVERY_PICKUP', isKaspiDelivery: true, state: 'KASPI_DELIVERY' },
	'kaspi-delivery': { deliveryMode: 'DELIVERY_REGIONAL_TODOOR', isKaspiDelivery: true, state: 'KASPI_DELIVERY' },
	express: { deliveryMode: 'DELIVERY_LOCAL', isKaspiDelivery: true, state: 'KASPI_DELIVERY' },
	'own-delivery': { deliveryMode: 'DELIVERY_LOCAL', isKaspiDelivery: false, state: 'DELIVERY' },
	'regional-pickup': { deliveryMode: 'DELIVERY_REGIONAL_PICKUP', isKaspiDelivery: true, state: 'KASPI_DELIVERY' },
};

/** The person behind an order. `key` is the truth that only the sandbox knows. */
export interface Buyer {
	key: string;
	/** `customer.id`: opaque, the same in every order of this buyer. */
	customerId: string;
	firstName: string;
	lastName: string;
	/** 10 digits without a prefix, as Kaspi shows it. */
	phone: string;
}

export interface Entry {
	id: string;
	entryNumber: number;
	/** The seller's own code (`offer.code`). */
	sku: string;
	name: string;
	/** Kaspi's card code; differs from the SKU. */
	cardCode: string;
	manufacturer: string;
	category: { code: string; title: string };
	quantity: number;
	basePrice: number;
	imeiRequired: boolean;
	imeis: string[];
}

export interface Waybill {
	number: string;
	/** Last part of the PDF's address. */
	key: string;
	issuedAt: number;
}

export interface Address {
	streetName: string;
	streetNumber: string;
	town: string;
	district: string | null;
	building: string | null;
	apartment: string | null;
	latitude: number;
	longitude: number;
}

/** Who moved the order. */
export type Actor = 'buyer' | 'seller' | 'courier' | 'kaspi' | 'api';

export interface Order {
	id: string;
	code: string;
	kind: OrderKind;
	state: State;
	status: Status;
	preOrder: boolean;
	/** True for everything but a pre-order whose goods are still on the way to the seller. */
	goodsArrived: boolean;
	signatureRequired: boolean;
	assembled: boolean;
	numberOfSpace: string | null;
	/** Every ASSEMBLE makes one; only the last is shown. */
	waybills: Waybill[];
	courierTransmissionDate: number | null;
	courierTransmissionPlanningDate: number | null;
	returnedToWarehouse: boolean;
	cancellationReason: string | null;
	creationDate: number;
	approvedByBankDate: number;
	plannedDeliveryDate: number | null;
	reservationDate: number | null;
	paymentMode: 'PAY_WITH_CREDIT' | 'PREPAID';
	creditTerm: number | null;
	deliveryCost: number;
	deliveryCostForSeller: number;
	buyer: Buyer;
	phoneMasked: boolean;
	city: { code: string; name: string };
	/** Null: Kaspi leaves the whole object out. */
	address: Address | null;
	entries: Entry[];
	/** The code Kaspi pushed to the buyer's phone, and whether the buyer has read it out to anybody. */
	securityCode: { code: string; readAloud: boolean } | null;
	changedAt: number;
	history: { at: number; by: Actor; what: string; state: State; status: Status }[];
}

/** Goods total in KZT. */
export function totalPrice(order: Order): number {
	return order.entries.reduce((sum, entry) => sum + entry.basePrice * entry.quantity, 0);
}

/** Unpadded base64, the way Kaspi's opaque ids look (kaspi.md §1). */
export function opaqueId(text: string): string {
	return Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, '');
}
