/** What the portal holds. Moments are ISO 8601 texts in the portal's time zone, as the API shows them. */

export type Kind = 'deal' | 'contact';
export const KIND_IDS = { deal: 2, contact: 3 } as const;

export type Scalar = string | number | null;
export type Value = Scalar | Scalar[];
/** Values by the key of their field (`FieldSpec.key`). */
export type Values = Map<string, Value>;

export interface Multifield {
	id: number;
	typeId: string;
	valueType: string;
	value: string;
}

export interface Entity {
	id: number;
	kind: Kind;
	values: Values;
	/** Phones and e-mails of a contact; a deal has none. */
	multifields: Multifield[];
	isDeleted: boolean;
	/** The API's user may not read it, yet the duplicate search names it (bitrix24.md §5). */
	isHidden: boolean;
}

export type Semantics = 'P' | 'S' | 'F';

/** One stage, or one entry of another directory such as SOURCE. */
export interface Status {
	id: number;
	entityId: string;
	statusId: string;
	name: string;
	sort: number;
	isSystem: boolean;
	color: string;
	semantics: Semantics;
	/** Null for a directory that is not a pipeline. */
	categoryId: number | null;
}

export interface Category {
	id: number;
	name: string;
	sort: number;
}

export interface StageRecord {
	id: number;
	/** 1 created, 2 intermediate stage, 3 final stage, 5 other pipeline. */
	typeId: 1 | 2 | 3 | 5;
	ownerId: number;
	createdTime: string;
	categoryId: number;
	semantics: Semantics;
	stageId: string;
}

export interface UserField {
	id: number;
	kind: Kind;
	/** `UF_CRM_…`. */
	name: string;
	type: string;
	label: string;
	sort: number;
	isMultiple: boolean;
	isMandatory: boolean;
	xmlId: string | null;
	list: { id: number; value: string; xmlId: string; sort: number }[];
}

export interface ProductRow {
	id: number;
	productId: number;
	productName: string;
	price: number;
	quantity: number;
	discountTypeId: number;
	discountRate: number;
	discountSum: number;
	taxRate: number;
	taxIncluded: 'Y' | 'N';
	measureCode: number;
	sort: number;
}

export interface Comment {
	id: number;
	kind: Kind;
	entityId: number;
	text: string;
	authorId: number;
	created: string;
}

/** A to-do of the timeline. */
export interface Todo {
	id: number;
	kind: Kind;
	ownerId: number;
	title: string;
	description: string;
	deadline: string;
	responsibleId: number;
	authorId: number;
	created: string;
	isCompleted: boolean;
}

export interface Task {
	id: number;
	title: string;
	description: string;
	deadline: string | null;
	responsibleId: number;
	createdBy: number;
	createdDate: string;
	/** `D_1`, `C_2`. */
	crmLinks: string[];
	isCompleted: boolean;
}

export interface User {
	id: number;
	name: string;
	lastName: string;
	email: string;
	isAdmin: boolean;
	isActive: boolean;
}

/** A lead or a company: known only so that the duplicate search has something to find beside contacts. */
export interface Stranger {
	id: number;
	kind: 'lead' | 'company';
	title: string;
	multifields: Multifield[];
}
