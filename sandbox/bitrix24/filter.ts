import { findSpec, type FieldSpec, type Spelling } from './fields';
import type { Entity, Kind, Scalar, Value } from './model';
import { entriesOf, isMap, itemsOf, text } from './php';
import { badArgument } from './problem';
import type { Store } from './store';

export type Test = (entity: Entity) => boolean;

const PREFIXES = ['!=%', '!%=', '>=', '<=', '!@', '!=', '!%', '=%', '%=', '>', '<', '@', '%', '!', '='] as const;
export type Operator = (typeof PREFIXES)[number] | '';

/** `>=opportunity` → `>=` and `opportunity`. */
export function splitKey(key: string): { operator: Operator; name: string } {
	const operator = PREFIXES.find((prefix) => key.startsWith(prefix)) ?? '';
	return { operator, name: key.slice(operator.length) };
}

/** How a value of a record compares with what a filter asks for. Texts compare without case, as in the database. */
export function compare(value: Value, operator: Operator, wanted: unknown, type: FieldSpec['type']): boolean {
	if (operator.startsWith('!')) return !compare(value, positive(operator), wanted, type);
	const all = Array.isArray(value) ? value : [value];
	const asked = itemsOf(wanted ?? '');
	if (operator === '' || operator === '=' || operator === '@') {
		return asked.some((one) => (all.length === 0 ? isEmpty(one) : all.some((own) => isEqual(own, one, type))));
	}
	return all.some((own) => asked.some((one) => matches(own, operator, one, type)));
}

function positive(operator: Operator): Operator {
	return PREFIXES.find((prefix) => prefix === operator.slice(1)) ?? '';
}

function matches(own: Scalar, operator: Operator, wanted: unknown, type: FieldSpec['type']): boolean {
	if (operator === '%') return lower(own).includes(lower(wanted));
	// The caller places the percent signs.
	if (operator === '=%' || operator === '%=') return like(lower(own), lower(wanted));
	if (own === null) return false;
	const order = rank(own, wanted, type);
	if (operator === '>') return order > 0;
	if (operator === '>=') return order >= 0;
	return operator === '<' ? order < 0 : order <= 0;
}

function isEqual(own: Scalar, wanted: unknown, type: FieldSpec['type']): boolean {
	if (isEmpty(wanted)) return own === null || own === '';
	return own !== null && rank(own, wanted, type) === 0;
}

const CRM_IDS = ['crm_category', 'crm_contact', 'crm_company'];
const NUMBERS: readonly string[] = ['integer', 'double', 'user', 'enumeration', ...CRM_IDS];

/** Below, at or above zero; NaN (never true) when the two cannot be compared. */
function rank(own: Scalar, wanted: unknown, type: FieldSpec['type']): number {
	if (NUMBERS.includes(type)) return Number(own) - Number(text(wanted) === '' ? Number.NaN : text(wanted));
	if (type === 'date' || type === 'datetime') return Date.parse(text(own)) - Date.parse(text(wanted));
	const [a, b] = [lower(own), lower(flag(wanted))];
	return a === b ? 0 : a < b ? -1 : 1;
}

function flag(wanted: unknown): unknown {
	return typeof wanted === 'boolean' ? (wanted ? 'Y' : 'N') : wanted;
}

function like(own: string, pattern: string): boolean {
	const parts = pattern.split('%').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
	return new RegExp(`^${parts.join('.*')}$`, 's').test(own);
}

function isEmpty(value: unknown): boolean {
	return value === null || value === undefined || value === '' || value === false;
}

function lower(value: unknown): string {
	return text(value).toLowerCase();
}

/** Not a field that can be asked for: phones and e-mails are found by crm.duplicate.findbycomm. */
const UNFILTERABLE: readonly string[] = ['fm', 'phone', 'email'];

/** A filter of crm.item.list: unknown fields are refused, `logic: OR` and nesting count (bitrix24.md §6). */
export function itemFilter(store: Store, kind: Kind, filter: unknown, spelling: Spelling): Test {
	const tests = entriesOf(filter).flatMap(([key, wanted]) => {
		if (key === 'logic') return [];
		if (/^\d+$/.test(key)) return [itemFilter(store, kind, wanted, spelling)];
		const { operator, name } = splitKey(key);
		const spec = UNFILTERABLE.includes(name) ? undefined : findSpec(store, kind, name, spelling);
		if (!spec) throw badArgument(`Invalid filter: field '${name}' is not allowed in filter`);
		return [fieldTest(spec, operator, wanted)];
	});
	const any = isMap(filter) && text(filter.logic).toUpperCase() === 'OR';
	return (entity) => (any ? tests.some((test) => test(entity)) : tests.every((test) => test(entity)));
}

/** A filter of the classic lists: an unknown field is ignored, PHONE and EMAIL compare exactly. */
export function classicFilter(store: Store, kind: Kind, filter: unknown): Test {
	const tests = entriesOf(filter).flatMap(([key, wanted]) => {
		const { operator, name } = splitKey(key);
		if (name === 'PHONE' || name === 'EMAIL') return [multifieldTest(name, wanted)];
		const spec = findSpec(store, kind, name, 'classic');
		return spec ? [fieldTest(spec, operator, wanted)] : [];
	});
	return (entity) => tests.every((test) => test(entity));
}

function fieldTest(spec: FieldSpec, operator: Operator, wanted: unknown): Test {
	return (entity) => compare(entity.values.get(spec.key) ?? null, operator, wanted, spec.type);
}

function multifieldTest(typeId: string, wanted: unknown): Test {
	const asked = new Set(itemsOf(wanted).map(text));
	return (entity) => entity.multifields.some((entry) => entry.typeId === typeId && asked.has(entry.value));
}
