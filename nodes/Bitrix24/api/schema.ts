import { z } from 'zod/v4';
import { refusalSchema } from './refusals';
import { timeSchema } from './operatingTime';

/** What Bitrix24 really sends (bitrix24.md §3–§7): numbers as strings, `[]` for an empty object, additions. */

export const whole = z
	.union([z.number().int(), z.string().trim().regex(/^-?\d+$/)])
	.transform(Number);
const optionalWhole = z.union([whole, z.literal(''), z.literal(false), z.null(), z.undefined()]).transform((value) => (typeof value === 'number' ? value : undefined));
const text = z.union([z.string(), z.number().transform(String)]).nullish().transform((value) => value ?? '');
const amount = z.union([z.number(), z.string().transform(Number)]).nullish().transform((value) => value ?? 0);
/** Epoch ms. */
const time = z.string().nullish().transform((value) => {
	const ms = Date.parse(value ?? '');
	return Number.isNaN(ms) ? 0 : ms;
});

/** An object whose keys are ours; PHP writes an empty one as `[]`, and one with the keys 0, 1, 2 as a list. */
const keyed = <T>(value: z.ZodType<T>) =>
	z
		.union([z.record(z.string(), value), z.array(value).transform((list): Record<string, T> => Object.fromEntries(list.entries()))])
		.nullish()
		.transform((record): Record<string, T> => record ?? {});

/** Every command's own result, refusal and time; the whole always comes with 200 (bitrix24.md §6 `batch`). */
export const batchSchema = z.object({
	result: z.object({
		result: keyed(z.unknown()),
		result_error: keyed(refusalSchema),
		result_time: keyed(timeSchema),
	}),
});
export type BatchAnswer = z.infer<typeof batchSchema>['result'];

/** An answer outside a batch. */
export const answerSchema = z.object({ result: z.unknown(), time: timeSchema.optional() });

export const dealSchema = z
	.object({
		id: whole,
		title: text,
		categoryId: whole,
		stageId: z.string(),
		opportunity: amount,
		currencyId: text,
		contactId: optionalWhole,
		contactIds: z.array(whole).nullish().transform((ids) => ids ?? []),
		assignedById: optionalWhole,
		originatorId: text,
		originId: text,
		createdTime: time,
		updatedTime: time,
		movedTime: time,
		movedBy: optionalWhole,
	})
	.passthrough();
export type DealItem = z.infer<typeof dealSchema>;

export const multifieldSchema = z.object({ id: optionalWhole, typeId: z.string(), valueType: text, value: text }).passthrough();
export type Multifield = z.infer<typeof multifieldSchema>;

/** `ufCrmMpBuyerKey` → `UF_CRM_MP_BUYER_KEY`, `ufCrm_17` → `UF_CRM_17`. */
const originalName = (name: string): string => name.replace(/([A-Z])/g, '_$1').toUpperCase();

/** Contacts are listed with a select, and then their custom fields come under other names than those that writing takes (items.ts): both are kept. */
const withOriginalNames = (item: unknown): unknown =>
	typeof item === 'object' && item !== null
		? { ...item, ...Object.fromEntries(Object.entries(item).flatMap(([name, value]) => (/^ufCrm/.test(name) ? [[originalName(name), value]] : []))) }
		: item;

const contactShape = z
	.object({
		id: whole,
		name: text,
		lastName: text,
		secondName: text,
		assignedById: optionalWhole,
		createdTime: time,
		updatedTime: time,
		fm: z
			.union([z.array(multifieldSchema), z.record(z.string(), multifieldSchema).transform((fields) => Object.values(fields))])
			.nullish()
			.transform((fields) => fields ?? []),
	})
	.passthrough();
export const contactSchema = z.preprocess(withOriginalNames, contactShape);
export type ContactItem = z.infer<typeof contactShape>;

/** What `crm.item.add` and `.update` give: only the id is needed, and the card may be a long one. */
export const savedSchema = z.object({ item: z.object({ id: whole }).passthrough() }).transform(({ item }) => item.id);

export const fieldSchema = z
	.object({
		type: z.string(),
		title: text,
		upperName: z.string().nullish(),
		isReadOnly: z.boolean().nullish(),
		isMultiple: z.boolean().nullish(),
		isDynamic: z.boolean().nullish(),
		items: z.array(z.object({ ID: text, VALUE: text }).passthrough()).nullish(),
	})
	.passthrough();
export const fieldsSchema = z.object({ fields: keyed(fieldSchema) }).transform(({ fields }) => fields);
export type FieldDescription = z.infer<typeof fieldSchema>;

/** `crm.deal.userfield.list`: what `crm.item.fields` does not tell. */
export const userFieldSchema = z.object({ FIELD_NAME: z.string(), XML_ID: text, USER_TYPE_ID: text }).passthrough();
export type UserField = z.infer<typeof userFieldSchema>;

export const currencySchema = z.object({ CURRENCY: z.string() }).passthrough();

export const categorySchema = z.object({ id: whole, name: text, sort: optionalWhole }).passthrough();
export type Category = z.infer<typeof categorySchema>;
export const categoriesSchema = z.object({ categories: z.array(categorySchema) }).transform(({ categories }) => categories);

export const statusSchema = z
	.object({
		ID: whole,
		ENTITY_ID: z.string(),
		STATUS_ID: z.string(),
		NAME: text,
		SORT: optionalWhole,
		SEMANTICS: z.string().nullish(),
		/** Older portals tell it here only. */
		EXTRA: z.union([z.object({ SEMANTICS: z.string().nullish() }).passthrough(), z.array(z.unknown())]).nullish(),
	})
	.passthrough();
export type StatusItem = z.infer<typeof statusSchema>;

export const historySchema = z
	.object({
		ID: whole,
		/** 1 created, 2 to a stage in between, 3 to a final one, 5 to another pipeline. */
		TYPE_ID: whole,
		OWNER_ID: whole,
		CREATED_TIME: time,
		CATEGORY_ID: whole,
		STAGE_ID: z.string(),
	})
	.passthrough();
export type HistoryRecord = z.infer<typeof historySchema>;

/** Nobody found is `[]`, somebody `{CONTACT: [1, "2"]}` (bitrix24.md §5). */
export const duplicatesSchema = z
	.union([z.object({ CONTACT: z.array(whole).nullish() }).passthrough(), z.array(z.unknown()).transform(() => ({ CONTACT: undefined }))])
	.transform(({ CONTACT }) => CONTACT ?? []);

export const commentSchema = z
	.object({ ID: whole, ENTITY_ID: optionalWhole, ENTITY_TYPE: text, CREATED: text, COMMENT: text, AUTHOR_ID: optionalWhole })
	.passthrough();
export type Comment = z.infer<typeof commentSchema>;

export const productRowSchema = z.object({ id: optionalWhole, productId: optionalWhole, productName: text, price: amount, quantity: amount }).passthrough();
export type ProductRow = z.infer<typeof productRowSchema>;

export const userSchema = z.object({ ID: whole, NAME: text, LAST_NAME: text, ACTIVE: z.union([z.boolean(), z.string()]).nullish() }).passthrough();
export type User = z.infer<typeof userSchema>;

export const handlerSchema = z.object({ event: z.string(), handler: z.string() }).passthrough();
export type Handler = z.infer<typeof handlerSchema>;

/** Some methods answer a bare id, some `{id}` or `{task: {id}}`. */
export const newIdSchema = z
	.union([
		whole,
		z.object({ id: whole }).transform(({ id }) => id),
		z.object({ task: z.object({ id: whole }) }).transform(({ task }) => task.id),
	]);
export const anySchema = z.unknown();
