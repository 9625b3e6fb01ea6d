import { z } from 'zod/v4';
import type { Entity } from '../api/accountFields';
import { dateText, type Param } from '../api/command';
import type { FieldDescription } from '../api/schema';
import { NotDone, type Item, type Work } from './operation';
import { millisValue, textValue } from './parameterValues';

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
	const given = Object.entries(mapped).filter(([, value]) => value !== null && value !== undefined && value !== '');
	if (given.length === 0) return {};
	const { fields } = await work.fields.all(entity);
	return Object.fromEntries(
		given.map(([name, value]): [string, Param] => {
			const field = fields.get(name);
			if (field === undefined) {
				throw new NotDone(`Bitrix24 has no ${entity} field ${name}`, 'Open the node, let Fields load the fields again, and choose another one.');
			}
			return [name, encodeValue(field, value)];
		}),
	);
}

const numbers = ['integer', 'double', 'money', 'user', 'crm_contact', 'crm_company'];
const dates = ['date', 'datetime'];

function encodeValue(field: FieldDescription, value: unknown): Param {
	const bad = (wanted: string): never => {
		throw new NotDone(`The field «${field.title}» takes ${wanted}`, 'Correct the value, or the expression that makes it.');
	};
	if (dates.includes(field.type)) return dateText(millisValue.safeParse(value).data ?? bad('a date'));
	if (field.type === 'boolean') return z.boolean().safeParse(value).data ?? bad('true or false');
	if (field.isMultiple === true) {
		return (textValue.safeParse(value).data ?? bad('text')).split(',').map((part) => choiceOf(field, part.trim()));
	}
	if (numbers.includes(field.type)) {
		const number = typeof value === 'number' ? value : Number(textValue.safeParse(value).data ?? Number.NaN);
		return Number.isFinite(number) ? number : bad('a number');
	}
	return choiceOf(field, textValue.safeParse(value).data ?? bad('text'));
}

/** A choice by its id, as the list in the editor gives it, or by its text; any other text as it is. */
function choiceOf({ items }: FieldDescription, text: string): string {
	return items?.find(({ VALUE }) => VALUE.toLowerCase() === text.toLowerCase())?.ID ?? text;
}
