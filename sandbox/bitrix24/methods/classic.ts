import { contactIdsOf } from '../dealContacts';
import { specsOf, type FieldSpec } from '../fields';
import { classicFilter } from '../filter';
import { entityPage } from '../listing';
import type { Entity, Kind } from '../model';
import { withClassic } from '../multifields';
import { assoc, isMap, itemsOf, param, text, whole, type Params } from '../php';
import { codeless } from '../problem';
import type { Hand } from '../records';
import { classic, readFields } from '../values';
import { reading, writing, type Methods, type MethodContext } from './method';

/** crm.deal.* and crm.contact.*: halted, alive, and everything they show is a text (bitrix24.md §4). */
export const classicMethods: Methods = { ...methodsOf('deal'), ...methodsOf('contact'), ...dealContacts() };

function methodsOf(kind: Kind): Methods {
	return {
		[`crm.${kind}.add`]: writing((context, { params, who }) => {
			const fields = fieldsIn(params);
			const values = readFields(context.store, kind, fields, 'classic');
			const hand: Hand = { userId: who.userId, door: 'classic' };
			const multifields = listsIn(context, fields, []);
			const entity =
				kind === 'deal' ? context.records.addDeal(values, hand) : context.records.addContact({ values, multifields }, hand);
			return { result: entity.id };
		}),

		[`crm.${kind}.update`]: writing((context, { params, who }) => {
			const entity = entityIn(context, kind, params);
			const fields = fieldsIn(params);
			const values = readFields(context.store, kind, fields, 'classic');
			const hand: Hand = { userId: who.userId, door: 'classic' };
			if (kind === 'deal') context.records.updateDeal(entity, values, hand);
			else {
				const multifields = listsIn(context, fields, entity.multifields);
				context.records.updateContact(entity, { values, multifields }, hand);
			}
			return { result: true };
		}),

		[`crm.${kind}.get`]: reading((context, { params }) => {
			const entity = entityIn(context, kind, params);
			const shown = specsOf(context.store, kind).filter((spec) => !spec.isWriteOnlyInClassic);
			return { result: { ...show(entity, shown), ...multifieldsOf(entity, ['PHONE', 'EMAIL']) } };
		}),

		[`crm.${kind}.delete`]: writing((context, { params }) => {
			context.records.remove(entityIn(context, kind, params));
			return { result: true };
		}),

		[`crm.${kind}.list`]: reading((context, { params }) => {
			const { store } = context;
			const test = classicFilter(store, kind, param(params, 'filter', 'FILTER'));
			const { items, ...page } = entityPage(store, kind, test, params, 'classic');
			const select = itemsOf(param(params, 'select', 'SELECT') ?? []).map(text);
			const specs = selected(specsOf(store, kind), select);
			// Phones and e-mails come only when they are named.
			const lists = ['PHONE', 'EMAIL'].filter((name) => select.includes(name));
			return { result: items.map((entity) => ({ ...show(entity, specs), ...multifieldsOf(entity, lists) })), ...page };
		}),

		[`crm.${kind}.fields`]: reading(({ store }) => ({
			result: assoc(
				specsOf(store, kind).map((spec) => [
					spec.classic,
					{
						type: spec.type,
						isRequired: spec.custom?.isMandatory ?? false,
						isReadOnly: spec.isReadOnly,
						isImmutable: false,
						isMultiple: spec.isMultiple,
						isDynamic: spec.custom !== null,
						// Custom fields carry their names beside the title, which is the code.
						title: spec.custom ? spec.classic : spec.title,
						...(spec.custom ? { listLabel: spec.title, formLabel: spec.title, filterLabel: spec.title } : {}),
					},
				]),
			),
		})),
	};
}

/** crm.deal.contact.*: the only classic way to see all contacts of a deal. */
function dealContacts(): Methods {
	const setting = (next: (now: number[], asked: number[]) => number[]) =>
		writing((context, { params, who }) => {
			const deal = entityIn(context, 'deal', params);
			const rows = params.items === undefined ? [params.fields] : itemsOf(params.items);
			const asked = rows.map((row) => whole(isMap(row) ? row.CONTACT_ID : undefined));
			if (asked.some(Number.isNaN)) throw codeless('The parameter fields must contain at least one of fields: CONTACT_ID.');
			const ids = next(contactIdsOf(deal), asked);
			context.records.updateDeal(deal, new Map([['contactIds', ids]]), { userId: who.userId, door: 'classic' });
			return { result: true };
		});
	return {
		'crm.deal.contact.items.get': reading((context, { params }) => ({
			result: contactIdsOf(entityIn(context, 'deal', params)).map((id, index) => ({
				CONTACT_ID: id,
				SORT: (index + 1) * 10,
				ROLE_ID: 0,
				IS_PRIMARY: index === 0 ? 'Y' : 'N',
			})),
		})),
		'crm.deal.contact.items.set': setting((_now, asked) => asked),
		'crm.deal.contact.add': setting((now, asked) => [...now, ...asked]),
		'crm.deal.contact.delete': setting((now, asked) => now.filter((id) => !asked.includes(id))),
	};
}

/** Nothing selected, or `*`: all but custom fields, which `UF_*` adds. */
function selected(specs: FieldSpec[], select: readonly string[]): FieldSpec[] {
	const all = select.length === 0 || select.includes('*');
	return specs.filter(
		({ classic: name, custom, isWriteOnlyInClassic }) =>
			!isWriteOnlyInClassic &&
			(name === 'ID' || select.includes(name) || (custom ? select.includes('UF_*') : all)),
	);
}

function show(entity: Entity, specs: readonly FieldSpec[]): Record<string, unknown> {
	return Object.fromEntries(specs.map((spec) => [spec.classic, classic(entity.values.get(spec.key), spec)]));
}

function multifieldsOf(entity: Entity, types: readonly string[]): Record<string, unknown> {
	return Object.fromEntries(
		types.flatMap((type) => {
			const list = entity.multifields.filter(({ typeId }) => typeId === type);
			const rows = list.map(({ id, valueType, value, typeId }) => ({
				ID: String(id),
				VALUE_TYPE: valueType,
				VALUE: value,
				TYPE_ID: typeId,
			}));
			return rows.length === 0 ? [] : [[type, rows] as const];
		}),
	);
}

function listsIn({ store }: MethodContext, fields: Params, current: Entity['multifields']): Entity['multifields'] {
	return ['PHONE', 'EMAIL'].reduce((list, type) => withClassic(store, list, type, fields[type]), current);
}

function entityIn({ store }: MethodContext, kind: Kind, params: Params): Entity {
	const id = whole(param(params, 'id', 'ID'));
	if (!(id > 0)) throw codeless('ID is not defined or invalid.');
	const entity = store.readable(kind, id);
	if (!entity) throw codeless('Not found');
	return entity;
}

function fieldsIn(params: Params): Params {
	const fields = param(params, 'fields', 'FIELDS') ?? {};
	if (isMap(fields)) return fields;
	if (Array.isArray(fields) && fields.length === 0) return {};
	throw codeless("Parameter 'fields' must be array.");
}
