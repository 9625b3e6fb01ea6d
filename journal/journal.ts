import type { ActiveOrder, KnownOrders } from '../core/ports';
import type { CommandName, OrderKey } from '../core/order/order';
import type { Agreed, Decision } from '../core/reconcile/reconcile';
import type { CrmStageRef, OrderStage } from '../core/order/stage';

/** One shop kept the same with one CRM account, e.g. `kaspi:30000001|amocrm:shop.amocrm.ru`. All work and links belong to a pair. */
export type PairId = string;

/**
 * How a pair is kept the same, as people have chosen it: one pipeline, one map and one set of options for every node of the pair.
 * No personal data and no secrets.
 */
export interface PairSettings {
	pair: PairId;
	/** Grows by one with every change. */
	version: number;
	/** Epoch ms. */
	changedAt: number;
	/** Which workflow and node changed them. */
	changedBy: string;
	pipelineId: string;
	/** As it was called when it was chosen: a pipeline that is renamed later stays the same one. */
	pipelineName: string;
	/** The CRM's stage by order stage. */
	stages: Partial<Record<OrderStage, string>>;
	/** Only those that somebody has chosen, as the node calls them; their shapes are the caller's. */
	options: Record<string, unknown>;
}

export type PairSettingsDraft = Omit<PairSettings, 'version'>;

export interface Link {
	pair: PairId;
	order: OrderKey;
	number: string;
	/** Epoch ms, the order's. */
	orderCreatedAt: number;
	dealId?: string;
	contactId?: string;
	agreed?: Agreed;
	/** Fingerprint of the order that the deal's card shows now. */
	shownFingerprint?: string;
	/** `Order.linesFingerprint` of the lines that the deal shows now (amount, composition, product rows). */
	shownLines?: string;
	/** Fingerprint of the order as a look found it that had no card to show it on: the deal was gone or elsewhere. */
	unshownFingerprint?: string;
	/** Where the last look found or left the deal. */
	seenDeal?: CrmStageRef;
	stage: OrderStage | 'unknown';
	rawStatus: string;
	/** Closed orders are not looked at any more unless the marketplace names them. */
	closed: boolean;
}

export interface Hint {
	order: OrderKey;
	number: string;
	/** Why somebody thinks that this order needs a look, e.g. `sweep`, `amocrm-webhook`, `retry`, `resolve`. */
	why: string;
	/** Epoch ms; default now. */
	dueAt?: number;
}

/** What a person has decided about an order. */
export interface Decided {
	order: OrderKey;
	number: string;
	decision: Decision;
}

export type WorkState = 'due' | 'attention';

export interface Work {
	pair: PairId;
	order: OrderKey;
	number: string;
	why: string;
	state: WorkState;
	dueAt: number;
	/** Looks that ended in a failure, in a row. */
	attempts: number;
	/** Grows with every hint: work that was hinted at while somebody was at it is looked at again. */
	generation: number;
	lastReason?: string;
	/** Epoch ms of the first failure in a row. */
	failingSince?: number;
	/** Why a person was asked last; stays until a look comes to its end, so that nobody is asked the same twice. */
	attentionReason?: string;
	/** How a person decided, to be carried out by the next look. */
	decision?: Decision;
}

/** What a look at an order came to. */
export type Settlement =
	| { order: OrderKey; generation: number; result: 'done' }
	/** `keepAttempts`: waiting for something that takes its time (a waybill), no failure. */
	| { order: OrderKey; generation: number; result: 'again'; dueAt: number; reason: string; keepAttempts?: boolean }
	| {
			order: OrderKey;
			generation: number;
			result: 'attention';
			reason: string;
			/** How the node was set up: another setup may need nobody. */
			setup: string;
			/** When to look once more, whatever has happened. Epoch ms. */
			dueAt: number;
	  };

export interface LeaseRequest {
	pair: PairId;
	/** Who holds it: unique per execution, made with `processOwner()`, so that a killed process gives it up at once. */
	owner: string;
	leaseMs: number;
	limit: number;
	/** Only these orders; absent: whatever is due. */
	orders?: readonly OrderKey[];
	/** Take named orders although their backoff is not over: a person or a webhook asks for them. */
	evenIfNotDue?: boolean;
	/** Epoch ms. */
	now: number;
}

/** A write that must not happen twice, written down before it is sent. */
export interface Intent {
	pair: PairId;
	order: OrderKey;
	/** What is written to the CRM, or a command to the marketplace. */
	action: CommandName | 'create_deal' | 'dispute_task';
	state: 'sent' | 'applied' | 'refused';
	/** Epoch ms. */
	at: number;
	reason?: string;
}

export interface SeenBuyer {
	/** Hash of the marketplace's customer id. */
	customer: string;
	/** E.164. */
	phone?: string;
	/** Lower case. */
	email?: string;
}

export type IdentityKind = 'phone' | 'email' | 'customer';

export interface Identity {
	/** The CRM account that the contact lives in. */
	account: string;
	kind: IdentityKind;
	/**
	 * E.164 phone, lower-case e-mail or a hash of the marketplace's customer id (the caller hashes). Phones and e-mails are stored as
	 * they are, because they are looked up: the journal's file is personal data, readable by n8n's user only.
	 */
	value: string;
	/** Of the person who uses the key, as he or she writes it. Absent: whoever has the key. */
	name?: string;
}

/** The answer to "whose is this identity?": known, ours to create now, or being created by somebody else at this moment. */
export type Claim =
	| { state: 'known'; contactId: string }
	| {
			state: 'claimed';
			/** Somebody claimed it before and never came back, since this time: a contact may exist, read back. */
			abandonedSince?: number;
			/** Contacts that have this key under other names. */
			others?: string[];
	  }
	| { state: 'busy'; until: number };

/** The answer to "may I create this?": ours now, or somebody else is at it at this moment. */
export type KeyClaim =
	| { state: 'claimed'; /** When somebody was about to create it who never came back: look for it first. Epoch ms. */ abandonedSince?: number }
	| { state: 'busy'; until: number };

/** By what a contact is looked up in the index of all contacts. */
export interface ContactKey {
	kind: 'phone' | 'email';
	/** E.164 phone or lower-case e-mail. */
	value: string;
}

/** What the index knows of a contact: no name, only its keys. */
export interface IndexedContact {
	id: string;
	keys: ContactKey[];
}

/** How far the index of a CRM account's contacts is. */
export interface ContactIndexState {
	account: string;
	/** `warm`: complete, and kept fresh by what has changed. */
	phase: 'filling' | 'warm';
	/** By which rules its keys were read (contacts/warmIndex.ts, `keyRules`). */
	rules: string;
	/** Contacts read so far. */
	read: number;
	/** Behind which page the filling goes on. */
	pageCursor?: string;
	/** From where on changed contacts are to be read. */
	changedCursor?: string;
	/** Epoch ms. */
	startedAt: number;
	finishedAt?: number;
	lookedAt?: number;
	/** Why the last filling broke off. */
	failure?: string;
}

export type ContactIndexBegin = { kind: 'ours' | 'warm' | 'busy'; state: ContactIndexState };

export type ContactIndexDrop = { kind: 'dropped'; /** By account, how many rows went. */ rows: Map<string, number> } | { kind: 'busy'; accounts: string[] };

/** Contacts of a CRM account that were put together, as a person approved it. */
export interface Merge {
	account: string;
	keepId: string;
	otherIds: string[];
	/** Every contact of the group as it was, with all its fields and deals; its shape is the caller's. Personal data. */
	before: unknown;
	approvedBy?: string;
	/** `begun`: written down, and perhaps half done: to be finished by the next run. `refused`: nothing was put together. */
	state: 'begun' | 'done' | 'refused';
	/** Why it was refused. */
	reason?: string;
	/** Epoch ms. */
	begunAt: number;
	endedAt?: number;
}

export type MergeBegin = Pick<Merge, 'account' | 'keepId' | 'otherIds' | 'before' | 'approvedBy'> & { /** Epoch ms. */ at: number };

/** Whom to forget: whoever has one of the keys, or contacts by their ids. */
export type ForgetWhom =
	| {
			keys: readonly ContactKey[];
			/** Absent: in every account. */
			account?: string;
			/** Ids of those cards of a merge that have one of the keys; the shape of the cards is the caller's. Throws when it cannot tell. */
			cardsWithKey(before: unknown): string[];
	  }
	| { contactIds: readonly string[]; account: string };

export type ForgetRequest = ForgetWhom & {
	/** False: only the rows of the keys (by keys), or only what leads to the contact (by ids): no other keys, merges or proofs. */
	everything: boolean;
	/** Merges that were broken off go as well: nobody can finish them then. Those at work at this moment stay all the same. */
	brokenOffMerges: boolean;
	/** Epoch ms. */
	now: number;
};

/** How many rows went, by table. */
export interface Forgotten {
	kind: 'forgotten';
	/** Whom the request led to, those merged into one another included. */
	contacts: number;
	identities: number;
	claims: number;
	seenBuyers: number;
	contactIndex: number;
	merges: number;
	proofs: number;
	/** Merges that are not finished: they stayed. */
	mergesUnfinished: number;
}

export type Forgetting =
	| Forgotten
	/** The keys lead to several contacts of an account, which may be several people: nothing was deleted. */
	| { kind: 'several'; account: string; contactIds: string[] }
	/** Somebody looks for the person's contact, or creates it, at this moment: nothing was deleted. */
	| { kind: 'busy' };

export const proofKinds = ['photo', 'video', 'signature', 'document', 'chat', 'waybill', 'serial', 'other'] as const;
export type ProofKind = (typeof proofKinds)[number];

/** Something that shows that the goods were handed over, or which piece it was. */
export interface Proof {
	/** The order's number, as people read it. */
	number: string;
	kind: ProofKind;
	/** A link, the name of a file, or a serial number or IMEI. */
	what: string;
	/** Who attached it. */
	by: string;
	/** Epoch ms. */
	at: number;
}

/** What a trigger node has written down, and a number that changes with every writing. */
export interface TriggerNote {
	/** Its shape is the trigger's. */
	value: string;
	version: number;
}

export interface ApiCall {
	at: number;
	api: string;
	method: string;
	/** Path template, without ids, numbers, phones. */
	route: string;
	status: number;
	ms: number;
	attempt: number;
	/** `ok` or the class of what went wrong. */
	result: string;
	/** Numbers of the orders that it was about, as far as that is known. */
	orders?: readonly string[];
}

export interface StageChange {
	pair: PairId;
	order: OrderKey;
	side: 'marketplace' | 'crm';
	from?: string;
	to: string;
	/** The side's own time, where it tells one; else when it was noticed. */
	at: number;
	/** When a look has noticed it, if later than it happened. */
	noticedAt?: number;
	/** What caused it: `marketplace`, `manager` (or an automation of the CRM), `sync`. */
	by: string;
	/** Id of the CRM's user who did it, where the CRM tells. */
	who?: string;
}

/** A time during which an order waited for a person. */
export interface AttentionEpisode {
	reason: string;
	/** Epoch ms. */
	beganAt: number;
	endedAt?: number;
	/** How it ended: `decision: …`, `another reason`, or what made a look find that nobody is needed (`crm sweep`, `marketplace sweep` …). */
	endedBy?: string;
}

/**
 * What the pack remembers between two executions. Every writing method is one transaction: all of it or nothing. Times are epoch ms.
 * What somebody holds (leases, claims, locks) is free when its time is over, and at once when its owner is `processOwner()` of a
 * process that is gone. Methods throw when the journal cannot be read or written; nothing is dropped silently.
 * Implementation: `sqlite.ts` (embedded; several executions in a process and several processes of a machine on one file).
 */
export interface Journal {
	links: {
		/** Those that are known, in no particular order. */
		byOrders(pair: PairId, orders: readonly OrderKey[]): Promise<Link[]>;
		/** The newest order with this number. */
		byNumber(pair: PairId, number: string): Promise<Link | undefined>;
		byDeals(pair: PairId, dealIds: readonly string[]): Promise<Link[]>;
		/** Inserts or replaces whole links. */
		save(links: readonly Link[]): Promise<void>;
		/** Active orders and the creation times of closed ones created at or after `closedSince`. */
		known(pair: PairId, closedSince: number): Promise<KnownOrders>;
		active(pair: PairId): Promise<ActiveOrder[]>;
		count(pair: PairId): Promise<number>;
		/** Every pair's link of the orders with this number. */
		everywhere(number: string): Promise<Link[]>;
	};
	work: {
		/**
		 * Adds or refreshes work; the generation grows. The earlier due time wins, except that failing work (attempts > 0) keeps its
		 * backoff unless `why` is `resolve`. Work in attention becomes due again (somebody may have put it right) and keeps its
		 * `attentionReason`, so that the same finding is not reported twice.
		 */
		hint(pair: PairId, hints: readonly Hint[]): Promise<void>;
		/** Makes work in attention due that another setup has put there, or whose time for another look has come. */
		reconsider(pair: PairId, setup: string, now: number): Promise<void>;
		/** Takes due work that nobody else holds, earliest first, never what is in attention. An expired lease may be taken over. */
		lease(request: LeaseRequest): Promise<Work[]>;
		/**
		 * Ends the lease; what this owner does not hold any more is left alone. Work hinted at again since its lease stays due at once.
		 * A decision is over with `done` and `attention`, and is tried again with `again`.
		 */
		settle(pair: PairId, owner: string, settlements: readonly Settlement[], now: number): Promise<void>;
		/** Gives back what was leased and not looked at, unchanged. */
		release(pair: PairId, owner: string): Promise<void>;
		/** Notes what a person has decided and makes the work due, whether there was any or not: a look that is going on now does not end it. */
		decide(pair: PairId, decided: readonly Decided[]): Promise<void>;
		/** Everything in attention or failing, of one pair or of all, oldest first. */
		problems(pair: PairId | undefined, limit: number): Promise<Work[]>;
		/** Work that is due, whether somebody is at it or not. */
		countDue(pair: PairId, now: number): Promise<number>;
		/** Which of these orders have work in the queue, in whatever state: somebody or something is still to be waited for. */
		openOf(pair: PairId, orders: readonly OrderKey[]): Promise<OrderKey[]>;
	};
	intents: {
		/** Writes intents down before the writes are sent; an intent that is there already is returned as it was, not replaced. */
		begin(intents: readonly Omit<Intent, 'state' | 'reason'>[]): Promise<{ fresh: boolean; intent: Intent }[]>;
		end(pair: PairId, order: OrderKey, action: Intent['action'], state: 'applied' | 'refused', reason?: string): Promise<void>;
		/** Forgets an intent: the write is proved not to have happened and may be sent again. */
		forget(pair: PairId, order: OrderKey, action: Intent['action']): Promise<void>;
		/** Intents still in state `sent` or ended, for these orders. */
		of(pair: PairId, orders: readonly OrderKey[]): Promise<Intent[]>;
	};
	identities: {
		/**
		 * In the order given. Known is who has the key under exactly this name, or (without a name) the only one who has it. Everything
		 * else is claimed, by key and not by name: never by two owners at once; the same owner may ask again, which renews its claim.
		 */
		claim(identities: readonly Identity[], owner: string, leaseMs: number, now: number): Promise<Claim[]>;
		/** Contacts already known, without claiming; in the order given. */
		find(identities: readonly Identity[]): Promise<(string | undefined)[]>;
		/** Ties identities to a contact, each under its name, and ends the claims. Others who have the key under other names keep it. */
		assign(identities: readonly Identity[], contactId: string): Promise<void>;
		/** Like `assign`, for what was learned by the way: claims stay. */
		remember(identities: readonly Identity[], contactId: string): Promise<void>;
		/** Every name under which contacts are known, by any key; contacts without one are left out. */
		names(account: string, contactIds: readonly string[]): Promise<Map<string, string[]>>;
		/** Gives claims back without a contact: nothing was created. An earlier owner's `abandonedSince` stays for the next one. */
		release(identities: readonly Identity[], owner: string): Promise<void>;
		/** A contact is gone from the CRM (deleted or merged): forget what pointed to it. */
		forgetContact(account: string, contactId: string): Promise<void>;
	};
	/** Who creates things that have a key but are no contacts, e.g. deals: two executions never create the same one. The caller hashes keys. */
	claims: {
		/**
		 * In the order of the keys; the same owner may ask again, which renews its claims.
		 * @param isSending those that nobody may have created before are created now, as `sending` notes
		 */
		take(account: string, keys: readonly string[], owner: string, leaseMs: number, now: number, isSending?: boolean): Promise<KeyClaim[]>;
		/** Notes that they are created now, and renews the claims; false: somebody else has taken it over. */
		sending(account: string, keys: readonly string[], owner: string, leaseMs: number, now: number): Promise<boolean[]>;
		/** They are there, and whoever else creates such things knows it. */
		end(account: string, keys: readonly string[]): Promise<void>;
		/** They are there, or may be: whoever takes the key next looks for them first, `abandonedSince` is now. */
		made(account: string, keys: readonly string[], now: number): Promise<void>;
		/** Gives claims back: nothing was created. An earlier owner's `abandonedSince` stays for the next one. */
		release(account: string, keys: readonly string[], owner: string): Promise<void>;
	};
	/** What orders have shown of buyers whose contacts are not settled yet: another order of the same buyer may hide it. */
	seenBuyers: {
		/** Adds what is new to what was seen before; forgets what nobody has asked for in a month. */
		remember(buyers: readonly SeenBuyer[], now: number): Promise<void>;
		of(customers: readonly string[]): Promise<Map<string, SeenBuyer>>;
		/** Their contacts are settled. */
		forget(customers: readonly string[]): Promise<void>;
	};
	/** Which contacts of a CRM account have a phone or an e-mail: read once as a whole, then kept fresh. */
	contactIndex: {
		state(account: string): Promise<ContactIndexState | undefined>;
		/** Of every account, in the order of their names. */
		states(): Promise<ContactIndexState[]>;
		/** Takes the filling of an index that is not warm by these rules, where an earlier one left off; one of other rules is begun anew. */
		begin(account: string, rules: string, owner: string, leaseMs: number, now: number): Promise<ContactIndexBegin>;
		/** Notes from where changes are to be read. False: this owner fills it no more; the same below. */
		anchor(account: string, owner: string, changedCursor: string): Promise<boolean>;
		/** Remembers a page and where the next one begins; renews the lease. */
		savePage(account: string, owner: string, contacts: readonly IndexedContact[], pageCursor: string, leaseMs: number, now: number): Promise<boolean>;
		/** Everything has been read. */
		finish(account: string, owner: string, now: number): Promise<boolean>;
		/** Gives the filling up for somebody else to go on with. */
		giveBack(account: string, owner: string, failure?: string): Promise<void>;
		/** Remembers contacts that changed, unless somebody else has moved the cursor away from `from` meanwhile (false). */
		refresh(account: string, contacts: readonly IndexedContact[], from: string, to: string, now: number): Promise<boolean>;
		/** Ids of the contacts that have each key, in the order of the keys. */
		find(account: string, keys: readonly ContactKey[]): Promise<string[][]>;
		/** Replaces what is known of these contacts; one without keys is forgotten. Nothing is remembered when there is no index of the account. */
		replace(account: string, contacts: readonly IndexedContact[]): Promise<void>;
		/** Gives up the index of an account, or of all. Busy: somebody fills it at this moment, so nothing was deleted. */
		drop(account: string | undefined, now: number): Promise<ContactIndexDrop>;
	};
	merges: {
		/** The group's merge, in whatever order its others are named. */
		find(account: string, keepId: string, otherIds: readonly string[]): Promise<Merge | undefined>;
		/** Writes a merge down before it is carried out; one that has begun or is done is returned as it was, a refused one begins anew. */
		begin(merge: MergeBegin): Promise<Merge>;
		/**
		 * It is done: from now on what was known of the others is known of the contact that was kept, together with these identities
		 * (those that are known already stay as they are).
		 */
		finish(account: string, keepId: string, otherIds: readonly string[], identities: readonly Identity[], at: number): Promise<void>;
		/** It cannot be done, and nothing was changed. */
		refuse(account: string, keepId: string, otherIds: readonly string[], reason: string, at: number): Promise<void>;
		/** Into which contact each of these was merged, if it was; those that were not are left out. */
		keptInstead(account: string, contactIds: readonly string[]): Promise<Map<string, string>>;
		/** Newest first. */
		recent(limit: number): Promise<Merge[]>;
		/** Deletes those that ended before this; which contact went into which stays. Returns how many went. */
		purge(before: number): Promise<number>;
	};
	pairSettings: {
		/** Those that count now; `undefined`: nobody has prepared the pair yet. */
		get(pair: PairId): Promise<PairSettings | undefined>;
		/** Every version, newest first. */
		versions(pair: PairId): Promise<PairSettings[]>;
		/** Those that count now, of every pair. */
		all(): Promise<PairSettings[]>;
		/** Saves them as the next version, unless pipeline, stages and options are as they were. Returns what counts then. */
		save(settings: PairSettingsDraft): Promise<{ settings: PairSettings; changed: boolean }>;
	};
	proofs: {
		/** Attaching the same thing twice keeps the first. */
		attach(proofs: readonly Proof[]): Promise<void>;
		/** Of these order numbers, oldest first. */
		of(numbers: readonly string[]): Promise<Proof[]>;
		/** Deletes what was attached before this to orders that are known and closed; returns how many went. */
		purgeClosed(before: number): Promise<number>;
	};
	/** What is known of people, whichever table it is in. */
	people: {
		/** Every CRM account that anything is known of, in the order of their names. */
		accounts(): Promise<string[]>;
		/**
		 * Deletes what is known of somebody. Repeating it does no harm. Links and `merged_contacts` keep the contact's id. What was deleted
		 * may still be read in the file until `erase()`.
		 */
		forget(request: ForgetRequest): Promise<Forgetting>;
	};
	cursors: {
		get(pair: PairId, name: string): Promise<string | undefined>;
		set(pair: PairId, name: string, value: string): Promise<void>;
		/** A named lock per pair: true when taken, taken over after it expired, or renewed by its owner. */
		lock(pair: PairId, name: string, owner: string, leaseMs: number, now: number): Promise<boolean>;
		unlock(pair: PairId, name: string, owner: string): Promise<void>;
	};
	/** What trigger nodes remember (`trigger`: a name that stays theirs), in parts that are written independently of one another. */
	triggers: {
		/** `undefined`: nothing yet. What nobody has read or written in half a year may be forgotten. */
		read(trigger: string, part: string, now: number): Promise<TriggerNote | undefined>;
		/** Replaces exactly what was read as `version` (0: nothing); false when somebody else has written meanwhile, and nothing was changed. */
		write(trigger: string, part: string, value: string, version: number, now: number): Promise<boolean>;
	};
	shops: {
		/**
		 * Under which name a shop is remembered, and under which others it was.
		 * @param names as its credential tells them now, the best first
		 */
		known(marketplace: string, names: readonly [string, ...string[]]): Promise<{ shop: string; former: string[] }>;
		/** What was remembered of a pair under a former name of its shop goes on under another; what is known there already stays. Safe to repeat. */
		rename(marketplace: string, from: { pair: PairId; shop: string }, to: { pair: PairId; shop: string }): Promise<void>;
	};
	log: {
		/** Written in the background within a quarter of a second; a bundle that could not be written is thrown by the next call. */
		calls(calls: readonly ApiCall[]): Promise<void>;
		stages(changes: readonly StageChange[]): Promise<void>;
		/** As they were noticed: the sides' own times are of three clocks. */
		history(pair: PairId, order: OrderKey): Promise<StageChange[]>;
		/** Oldest first. */
		attention(pair: PairId, order: OrderKey): Promise<AttentionEpisode[]>;
		/** Newest first; of one order, if its number is given. */
		recentCalls(limit: number, orderNumber?: string): Promise<ApiCall[]>;
		/** Deletes calls, history, ended attention and claims that nobody came back for, older than this; returns how many rows went. */
		purge(before: number): Promise<number>;
	};
	/** What tells this journal from others, the older the smaller: a copy of the file has the same. */
	mark(): Promise<string>;
	/**
	 * Rewrites the file so that nothing of what was deleted can be read in it or beside it. Takes a second per 100 MB or so, during which
	 * this process does nothing else, and as much free disk again. False: another process was at the file; to be asked for again.
	 */
	erase(): Promise<boolean>;
	/** Writes what is left of the log and lets go of the file. */
	close(): Promise<void>;
}
