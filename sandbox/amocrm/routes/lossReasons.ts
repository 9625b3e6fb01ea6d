import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import { readBatch } from '../bodies';
import type { AmoContext } from '../context';
import { apiOf, hal, idOf, LIST_LIMIT, resource, sendAll } from '../http';
import { Problem } from '../problem';
import { bySort } from '../stages';
import { lossReasonView } from '../views';

const reasonBody = z.object({ name: z.string().min(1).max(255), sort: z.number().int().optional() });

/** Reasons why leads are lost (amocrm.md §3). */
export function lossReasonRoutes(service: FastifyInstance, { store }: AmoContext): void {
	resource(service, '/leads/loss_reasons', {
		GET: (request, reply) =>
			sendAll(
				request,
				reply,
				'loss_reasons',
				bySort(store.lossReasons.values()).map((reason) => lossReasonView(reason, apiOf(request))),
			),
		POST: (request, reply) => {
			const items = readBatch(reasonBody, request.body, LIST_LIMIT);
			const views = items.map((item) => {
				const now = store.seconds();
				const reason = {
					id: store.nextId(),
					name: item.body.name,
					sort: item.body.sort ?? 10_000,
					createdAt: now,
					updatedAt: now,
				};
				store.lossReasons.set(reason.id, reason);
				return { ...lossReasonView(reason, apiOf(request)), request_id: item.requestId };
			});
			return sendAll(request, reply, 'loss_reasons', views);
		},
	});

	resource(service, '/leads/loss_reasons/:id(^\\d+$)', {
		GET: (request, reply) => {
			const reason = store.lossReasons.get(idOf(request));
			if (!reason) throw new Problem(404, 'Loss reason not found');
			return hal(reply, lossReasonView(reason, apiOf(request)));
		},
	});
}
