import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { parse } from 'qs';

import { CallLog } from './callLog';
import type { Clock } from './clock';
import type { FaultDecision, Faults } from './faults';

export { CallLog } from './callLog';

declare module 'fastify' {
	interface FastifyRequest {
		/** The fault that was decided for this call, if any. */
		fault?: FaultDecision;
		/** Real epoch ms of the arrival. */
		arrivedAt: number;
		/** True once the call is in the log. */
		logged: boolean;
		/** The call's name in the log, where one route serves many methods; set by the handler. */
		calledAs?: { path: string; unknown: boolean };
	}
}

export interface ServiceOptions {
	api: string;
	clock: Clock;
	faults: Faults;
	log: CallLog;
	/** How this API answers a path it does not know. The call is counted and named as unknown in any case. */
	notFound?: (request: FastifyRequest, reply: FastifyReply) => unknown;
	/** What a `wrong-shape` fault answers; default: an object without anything an API of this kind promises. */
	wrongShape?: unknown;
	/** Bytes; default 1 MiB. */
	bodyLimit?: number;
	/** `flat`: `{'filter[a][$ge]': '1'}`; `nested`: `{filter: {a: {$ge: '1'}}}`. */
	query?: 'flat' | 'nested';
}

/** One simulated API on Fastify: strikes faults, counts and logs calls, reads every JSON-like or form body. */
export function createService(options: ServiceOptions): FastifyInstance {
	const { api, clock, faults, log } = options;
	const service = Fastify({
		bodyLimit: options.bodyLimit ?? 1024 * 1024,
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		routerOptions: {
			maxParamLength: 1000,
			...(options.query === 'nested'
				? { querystringParser: (text: string) => parse(text, { depth: 10, arrayLimit: 1000, parameterLimit: 10_000 }) }
				: {}),
		},
	});
	acceptBodies(service);

	service.decorateRequest('fault', undefined);
	service.decorateRequest('arrivedAt', 0);
	service.decorateRequest('logged', false);
	service.decorateRequest('calledAs', undefined);

	const record = (request: FastifyRequest, status: number): void => {
		if (request.logged) return;
		request.logged = true;
		log.record({
			at: clock.now(),
			api,
			method: request.method,
			path:
				request.calledAs?.path ??
				(request.is404 ? pathOf(request) : (request.routeOptions.url ?? pathOf(request))),
			status,
			ms: Date.now() - request.arrivedAt,
			unknown: request.calledAs?.unknown ?? request.is404,
			fault: request.fault?.kind,
		});
	};

	service.addHook('onRequest', async (request, reply) => {
		request.arrivedAt = Date.now();
		// Calls that end without an answer (cut, or the client gave up) are calls too.
		reply.raw.once('close', () => record(request, 0));
		request.fault = faults.decideFully(api, request.method, pathOf(request));
		if (request.fault && !isAfterApply(request.fault)) {
			return await strike(request.fault, reply, options.wrongShape);
		}
		return undefined;
	});
	service.addHook('onSend', async (request, reply, payload: unknown) => {
		if (!request.fault || !isAfterApply(request.fault)) return payload;
		if (request.fault.kind === '500-after-apply') {
			reply.code(500).removeHeader('content-length');
			return '';
		}
		cut(reply, request.fault.holdMs ?? 0);
		// The handler has run, its answer stays here for ever.
		return await new Promise<never>(() => undefined);
	});
	service.addHook('onResponse', async (request, reply) => record(request, reply.statusCode));

	service.setNotFoundHandler(options.notFound ?? ((_request, reply) => reply.code(404).send()));
	return service;
}

const PROTECTION_PAGE =
	'<!DOCTYPE html><html><head><title>429 Too Many Requests</title></head><body><h1>Too Many Requests</h1></body></html>';
const GATEWAY_PAGE =
	'<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';
const MAINTENANCE_PAGE =
	'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Технические работы</title></head><body><p>Ведутся технические работы</p></body></html>';

/** How long a `timeout` holds the connection when the rule does not say. */
const DEFAULT_HOLD_MS = 120_000;
/** How long `slow` lets the client wait when the rule does not say. */
const DEFAULT_SLOW_MS = 3_000;

/** Sends the page that a rate limiter in front of the API shows. */
export function tooManyRequests(reply: FastifyReply): FastifyReply {
	return reply.code(429).type('text/html; charset=utf-8').send(PROTECTION_PAGE);
}

/** Keeps the connection open without an answer, then cuts it. The client's own timeout normally comes first. */
export function holdWithoutAnswer(reply: FastifyReply, holdMs = DEFAULT_HOLD_MS): void {
	reply.hijack();
	cut(reply, holdMs);
}

function cut(reply: FastifyReply, afterMs: number): void {
	const { socket } = reply.request.raw;
	if (afterMs <= 0) {
		socket.destroy();
		return;
	}
	const timer = setTimeout(() => socket.destroy(), afterMs);
	timer.unref();
	reply.raw.once('close', () => clearTimeout(timer));
}

const isAfterApply = ({ kind }: FaultDecision): boolean => kind === 'timeout-after-apply' || kind === '500-after-apply';

async function strike(fault: FaultDecision, reply: FastifyReply, wrongShape: unknown) {
	switch (fault.kind) {
		case '429':
			return await tooManyRequests(reply);
		case '500':
			return await reply.code(500).send();
		case '502-html':
			return await reply.code(502).type('text/html').send(GATEWAY_PAGE);
		case 'html':
			return await reply.code(200).type('text/html; charset=utf-8').send(MAINTENANCE_PAGE);
		case 'wrong-shape':
			return await reply.code(200).send(wrongShape ?? { ok: true });
		case 'timeout':
			return holdWithoutAnswer(reply, fault.holdMs);
		case 'slow':
			await new Promise((resolve) => setTimeout(resolve, fault.holdMs ?? DEFAULT_SLOW_MS));
			return undefined;
		case 'reset':
		case 'timeout-after-apply':
		case '500-after-apply':
			return holdWithoutAnswer(reply, 0);
	}
}

function pathOf(request: FastifyRequest): string {
	return request.url.split('?', 1)[0] ?? request.url;
}

function acceptBodies(service: FastifyInstance): void {
	service.removeAllContentTypeParsers();
	service.addContentTypeParser(
		/^application\/([\w.-]+\+)?json/,
		{ parseAs: 'string' },
		(_request, body, done) => {
			if (body.length === 0) return done(null, undefined);
			try {
				const read: unknown = JSON.parse(body.toString());
				// PHP and Java refuse half a character, which JavaScript reads and writes without a word.
				if (/\\ud[89a-f][0-9a-f]{2}/i.test(JSON.stringify(read))) throw new Error('half a character');
				return done(null, read);
			} catch {
				return done(Object.assign(new Error('Body is not valid JSON'), { statusCode: 400 }));
			}
		},
	);
	service.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
		done(null, parse(body.toString(), { depth: 10, arrayLimit: 1000, parameterLimit: 10_000 })),
	);
	service.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body.toString()));
}
