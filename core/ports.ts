import type { Command, Order, OrderKey, Route } from './order/order';
import type { CrmStageRef, OrderStage } from './order/stage';

/**
 * What became of one element of a batch.
 * `rejected`: the service looked at it and said no; `permanent` means that asking again is no use.
 * `unknown`: no answer came, it may or may not have been applied: read back before sending it again.
 */
export type Outcome<T> =
	| { outcome: 'ok'; value: T }
	| { outcome: 'rejected'; reason: string; permanent: boolean; /** Epoch ms before which asking again is useless. */ retryAt?: number; /** Refused because of this alone: the person is not in the CRM any more, or it has no such currency. */ about?: 'responsible' | 'currency' }
	| { outcome: 'unknown'; reason: string; /** The server has ended it: whatever it has done of it is there by now. */ ended?: boolean };

export const ok = <T>(value: T): Outcome<T> => ({ outcome: 'ok', value });
export const rejected = <T>(reason: string, permanent: boolean, retryAt?: number): Outcome<T> => ({
	outcome: 'rejected',
	reason,
	permanent,
	retryAt,
});
/** When a service that is not able now may be asked again, epoch ms; absent when it has not said so. */
export const askAgainAt = (outcome: Outcome<unknown> | undefined): number | undefined =>
	outcome?.outcome === 'rejected' && !outcome.permanent ? outcome.retryAt : undefined;

export const unknown = <T>(reason: string, ended = false): Outcome<T> => ({ outcome: 'unknown', reason, ...(ended && { ended }) });

/** An order that the journal knows and that is not closed. */
export interface ActiveOrder {
	key: OrderKey;
	number: string;
	createdAt: number;
	rawStatus: string;
}

/** What the journal knows of a shop: helps an adapter to choose the cheapest way of looking. */
export interface KnownOrders {
	active: readonly ActiveOrder[];
	/** Closed orders by the time of their creation, ascending epoch ms. */
	closedCreatedAt: readonly number[];
}

export interface MarketplaceRules {
	/** Pure: the way from where the order is to a stage chosen in the CRM. */
	route(order: Order, to: OrderStage): Route;
	/** The marketplace's own word for the status, in the language of its cabinet, for the deal's card. */
	statusText(order: Order): string;
}

export interface OrderReadOptions {
	/** Creation time (epoch ms) by order id, as far as it is known: lets many orders be read by lists instead of one by one. */
	createdAt?: ReadonlyMap<string, number>;
	/** Bring the lines of every order, which may cost one more call per order. */
	withItems?: boolean;
}

/** A marketplace's shop. Reads in batches and never throws for one element; throws when the service as a whole is out of reach. */
export interface Marketplace {
	readonly name: string;
	readonly shop: string;
	/** Under which names the same shop was known before: cards may still say so. */
	readonly formerShops?: readonly string[];
	readonly rules: MarketplaceRules;
	/**
	 * Looks at everything that may have changed since the cursor: new orders, all active ones, now and then the closed ones.
	 * Yields pages of orders as they are now (an order may come twice: the last one counts) and returns the next cursor.
	 * The cursor is opaque text of the adapter's; `undefined` means a first look.
	 */
	changed(cursor: string | undefined, known: KnownOrders): AsyncGenerator<Order[], string>;
	/** Orders as they are now, in the order of the keys; `ok(undefined)` when the marketplace has no such order. */
	read(keys: readonly OrderKey[], options?: OrderReadOptions): Promise<Outcome<Order | undefined>[]>;
	/** Finds an order by the number that people use; `undefined` when there is none. */
	findByNumber(number: string): Promise<Outcome<Order | undefined>>;
	/** Sends commands, one attempt each, in the order given. An `ok` means "taken", not "done": read the order back. */
	run(commands: readonly { key: OrderKey; number: string; command: Command }[]): Promise<Outcome<void>[]>;
}

/** What the deal's card shows of an order, in neutral words; the adapter knows in which field each of them lives. */
export interface DealCard {
	/** `marketplace:shop:id` (core/order/order.ts, orderKeyText): how the deal is found again. */
	orderKey: string;
	/** The marketplace's name for people. */
	marketplace: string;
	shop: string;
	orderId: string;
	orderNumber: string;
	status: string;
	deliveryKind: string;
	address?: string;
	tracking?: string;
	items?: string;
	/** Epoch ms. */
	assembleBy?: number;
	deliverBy?: number;
	/** With decimals, when the CRM's own price field has none (amocrm.md §3 "price"). */
	exactAmount: string;
	cancelReason?: string;
	/** The mark of the journal that made the deal, or wrote its card last. */
	journal?: string;
}

export interface Deal {
	id: string;
	stage: CrmStageRef;
	/** `marketplace:shop:id` from the deal's card; absent when the deal has none. */
	orderKey?: string;
	/** From the card, as people read it. */
	orderNumber?: string;
	/** The mark of a journal, from the card. */
	journal?: string;
	contactIds: string[];
	responsibleId?: string;
	/** The manager's number of packages, when filled in on the card. */
	packages?: number;
	/** The CRM's reason of loss, by id, for cancellations. */
	lossReasonId?: string;
	/** As the CRM keeps it: amoCRM in whole units (amocrm.md §3). */
	amount: number;
	/** Its last move to another stage, where the CRM tells with the deal itself. */
	lastMove?: DealMove;
	createdAt: number;
	updatedAt: number;
}

/** When a deal was moved to the stage where it stands, and by which of the CRM's users. */
export interface DealMove {
	/** Epoch ms. */
	at: number;
	/** Absent: an automation, or the CRM does not tell. */
	userId?: string;
}

/** A line of the order as a product row of the deal. */
export interface DealProduct {
	name: string;
	/** Of one piece, in the order's currency. */
	price: number;
	quantity: number;
}

export interface DealDraft {
	/** Absent: create. */
	id?: string;
	name?: string;
	stage?: CrmStageRef;
	amount?: number;
	card?: DealCard;
	/** Only when creating. */
	contactId?: string;
	responsibleId?: string;
	tags?: string[];
	/** The order's lines for a CRM that has product rows; they replace those that are there. Others leave them out. */
	products?: DealProduct[];
}

export interface Contact {
	id: string;
	name: string;
	/** As stored in the CRM, in any format. */
	phones: string[];
	emails: string[];
	/** Epoch ms. */
	createdAt: number;
	updatedAt: number;
	/** Hash of the marketplace's customer id from the contact's own field: the only key of a buyer whose phone is masked. */
	buyerKey?: string;
}

/** A page of all contacts, and where the reading goes on behind it. */
export interface ContactPage {
	contacts: Contact[];
	cursor: string;
}

export interface ContactDraft {
	/** Absent: create. Present: only adds what is missing. */
	id?: string;
	buyerKey?: string;
	name: string;
	/** E.164. */
	phones: string[];
	/** Lower case. */
	emails: string[];
	responsibleId?: string;
}

export interface ContactQuery {
	/** E.164. */
	phone?: string;
	/** Lower case. */
	email?: string;
}

export interface DealNote {
	dealId: string;
	text: string;
}

export interface DealTask {
	dealId?: string;
	text: string;
	/** Epoch ms. */
	dueAt: number;
	responsibleId?: string;
}

export interface Pipeline {
	id: string;
	name: string;
	stages: { id: string; name: string; kind: 'open' | 'won' | 'lost' | 'intake' }[];
}

/** What Prepare CRM made or found: safe to repeat. */
export interface PreparedCrm {
	pipelineId: string;
	pipelineName: string;
	/** Which CRM stage shows which order stage, by name; also those that were there and not asked for. */
	stages: Partial<Record<OrderStage, string>>;
	created: string[];
	found: string[];
}

/** A CRM account. Batches inside; never throws for one element; throws when the service as a whole is out of reach. */
export interface Crm {
	readonly name: string;
	/** Which account, e.g. its host: identities and links are unique per account. */
	readonly account: string;
	/**
	 * Deals that changed since the cursor (opaque text), in pages; returns the next cursor: those of the pipeline, and those that carry
	 * an order and were moved to another one.
	 */
	changedDeals(pipelineId: string, cursor: string | undefined): AsyncGenerator<Deal[], string>;
	/**
	 * When each deal was moved to where it stands, and by whom; absent where the CRM does not tell. For the history alone: at most some calls
	 * for all of them together.
	 */
	lastMoves(deals: readonly Deal[]): Promise<(DealMove | undefined)[]>;
	/** Deals as they are now, in the order of the ids; `ok(undefined)`: deleted or merged away. */
	readDeals(ids: readonly string[]): Promise<Outcome<Deal | undefined>[]>;
	/**
	 * Every live deal of the pipeline (`undefined`: of all of them) that carries an order key on its card and was created at or after the
	 * time (epoch ms): the read-back before a deal is made, and the way to rebuild a lost journal (time 0).
	 */
	dealsWithOrders(pipelineId: string | undefined, createdSince: number): AsyncGenerator<Deal[], void>;
	/** By what the deals of these orders are claimed in the journal while somebody makes them, this CRM's node included; in the order given. */
	dealClaims(orders: readonly OrderKey[]): Promise<string[]>;
	/** Creates or updates, in batches; outcomes in the order of the drafts, the value is the deal's id. */
	saveDeals(drafts: readonly DealDraft[]): Promise<Outcome<string>[]>;
	/** How many phones or e-mails one call of its search takes. */
	readonly keysPerSearchCall: number;
	/** Real hits only, verified locally; oldest first. At most one call per key. */
	findContacts(queries: readonly ContactQuery[]): Promise<Outcome<Contact[]>[]>;
	readContacts(ids: readonly string[]): Promise<Outcome<Contact | undefined>[]>;
	/** Contacts created at or after the time (epoch ms): the read-back after an unknown create. */
	contactsCreatedSince(createdSince: number): AsyncGenerator<Contact[], void>;
	/**
	 * Every contact that is there from the beginning to the end of the reading, in pages; a contact may come twice. Goes on behind
	 * the page whose cursor (opaque text) is given: what was read is not read again, and deletions meanwhile let none be missed.
	 */
	allContacts(cursor?: string): AsyncGenerator<ContactPage, void>;
	/**
	 * Contacts that were created or changed since the cursor (opaque text), in pages; returns the next cursor. One call when nothing
	 * changed. `undefined`: begins here, with those of the last day.
	 */
	contactsChanged(cursor: string | undefined): AsyncGenerator<Contact[], string>;
	saveContacts(drafts: readonly ContactDraft[]): Promise<Outcome<string>[]>;
	addNotes(notes: readonly DealNote[]): Promise<Outcome<void>[]>;
	addTasks(tasks: readonly DealTask[]): Promise<Outcome<void>[]>;
	/** Texts of the tasks on each deal that nobody has completed yet, in the order of the ids: the read-back before a task that must not come twice. */
	openTasks(dealIds: readonly string[]): Promise<Outcome<string[]>[]>;
	pipelines(): Promise<Pipeline[]>;
	/**
	 * Makes the pipeline, its stages and the card's fields unless they are there.
	 * @param stages those that orders need a stage of the pipeline for; default: all of them
	 */
	prepare(pipelineName: string, stages?: readonly OrderStage[]): Promise<PreparedCrm>;
	/** The deal card has the field for the order's key: somebody has prepared this account before. */
	isPrepared(): Promise<boolean>;
}
