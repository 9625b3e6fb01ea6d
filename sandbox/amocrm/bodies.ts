import { z } from 'zod/v4';

import type { ContactChange, EntityChange, LeadChange, TagChange, TagRef } from './changes';
import { isIssue, readValue } from './fields';
import { LOST, type EntityType, type FieldValues, type Lead } from './model';
import { issuesOf, notSupportedChoice, validationProblem, Problem, type Issue } from './problem';
import type { Store } from './store';

const id = z.number().int();
const NAME_LIMIT = 255;
const name = z.string().max(NAME_LIMIT);
const tagRef = z.object({ id: id.optional(), name: z.string().optional() });
const link = z.object({ id, is_main: z.boolean().nullish() });

const entityBody = z.object({
	name: name.optional(),
	responsible_user_id: id.optional(),
	created_by: id.optional(),
	updated_by: id.optional(),
	created_at: id.optional(),
	updated_at: id.optional(),
	custom_fields_values: z
		.array(
			z.object({
				field_id: id.nullish(),
				field_code: z.string().nullish(),
				values: z
					.array(z.object({ value: z.unknown(), enum_id: id.nullish(), enum_code: z.string().nullish() }))
					.nullable(),
			}),
		)
		.nullish(),
	tags_to_add: z.array(tagRef).nullish(),
	tags_to_delete: z.array(tagRef).nullish(),
	request_id: z.union([z.string(), z.number()]).optional(),
	_embedded: z.object({ tags: z.array(tagRef).nullish(), contacts: z.array(link).nullish() }).optional(),
});

export const leadBody = entityBody.extend({
	price: id.optional(),
	pipeline_id: id.optional(),
	status_id: id.optional(),
	loss_reason_id: id.nullish(),
	closed_at: id.nullish(),
});

export const contactBody = entityBody.extend({ first_name: name.optional(), last_name: name.optional() });

type EntityBody = z.infer<typeof entityBody>;
export type LeadBody = z.infer<typeof leadBody>;
export type ContactBody = z.infer<typeof contactBody>;

/** Checks what the schema cannot: ids that must exist in this account. Issues are added to `issues`. */
export class Reader {
	readonly issues: Issue[] = [];

	constructor(
		private readonly store: Store,
		private readonly type: EntityType,
		private readonly prefix = '',
	) {}

	/** What leads and contacts have in common. */
	common(body: EntityBody): EntityChange {
		const user = (path: string, value: number | undefined, zeroIsRobot: boolean): number | undefined => {
			const fine = value === undefined || (zeroIsRobot && value === 0) || this.store.isActiveUser(value);
			if (!fine) this.choice(path);
			return value;
		};
		return {
			name: body.name,
			responsibleUserId: user('responsible_user_id', body.responsible_user_id, false),
			createdBy: user('created_by', body.created_by, true),
			updatedBy: user('updated_by', body.updated_by, true),
			createdAt: body.created_at,
			updatedAt: body.updated_at,
			values: this.values(body.custom_fields_values ?? []),
			tags: this.tags(body),
		};
	}

	contact(body: ContactBody): ContactChange {
		return { ...this.common(body), firstName: body.first_name, lastName: body.last_name };
	}

	/** `lead` is the one to change; without it a lead is made. A stage is looked up in the pipeline the lead will be in. */
	lead(body: LeadBody, lead?: Lead): LeadChange {
		const { store } = this;
		const pipelineId = body.pipeline_id ?? lead?.pipelineId ?? store.mainPipeline().id;
		if (!store.pipelines.has(pipelineId)) this.choice('pipeline_id');
		else if (body.status_id !== undefined && store.status(pipelineId, body.status_id)?.type !== 0)
			this.choice('status_id');
		if (body.loss_reason_id != null && !store.lossReasons.has(body.loss_reason_id)) this.choice('loss_reason_id');
		return {
			...this.common(body),
			price: body.price,
			pipelineId: body.pipeline_id,
			statusId: body.status_id,
			lossReasonId: body.loss_reason_id,
			closedAt: body.closed_at,
		};
	}

	/** The contacts a new lead is linked with. */
	linkedContacts(body: LeadBody): { id: number; isMain?: boolean }[] {
		const contacts = body._embedded?.contacts ?? [];
		contacts.forEach((contact, index) => {
			if (!this.store.alive('contacts', contact.id)) this.choice(`_embedded.contacts.${index}.id`);
		});
		return contacts.map((contact) => ({ id: contact.id, isMain: contact.is_main ?? undefined }));
	}

	private values(entries: NonNullable<EntityBody['custom_fields_values']>): FieldValues {
		const fields = this.store.fields[this.type];
		const values: FieldValues = new Map();
		entries.forEach((entry, index) => {
			const path = `custom_fields_values.${index}`;
			const field =
				entry.field_id != null
					? fields.get(entry.field_id)
					: [...fields.values()].find(({ code }) => code !== null && code === entry.field_code);
			if (!field) {
				this.choice(`${path}.${entry.field_id != null || entry.field_code == null ? 'field_id' : 'field_code'}`);
				return;
			}
			const read = (entry.values ?? []).map((value, place) => readValue(field, value, `${path}.values.${place}`));
			this.issues.push(...read.filter(isIssue).map((issue) => ({ ...issue, path: this.at(issue.path) })));
			values.set(
				field.id,
				read.flatMap((one) => (isIssue(one) ? [] : [one])),
			);
		});
		return values;
	}

	private tags(body: EntityBody): TagChange | undefined {
		const { tags_to_add: add, tags_to_delete: remove, _embedded: embedded } = body;
		if (!add && !remove && embedded?.tags === undefined) return undefined;
		return {
			replace: embedded?.tags === undefined ? undefined : this.tagList('_embedded.tags', embedded.tags),
			add: this.tagList('tags_to_add', add),
			remove: this.tagList('tags_to_delete', remove),
		};
	}

	private tagList(path: string, refs: z.infer<typeof tagRef>[] | null | undefined): TagRef[] {
		return (refs ?? []).flatMap(({ id: tagId, name: tagName }, index): TagRef[] => {
			if (tagId !== undefined && this.store.tags[this.type].has(tagId)) return [{ id: tagId }];
			if (tagId === undefined && tagName) return [{ name: tagName }];
			this.choice(`${path}.${index}.${tagId === undefined ? 'name' : 'id'}`);
			return [];
		});
	}

	private choice(path: string): void {
		this.issues.push(notSupportedChoice(this.at(path)));
	}

	private at(path: string): string {
		return this.prefix === '' ? path : `${this.prefix}.${path}`;
	}
}

/** A reason may be given only to a lost lead; the body of this refusal differs from the others (#88). */
export function refuseLossReasons(
	items: { key: number; statusId: number | undefined; lossReasonId?: number | null }[],
): void {
	const wrong = items.filter(({ statusId, lossReasonId }) => lossReasonId != null && statusId !== LOST);
	if (wrong.length === 0) return;
	const errors = Object.fromEntries(wrong.map(({ key }) => [key, 'Loss reason can be specified only for lost lead']));
	throw new Problem(400, 'Invalid request body', { errors });
}

export interface BatchItem<T> {
	requestId: string;
	body: T;
}

/** Reads an array of items; the first look at shapes rejects the batch as a whole (amocrm.md §2). */
export function readBatch<S extends z.ZodTypeAny>(schema: S, body: unknown, limit: number): BatchItem<z.infer<S>>[] {
	if (!Array.isArray(body)) throw new Problem(400, 'Request body should be an array');
	if (body.length === 0) throw new Problem(400, 'Request body is empty');
	if (body.length > limit)
		throw new Problem(400, `Too many items in the request: ${body.length}, the limit is ${limit}`);
	const items: BatchItem<z.infer<S>>[] = [];
	const bad: { requestId: string; issues: Issue[] }[] = [];
	body.forEach((raw: unknown, index) => {
		const requestId = requestIdOf(raw, index);
		const parsed = schema.safeParse(raw);
		if (parsed.success) items.push({ requestId, body: parsed.data });
		else bad.push({ requestId, issues: issuesOf(parsed.error) });
	});
	if (bad.length > 0) throw validationProblem(bad);
	return items;
}

/** The client's own id as a string, or the item's place in the batch (amocrm.md §3). */
function requestIdOf(raw: unknown, index: number): string {
	const given = z.object({ request_id: z.union([z.string(), z.number()]) }).safeParse(raw);
	return given.success ? String(given.data.request_id) : String(index);
}

/** Throws when any item of a batch had something to complain about. */
export function rejectBatch(items: { requestId: string; issues: Issue[] }[]): void {
	const bad = items.filter(({ issues }) => issues.length > 0);
	if (bad.length > 0) throw validationProblem(bad);
}
