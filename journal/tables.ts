import type { Generated } from 'kysely';

/** An order's key in a row: the parts, and the text that it is looked up by. */
export interface OrderColumns {
	order_key: string;
	marketplace: string;
	shop: string;
	order_id: string;
}

export interface LinkRow extends OrderColumns {
	pair: string;
	number: string;
	order_created_at: number;
	deal_id: string | null;
	contact_id: string | null;
	agreed_order: string | null;
	agreed_pipeline: string | null;
	agreed_status: string | null;
	shown_fingerprint: string | null;
	shown_lines: string | null;
	unshown_fingerprint: string | null;
	/** Where the last look found the deal. */
	seen_pipeline: string | null;
	seen_status: string | null;
	stage: string;
	raw_status: string;
	closed: 0 | 1;
}

export interface WorkRow extends OrderColumns {
	pair: string;
	number: string;
	why: string;
	state: string;
	due_at: number;
	attempts: number;
	generation: number;
	last_reason: string | null;
	failing_since: number | null;
	/** Why a person was asked last, and in which setup; kept until a look comes to its end. */
	attention_reason: string | null;
	attention_setup: string | null;
	decision: string | null;
	/** The generation that the decision came with: a look that began earlier has not carried it out. */
	decision_generation: number | null;
	lease_owner: string | null;
	lease_until: number | null;
}

export interface IntentRow extends OrderColumns {
	pair: string;
	action: string;
	state: string;
	at: number;
	reason: string | null;
}

/**
 * Whose contact a key is. Phones, e-mails and names are stored as they are, because they are looked up and compared; the file is
 * readable by its owner only.
 */
export interface IdentityRow {
	account: string;
	kind: string;
	value: string;
	/** As the person writes it; empty: not known. One phone under two names may be two people. */
	name: string;
	contact_id: string;
}

/** Who is looking for or creating the contact of a key at this moment. */
export interface IdentityClaimRow {
	account: string;
	kind: string;
	value: string;
	claimed_by: string | null;
	claimed_at: number | null;
	claimed_until: number | null;
	/** When a claim began whose owner never came back; kept until the key is tied to a contact. */
	abandoned_since: number | null;
}

export interface CursorRow {
	pair: string;
	name: string;
	value: string;
}

export interface LockRow {
	pair: string;
	name: string;
	owner: string;
	until: number;
}

export interface CallRow {
	id: Generated<number>;
	at: number;
	api: string;
	method: string;
	route: string;
	status: number;
	ms: number;
	attempt: number;
	result: string;
	/** JSON: numbers of the orders that it was about. */
	orders: string | null;
}

export interface StageChangeRow extends OrderColumns {
	id: Generated<number>;
	pair: string;
	side: string;
	from_stage: string | null;
	to_stage: string;
	/** The side's own time, where it tells; else when it was noticed. */
	at: number;
	by: string;
	/** Id of the CRM's user. */
	who: string | null;
	noticed_at: number | null;
}

/** A time during which an order waited for a person. */
export interface AttentionRow {
	id: Generated<number>;
	pair: string;
	order_key: string;
	reason: string;
	began_at: number;
	ended_at: number | null;
	ended_by: string | null;
}

export interface ProofRow {
	id: Generated<number>;
	number: string;
	kind: string;
	what: string;
	by: string;
	at: number;
}

export interface ContactIndexRow {
	account: string;
	kind: string;
	/** E.164 or a lower-case address, as in `identities`. */
	value: string;
	contact_id: string;
}

export interface ContactIndexStateRow {
	account: string;
	phase: string;
	rules: string;
	contacts_read: number;
	page_cursor: string | null;
	changed_cursor: string | null;
	started_at: number;
	finished_at: number | null;
	looked_at: number | null;
	failure: string | null;
	lease_owner: string | null;
	lease_until: number | null;
}

export interface MergeRow {
	id: Generated<number>;
	account: string;
	/** The kept id and the others, in order. */
	code: string;
	keep_id: string;
	/** JSON. */
	other_ids: string;
	/** JSON: the cards as they were. */
	before: string;
	approved_by: string | null;
	state: string;
	reason: string | null;
	begun_at: number;
	ended_at: number | null;
}

export interface MergedContactRow {
	account: string;
	contact_id: string;
	keep_id: string;
}

export interface SeenBuyerRow {
	customer: string;
	phone: string | null;
	email: string | null;
	seen_at: number;
}

export interface TriggerMemoryRow {
	trigger: string;
	part: string;
	value: string;
	version: number;
	used_at: number;
}

/** Who works on a thing of an account at this moment. */
export interface ClaimRow {
	account: string;
	key: string;
	owner: string | null;
	until: number | null;
	/** When its owner was about to create it. */
	sent_at: number | null;
	/** When an owner was about to create it who never came back. */
	abandoned_since: number | null;
}

export interface ShopNameRow {
	marketplace: string;
	/** Another name of the shop. */
	name: string;
	/** Under which it is remembered. */
	shop: string;
}

export interface JournalMarkRow {
	mark: string;
	born_at: number;
}

export interface PairSettingsRow {
	pair: string;
	version: number;
	changed_at: number;
	changed_by: string;
	pipeline_id: string;
	pipeline_name: string;
	/** JSON: the CRM's stage by order stage. */
	stages: string;
	/** JSON: those that somebody has chosen. */
	options: string;
}

export interface JournalTables {
	shop_names: ShopNameRow;
	journal_mark: JournalMarkRow;
	claims: ClaimRow;
	trigger_memory: TriggerMemoryRow;
	pair_settings: PairSettingsRow;
	merges: MergeRow;
	merged_contacts: MergedContactRow;
	contact_index: ContactIndexRow;
	contact_index_state: ContactIndexStateRow;
	links: LinkRow;
	work: WorkRow;
	intents: IntentRow;
	identities: IdentityRow;
	identity_claims: IdentityClaimRow;
	seen_buyers: SeenBuyerRow;
	proofs: ProofRow;
	cursors: CursorRow;
	locks: LockRow;
	calls: CallRow;
	stage_changes: StageChangeRow;
	attention: AttentionRow;
}
