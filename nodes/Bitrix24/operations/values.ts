import { z } from 'zod';

/** What parameters hold: people type, expressions compute, lists give text where numbers are meant. */

/** An id of Bitrix24's. */
export const idValue = z.union([
	z.number().int().positive(),
	z.string().trim().regex(/^[1-9]\d*$/, 'must be a number, e.g. 1234').transform(Number),
]);

const nothing = z.union([z.undefined(), z.null(), z.literal(''), z.literal(0)]).transform(() => undefined);
export const optionalId = z.union([nothing, idValue]);

/** Pipelines are numbered from 0. */
export const pipelineValue = z.union([z.number().int().min(0), z.string().trim().regex(/^\d+$/, 'must be a number, e.g. 0').transform(Number)]);

export const textValue = z.union([z.string(), z.number().transform(String)]);
export const requiredText = textValue.transform((text) => text.trim()).refine((text) => text !== '', 'must not be empty');
export const optionalText = textValue.nullish().transform((text) => text?.trim() || undefined);

/** `one, two` → ['one', 'two'] */
export const listValue = optionalText.transform((text) => (text ?? '').split(/[,;\n]/).map((part) => part.trim()).filter(Boolean));

/** A stage as the list of stages gives it: `pipeline/stage`, because a stage of another pipeline is silently ignored (bitrix24.md §4). */
export const stageValue = z
	.string()
	.nullish()
	.transform((text) => text?.trim() ?? '')
	.pipe(z.string().regex(/^(\d+\/[\w:-]+)?$/, 'must be written pipeline/stage, e.g. 1/C1:NEW'))
	.transform((text): { pipelineId: string; statusId: string } | undefined => {
		const [pipelineId, statusId] = text.split('/');
		return pipelineId && statusId ? { pipelineId, statusId } : undefined;
	});

/** A date of n8n's (ISO text, Luxon or epoch ms) as epoch ms. */
export const millisValue = z
	.union([z.string(), z.number(), z.object({ toMillis: z.function().returns(z.number()) }).passthrough(), z.date()])
	.transform((value, context) => {
		const ms = millisOf(value);
		if (Number.isFinite(ms)) return ms;
		context.addIssue({ code: z.ZodIssueCode.custom, message: 'must be a date' });
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

/** JSON as a value, or as the text that a person has typed. */
export const jsonValue = z.unknown().transform((value, context): unknown => {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value);
	} catch {
		context.addIssue({ code: z.ZodIssueCode.custom, message: 'must be JSON' });
		return z.NEVER;
	}
});
