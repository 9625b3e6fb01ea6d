import { COMM_TYPES, OWNER_TYPES } from '../commIndex';
import { compare, splitKey } from '../filter';
import { pageOf } from '../listing';
import { KIND_IDS, type Entity, type StageRecord } from '../model';
import { assoc, entriesOf, itemsOf, param, text, whole } from '../php';
import { badArgument, missing, Problem } from '../problem';
import { kindOf } from '../records';
import { reading, writing, type Methods } from './method';

const MOST_VALUES = 20;
/** So many hits in one type, and the later types are not looked at (bitrix24.md §5). */
const ENOUGH = 20;

/** Duplicates, merging and the history of stages. */
export const searchMethods: Methods = {
	'crm.duplicate.findbycomm': reading(({ store }, { params }) => {
		const asked = text(params.type).toUpperCase();
		if (asked === '') throw new Problem(400, 'Communication type is not defined', "Parameter 'type' is required.");
		const comm = COMM_TYPES.find((type) => type === asked);
		if (!comm) {
			const code = `Communication type '${asked}' is not supported in current context`;
			throw new Problem(400, code, code);
		}
		const values = params.values;
		// A text instead of a list counts as nothing at all.
		if (typeof values !== 'object' || values === null || itemsOf(values).length === 0) {
			throw new Problem(400, 'Communication values is not defined', "Parameter 'values' is required.");
		}
		const wanted = itemsOf(values).slice(0, MOST_VALUES).map(text);
		const only = text(params.entity_type).toUpperCase();
		const found: [string, number[]][] = [];
		for (const type of OWNER_TYPES.filter((known) => only === '' || known === only)) {
			const ids = store.comms.find(type, comm, wanted).slice(0, ENOUGH);
			if (ids.length > 0) found.push([type, ids]);
			if (ids.length >= ENOUGH) break;
		}
		return { result: assoc(found) };
	}),

	'crm.entity.mergeBatch': writing(({ store, records }, { params, who }) => {
		const { entityTypeId, entityIds } = Object.fromEntries(entriesOf(params.params ?? params));
		if (entityTypeId === undefined) throw odd('The parameter entityTypeId is required.');
		const kind = kindOf(whole(entityTypeId));
		if (!kind) throw odd(`Entity type ${text(entityTypeId)} is not supported`);
		const ids = [...new Set(itemsOf(entityIds ?? []).map(whole))];
		if (ids.length === 0) throw odd('The parameter entityIds does not contains valid elements.');
		if (ids.length < 2) throw odd('The parameter entityIds must contains at least two elements.');
		const found = ids.flatMap((id) => store.readable(kind, id) ?? []);
		const [into, ...others] = found;
		if (!into || found.length !== ids.length) throw odd('Owner was not found');
		if (others.some((other) => clashes(into, other))) return { result: { STATUS: 'CONFLICT', ENTITY_IDS: [] } };
		records.merge(into, others, { userId: who.userId, door: 'item' });
		return { result: { STATUS: 'SUCCESS', ENTITY_IDS: others.map(({ id }) => id) } };
	}),

	'crm.stagehistory.list': reading(({ store }, { params }) => {
		if (params.entityTypeId === undefined) throw missing('entityTypeId');
		if (whole(params.entityTypeId) !== KIND_IDS.deal) return { result: { items: [] }, total: 0 };
		const conditions = entriesOf(param(params, 'filter')).map(([key, wanted]) => ({ ...splitKey(key), wanted }));
		const unknown = conditions.find(({ name }) => !(name in COLUMNS));
		if (unknown) throw badArgument(`Invalid filter: field '${unknown.name}' is not allowed in filter`);
		const kept = store.stageRecords.map(recordView).filter((row) =>
			conditions.every(({ operator, name, wanted }) => {
				const column = Object.entries(row).find(([known]) => known === name)?.[1];
				return compare(column ?? null, operator, wanted, COLUMNS[name] ?? 'string');
			}),
		);
		const [[by = 'ID', way] = []] = entriesOf(param(params, 'order'));
		if (by === 'ID' && text(way).toUpperCase() === 'DESC') kept.reverse();
		const { items, ...page } = pageOf(kept, params);
		return { result: { items }, ...page };
	}),
};

const COLUMNS: Record<string, 'integer' | 'datetime' | 'string'> = {
	ID: 'integer',
	TYPE_ID: 'integer',
	OWNER_ID: 'integer',
	CREATED_TIME: 'datetime',
	CATEGORY_ID: 'integer',
	STAGE_SEMANTIC_ID: 'string',
	STAGE_ID: 'string',
};

function recordView({ id, typeId, ownerId, createdTime, categoryId, semantics, stageId }: StageRecord) {
	return {
		ID: id,
		TYPE_ID: typeId,
		OWNER_ID: ownerId,
		CREATED_TIME: createdTime,
		CATEGORY_ID: categoryId,
		STAGE_SEMANTIC_ID: semantics,
		STAGE_ID: stageId,
	};
}

/** Two different names or external numbers: no machine can say which is right. */
function clashes(a: Entity, b: Entity): boolean {
	const keys = a.kind === 'contact' ? ['name', 'lastName', 'originId'] : ['originId', 'stageId'];
	return keys.some((key) => {
		const [own, other] = [a.values.get(key) ?? null, b.values.get(key) ?? null];
		return own !== null && other !== null && own !== other;
	});
}

/** This method's errors have the number 0 for a code. */
function odd(description: string): Problem {
	return new Problem(400, 0, description);
}
