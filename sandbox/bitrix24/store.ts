import type { Clock } from '../clock';
import { CommIndex } from './commIndex';
import type {
	Category,
	Comment,
	Entity,
	Kind,
	ProductRow,
	StageRecord,
	Status,
	Stranger,
	Task,
	Todo,
	User,
	UserField,
} from './model';
import type { BitrixSettings } from './settings';

/** Kazakhstan has one time zone: the portal's moments carry its offset. */
const OFFSET_MS = 5 * 3_600_000;

/** The portal's data and nothing else: who may change what, and who hears of it, is decided elsewhere. */
export class Store {
	readonly users = new Map<number, User>();
	readonly categories = new Map<number, Category>();
	readonly statuses = new Map<number, Status>();
	readonly userFields = new Map<number, UserField>();
	readonly entities = { deal: new Map<number, Entity>(), contact: new Map<number, Entity>() };
	readonly strangers: Stranger[] = [];
	readonly stageRecords: StageRecord[] = [];
	readonly productRows = new Map<number, ProductRow[]>();
	readonly comments = new Map<number, Comment>();
	readonly todos = new Map<number, Todo>();
	readonly tasks = new Map<number, Task>();
	readonly comms: CommIndex;
	private readonly byOrigin = new Map<string, Set<Entity>>();
	private readonly lastIds = new Map<string, number>();

	constructor(
		private readonly clock: Clock,
		settings: BitrixSettings,
	) {
		this.comms = new CommIndex(settings);
		this.clear();
	}

	/** Nothing is left, not even what a portal has from its first day (furnish.ts). */
	clear(): void {
		const { users, categories, statuses, userFields, entities, productRows, comments, todos, tasks } = this;
		const maps = [users, categories, statuses, userFields, entities.deal, entities.contact, productRows];
		for (const map of [...maps, comments, todos, tasks, this.byOrigin, this.lastIds]) map.clear();
		this.strangers.length = 0;
		this.stageRecords.length = 0;
		this.comms.clear();
	}

	/** Every sort of thing counts its own ids, as tables do. */
	nextId(sort: string): number {
		const id = (this.lastIds.get(sort) ?? 0) + 1;
		this.lastIds.set(sort, id);
		return id;
	}

	/** The moment now, for example `2026-11-22T10:00:00+05:00`. */
	now(): string {
		return this.moment(this.clock.now());
	}

	moment(ms: number): string {
		return `${new Date(ms + OFFSET_MS).toISOString().slice(0, 19)}+05:00`;
	}

	/** The deal or contact that is there, is not in the bin and may be read. */
	readable(kind: Kind, id: number): Entity | undefined {
		const entity = this.alive(kind, id);
		return entity?.isHidden ? undefined : entity;
	}

	alive(kind: Kind, id: number): Entity | undefined {
		const entity = this.entities[kind].get(id);
		return entity?.isDeleted ? undefined : entity;
	}

	/** Deals or contacts with this external number. */
	withOrigin(kind: Kind, originId: string): Entity[] {
		return [...(this.byOrigin.get(originKey(kind, originId)) ?? [])].sort((a, b) => a.id - b.id);
	}

	/** Keeps the searches by phone, e-mail and external number true; call it after every write of an entity. */
	reindex(entity: Entity, formerOrigin: unknown): void {
		const origin = entity.values.get('originId');
		if (typeof formerOrigin === 'string') this.byOrigin.get(originKey(entity.kind, formerOrigin))?.delete(entity);
		if (typeof origin === 'string' && !entity.isDeleted) {
			const key = originKey(entity.kind, origin);
			this.byOrigin.set(key, (this.byOrigin.get(key) ?? new Set()).add(entity));
		}
		if (entity.kind === 'contact') this.comms.put('CONTACT', entity.id, entity.isDeleted ? [] : entity.multifields);
	}

	stagesOf(categoryId: number): Status[] {
		return [...this.statuses.values()]
			.filter((status) => status.categoryId === categoryId)
			.sort((a, b) => a.sort - b.sort || a.id - b.id);
	}

	/** The stage of a pipeline with this code. */
	stage(categoryId: number, stageId: unknown): Status | undefined {
		return this.stagesOf(categoryId).find(({ statusId }) => statusId === stageId);
	}

	/** Comments beside one record, the oldest first. */
	commentsOf(kind: Kind, id: number): Comment[] {
		return [...this.comments.values()].filter((comment) => comment.kind === kind && comment.entityId === id);
	}

	fieldsOf(kind: Kind): UserField[] {
		return [...this.userFields.values()].filter((field) => field.kind === kind);
	}
}

/** The database compares texts without case. */
function originKey(kind: Kind, originId: string): string {
	return `${kind}:${originId.toLowerCase()}`;
}
