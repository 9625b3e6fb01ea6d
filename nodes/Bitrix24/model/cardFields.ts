import type { DealCard } from '../../../core/ports';
import { dateText, type Param } from '../api/command';

/** A custom field of the pack's own: found by its code, its external code or its label, made by Prepare CRM. */
export interface CardField {
	/** As people read it. */
	label: string;
	/** `UF_CRM_…`, 50 characters at most. */
	code: string;
	type: 'string' | 'datetime' | 'integer';
	/** Lines of the input. */
	rows?: number;
}

/**
 * What the deal's card shows of an order. `packages` is filled in by the manager before packing and never written by the pack.
 * The order's key needs no field: Bitrix24 has `originatorId` and `originId` for it, and the amount has its decimals.
 */
export const dealFields = {
	marketplace: { label: 'Маркетплейс', code: 'UF_CRM_MP_NAME', type: 'string' },
	shop: { label: 'Магазин', code: 'UF_CRM_MP_SHOP', type: 'string' },
	orderNumber: { label: 'Номер заказа', code: 'UF_CRM_MP_ORDER_NUMBER', type: 'string' },
	status: { label: 'Статус на маркетплейсе', code: 'UF_CRM_MP_STATUS', type: 'string' },
	deliveryKind: { label: 'Способ доставки', code: 'UF_CRM_MP_DELIVERY_KIND', type: 'string' },
	address: { label: 'Адрес доставки', code: 'UF_CRM_MP_ADDRESS', type: 'string', rows: 3 },
	tracking: { label: 'Трек-номер', code: 'UF_CRM_MP_TRACKING', type: 'string' },
	items: { label: 'Состав заказа', code: 'UF_CRM_MP_ITEMS', type: 'string', rows: 5 },
	assembleBy: { label: 'Собрать до', code: 'UF_CRM_MP_ASSEMBLE_BY', type: 'datetime' },
	deliverBy: { label: 'Доставить до', code: 'UF_CRM_MP_DELIVER_BY', type: 'datetime' },
	cancelReason: { label: 'Причина отмены', code: 'UF_CRM_MP_CANCEL_REASON', type: 'string', rows: 3 },
	journal: { label: 'Журнал синхронизации', code: 'UF_CRM_MP_JOURNAL', type: 'string' },
	packages: { label: 'Мест', code: 'UF_CRM_MP_PACKAGES', type: 'integer' },
} as const satisfies Record<string, CardField>;
export type DealFieldName = keyof typeof dealFields;

/** What a contact's card keeps of a buyer: the only key of one whose phone is masked. */
export const contactFields = {
	buyerKey: { label: 'Ключ покупателя', code: 'UF_CRM_MP_BUYER_KEY', type: 'string' },
} as const satisfies Record<string, CardField>;
export type ContactFieldName = keyof typeof contactFields;

/** How the portal calls the pack's fields in an item; a field that it does not have is absent. */
export type FieldNames<Name extends string> = Partial<Record<Name, string>>;

export const dealFieldNames = Object.keys(dealFields).filter((name): name is DealFieldName => name in dealFields);

/** The card's values as Bitrix24 takes them. An empty value is left out: what the order does not say is not erased. */
export function cardParams(card: DealCard, names: FieldNames<DealFieldName>): Record<string, Param> {
	const values: Partial<Record<DealFieldName, string | number>> = {
		marketplace: card.marketplace,
		shop: card.shop,
		orderNumber: card.orderNumber,
		status: card.status,
		deliveryKind: card.deliveryKind,
		address: card.address,
		tracking: card.tracking,
		items: card.items,
		assembleBy: card.assembleBy,
		deliverBy: card.deliverBy,
		cancelReason: card.cancelReason,
		journal: card.journal,
	};
	return Object.fromEntries(
		dealFieldNames.flatMap((name): [string, Param][] => {
			const key = names[name];
			const value = values[name];
			if (key === undefined || value === undefined || value === '') return [];
			return [[key, dealFields[name].type === 'datetime' ? dateText(Number(value)) : value]];
		}),
	);
}

/** The value of one of the pack's fields on an item that was read, as text; `undefined` when empty. */
export function readField(item: Readonly<Record<string, unknown>>, key: string | undefined): string | undefined {
	const value = key === undefined ? undefined : item[key];
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' ? value : undefined;
}
