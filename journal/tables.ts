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

/** Phones and e-mails are stored as they are, because they are looked up; the file is readable by its owner only. */
export interface IdentityRow {
	account: string;
	kind: string;
	value: string;
	contact_id: string | null;
	claimed_by: string | null;
	claimed_at: number | null;
	claimed_until: number | null;
	/** When a claim began whose owner never came back; kept until the identity is tied to a contact. */
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
}

export interface StageChangeRow extends OrderColumns {
	id: Generated<number>;
	pair: string;
	side: string;
	from_stage: string | null;
	to_stage: string;
	at: number;
	by: string;
}

export interface ProofRow {
	id: Generated<number>;
	number: string;
	kind: string;
	what: string;
	by: string;
	at: number;
}

export interface JournalTables {
	links: LinkRow;
	work: WorkRow;
	intents: IntentRow;
	identities: IdentityRow;
	proofs: ProofRow;
	cursors: CursorRow;
	locks: LockRow;
	calls: CallRow;
	stage_changes: StageChangeRow;
}
