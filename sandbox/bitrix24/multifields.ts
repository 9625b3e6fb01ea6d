import type { Multifield } from './model';
import { entriesOf, isMap, isYes, param, text, whole } from './php';
import { badValue, Problem } from './problem';
import type { Store } from './store';

const VALUE_TYPES: Record<string, readonly string[]> = {
	PHONE: ['WORK', 'MOBILE', 'FAX', 'HOME', 'PAGER', 'MAILING', 'OTHER'],
	EMAIL: ['WORK', 'HOME', 'MAILING', 'OTHER'],
	WEB: ['WORK', 'HOME', 'OTHER'],
	IM: ['OTHER'],
	LINK: ['USER'],
};

/**
 * `fm` of the item API: a list adds, whatever it holds; in a map `n0` adds and an entry's id changes it or, with an
 * empty value, removes it. An entry without `typeId` does nothing and nobody says so (bitrix24.md §5).
 */
export function withFm(store: Store, current: readonly Multifield[], fm: unknown): Multifield[] {
	let next = [...current];
	for (const [key, entry] of entriesOf(fm)) {
		const typeId = text(param(isMap(entry) ? entry : {}, 'typeId'));
		if (!isMap(entry) || !(typeId in VALUE_TYPES)) continue;
		const adds = Array.isArray(fm) || key.startsWith('n');
		next = adds
			? [...next, ...added(store, typeId, entry.valueType, entry.value)]
			: changed(next, whole(key), typeId, entry.valueType, entry.value);
	}
	return next;
}

/** `PHONE` or `EMAIL` of the classic API: with `ID` changes or removes, without it adds. */
export function withClassic(
	store: Store,
	current: readonly Multifield[],
	typeId: string,
	list: unknown,
): Multifield[] {
	let next = [...current];
	for (const [, entry] of entriesOf(list)) {
		if (!isMap(entry)) continue;
		const id = whole(entry.ID);
		if (Number.isNaN(id)) next = [...next, ...added(store, typeId, entry.VALUE_TYPE, entry.VALUE)];
		else next = changed(next, id, typeId, entry.VALUE_TYPE, isYes(entry.DELETE) ? '' : entry.VALUE);
	}
	return next;
}

function added(store: Store, typeId: string, valueType: unknown, value: unknown): Multifield[] {
	const checked = checkedValue(typeId, value);
	if (checked === '') return [];
	return [{ id: store.nextId('multifield'), typeId, valueType: valueTypeOf(typeId, valueType), value: checked }];
}

function changed(
	list: readonly Multifield[],
	id: number,
	typeId: string,
	valueType: unknown,
	value: unknown,
): Multifield[] {
	return list.flatMap((entry) => {
		if (entry.id !== id || entry.typeId !== typeId) return [entry];
		const checked = value === undefined ? entry.value : checkedValue(typeId, value);
		if (checked === '') return [];
		return [{ ...entry, value: checked, valueType: valueTypeOf(typeId, valueType ?? entry.valueType) }];
	});
}

function valueTypeOf(typeId: string, wanted: unknown): string {
	const known = VALUE_TYPES[typeId] ?? [];
	return known.find((type) => type === wanted) ?? known[0] ?? 'OTHER';
}

function checkedValue(typeId: string, value: unknown): string {
	const plain = text(value).trim();
	if (plain.length > 250) throw badValue('FM');
	if (typeId === 'EMAIL' && plain !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(plain)) {
		throw new Problem(400, 'ERROR_CORE', 'Incorrect e-mail address');
	}
	return plain;
}
