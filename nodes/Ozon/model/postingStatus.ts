import type { OrderStage } from '../../../core/order/stage';

/** A posting's status and substatus with what returns and requests add to it, as kept in `Order.rawStatus`. */
export interface RawStatus {
	isFbo: boolean;
	status: string;
	substatus: string;
	/** e.g. `cancel_requested`, `return:MovingToSeller`, `rfbs:New`. */
	additions: readonly string[];
}

export const conditionallyDelivered = 'posting_conditionally_delivered';
export const backAtWarehouse = 'posting_returned_to_warehouse';
/** Closed because its goods went on in several postings: no lost order (ozon.md §6). */
export const superseded = 'cancelled_from_split_pending';
const fboPrefix = 'fbo:';

export const rawStatusText = ({ isFbo, status, substatus, additions }: RawStatus): string =>
	[`${isFbo ? fboPrefix : ''}${status}/${substatus}`, ...additions].join('+');

export function readRawStatus(raw: string): RawStatus {
	const isFbo = raw.startsWith(fboPrefix);
	const [main = '', ...additions] = raw.slice(isFbo ? fboPrefix.length : 0).split('+');
	const [status = '', substatus = ''] = main.split('/');
	return { isFbo, status, substatus, additions };
}

/**
 * Every stage that a posting can have, by its status or by a return (returnStatus.ts), and `accepted`, which Ozon does not know: a
 * step of the CRM's own between "new" and "ready" (rules.ts).
 */
export const ozonStages: readonly OrderStage[] = [
	'new', 'accepted', 'ready', 'in_delivery', 'delivered', 'completed', 'dispute', 'return_requested', 'returned', 'cancelled',
];

interface Step {
	stage: OrderStage;
	/** As the seller cabinet calls it. */
	name: string;
}

/** The table of ozon.md §13. */
const steps: Readonly<Record<string, Step>> = {
	awaiting_verification: { stage: 'new', name: 'Создано' },
	awaiting_approve: { stage: 'new', name: 'Ожидает подтверждения' },
	awaiting_packaging: { stage: 'new', name: 'Ожидает сборки' },
	awaiting_registration: { stage: 'ready', name: 'Ожидает регистрации' },
	awaiting_deliver: { stage: 'ready', name: 'Ожидает отгрузки' },
	acceptance_in_progress: { stage: 'ready', name: 'Идёт приёмка' },
	not_accepted: { stage: 'dispute', name: 'Не принято на сортировочном центре' },
	arbitration: { stage: 'dispute', name: 'Арбитраж' },
	client_arbitration: { stage: 'dispute', name: 'Клиентский арбитраж доставки' },
	driver_pickup: { stage: 'in_delivery', name: 'У водителя' },
	sent_by_seller: { stage: 'in_delivery', name: 'Отправлено продавцом' },
	delivering: { stage: 'in_delivery', name: 'Доставляется' },
	delivered: { stage: 'completed', name: 'Доставлено' },
	cancelled: { stage: 'cancelled', name: 'Отменено' },
};

/** What `delivering` means decides its substatus; every one that is known has a row here (§6). */
const delivering: Readonly<Record<string, Step>> = {
	'': { stage: 'in_delivery', name: 'Доставляется' },
	posting_on_way_to_city: { stage: 'in_delivery', name: 'Едет в город покупателя' },
	posting_transferred_to_courier_service: { stage: 'in_delivery', name: 'Передано курьерской службе' },
	posting_transferring_to_delivery: { stage: 'in_delivery', name: 'Передаётся в доставку' },
	posting_in_courier_service: { stage: 'in_delivery', name: 'Курьер в пути' },
	posting_on_way_to_pickup_point: { stage: 'in_delivery', name: 'Едет в пункт выдачи' },
	posting_in_pickup_point: { stage: 'in_delivery', name: 'В пункте выдачи' },
	posting_driver_pick_up: { stage: 'in_delivery', name: 'У водителя' },
	[conditionallyDelivered]: { stage: 'delivered', name: 'Условно доставлено' },
	[backAtWarehouse]: { stage: 'returned', name: 'Возвращено на склад' },
};

/** Names of substatuses that a seller has to act upon. */
const namedSubstatuses: Readonly<Record<string, string>> = {
	ship_failed: 'Ошибка сборки',
	posting_registration_error: 'Ошибка регистрации',
	posting_awaiting_passport_data: 'Ожидает паспортных данных покупателя',
};

function stepOf({ status, substatus }: Pick<RawStatus, 'status' | 'substatus'>): Step | undefined {
	return status === 'delivering' ? delivering[substatus] : steps[status];
}

/** `unknown` for a status, or a substatus that decides, of which the sheet has never heard. */
export const stageOfStatus = (raw: Pick<RawStatus, 'status' | 'substatus'>): OrderStage | 'unknown' => stepOf(raw)?.stage ?? 'unknown';

export const statusName = (raw: Pick<RawStatus, 'status' | 'substatus'>): string | undefined =>
	namedSubstatuses[raw.substatus] ?? stepOf(raw)?.name;

/** Statuses of postings that are on their way: a first look lists them however old they are (without FBO). */
export const openStatuses = [
	'awaiting_verification',
	'awaiting_approve',
	'awaiting_packaging',
	'awaiting_registration',
	'awaiting_deliver',
	'acceptance_in_progress',
	'not_accepted',
	'arbitration',
	'client_arbitration',
	'driver_pickup',
	'delivering',
];
