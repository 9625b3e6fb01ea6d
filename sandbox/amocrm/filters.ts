import { textOf } from './fields';
import { at, isInside, isRecord, listOf, rangeOf, type Range } from './http';
import type { Contact, EntityType, Lead } from './model';
import { Problem } from './problem';
import type { AmoSettings } from './settings';
import type { Store } from './store';

type Test<T> = (entity: T) => boolean;

/**
 * The filters of a list as one test. A filter nobody knows is ignored, so a client that trusts it gets everything;
 * a custom-field filter is refused unless the account has the API filter (amocrm.md §3).
 */
export function entityTest(
	store: Store,
	settings: AmoSettings,
	type: EntityType,
	filter: unknown,
): Test<Lead | Contact> {
	const tests: Test<Lead | Contact>[] = [
		oneOf<Lead | Contact>(filter, 'name', ({ name }) => name),
		oneOf<Lead | Contact>(filter, 'created_by', ({ createdBy }) => createdBy),
		oneOf<Lead | Contact>(filter, 'updated_by', ({ updatedBy }) => updatedBy),
		oneOf<Lead | Contact>(filter, 'responsible_user_id', ({ responsibleUserId }) => responsibleUserId),
		between<Lead | Contact>(filter, 'created_at', ({ createdAt }) => createdAt),
		between<Lead | Contact>(filter, 'updated_at', ({ updatedAt }) => updatedAt),
		between<Lead | Contact>(filter, 'closest_task_at', ({ id }) => store.closestTaskAt(type, id)),
		...fieldTests(store, settings, type, at(filter, 'custom_fields_values')),
		...(type === 'leads' ? [onlyLeads(filter)] : []),
	].flatMap((test) => test ?? []);
	return (entity) => tests.every((test) => test(entity));
}

function onlyLeads(filter: unknown): Test<Lead | Contact> {
	const tests = [
		oneOf<Lead>(filter, 'pipeline_id', ({ pipelineId }) => pipelineId),
		between<Lead>(filter, 'price', ({ price }) => price),
		between<Lead>(filter, 'closed_at', ({ closedAt }) => closedAt),
		stages(at(filter, 'statuses')),
	].flatMap((test) => test ?? []);
	return (entity) => !('price' in entity) || tests.every((test) => test(entity));
}

function oneOf<T>(filter: unknown, key: string, read: (entity: T) => string | number): Test<T> | undefined {
	const wanted = listOf(at(filter, key));
	return wanted && ((entity) => wanted.includes(String(read(entity))));
}

function between<T>(filter: unknown, key: string, read: (entity: T) => number | null): Test<T> | undefined {
	const range = rangeOf(at(filter, key));
	return range && ((entity) => isInside(range, read(entity)));
}

function stages(statuses: unknown): Test<Lead> | undefined {
	if (!isRecord(statuses) && !Array.isArray(statuses)) return undefined;
	const wanted = Object.values(statuses).map((one: unknown) => ({
		pipeline: at(one, 'pipeline_id'),
		status: at(one, 'status_id'),
	}));
	return ({ pipelineId, statusId }) =>
		wanted.some(({ pipeline, status }) => pipeline === String(pipelineId) && status === String(statusId));
}

function fieldTests(store: Store, settings: AmoSettings, type: EntityType, filter: unknown): Test<Lead | Contact>[] {
	if (filter === undefined) return [];
	if (!settings.apiFilterEnabled) throw new Problem(400, 'Invalid filter for current account');
	if (!isRecord(filter) && !Array.isArray(filter)) return [];
	return Object.entries(filter).map(([fieldId, wanted]) => {
		const id = Number(fieldId);
		const enumerated = (store.fields[type].get(id)?.enums ?? null) !== null;
		const range = rangeFilter(wanted);
		const list = range ? undefined : listOf(wanted);
		return ({ values }) =>
			(values.get(id) ?? []).some(({ value, enumId }) => {
				if (range) return isInside(range, Number(value));
				return list === undefined || list.includes(textOf(value)) || (enumerated && list.includes(String(enumId)));
			});
	});
}

function rangeFilter(wanted: unknown): Range | undefined {
	return isRecord(wanted) && ('from' in wanted || 'to' in wanted) ? rangeOf(wanted) : undefined;
}

/** `order[field]=asc|desc` for the fields a list can be ordered by; without it the list stays as it is. */
export function ordered<T>(items: T[], order: unknown, by: Record<string, (item: T) => number>): T[] {
	for (const [key, read] of Object.entries(by)) {
		const direction = at(order, key);
		if (direction === 'asc') return items.sort((a, b) => read(a) - read(b));
		if (direction === 'desc') return items.sort((a, b) => read(b) - read(a));
	}
	return items;
}
