import { z } from 'zod/v4';
import { readNumberText } from '../../../core/input/readNumberText';
import { optionally } from '../../shared/parameterValues';

export { amountValue, isGiven, limitValue, listValue, momentValue, optionalAmount, optionalMomentIn, optionalText, requiredText, textValue, yesNo } from '../../shared/parameterValues';

/** What parameters hold: people type, expressions compute, lists give text where numbers are meant. */

/** An id of Bitrix24's. */
export const idValue = z.union([
	z.number().int().positive(),
	z.string().transform(readNumberText).pipe(z.string().regex(/^[1-9]\d*$/, 'must be a number, e.g. 1234')).transform(Number),
]);

export const optionalId = optionally(idValue);

/** Pipelines are numbered from 0. */
export const pipelineValue = z.union([z.number().int().min(0), z.string().trim().regex(/^\d+$/, 'must be a number, e.g. 0').transform(Number)]);

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

/** JSON as a value, or as the text that a person has typed. */
export const jsonValue = z.unknown().transform((value, context): unknown => {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value);
	} catch {
		context.addIssue({ code: 'custom', message: 'must be JSON' });
		return z.NEVER;
	}
});
