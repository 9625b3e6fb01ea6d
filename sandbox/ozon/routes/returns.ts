import { z } from 'zod/v4';

import { int64, limitUpTo, moment, period, read, within } from '../body';
import { readCommand } from '../commands';
import { badArgument, conflict, notFound } from '../refusal';
import { describeRequest, describeVisual, RETURN_ACTIONS, type GoodsReturn, type ReturnRequest } from '../returns';
import type { CancellationRequest } from '../cancellationRequests';
import { TRAITS } from '../posting';
import type { OzonShop } from '../shop';
import { iso, isoOrNull } from '../time';
import type { AddMethod } from './method';

const span = z
	.object({ time_from: moment.optional(), time_to: moment.optional() })
	.transform(({ time_from: from, time_to: to }) => ({ from, to }));
const goodsBody = z.object({
	limit: limitUpTo(500),
	last_id: int64.default(0),
	filter: z
		.object({
			logistic_return_date: span.optional(),
			storage_tariffication_start_date: span.optional(),
			visual_status_change_moment: span.optional(),
			order_id: int64.optional(),
			posting_numbers: z.array(z.string()).max(50).optional(),
			return_schema: z.string().optional(),
			visual_status_name: z.string().optional(),
		})
		.prefault({}),
});
const requestsBody = z.object({
	limit: limitUpTo(1000),
	last_id: int64.default(0),
	filter: z
		.object({
			posting_number: z.string().optional(),
			group_state: z.array(z.string()).optional(),
			created_at: period.optional(),
		})
		.prefault({}),
});
const actionBody = z.object({
	return_id: int64,
	id: int64,
	comment: z.string().default(''),
	rejection_reason_id: int64.optional(),
	compensation_amount: z.number().optional(),
});
const cancellationsBody = z.object({
	limit: limitUpTo(500),
	last_id: int64.default(0),
	filters: z
		.object({
			state: z.enum(['ALL', 'ON_APPROVAL', 'APPROVED', 'REJECTED']).default('ALL'),
			posting_number: z.array(z.string()).optional(),
			cancellation_initiator: z.array(z.string()).optional(),
		})
		.prefault({}),
	with: z.object({ counter: z.boolean().optional() }).prefault({}),
});
const answerBody = z.object({ cancellation_id: int64, comment: z.string().default('') });

/** Goods that come back, requests to bring them back, requests to cancel (ozon.md §8, §10). */
export function addReturns(add: AddMethod, shop: OzonShop): void {
	const { returns, requests } = shop;
	add('/v1/returns/list', (body) => {
		const { limit, last_id: after, filter } = read(goodsBody, body);
		const {
			logistic_return_date: sent,
			storage_tariffication_start_date: stored,
			visual_status_change_moment: changed,
		} = filter;
		if ([sent, stored, changed].filter(Boolean).length !== 1)
			throw badArgument('Request validation error: exactly one date filter must be set');
		const found = [...returns.goods.values()].filter(
			(one) =>
				within(sent, one.createdAt) &&
				within(changed, one.changedAt) &&
				(!stored || (one.visual === 'ArrivedAtReturnPlace' && within(stored, one.changedAt))) &&
				(filter.order_id === undefined || filter.order_id === one.posting.orderId) &&
				(!filter.posting_numbers?.length || filter.posting_numbers.includes(one.posting.number)) &&
				(!filter.return_schema || filter.return_schema.toUpperCase() === schemaOf(one).toUpperCase()) &&
				(!filter.visual_status_name || filter.visual_status_name === one.visual),
		);
		const { page, hasNext } = afterId(found, after, limit);
		return { returns: page.map((one) => goodsView(one, shop)), has_next: hasNext };
	});

	add('/v2/returns/rfbs/list', (body) => {
		const { limit, last_id: after, filter } = read(requestsBody, body);
		const groups = filter.group_state?.filter((group) => group !== 'All') ?? [];
		const found = [...returns.requests.values()].filter(
			(one) =>
				(!filter.posting_number || filter.posting_number === one.posting.number) &&
				(groups.length === 0 || groups.includes(describeRequest(one.state).group)) &&
				within(filter.created_at, one.createdAt),
		);
		// An array, as in the official example; the schema says object (§14).
		return {
			returns: afterId(found, after, limit).page.map((one) => ({
				return_id: one.id,
				...requestView(one),
				state: stateView(one),
			})),
		};
	});
	add('/v2/returns/rfbs/get', (body) => {
		const request = findRequest(shop, read(z.object({ return_id: int64 }), body).return_id);
		const actions = returns.actionsOf(request).map((name) => RETURN_ACTIONS[name]);
		return {
			returns: {
				...requestView(request),
				available_actions: actions.map((action) => (shop.settings.rfbsActionShape === 'nested' ? { action } : action)),
				client_photo: [],
				client_return_method_type: { id: 1, name: 'Курьер продавца' },
				comment: request.comment,
				rejection_comment: request.rejectionComment,
				rejection_reason: [{ id: 1, name: 'Следы использования', hint: '', is_comment_required: true }],
				return_method_description: '',
				return_reason: { id: 1, name: request.reason, is_defect: false },
				ru_post_tracking_number: '',
				state: stateView(request),
				warehouse_id: TRAITS[request.posting.scheme].warehouse.id,
			},
		};
	});
	add('/v1/returns/rfbs/action/set', (body) => {
		const wanted = readCommand(shop, actionBody, body);
		const request = findRequest(shop, wanted.return_id);
		const action = returns.actionsOf(request).find((name) => RETURN_ACTIONS[name].id === wanted.id);
		if (!action) {
			shop.accounting.refuse(request.posting.number, 'return-action', 'ACTION_IS_NOT_AVAILABLE');
			throw badArgument('ACTION_IS_NOT_AVAILABLE');
		}
		if (wanted.id < 0 && (wanted.comment === '' || wanted.rejection_reason_id === undefined)) {
			throw badArgument('comment and rejection_reason_id are required');
		}
		if (action === 'compensate' && !wanted.compensation_amount) throw badArgument('compensation_amount is required');
		shop.accounting.accept(request.posting, 'return-action');
		returns.apply(request, action, wanted.comment);
		return undefined;
	});

	add('/v2/conditional-cancellation/list', (body) => {
		const { limit, last_id: after, filters, with: wanted } = read(cancellationsBody, body);
		const found = [...requests.all.values()].filter(
			(one) =>
				(filters.state === 'ALL' || filters.state === one.state) &&
				(!filters.posting_number?.length || filters.posting_number.includes(one.posting.number)) &&
				(!filters.cancellation_initiator?.length || filters.cancellation_initiator.includes('CLIENT')),
		);
		const { page } = afterId(found, after, limit);
		return {
			result: page.map(cancellationView),
			last_id: page.at(-1)?.id ?? 0,
			...(wanted.counter ? { counter: String(found.length) } : {}),
		};
	});
	for (const answer of ['approve', 'reject'] as const) {
		add(`/v2/conditional-cancellation/${answer}`, (body) => {
			const { cancellation_id: id, comment } = readCommand(shop, answerBody, body);
			const request = requests.all.get(id);
			if (!request) throw notFound('CANCELLATION_NOT_FOUND');
			if (request.state !== 'ON_APPROVAL') {
				shop.accounting.refuse(request.posting.number, `${answer}-cancellation`, 'CANCELLATION_ALREADY_PROCESSED');
				throw conflict('CANCELLATION_ALREADY_PROCESSED');
			}
			shop.accounting.accept(request.posting, `${answer}-cancellation`);
			if (answer === 'approve') requests.approve(request, 'api', comment);
			else requests.reject(request, 'api', comment);
			return undefined;
		});
	}
}

function findRequest(shop: OzonShop, id: number): ReturnRequest {
	const request = shop.returns.requests.get(id);
	if (!request) throw notFound('RETURN_NOT_FOUND');
	return request;
}

/** One page of what follows the last id, by id. */
function afterId<T extends { id: number }>(found: T[], after: number, limit: number): { page: T[]; hasNext: boolean } {
	const rest = found.sort((a, b) => a.id - b.id).filter(({ id }) => id > after);
	return { page: rest.slice(0, limit), hasNext: rest.length > limit };
}

const schemaOf = ({ posting }: GoodsReturn): string => (posting.scheme === 'fbo' ? 'Fbo' : 'Fbs');
const PLACE = { id: '23869688194000', name: 'СЦ_Возвраты', address: 'Россия, г. Москва, ул. Складская, 1' };

/** Numbers are strings here, ids and sums alike, as in the official example (§14). */
function goodsView(one: GoodsReturn, shop: OzonShop) {
	const { posting, product } = one;
	const rub = (price: number) => ({ currency_code: 'RUB', price: String(price) });
	return {
		exemplars: [{ id: String(one.id * 10 + 1) }],
		id: String(one.id),
		company_id: shop.settings.clientId,
		return_reason_name: one.reason,
		type: one.type,
		schema: schemaOf(one),
		order_id: String(posting.orderId),
		order_number: posting.orderNumber,
		posting_number: posting.number,
		place: PLACE,
		target_place: PLACE,
		storage: null,
		product: {
			sku: String(product.sku),
			offer_id: product.offerId,
			name: product.name,
			price: rub(product.price),
			price_without_commission: rub(product.price),
			commission_percent: '0',
			commission: rub(0),
			quantity: product.quantity,
		},
		logistic: {
			technical_return_moment: iso(one.createdAt),
			final_moment: null,
			cancelled_with_compensation_moment: null,
			return_date: iso(one.createdAt),
			barcode: `ii${one.id}`,
		},
		visual: { status: describeVisual(one.visual), change_moment: iso(one.changedAt) },
		additional_info: { is_opened: false, is_super_econom: false },
		source_id: String(one.id),
		clearing_id: null,
		return_clearing_id: null,
		compensation_status: null,
	};
}

function requestView({ number, posting, product, createdAt }: ReturnRequest) {
	return {
		return_number: number,
		posting_number: posting.number,
		order_number: posting.orderNumber,
		created_at: iso(createdAt),
		client_name: posting.buyer.name,
		product: {
			sku: product.sku,
			offer_id: product.offerId,
			name: product.name,
			price: Math.round(product.price),
			currency_code: 'RUB',
		},
	};
}

function stateView({ state }: ReturnRequest) {
	const { group, name } = describeRequest(state);
	return {
		group_state: group,
		state,
		state_name: name,
		money_return_state_name: state === 'MONEY_RETURNED' ? 'Деньги возвращены' : '',
	};
}

const STATE_NAMES = { ON_APPROVAL: 'На рассмотрении', APPROVED: 'Подтверждена', REJECTED: 'Отклонена' };
const STATE_IDS = { ON_APPROVAL: 1, APPROVED: 2, REJECTED: 3 };

function cancellationView(request: CancellationRequest) {
	const { posting, state } = request;
	return {
		cancellation_id: request.id,
		posting_number: posting.number,
		state: { id: STATE_IDS[state], name: STATE_NAMES[state], state },
		cancellation_initiator: 'CLIENT',
		cancellation_reason: request.reason,
		cancellation_reason_message: request.message,
		approve_comment: request.comment,
		approve_date: isoOrNull(request.decidedAt),
		auto_approve_date: iso(request.autoApproveAt),
		cancelled_at: iso(request.createdAt),
		order_date: iso(posting.createdAt),
		source_id: 0,
		tpl_integration_type: TRAITS[posting.scheme].integration,
	};
}
