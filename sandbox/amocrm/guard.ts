import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { AmoContext } from './context';
import { nginxPage, problem } from './http';
import { Problem } from './problem';

/** Everything that stands before the API: firewall, block, rate limit, token, payment; and how refusals look. */
export function guard(service: FastifyInstance, context: AmoContext): void {
	service.addHook('onRequest', async (request, reply) => {
		void reply.header('x-request-id', request.id);
		const refusal = refuse(context, request, reply);
		return refusal === undefined ? undefined : await refusal;
	});
	service.setErrorHandler((error, _request, reply) => problem(reply, asProblem(error)));
}

function refuse(context: AmoContext, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
	const { settings, gate, access } = context;
	if (settings.requireUserAgent && !request.headers['user-agent']) return nginxPage(reply, 403, 'Forbidden');
	if (gate.blocked()) return nginxPage(reply, 403, 'Forbidden');
	// Getting tokens is not part of the API's budget, but a block stops that too (#563).
	if (isTokenPath(request)) return undefined;
	const token = access.known(request.headers.authorization);
	const verdict = gate.ask(token?.integrationId ?? request.ip);
	if (verdict !== 'pass') return nginxPage(reply, 429, 'Too Many Requests');
	if (!access.isGood(token)) return problem(reply, new Problem(401, 'Неверный логин или пароль'));
	const writes = request.method !== 'GET';
	if (settings.unpaid === 'all' || (settings.unpaid === 'writes' && writes)) {
		return problem(reply, new Problem(402, 'Аккаунт не оплачен'));
	}
	if (context.random.chance(settings.systemErrorShare))
		return problem(reply, new Problem(400, 'Системная ошибка, повторите попытку позднее'));
	return undefined;
}

function isTokenPath(request: FastifyRequest): boolean {
	const path = request.url.split('?', 1)[0];
	return path === '/oauth' || path === '/oauth2/access_token';
}

function asProblem(error: unknown): Problem {
	if (error instanceof Problem) return error;
	const status =
		error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
	return new Problem(status, error instanceof Error ? error.message : 'Unknown');
}
