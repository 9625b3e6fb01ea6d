import type { Contacts } from './contacts';
import type { LeadChange } from './changes';
import { isIssue, readValue } from './fields';
import type { Leads } from './leads';
import type { Contact, EntityType, Field, FieldValues, Lead, Note, Status } from './model';
import type { Announcer } from './announcer';
import type { Store } from './store';
import type { Subscriptions } from './webhooks/subscriptions';

/** What a person asks for that the account does not have: the message says what. */
export class NoSuchThing extends Error {}

export interface PersonToAdd {
	name: string;
	phones?: string[];
	emails?: string[];
	/** Unix seconds; default now. */
	createdAt?: number;
	responsibleUserId?: number;
}

export interface LeadToAdd {
	name?: string;
	price?: number;
	pipelineId?: number;
	/** Stage by id or name. */
	status?: number | string;
	responsibleUserId?: number;
	contactIds?: number[];
	contact?: PersonToAdd;
	/** Custom fields by name or code → value. */
	fields?: Record<string, string | number | boolean>;
}

export interface LeadEdit {
	price?: number;
	name?: string;
	responsibleUserId?: number;
	/** `value` null empties the field. */
	field?: { id?: number; name?: string; value: string | number | boolean | null };
}

/**
 * What people do in the account's pages. Each action writes history and fires webhooks like an API write, with the
 * acting user as author (default: the first manager).
 */
export class AmoAccount {
	constructor(
		readonly store: Store,
		private readonly leads: Leads,
		private readonly contacts: Contacts,
		private readonly announcer: Announcer,
		private readonly subscriptions: Subscriptions,
	) {}

	/** Moves a lead to a stage, named or by id, in its pipeline or another. */
	moveLead(id: number, to: number | string, pipelineId?: number, userId?: number): Lead {
		const lead = this.lead(id);
		const pipeline = pipelineId ?? lead.pipelineId;
		const statusId = this.stage(pipeline, to).id;
		this.leads.update(lead, { pipelineId: pipeline, statusId }, this.actor(userId));
		return lead;
	}

	editLead(id: number, edit: LeadEdit, userId?: number): Lead {
		const lead = this.lead(id);
		const { field, ...rest } = edit;
		const change: LeadChange = { ...rest };
		if (field) change.values = this.values('leads', [{ key: field.id ?? field.name ?? '', value: field.value }]);
		this.leads.update(lead, change, this.actor(userId));
		return lead;
	}

	addLead(wanted: LeadToAdd, userId?: number): Lead {
		const actor = this.actor(userId);
		const { contact, contactIds = [], status, fields = {}, ...rest } = wanted;
		const pipelineId = wanted.pipelineId ?? this.store.mainPipeline().id;
		const change: LeadChange = { responsibleUserId: actor, ...rest, pipelineId };
		if (status !== undefined) change.statusId = this.stage(pipelineId, status).id;
		change.values = this.values(
			'leads',
			Object.entries(fields).map(([key, value]) => ({ key, value })),
		);
		const linked = contactIds.map((id) => this.contact(id).id);
		if (contact) linked.push(this.addContact(contact, userId).id);
		return this.leads.create(
			change,
			linked.map((id) => ({ id })),
			actor,
		);
	}

	deleteLead(id: number, userId?: number): void {
		this.leads.delete(this.lead(id), this.actor(userId));
	}

	restoreLead(id: number, userId?: number): void {
		const lead = this.store.leads.get(id);
		if (!lead?.isDeleted) throw new NoSuchThing(`Lead ${id} is not in the recycle bin`);
		this.leads.restore(lead, this.actor(userId));
	}

	/** The first lead disappears, the second stays. */
	mergeLeads(id: number, intoId: number, userId?: number): void {
		if (id === intoId) throw new NoSuchThing('A lead cannot be merged into itself');
		this.leads.merge(this.lead(id), this.lead(intoId), this.actor(userId));
	}

	addContact(person: PersonToAdd, userId?: number): Contact {
		const actor = this.actor(userId);
		const { name, phones = [], emails = [], createdAt, responsibleUserId = actor } = person;
		const values = this.values('contacts', [
			...phones.map((value) => ({ key: 'PHONE', value })),
			...emails.map((value) => ({ key: 'EMAIL', value })),
		]);
		return this.contacts.create({ name, values, createdAt, updatedAt: createdAt, responsibleUserId }, actor);
	}

	/** Gives a contact exactly these phones or emails, or another name. */
	editContact(id: number, edit: Partial<PersonToAdd>, userId?: number): Contact {
		const contact = this.contact(id);
		const values: FieldValues = new Map();
		for (const [code, list] of [
			['PHONE', edit.phones],
			['EMAIL', edit.emails],
		] as const) {
			if (!list) continue;
			values.set(this.field('contacts', code).id, []);
			for (const [fieldId, filled] of this.values(
				'contacts',
				list.map((value) => ({ key: code, value })),
			))
				values.set(fieldId, filled);
		}
		this.contacts.update(
			contact,
			{ name: edit.name, values, responsibleUserId: edit.responsibleUserId },
			this.actor(userId),
		);
		return contact;
	}

	deleteContact(id: number, userId?: number): void {
		this.contacts.delete(this.contact(id), this.actor(userId));
	}

	/** The first contact disappears, the second stays. */
	mergeContacts(id: number, intoId: number, userId?: number): void {
		if (id === intoId) throw new NoSuchThing('A contact cannot be merged into itself');
		this.contacts.merge(this.contact(id), this.contact(intoId), this.actor(userId));
	}

	addNote(leadId: number, text: string, userId?: number): Note {
		const actor = this.actor(userId);
		const now = this.store.seconds();
		const note: Note = {
			id: this.store.nextId(),
			entityType: 'leads',
			entityId: this.lead(leadId).id,
			noteType: 'common',
			params: { text },
			createdBy: actor,
			updatedBy: actor,
			createdAt: now,
			updatedAt: now,
			responsibleUserId: actor,
		};
		this.store.addNote(note);
		this.announcer.noteAdded(note);
		return note;
	}

	completeTask(id: number, result: string | undefined, userId?: number): void {
		const task = this.store.tasks.get(id);
		if (!task) throw new NoSuchThing(`No task ${id}`);
		const before = { ...task };
		const actor = this.actor(userId);
		Object.assign(task, {
			isCompleted: true,
			resultText: result ?? null,
			updatedAt: this.store.seconds(),
			updatedBy: actor,
		});
		this.announcer.taskChanged(before, task, actor);
	}

	/** An administrator deletes a custom field; its values go with it. */
	deleteField(type: EntityType, key: number | string): void {
		const field = this.field(type, key);
		if (field.isPredefined) throw new NoSuchThing(`The field ${field.name} cannot be deleted`);
		this.store.fields[type].delete(field.id);
		for (const entity of this.store[type].values()) entity.values.delete(field.id);
	}

	/** A user leaves: the id is no longer a valid choice (#252, #502). */
	deactivateUser(id: number): void {
		const user = this.store.users.get(id);
		if (!user) throw new NoSuchThing(`No user ${id}`);
		user.isActive = false;
	}

	enableWebhook(destination: string): void {
		if (!this.subscriptions.enable(destination)) throw new NoSuchThing('No webhook with this destination');
	}

	flushIndex(): void {
		this.leads.search.flush();
		this.contacts.search.flush();
	}

	private lead(id: number): Lead {
		const lead = this.store.leads.get(id);
		if (!lead || lead.isDeleted) throw new NoSuchThing(`No lead ${id}`);
		return lead;
	}

	private contact(id: number): Contact {
		const contact = this.store.contacts.get(id);
		if (!contact || contact.isDeleted) throw new NoSuchThing(`No contact ${id}`);
		return contact;
	}

	private stage(pipelineId: number, to: number | string): Status {
		const pipeline = this.store.pipelines.get(pipelineId);
		if (!pipeline) throw new NoSuchThing(`No pipeline ${pipelineId}`);
		const stage = pipeline.statuses.find(({ id, name }) => id === Number(to) || name === to);
		if (!stage) throw new NoSuchThing(`No stage ${to} in the pipeline ${pipeline.name}`);
		return stage;
	}

	private field(type: EntityType, key: number | string): Field {
		const field = [...this.store.fields[type].values()].find(
			({ id, name, code }) => id === key || name === key || code === key,
		);
		if (!field) throw new NoSuchThing(`No field ${key} of ${type}`);
		return field;
	}

	private values(
		type: EntityType,
		entries: { key: number | string; value: string | number | boolean | null }[],
	): FieldValues {
		const values: FieldValues = new Map();
		for (const { key, value } of entries) {
			const field = this.field(type, key);
			const list = values.get(field.id) ?? [];
			values.set(field.id, list);
			if (value === null) continue;
			const read = readValue(field, { value: field.type === 'text' ? String(value) : value }, field.name);
			if (isIssue(read)) throw new NoSuchThing(`The field ${field.name} does not take this value: ${read.detail}`);
			list.push(read);
		}
		return values;
	}

	/** The acting user: the one named, or the first who is not the administrator. */
	private actor(userId: number | undefined): number {
		const users = [...this.store.users.values()].filter(({ isActive }) => isActive);
		const user =
			userId === undefined
				? (users.find(({ isAdmin }) => !isAdmin) ?? users[0])
				: users.find(({ id }) => id === userId);
		if (!user) throw new NoSuchThing(`No active user ${userId ?? ''}`);
		return user.id;
	}
}
