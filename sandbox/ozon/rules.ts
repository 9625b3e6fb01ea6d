import { isFinal, pieceCount, TRAITS, type Posting } from './posting';
import type { OzonSettings } from './settings';

/** What a seller can ask Ozon to do with a posting. */
export const COMMANDS = [
	'ship',
	'split',
	'cancel',
	'product-cancel',
	'delivering',
	'last-mile',
	'delivered',
	'set-tracking',
	'set-cutoff',
	'set-timeslot',
	'arbitration',
	'awaiting-delivery',
	'label',
	'approve-cancellation',
	'reject-cancellation',
	'return-action',
	'start-chat',
] as const;
export type Command = (typeof COMMANDS)[number];

/** The words of `available_actions` that allow a command (§7); commands without any are judged by their own rules. */
export const ALLOWED_BY: Partial<Record<Command, readonly string[]>> = {
	ship: ['ship', 'ship_async', 'ship_async_retry'],
	split: ['ship', 'ship_async', 'ship_async_retry'],
	cancel: ['cancel'],
	'product-cancel': ['product_cancel'],
	delivering: ['non_int_delivering'],
	'last-mile': ['non_int_last_mile'],
	delivered: ['non_int_delivered'],
	'set-tracking': ['set_track_number'],
	'set-cutoff': ['set_cutoff'],
	'set-timeslot': ['set_timeslot'],
	arbitration: ['arbitration'],
	'awaiting-delivery': ['awaiting_delivery'],
	label: ['label_download'],
};

const DAY = 86_400_000;
const CHAT_AFTER_DELIVERY = 3 * DAY;
const MAX_TIMESLOT_CHANGES = 2;

/** `available_actions` of a posting now: what the seller may do, and some facts (§4, §7). FBO postings have none. */
export function availableActions(posting: Posting, settings: OzonSettings, now: number): string[] {
	if (posting.scheme === 'fbo') return [];
	const facts = isFinal(posting)
		? []
		: [
				...(TRAITS[posting.scheme].showsCustomer && posting.shownPhone !== '' ? ['customer_phone_available'] : []),
				...(posting.trackingNumber !== '' ? ['click_track_number'] : []),
			];
	return [
		...commandActions(posting, settings, now),
		...facts,
		...(canStartChat(posting, now) ? ['can_create_chat'] : []),
	];
}

/** FBS and rFBS: from the payment until 72 h after delivery (§2). */
export function canStartChat(posting: Posting, now: number): boolean {
	if (posting.scheme === 'fbo' || posting.inProcessAt === null) return false;
	if (posting.status === 'delivered')
		return now - (posting.factDeliveryDate ?? posting.statusChangedAt) <= CHAT_AFTER_DELIVERY;
	return !isFinal(posting);
}

function commandActions(posting: Posting, settings: OzonSettings, now: number): string[] {
	const { status, substatus, scheme } = posting;
	const own = TRAITS[scheme].integration === 'non_integrated';
	const tracked = own || scheme === 'rfbs-3pl';
	const cutoff = own && now < posting.shipmentDate ? ['set_cutoff'] : [];
	const timeslot = own && posting.timeslotChanges < MAX_TIMESLOT_CHANGES ? ['set_timeslot'] : [];
	const productCancel = pieceCount(posting) > 1 ? ['product_cancel'] : [];
	switch (status) {
		case 'awaiting_packaging': {
			if (posting.shipping) return ['ship_async_in_process'];
			const ship = posting.marksMissing ? ['ship_with_additional_info'] : ['ship', 'ship_async'];
			const retry = substatus === 'ship_failed' ? ['ship_async_retry'] : [];
			return [...ship, ...retry, 'cancel', ...productCancel, ...cutoff, ...timeslot, 'has_barcode_for_printing'];
		}
		case 'awaiting_registration':
			return ['cancel'];
		case 'awaiting_deliver':
			if (substatus === 'posting_in_carriage') return ['arbitration', 'label_download'];
			return [
				'cancel',
				...productCancel,
				...(own ? ['non_int_delivering'] : []),
				...(tracked ? ['set_track_number'] : []),
				...cutoff,
				...timeslot,
				'label_download',
				'label_download_small',
			];
		case 'not_accepted':
			return ['arbitration'];
		case 'arbitration':
			return ['awaiting_delivery'];
		case 'delivering':
			return deliveringActions(posting, settings, own, tracked);
		default:
			return [];
	}
}

function deliveringActions({ substatus }: Posting, settings: OzonSettings, own: boolean, tracked: boolean): string[] {
	// Nobody on the seller's side ends this state: neither a command nor a cancellation (§7).
	if (substatus === 'posting_conditionally_delivered' || substatus === 'posting_returned_to_warehouse') return [];
	if (!own) return tracked ? ['set_track_number'] : [];
	const lastMile = substatus === 'posting_in_courier_service';
	return [
		...(lastMile ? [] : ['non_int_last_mile']),
		...(lastMile || !settings.lastMileRequired ? ['non_int_delivered'] : []),
		'cancel',
		'set_track_number',
	];
}

/** Why Ozon refuses a command now, in its words where they are known; undefined when it is allowed (§7). */
export function refusal(command: Command, posting: Posting, settings: OzonSettings, now: number): string | undefined {
	const needed = ALLOWED_BY[command];
	if (!needed) return undefined;
	const actions = availableActions(posting, settings, now);
	if (needed.some((action) => actions.includes(action))) return undefined;
	if (posting.status === 'cancelled') return 'POSTING_ALREADY_CANCELLED';
	if (command === 'ship' || command === 'split') {
		if (posting.marksMissing && posting.status === 'awaiting_packaging') return 'EXEMPLAR_INFO_NOT_FILLED_COMPLETELY';
		return posting.status === 'awaiting_packaging' || posting.status === 'cancelled_from_split_pending'
			? 'HAS_INCORRECT_STATUS'
			: 'POSTING_ALREADY_SHIPPED';
	}
	if (command === 'delivering' || command === 'last-mile' || command === 'delivered') {
		return TRAITS[posting.scheme].integration === 'non_integrated'
			? 'TRANSITION_IS_NOT_POSSIBLE'
			: 'HAS_INCORRECT_TPL_INTEGRATION_TYPE';
	}
	if (command === 'set-tracking' && (posting.scheme === 'fbs' || posting.scheme === 'rfbs-aggregator')) {
		return 'HAS_INCORRECT_TPL_INTEGRATION_TYPE';
	}
	return command === 'label' ? "The next postings aren't ready" : 'HAS_INCORRECT_STATUS';
}

/** Reasons as the API lists them; only some may be sent by a seller (§8). */
export const REASONS = [
	{ id: 352, title: 'Товар закончился на складе продавца', usable: true },
	{ id: 400, title: 'Остался только бракованный товар', usable: true },
	{ id: 401, title: 'Продавец отклонил арбитраж', usable: false },
	{ id: 402, title: 'Другое (вина продавца)', usable: true },
	{ id: 665, title: 'Покупатель не забрал заказ', usable: true },
	{ id: 666, title: 'Возврат из службы доставки: нет доставки в указанный регион', usable: false },
	{ id: 667, title: 'Заказ утерян службой доставки', usable: true },
] as const;

/** The seller's own words must come with this one. */
export const OTHER_REASON = 402;

/** Which reasons this posting may be cancelled for: on its way only what can happen there. */
export function reasonsFor(posting: Posting): { id: number; title: string }[] {
	const onTheWay = posting.status === 'delivering';
	return REASONS.filter(({ id, usable }) => usable && (onTheWay ? id >= 402 : id <= 402));
}

export const reasonTitle = (id: number): string => REASONS.find((reason) => reason.id === id)?.title ?? '';
