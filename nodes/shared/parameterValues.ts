import { z } from 'zod/v4';

/** What parameters hold: people type, expressions compute, lists give text where numbers are meant. */

const nothing = z.union([z.undefined(), z.null(), z.literal(''), z.literal(0)]).transform(() => undefined);
/** A field that was left empty is `undefined`. */
export const optionally = <T>(value: z.ZodType<T>) => z.union([nothing, value]);

export const textValue = z.union([z.string(), z.number().transform(String)]);
export const requiredText = textValue.transform((text) => text.trim()).refine((text) => text !== '', 'must not be empty');
export const optionalText = textValue.nullish().transform((text) => text?.trim() || undefined);

/** `one, two` → ['one', 'two'] */
export const listValue = optionalText.transform((text) => (text ?? '').split(/[,;\n]/).map((part) => part.trim()).filter(Boolean));

/** Expressions give a DateTime of n8n's own Luxon, which is no instance of ours. */
const luxonTime = z.custom<{ toMillis: () => number }>(
	(value) => typeof value === 'object' && value !== null && 'toMillis' in value && typeof value.toMillis === 'function',
);

/** A date of n8n's (ISO text, Luxon or epoch ms) as epoch ms. */
export const millisValue = z
	.union([z.string(), z.number(), luxonTime, z.date()])
	.transform((value, context) => {
		const ms = millisOf(value);
		if (Number.isFinite(ms)) return ms;
		context.addIssue({ code: 'custom', message: 'must be a date' });
		return z.NEVER;
	});

function millisOf(value: string | number | Date | { toMillis: () => number }): number {
	if (typeof value === 'number') return value;
	if (value instanceof Date) return value.getTime();
	return typeof value === 'string' ? Date.parse(value) : value.toMillis();
}

export const optionalMillis = z.union([z.undefined(), z.null(), z.literal('')]).transform(() => undefined).or(millisValue);

export const yesNo = z.boolean();
export const limitValue = z.number().int().min(1);
