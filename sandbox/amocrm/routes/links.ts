import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod/v4';

import { readBatch, rejectBatch } from '../bodies';
import type { AmoContext } from '../context';
import { apiOf, at, hal, idOf, LIST_LIMIT, listOf, nothing, resource } from '../http';
import type { Contact, EntityType, Lead } from '../model';
import { fieldMissing, notSupportedChoice, Problem, type Issue } from '../problem';

const linkBody = z.object({
	entity_id: z.number().int().optional(),
	to_entity_id: z.number().int(),
	to_entity_type: z.string(),
	metadata: z.object({ is_main: z.boolean().nullish() }).nullish(),
});

interface Link {
	lead: Lead;
	contact: Contact;
	isMain?: boolean;
}

/** Links between leads and contacts (entity-links documentation); a contact cannot be linked to a lead from its own side. */
export function linkRoutes(service: FastifyInstance, context: AmoContext): void {
	for (const type of ['leads', 'contacts'] as const) {
		resource(service, `/${type}/links`, {
			GET: (request, reply) => {
				const ids = listOf(at(request.query, 'filter', 'entity_id'));
				if (!ids) throw new Problem(400, 'filter[entity_id] is required');
				return sendLinks(
					request,
					reply,
					ids.flatMap((id) =>
						linksOf(context, type, Number(id)).map((link) => ({ entity_id: Number(id), entity_type: type, ...link })),
					),
				);
			},
		});
		resource(service, `/${type}/:id(^\\d+$)/links`, {
			GET: (request, reply) => {
				const id = idOf(request);
				if (!context.store.alive(type, id)) throw new Problem(404, 'Entity not found');
				return sendLinks(request, reply, linksOf(context, type, id));
			},
		});
		for (const how of ['link', 'unlink'] as const) {
			const write = (request: FastifyRequest, reply: FastifyReply, entityId?: number): FastifyReply => {
				const links = readLinks(context, type, request.body, entityId);
				for (const { lead, contact, isMain } of links) {
					if (how === 'link') context.leads.link(lead, contact, isMain, context.settings.apiAuthorId);
					else context.leads.unlink(lead, contact, context.settings.apiAuthorId);
				}
				if (how === 'unlink') return nothing(reply);
				const made = links.map(({ lead, contact }) => ({
					entity_id: lead.id,
					entity_type: 'leads',
					to_entity_id: contact.id,
					to_entity_type: 'contacts',
					metadata: mainContact(lead, contact.id),
				}));
				const href = `${apiOf(request)}/${type}${entityId === undefined ? '' : `/${entityId}`}/links`;
				return hal(reply, { _total_items: made.length, _links: { self: { href } }, _embedded: { links: made } });
			};
			resource(service, `/${type}/${how}`, { POST: (request, reply) => write(request, reply) });
			resource(service, `/${type}/:id(^\\d+$)/${how}`, {
				POST: (request, reply) => write(request, reply, idOf(request)),
			});
		}
	}
}

function linksOf({ store }: AmoContext, type: EntityType, id: number): Record<string, unknown>[] {
	const entity = store.alive(type, id);
	if (!entity) return [];
	if ('price' in entity) {
		return entity.contacts.map((contact) => ({
			to_entity_id: contact.id,
			to_entity_type: 'contacts',
			metadata: mainContact(entity, contact.id),
		}));
	}
	return [...entity.leadIds].map((leadId) => ({ to_entity_id: leadId, to_entity_type: 'leads', metadata: null }));
}

function mainContact(lead: Lead, contactId: number): object {
	return { main_contact: lead.contacts.some(({ id, isMain }) => id === contactId && isMain) };
}

function sendLinks(request: FastifyRequest, reply: FastifyReply, links: Record<string, unknown>[]): FastifyReply {
	const toId = at(request.query, 'filter', 'to_entity_id');
	const toType = at(request.query, 'filter', 'to_entity_type');
	const shown = links.filter(
		(link) =>
			(toId === undefined || String(link.to_entity_id) === toId) &&
			(toType === undefined || link.to_entity_type === toType),
	);
	if (shown.length === 0) return nothing(reply);
	return hal(reply, {
		_total_items: shown.length,
		_links: { self: { href: `${apiOf(request)}${request.url.slice('/api/v4'.length)}` } },
		_embedded: { links: shown },
	});
}

function readLinks({ store }: AmoContext, type: EntityType, body: unknown, entityId: number | undefined): Link[] {
	const items = readBatch(linkBody, body, LIST_LIMIT).map(({ requestId, body: item }) => {
		const issues: Issue[] = [];
		const leadId = entityId ?? item.entity_id;
		if (leadId === undefined) issues.push(fieldMissing('entity_id'));
		const lead = type === 'leads' && leadId !== undefined ? store.leads.get(leadId) : undefined;
		const contact = store.contacts.get(item.to_entity_id);
		if (leadId !== undefined && (!lead || lead.isDeleted)) issues.push(notSupportedChoice('entity_id'));
		if (item.to_entity_type !== 'contacts') issues.push(notSupportedChoice('to_entity_type'));
		else if (!contact || contact.isDeleted) issues.push(notSupportedChoice('to_entity_id'));
		return { requestId, issues, lead, contact, isMain: item.metadata?.is_main ?? undefined };
	});
	rejectBatch(items);
	return items.flatMap(({ lead, contact, isMain }) => (lead && contact ? { lead, contact, isMain } : []));
}
