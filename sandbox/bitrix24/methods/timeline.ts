import { compare, splitKey } from '../filter';
import { pageOf } from '../listing';
import { KIND_IDS, type Comment, type Kind, type Todo } from '../model';
import { entriesOf, isMap, param, text, whole, type Params } from '../php';
import { badArgument, codeless, missing, Problem } from '../problem';
import { kindOf } from '../records';
import { reading, writing, type Methods, type MethodContext } from './method';

/** Comments and to-dos: nothing here may be repeated, each call adds another one (bitrix24.md §6). */
export const timelineMethods: Methods = {
	'crm.timeline.comment.add': writing((context, { params, who }) => {
		const fields = isMap(params.fields) ? params.fields : {};
		for (const name of ['ENTITY_ID', 'ENTITY_TYPE']) if (fields[name] === undefined) throw missing(name);
		if (text(fields.COMMENT).trim() === '') throw badArgument('Empty comment message');
		const kind = kindNamed(fields.ENTITY_TYPE);
		const entity = kind && context.store.readable(kind, whole(fields.ENTITY_ID));
		if (!entity) throw new Problem(400, 'OWNER_NOT_FOUND', 'Owner was not found');
		const author = whole(fields.AUTHOR_ID);
		const authorId = context.store.users.has(author) ? author : who.userId;
		return { result: context.timeline.comment(entity, text(fields.COMMENT), authorId).id };
	}),
	'crm.timeline.comment.list': reading(({ store }, { params }) => {
		const filter = param(params, 'filter', 'FILTER');
		const asked = isMap(filter) ? filter : {};
		const kind = kindNamed(asked.ENTITY_TYPE);
		const id = whole(asked.ENTITY_ID);
		if (!kind || Number.isNaN(id)) throw codeless('Access denied.');
		const found = store.commentsOf(kind, id);
		const [[by = 'ID', way] = []] = entriesOf(param(params, 'order', 'ORDER'));
		if (by === 'ID' && text(way).toUpperCase() === 'DESC') found.reverse();
		const { items, ...page } = pageOf(found, params);
		return { result: items.map(commentView), ...page };
	}),
	'crm.timeline.comment.get': reading((context, { params }) => ({ result: commentView(commentIn(context, params)) })),
	'crm.timeline.comment.update': writing((context, { params }) => {
		const comment = commentIn(context, params);
		const wanted = text(isMap(params.fields) ? params.fields.COMMENT : undefined);
		if (wanted.trim() === '') throw badArgument('Empty comment message');
		comment.text = wanted;
		return { result: true };
	}),
	'crm.timeline.comment.delete': writing((context, { params }) => {
		context.store.comments.delete(commentIn(context, params).id);
		return { result: true };
	}),

	'crm.activity.todo.add': writing((context, { params, who }) => {
		for (const name of ['ownerTypeId', 'ownerId', 'deadline']) if (params[name] === undefined) throw missing(name);
		const kind = kindOf(whole(params.ownerTypeId));
		const entity = kind && context.store.readable(kind, whole(params.ownerId));
		if (!entity) throw new Problem(400, 'OWNER_NOT_FOUND', 'Owner was not found');
		const deadline = Date.parse(text(params.deadline));
		if (Number.isNaN(deadline)) throw new Problem(400, 'WRONG_DATETIME_FORMAT', 'Incorrect date format');
		const responsible = whole(params.responsibleId);
		const { id } = context.timeline.todo(entity, {
			title: text(params.title) || 'Дело',
			description: text(params.description),
			deadline: context.store.moment(deadline),
			responsibleId: context.store.users.has(responsible) ? responsible : who.userId,
			authorId: who.userId,
		});
		return { result: { id } };
	}),
	'crm.activity.list': reading(({ store }, { params }) => {
		const rows = [...store.todos.values()].map(activityView).filter((row) =>
			entriesOf(param(params, 'filter', 'FILTER')).every(([key, wanted]) => {
				const { operator, name } = splitKey(key);
				const column = Object.entries(row).find(([known]) => known === name)?.[1];
				return column === undefined || compare(column, operator, wanted, 'string');
			}),
		);
		const { items, ...page } = pageOf(rows, params);
		return { result: items, ...page };
	}),
	'crm.activity.get': reading((context, { params }) => ({ result: activityView(todoIn(context, params)) })),
	'crm.activity.update': writing((context, { params }) => {
		const todo = todoIn(context, params);
		const completed = isMap(params.fields) ? params.fields.COMPLETED : undefined;
		if (completed !== undefined) todo.isCompleted = text(completed) === 'Y';
		return { result: true };
	}),
};

function kindNamed(name: unknown): Kind | undefined {
	return name === 'deal' || name === 'contact' ? name : undefined;
}

function commentView({ id, kind, entityId, text: comment, authorId, created }: Comment) {
	return {
		ID: String(id),
		ENTITY_ID: String(entityId),
		ENTITY_TYPE: kind,
		CREATED: created,
		COMMENT: comment,
		AUTHOR_ID: String(authorId),
		FILES: [],
	};
}

function activityView(todo: Todo) {
	return {
		ID: String(todo.id),
		OWNER_ID: String(todo.ownerId),
		OWNER_TYPE_ID: String(KIND_IDS[todo.kind]),
		TYPE_ID: '6',
		PROVIDER_ID: 'CRM_TODO',
		SUBJECT: todo.title,
		DESCRIPTION: todo.description,
		COMPLETED: todo.isCompleted ? 'Y' : 'N',
		DEADLINE: todo.deadline,
		RESPONSIBLE_ID: String(todo.responsibleId),
		AUTHOR_ID: String(todo.authorId),
		CREATED: todo.created,
	};
}

function commentIn({ store }: MethodContext, params: Params): Comment {
	const comment = store.comments.get(whole(param(params, 'id', 'ID')));
	if (!comment) throw new Problem(400, 'NOT_FOUND', 'Not found.');
	return comment;
}

function todoIn({ store }: MethodContext, params: Params): Todo {
	const todo = store.todos.get(whole(param(params, 'id', 'ID')));
	if (!todo) throw codeless('Activity is not found.');
	return todo;
}
