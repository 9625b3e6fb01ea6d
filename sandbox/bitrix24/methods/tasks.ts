import { pageOf } from '../listing';
import type { Task } from '../model';
import { entriesOf, isMap, itemsOf, param, text, whole } from '../php';
import { missing, Problem } from '../problem';
import { reading, writing, type Methods } from './method';

/** Tasks; a deal is linked by `UF_CRM_TASK: ["D_1"]` (bitrix24.md §6). */
export const taskMethods: Methods = {
	'tasks.task.add': writing(({ store }, { params, who }) => {
		const fields = params.fields;
		if (!isMap(fields) || Object.keys(fields).length === 0) throw missing('fields');
		const responsible = whole(fields.RESPONSIBLE_ID);
		if (text(fields.TITLE) === '') throw core('Не указано название задачи');
		if (fields.RESPONSIBLE_ID === undefined) throw core('Не указан исполнитель');
		if (!store.users.has(responsible)) throw core('Пользователь, указанный в поле "Исполнитель", не найден');
		const deadline = Date.parse(text(fields.DEADLINE));
		const task: Task = {
			id: store.nextId('task'),
			title: text(fields.TITLE),
			description: text(fields.DESCRIPTION),
			deadline: Number.isNaN(deadline) ? null : store.moment(deadline),
			responsibleId: responsible,
			createdBy: who.userId,
			createdDate: store.now(),
			crmLinks: itemsOf(fields.UF_CRM_TASK ?? []).map(text),
			isCompleted: false,
		};
		store.tasks.set(task.id, task);
		return { result: { task: view(task) } };
	}, 'task'),
	'tasks.task.get': reading(({ store }, { params }) => {
		const task = store.tasks.get(whole(param(params, 'taskId', 'id')));
		if (!task) throw new Problem(400, '100', 'Task was not found or access denied');
		return { result: { task: view(task) } };
	}, 'task'),
	'tasks.task.list': reading(({ store }, { params }) => {
		const kept = [...store.tasks.values()].filter((task) =>
			entriesOf(param(params, 'filter')).every(([key, wanted]) => {
				if (key === 'UF_CRM_TASK') return itemsOf(wanted).some((link) => task.crmLinks.includes(text(link)));
				if (key === '%TITLE') return task.title.toLowerCase().includes(text(wanted).toLowerCase());
				if (key === 'TITLE') return task.title === text(wanted);
				return key !== 'ID' || itemsOf(wanted).some((id) => whole(id) === task.id);
			}),
		);
		const { items, ...page } = pageOf(kept, params);
		return { result: { tasks: items.map(view) }, ...page };
	}, 'task'),
};

function view(task: Task) {
	return {
		id: String(task.id),
		title: task.title,
		description: task.description,
		priority: '1',
		status: task.isCompleted ? '5' : '2',
		deadline: task.deadline,
		responsibleId: String(task.responsibleId),
		createdBy: String(task.createdBy),
		createdDate: task.createdDate,
		ufCrmTask: task.crmLinks,
	};
}

function core(description: string): Problem {
	return new Problem(400, 'ERROR_CORE', description);
}
