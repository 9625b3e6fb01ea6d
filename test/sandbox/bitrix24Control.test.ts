import type { FastifyInstance } from 'fastify';

import { createControl } from '../../sandbox/control';
import { read } from './amocrmHarness';
import { startBitrix, type Harness } from './bitrix24Harness';

/** What a person does in the portal's pages, through the control server. */

let b24: Harness;
let control: FastifyInstance;
let address: string;

beforeEach(async () => {
	b24 = await startBitrix();
	const { clock, faults, log, bitrix, url } = b24;
	control = createControl({
		clock,
		faults,
		apis: { bitrix24: bitrix },
		logs: { bitrix24: log },
		reset: () => bitrix.reset(),
		credentials: () => bitrix.credentials(url),
	});
	address = await control.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
	await control.close();
	await b24.close();
});

async function ask(method: string, url: string, body?: object) {
	const answer = await fetch(`${address}/bitrix24${url}`, { method, body: body && JSON.stringify(body) });
	const json: unknown = await answer.json();
	return { status: answer.status, at: (...path: (string | number)[]) => read(json, ...path) };
}
const press = async (url: string, body?: object) => await ask('POST', url, body);
const deals = () => b24.bitrix.state().deals;

it('lets a manager add, edit, move, comment, delete, restore and merge deals', async () => {
	await b24.number('crm.deal.userfield.add', {
		fields: { FIELD_NAME: 'TRACK', USER_TYPE_ID: 'string', EDIT_FORM_LABEL: 'Трек' },
	});
	const made = await press('/deals', {
		title: 'Звонок',
		opportunity: 900,
		stage: 'В работе',
		fields: { Трек: 'KZ1' },
		contact: { name: 'Пример', phones: ['8 701 555 01 23'] },
	});
	const id = Number(made.at('id'));
	expect(deals()).toMatchObject([
		{ id, title: 'Звонок', opportunity: 900, stageId: 'EXECUTING', createdBy: 2, assignedBy: 'Дмитрий Волков', fields: { Трек: 'KZ1' } },
	]);
	expect(b24.bitrix.state().contacts).toMatchObject([{ phones: ['8 701 555 01 23'], dealIds: [id] }]);
	const pipeline = Number((await press('/pipelines', { name: 'Kaspi' })).at('id'));
	expect((await press(`/deals/${id}/move`, { stage: 'Нет такой' })).status).toBe(404);
	expect((await press(`/deals/${id}/move`, { stage: 'Сделка успешна', categoryId: pipeline, userId: 3 })).status).toBe(200);
	expect(deals()[0]).toMatchObject({ category: 'Kaspi', stageId: `C${pipeline}:WON`, semantics: 'S', updatedBy: 3, movedBy: 3 });
	await press(`/deals/${id}/edit`, { opportunity: 950, fields: { UF_CRM_TRACK: 'KZ2' } });
	await press(`/deals/${id}/comment`, { text: 'важное' });
	expect(deals()[0]).toMatchObject({ opportunity: 950, fields: { Трек: 'KZ2' }, timelineComments: [{ text: 'важное', authorId: 2 }] });
	await press(`/deals/${id}/delete`);
	expect(deals()[0]?.isDeleted).toBe(true);
	expect((await press(`/deals/${id}/edit`, { opportunity: 1 })).status).toBe(404);
	expect((await b24.call('crm.item.get', { entityTypeId: 2, id })).at('error')).toBe('NOT_FOUND');
	const back = Number((await press(`/deals/${id}/restore`)).at('id'));
	expect(back).not.toBe(id);
	const other = Number((await press('/deals', { title: 'Второй' })).at('id'));
	await press(`/deals/${back}/merge-into/${other}`);
	expect(deals().filter(({ isDeleted }) => !isDeleted)).toMatchObject([{ id: other, title: 'Второй', fields: { Трек: 'KZ2' } }]);
});

it('adds, edits, deletes and merges contacts; strangers too', async () => {
	const made = await press('/contacts', [{ name: 'a', phones: ['77015550123'] }, { name: 'b', emails: ['b@example.test'] }]);
	const [a, b] = b24.bitrix.state().contacts.map(({ id }) => id);
	expect(made.at('ids')).toEqual([a, b]);
	await press(`/contacts/${a}/edit`, { phones: ['77015550124'], lastName: 'Тестова' });
	await press(`/contacts/${a}/merge-into/${b}`);
	expect(b24.bitrix.state().contacts.filter(({ isDeleted }) => !isDeleted)).toMatchObject([
		{ id: b, name: 'b', lastName: 'Тестова', phones: ['77015550124'], emails: ['b@example.test'] },
	]);
	expect((await press('/leads', { title: 'Лид', count: 2, phones: ['77015550124'] })).at('ids')).toEqual([1, 2]);
	const found = await b24.result('crm.duplicate.findbycomm', { type: 'PHONE', values: ['77015550124'] });
	expect(found).toEqual({ LEAD: [1, 2], CONTACT: [b] });
});

it('completes to-dos and tasks', async () => {
	const id = Number((await press('/deals', { title: 'x' })).at('id'));
	const deadline = '2027-01-01T10:00:00+05:00';
	const todo = await b24.number('crm.activity.todo.add', { ownerTypeId: 2, ownerId: id, deadline }, 'id');
	await b24.result('tasks.task.add', { fields: { TITLE: 'Спор', RESPONSIBLE_ID: 2, UF_CRM_TASK: [`D_${id}`] } });
	await press(`/todos/${todo}/complete`);
	await press('/tasks/1/complete');
	expect(deals()[0]).toMatchObject({ todos: [{ isCompleted: true }], tasks: [{ isCompleted: true }] });
	expect((await press('/tasks/99/complete')).status).toBe(404);
	expect(await b24.result('crm.activity.list', { filter: { OWNER_ID: id } }, 0, 'COMPLETED')).toBe('Y');
});

it('changes settings, refuses unknown ones, and rules the webhook, the tokens and outgoing webhooks', async () => {
	const patched = await ask('PATCH', '/settings', { phoneMatching: 'digits', loseShare: 0.5 });
	expect([patched.status, b24.bitrix.settings.phoneMatching, b24.bitrix.settings.loseShare]).toEqual([200, 'digits', 0.5]);
	expect((await ask('PATCH', '/settings', { nonsense: 1 })).status).toBe(400);
	const old = b24.bitrix.credentials('').webhookUrl;
	const code = String((await press('/webhook/reissue')).at('code'));
	expect((await b24.raw(`${old}profile`)).status).toBe(401);
	expect(b24.bitrix.credentials('').webhookUrl).toContain(code);
	expect((await b24.call('profile')).status).toBe(200);
	await press('/webhook/expire');
	expect((await b24.call('profile')).status).toBe(401);

	const bad = await press('/webhooks', { handler: 'http://127.0.0.1:9/', events: ['ONCRMDEALMOVETOCATEGORY'] });
	expect(bad.status).toBe(404);
	const hook = await press('/webhooks', { handler: 'http://127.0.0.1:9/', events: ['oncrmdealadd'], applicationToken: 'tok' });
	expect(hook.at('applicationToken')).toBe('tok');
	const stats = await ask('GET', '/webhooks/stats');
	expect(stats.at('handlers')).toEqual([{ id: hook.at('id'), kind: 'hook', url: 'http://127.0.0.1:9/', events: ['ONCRMDEALADD'] }]);
	expect((await ask('DELETE', `/webhooks/${String(hook.at('id'))}`)).status).toBe(200);
	expect((await ask('DELETE', '/webhooks/99')).status).toBe(404);
	b24.bitrix.reset();
	expect([b24.bitrix.settings.phoneMatching, (await b24.call('profile')).status]).toEqual(['strict', 200]);
});
