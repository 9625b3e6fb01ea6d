import { z } from 'zod';

/*
 * What Ozon's answers are made of, read the way they really come (ozon.md §14): null means absent, 64-bit numbers come as
 * numbers or as text, booleans too, and dates may be empty.
 */

/** Text or a number as text; empty and null count as absent. Ids are kept as text: some do not fit into a number. */
export const text = z
	.union([z.string(), z.number().transform(String)])
	.nullish()
	.transform((value) => value?.trim() || undefined);

export const neededText = z
	.union([z.string(), z.number().transform(String)])
	.transform((value) => value.trim())
	.pipe(z.string().min(1));

const numeric = z.union([z.number(), z.string().trim().regex(/^-?\d+(\.\d+)?$/).transform(Number)]).pipe(z.number().finite());

export const neededNumber = numeric;
export const number = z
	.union([numeric, z.null(), z.literal('')])
	.optional()
	.transform((value) => (typeof value === 'number' ? value : undefined));

export const flag = z
	.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')])
	.nullish()
	.transform((value) => value ?? false);

/** Go's "no time" is the year 1. */
const earliest = Date.UTC(2000, 0, 1);

/** Epoch ms; empty, null and "no time" count as absent. */
export const time = z
	.string()
	.nullish()
	.transform((value, context): number | undefined => {
		if (value === undefined || value === null || value.trim() === '') return undefined;
		const at = Date.parse(value);
		if (Number.isNaN(at)) {
			context.addIssue({ code: 'custom', message: 'not a time' });
			return z.NEVER;
		}
		return at < earliest ? undefined : at;
	});

export const texts = z
	.array(text)
	.nullish()
	.transform((values) => (values ?? []).filter((value) => value !== undefined));

/** An object that may be null. */
export const maybe = <T>(schema: z.ZodType<T, z.ZodTypeDef, unknown>) =>
	z
		.union([schema, z.null()])
		.optional()
		.transform((value) => value ?? undefined);

/** A list that may be null, or a single object where the schema promises a list (§14, rFBS returns). */
export const listOf = <T>(schema: z.ZodType<T, z.ZodTypeDef, unknown>) =>
	z.preprocess(
		(value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]),
		z.array(schema),
	);

const rawObject = z.record(z.unknown());

/** Keeps the object as it came next to what was read from it. */
export const withRaw = <T extends object>(schema: z.ZodType<T, z.ZodTypeDef, unknown>) =>
	z.unknown().transform((value, context): T & { raw: Record<string, unknown> } => {
		const parsed = schema.safeParse(value);
		if (!parsed.success) {
			parsed.error.issues.forEach((issue) => context.addIssue(issue));
			return z.NEVER;
		}
		return { ...parsed.data, raw: rawObject.parse(value) };
	});
