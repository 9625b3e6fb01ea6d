import { findSpec, nameIn, specsOf, type Spelling } from '../fields';
import { itemFilter } from '../filter';
import { entityPage } from '../listing';
import { KIND_IDS, type Entity, type Kind, type Values } from '../model';
import { withFm } from '../multifields';
import { assoc, isMap, isYes, itemsOf, param, text, whole, type Params } from '../php';
import { badValue, missing, Problem } from '../problem';
import { kindOf, type Hand } from '../records';
import { readFields, typed } from '../values';
import { reading, writing, type Methods, type MethodContext } from './method';

/** The universal methods: typed values, names in camelCase (bitrix24.md §4). */
export const itemMethods: Methods = {
	'crm.item.add': writing((context, { params, who }) => {
		const kind = kindIn(params);
		const spelling = spellingOf(params);
		const fields = fieldsIn(params);
		const values = readFields(context.store, kind, fields, spelling);
		requireCurrency(context, values);
		const hand: Hand = { userId: who.userId, door: 'item' };
		const item =
			kind === 'deal'
				? context.records.addDeal(values, hand)
				: context.records.addContact({ values, multifields: withFm(context.store, [], fields.fm) }, hand);
		return { result: { item: view(context, item, spelling) } };
	}),

	'crm.item.update': writing((context, { params, who }) => {
		const kind = kindIn(params);
		const item = itemIn(context, kind, params);
		const spelling = spellingOf(params);
		const fields = fieldsIn(params);
		const values = readFields(context.store, kind, fields, spelling);
		requireCurrency(context, values);
		const hand: Hand = { userId: who.userId, door: 'item' };
		if (kind === 'deal') context.records.updateDeal(item, values, hand);
		else {
			const multifields = fields.fm === undefined ? undefined : withFm(context.store, item.multifields, fields.fm);
			context.records.updateContact(item, { values, multifields }, hand);
		}
		return { result: { item: view(context, item, spelling) } };
	}),

	'crm.item.get': reading((context, { params }) => ({
		result: { item: view(context, itemIn(context, kindIn(params), params), spellingOf(params)) },
	})),

	'crm.item.delete': writing((context, { params }) => {
		context.records.remove(itemIn(context, kindIn(params), params));
		return { result: [] };
	}),

	'crm.item.list': reading((context, { params }) => {
		const kind = kindIn(params);
		const spelling = spellingOf(params);
		const test = itemFilter(context.store, kind, param(params, 'filter'), spelling);
		const { items, ...page } = entityPage(context.store, kind, test, params, spelling);
		const select = itemsOf(param(params, 'select') ?? []).map(text);
		// Asked for original names, the portal finds none of the selected ones (bitrix24.md §11, b24-rest-docs #263, #368).
		const isBlind = spelling === 'ufOriginal' && select.length > 0;
		return { result: { items: items.map((item) => (isBlind ? {} : view(context, item, spelling, select))) }, ...page };
	}),

	'crm.item.fields': reading((context, { params }) => {
		const spelling = spellingOf(params);
		const fields = specsOf(context.store, kindIn(params)).map((spec) => [
			nameIn(spec, spelling),
			{
				type: spec.type,
				isRequired: spec.custom?.isMandatory ?? false,
				isReadOnly: spec.isReadOnly,
				isImmutable: false,
				isMultiple: spec.isMultiple,
				isDynamic: spec.custom !== null,
				title: spec.title,
				upperName: spec.classic,
				...(spec.custom && spec.type === 'enumeration'
					? { items: spec.custom.list.map(({ id, value }) => ({ ID: String(id), VALUE: value })) }
					: {}),
			},
		] as const);
		return { result: { fields: assoc(fields) } };
	}),
};

/** A currency that the portal does not have is refused. */
function requireCurrency({ settings }: MethodContext, values: Values): void {
	const currency = values.get('currencyId');
	if (typeof currency === 'string' && !settings.currencies.includes(currency)) throw badValue('currencyId');
}

/** An item with all its fields, or those that were selected: `fm` comes only with `*` (bitrix24.md §5). */
function view(
	{ store }: MethodContext,
	item: Entity,
	spelling: Spelling,
	select: readonly string[] = [],
): Record<string, unknown> {
	const all = select.length === 0 || select.includes('*');
	const specs = all
		? specsOf(store, item.kind)
		: ['id', ...select].flatMap((name) => findSpec(store, item.kind, name, spelling) ?? []);
	const shown: Record<string, unknown> = Object.fromEntries(
		specs.map((spec) => [nameIn(spec, spelling), typed(item.values.get(spec.key), spec)]),
	);
	if (item.kind === 'contact') {
		for (const name of ['phone', 'email']) {
			if (select.includes(name)) shown[name] = firstOf(item, name.toUpperCase());
		}
		if (all) shown.fm = item.multifields.map(({ id, valueType, value, typeId }) => ({ id, valueType, value, typeId }));
	}
	return all ? { ...shown, entityTypeId: KIND_IDS[item.kind] } : shown;
}

function firstOf(item: Entity, typeId: string): string | null {
	return item.multifields.find((entry) => entry.typeId === typeId)?.value ?? null;
}

function kindIn(params: Params): Kind {
	if (params.entityTypeId === undefined) throw missing('entityTypeId');
	const kind = kindOf(whole(params.entityTypeId));
	if (!kind) throw new Problem(400, 'NOT_FOUND', 'Smart process not found');
	return kind;
}

function itemIn({ store }: MethodContext, kind: Kind, params: Params): Entity {
	if (params.id === undefined) throw missing('id');
	const item = store.readable(kind, whole(params.id));
	if (!item) throw new Problem(400, 'NOT_FOUND', 'Element not found');
	return item;
}

function fieldsIn(params: Params): Params {
	if (params.fields === undefined) throw missing('fields');
	return isMap(params.fields) ? params.fields : {};
}

function spellingOf(params: Params): Spelling {
	return isYes(params.useOriginalUfNames) ? 'ufOriginal' : 'item';
}
