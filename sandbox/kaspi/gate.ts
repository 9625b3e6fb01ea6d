import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { holdWithoutAnswer, tooManyRequests } from '../service';
import { KaspiRefusal } from './refusal';
import type { KaspiSettings } from './settings';

/** Kaspi drops these silently: the call hangs until the client gives up (kaspi.md §1). */
const LIBRARY_USER_AGENT = /^(python-requests|python-httpx|httpx|python-urllib|aiohttp|python\/\S+ aiohttp)/i;

export const NOT_FOUND_PAGE =
	'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>Kaspi.kz</title></head><body><h1>404</h1><p>Страница не найдена</p></body></html>';

/** Everything that happens to a call before it reaches a route, in the order the real service shows it. */
export function guardEntrance(service: FastifyInstance, settings: KaspiSettings): void {
	let recent: number[] = [];
	const overLimit = () => {
		const now = Date.now();
		recent = recent.filter((moment) => now - moment < 1000);
		if (settings.rateLimitPerSecond > 0 && recent.length >= settings.rateLimitPerSecond) return true;
		recent.push(now);
		return false;
	};

	service.addHook('onRequest', async (request, reply) => {
		const { headers } = request;
		if (settings.hangLibraryUserAgents && LIBRARY_USER_AGENT.test(headers['user-agent'] ?? '')) {
			return holdWithoutAnswer(reply);
		}
		if (overLimit()) return await tooManyRequests(reply);
		if (settings.requireAccept && !headers.accept) return await notFoundPage(reply);
		if (headers['x-auth-token'] !== settings.token) throw new KaspiRefusal(401, 'Authentication token is not valid');
		checkMerchant(headers['x-merchant-uid'], settings);
		checkContentType(request, settings);
		return undefined;
	});
}

export async function notFoundPage(reply: FastifyReply): Promise<FastifyReply> {
	return await reply.code(404).type('text/html; charset=utf-8').send(NOT_FOUND_PAGE);
}

function checkMerchant(uid: string | string[] | undefined, settings: KaspiSettings): void {
	const missing = uid === undefined || uid === '';
	if (missing ? settings.requireMerchantUid : uid !== settings.shopId) throw new KaspiRefusal(404, 'Merchant not found');
}

function checkContentType({ method, headers }: FastifyRequest, { contentTypeRule }: KaspiSettings): void {
	const demanded = contentTypeRule === 'all' || (contentTypeRule === 'writes' && method === 'POST');
	if (demanded && !headers['content-type']?.startsWith('application/vnd.api+json')) {
		throw new KaspiRefusal(415, 'Content-Type must be application/vnd.api+json');
	}
}
