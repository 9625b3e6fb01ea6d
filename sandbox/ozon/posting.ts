/** How a posting reaches the buyer (ozon.md §5). */
export const SCHEMES = ['fbs', 'rfbs-own', 'rfbs-3pl', 'rfbs-aggregator', 'rfbs-express', 'fbo'] as const;
export type Scheme = (typeof SCHEMES)[number];

export type Integration = 'ozon' | 'non_integrated' | '3pl_tracking' | 'aggregator';

export interface SchemeTraits {
	integration: Integration;
	rfbs: boolean;
	/** The seller hands the goods to the buyer: the customer is shown (§4). */
	showsCustomer: boolean;
	warehouse: { id: number; name: string };
	/** `delivery_method`; its carrier is the `tpl_provider`. */
	method: { id: number; name: string; providerId: number; provider: string };
}

const OWN = { providerId: 0, provider: 'Доставка силами продавца' };

export const TRAITS: Record<Scheme, SchemeTraits> = {
	fbs: {
		integration: 'ozon',
		rfbs: false,
		showsCustomer: false,
		warehouse: { id: 1020005000100000, name: 'FBS Ногинск' },
		method: {
			id: 1020005000100001,
			name: 'Доставка Ozon самостоятельно, Ногинск',
			providerId: 24,
			provider: 'Доставка Ozon',
		},
	},
	'rfbs-own': {
		integration: 'non_integrated',
		rfbs: true,
		showsCustomer: true,
		warehouse: { id: 1020005000200000, name: 'rFBS Москва' },
		method: { id: 1020005000200001, name: 'Курьер продавца, Москва', ...OWN },
	},
	'rfbs-3pl': {
		integration: '3pl_tracking',
		rfbs: true,
		showsCustomer: true,
		warehouse: { id: 1020005000200000, name: 'rFBS Москва' },
		method: { id: 1020005000200002, name: 'СДЭК до двери', providerId: 51, provider: 'СДЭК' },
	},
	'rfbs-aggregator': {
		integration: 'aggregator',
		rfbs: true,
		showsCustomer: false,
		warehouse: { id: 1020005000200000, name: 'rFBS Москва' },
		method: { id: 1020005000200003, name: 'Партнёры Ozon', providerId: 62, provider: 'Партнёры Ozon' },
	},
	'rfbs-express': {
		integration: 'non_integrated',
		rfbs: true,
		showsCustomer: true,
		warehouse: { id: 1020005000300000, name: 'Express Москва' },
		method: { id: 1020005000300001, name: 'Express, курьер продавца', ...OWN },
	},
	fbo: {
		integration: 'ozon',
		rfbs: false,
		showsCustomer: false,
		warehouse: { id: 1020001835658000, name: 'ХОРУГВИНО_РФЦ' },
		method: { id: 0, name: '', providerId: 24, provider: 'Доставка Ozon' },
	},
};

export const STATUSES = [
	'awaiting_packaging',
	'awaiting_registration',
	'awaiting_deliver',
	'acceptance_in_progress',
	'not_accepted',
	'arbitration',
	'client_arbitration',
	'delivering',
	'delivered',
	'cancelled',
	'cancelled_from_split_pending',
] as const;
export type Status = (typeof STATUSES)[number];

/** Everything a filter of the API may name, in use here or not (§6). */
export const FILTER_STATUSES: readonly string[] = [
	...STATUSES,
	'awaiting_verification',
	'awaiting_approve',
	'driver_pickup',
	'sent_by_seller',
];

export const SUBSTATUSES = [
	'posting_created',
	'posting_split_pending',
	'posting_packing',
	'ship_failed',
	'posting_awaiting_registration',
	'posting_transferring_to_delivery',
	'posting_in_carriage',
	'posting_not_in_carriage',
	'posting_acceptance_in_progress',
	'posting_not_in_sort_center',
	'posting_in_arbitration',
	'posting_in_client_arbitration',
	'posting_on_way_to_city',
	'posting_transferred_to_courier_service',
	'posting_in_courier_service',
	'posting_on_way_to_pickup_point',
	'posting_in_pickup_point',
	'posting_conditionally_delivered',
	'posting_returned_to_warehouse',
	'posting_delivered',
	'posting_received',
	'posting_canceled',
] as const;
export type Substatus = (typeof SUBSTATUSES)[number];

/** The person behind an order. `key` is the truth that only the sandbox knows. */
export interface Buyer {
	key: string;
	/** The same in every posting of this buyer. */
	customerId: number;
	name: string;
	/** Eleven digits; Ozon normally shows a substitute instead. */
	phone: string;
}

export interface Product {
	sku: number;
	offerId: string;
	name: string;
	quantity: number;
	/** RUB. */
	price: number;
}

/** Goods of a posting by SKU and number of pieces. */
export type Pieces = { sku: number; quantity: number }[];

export interface Address {
	city: string;
	region: string;
	tail: string;
	zip: string;
	latitude: number;
	longitude: number;
}

export type CancellationType = 'seller' | 'client' | 'ozon' | 'system' | 'delivery';

export interface Cancellation {
	reasonId: number;
	reason: string;
	type: CancellationType;
	/** After assembly, not after delivery (§8). */
	afterShip: boolean;
}

/** Who moved the posting. */
export type Actor = 'buyer' | 'seller' | 'courier' | 'ozon' | 'api';

export interface Posting {
	/** Internal, the tail of every cursor. */
	id: number;
	number: string;
	orderId: number;
	orderNumber: string;
	/** The posting it was split from, or ''. */
	parent: string;
	scheme: Scheme;
	isExpress: boolean;
	status: Status;
	/** '' only for a parent that was split away. */
	substatus: Substatus | '';
	previousSubstatus: Substatus | '';
	buyer: Buyer;
	/** What the API shows instead of the buyer's phone; '' hides it. The pin leads from a shared number to this buyer. */
	shownPhone: string;
	pin: string;
	address: Address;
	products: Product[];
	createdAt: number;
	/** Null while a late payment is not confirmed. */
	inProcessAt: number | null;
	/** Assemble by (the cutoff). */
	shipmentDate: number;
	deliveryBegin: number;
	deliveryEnd: number;
	/** Handed to delivery. */
	deliveringDate: number | null;
	factDeliveryDate: number | null;
	trackingNumber: string;
	assembledAt: number | null;
	/** An assembly is running. */
	shipping: boolean;
	/** `delivering` was taken and has not had its effect yet. */
	deliveringSoon: boolean;
	/** Marks that must be entered before assembly. */
	marksMissing: boolean;
	timeslotChanges: number;
	cancellation: Cancellation | null;
	/** Last change of status or substatus; other changes do not count (§3). */
	statusChangedAt: number;
	history: { at: number; by: Actor; what: string; status: Status; substatus: string }[];
}

const FINAL: readonly Status[] = ['delivered', 'cancelled', 'cancelled_from_split_pending'];

export const isFinal = ({ status }: Posting): boolean => FINAL.includes(status);

/** Goods total in RUB. */
export const totalPrice = ({ products }: Posting): number =>
	products.reduce((sum, { price, quantity }) => sum + price * quantity, 0);

export const pieceCount = ({ products }: Posting): number => products.reduce((sum, { quantity }) => sum + quantity, 0);

export const piecesOf = (products: readonly Product[]): Pieces =>
	products.map(({ sku, quantity }) => ({ sku, quantity }));
