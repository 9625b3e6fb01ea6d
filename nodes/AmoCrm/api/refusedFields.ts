import { isDeadField, type ValidationIssue } from './refusals';

/** Names of the account's custom fields, by id and by code. */
export type FieldNames = ReadonlyMap<string, string>;

/** What analysts see in place of amoCRM's keys. */
const labels: Readonly<Record<string, string>> = {
	name: 'Name',
	price: 'Price',
	pipeline_id: 'Pipeline',
	status_id: 'Stage',
	responsible_user_id: 'Responsible User',
	loss_reason_id: 'Loss Reason',
	tags_to_add: 'Tags',
	tags: 'Tags',
	contacts: 'Contact',
	text: 'Text',
	complete_till: 'Due At',
	task_type_id: 'Task Type',
	entity_id: 'Deal or Contact',
	note_type: 'Note',
};

const customField = /^custom_fields_values\.(\d+)/;

/** About the value of a custom field that is there; one that was deleted has no name any more. */
export const isAboutCustomField = (issue: ValidationIssue): boolean => customField.test(issue.path) && !isDeadField(issue);

/** The field that an issue is about, as people know it, and amoCRM's own path beside it. @param element as it was sent */
export function fieldOf({ path }: ValidationIssue, element: unknown, names: FieldNames): string {
	const position = customField.exec(path)?.[1];
	if (position !== undefined) {
		const key = keyAt(element, Number(position));
		return key === undefined ? path : `the field «${names.get(key) ?? key}»${valueWord(path)}`;
	}
	const label = path.split('.').flatMap((part) => labels[part] ?? [])[0];
	return label === undefined ? path || 'the element' : `«${label}» (${path})`;
}

/** `custom_fields_values.0.values.1.value`: the second of several values. */
function valueWord(path: string): string {
	const value = Number(/\.values\.(\d+)/.exec(path)?.[1] ?? 0);
	return value === 0 ? '' : `, value ${value + 1}`;
}

function keyAt(element: unknown, position: number): string | undefined {
	if (typeof element !== 'object' || element === null || !('custom_fields_values' in element)) return undefined;
	const fields: unknown = element.custom_fields_values;
	const field: unknown = Array.isArray(fields) ? fields[position] : undefined;
	if (typeof field !== 'object' || field === null) return undefined;
	if ('field_id' in field && field.field_id !== undefined) return String(field.field_id);
	return 'field_code' in field && field.field_code !== undefined ? String(field.field_code) : undefined;
}
