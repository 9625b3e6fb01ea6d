import { z } from 'zod/v4';

/*
 * Fields as marketplaces really send them: null or '' for "absent", numbers and booleans written as text, ids as numbers.
 * Each is one step and no union: a union builds an error for every member that does not fit, and a sweep reads a hundred
 * thousand fields.
 */

/** Text, or a number as text; blank and null count as absent. Ids are read as text: some do not fit into a number. */
export const text = z.unknown().transform((value, context): string | undefined => {
	if (value === undefined || value === null) return undefined;
	return (trimmed(value) ?? refuse(context, value, 'text')) || undefined;
});

/** The same where an absent or blank one would make the whole useless. */
export const neededText = z.unknown().transform((value, context): string => trimmed(value) || refuse(context, value, 'text'));

/** A number, also one written as text. */
export const neededNumber = z.unknown().transform((value, context): number => numeric(value) ?? refuse(context, value, 'number'));

/** The same, where null and '' count as absent. */
export const number = z.unknown().transform((value, context): number | undefined => {
	if (value === undefined || value === null || value === '') return undefined;
	return numeric(value) ?? refuse(context, value, 'number');
});

/** True or false, also written as text; absent and null are false. */
export const flag = z.unknown().transform((value, context): boolean => {
	if (value === undefined || value === null) return false;
	if (typeof value === 'boolean') return value;
	return value === 'true' || (value === 'false' ? false : refuse(context, value, 'true or false'));
});

/** A record whose odd entries are left out one by one; what is no record is an empty one. */
export const entriesOf = <T>(entry: z.ZodType<T>) =>
	z
		.record(z.string(), z.unknown())
		.catch({})
		.transform((all): Record<string, T> =>
			Object.fromEntries(
				Object.entries(all).flatMap(([key, value]) => {
					const read = entry.safeParse(value);
					return read.success ? [[key, read.data]] : [];
				}),
			),
		);

const rawObject = z.record(z.string(), z.unknown());

/** Keeps the object as it came next to what was read from it. */
export const withRaw = <T extends object>(schema: z.ZodType<T>) =>
	z.unknown().transform((value, context): T & { raw: Record<string, unknown> } => {
		const parsed = schema.safeParse(value);
		if (!parsed.success) {
			parsed.error.issues.forEach((issue) => context.addIssue(issue));
			return z.NEVER;
		}
		return { ...parsed.data, raw: rawObject.parse(value) };
	});

function trimmed(value: unknown): string | undefined {
	if (typeof value === 'string') return value.trim();
	return typeof value === 'number' ? String(value) : undefined;
}

const decimal = /^-?\d+(\.\d+)?$/;

function numeric(value: unknown): number | undefined {
	const read = typeof value === 'string' && decimal.test(value.trim()) ? Number(value) : value;
	return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

/** Says what came instead by its type only: the value may be somebody's phone. */
function refuse(context: z.RefinementCtx, value: unknown, wanted: string): never {
	const came = value === undefined || value === null || value === '' ? 'nothing' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
	context.addIssue({ code: 'custom', message: `expected ${wanted}, got ${came}` });
	return z.NEVER;
}
