import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod/v4';

import { readBatch, rejectBatch, type BatchItem } from '../bodies';
import type { AmoContext } from '../context';
import { ordered } from '../filters';
import { apiOf, at, hal, idOf, isInside, LIST_LIMIT, listOf, nothing, rangeOf, resource, sendPage } from '../http';
import type { EntityType, Task } from '../model';
import { notSupportedChoice, Problem, type Issue } from '../problem';
import type { Store } from '../store';
import { taskView } from '../views';
import { readOne, sendWritten, withLink, type Written } from './writing';

const TASK_TYPES = [1, 2];

const taskBody = z.object({
	text: z.string().min(1),
	complete_till: z.number().int(),
	entity_id: z.number().int().nullish(),
	entity_type: z.string().nullish(),
	task_type_id: z.number().int().optional(),
	responsible_user_id: z.number().int().optional(),
	created_by: z.number().int().optional(),
	updated_by: z.number().int().optional(),
	is_completed: z.boolean().optional(),
	duration: z.number().int().optional(),
	result: z.object({ text: z.string() }).optional(),
	request_id: z.union([z.string(), z.number()]).optional(),
});
const patchBody = taskBody.partial();
type PatchBody = z.infer<typeof patchBody>;

/** Tasks (amocrm.md §6, tasks documentation). `text` and `complete_till` are required. */
export function taskRoutes(service: FastifyInstance, context: AmoContext): void {
	const { store } = context;

	resource(service, '/tasks', {
		GET: (request, reply) =>
			sendPage(request, reply, 'tasks', fitting(store, request), (task) => taskView(store, task, apiOf(request))),
		POST: (request, reply) =>
			sendWritten(context, request, reply, 'tasks', create(context, readBatch(taskBody, request.body, LIST_LIMIT))),
		PATCH: (request, reply) => {
			const batch = readBatch(patchBody.extend({ id: z.number().int() }), request.body, LIST_LIMIT);
			return sendWritten(context, request, reply, 'tasks', update(context, batch));
		},
	});

	resource(service, '/tasks/:id(^\\d+$)', {
		GET: (request, reply) => {
			const task = store.tasks.get(idOf(request));
			return task ? hal(reply, taskView(store, task, apiOf(request))) : nothing(reply);
		},
		PATCH: (request, reply) => {
			const body = readOne(patchBody, request.body);
			if (!store.tasks.has(idOf(request))) throw new Problem(404, 'Task not found');
			const [written] = update(context, [{ requestId: '0', body: { ...body, id: idOf(request) } }]);
			return hal(reply, withLink(request, 'tasks', written));
		},
	});
}

function fitting(store: Store, request: FastifyRequest): Task[] {
	const filter = at(request.query, 'filter');
	const tests: [string, (task: Task) => unknown][] = [
		['id', ({ id }) => id],
		['responsible_user_id', ({ responsibleUserId }) => responsibleUserId],
		['task_type', ({ taskTypeId }) => taskTypeId],
		['entity_type', ({ entityType }) => entityType],
		['entity_id', ({ entityId }) => entityId],
		['is_completed', ({ isCompleted }) => Number(isCompleted)],
	];
	const wanted = tests.map(([key, read]) => ({ list: listOf(at(filter, key)), read }));
	const changed = rangeOf(at(filter, 'updated_at'));
	const shown = [...store.tasks.values()].filter(
		(task) =>
			wanted.every(({ list, read }) => !list || list.includes(String(read(task)))) && isInside(changed, task.updatedAt),
	);
	return ordered(shown, at(request.query, 'order'), {
		created_at: (task) => task.createdAt,
		complete_till: (task) => task.completeTill,
		id: (task) => task.id,
	});
}

function create({ store, announcer, settings }: AmoContext, batch: BatchItem<z.infer<typeof taskBody>>[]): Written[] {
	const items = batch.map((item) => ({ ...item, issues: issuesOf(store, item.body) }));
	rejectBatch(items);
	return items.map(({ requestId, body }) => {
		const now = store.seconds();
		const createdBy = body.created_by ?? settings.apiAuthorId;
		const task: Task = {
			id: store.nextId(),
			text: body.text,
			taskTypeId: body.task_type_id ?? 1,
			entityType: entityTypeOf(body.entity_type) ?? null,
			entityId: body.entity_id ?? null,
			responsibleUserId: body.responsible_user_id ?? store.tokenUser().id,
			completeTill: body.complete_till,
			duration: body.duration ?? 0,
			isCompleted: body.is_completed ?? false,
			resultText: body.result?.text ?? null,
			createdBy,
			updatedBy: createdBy,
			createdAt: now,
			updatedAt: now,
		};
		store.addTask(task);
		announcer.taskAdded(task);
		return { id: task.id, request_id: requestId };
	});
}

function update({ store, announcer, settings }: AmoContext, batch: BatchItem<PatchBody & { id: number }>[]): Written[] {
	const items = batch.map((item) => {
		const task = store.tasks.get(item.body.id);
		return { ...item, task, issues: task ? issuesOf(store, item.body) : [notSupportedChoice('id')] };
	});
	rejectBatch(items);
	return items.flatMap(({ requestId, body, task }) => {
		if (!task) return [];
		const before = { ...task };
		const updatedBy = body.updated_by ?? settings.apiAuthorId;
		Object.assign(task, {
			text: body.text ?? task.text,
			completeTill: body.complete_till ?? task.completeTill,
			taskTypeId: body.task_type_id ?? task.taskTypeId,
			responsibleUserId: body.responsible_user_id ?? task.responsibleUserId,
			isCompleted: body.is_completed ?? task.isCompleted,
			resultText: body.result?.text ?? task.resultText,
			updatedAt: store.seconds(),
			updatedBy,
		});
		announcer.taskChanged(before, task, updatedBy);
		return { id: task.id, updated_at: task.updatedAt, request_id: requestId };
	});
}

function issuesOf(store: Store, body: PatchBody): Issue[] {
	const issues: Issue[] = [];
	if (body.task_type_id !== undefined && !TASK_TYPES.includes(body.task_type_id))
		issues.push(notSupportedChoice('task_type_id'));
	if (body.responsible_user_id !== undefined && !store.isActiveUser(body.responsible_user_id))
		issues.push(notSupportedChoice('responsible_user_id'));
	if (body.entity_id == null) return issues;
	const type = entityTypeOf(body.entity_type);
	if (!type) issues.push(notSupportedChoice('entity_type'));
	else if (!store.alive(type, body.entity_id)) issues.push(notSupportedChoice('entity_id'));
	return issues;
}

function entityTypeOf(text: string | null | undefined): EntityType | undefined {
	return text === 'leads' || text === 'contacts' ? text : undefined;
}
