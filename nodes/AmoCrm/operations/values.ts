import { z } from 'zod';

/** What parameters hold: people type, expressions compute, lists give text where numbers are meant. */

/** An id of amoCRM's. */
export const idValue = z
	.union([z.number().int().positive(), z.string().trim().regex(/^\d+$/, 'must be a number, e.g. 12345678').transform(Number)])
	.transform((id) => id);

const nothing = z.union([z.undefined(), z.null(), z.literal(''), z.literal(0)]).transform(() => undefined);
export const optionalId = z.union([nothing, idValue]);

export const textValue = z.union([z.string(), z.number().transform(String)]);
export const requiredText = textValue.transform((text) => text.trim()).refine((text) => text !== '', 'must not be empty');
export const optionalText = textValue.nullish().transform((text) => text?.trim() || undefined);

/** `one, two` → ['one', 'two'] */
export const listValue = optionalText.transform((text) => (text ?? '').split(/[,;\n]/).map((part) => part.trim()).filter(Boolean));

/** A stage as the list of stages gives it: `pipeline/status`, because 142 and 143 mean nothing by themselves (amocrm.md §3). */
export const stageValue = z
	.string()
	.nullish()
	.transform((text) => text ?? '')
	.pipe(z.string().regex(/^(\d+\/\d+)?$/, 'must be written pipeline/stage, e.g. 8000001/142'))
	.transform((text): { pipeline_id?: number; status_id?: number } => {
		const [pipeline, status] = text.split('/');
		return pipeline && status ? { pipeline_id: Number(pipeline), status_id: Number(status) } : {};
	});

/** A date of n8n's (ISO text, Luxon or epoch ms) as unix seconds. */
export const secondsValue = z
	.union([z.string(), z.number(), z.object({ toMillis: z.function().returns(z.number()) }).passthrough(), z.date()])
	.transform((value, context) => {
		const ms = millisOf(value);
		if (Number.isFinite(ms)) return Math.floor(ms / 1000);
		context.addIssue({ code: z.ZodIssueCode.custom, message: 'must be a date' });
		return z.NEVER;
	});

function millisOf(value: string | number | Date | { toMillis: () => number }): number {
	if (typeof value === 'number') return value;
	if (value instanceof Date) return value.getTime();
	return typeof value === 'string' ? Date.parse(value) : value.toMillis();
}

export const optionalSeconds = z.union([z.undefined(), z.null(), z.literal('')]).transform(() => undefined).or(secondsValue);

export const yesNo = z.boolean();

export const limitValue = z.number().int().min(1);
