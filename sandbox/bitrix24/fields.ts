import type { Kind, UserField } from './model';
import type { Store } from './store';

export type FieldType =
	| 'integer'
	| 'double'
	| 'string'
	| 'text'
	| 'char'
	| 'date'
	| 'datetime'
	| 'user'
	| 'crm_status'
	| 'crm_category'
	| 'crm_contact'
	| 'crm_company'
	| 'crm_currency'
	| 'enumeration'
	| 'boolean';

/** One field in both spellings of the API. */
export interface FieldSpec {
	/** Under this the value is kept. */
	key: string;
	/** `stageId`, `ufCrm_123`. */
	item: string;
	/** `STAGE_ID`, `UF_CRM_123`. */
	classic: string;
	type: FieldType;
	title: string;
	isReadOnly: boolean;
	isMultiple: boolean;
	/** The classic get and list do not show it (bitrix24.md §4: CONTACT_IDS). */
	isWriteOnlyInClassic: boolean;
	custom: UserField | null;
}

type Row = readonly [item: string, classic: string, type: FieldType, title: string, flags?: string];

/** Flags: r read-only, m multiple, w written but not shown by the classic API. */
const COMMON: readonly Row[] = [
	['id', 'ID', 'integer', 'ID', 'r'],
	['typeId', 'TYPE_ID', 'crm_status', 'Тип'],
	['sourceId', 'SOURCE_ID', 'crm_status', 'Источник'],
	['sourceDescription', 'SOURCE_DESCRIPTION', 'text', 'Дополнительно об источнике'],
	['companyId', 'COMPANY_ID', 'crm_company', 'Компания'],
	['leadId', 'LEAD_ID', 'integer', 'Лид', 'r'],
	['comments', 'COMMENTS', 'text', 'Комментарий'],
	['opened', 'OPENED', 'char', 'Доступна для всех'],
	['assignedById', 'ASSIGNED_BY_ID', 'user', 'Ответственный'],
	['createdBy', 'CREATED_BY_ID', 'user', 'Кем создана', 'r'],
	['updatedBy', 'MODIFY_BY_ID', 'user', 'Кем изменена', 'r'],
	['createdTime', 'DATE_CREATE', 'datetime', 'Дата создания', 'r'],
	['updatedTime', 'DATE_MODIFY', 'datetime', 'Дата изменения', 'r'],
	['lastActivityBy', 'LAST_ACTIVITY_BY', 'user', 'Кем выполнена последняя активность', 'r'],
	['lastActivityTime', 'LAST_ACTIVITY_TIME', 'datetime', 'Последняя активность', 'r'],
	['originatorId', 'ORIGINATOR_ID', 'string', 'Внешний источник'],
	['originId', 'ORIGIN_ID', 'string', 'Идентификатор во внешнем источнике'],
	['utmSource', 'UTM_SOURCE', 'string', 'UTM Source'],
	['utmMedium', 'UTM_MEDIUM', 'string', 'UTM Medium'],
	['utmCampaign', 'UTM_CAMPAIGN', 'string', 'UTM Campaign'],
	['utmContent', 'UTM_CONTENT', 'string', 'UTM Content'],
	['utmTerm', 'UTM_TERM', 'string', 'UTM Term'],
];

const OWN: Record<Kind, readonly Row[]> = {
	deal: [
		['title', 'TITLE', 'string', 'Название'],
		['categoryId', 'CATEGORY_ID', 'crm_category', 'Воронка'],
		['stageId', 'STAGE_ID', 'crm_status', 'Стадия сделки'],
		['stageSemanticId', 'STAGE_SEMANTIC_ID', 'string', 'Группа стадии', 'r'],
		['isNew', 'IS_NEW', 'char', 'Новая', 'r'],
		['closed', 'CLOSED', 'char', 'Закрыта', 'r'],
		['isRecurring', 'IS_RECURRING', 'char', 'Регулярная', 'r'],
		['isReturnCustomer', 'IS_RETURN_CUSTOMER', 'char', 'Повторный клиент', 'r'],
		['isRepeatedApproach', 'IS_REPEATED_APPROACH', 'char', 'Повторное обращение', 'r'],
		['probability', 'PROBABILITY', 'integer', 'Вероятность'],
		['opportunity', 'OPPORTUNITY', 'double', 'Сумма'],
		['isManualOpportunity', 'IS_MANUAL_OPPORTUNITY', 'char', 'Ручной расчёт суммы'],
		['taxValue', 'TAX_VALUE', 'double', 'Налог'],
		['currencyId', 'CURRENCY_ID', 'crm_currency', 'Валюта'],
		['contactId', 'CONTACT_ID', 'crm_contact', 'Контакт'],
		['contactIds', 'CONTACT_IDS', 'crm_contact', 'Контакты', 'mw'],
		['begindate', 'BEGINDATE', 'date', 'Дата начала'],
		['closedate', 'CLOSEDATE', 'date', 'Дата завершения'],
		['additionalInfo', 'ADDITIONAL_INFO', 'string', 'Дополнительная информация'],
		['movedBy', 'MOVED_BY_ID', 'user', 'Кем изменена стадия', 'r'],
		['movedTime', 'MOVED_TIME', 'datetime', 'Дата смены стадии', 'r'],
	],
	contact: [
		['honorific', 'HONORIFIC', 'crm_status', 'Обращение'],
		['name', 'NAME', 'string', 'Имя'],
		['secondName', 'SECOND_NAME', 'string', 'Отчество'],
		['lastName', 'LAST_NAME', 'string', 'Фамилия'],
		['birthdate', 'BIRTHDATE', 'date', 'Дата рождения'],
		['post', 'POST', 'string', 'Должность'],
		['export', 'EXPORT', 'char', 'Участвует в экспорте'],
		['hasPhone', 'HAS_PHONE', 'char', 'Задан телефон', 'r'],
		['hasEmail', 'HAS_EMAIL', 'char', 'Задан e-mail', 'r'],
		['originVersion', 'ORIGIN_VERSION', 'string', 'Версия внешних данных'],
	],
};

const STANDARD: Record<Kind, readonly FieldSpec[]> = {
	deal: [...OWN.deal, ...COMMON].map(specOf),
	contact: [...OWN.contact, ...COMMON].map(specOf),
};
const STANDARD_BY_ITEM = { deal: byName('deal', 'item'), contact: byName('contact', 'item') };
const STANDARD_BY_CLASSIC = { deal: byName('deal', 'classic'), contact: byName('contact', 'classic') };

/** Every field of deals or contacts, custom ones last. */
export function specsOf(store: Store, kind: Kind): FieldSpec[] {
	return [...STANDARD[kind], ...store.fieldsOf(kind).map(customSpec)];
}

/** How a caller names fields: `ufOriginal` is `useOriginalUfNames=Y` of the item API. */
export type Spelling = 'item' | 'ufOriginal' | 'classic';

/** The field with this name; undefined is a name nobody knows. */
export function findSpec(store: Store, kind: Kind, name: string, spelling: Spelling): FieldSpec | undefined {
	const standard = spelling === 'classic' ? STANDARD_BY_CLASSIC[kind] : STANDARD_BY_ITEM[kind];
	const found = standard.get(name);
	if (found || !/^uf/i.test(name)) return found;
	const custom = store.fieldsOf(kind).find((field) => name === (spelling === 'item' ? camel(field.name) : field.name));
	return custom && customSpec(custom);
}

export function nameIn(spec: FieldSpec, spelling: Spelling): string {
	if (spelling === 'item') return spec.item;
	return spelling === 'classic' || spec.custom ? spec.classic : spec.item;
}

function customSpec(custom: UserField): FieldSpec {
	return {
		key: custom.name,
		item: camel(custom.name),
		classic: custom.name,
		type: CUSTOM_TYPES.get(custom.type) ?? 'string',
		title: custom.label,
		isReadOnly: false,
		isMultiple: custom.isMultiple,
		isWriteOnlyInClassic: false,
		custom,
	};
}

const CUSTOM_TYPES = new Map<string, FieldType>([
	['string', 'string'],
	['integer', 'integer'],
	['double', 'double'],
	['boolean', 'boolean'],
	['date', 'date'],
	['datetime', 'datetime'],
	['enumeration', 'enumeration'],
	['money', 'string'],
	['url', 'string'],
	['employee', 'user'],
]);
export const CUSTOM_TYPE_NAMES: ReadonlySet<string> = new Set([
	...CUSTOM_TYPES.keys(),
	'address',
	'file',
	'crm',
	'crm_status',
]);

/** `UF_CRM_ORDER_CODE` → `ufCrmOrderCode`, `UF_CRM_123` → `ufCrm_123`: a digit keeps its underscore. */
function camel(name: string): string {
	return name.toLowerCase().replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function specOf([item, classic, type, title, flags = '']: Row): FieldSpec {
	return {
		key: item,
		item,
		classic,
		type,
		title,
		isReadOnly: flags.includes('r'),
		isMultiple: flags.includes('m'),
		isWriteOnlyInClassic: flags.includes('w'),
		custom: null,
	};
}

function byName(kind: Kind, spelling: 'item' | 'classic'): ReadonlyMap<string, FieldSpec> {
	return new Map(STANDARD[kind].map((spec) => [spec[spelling], spec]));
}
