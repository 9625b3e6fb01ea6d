import { DateTime } from 'luxon';
import { z } from 'zod/v4';
import { readAmount } from '../../../core/input/readAmount';
import { readTime } from '../../../core/input/readTime';
import type { Entity } from '../api/client';
import type { FieldPayload } from '../api/payloads';
import type { CustomField } from '../api/schema';
import { NotDone, type Item, type Work } from './operation';
import { isGiven, textValue } from './parameterValues';

/** What the resource mapper gives: field id → value. */
export const mappedValue = z
	.object({ value: z.record(z.string(), z.unknown()).nullish() })
	.passthrough()
	.nullish()
	.transform((mapped) => mapped?.value ?? {});

/** The item's custom fields as amoCRM takes them. An empty value is left out: it changes nothing. */
export async function readCustomFields(work: Work, item: Item, entity: Entity): Promise<FieldPayload[]> {
	const mapped = item.get(entity === 'leads' ? 'dealCustomFields' : 'contactCustomFields', mappedValue);
	const given = Object.entries(mapped).filter(([, value]) => isGiven(value));
	if (given.length === 0) return [];
	const known = await work.fields.all(entity);
	const fields = given.map(([key, value]) => {
		const field = known.find(({ id, code }) => String(id) === key || code === key);
		if (field === undefined) {
			throw new NotDone(`amoCRM has no custom field ${key}`, 'Open the node, let Custom Fields load the fields again, and choose another one.');
		}
		return { field, value };
	});
	const workflow = work.execution.timezone;
	// amoCRM keeps a day as its first moment in the account's zone, which need not be the workflow's.
	const account = fields.some(({ field }) => days.includes(field.type)) ? ((await work.fields.timezone()) ?? workflow) : workflow;
	return fields.map(({ field, value }) => ({ field_id: field.id, values: encodeValue(field, value, { workflow, account }) }));
}

const numeric = ['numeric', 'monetary'];
const days = ['date', 'birthday'];
const choices = ['select', 'radiobutton'];

/** IANA names. */
interface Zones {
	workflow: string;
	account: string;
}

function encodeValue(field: CustomField, value: unknown, zones: Zones): FieldPayload['values'] {
	const bad = (wanted: string): never => {
		throw new NotDone(`The custom field «${field.name}» ${wanted}`, 'Correct the value, or the expression that makes it.');
	};
	if (days.includes(field.type) || field.type === 'date_time') {
		const time = readTime(value, { zone: zones.workflow, kind: field.type === 'date_time' ? 'moment' : 'day' });
		if (time.kind === 'moment') return [{ value: Math.floor(time.ms / 1000) }];
		return [{ value: time.kind === 'day' ? DateTime.fromISO(time.day, { zone: zones.account }).toUnixInteger() : bad(time.kind === 'refused' ? time.why : 'is empty') }];
	}
	if (field.type === 'checkbox') return [{ value: z.boolean().safeParse(value).data ?? bad('takes true or false') }];
	if (numeric.includes(field.type)) {
		const reading = readAmount(value);
		return [{ value: reading.kind === 'amount' ? reading.amount : bad(reading.kind === 'refused' ? reading.why : 'is empty') }];
	}
	const text = textValue.safeParse(value).data ?? bad('takes text');
	if (choices.includes(field.type)) return [choiceOf(field, text) ?? bad('takes one of its own choices')];
	if (field.type === 'multiselect') {
		return text.split(',').map((part) => choiceOf(field, part.trim()) ?? bad('takes its own choices, separated by commas'));
	}
	return [{ value: text }];
}

/** A choice by its id, as the list in the editor gives it, or by its text. */
function choiceOf({ enums }: CustomField, text: string): { enum_id: number } | undefined {
	const found = enums.find(({ id }) => String(id) === text) ?? enums.find(({ value }) => value.toLowerCase() === text.toLowerCase());
	return found === undefined ? undefined : { enum_id: found.id };
}
