import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { ClaimStore } from './claims';
import { ContactIndexStore } from './contactIndex';
import { CursorStore } from './cursors';
import { erase } from './erase';
import { IdentityStore } from './identities';
import { IntentStore } from './intents';
import type { Journal } from './journal';
import { LinkStore } from './links';
import { LogStore } from './log';
import { MergeStore } from './merges';
import { migrate } from './migrations/migrate';
import { NodeSqliteDialect } from './nodeSqliteDialect';
import type { JournalTables } from './tables';
import { PairSettingsStore } from './pairSettings';
import { PeopleStore } from './people';
import { ProofStore } from './proofs';
import { SeenBuyerStore } from './seenBuyers';
import { TriggerMemoryStore } from './triggerMemory';
import { ShopStore } from './shops';
import { WorkStore } from './work';

export interface SqliteJournalOptions {
	/** As errors name it. */
	file?: string;
	/** Epoch ms, for hints without a due time and for decisions. */
	now?: () => number;
	/** Called when `close()` begins. */
	onClose?: () => void;
}

/** The journal in an embedded SQLite file: any number of executions in this process, and other processes on this machine. */
export class SqliteJournal implements Journal {
	readonly links: LinkStore;
	readonly work: WorkStore;
	readonly intents: IntentStore;
	readonly identities: IdentityStore;
	readonly claims: ClaimStore;
	readonly contactIndex: ContactIndexStore;
	readonly merges: MergeStore;
	readonly seenBuyers: SeenBuyerStore;
	readonly pairSettings: PairSettingsStore;
	readonly proofs: ProofStore;
	readonly people: PeopleStore;
	readonly cursors: CursorStore;
	readonly triggers: TriggerMemoryStore;
	readonly shops: ShopStore;
	readonly log: LogStore;

	private readonly onClose?: () => void;

	private constructor(
		private readonly db: Kysely<JournalTables>,
		{ now = Date.now, onClose }: SqliteJournalOptions,
	) {
		this.onClose = onClose;
		this.links = new LinkStore(db);
		this.work = new WorkStore(db, now);
		this.intents = new IntentStore(db);
		this.identities = new IdentityStore(db);
		this.claims = new ClaimStore(db);
		this.contactIndex = new ContactIndexStore(db);
		this.merges = new MergeStore(db);
		this.seenBuyers = new SeenBuyerStore(db);
		this.pairSettings = new PairSettingsStore(db);
		this.proofs = new ProofStore(db);
		this.people = new PeopleStore(db);
		this.cursors = new CursorStore(db);
		this.triggers = new TriggerMemoryStore(db);
		this.shops = new ShopStore(db);
		this.log = new LogStore(db);
	}

	/** @param database open, with its pragmas set; closed by `close()` */
	static async on(database: DatabaseSync, options: SqliteJournalOptions = {}): Promise<SqliteJournal> {
		const db = new Kysely<JournalTables>({ dialect: new NodeSqliteDialect(database, options.file) });
		try {
			await migrate(db);
		} catch (error) {
			await db.destroy();
			throw error;
		}
		return new SqliteJournal(db, options);
	}

	async mark(): Promise<string> {
		const { mark, born_at: bornAt } = await this.db.selectFrom('journal_mark').selectAll().executeTakeFirstOrThrow();
		return `${new Date(bornAt).toISOString()} ${mark}`;
	}

	async erase(): Promise<boolean> {
		await this.log.flush();
		return erase(this.db);
	}

	async close(): Promise<void> {
		this.onClose?.();
		await this.log.flush();
		await this.db.destroy();
	}
}
