import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import type { ApiSandbox } from './api';
import type { CallLog } from './callLog';
import type { Clock } from './clock';
import { Refused, parseBody } from './controlBody';
import { FAULT_KINDS, type Faults } from './faults';

export interface ControlOptions {
	clock: Clock;
	faults: Faults;
	/** Every simulated API by its name. */
	apis: Record<string, ApiSandbox>;
	logs: Record<string, CallLog>;
	/** Empties and, unless it was started empty, fills everything again. */
	reset(empty: boolean): void;
	credentials(): object;
}

/** The control server: one JSON API over the whole sandbox, and the panel page. Documented in sandbox/README.md. */
export function createControl(options: ControlOptions): FastifyInstance {
	const { clock, faults, apis, logs } = options;
	const control = Fastify({ forceCloseConnections: true });
	acceptJsonOnly(control);
	const apiName = z.string().refine((name) => name === 'all' || Object.hasOwn(apis, name), 'no such API');
	const faultBody = faultSchema(apiName);

	control.setErrorHandler((failure, _request, reply) => {
		if (failure instanceof Refused) {
			const fields = failure.fields.length > 0 ? { fields: failure.fields } : {};
			return reply.code(failure.statusCode).send({ message: failure.message, ...fields });
		}
		const status = failure instanceof Error && 'statusCode' in failure ? Number(failure.statusCode) : 500;
		return reply.code(status).send({ message: failure instanceof Error ? failure.message : String(failure) });
	});
	control.setNotFoundHandler((request, reply) =>
		reply.code(404).send({ message: `There is no ${request.method} ${request.url}; sandbox/README.md lists what there is.` }),
	);

	control.get('/health', async () => ({ ok: true }));
	control.get('/credentials', async () => options.credentials());
	control.get('/state', async () => ({
		clock: clockState(clock),
		faults: faults.active(),
		calls: mapValues(logs, (log) => log.counts()),
		...mapValues(apis, (api) => api.state()),
	}));
	control.post('/reset', async (request) => {
		const { empty } = parseBody(z.object({ empty: z.boolean().default(false) }).strict(), request.body);
		options.reset(empty);
		return { ok: true };
	});
	control.post('/clock/advance', async (request) => {
		const { ms } = parseBody(z.object({ ms: z.number().int().min(0) }).strict(), request.body);
		clock.advance(ms);
		return clockState(clock);
	});

	control.get('/faults', async () => faults.active());
	control.post('/faults', async (request, reply) => {
		const { forMs, ...rule } = parseBody(faultBody, request.body);
		const id = faults.set({ ...rule, ...(forMs === undefined ? {} : { untilMs: clock.now() + forMs }) });
		return await reply.code(201).send({ id });
	});
	control.delete('/faults', async () => {
		faults.clear();
		return faults.active();
	});
	control.delete<{ Params: { id: string } }>('/faults/:id', async (request) => {
		faults.clear(request.params.id);
		return faults.active();
	});
	control.post('/outage', async (request) => {
		const { api, ms } = parseBody(z.object({ api: apiName, ms: z.number().int().min(0) }).strict(), request.body);
		faults.outage(api, ms);
		return faults.active();
	});

	control.get('/calls', async (request) => {
		const { api, limit } = parseBody(callsQuery, request.query);
		const entries = Object.entries(logs).flatMap(([name, log]) => (!api || api === name ? log.entries(limit) : []));
		return { entries: entries.sort((a, b) => a.at - b.at).slice(-limit), counts: mapValues(logs, (log) => log.counts()) };
	});
	control.post('/calls/reset', async () => {
		for (const log of Object.values(logs)) log.reset();
		return { ok: true };
	});

	for (const api of Object.values(apis)) api.registerControl(control);
	servePanel(control);
	return control;
}

/** Bodies are JSON whatever the header says: HTTP clients name odd types for calls without a body. */
function acceptJsonOnly(control: FastifyInstance): void {
	control.removeAllContentTypeParsers();
	control.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
		if (body.length === 0) return done(null, undefined);
		try {
			return done(null, JSON.parse(body.toString()));
		} catch {
			return done(new Refused(400, 'The body is not valid JSON.'));
		}
	});
}

const callsQuery = z.object({ api: z.string().optional(), limit: z.coerce.number().int().min(1).max(5000).default(100) });

function faultSchema(apiName: z.ZodType<string>) {
	return z
		.object({
			api: apiName,
			kind: z.enum(FAULT_KINDS),
			share: z.number().min(0).max(1).optional(),
			next: z.number().int().min(1).optional(),
			skip: z.number().int().min(0).optional(),
			method: z.string().min(1).optional(),
			pathIncludes: z.string().min(1).optional(),
			/** Sandbox time when it ends; `forMs` says the same as a duration. */
			untilMs: z.number().int().optional(),
			forMs: z.number().int().min(1).optional(),
			holdMs: z.number().int().min(0).optional(),
		})
		.strict();
}

function clockState(clock: Clock) {
	return { now: clock.now(), iso: new Date(clock.now()).toISOString(), aheadMs: clock.ahead() };
}

const PANEL_FILES: Record<string, { file: string; type: string }> = {
	'/': { file: 'index.html', type: 'text/html; charset=utf-8' },
	'/panel.css': { file: 'panel.css', type: 'text/css; charset=utf-8' },
	...Object.fromEntries(
		['panel.js', 'dom.js', 'kaspi.js', 'ozon.js', 'amocrm.js', 'bitrix24.js', 'side.js'].map((file) => [
			`/${file}`,
			{ file, type: 'text/javascript; charset=utf-8' },
		]),
	),
};

function servePanel(control: FastifyInstance): void {
	for (const [path, { file, type }] of Object.entries(PANEL_FILES)) {
		control.get(path, async (_request, reply) =>
			await reply.type(type).header('cache-control', 'no-store').send(await readFile(join(__dirname, 'panel', file))),
		);
	}
	control.get('/favicon.ico', async (_request, reply) => await reply.code(204).send());
}

function mapValues<V, W>(record: Record<string, V>, map: (value: V) => W): Record<string, W> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
