/** What is sent to amoCRM (amocrm.md §3–§6). Only these fields are ever written: echoing what was read makes it refuse (removed users). */

/** Values of one custom field, by id or, for phones and e-mails, by code. */
export interface FieldPayload {
	field_id?: number;
	field_code?: string;
	values: { value?: string | number | boolean; enum_id?: number; enum_code?: string }[];
}

export interface LeadPayload {
	id?: number;
	name?: string;
	/** Whole currency units: amoCRM has no decimals (amocrm.md §3). */
	price?: number;
	pipeline_id?: number;
	status_id?: number;
	responsible_user_id?: number;
	loss_reason_id?: number;
	custom_fields_values?: FieldPayload[];
	tags_to_add?: { name: string }[];
	/** Only when creating. */
	_embedded?: { contacts?: { id: number; is_main: boolean }[]; tags?: { name: string }[] };
}

export interface ContactPayload {
	id?: number;
	name?: string;
	responsible_user_id?: number;
	custom_fields_values?: FieldPayload[];
	tags_to_add?: { name: string }[];
}

/** A contact of a lead. */
export interface LinkPayload {
	entity_id: number;
	to_entity_id: number;
	to_entity_type: 'contacts';
	metadata?: { is_main: boolean };
}

export interface NotePayload {
	entity_id: number;
	note_type: string;
	params: Record<string, unknown>;
}

export interface TaskPayload {
	id?: number;
	text?: string;
	/** Unix seconds. */
	complete_till?: number;
	entity_id?: number;
	entity_type?: string;
	task_type_id?: number;
	responsible_user_id?: number;
	is_completed?: boolean;
	result?: { text: string };
}

export interface StatusPayload {
	id?: number;
	name: string;
	sort?: number;
	color?: string;
}

export interface PipelinePayload {
	name: string;
	sort: number;
	is_main: boolean;
	is_unsorted_on: boolean;
	_embedded: { statuses: StatusPayload[] };
}

export interface CustomFieldPayload {
	name: string;
	code: string;
	type: string;
}
