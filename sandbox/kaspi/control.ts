import type { FastifyInstance } from 'fastify';

import { Refused, parseBody } from '../controlBody';
import { ACTIONS, ActionRefused, act } from './actions';
import { dripSchema, type Drip } from './drip';
import { orderSpecSchema } from './generate';
import { kaspiSettingsSchema } from './settings';
import type { KaspiShop } from './shop';
import { orderSnapshot } from './snapshot';

/** The control routes of this shop: settings, orders, what people do with them, and the drip. */
export function addControlRoutes(control: FastifyInstance, shop: KaspiShop, drip: Drip): void {
	control.get('/kaspi/settings', async () => shop.settings);
	control.patch('/kaspi/settings', async (request) =>
		Object.assign(shop.settings, parseBody(kaspiSettingsSchema.partial(), request.body)),
	);

	control.post('/kaspi/orders', async (request, reply) => {
		const orders = shop.createOrders(parseBody(orderSpecSchema, request.body));
		return await reply.code(201).send({ orders: orders.map((order) => orderSnapshot(shop, order)) });
	});
	control.get<{ Params: { code: string } }>('/kaspi/orders/:code', async (request) =>
		orderSnapshot(shop, find(shop, request.params.code)),
	);
	control.post<{ Params: { code: string; action: string } }>('/kaspi/orders/:code/:action', async (request) => {
		const order = find(shop, request.params.code);
		const name = ACTIONS.find((known) => known === request.params.action);
		if (!name) {
			throw new Refused(404, `There is no action '${request.params.action}'. Actions: ${ACTIONS.join(', ')}.`);
		}
		try {
			const result = act(shop, order, name);
			return { ...result, order: orderSnapshot(shop, order) };
		} catch (failure) {
			if (failure instanceof ActionRefused) throw new Refused(409, failure.message);
			throw failure;
		}
	});

	control.post('/kaspi/commands/reset', async () => {
		shop.accounting.resetCounts();
		return shop.accounting.snapshot();
	});

	control.get('/drip', async () => ({ running: drip.running() }));
	control.post('/drip', async (request) => {
		drip.start(parseBody(dripSchema, request.body ?? {}));
		return { running: drip.running() };
	});
	control.delete('/drip', async () => {
		drip.stop();
		return { running: null };
	});
}

function find(shop: KaspiShop, code: string) {
	const order = shop.orders.get(code);
	if (!order) throw new Refused(404, `There is no order ${code}.`);
	return order;
}
