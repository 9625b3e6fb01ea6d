import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { AmoContext } from '../context';
import { eventTypeExists } from '../history';
import { apiOf, at, hal, isInside, isRecord, listOf, nothing, rangeOf, resource, sendPage } from '../http';
import type { HistoryEvent } from '../model';
import { Problem } from '../problem';
import { eventView } from '../views';
import { z } from 'zod/v4';

const EVENTS_LIMIT = 100;

/** The account's history, newest first, at most 100 a page (amocrm.md §6, events documentation). */
export function eventRoutes(service: FastifyInstance, { store, history }: AmoContext): void {
	resource(service, '/events', {
		GET: (request, reply) =>
			sendPage(
				request,
				reply,
				'events',
				history.newestFirst(testOf(request)),
				(event) => eventView(store, event, apiOf(request)),
				{ cap: EVENTS_LIMIT },
			),
	});

	resource(service, '/events/:id', {
		GET: (request, reply) => {
			const { id } = z.object({ id: z.string() }).parse(request.params);
			const event = history.byId(id);
			return event ? hal(reply, eventView(store, event, apiOf(request))) : nothing(reply);
		},
	});
}

function testOf(request: FastifyRequest): (event: HistoryEvent) => boolean {
	const filter = at(request.query, 'filter');
	const types = commaList(at(filter, 'type'));
	const unknown = types?.find((type) => !eventTypeExists(type));
	if (unknown !== undefined) throw new Problem(400, `Unknown event type: ${unknown}`);
	const [ids, entities, entityIds, authors] = ['id', 'entity', 'entity_id', 'created_by'].map((key) =>
		commaList(at(filter, key)),
	);
	if (entityIds && entities?.length !== 1) throw new Problem(400, 'filter[entity_id] needs exactly one filter[entity]');
	const happened = rangeOf(at(filter, 'created_at'));
	const values = [
		valueTest(at(filter, 'value_after'), ({ after }) => after),
		valueTest(at(filter, 'value_before'), ({ before }) => before),
	];
	return (event) =>
		(!types || types.includes(event.type)) &&
		isInside(happened, event.createdAt) &&
		(!ids || ids.includes(event.id)) &&
		(!entities || entities.includes(event.entityType)) &&
		(!entityIds || entityIds.includes(String(event.entityId))) &&
		(!authors || authors.includes(String(event.createdBy))) &&
		values.every((test) => test(event));
}

/** `leads_statuses` and `responsible_user_id` of value_after and value_before. */
function valueTest(
	filter: unknown,
	side: (event: HistoryEvent) => Record<string, unknown>[],
): (event: HistoryEvent) => boolean {
	const sent = at(filter, 'leads_statuses');
	const stages = isRecord(sent) || Array.isArray(sent) ? Object.values(sent) : undefined;
	const users = commaList(at(filter, 'responsible_user_id'));
	return (event) =>
		side(event).some((value) => {
			const stage = at(value, 'lead_status');
			return stages?.some(
				(one: unknown) => same(one, 'pipeline_id', at(stage, 'pipeline_id')) && same(one, 'status_id', at(stage, 'id')),
			);
		}) ||
		side(event).some((value) => users?.includes(String(at(value, 'responsible_user', 'id')))) ||
		(!stages && !users);
}

function same(wanted: unknown, key: string, actual: unknown): boolean {
	return actual !== undefined && at(wanted, key) === String(actual);
}

function commaList(value: unknown): string[] | undefined {
	return listOf(value)?.flatMap((text) => text.split(','));
}
