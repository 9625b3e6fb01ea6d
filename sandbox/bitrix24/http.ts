import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { renamed, type Caller } from './access';
import { runBatch } from './batch';
import type { BitrixContext } from './context';
import { fromForm, isMap, listed, text, type Params } from './php';
import { Problem } from './problem';

const ANY = ['GET', 'POST'];
const TOO_MANY = [
	'<html>',
	'<head><title>503 Service Temporarily Unavailable</title></head>',
	'<body>',
	'<center><h1>503 Service Temporarily Unavailable</h1></center>',
	'<hr><center>nginx</center>',
	'</body>',
	'</html>',
	'',
].join('\r\n');

/** The two doors of the REST (webhook path, `auth` parameter) and the OAuth pages (bitrix24.md §1). */
export function registerHttp(service: FastifyInstance, context: BitrixContext): void {
	const { access } = context;
	readForms(service);
	service.addHook('onRequest', async (request, reply) => moved(context, request, reply));
	service.setErrorHandler((failure, _request, reply) => send(reply, asProblem(failure)));

	service.route({
		method: ANY,
		url: '/rest/:user/:code/:method',
		handler: (request, reply) =>
			answer(context, request, reply, () => access.byWebhook(part(request, 'user'), part(request, 'code'))),
	});
	// Without a code in its path the call is taken for one of an application.
	service.route({
		method: ANY,
		url: '/rest/:method',
		handler: (request, reply) =>
			answer(context, request, reply, () => access.byToken(text(paramsOf(request).auth))),
	});

	for (const url of ['/oauth/authorize', '/oauth/authorize/']) {
		service.get(url, (request, reply) => {
			const { client_id: clientId, state } = paramsOf(request);
			return reply.redirect(access.authorize(text(clientId), text(state)), 302);
		});
	}
	for (const url of ['/oauth/token', '/oauth/token/']) {
		service.route({
			method: ANY,
			url,
			handler: (request, reply) => {
				const params = paramsOf(request);
				return reply.send(access.exchange((name) => text(params[name])));
			},
		});
	}
}

/** A path that is no method: named without the secret in it. */
export function notFound(context: BitrixContext, request: FastifyRequest, reply: FastifyReply): FastifyReply {
	const path = pathOf(request).replace(/^(\/rest\/)(api\/)?\d+\/[^/]+/, '$1$2-/-');
	request.calledAs = { path, unknown: true };
	context.dispatcher.countUnknown(path);
	return send(reply, new Problem(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!'));
}

function answer(
	context: BitrixContext,
	request: FastifyRequest,
	reply: FastifyReply,
	whoCalls: () => Caller,
): FastifyReply {
	const { dispatcher, settings, random, gate } = context;
	const name = part(request, 'method').replace(/\.(json|xml)$/, '');
	const known = dispatcher.nameOf(name);
	request.calledAs = { path: `/rest/${known ?? name}`, unknown: known === undefined };
	const finish = dispatcher.begin();
	if (!gate.passes(request.ip)) {
		if (random.chance(settings.htmlBodyShare)) return reply.code(503).type('text/html').send(TOO_MANY);
		throw new Problem(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests');
	}
	const who = whoCalls();
	if (settings.overloaded) throw new Problem(503, 'OVERLOAD_LIMIT', 'REST API is blocked due to overload.');
	if (!settings.restOnPlan) throw new Problem(403, 'ACCESS_DENIED', 'REST API is available only on commercial plans.');
	if (random.chance(settings.emptyErrorShare)) throw new Problem(400, '', '');
	const params = paramsOf(request);
	if (known === 'batch') return reply.send({ result: runBatch(dispatcher, params, who), time: finish() });
	const { result, next, total, time } = dispatcher.call(name, params, who);
	return reply.send({ result, next, total, time });
}

/** Query and body together; a body that is neither JSON nor a form is not read, as PHP does. */
function paramsOf(request: FastifyRequest): Params {
	const query = fromForm(request.url.split('?').slice(1).join('?'));
	const body = listed(request.body);
	return isMap(body) ? { ...query, ...body } : query;
}

/** The portal has another name now: only calls to that one are served (bitrix24.md §1). */
async function moved(context: BitrixContext, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
	const { renamedTo } = context.settings;
	if (renamedTo === null || request.url.startsWith('/oauth/token')) return undefined;
	const host = renamed(context.origin(), renamedTo);
	return request.headers.host === host ? undefined : await reply.redirect(`http://${host}${request.url}`, 302);
}

/** Keys like `fm[156]` must not become places in a list. */
function readForms(service: FastifyInstance): void {
	const type = 'application/x-www-form-urlencoded';
	service.removeContentTypeParser(type);
	service.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) =>
		done(null, fromForm(body.toString())),
	);
}

function part(request: FastifyRequest, name: string): string {
	return isMap(request.params) ? text(request.params[name]) : '';
}

function pathOf(request: FastifyRequest): string {
	return request.url.split('?', 1)[0] ?? request.url;
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
	return reply.code(problem.status).send(problem.body());
}

function asProblem(failure: unknown): Problem {
	if (failure instanceof Problem) return failure;
	const status = failure instanceof Error && 'statusCode' in failure ? Number(failure.statusCode) : 500;
	if (status < 500) return new Problem(status, 'INVALID_REQUEST', failure instanceof Error ? failure.message : '');
	return new Problem(500, 'INTERNAL_SERVER_ERROR', failure instanceof Error ? failure.message : 'Internal server error');
}
