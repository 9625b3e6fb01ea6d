import { z } from 'zod/v4';

import type { TrueOrder } from '../facts';
import { STAGE, type StageName } from '../names';
import type { MarketSide } from '../sides';
import { KASPI_SCENARIOS } from './kaspiScenarios';

const orderSchema = z.object({
	code: z.string(),
	kind: z.string(),
	state: z.string(),
	status: z.string(),
	/** The tab of the seller's cabinet. */
	tab: z.string(),
	signatureRequired: z.boolean(),
	assembled: z.boolean(),
	courierTransmissionDate: z.number().nullable(),
	/** Epoch ms. */
	creationDate: z.number(),
	totalPrice: z.number(),
	buyer: z.object({ key: z.string(), phone: z.string(), firstName: z.string(), lastName: z.string(), masked: z.boolean() }),
	actions: z.array(z.string()),
	history: z.array(z.object({ by: z.string() })),
});
export type KaspiOrder = z.infer<typeof orderSchema>;

const commandNoteSchema = z.object({ code: z.string(), command: z.string(), why: z.string() });
const stateSchema = z.object({
	commands: z.object({ accepted: z.number(), forbidden: z.array(commandNoteSchema) }),
	orders: z.array(orderSchema),
});

const KIND_TEXT: Readonly<Record<string, string>> = {
	pickup: 'pickup at the shop',
	postomat: 'Kaspi Postomat',
	'kaspi-delivery': 'Kaspi Delivery',
	express: 'Kaspi Express',
	'own-delivery': 'own courier',
	'regional-pickup': 'regional pickup point',
};

/** The busy world that `npm run demo` shows: something happens every few seconds. */
const DRIP = { everyMs: 3000, newShare: 0.4, troubleShare: 0.1, sellerShare: 0.25, maxOpen: 60 };
/** A part of the real time, so that a check does not take hours. */
const WAYBILL_DELAY_SCALE = 0.05;

/** Where the deal of an order has to stand (domain.md §2, kaspi.md §8; first match wins). */
export function demandedOfKaspi(order: Pick<KaspiOrder, 'status' | 'state' | 'signatureRequired' | 'courierTransmissionDate' | 'assembled'>): StageName[] {
	const { status, state } = order;
	if (status === 'RETURNED' || status === 'CANCELLED' || status === 'CANCELLING') return [STAGE.lost];
	if (status === 'KASPI_DELIVERY_RETURN_REQUESTED' || status === 'RETURN_ACCEPTED_BY_MERCHANT') return [STAGE.returning];
	if (status === 'COMPLETED') return [STAGE.won];
	if (status === 'APPROVED_BY_BANK') return [STAGE.new];
	if (state === 'SIGN_REQUIRED' || order.signatureRequired) return [STAGE.signature];
	if (order.courierTransmissionDate !== null) return [STAGE.inDelivery];
	if (order.assembled || state === 'PICKUP') return [STAGE.ready];
	// The API has no word for "on its way" with the seller's own courier: that is the CRM's own step.
	return state === 'DELIVERY' ? [STAGE.accepted, STAGE.inDelivery] : [STAGE.accepted];
}

export const kaspi: MarketSide = {
	api: 'kaspi',
	name: 'Kaspi',
	scenarios: KASPI_SCENARIOS,
	address: ({ kaspi: { baseUrl } }) => baseUrl,
	credential: ({ kaspi: { token, shopId, baseUrl } }) => ({ type: 'kaspiApi', name: 'Kaspi (sandbox)', data: { token, shopId, baseUrl } }),
	read: (state) => {
		const { commands, orders } = stateSchema.parse(state);
		return {
			orders: orders.map(trueOrder),
			placed: orders.length,
			commands: {
				accepted: commands.accepted,
				forbidden: commands.forbidden.map(({ code, command, why }) => `order ${code}: forbidden ${command}: ${why}`),
			},
		};
	},
	async order(sandbox, { kind, autoAccept, preOrder, signature, buyer }) {
		const answer = await sandbox.call('POST', '/kaspi/orders', { kind, autoAccept, preOrder, signature, buyer });
		const [order] = z.object({ orders: z.array(z.object({ code: z.string() })).min(1) }).parse(answer).orders;
		if (order === undefined) throw new Error('The sandbox made no order.');
		return order.code;
	},
	async act(sandbox, number, action) {
		await sandbox.call('POST', `/kaspi/orders/${number}/${action}`);
	},
	async drip(sandbox) {
		await sandbox.call('POST', '/drip', DRIP);
	},
	async scaleTime(sandbox) {
		await sandbox.call('PATCH', '/kaspi/settings', { waybillDelayScale: WAYBILL_DELAY_SCALE });
		return `Kaspi's waybills come ${1 / WAYBILL_DELAY_SCALE} times sooner`;
	},
};

function trueOrder(order: KaspiOrder): TrueOrder {
	const { code, kind, tab, creationDate, totalPrice, buyer, actions, history } = order;
	return {
		number: code,
		kindText: KIND_TEXT[kind] ?? kind,
		where: tab,
		demanded: demandedOfKaspi(order),
		createdAt: creationDate,
		amount: totalPrice,
		priceText: `${totalPrice.toLocaleString('ru-RU')} ₸`,
		buyer: { key: buyer.key, phone: buyer.phone, shownName: `${buyer.firstName} ${buyer.lastName.slice(0, 1)}`, masked: buyer.masked },
		actions,
		lastBy: history.at(-1)?.by,
	};
}
