import type { FastifyInstance } from 'fastify';

import { denied, OzonRefusal } from './refusal';
import type { OzonShop } from './shop';

const LABEL_FILE = '/label-file/';

/** Everything that happens to a call before it reaches a method, in the words of ozon.md §1 and §12. */
export function guardEntrance(service: FastifyInstance, shop: OzonShop): void {
	const { settings } = shop;
	let recent: number[] = [];
	const remaining = (): number => {
		const now = Date.now();
		recent = recent.filter((moment) => now - moment < 1000);
		return settings.rateLimitPerSecond - recent.length;
	};

	service.addHook('onRequest', async (request, reply) => {
		// Label files lie on a file server of their own: no key, no limit.
		if (request.url.startsWith(LABEL_FILE)) return undefined;
		if (settings.rateLimitPerSecond > 0) {
			const left = remaining();
			reply.header('ratelimit-remaining', String(Math.max(0, left - 1)));
			if (left <= 0) {
				reply.header('retry-after', '1');
				throw new OzonRefusal(429, 8, 'You have reached request rate limit per second');
			}
			recent.push(Date.now());
		}
		checkKey(request.headers['client-id'], request.headers['api-key'], shop);
		if (request.is404) return undefined;
		const path = request.routeOptions.url ?? '';
		if (settings.missingMethods.includes(path)) throw denied('Api-Key is missing a required role for a method');
		if ((shop.openCircuits.get(path) ?? 0) > shop.clock.now()) {
			return await reply.code(429).type('text/plain; charset=utf-8').send('Circle is open');
		}
		if (!request.headers['content-type']?.startsWith('application/json')) {
			throw new OzonRefusal(415, 3, 'Content-Type must be application/json');
		}
		return undefined;
	});
}

function checkKey(clientId: unknown, apiKey: unknown, shop: OzonShop): void {
	const { settings } = shop;
	if (!clientId || !apiKey) throw new OzonRefusal(401, 16, 'Client-Id and Api-Key headers are required');
	if (clientId !== settings.clientId || apiKey !== settings.apiKey)
		throw denied('Invalid Api-Key, please contact support');
	if (shop.clock.now() >= shop.keyExpiresAt())
		throw denied('Api-key is deactivated, use another one or generate a new one');
	if (settings.ipLocked) throw denied('Api-Key is restricted to specific IP addresses');
	if (!settings.offerSigned) throw denied('Offer not signed');
}
