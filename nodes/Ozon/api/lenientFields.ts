import { z } from 'zod/v4';
import { text } from '../../../transport/lenient';

/* What only Ozon's answers are made of (ozon.md §14); 64-bit numbers as text and the like: transport/lenient.ts. */

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
export const maybe = <T>(schema: z.ZodType<T>) =>
	z
		.union([schema, z.null()])
		.optional()
		.transform((value) => value ?? undefined);

/** A list that may be null, or a single object where the schema promises a list (§14, rFBS returns). */
export const listOf = <T>(schema: z.ZodType<T>) =>
	z.preprocess(
		(value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]),
		z.array(schema),
	);
