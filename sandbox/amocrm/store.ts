import type { Clock } from '../clock';
import type {
	Company,
	Contact,
	EntityType,
	Field,
	Lead,
	LossReason,
	Note,
	Pipeline,
	Status,
	Tag,
	Task,
	User,
} from './model';

/** The account's data and nothing else: who may change what, and who hears of it, is decided elsewhere. */
export class Store {
	readonly accountId = 31_415_926;
	readonly subdomain = 'sandbox';
	readonly users = new Map<number, User>();
	readonly pipelines = new Map<number, Pipeline>();
	readonly lossReasons = new Map<number, LossReason>();
	readonly fields = { leads: new Map<number, Field>(), contacts: new Map<number, Field>() };
	readonly tags = { leads: new Map<number, Tag>(), contacts: new Map<number, Tag>() };
	readonly leads = new Map<number, Lead>();
	readonly contacts = new Map<number, Contact>();
	readonly companies = new Map<number, Company>();
	readonly notes = new Map<number, Note>();
	readonly tasks = new Map<number, Task>();
	private readonly notesOfEntity = new Map<string, Note[]>();
	private readonly tasksOfEntity = new Map<string, Task[]>();
	private lastId = 1_000_000;

	constructor(private readonly clock: Clock) {
		this.clear();
	}

	/** Nothing is left, not even what an account has from its first day (furnish.ts). */
	clear(): void {
		const { fields, tags } = this;
		const maps = [
			this.users,
			this.pipelines,
			this.lossReasons,
			fields.leads,
			fields.contacts,
			tags.leads,
			tags.contacts,
		];
		const data = [
			this.leads,
			this.contacts,
			this.companies,
			this.notes,
			this.tasks,
			this.notesOfEntity,
			this.tasksOfEntity,
		];
		for (const map of [...maps, ...data]) map.clear();
		this.lastId = 1_000_000;
	}

	/** Unix seconds of the sandbox clock. */
	seconds(): number {
		return Math.floor(this.clock.now() / 1000);
	}

	nextId(): number {
		this.lastId += 1;
		return this.lastId;
	}

	/** The administrator whose token the integration uses. */
	tokenUser(): User {
		return first(this.users.values(), 'user');
	}

	mainPipeline(): Pipeline {
		return (
			[...this.pipelines.values()].find((pipeline) => pipeline.isMain) ?? first(this.pipelines.values(), 'pipeline')
		);
	}

	status(pipelineId: number, statusId: number): Status | undefined {
		return this.pipelines.get(pipelineId)?.statuses.find((status) => status.id === statusId);
	}

	/** The stage where new leads of a pipeline start. */
	firstStatus(pipeline: Pipeline): Status {
		return first(
			pipeline.statuses.filter((status) => status.type === 0),
			'stage',
		);
	}

	isActiveUser(id: number): boolean {
		return this.users.get(id)?.isActive === true;
	}

	/** The lead or contact with this id that is not in the bin. */
	alive(type: EntityType, id: number): Lead | Contact | undefined {
		const entity = type === 'leads' ? this.leads.get(id) : this.contacts.get(id);
		return entity?.isDeleted ? undefined : entity;
	}

	addNote(note: Note): void {
		this.notes.set(note.id, note);
		append(this.notesOfEntity, `${note.entityType}:${note.entityId}`, note);
	}

	addTask(task: Task): void {
		this.tasks.set(task.id, task);
		if (task.entityType !== null && task.entityId !== null) {
			append(this.tasksOfEntity, `${task.entityType}:${task.entityId}`, task);
		}
	}

	notesOf(type: EntityType, id: number): readonly Note[] {
		return this.notesOfEntity.get(`${type}:${id}`) ?? [];
	}

	tasksOf(type: EntityType, id: number): readonly Task[] {
		return this.tasksOfEntity.get(`${type}:${id}`) ?? [];
	}

	/** Hands every note and task of one entity to another of the same type (merging). */
	moveNotesAndTasks(type: EntityType, fromId: number, toId: number): void {
		for (const moved of [this.notesOf(type, fromId), this.tasksOf(type, fromId)].flat()) moved.entityId = toId;
		for (const note of this.notesOf(type, fromId)) append(this.notesOfEntity, `${type}:${toId}`, note);
		for (const task of this.tasksOf(type, fromId)) append(this.tasksOfEntity, `${type}:${toId}`, task);
		this.notesOfEntity.delete(`${type}:${fromId}`);
		this.tasksOfEntity.delete(`${type}:${fromId}`);
	}

	/** When the nearest open task of an entity is due, or null. */
	closestTaskAt(type: EntityType, id: number): number | null {
		const due = this.tasksOf(type, id)
			.filter((task) => !task.isCompleted)
			.map((task) => task.completeTill);
		return due.length === 0 ? null : Math.min(...due);
	}

	/** The tag with this name, made if it is new. Tag ids are per entity type. */
	tagNamed(type: EntityType, name: string, color: string | null = null): Tag {
		const known = [...this.tags[type].values()].find((tag) => tag.name === name);
		if (known) return known;
		const tag: Tag = { id: this.nextId(), name, color };
		this.tags[type].set(tag.id, tag);
		return tag;
	}
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
	const list = lists.get(key);
	if (list) list.push(item);
	else lists.set(key, [item]);
}

function first<T>(items: Iterable<T>, what: string): T {
	for (const item of items) return item;
	throw new Error(`The simulated account has no ${what}`);
}
