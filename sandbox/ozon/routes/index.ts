import type { FastifyInstance } from 'fastify';

import { RETIRED } from '../methods';
import { notFound, OzonRefusal } from '../refusal';
import type { OzonShop } from '../shop';
import { addAccount } from './account';
import { addChats } from './chats';
import { addLabels } from './labels';
import { countShown, type AddMethod } from './method';
import { addNotifications } from './notifications';
import { addPostings } from './postings';
import { addReturns } from './returns';

/** Every method of `methods.ts`, the dead ones too. Anything else answers 404. */
export function addRoutes(service: FastifyInstance, shop: OzonShop): void {
	countShown(service, shop);
	const add: AddMethod = (path, answer) => {
		service.post(path, async (request, reply) => {
			const body = await answer(request.body, request);
			// Methods without an answer send an empty body with 200.
			return await reply.code(200).send(body ?? undefined);
		});
	};
	addAccount(add, shop);
	addPostings(add, shop);
	addLabels(service, add, shop);
	addReturns(add, shop);
	addChats(add, shop);
	addNotifications(add, shop.pushes);

	for (const [path, use] of Object.entries(RETIRED)) {
		service.post(path, () => {
			shop.retiredCalls.set(path, { count: (shop.retiredCalls.get(path)?.count ?? 0) + 1, use });
			throw notFound('Method is switched off');
		});
	}

	service.setErrorHandler((failure, _request, reply) => {
		if (failure instanceof OzonRefusal) {
			return reply.code(failure.httpStatus).send({ code: failure.code, message: failure.message, details: [] });
		}
		const status = failure instanceof Error && 'statusCode' in failure ? Number(failure.statusCode) : 500;
		if (status >= 500) process.stderr.write(`Ozon sandbox: ${String(failure)}\n`);
		const message = status >= 500 ? 'Internal error' : 'Request body is not valid JSON';
		return reply.code(status).send({ code: status >= 500 ? 13 : 3, message, details: [] });
	});
}
