import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Posting } from '../posting';
import { availableActions } from '../rules';
import type { Method } from '../methods';
import type { OzonShop } from '../shop';

declare module 'fastify' {
	interface FastifyRequest {
		/** `available_actions` this answer shows, by posting number. */
		shownActions: Map<string, string[]> | undefined;
	}
}

/** Registers one method: POST, JSON in, JSON out. */
export type AddMethod = (path: Method, answer: (body: unknown, request: FastifyRequest) => unknown) => void;

/** Only answers that really leave count as shown: a fault that swallows the answer never gets here. */
export function countShown(service: FastifyInstance, shop: OzonShop): void {
	service.decorateRequest('shownActions', undefined);
	service.addHook('onSend', async (request, _reply, payload: unknown) => {
		for (const [number, actions] of request.shownActions ?? []) shop.accounting.show(number, actions);
		return payload;
	});
}

export function show(shop: OzonShop, request: FastifyRequest, postings: readonly Posting[]): void {
	request.shownActions ??= new Map();
	for (const posting of postings)
		request.shownActions.set(posting.number, availableActions(posting, shop.settings, shop.now()));
}
