import type { DealCard } from '../../../core/ports';
import type { FieldPayload } from '../api/payloads';
import type { CustomField, FieldValue } from '../api/schema';

/** A custom field of the pack's own: found by its code, or by its name when an analyst has made it by hand. */
export interface CardField {
	name: string;
	code: string;
	type: 'text' | 'textarea' | 'date_time' | 'numeric';
}

/** What the deal's card shows of an order. `packages` is filled in by the manager before packing and never written by the pack. */
export const dealFields = {
	marketplace: { name: 'Маркетплейс', code: 'MARKETPLACE_NAME', type: 'text' },
	shop: { name: 'Магазин', code: 'MARKETPLACE_SHOP', type: 'text' },
	orderNumber: { name: 'Номер заказа', code: 'MARKETPLACE_ORDER_NUMBER', type: 'text' },
	orderKey: { name: 'Ключ заказа', code: 'MARKETPLACE_ORDER_KEY', type: 'text' },
	status: { name: 'Статус на маркетплейсе', code: 'MARKETPLACE_STATUS', type: 'text' },
	deliveryKind: { name: 'Способ доставки', code: 'MARKETPLACE_DELIVERY_KIND', type: 'text' },
	address: { name: 'Адрес доставки', code: 'MARKETPLACE_ADDRESS', type: 'textarea' },
	tracking: { name: 'Трек-номер', code: 'MARKETPLACE_TRACKING', type: 'text' },
	items: { name: 'Состав заказа', code: 'MARKETPLACE_ITEMS', type: 'textarea' },
	assembleBy: { name: 'Собрать до', code: 'MARKETPLACE_ASSEMBLE_BY', type: 'date_time' },
	deliverBy: { name: 'Доставить до', code: 'MARKETPLACE_DELIVER_BY', type: 'date_time' },
	exactAmount: { name: 'Сумма точно', code: 'MARKETPLACE_EXACT_AMOUNT', type: 'text' },
	cancelReason: { name: 'Причина отмены', code: 'MARKETPLACE_CANCEL_REASON', type: 'textarea' },
	journal: { name: 'Журнал синхронизации', code: 'MARKETPLACE_JOURNAL', type: 'text' },
	packages: { name: 'Мест', code: 'MARKETPLACE_PACKAGES', type: 'numeric' },
} as const satisfies Record<string, CardField>;
export type DealFieldName = keyof typeof dealFields;

/** What a contact's card keeps of a buyer: the only key of one whose phone is masked. */
export const contactFields = {
	buyerKey: { name: 'Ключ покупателя', code: 'MARKETPLACE_BUYER_KEY', type: 'text' },
} as const satisfies Record<string, CardField>;
export type ContactFieldName = keyof typeof contactFields;

/** The account's ids of the pack's fields; a field that the account does not have is absent. */
export type FieldIds<Name extends string> = Partial<Record<Name, number>>;

/** The account's field for one of the pack's: by code, else by name and type. */
export const findField = (fields: readonly CustomField[], wanted: CardField): CustomField | undefined =>
	fields.find(({ code }) => code === wanted.code) ??
	fields.find(({ name, type }) => name.trim().toLowerCase() === wanted.name.toLowerCase() && type === wanted.type);

/** What tells deals apart by the value of a field. */
export const matchKey = (fieldId: number, value: string): string => `${fieldId} ${value}`;

/** A `text` field takes 256 characters; a longer value would have the whole deal refused. */
const textLimit = 256;
const clip = (text: string, limit: number): string => (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`);

/** The card's values as amoCRM takes them. An empty value is left out: what the order does not say is not erased. */
export function cardPayload(card: DealCard, ids: FieldIds<DealFieldName>): FieldPayload[] {
	const values: Partial<Record<DealFieldName, string | number>> = {
		marketplace: card.marketplace,
		shop: card.shop,
		orderNumber: card.orderNumber,
		orderKey: card.orderKey,
		status: card.status,
		deliveryKind: card.deliveryKind,
		address: card.address,
		tracking: card.tracking,
		items: card.items,
		assembleBy: card.assembleBy,
		deliverBy: card.deliverBy,
		exactAmount: card.exactAmount,
		cancelReason: card.cancelReason,
		journal: card.journal,
	};
	return dealFieldNames.flatMap((name) => {
		const value = fieldPayload(ids[name], dealFields[name], values[name]);
		return value === undefined ? [] : [value];
	});
}

export const dealFieldNames = Object.keys(dealFields).filter((name): name is DealFieldName => name in dealFields);

export function fieldPayload(
	id: number | undefined,
	field: CardField,
	value: string | number | undefined,
): FieldPayload | undefined {
	if (id === undefined || value === undefined || value === '') return undefined;
	return { field_id: id, values: [{ value: encode(field, value) }] };
}

function encode(field: CardField, value: string | number): string | number {
	switch (field.type) {
		// Epoch ms here, unix seconds there (amocrm.md §4).
		case 'date_time':
			return Math.floor(Number(value) / 1000);
		case 'numeric':
			return Number(value);
		case 'text':
			return clip(String(value), textLimit);
		case 'textarea':
			return String(value);
	}
}

/** The first value of one of the pack's fields on a card that was read, as text; `undefined` when empty. */
export function readField(values: readonly FieldValue[], field: CardField): string | undefined {
	const found = values.find(({ field_code }) => field_code === field.code) ?? values.find(({ field_name }) => field_name === field.name);
	const value = found?.values[0]?.value;
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' ? value : undefined;
}
