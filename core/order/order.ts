import type { OrderStage } from './stage';

/** All times in the neutral model are epoch milliseconds, all money is in whole currency units with decimals. */
export interface OrderKey {
	marketplace: string;
	/** Which shop of the seller, as the marketplace or the credential names it. */
	shop: string;
	/** The marketplace's opaque id; never built by us, only repeated (kaspi.md §1 "Ids"). */
	id: string;
}

export const deliveryKinds = [
	'pickup',
	'postomat',
	'marketplace_delivery',
	'own_delivery',
	'express',
	'regional_pickup',
	'marketplace_warehouse',
	'unknown',
] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

export interface Buyer {
	name: string;
	/** As the marketplace sent it: it may be masked, and is no key before `core/contact/phone.ts` has accepted it. */
	phone?: string;
	email?: string;
	/** The marketplace's own customer id. Personal data: never logged, hashed before it is stored (kaspi.md §2.2). */
	customerId?: string;
}

export interface OrderItem {
	sku: string;
	name: string;
	quantity: number;
	/** Price of one piece. */
	price: number;
	serials?: string[];
}

export interface OrderFlags {
	preOrder: boolean;
	express: boolean;
	/** Cancelled after the goods had left the seller. */
	lateCancel: boolean;
	cancelRequested: boolean;
	/** The goods travel back to the seller or wait there to be collected. */
	goodsOnTheWayBack: boolean;
}

export interface Order {
	key: OrderKey;
	/** What seller and buyer see. */
	number: string;
	/** `unknown`: the marketplace said something that this pack has never heard of; `rawStatus` keeps it. */
	stage: OrderStage | 'unknown';
	rawStatus: string;
	flags: OrderFlags;
	createdAt: number;
	/** Since when it stands at its stage, where the marketplace says so itself. */
	stageSince?: number;
	deadlines: { assembleBy?: number; deliverBy?: number };
	money: { amount: number; currency: string; deliveryCost?: number };
	buyer: Buyer;
	delivery: {
		kind: DeliveryKind;
		address?: string;
		city?: string;
		tracking?: string;
		waybillUrl?: string;
		/** When the goods were handed over to the carrier. */
		handedOverAt?: number;
	};
	/** Absent when this reading of the order did not ask for its lines. */
	items?: OrderItem[];
	cancelReason?: string;
	/** What the marketplace lets the seller do at this moment, where it says so itself; absent: its stage alone decides. */
	allowed?: readonly CommandName[];
	/** Changes when and only when something changes that the CRM shows or that decides about a stage. */
	fingerprint: string;
	/** Changes whenever the lines do, and the fingerprint with it; the same whether or not this reading brought the lines. */
	linesFingerprint: string;
}

export const orderKeyText = (key: OrderKey): string => `${key.marketplace}:${key.shop}:${key.id}`;

export const commandNames = [
	'accept',
	'markArrived',
	'assemble',
	'setTracking',
	'ship',
	'deliver',
	'cancel',
	'issue',
	'acceptReturn',
] as const;
export type CommandName = (typeof commandNames)[number];

/** What a seller can do to an order on the marketplace. */
export type Command =
	| { name: 'accept' | 'markArrived' | 'ship' | 'deliver' | 'acceptReturn' }
	| { name: 'assemble'; packages: number }
	| { name: 'setTracking'; tracking: string }
	| { name: 'cancel'; reason: string; comment?: string }
	| { name: 'issue'; code: string };

/**
 * How an order gets to a stage that somebody chose in the CRM:
 * `command`: the next thing to send (there may be more steps after it);
 * `own_step`: the marketplace knows no such step, the CRM may have it for itself;
 * `refused`: the marketplace does not allow it, or a person has to do it.
 */
export type Route =
	| { kind: 'command'; command: CommandName; /** Sending it twice does harm. */ onceOnly: boolean }
	| { kind: 'own_step' }
	| { kind: 'refused'; why: string };
