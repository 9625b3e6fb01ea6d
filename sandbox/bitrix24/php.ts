import { parse } from 'qs';

/** Parameters and answers as PHP sees them: one kind of array, numbers as texts, empty maps written as `[]`. */
export type Params = Record<string, unknown>;

const FORM = { depth: 20, arrayLimit: 0, parameterLimit: 100_000, duplicates: 'last' } as const;

/** A query string or form body. Keys `0…n-1` make a list, any other numeric keys a map (`fm[156][value]`). */
export function fromForm(text: string): Params {
	const parsed = listed(parse(text, FORM));
	return isMap(parsed) ? parsed : {};
}

/** Maps with the keys `0…n-1` in order are lists, as everywhere in PHP. */
export function listed(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(listed);
	if (!isMap(value)) return value;
	const keys = Object.keys(value);
	if (keys.length > 0 && keys.every((key, index) => key === String(index))) return Object.values(value).map(listed);
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, listed(inner)]));
}

/** How json_encode writes an associative array: `[]` when it is empty, a list when its keys are `0…n-1`. */
export function assoc(entries: Iterable<readonly [string, unknown]>): unknown {
	const map = Object.fromEntries(entries);
	return Object.keys(map).length === 0 ? [] : listedOnce(map);
}

function listedOnce(map: Record<string, unknown>): unknown {
	return Object.keys(map).every((key, index) => key === String(index)) ? Object.values(map) : map;
}

export function isMap(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map or a list as a map; anything else has no entries. */
export function entriesOf(value: unknown): [string, unknown][] {
	return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

export function itemsOf(value: unknown): unknown[] {
	return typeof value === 'object' && value !== null ? Object.values(value) : value === undefined ? [] : [value];
}

/** The first of these keys that was sent: parameters are known in several spellings (`id`, `ID`). */
export function param(params: Params, ...names: string[]): unknown {
	const name = names.find((known) => params[known] !== undefined);
	return name === undefined ? undefined : params[name];
}

/** A whole number, or NaN. */
export function whole(value: unknown): number {
	if (typeof value === 'number') return Number.isInteger(value) ? value : Number.NaN;
	return typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
}

export function text(value: unknown): string {
	return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function isYes(value: unknown): boolean {
	return value === true || ['Y', 'y', '1', 'true'].includes(text(value));
}
