import { z } from 'zod/v4';

/** What amoCRM really sends (amocrm.md §3–§7): additions are kept, nulls and numbers written as strings are understood. */

export const whole = z
	.union([z.number().int(), z.string().regex(/^-?\d+$/)])
	.transform((value) => Number(value));
const optionalWhole = whole.nullish().transform((value) => value ?? undefined);
const text = z.string().nullish().transform((value) => value ?? '');

const linksSchema = z.object({ next: z.object({ href: z.string() }).nullish() }).passthrough();

/** One page of a list, and where the next one is. */
export interface Page<T> {
	items: T[];
	/** The next page's query, as the service gave it. */
	next?: (readonly [string, string])[];
}

/** A list as amoCRM answers it; 204 without a body is an empty one (amocrm.md §2). */
function pageOf<T>(collection: string, element: z.ZodType<T>) {
	return z
		.object({
			_links: linksSchema.nullish(),
			_embedded: z.object({ [collection]: z.array(element) }),
		})
		.optional()
		.transform((body): Page<T> => {
			const href = body?._links?.next?.href;
			return {
				items: body?._embedded[collection] ?? [],
				// The address may name another host (amocrm.md §1 "api_domain"): only the query is followed.
				next: href === undefined ? undefined : [...new URL(href, 'https://account.amocrm.ru').searchParams],
			};
		});
}

export const fieldValueSchema = z
	.object({
		field_id: whole,
		field_name: text,
		field_code: z.string().nullish(),
		field_type: z.string().nullish(),
		values: z
			.array(
				z
					.object({ value: z.unknown(), enum_id: optionalWhole, enum_code: z.string().nullish() })
					.passthrough(),
			)
			.nullish()
			.transform((values) => values ?? []),
	})
	.passthrough();
export type FieldValue = z.infer<typeof fieldValueSchema>;

/** `null` when the card is empty (amocrm.md §3). */
const fieldValues = z
	.array(fieldValueSchema)
	.nullish()
	.transform((values) => values ?? []);

const reference = z.object({ id: whole }).passthrough();
const named = z.object({ id: whole, name: text }).passthrough();

export const leadSchema = z
	.object({
		id: whole,
		name: text,
		price: z.union([z.number(), z.string().transform(Number)]).nullish().transform((value) => value ?? 0),
		status_id: whole,
		pipeline_id: whole,
		responsible_user_id: optionalWhole,
		loss_reason_id: optionalWhole,
		created_at: whole,
		updated_at: whole,
		closed_at: optionalWhole,
		is_deleted: z.boolean().nullish().transform((value) => value ?? false),
		custom_fields_values: fieldValues,
		_embedded: z
			.object({
				contacts: z.array(reference).nullish(),
				companies: z.array(reference).nullish(),
				tags: z.array(named).nullish(),
			})
			.passthrough()
			.nullish(),
	})
	.passthrough();
export type Lead = z.infer<typeof leadSchema>;

export const contactSchema = z
	.object({
		id: whole,
		name: text,
		first_name: text,
		last_name: text,
		responsible_user_id: optionalWhole,
		created_at: whole,
		updated_at: whole,
		is_deleted: z.boolean().nullish().transform((value) => value ?? false),
		custom_fields_values: fieldValues,
		_embedded: z
			.object({ leads: z.array(reference).nullish(), tags: z.array(named).nullish() })
			.passthrough()
			.nullish(),
	})
	.passthrough();
export type ContactCard = z.infer<typeof contactSchema>;

export const noteSchema = z
	.object({
		id: whole,
		entity_id: whole,
		note_type: text,
		created_at: optionalWhole,
		created_by: optionalWhole,
		// PHP writes an empty object as [].
		params: z
			.union([z.record(z.string(), z.unknown()), z.array(z.unknown()).transform(() => ({}))])
			.nullish()
			.transform((params): Record<string, unknown> => params ?? {}),
	})
	.passthrough();
export type Note = z.infer<typeof noteSchema>;

export const taskSchema = z
	.object({
		id: whole,
		text,
		complete_till: whole,
		is_completed: z.boolean().nullish().transform((value) => value ?? false),
		entity_id: optionalWhole,
		entity_type: z.string().nullish(),
		task_type_id: optionalWhole,
		responsible_user_id: optionalWhole,
		created_at: optionalWhole,
		updated_at: optionalWhole,
		// PHP writes an empty object as [].
		result: z.union([z.object({ text }).passthrough(), z.array(z.unknown())]).nullish(),
	})
	.passthrough();
export type Task = z.infer<typeof taskSchema>;

export const statusSchema = z
	.object({
		id: whole,
		name: text,
		sort: optionalWhole,
		/** 1: the intake («Неразобранное»). */
		type: optionalWhole,
		color: z.string().nullish(),
	})
	.passthrough();
export type Status = z.infer<typeof statusSchema>;

export const pipelineSchema = z
	.object({
		id: whole,
		name: text,
		is_main: z.boolean().nullish(),
		is_archive: z.boolean().nullish().transform((value) => value ?? false),
		_embedded: z.object({ statuses: z.array(statusSchema) }).passthrough(),
	})
	.passthrough();
export type LeadPipeline = z.infer<typeof pipelineSchema>;

export const customFieldSchema = z
	.object({
		id: whole,
		name: text,
		code: z.string().nullish(),
		type: text,
		is_api_only: z.boolean().nullish(),
		is_computed: z.boolean().nullish(),
		is_predefined: z.boolean().nullish(),
		enums: z
			.array(z.object({ id: whole, value: text }).passthrough())
			.nullish()
			.transform((enums) => enums ?? []),
	})
	.passthrough();
export type CustomField = z.infer<typeof customFieldSchema>;

export const userSchema = z
	.object({
		id: whole,
		name: text,
		rights: z.object({ is_active: z.boolean().nullish() }).passthrough().nullish(),
	})
	.passthrough();
export type User = z.infer<typeof userSchema>;

export const lossReasonSchema = named;
export type LossReason = z.infer<typeof lossReasonSchema>;

export const accountSchema = z
	.object({
		id: whole,
		name: text,
		subdomain: text,
		is_api_filter_enabled: z.boolean().nullish(),
		_embedded: z.object({ datetime_settings: z.object({ timezone: z.string().nullish() }).nullish().catch(undefined) }).nullish().catch(undefined),
	})
	.passthrough();
export type Account = z.infer<typeof accountSchema>;

export const eventSchema = z
	.object({
		id: z.union([z.string(), z.number()]).transform(String),
		type: text,
		entity_id: optionalWhole,
		entity_type: z.string().nullish(),
		created_by: optionalWhole,
		created_at: whole,
		value_after: z.unknown(),
	})
	.passthrough();
export type CrmEvent = z.infer<typeof eventSchema>;

export const webhookSchema = z
	.object({
		id: whole,
		destination: text,
		disabled: z.boolean().nullish().transform((value) => value ?? false),
		settings: z.array(z.string()).nullish().transform((settings) => settings ?? []),
	})
	.passthrough();
export type Webhook = z.infer<typeof webhookSchema>;

/** What a batch write answers per element; `request_id` comes back as it was sent, the order is not promised (amocrm.md §3). */
export const writtenSchema = z
	.object({
		id: whole,
		request_id: z
			.union([z.string(), z.number()])
			.nullish()
			.transform((value) => (value === null || value === undefined ? undefined : String(value))),
	})
	.passthrough();
export type Written = z.infer<typeof writtenSchema>;

/** An answer that is not needed, whatever it is. */
export const anySchema = z.unknown();

// Made once: to make a schema costs more than to read a page by it.
export const leadPage = pageOf('leads', leadSchema);
export const contactPage = pageOf('contacts', contactSchema);
export const notePage = pageOf('notes', noteSchema);
export const taskPage = pageOf('tasks', taskSchema);
export const pipelinePage = pageOf('pipelines', pipelineSchema);
export const statusPage = pageOf('statuses', statusSchema);
export const customFieldPage = pageOf('custom_fields', customFieldSchema);
export const userPage = pageOf('users', userSchema);
export const lossReasonPage = pageOf('loss_reasons', lossReasonSchema);
export const eventPage = pageOf('events', eventSchema);
export const webhookPage = pageOf('webhooks', webhookSchema);
export const writtenPages = {
	leads: pageOf('leads', writtenSchema),
	contacts: pageOf('contacts', writtenSchema),
	notes: pageOf('notes', writtenSchema),
	tasks: pageOf('tasks', writtenSchema),
};
