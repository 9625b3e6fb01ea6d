import { z } from 'zod/v4';
import { readAmount } from '../../../core/input/readAmount';
import { readTime } from '../../../core/input/readTime';
import type { Entity } from '../api/accountFields';
import { dateText, type Param } from '../api/command';
import type { FieldDescription } from '../api/schema';
import { NotDone, type Item, type Work } from './operation';
import { isGiven, textValue } from './parameterValues';

/** What the resource mapper gives: field name → value. */
const mappedValue = z
	.object({ value: z.record(z.string(), z.unknown()).nullish() })
	.passthrough()
	.nullish()
	.transform((mapped) => mapped?.value ?? {});

/**
 * The item's further fields as Bitrix24 takes them. An empty value is left out: it changes nothing. A name that the portal does
 * not have is refused here, because Bitrix24 would silently ignore it (bitrix24.md §4).
 */
export async function readMappedFields(work: Work, item: Item, entity: Entity): Promise<Record<string, Param>> {
	const mapped = item.get(`${entity}Fields`, mappedValue);
	const given = Object.entries(mapped).filter(([, value]) => isGiven(value));
	if (given.length === 0) return {};
	const { fields } = await work.fields.all(entity);
	return Object.fromEntries(
		given.map(([name, value]): [string, Param] => {
			const field = fields.get(name);
			if (field === undefined) {
				throw new NotDone(`Bitrix24 has no ${entity} field ${name}`, 'Open the node, let Fields load the fields again, and choose another one.');
			}
			return [name, encodeField(field, value, work.execution.timezone)];
		}),
	);
}

const numbers = ['integer', 'double', 'money', 'user', 'crm_contact', 'crm_company'];
const fractions = ['double', 'money'];

/** A field of several values takes a list, or a text with commas. */
function encodeField(field: FieldDescription, value: unknown, zone: string): Param {
	if (field.isMultiple !== true) return encodeValue(field, value, zone);
	const parts: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',').map((part) => part.trim()) : [value];
	return parts.map((part) => encodeValue(field, part, zone));
}

function encodeValue(field: FieldDescription, value: unknown, zone: string): string | number | boolean {
	const bad = (wanted: string): never => {
		throw new NotDone(`The field «${field.title}» ${wanted}`, 'Correct the value, or the expression that makes it.');
	};
	if (field.type === 'date' || field.type === 'datetime') {
		// A day goes as a day: as a moment it would be another one in the portal's zone.
		const time = readTime(value, { zone, kind: field.type === 'date' ? 'day' : 'moment' });
		if (time.kind === 'day') return time.day;
		return time.kind === 'moment' ? dateText(time.ms) : bad(time.kind === 'refused' ? time.why : 'is empty');
	}
	// As Bitrix24 itself writes money.
	if (field.type === 'money' && typeof value === 'string' && /^\d+(?:\.\d+)?\|[A-Z]{3}$/.test(value.trim())) return value.trim();
	if (field.type === 'boolean') return z.boolean().safeParse(value).data ?? bad('takes true or false');
	if (numbers.includes(field.type)) {
		const reading = readAmount(value);
		if (reading.kind !== 'amount') return bad(reading.kind === 'refused' ? reading.why : 'is empty');
		return fractions.includes(field.type) || Number.isInteger(reading.amount) ? reading.amount : bad('takes a whole number');
	}
	return choiceOf(field, textValue.safeParse(value).data ?? bad('takes text'));
}

/** A choice by its id, as the list in the editor gives it, or by its text; any other text as it is. */
function choiceOf({ items }: FieldDescription, text: string): string {
	return items?.find(({ VALUE }) => VALUE.toLowerCase() === text.toLowerCase())?.ID ?? text;
}
