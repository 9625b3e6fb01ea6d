import { z } from 'zod/v4';
import { readAmount } from '../../core/input/readAmount';
import { readTime } from '../../core/input/readTime';
import { inZone } from './readParameter';

/** What parameters hold: people type, expressions compute, lists give text where numbers are meant. */

const nothing = z.union([z.undefined(), z.null(), z.literal(''), z.literal(0)]).transform(() => undefined);
/** Blanks change nothing in a CRM. */
export const isGiven = (value: unknown): boolean => value !== null && value !== undefined && (typeof value !== 'string' || value.trim() !== '');

/** A field that was left empty is `undefined`. */
export const optionally = <T>(value: z.ZodType<T>) => z.union([nothing, value]);

export const textValue = z.union([z.string(), z.number().transform(String)]);
export const requiredText = textValue.transform((text) => text.trim()).refine((text) => text !== '', 'must not be empty');
export const optionalText = textValue.nullish().transform((text) => text?.trim() || undefined);

/** `one, two` → ['one', 'two'] */
export const listValue = optionalText.transform((text) => (text ?? '').split(/[,;\n]/).map((part) => part.trim()).filter(Boolean));

/** A comma of `77475550123,0` belongs to the number (a table made it one), and so does that of `7,7475550123E+10`. */
export const phoneListValue = optionalText.transform((text) => (text ?? '').split(/[;\n]|,(?!0+\s*(?:[,;\n]|$)|\d+e\+?\d)/i).map((part) => part.trim()).filter(Boolean));

/** A moment as epoch ms; a time without a zone is the workflow's. For use inside of an object, made `inZone`. */
export const momentIn = (zone: string) => z.unknown().transform((value, context): number => momentOf(value, zone, context) ?? refuse(context, 'is empty'));
export const optionalMomentIn = (zone: string) => z.unknown().transform((value, context) => momentOf(value, zone, context));

/** The same as a parameter of its own. */
export const momentValue = inZone(momentIn);
export const optionalMoment = inZone(optionalMomentIn);

function momentOf(value: unknown, zone: string, context: z.RefinementCtx): number | undefined {
	const reading = readTime(value, { zone, kind: 'moment' });
	if (reading.kind === 'refused') return refuse(context, reading.why);
	return reading.kind === 'moment' ? reading.ms : undefined;
}

function refuse(context: z.RefinementCtx, message: string): never {
	context.addIssue({ code: 'custom', message });
	return z.NEVER;
}

export const yesNo = z.boolean();

/** An amount of money or a count, also written as text (`1 500,50`). A blank is `undefined`, never zero. */
export const optionalAmount = z.unknown().transform((value, context): number | undefined => {
	const reading = readAmount(value);
	if (reading.kind === 'refused') return refuse(context, reading.why);
	return reading.kind === 'amount' ? reading.amount : undefined;
});
export const amountValue = optionalAmount.transform((amount, context): number => amount ?? refuse(context, 'is empty'));
export const countValue = amountValue.pipe(z.number().int().min(1));
export const limitValue = countValue;
export const secondsToWait = amountValue.pipe(z.number().min(0));
