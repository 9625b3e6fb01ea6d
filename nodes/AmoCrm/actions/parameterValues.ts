import { z } from 'zod/v4';
import { readNumberText } from '../../../core/input/readNumberText';
import { momentIn, optionally, optionalMomentIn } from '../../shared/parameterValues';
import { inZone } from '../../shared/readParameter';

export { isGiven, limitValue, listValue, optionalAmount, optionalText, requiredText, textValue, yesNo } from '../../shared/parameterValues';

/** What parameters hold: people type, expressions compute, lists give text where numbers are meant. */

/** An id of amoCRM's. */
export const idValue = z.union([
	z.number().int().positive(),
	z.string().transform(readNumberText).pipe(z.string().regex(/^\d+$/, 'must be a number, e.g. 12345678')).transform(Number),
]);

export const optionalId = optionally(idValue);

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

/** A moment as unix seconds; for use inside of an object, made `inZone`. */
export const secondsIn = (zone: string) => momentIn(zone).transform((ms) => Math.floor(ms / 1000));
export const optionalSecondsIn = (zone: string) => optionalMomentIn(zone).transform((ms) => (ms === undefined ? undefined : Math.floor(ms / 1000)));

/** The same as a parameter of its own. */
export const secondsValue = inZone(secondsIn);
