/**
 * What the CRM side is called, as people read it (domain.md §2). Written down here once more on purpose: the demo judges
 * the pack and must not share the pack's own table.
 */
export const PIPELINE = 'Заказы маркетплейсов';
export const ORDER_NUMBER_FIELD = 'Номер заказа';
export const PACKAGES_FIELD = 'Мест';

export const STAGE = {
	signature: 'Ожидает подписи',
	new: 'Новая заявка',
	accepted: 'В работе / Сборка',
	ready: 'Готов к отгрузке',
	inDelivery: 'В доставке',
	delivered: 'Доставлен',
	dispute: 'Спор',
	returning: 'Возврат запрошен',
	won: 'Успешно реализовано',
	lost: 'Закрыто и не реализовано',
} as const;
export type StageName = (typeof STAGE)[keyof typeof STAGE];
