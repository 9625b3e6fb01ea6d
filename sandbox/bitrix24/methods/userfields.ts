import { CUSTOM_TYPE_NAMES } from '../fields';
import type { Kind, UserField } from '../model';
import { entriesOf, isMap, isYes, itemsOf, param, text, whole, type Params } from '../php';
import { codeless, Problem } from '../problem';
import { reading, writing, type Methods, type MethodContext } from './method';

/** crm.deal.userfield.* and crm.contact.userfield.*: custom fields (bitrix24.md §4). */
export const userfieldMethods: Methods = { ...methodsOf('deal'), ...methodsOf('contact') };

function methodsOf(kind: Kind): Methods {
	return {
		[`crm.${kind}.userfield.add`]: writing((context, { params }) => ({ result: add(context, kind, fieldsIn(params)).id })),
		[`crm.${kind}.userfield.get`]: reading((context, { params }) => {
			const field = fieldIn(context, kind, params);
			return { result: { ...view(field), ...labels({ ru: field.label, en: field.label }) } };
		}),
		[`crm.${kind}.userfield.list`]: reading(({ store }, { params }) => {
			const filter = param(params, 'filter', 'FILTER');
			const kept = store.fieldsOf(kind).filter((field) => fits(field, filter));
			const hasLanguage = entriesOf(filter).some(([key]) => key === 'LANG');
			// Names come only for the language that was asked for.
			const rows = kept.map((field) => ({ ...view(field), ...(hasLanguage ? labels(field.label) : {}) }));
			return { result: rows, total: rows.length };
		}),
		[`crm.${kind}.userfield.update`]: writing((context, { params }) => {
			const field = fieldIn(context, kind, params);
			const fields = fieldsIn(params);
			field.label = labelOf(fields, field.label);
			if (fields.LIST !== undefined) field.list = listOf(context, fields.LIST);
			return { result: true };
		}),
		[`crm.${kind}.userfield.delete`]: writing((context, { params }) => {
			const field = fieldIn(context, kind, params);
			context.store.userFields.delete(field.id);
			for (const entity of context.store.entities[kind].values()) entity.values.delete(field.name);
			return { result: true };
		}),
	};
}

/** One text, or one per language. */
function labels(label: string | Record<string, string>) {
	return { EDIT_FORM_LABEL: label, LIST_COLUMN_LABEL: label, LIST_FILTER_LABEL: label };
}

const LONGEST_NAME = 50;

function add(context: MethodContext, kind: Kind, fields: Params): UserField {
	const { store } = context;
	const wanted = text(fields.FIELD_NAME);
	const type = text(fields.USER_TYPE_ID);
	if (wanted === '') throw codeless("The 'FIELD_NAME' field is not found.");
	if (type === '') throw codeless("The 'USER_TYPE_ID' field is not found.");
	const name = wanted.startsWith('UF_CRM_') ? wanted : `UF_CRM_${wanted}`;
	if (name.length > LONGEST_NAME) throw core('Field name is too long (more than 50 characters).');
	if (!/^[A-Z0-9_]+$/.test(name)) {
		throw core('Field name contains invalid characters. Allowed characters are: A-Z, 0-9 and _.');
	}
	if (!CUSTOM_TYPE_NAMES.has(type)) throw core('Incorrect custom type specified.');
	if (store.fieldsOf(kind).some((known) => known.name === name)) {
		throw core(`The field '${name}' already exists for the object CRM_${kind.toUpperCase()}.`);
	}
	const field: UserField = {
		id: store.nextId('userField'),
		kind,
		name,
		type,
		label: labelOf(fields, name),
		sort: whole(fields.SORT) || 100,
		isMultiple: isYes(fields.MULTIPLE),
		isMandatory: isYes(fields.MANDATORY),
		xmlId: text(fields.XML_ID) || null,
		list: listOf(context, fields.LIST),
	};
	store.userFields.set(field.id, field);
	return field;
}

/** `EDIT_FORM_LABEL` is a text or a text per language. */
function labelOf(fields: Params, otherwise: string): string {
	const label = fields.EDIT_FORM_LABEL ?? fields.LABEL;
	return text(isMap(label) ? (label.ru ?? Object.values(label)[0]) : label) || otherwise;
}

function listOf({ store }: MethodContext, list: unknown): UserField['list'] {
	const rows = itemsOf(list ?? []).flatMap((row, index) => {
		const value = text(isMap(row) ? row.VALUE : undefined);
		if (!isMap(row) || value === '') return [];
		const id = whole(row.ID) || store.nextId('enum');
		return [{ id, value, xmlId: text(row.XML_ID) || `xml_${id}`, sort: whole(row.SORT) || (index + 1) * 10 }];
	});
	const doubled = rows.find(({ xmlId }, index) => rows.findIndex((other) => other.xmlId === xmlId) !== index);
	if (doubled) throw core(`List item with value XML_ID=${doubled.xmlId} already exists.`);
	return rows;
}

function fits(field: UserField, filter: unknown): boolean {
	const row = Object.entries(view(field));
	return entriesOf(filter).every(([key, wanted]) => {
		const column = row.find(([name]) => name === key)?.[1];
		return column === undefined || itemsOf(wanted).some((one) => text(one) === column);
	});
}

function view(field: UserField) {
	return {
		ID: String(field.id),
		ENTITY_ID: `CRM_${field.kind.toUpperCase()}`,
		FIELD_NAME: field.name,
		USER_TYPE_ID: field.type,
		XML_ID: field.xmlId,
		SORT: String(field.sort),
		MULTIPLE: field.isMultiple ? 'Y' : 'N',
		MANDATORY: field.isMandatory ? 'Y' : 'N',
		SHOW_FILTER: 'E',
		SHOW_IN_LIST: 'Y',
		EDIT_IN_LIST: 'Y',
		IS_SEARCHABLE: 'N',
		SETTINGS: [],
		...(field.type === 'enumeration'
			? {
					LIST: field.list.map(({ id, value, xmlId, sort }) => ({
						ID: String(id),
						SORT: String(sort),
						VALUE: value,
						DEF: 'N',
						XML_ID: xmlId,
					})),
				}
			: {}),
	};
}

function fieldIn({ store }: MethodContext, kind: Kind, params: Params): UserField {
	const field = store.userFields.get(whole(param(params, 'id', 'ID')));
	if (field?.kind !== kind) throw new Problem(400, 'ERROR_NOT_FOUND', 'The entity with ID is not found.');
	return field;
}

function fieldsIn(params: Params): Params {
	const fields = param(params, 'fields', 'FIELDS');
	if (!isMap(fields)) throw codeless("Parameter 'fields' must be array.");
	return fields;
}

function core(description: string): Problem {
	return new Problem(400, 'ERROR_CORE', description);
}
