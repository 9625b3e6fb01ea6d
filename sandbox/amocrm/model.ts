/** What the account holds. Times are unix seconds, as in the API. */

export type EntityType = 'leads' | 'contacts';

export const WON = 142;
export const LOST = 143;

export interface User {
	id: number;
	name: string;
	email: string;
	isAdmin: boolean;
	isActive: boolean;
}

export interface Status {
	id: number;
	name: string;
	sort: number;
	color: string;
	/** 1 for "Неразобранное". */
	type: 0 | 1;
	isEditable: boolean;
}

export interface Pipeline {
	id: number;
	name: string;
	sort: number;
	isMain: boolean;
	isUnsortedOn: boolean;
	/** In the order of `sort`; 142 and 143 are in every pipeline. */
	statuses: Status[];
}

export interface LossReason {
	id: number;
	name: string;
	sort: number;
	createdAt: number;
	updatedAt: number;
}

export interface FieldEnum {
	id: number;
	value: string;
	code: string | null;
	sort: number;
}

export interface Field {
	id: number;
	name: string;
	code: string | null;
	type: string;
	sort: number;
	isPredefined: boolean;
	isApiOnly: boolean;
	groupId: string | null;
	enums: FieldEnum[] | null;
}

export interface FieldValue {
	value: string | number | boolean | Record<string, unknown>;
	enumId?: number;
	enumCode?: string | null;
}

/** Field id → its values; a field without values is not in it. */
export type FieldValues = Map<number, FieldValue[]>;

export interface Tag {
	id: number;
	name: string;
	color: string | null;
}

interface Entity {
	id: number;
	name: string;
	responsibleUserId: number;
	createdBy: number;
	updatedBy: number;
	createdAt: number;
	updatedAt: number;
	/** In the recycle bin. */
	isDeleted: boolean;
	values: FieldValues;
	tagIds: number[];
}

export interface Lead extends Entity {
	price: number;
	pipelineId: number;
	statusId: number;
	lossReasonId: number | null;
	closedAt: number | null;
	contacts: { id: number; isMain: boolean }[];
	companyId: number | null;
}

export interface Contact extends Entity {
	firstName: string;
	lastName: string;
	leadIds: Set<number>;
}

export interface Company {
	id: number;
	name: string;
}

export interface Note {
	id: number;
	entityType: EntityType;
	entityId: number;
	noteType: string;
	params: Record<string, unknown>;
	createdBy: number;
	updatedBy: number;
	createdAt: number;
	updatedAt: number;
	responsibleUserId: number;
}

export interface Task {
	id: number;
	text: string;
	taskTypeId: number;
	entityType: EntityType | null;
	entityId: number | null;
	responsibleUserId: number;
	completeTill: number;
	duration: number;
	isCompleted: boolean;
	resultText: string | null;
	createdBy: number;
	updatedBy: number;
	createdAt: number;
	updatedAt: number;
}

/** One line of the account's history, as GET /events shows it. */
export interface HistoryEvent {
	id: string;
	type: string;
	entityType: 'lead' | 'contact' | 'task';
	entityId: number;
	createdBy: number;
	createdAt: number;
	after: Record<string, unknown>[];
	before: Record<string, unknown>[];
}
