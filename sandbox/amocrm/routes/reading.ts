import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AmoContext } from '../context';
import { entityTest, ordered } from '../filters';
import { apiOf, at, listOf, sendPage, wantedOf } from '../http';
import type { Contact, EntityType, Lead } from '../model';
import type { SearchIndex } from '../searchIndex';
import { contactView, deletedView, leadView } from '../views';

/** A page of leads or contacts: what `query`, `filter`, `with=only_deleted` and `order` leave of all of them. */
export function sendList<T extends Lead | Contact>(
	context: AmoContext,
	type: EntityType,
	all: ReadonlyMap<number, T>,
	search: SearchIndex,
	request: FastifyRequest,
	reply: FastifyReply,
): FastifyReply {
	const { store, settings } = context;
	const test = entityTest(store, settings, type, at(request.query, 'filter'));
	const deleted = wantedOf(request).has('only_deleted');
	const selected: T[] = [];
	for (const entity of candidates(all, search, request)) {
		if (entity.isDeleted === deleted && test(entity)) selected.push(entity);
	}
	const sorted = ordered(selected, at(request.query, 'order'), {
		...(type === 'leads' ? { created_at: (entity: T) => entity.createdAt } : {}),
		updated_at: (entity) => entity.updatedAt,
		id: (entity) => entity.id,
	});
	return sendPage(request, reply, type, sorted, (entity) => entityView(context, type, entity, request));
}

/** One lead or contact as the API shows it; of something in the bin only that it is there. */
export function entityView(
	{ store }: AmoContext,
	type: EntityType,
	entity: Lead | Contact,
	request: FastifyRequest,
): unknown {
	const api = apiOf(request);
	if (entity.isDeleted) return deletedView(type, entity, api);
	return 'price' in entity
		? leadView(store, entity, api, wantedOf(request))
		: contactView(store, entity, api, wantedOf(request));
}

/** The entities to look at, by id: those of `filter[id]`, those the search finds, or all. */
function candidates<T>(all: ReadonlyMap<number, T>, search: SearchIndex, request: FastifyRequest): Iterable<T> {
	const [query = ''] = listOf(at(request.query, 'query')) ?? [];
	const found = query === '' ? undefined : search.find(query);
	const asked = listOf(at(request.query, 'filter', 'id'))?.map(Number);
	const ids = asked?.filter((id) => !found || found.has(id)) ?? (found && [...found]);
	return ids ? [...new Set(ids)].sort((a, b) => a - b).flatMap((id) => all.get(id) ?? []) : all.values();
}
