import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod/v4';

import { readBatch, rejectBatch } from '../bodies';
import type { AmoContext } from '../context';
import { ordered } from '../filters';
import { apiOf, at, hal, idOf, isInside, LIST_LIMIT, listOf, rangeOf, resource, sendPage } from '../http';
import type { EntityType, Note } from '../model';
import { fieldMissing, notSupportedChoice, Problem, type Issue } from '../problem';
import { noteView } from '../views';

/** Note types and the params each of them needs (events-and-notes documentation). */
const REQUIRED_PARAMS: Record<string, string[]> = {
	common: ['text'],
	call_in: ['uniq', 'duration', 'source', 'phone'],
	call_out: ['uniq', 'duration', 'source', 'phone'],
	service_message: ['service', 'text'],
	extended_service_message: ['service', 'text'],
	message_cashier: ['status', 'text'],
	geolocation: ['text', 'address', 'longitude', 'latitude'],
	sms_in: ['text', 'phone'],
	sms_out: ['text', 'phone'],
	attachment: ['file_uuid'],
};

const noteBody = z.object({
	entity_id: z.number().int().optional(),
	note_type: z.string(),
	params: z.record(z.string(), z.unknown()),
	created_by: z.number().int().optional(),
	responsible_user_id: z.number().int().optional(),
	request_id: z.union([z.string(), z.number()]).optional(),
});
const patchBody = noteBody.partial().extend({ id: z.number().int() });

/** Notes of leads and contacts (amocrm.md §6). */
export function noteRoutes(service: FastifyInstance, context: AmoContext): void {
	const { store } = context;
	for (const type of ['leads', 'contacts'] as const) {
		const list = (request: FastifyRequest, reply: FastifyReply, notes: Iterable<Note>): FastifyReply =>
			sendPage(request, reply, 'notes', fitting(request, notes), (note) => noteView(store, note, apiOf(request)));
		const one = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
			const note = store.notes.get(idOf(request, 'noteId'));
			if (note?.entityType !== type) throw new Problem(404, 'Note not found');
			return hal(reply, noteView(store, note, apiOf(request)));
		};

		resource(service, `/${type}/notes`, {
			GET: (request, reply) =>
				list(
					request,
					reply,
					[...store.notes.values()].filter((note) => note.entityType === type),
				),
			POST: (request, reply) => sendNotes(request, reply, create(context, type, request.body)),
			PATCH: (request, reply) => sendNotes(request, reply, update(context, type, request.body)),
		});
		resource(service, `/${type}/notes/:noteId(^\\d+$)`, { GET: one });
		resource(service, `/${type}/:id(^\\d+$)/notes`, {
			GET: (request, reply) => list(request, reply, store.notesOf(type, idOf(request))),
			POST: (request, reply) => {
				if (!store.alive(type, idOf(request))) throw new Problem(404, 'Entity not found');
				return sendNotes(request, reply, create(context, type, request.body, idOf(request)));
			},
			PATCH: (request, reply) => sendNotes(request, reply, update(context, type, request.body)),
		});
		resource(service, `/${type}/:id(^\\d+$)/notes/:noteId(^\\d+$)`, { GET: one });
	}
}

function fitting(request: FastifyRequest, notes: Iterable<Note>): Note[] {
	const filter = at(request.query, 'filter');
	const [ids, entities, types] = ['id', 'entity_id', 'note_type'].map((key) => listOf(at(filter, key)));
	const changed = rangeOf(at(filter, 'updated_at'));
	const shown = [...notes].filter(
		(note) =>
			(!ids || ids.includes(String(note.id))) &&
			(!entities || entities.includes(String(note.entityId))) &&
			(!types || types.includes(note.noteType)) &&
			isInside(changed, note.updatedAt),
	);
	return ordered(shown, at(request.query, 'order'), { updated_at: (note) => note.updatedAt, id: (note) => note.id });
}

interface WrittenNote {
	note: Note;
	requestId: string;
}

function create(
	{ store, announcer, settings }: AmoContext,
	type: EntityType,
	body: unknown,
	parentId?: number,
): WrittenNote[] {
	const items = readBatch(noteBody, body, LIST_LIMIT).map(({ requestId, body: item }) => {
		const issues = paramIssues(item.note_type, item.params);
		const entityId = parentId ?? item.entity_id;
		if (entityId === undefined) issues.push(fieldMissing('entity_id'));
		else if (!store.alive(type, entityId)) issues.push(notSupportedChoice('entity_id'));
		for (const key of ['created_by', 'responsible_user_id'] as const) {
			const user = item[key];
			if (user !== undefined && user !== 0 && !store.isActiveUser(user)) issues.push(notSupportedChoice(key));
		}
		return { requestId, item, entityId: entityId ?? 0, issues };
	});
	rejectBatch(items);
	return items.map(({ requestId, item, entityId }) => {
		const now = store.seconds();
		const createdBy = item.created_by ?? settings.apiAuthorId;
		const note: Note = {
			id: store.nextId(),
			entityType: type,
			entityId,
			noteType: item.note_type,
			params: item.params,
			createdBy,
			updatedBy: createdBy,
			createdAt: now,
			updatedAt: now,
			responsibleUserId: item.responsible_user_id ?? store.tokenUser().id,
		};
		store.addNote(note);
		announcer.noteAdded(note);
		return { note, requestId };
	});
}

function update({ store, settings }: AmoContext, type: EntityType, body: unknown): WrittenNote[] {
	const items = readBatch(patchBody, body, LIST_LIMIT).map(({ requestId, body: item }) => {
		const note = store.notes.get(item.id);
		const own = note?.entityType === type ? note : undefined;
		const issues = own
			? paramIssues(item.note_type ?? own.noteType, item.params ?? own.params)
			: [notSupportedChoice('id')];
		return { requestId, item, note: own, issues };
	});
	rejectBatch(items);
	return items.flatMap(({ requestId, item, note }) => {
		if (!note) return [];
		Object.assign(note, {
			noteType: item.note_type ?? note.noteType,
			params: item.params ?? note.params,
			updatedAt: store.seconds(),
			updatedBy: settings.apiAuthorId,
		});
		return { note, requestId };
	});
}

function paramIssues(noteType: string, params: Record<string, unknown>): Issue[] {
	const required = REQUIRED_PARAMS[noteType];
	if (!required) return [notSupportedChoice('note_type')];
	return required
		.filter((key) => params[key] === undefined || params[key] === '')
		.map((key) => fieldMissing(`params.${key}`));
}

function sendNotes(request: FastifyRequest, reply: FastifyReply, written: WrittenNote[]): FastifyReply {
	const api = apiOf(request);
	return hal(reply, {
		_links: { self: { href: `${api}${request.url.slice('/api/v4'.length)}` } },
		_embedded: {
			notes: written.map(({ note, requestId }) => ({
				id: note.id,
				entity_id: note.entityId,
				updated_at: note.updatedAt,
				request_id: requestId,
				_links: { self: { href: `${api}/${note.entityType}/${note.entityId}/notes/${note.id}` } },
			})),
		},
	});
}
