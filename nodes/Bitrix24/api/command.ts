/** What a parameter of a method may be. `undefined` is left out. */
export type Param = string | number | boolean | null | undefined | Reference | readonly Param[] | { readonly [key: string]: Param };
export type Params = { readonly [key: string]: Param };

/** One method call, alone or inside a batch. */
export interface Command {
	method: string;
	params: Params;
}

/** The answer of an earlier command of the same batch (bitrix24.md §6 `$result`). */
export class Reference {
	/** @param stepsBack how many commands before this one; @param path inside its result */
	constructor(
		readonly stepsBack: number,
		readonly path: readonly (string | number)[],
	) {}
}

/** Keys are no numbers: PHP would write a list without gaps as an array. */
export const keyOf = (position: number): string => `c${position}`;

/** A command as `batch` takes it: `method?query` in PHP's way of writing arrays. */
export function encodeCommand({ method, params }: Command, position: number): string {
	const pairs = Object.entries(params).flatMap(([name, value]) => encode(name, value, position));
	return pairs.length === 0 ? method : `${method}?${pairs.join('&')}`;
}

function encode(name: string, value: Param, position: number): string[] {
	if (value === undefined) return [];
	if (value instanceof Reference) return [`${encodeURIComponent(name)}=${encodeURIComponent(referenceText(value, position))}`];
	if (isList(value)) return value.flatMap((element, index) => encode(`${name}[${index}]`, element, position));
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value).flatMap(([key, inner]) => encode(`${name}[${key}]`, inner, position));
	}
	return [`${encodeURIComponent(name)}=${encodeURIComponent(plainText(value))}`];
}

const isList = (value: Param): value is readonly Param[] => Array.isArray(value);

const referenceText = ({ stepsBack, path }: Reference, position: number): string =>
	`$result[${keyOf(position - stepsBack)}]${path.map((part) => `[${part}]`).join('')}`;

function plainText(value: string | number | boolean | null): string {
	if (value === null) return '';
	if (typeof value === 'boolean') return value ? 'Y' : 'N';
	// A buyer's text must not become a reference to what another command has answered.
	return String(value).toWellFormed().replaceAll('$result[', '$result [');
}

/**
 * Where the parameters hold an empty list, e.g. `fields[contactIds]`. PHP's way of writing arrays has none, so in a batch it vanishes
 * (bitrix24.md §6): nothing is cleared, and a filter by it lets everything through.
 */
export function emptyLists(params: Params): string[] {
	const within = (name: string, value: Param): string[] => {
		if (typeof value !== 'object' || value === null || value instanceof Reference) return [];
		if (isList(value)) return value.length === 0 ? [name] : value.flatMap((element, index) => within(`${name}[${index}]`, element));
		return Object.entries(value).flatMap(([key, inner]) => within(`${name}[${key}]`, inner));
	};
	return Object.entries(params).flatMap(([name, value]) => within(name, value));
}

/** The same parameters as a JSON body, for a call outside a batch. */
export const asBody = (params: Params): object => Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));

/** Bitrix24 takes ISO 8601 with an offset and without fractions (bitrix24.md §6 "Dates"). @param ms epoch ms */
export const dateText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00');
