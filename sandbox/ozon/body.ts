import { z } from 'zod/v4';

import { badArgument } from './refusal';

/** Protobuf JSON takes 64-bit numbers as numbers and as strings (ozon.md §14). */
export const int64 = z.union([
	z.number().int(),
	z
		.string()
		.regex(/^-?\d+$/)
		.transform(Number),
]);

/** A moment in UTC, as epoch ms. */
export const moment = z
	.string()
	.datetime()
	.transform((text) => Date.parse(text));

export const period = z.object({ from: moment.optional(), to: moment.optional() });
export type Period = z.output<typeof period>;

export const within = (range: Period | undefined, at: number): boolean =>
	range === undefined || (at >= (range.from ?? 0) && at <= (range.to ?? Number.POSITIVE_INFINITY));

export const sortDirection = z
	.string()
	.optional()
	.transform((text) => text?.toLowerCase() ?? 'asc')
	.pipe(z.enum(['asc', 'desc']));
export type Direction = z.output<typeof sortDirection>;

/** A page size in the words the API uses for a bad one. */
export const limitUpTo = (largest: number) =>
	int64.refine((value) => value >= 1 && value <= largest, `value must be inside range [1, ${largest}]`);

/** Reads a body; a bad one is refused with 400 and the name of its first bad field. Unknown fields are ignored, as protobuf does. */
export function read<S extends z.ZodTypeAny>(schema: S, body: unknown): z.output<S> {
	const parsed = schema.safeParse(body ?? {});
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw badArgument(`Request validation error: invalid ${issue?.path.join('.') || 'body'}: ${issue?.message ?? ''}`);
}
