import type { Random } from '../random';
import type { Access } from './access';
import { isKnownEvent, type Handler, type Handlers } from './events/handlers';
import { findSpec } from './fields';
import type { Category, Comment, Entity, Kind, Multifield, Status, Stranger, Task, Todo, Value, Values } from './model';
import type { Hand, Records } from './records';
import { addCategory } from './stages';
import type { Store } from './store';
import type { Timeline } from './timeline';
import { readValue } from './values';

/** What a person asks for that the portal does not have: the message says what. */
export class NoSuchThing extends Error {}

export interface PersonToAdd {
	name?: string;
	lastName?: string;
	/** Written as a person writes them, never normalised. */
	phones?: string[];
	emails?: string[];
	originatorId?: string;
	originId?: string;
	assignedById?: number;
	/** The API's user may not read it; the duplicate search still names it. */
	hidden?: boolean;
}

export interface DealToAdd {
	title?: string;
	opportunity?: number;
	currencyId?: string;
	/** Pipeline by id; default 0. */
	categoryId?: number;
	/** Stage by code or name. */
	stage?: string;
	assignedById?: number;
	originatorId?: string;
	originId?: string;
	contactIds?: number[];
	contact?: PersonToAdd;
	/** Custom fields by code or label → value. */
	fields?: Record<string, string | number | boolean | null>;
}

/** What people do in the portal's pages: it writes history and fires events like an API write, in their name. */
export class BitrixAccount {
	constructor(
		readonly store: Store,
		private readonly records: Records,
		private readonly timeline: Timeline,
		private readonly handlers: Handlers,
		private readonly access: Access,
		private readonly random: Random,
	) {}

	addDeal(wanted: DealToAdd, userId?: number): Entity {
		const contactIds = (wanted.contactIds ?? []).map((id) => this.alive('contact', id).id);
		if (wanted.contact) contactIds.push(this.addContact(wanted.contact, userId).id);
		const categoryId = this.category(wanted.categoryId ?? 0).id;
		const values = this.dealValues(wanted).set('categoryId', categoryId).set('contactIds', contactIds);
		if (wanted.stage !== undefined) values.set('stageId', this.stage(categoryId, wanted.stage).statusId);
		return this.records.addDeal(values, this.hand(userId));
	}

	/** Moves a deal to a stage, named or by code, in its pipeline or another. */
	moveDeal(id: number, stage: string, categoryId?: number, userId?: number): Entity {
		const deal = this.alive('deal', id);
		const category = this.category(categoryId ?? Number(deal.values.get('categoryId'))).id;
		const { statusId } = this.stage(category, stage);
		const values: Values = new Map([['categoryId', category]]);
		this.records.updateDeal(deal, values.set('stageId', statusId), this.hand(userId));
		return deal;
	}

	editDeal(id: number, edit: DealToAdd, userId?: number): Entity {
		const deal = this.alive('deal', id);
		const values = this.dealValues(edit);
		if (edit.contactIds) values.set('contactIds', edit.contactIds.map((one) => this.alive('contact', one).id));
		this.records.updateDeal(deal, values, this.hand(userId));
		return deal;
	}

	addContact(person: PersonToAdd, userId?: number): Entity {
		const contact = this.records.addContact(
			{ values: contactValues(person), multifields: this.lists(person, []) },
			this.hand(userId),
		);
		contact.isHidden = person.hidden ?? false;
		return contact;
	}

	/** Gives a contact exactly these phones or e-mails, or another name. */
	editContact(id: number, person: PersonToAdd, userId?: number): Entity {
		const contact = this.alive('contact', id);
		const multifields = this.lists(person, contact.multifields);
		this.records.updateContact(contact, { values: contactValues(person), multifields }, this.hand(userId));
		if (person.hidden !== undefined) contact.isHidden = person.hidden;
		return contact;
	}

	remove(kind: Kind, id: number): void {
		this.records.remove(this.alive(kind, id));
	}

	/** What comes out of the bin has a new id. */
	restore(kind: Kind, id: number): Entity {
		const entity = this.store.entities[kind].get(id);
		if (!entity?.isDeleted) throw new NoSuchThing(`The ${kind} ${id} is not in the recycle bin`);
		return this.records.restore(entity);
	}

	/** The first disappears, the second stays. */
	merge(kind: Kind, id: number, intoId: number, userId?: number): void {
		if (id === intoId) throw new NoSuchThing(`A ${kind} cannot be merged into itself`);
		this.records.merge(this.alive(kind, intoId), [this.alive(kind, id)], this.hand(userId));
	}

	comment(kind: Kind, id: number, text: string, userId?: number): Comment {
		return this.timeline.comment(this.alive(kind, id), text, this.hand(userId).userId);
	}

	completeTodo(id: number): Todo {
		return this.complete(this.store.todos.get(id), `No to-do ${id}`);
	}

	completeTask(id: number): Task {
		return this.complete(this.store.tasks.get(id), `No task ${id}`);
	}

	addPipeline(name: string): Category {
		return addCategory(this.store, name, 500);
	}

	/** A lead or a company with these phones: seen by the duplicate search alone. */
	addStranger(kind: Stranger['kind'], title: string, person: Pick<PersonToAdd, 'phones' | 'emails'>): Stranger {
		const id = this.store.nextId(kind);
		const stranger = { id, kind, title, multifields: this.lists(person, []) };
		this.store.strangers.push(stranger);
		this.store.comms.put(kind === 'lead' ? 'LEAD' : 'COMPANY', id, stranger.multifields);
		return stranger;
	}

	/** Developer resources → Outgoing webhook: an address, its events, and a token the portal makes up. */
	addOutgoingWebhook(url: string, events: string[], applicationToken?: string): Handler {
		const named = events.map((event) => event.toUpperCase());
		const unknown = named.find((event) => !isKnownEvent(event, 'hook'));
		if (unknown) throw new NoSuchThing(`An outgoing webhook cannot be told of ${unknown}`);
		const token = applicationToken ?? Array.from({ length: 32 }, () => this.random.int(0, 15).toString(16)).join('');
		return this.handlers.add({ kind: 'hook', url, events: named, applicationToken: token, authType: 0 });
	}

	removeOutgoingWebhook(id: number): void {
		const gone = this.handlers.remove((handler) => handler.kind === 'hook' && handler.id === id);
		if (gone === 0) throw new NoSuchThing(`No outgoing webhook ${id}`);
	}

	/** The permissions of the webhook and of the application. */
	setScopes(scopes: readonly string[]): void {
		this.access.scopes = new Set(scopes);
	}

	/** The webhook was saved again: the old address is nobody's. Returns the new code. */
	reissueWebhook(): string {
		return this.access.reissueWebhook();
	}

	expireWebhook(): void {
		this.access.webhookExpired = true;
	}

	/** Every access token is as if its hour were over. */
	expireTokens(): void {
		this.access.expireTokens();
	}

	/** The application is removed: its tokens and handlers go with it. */
	removeApp(): void {
		this.access.revokeApp();
		this.handlers.remove(({ kind }) => kind === 'app');
	}

	private complete<T extends { isCompleted: boolean }>(thing: T | undefined, otherwise: string): T {
		if (!thing) throw new NoSuchThing(otherwise);
		return Object.assign(thing, { isCompleted: true });
	}

	private dealValues({ title, opportunity, currencyId, assignedById, originatorId, originId, fields }: DealToAdd): Values {
		// A sum that a person types stays whatever the goods say.
		const isManualOpportunity = opportunity === undefined ? undefined : 'Y';
		const values = defined({
			title,
			opportunity,
			isManualOpportunity,
			currencyId,
			assignedById,
			originatorId,
			originId,
		});
		for (const [name, raw] of Object.entries(fields ?? {})) {
			const code = this.store.fieldsOf('deal').find((field) => field.label === name)?.name ?? name;
			const spec = findSpec(this.store, 'deal', code, 'classic');
			const value = spec && readValue(this.store, spec, spec.isMultiple ? [raw] : raw);
			if (!spec || value === undefined) throw new NoSuchThing(`No deal field ${name}, or it does not take this value`);
			values.set(spec.key, value);
		}
		return values;
	}

	/** The lists that are named replace those there are. */
	private lists({ phones, emails }: Pick<PersonToAdd, 'phones' | 'emails'>, current: Multifield[]): Multifield[] {
		const make = (typeId: string, values: string[] | undefined): Multifield[] => {
			if (!values) return current.filter((entry) => entry.typeId === typeId);
			return values.map((value) => ({ id: this.store.nextId('multifield'), typeId, valueType: 'WORK', value }));
		};
		const rest = current.filter(({ typeId }) => typeId !== 'PHONE' && typeId !== 'EMAIL');
		return [...make('PHONE', phones), ...make('EMAIL', emails), ...rest];
	}

	private alive(kind: Kind, id: number): Entity {
		const entity = this.store.alive(kind, id);
		if (!entity) throw new NoSuchThing(`No ${kind} ${id}`);
		return entity;
	}

	private category(id: number): Category {
		const category = this.store.categories.get(id);
		if (!category) throw new NoSuchThing(`No pipeline ${id}`);
		return category;
	}

	private stage(categoryId: number, to: string): Status {
		const stage = this.store.stagesOf(categoryId).find(({ statusId, name }) => statusId === to || name === to);
		if (!stage) throw new NoSuchThing(`No stage ${to} in the pipeline ${categoryId}`);
		return stage;
	}

	/** The acting user: the one named, or the first who is not the administrator. */
	private hand(userId: number | undefined): Hand {
		const users = [...this.store.users.values()];
		const user = userId === undefined ? users.find(({ isAdmin }) => !isAdmin) : users.find(({ id }) => id === userId);
		if (!user) throw new NoSuchThing(`No user ${userId ?? ''}`);
		return { userId: user.id, door: 'person' };
	}
}

function contactValues({ name, lastName, assignedById, originatorId, originId }: PersonToAdd): Values {
	return defined({ name, lastName, assignedById, originatorId, originId });
}

function defined(fields: Record<string, Value | undefined>): Values {
	return new Map(Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}
