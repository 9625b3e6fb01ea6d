import { compare, splitKey } from '../filter';
import type { Semantics, Status } from '../model';
import { entriesOf, isMap, param, text, whole, type Params } from '../php';
import { codeless, Problem } from '../problem';
import { categoryOf, prefixed } from '../stages';
import { reading, writing, type Methods, type MethodContext } from './method';

/** Directories; those of deals are the stages of a pipeline. No pages, `select` counts for nothing (bitrix24.md §4). */
export const statusMethods: Methods = {
	'crm.status.list': reading(({ store }, { params }) => {
		const rows = [...store.statuses.values()].map(view);
		const kept = rows.filter((row) =>
			entriesOf(param(params, 'filter', 'FILTER')).every(([key, wanted]) => {
				const { operator, name } = splitKey(key);
				const column = Object.entries(row).find(([known]) => known === name)?.[1];
				return column === undefined || compare(typeof column === 'object' ? null : column, operator, wanted, 'string');
			}),
		);
		const [[by = 'SORT', way] = []] = entriesOf(param(params, 'order', 'ORDER'));
		const number = (row: ReturnType<typeof view>) => Number(by === 'ID' ? row.ID : row.SORT);
		const sign = text(way).toUpperCase() === 'DESC' ? -1 : 1;
		kept.sort((a, b) => sign * (number(a) - number(b)) || Number(a.ID) - Number(b.ID));
		return { result: kept, total: kept.length };
	}),
	'crm.status.get': reading((context, { params }) => ({ result: view(statusIn(context, params)) })),
	'crm.status.add': writing((context, { params }) => ({ result: add(context, fieldsIn(params)).id })),
	'crm.status.update': writing((context, { params }) => {
		const status = statusIn(context, params);
		const { NAME: name, SORT: sort, COLOR: color } = fieldsIn(params);
		if (text(name) !== '') status.name = text(name);
		if (!Number.isNaN(whole(sort))) status.sort = whole(sort);
		if (text(color) !== '') status.color = text(color);
		return { result: true };
	}),
	'crm.status.delete': writing((context, { params }) => {
		const { store } = context;
		const status = statusIn(context, params);
		if (status.isSystem) throw new Problem(400, 'ERROR_CORE', 'System statuses cannot be deleted');
		const used = [...store.entities.deal.values()].some(
			({ isDeleted, values }) => !isDeleted && values.get('stageId') === status.statusId,
		);
		if (used) throw new Problem(400, 'ERROR_CORE', 'There are items in this stage');
		store.statuses.delete(status.id);
		return { result: true };
	}),
};

function add({ store }: MethodContext, fields: Params): Status {
	const [entityId, code, name] = [text(fields.ENTITY_ID), text(fields.STATUS_ID), text(fields.NAME)];
	if (entityId === '') throw codeless('The field ENTITY_ID is required.');
	if (code === '') throw codeless('The field STATUS_ID is required.');
	if (name === '') throw codeless('The field Title is required.');
	const categoryId = categoryOf(entityId);
	if (categoryId === undefined ? entityId !== 'SOURCE' : !store.categories.has(categoryId)) {
		throw codeless('Specified entity type is not supported.');
	}
	const statusId = categoryId === undefined ? code : prefixed(categoryId, code);
	if (categoryId !== undefined && (!/^[A-Za-z0-9_:-]+$/.test(statusId) || statusId.length > 22)) {
		throw new Problem(400, 'ERROR_CORE', 'The status ID is too long or contains characters that are not allowed.');
	}
	if ([...store.statuses.values()].some((known) => known.entityId === entityId && known.statusId === statusId)) {
		throw new Problem(400, 'ERROR_CORE', 'The specified status ID already exists.');
	}
	const sort = whole(fields.SORT) || 10;
	const final = (['S', 'F'] as const).find((known) => known === text(fields.SEMANTICS));
	const semantics: Semantics = categoryId === undefined ? 'P' : (final ?? 'P');
	if (categoryId !== undefined) checkPlace(store.stagesOf(categoryId), semantics, sort);
	const id = store.nextId('status');
	const status: Status = {
		id,
		entityId,
		statusId,
		name,
		sort,
		isSystem: false,
		color: text(fields.COLOR),
		semantics,
		categoryId: categoryId ?? null,
	};
	store.statuses.set(id, status);
	return status;
}

/** A pipeline has one success, stages of work lie before it and failures behind it. */
function checkPlace(stages: readonly Status[], semantics: Semantics, sort: number): void {
	const won = stages.find((stage) => stage.semantics === 'S');
	if (won && (semantics === 'S' || (semantics === 'P' && sort >= won.sort))) {
		throw codeless(
			'Cannot create more stages after the final stage because the final successful stage already exists. ' +
				'Try using sort order values less than that of the final stage.',
		);
	}
}

function view(status: Status) {
	const { id, entityId, statusId, name, sort, isSystem, color, categoryId } = status;
	const semantics = status.semantics === 'P' ? null : status.semantics;
	const words = { P: 'process', S: 'success', F: 'failure' } as const;
	const isStage = categoryId !== null;
	return {
		ID: String(id),
		ENTITY_ID: entityId,
		STATUS_ID: statusId,
		NAME: name,
		NAME_INIT: isSystem ? name : '',
		SORT: String(sort),
		SYSTEM: isSystem ? 'Y' : 'N',
		CATEGORY_ID: categoryId ? String(categoryId) : null,
		COLOR: color,
		SEMANTICS: semantics,
		EXTRA: isStage ? { SEMANTICS: words[status.semantics], COLOR: color } : [],
	};
}

function statusIn({ store }: MethodContext, params: Params): Status {
	const status = store.statuses.get(whole(param(params, 'id', 'ID')));
	if (!status) throw codeless('Status is not found.');
	return status;
}

function fieldsIn(params: Params): Params {
	const fields = param(params, 'fields', 'FIELDS');
	if (!isMap(fields)) throw codeless("Parameter 'fields' must be array.");
	return fields;
}
