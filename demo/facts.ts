import type { StageName } from './names';

/** An order as it truly is on the marketplace, in words that fit every marketplace. */
export interface TrueOrder {
	/** As it stands on the deal's card. */
	number: string;
	/** How it reaches the buyer, for people. */
	kindText: string;
	/** The cabinet's word for where it stands. */
	where: string;
	/** Where its deal has to stand; any of these is right. */
	demanded: readonly StageName[];
	/** The order that it was split from. */
	parent?: string;
	/** Epoch ms. */
	createdAt: number;
	/** What its deal has to be worth. */
	amount: number;
	priceText: string;
	buyer: TrueBuyer;
	/** What people can do with it now. */
	actions: readonly string[];
	/** Who moved it last. */
	lastBy: string | undefined;
}

export interface TrueBuyer {
	/** Who it really is; orders that the marketplace shows without a buyer have one each. */
	key: string;
	/** Ten digits. */
	phone: string;
	/** The name that the marketplace shows. */
	shownName: string;
	/** The marketplace hides the buyer's own phone in this order. */
	masked: boolean;
}

export interface TrueDeal {
	id: number;
	pipeline: string | null;
	stage: string | null;
	isDeleted: boolean;
	/** What it is worth. */
	amount: number;
	/** The order number on the card. */
	orderNumber: string | undefined;
	contactIds: readonly number[];
	tags: readonly string[];
	notes: readonly string[];
	/** Who changed it last: the pack, or a person by name. */
	changedBy: string;
}

export interface TrueContact {
	id: number;
	name: string;
	phones: readonly string[];
	dealIds: readonly number[];
	madeByPack: boolean;
	isDeleted: boolean;
	/** It is still there, and marked as one that another contact has replaced. */
	isMergedAway: boolean;
}

export interface TrueTask {
	id: number;
	text: string;
	/** Undefined: it belongs to no deal. */
	dealId: number | undefined;
	askedByPack: boolean;
	/** Epoch ms. */
	createdAt: number;
	isCompleted: boolean;
}

export interface MarketFacts {
	orders: TrueOrder[];
	/** Orders that buyers placed; splitting makes more of them. */
	placed: number;
	commands: { accepted: number; forbidden: readonly string[] };
}

export interface CrmFacts {
	deals: TrueDeal[];
	contacts: TrueContact[];
	tasks: TrueTask[];
}

/** Everything that is true on both sides of a pair, read from the sandbox's own state. */
export interface Facts extends MarketFacts, CrmFacts {
	marketplace: string;
	crm: string;
	/** HTTP calls by API. */
	calls: Readonly<Record<string, number>>;
	/** What else is wrong on the marketplace's side, one sentence each. */
	wrong: readonly string[];
	messages: readonly { id: number; text: string }[];
}

/** The pack itself, as `changedBy`. */
export const THE_SYNC = 'the sync';
