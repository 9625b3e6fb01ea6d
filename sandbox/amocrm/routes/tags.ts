import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import { readBatch } from '../bodies';
import type { AmoContext } from '../context';
import { at, hal, LIST_LIMIT, listOf, nothing, resource, sendPage } from '../http';

const tagBody = z.object({ name: z.string().min(1), color: z.string().nullish() });

/** Tags, whose ids are per entity type (amocrm.md §6), and the list of unsorted leads, which is always empty here. */
export function tagRoutes(service: FastifyInstance, { store }: AmoContext): void {
	for (const type of ['leads', 'contacts'] as const) {
		resource(service, `/${type}/tags`, {
			GET: (request, reply) => {
				const [names, ids] = ['name', 'id'].map((key) => listOf(at(request.query, 'filter', key)));
				const query = at(request.query, 'query');
				const shown = [...store.tags[type].values()].filter(
					({ id, name }) =>
						(!names || names.includes(name)) &&
						(!ids || ids.includes(String(id))) &&
						(typeof query !== 'string' || name.includes(query)),
				);
				return sendPage(request, reply, 'tags', shown, (tag) => tag);
			},
			POST: (request, reply) => {
				const made = readBatch(tagBody, request.body, LIST_LIMIT).map(({ requestId, body }) => ({
					...store.tagNamed(type, body.name, type === 'leads' ? (body.color ?? null) : null),
					request_id: requestId,
				}));
				return hal(reply, { _total_items: made.length, _embedded: { tags: made } });
			},
		});
	}

	resource(service, '/leads/unsorted', { GET: (_request, reply) => nothing(reply) });
}
