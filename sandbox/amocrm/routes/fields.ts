import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod/v4';

import { readBatch, rejectBatch } from '../bodies';
import type { AmoContext } from '../context';
import { ENUM_TYPES, typeExists } from '../fields';
import { ordered } from '../filters';
import { apiOf, at, hal, idOf, LIST_LIMIT, listOf, nothing, resource, sendPage } from '../http';
import type { EntityType, Field, FieldEnum } from '../model';
import { fieldMissing, notSupportedChoice, Problem, type Issue } from '../problem';
import type { Store } from '../store';
import { fieldView } from '../views';
import { readOne } from './writing';

const option = z.object({
	id: z.number().int().optional(),
	value: z.string().min(1),
	sort: z.number().int().optional(),
	code: z.string().nullish(),
});
const patchBody = z.object({
	name: z.string().min(1).max(255).optional(),
	code: z.string().nullish(),
	sort: z.number().int().optional(),
	is_api_only: z.boolean().optional(),
	group_id: z.string().nullish(),
	enums: z.array(option).nullish(),
	request_id: z.union([z.string(), z.number()]).optional(),
});
const newBody = patchBody.extend({ name: z.string().min(1).max(255), type: z.string() });

/** Custom fields of leads and contacts (custom-fields documentation). Deleting one makes its id dead for every write. */
export function fieldRoutes(service: FastifyInstance, { store, account }: AmoContext): void {
	for (const type of ['leads', 'contacts'] as const) {
		const fields = store.fields[type];

		resource(service, `/${type}/custom_fields`, {
			GET: (request, reply) => {
				const types = listOf(at(request.query, 'filter', 'type'));
				const shown = [...fields.values()]
					.filter((field) => !types || types.includes(field.type))
					.sort((a, b) => a.sort - b.sort || a.id - b.id);
				const sorted = ordered(shown, at(request.query, 'order'), {
					sort: (field) => field.sort,
					id: (field) => field.id,
				});
				return sendPage(
					request,
					reply,
					'custom_fields',
					sorted,
					(field) => fieldView(store, type, field, apiOf(request)),
					{ counted: true },
				);
			},
			POST: (request, reply) => {
				const items = readBatch(newBody, request.body, LIST_LIMIT).map((item) => ({
					...item,
					issues: newIssues(store, type, item.body),
				}));
				rejectBatch(items);
				return sendFields(
					store,
					request,
					reply,
					type,
					items.map(({ requestId, body }) => ({ requestId, field: add(store, type, body) })),
				);
			},
			PATCH: (request, reply) => {
				const items = readBatch(patchBody.extend({ id: z.number().int() }), request.body, LIST_LIMIT).map((item) => {
					const field = fields.get(item.body.id);
					return { ...item, field, issues: field ? [] : [notSupportedChoice('id')] };
				});
				rejectBatch(items);
				return sendFields(
					store,
					request,
					reply,
					type,
					items.flatMap(({ requestId, field, body }) =>
						field ? { requestId, field: change(store, field, body) } : [],
					),
				);
			},
		});

		resource(service, `/${type}/custom_fields/:id(^\\d+$)`, {
			GET: (request, reply) => hal(reply, fieldView(store, type, fieldOf(store, type, request), apiOf(request))),
			PATCH: (request, reply) => {
				const field = change(store, fieldOf(store, type, request), readOne(patchBody, request.body));
				return hal(reply, { ...fieldView(store, type, field, apiOf(request)), request_id: '0' });
			},
			DELETE: (request, reply) => {
				const field = fieldOf(store, type, request);
				if (field.isPredefined) throw new Problem(400, 'The field cannot be deleted');
				account.deleteField(type, field.id);
				return nothing(reply);
			},
		});
	}
}

/** Writing fields answers 201 with the whole fields. */
function sendFields(
	store: Store,
	request: FastifyRequest,
	reply: FastifyReply,
	type: EntityType,
	written: { requestId: string; field: Field }[],
): FastifyReply {
	const views = written.map(({ requestId, field }) => ({
		...fieldView(store, type, field, apiOf(request)),
		request_id: requestId,
	}));
	return hal(reply, { _total_items: views.length, _embedded: { custom_fields: views } }, 201);
}

function newIssues(store: Store, type: EntityType, body: z.infer<typeof newBody>): Issue[] {
	const issues: Issue[] = [];
	if (!typeExists(body.type, type) || body.type === 'multitext') issues.push(notSupportedChoice('type'));
	if (ENUM_TYPES.includes(body.type) && !body.enums?.length) issues.push(fieldMissing('enums'));
	const taken = [...store.fields[type].values()].some(({ code }) => code !== null && code === body.code);
	if (taken) issues.push({ code: 'NotUnique', path: 'code', detail: 'This value is already used.' });
	return issues;
}

function add(store: Store, type: EntityType, body: z.infer<typeof newBody>): Field {
	const field: Field = {
		id: store.nextId(),
		name: body.name,
		code: body.code ?? null,
		type: body.type,
		sort: body.sort ?? 500 + store.fields[type].size,
		isPredefined: false,
		isApiOnly: body.is_api_only ?? false,
		groupId: body.group_id ?? null,
		enums: ENUM_TYPES.includes(body.type) ? enumsOf(store, [], body.enums ?? []) : null,
	};
	store.fields[type].set(field.id, field);
	return field;
}

function change(store: Store, field: Field, body: z.infer<typeof patchBody>): Field {
	return Object.assign(field, {
		name: body.name ?? field.name,
		code: body.code === undefined ? field.code : body.code,
		sort: body.sort ?? field.sort,
		isApiOnly: body.is_api_only ?? field.isApiOnly,
		enums: body.enums && field.enums && !field.isPredefined ? enumsOf(store, field.enums, body.enums) : field.enums,
	});
}

/** Options sent without their id are new ones; those that are not sent are gone. */
function enumsOf(store: Store, known: FieldEnum[], sent: z.infer<typeof option>[]): FieldEnum[] {
	return sent.map((one, index) => ({
		id: known.find(({ id }) => id === one.id)?.id ?? store.nextId(),
		value: one.value,
		code: one.code ?? null,
		sort: one.sort ?? index,
	}));
}

function fieldOf(store: Store, type: EntityType, request: FastifyRequest): Field {
	const field = store.fields[type].get(idOf(request));
	if (!field) throw new Problem(404, 'Custom field not found');
	return field;
}
