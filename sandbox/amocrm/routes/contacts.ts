import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import { contactBody, Reader, readBatch, rejectBatch, type BatchItem, type ContactBody } from '../bodies';
import type { AmoContext } from '../context';
import { hal, idOf, LIST_LIMIT, nothing, resource, wantedOf } from '../http';
import { notSupportedChoice } from '../problem';
import { entityView, sendList } from './reading';
import { existingId, readOne, sendWritten, withLink, type Written } from './writing';

/** Lists, reads and batch writes of contacts (amocrm.md §5). */
export function contactRoutes(service: FastifyInstance, context: AmoContext): void {
	const { store } = context;

	resource(service, '/contacts', {
		GET: (request, reply) => sendList(context, 'contacts', store.contacts, context.contacts.search, request, reply),
		POST: (request, reply) =>
			sendWritten(
				context,
				request,
				reply,
				'contacts',
				create(context, readBatch(contactBody, request.body, LIST_LIMIT)),
			),
		PATCH: (request, reply) => {
			const batch = readBatch(contactBody.extend({ id: z.number().int() }), request.body, LIST_LIMIT);
			return sendWritten(context, request, reply, 'contacts', update(context, batch));
		},
	});

	resource(service, '/contacts/:id(^\\d+$)', {
		GET: (request, reply) => {
			const contact = store.contacts.get(idOf(request));
			if (!contact || (contact.isDeleted && !wantedOf(request).has('only_deleted'))) return nothing(reply);
			return hal(reply, entityView(context, 'contacts', contact, request));
		},
		PATCH: (request, reply) => {
			const body = readOne(contactBody, request.body);
			const [written] = update(context, [
				{ requestId: '0', body: { ...body, id: existingId(context, 'contacts', request) } },
			]);
			return hal(reply, withLink(request, 'contacts', written));
		},
	});
}

function create({ store, contacts, settings }: AmoContext, batch: BatchItem<ContactBody>[]): Written[] {
	const items = batch.map(({ requestId, body }) => {
		const reader = new Reader(store, 'contacts');
		return { requestId, change: reader.contact(body), issues: reader.issues };
	});
	rejectBatch(items);
	return items.map(({ requestId, change }) => ({
		id: contacts.create(change, settings.apiAuthorId).id,
		request_id: requestId,
	}));
}

function update(
	{ store, contacts, settings }: AmoContext,
	batch: BatchItem<ContactBody & { id: number }>[],
): Written[] {
	const items = batch.map(({ requestId, body }) => {
		const reader = new Reader(store, 'contacts');
		const known = store.contacts.get(body.id);
		const contact = known?.isDeleted ? undefined : known;
		return {
			requestId,
			contact,
			change: reader.contact(body),
			issues: contact ? reader.issues : [notSupportedChoice('id')],
		};
	});
	rejectBatch(items);
	return items.flatMap(({ requestId, contact, change }) => {
		if (!contact) return [];
		contacts.update(contact, change, settings.apiAuthorId);
		return { id: contact.id, updated_at: contact.updatedAt, request_id: requestId };
	});
}
