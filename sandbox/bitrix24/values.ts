import { findSpec, type FieldSpec, type FieldType, type Spelling } from './fields';
import type { Kind, Scalar, Value, Values } from './model';
import { entriesOf, itemsOf, text, whole } from './php';
import { badValue, Problem } from './problem';
import type { Store } from './store';

/** Characters that the portal takes (vendor's page of 2026-08-26, bitrix24.md §11). */
const LONGEST: Readonly<Record<string, number>> = { title: 255, originId: 255, originatorId: 255, name: 50, lastName: 50, secondName: 50 };

const WHOLE: readonly FieldType[] = ['integer', 'user', 'crm_category', 'crm_contact', 'crm_company'];

/**
 * What a write asks for. Names nobody knows and read-only fields are dropped without a word; the item API refuses
 * values that do not fit, the classic one drops them too (bitrix24.md §4).
 */
export function readFields(store: Store, kind: Kind, fields: unknown, spelling: Spelling): Values {
	const values: Values = new Map();
	for (const [name, raw] of entriesOf(fields)) {
		const spec = findSpec(store, kind, name, spelling);
		if (!spec || spec.isReadOnly) continue;
		const value = readValue(store, spec, raw);
		if (typeof value === 'string' && value.length > (LONGEST[spec.item] ?? Number.POSITIVE_INFINITY)) throw badValue(name);
		if (value !== undefined) values.set(spec.key, value);
		else if (spelling !== 'classic') throw badValue(name);
	}
	return values;
}

/** Undefined when the value does not fit the field. */
export function readValue(store: Store, spec: FieldSpec, raw: unknown): Value | undefined {
	if (!spec.isMultiple) return typeof raw === 'object' && raw !== null ? undefined : readScalar(store, spec, raw);
	if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean') {
		const type = typeof raw === 'string' ? 'string' : typeof raw === 'number' ? 'int' : 'bool';
		throw new Problem(400, '100', `Expected iterable value for multiple field, but got \`${type}\` instead`);
	}
	const list = itemsOf(raw ?? []).map((one) => readScalar(store, spec, one));
	return list.some((one) => one === undefined) ? undefined : list.flatMap((one) => one ?? []);
}

function readScalar(store: Store, spec: FieldSpec, raw: unknown): Scalar | undefined {
	if (raw === null || raw === undefined || raw === '') return null;
	if (WHOLE.includes(spec.type)) return orNothing(whole(raw));
	switch (spec.type) {
		case 'double':
			return orNothing(Number(text(raw)));
		case 'char':
		case 'boolean':
			return readFlag(raw);
		case 'date':
		case 'datetime':
			return readMoment(store, text(raw));
		case 'enumeration':
			return spec.custom?.list.find(({ id }) => id === whole(raw))?.id;
		default:
			return text(raw);
	}
}

function orNothing(number: number): number | undefined {
	return Number.isFinite(number) ? number : undefined;
}

function readFlag(raw: unknown): 'Y' | 'N' | undefined {
	if ([true, 1, '1', 'Y', 'y', 'true'].some((yes) => yes === raw)) return 'Y';
	return [false, 0, '0', 'N', 'n', 'false'].some((no) => no === raw) ? 'N' : undefined;
}

/** ISO 8601, or the portal's own `31.12.2026 10:00:00`. */
function readMoment(store: Store, raw: string): string | undefined {
	const [, day, month, year, time = '00:00:00'] = /^(\d\d)\.(\d\d)\.(\d{4})(?: (\d\d:\d\d(?::\d\d)?))?$/.exec(raw) ?? [];
	const isDay = /^\d{4}-\d\d-\d\d$/.test(raw);
	const iso = day ? `${year}-${month}-${day}T${time}+05:00` : isDay ? `${raw}T00:00:00+05:00` : raw;
	const ms = Date.parse(iso);
	return Number.isNaN(ms) ? undefined : store.moment(ms);
}

/** As crm.item.* shows it: typed. */
export function typed(value: Value | undefined, spec: FieldSpec): Value {
	return value ?? (spec.isMultiple ? [] : null);
}

/** As the classic methods show it: texts, money with two digits, flags of custom fields as 1 and 0. */
export function classic(value: Value | undefined, spec: FieldSpec): string | string[] | null | false {
	if (Array.isArray(value)) return value.map((one) => classicScalar(one, spec) ?? '');
	// An empty multiple field is false in the classic answers.
	if (spec.isMultiple) return false;
	return classicScalar(value ?? null, spec);
}

function classicScalar(value: Scalar, spec: FieldSpec): string | null {
	if (value === null) return null;
	if (spec.type === 'boolean') return value === 'Y' ? '1' : '0';
	return spec.type === 'double' && !spec.custom ? Number(value).toFixed(2) : String(value);
}

export function isSame(a: Value | undefined, b: Value | undefined): boolean {
	return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
