import { notSupportedChoice, invalidType, tooLong, type Issue } from './problem';
import type { EntityType, Field, FieldValue, FieldValues } from './model';

/** Field types and where they exist (custom-fields documentation, table of types per entity). */
const EVERYWHERE: readonly EntityType[] = ['leads', 'contacts'];
const TYPES: Record<string, readonly EntityType[]> = {
	text: EVERYWHERE,
	numeric: EVERYWHERE,
	checkbox: EVERYWHERE,
	select: EVERYWHERE,
	multiselect: EVERYWHERE,
	date: EVERYWHERE,
	url: EVERYWHERE,
	date_time: EVERYWHERE,
	textarea: EVERYWHERE,
	radiobutton: EVERYWHERE,
	streetaddress: EVERYWHERE,
	smart_address: EVERYWHERE,
	birthday: EVERYWHERE,
	legal_entity: EVERYWHERE,
	monetary: EVERYWHERE,
	file: EVERYWHERE,
	multitext: ['contacts'],
	tracking_data: ['leads'],
};

export function typeExists(type: string, entity: EntityType): boolean {
	return TYPES[type]?.includes(entity) === true;
}

/** Numbers that events use instead of the type's name. */
const TYPE_NUMBERS: Record<string, number> = {
	text: 1,
	numeric: 2,
	checkbox: 3,
	select: 4,
	multiselect: 5,
	date: 6,
	url: 7,
	multitext: 8,
	textarea: 9,
	radiobutton: 10,
	streetaddress: 11,
	smart_address: 13,
	birthday: 14,
	legal_entity: 15,
	date_time: 19,
	monetary: 20,
	tracking_data: 22,
	file: 26,
};

export function typeNumber(type: string | undefined): number {
	return TYPE_NUMBERS[type ?? 'text'] ?? 1;
}

export const ENUM_TYPES: readonly string[] = ['select', 'multiselect', 'radiobutton'];
const DATE_TYPES: readonly string[] = ['date', 'date_time', 'birthday'];
const STRUCTURED_TYPES: readonly string[] = ['legal_entity', 'file'];
const SHORT_TEXT_LIMIT = 256;

/** One value as a client sends it. */
export interface ValueInput {
	value?: unknown;
	enum_id?: number | null;
	enum_code?: string | null;
}

/** Reads one sent value for a field, or says what is wrong with it. */
export function readValue(field: Field, input: ValueInput, path: string): FieldValue | Issue {
	if (field.enums !== null) return readEnumerated(field, input, path);
	const { value } = input;
	const at = `${path}.value`;
	if (DATE_TYPES.includes(field.type)) return readDate(value, at);
	if (STRUCTURED_TYPES.includes(field.type)) return isRecord(value) ? { value } : invalidType(at, 'array');
	if (field.type === 'checkbox') return typeof value === 'boolean' ? { value } : invalidType(at, 'bool');
	if (field.type === 'numeric' || field.type === 'monetary') {
		const text = typeof value === 'number' ? String(value) : value;
		return typeof text === 'string' && text.trim() !== '' && Number.isFinite(Number(text))
			? { value: text }
			: invalidType(at, 'numeric');
	}
	if (typeof value !== 'string') return invalidType(at, 'string');
	if (field.type === 'text' && value.length > SHORT_TEXT_LIMIT) return tooLong(at, SHORT_TEXT_LIMIT);
	return { value };
}

function readEnumerated(field: Field, input: ValueInput, path: string): FieldValue | Issue {
	const options = field.enums ?? [];
	if (field.type === 'multitext') {
		if (typeof input.value !== 'string') return invalidType(`${path}.value`, 'string');
		const wanted = input.enum_id ?? input.enum_code ?? undefined;
		const option = options.find(({ id, value }) => wanted === undefined || id === wanted || value === wanted);
		if (!option) return notSupportedChoice(`${path}.${input.enum_id ? 'enum_id' : 'enum_code'}`);
		return { value: input.value, enumId: option.id, enumCode: option.value };
	}
	const key = input.enum_id != null ? 'enum_id' : input.enum_code != null ? 'enum_code' : 'value';
	const option = options.find(({ id, code, value }) => ({ enum_id: id, enum_code: code, value })[key] === input[key]);
	return option
		? { value: option.value, enumId: option.id, enumCode: option.code }
		: notSupportedChoice(`${path}.${key}`);
}

/** Unix seconds or RFC 3339 (custom-fields documentation). */
function readDate(value: unknown, path: string): FieldValue | Issue {
	if (typeof value === 'number' && Number.isInteger(value)) return { value };
	if (typeof value === 'string' && /^\d+$/.test(value)) return { value: Number(value) };
	const parsed = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
	return Number.isNaN(parsed) ? invalidType(path, 'int') : { value: Math.floor(parsed / 1000) };
}

/** `custom_fields_values` as reads show it: null when empty. */
export function renderValues(fields: ReadonlyMap<number, Field>, values: FieldValues): unknown[] | null {
	const shown = filledFields(fields, values).map(([field, filled]) => ({
		field_id: field.id,
		field_name: field.name,
		field_code: field.code,
		field_type: field.type,
		values: filled.map(({ value, enumId, enumCode }) =>
			enumId === undefined ? { value } : { value, enum_id: enumId, enum_code: enumCode ?? null },
		),
	}));
	return shown.length === 0 ? null : shown;
}

/** The fields that have values, in the account's order. */
export function filledFields(fields: ReadonlyMap<number, Field>, values: FieldValues): [Field, FieldValue[]][] {
	const filled: [Field, FieldValue[]][] = [];
	for (const [id, list] of values) {
		const field = fields.get(id);
		if (field && list.length > 0) filled.push([field, list]);
	}
	return filled.sort(([a], [b]) => a.sort - b.sort || a.id - b.id);
}

/** What a field's values look like to the search: phones as bare digits, the rest as typed (amocrm.md §5). */
export function searchText(field: Field, values: readonly FieldValue[]): string {
	return values
		.map(({ value }) => (field.code === 'PHONE' ? String(value).replace(/\D/g, '') : textOf(value).toLowerCase()))
		.join('\n');
}

export function textOf(value: FieldValue['value']): string {
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The values of a field found by its code. */
export function valuesByCode(fields: ReadonlyMap<number, Field>, values: FieldValues, code: string): string[] {
	return filledFields(fields, values)
		.filter(([field]) => field.code === code)
		.flatMap(([, list]) => list.map(({ value }) => textOf(value)));
}

export function isIssue(read: FieldValue | Issue): read is Issue {
	return 'path' in read;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
