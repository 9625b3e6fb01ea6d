import { list, read, startAmo, type Harness } from './amocrmHarness';

/** Section 9 of amocrm.md, points 5 and 10: custom fields, tags, links, stages, verbs; notes, tasks, history. */

let amo: Harness;
afterEach(async () => await amo.close());

const issuesIn = (answer: { at(...path: (string | number)[]): unknown }, item = 0): unknown =>
	answer.at('validation-errors', item, 'errors');

describe('5. custom fields', () => {
	it('PATCH replaces every value of a mentioned field and leaves the others; empty is null', async () => {
		amo = await startAmo();
		const phone = (...values: string[]) => ({
			field_code: 'PHONE',
			values: values.map((value) => ({ value, enum_code: 'MOB' })),
		});
		const [id = 0] = await amo.create('/contacts', [
			{
				name: 'Пример',
				custom_fields_values: [
					phone('+77015550123', '+77015550124'),
					{ field_code: 'EMAIL', values: [{ value: 'a@example.test', enum_code: 'WORK' }] },
				],
			},
		]);
		await amo.call('PATCH', `/contacts/${id}`, { custom_fields_values: [phone('+77015550125')] });
		const contact = await amo.call('GET', `/contacts/${id}`);
		expect(contact.at('custom_fields_values')).toEqual([
			{
				field_id: expect.any(Number),
				field_name: 'Телефон',
				field_code: 'PHONE',
				field_type: 'multitext',
				values: [{ value: '+77015550125', enum_id: expect.any(Number), enum_code: 'MOB' }],
			},
			{
				field_id: expect.any(Number),
				field_name: 'Email',
				field_code: 'EMAIL',
				field_type: 'multitext',
				values: [{ value: 'a@example.test', enum_id: expect.any(Number), enum_code: 'WORK' }],
			},
		]);
		await amo.call('PATCH', '/contacts', [
			{ id, custom_fields_values: [phone(), { field_code: 'EMAIL', values: null }] },
		]);
		expect((await amo.call('GET', `/contacts/${id}`)).at('custom_fields_values')).toBeNull();
	});

	it('replaces tags or changes them, ignores contacts on PATCH', async () => {
		amo = await startAmo();
		const [first = 0, second = 0] = await amo.create('/contacts', [{ name: 'a' }, { name: 'b' }]);
		const [id = 0] = await amo.create('/leads', [
			{ name: 'x', _embedded: { tags: [{ name: 'раз' }, { name: 'два' }], contacts: [{ id: first, is_main: true }] } },
		]);
		const tags = async () =>
			list((await amo.call('GET', `/leads/${id}`)).at('_embedded', 'tags')).map((tag) => read(tag, 'name'));
		await amo.call('PATCH', `/leads/${id}`, {
			tags_to_add: [{ name: 'три' }],
			tags_to_delete: [{ name: 'раз' }],
			_embedded: { contacts: [{ id: second }] },
		});
		expect(await tags()).toEqual(['два', 'три']);
		expect((await amo.call('GET', `/leads/${id}?with=contacts`)).at('_embedded', 'contacts')).toEqual([
			{ id: first, is_main: true, _links: expect.anything() },
		]);
		await amo.call('PATCH', `/leads/${id}`, { _embedded: { tags: [{ name: 'один' }] } });
		expect(await tags()).toEqual(['один']);
		await amo.call('PATCH', `/leads/${id}`, { _embedded: { tags: null } });
		expect(await tags()).toEqual([]);
	});

	it('links and unlinks contacts, keeping exactly one main', async () => {
		amo = await startAmo();
		const [a = 0, b = 0] = await amo.create('/contacts', [{ name: 'a' }, { name: 'b' }]);
		const [id = 0] = await amo.create('/leads', [{ name: 'x' }]);
		await amo.call('POST', `/leads/${id}/link`, [{ to_entity_id: a, to_entity_type: 'contacts' }]);
		const linked = await amo.call('POST', '/leads/link', [
			{ entity_id: id, to_entity_id: b, to_entity_type: 'contacts', metadata: { is_main: true } },
		]);
		expect(linked.at('_embedded', 'links', 0)).toEqual({
			entity_id: id,
			entity_type: 'leads',
			to_entity_id: b,
			to_entity_type: 'contacts',
			metadata: { main_contact: true },
		});
		expect((await amo.call('GET', `/leads/${id}/links`)).at('_embedded', 'links')).toEqual([
			{ to_entity_id: a, to_entity_type: 'contacts', metadata: { main_contact: false } },
			{ to_entity_id: b, to_entity_type: 'contacts', metadata: { main_contact: true } },
		]);
		expect(
			(await amo.call('POST', `/leads/${id}/unlink`, [{ to_entity_id: b, to_entity_type: 'contacts' }])).status,
		).toBe(204);
		const contact = await amo.call('GET', `/contacts/${a}?with=leads`);
		expect(contact.numbers('id', '_embedded', 'leads')).toEqual([id]);
		expect(amo.amo.state().leads[0]?.mainContactId).toBe(a);
		expect(
			(await amo.call('POST', `/leads/${id}/link`, [{ to_entity_id: 1, to_entity_type: 'contacts' }])).status,
		).toBe(400);
	});
});

describe('10. stages and verbs', () => {
	it('has 142 and 143 in every pipeline and keeps stages apart by pipeline', async () => {
		amo = await startAmo();
		const made = await amo.call('POST', '/leads/pipelines', [
			{
				name: 'Kaspi',
				sort: 20,
				is_main: false,
				is_unsorted_on: true,
				request_id: 'k',
				_embedded: {
					statuses: [
						{ id: 142, name: 'Завершён' },
						{ name: 'Сборка', sort: 200 },
						{ name: 'Новая заявка', sort: 100, color: '#99ccff' },
					],
				},
			},
		]);
		expect([made.status, read(issuesIn(made), 0, 'path')]).toEqual([400, '_embedded.statuses.2.color']);
		const answer = await amo.call('POST', '/leads/pipelines', [
			{
				name: 'Kaspi',
				sort: 20,
				is_main: false,
				is_unsorted_on: true,
				request_id: 'k',
				_embedded: {
					statuses: [
						{ id: 142, name: 'Завершён' },
						{ name: 'Сборка', sort: 200 },
						{ name: 'Новая заявка', sort: 100 },
					],
				},
			},
		]);
		const pipeline = answer.at('_embedded', 'pipelines', 0);
		const statuses = list(read(pipeline, '_embedded', 'statuses'));
		expect(read(pipeline, 'request_id')).toBe('k');
		expect(statuses.map((status) => [read(status, 'name'), read(status, 'sort'), read(status, 'type')])).toEqual([
			['Неразобранное', 10, 1],
			['Новая заявка', 20, 0],
			['Сборка', 30, 0],
			['Завершён', 10_000, 0],
			['Закрыто и не реализовано', 11_000, 0],
		]);
		expect(statuses.slice(3).map((status) => read(status, 'id'))).toEqual([142, 143]);
		const other = Number(read(pipeline, 'id'));
		const stage = Number(read(statuses[1], 'id'));
		const [id = 0] = await amo.create('/leads', [{ name: 'x' }]);
		expect(read(issuesIn(await amo.call('PATCH', `/leads/${id}`, { status_id: stage })), 0, 'path')).toBe('status_id');
		expect(
			read(
				issuesIn(await amo.call('PATCH', `/leads/${id}`, { pipeline_id: other, status_id: read(statuses[0], 'id') })),
				0,
				'path',
			),
		).toBe('status_id');
		await amo.call('PATCH', `/leads/${id}`, { pipeline_id: other, status_id: stage });
		expect(amo.amo.state().leads[0]).toMatchObject({ pipeline: 'Kaspi', stage: 'Новая заявка', updatedBy: 0 });
		await amo.call('PATCH', `/leads/${id}`, { status_id: 142 });
		expect(amo.amo.state().leads[0]).toMatchObject({ pipeline: 'Kaspi', stage: 'Завершён' });
	});

	it('adds, renames and deletes stages; leads of a deleted one go to the first', async () => {
		amo = await startAmo();
		const pipelineId = amo.amo.state().pipelines[0]?.id ?? 0;
		const path = `/leads/pipelines/${pipelineId}/statuses`;
		const made = await amo.call('POST', path, [{ name: 'Сборка', sort: 25 }]);
		const id = Number(made.at('_embedded', 'statuses', 0, 'id'));
		expect(made.at('_embedded', 'statuses', 0, 'sort')).toBe(30);
		expect((await amo.call('PATCH', `${path}/${id}`, { name: 'В работе / Сборка' })).at('name')).toBe(
			'В работе / Сборка',
		);
		const [lead = 0] = await amo.create('/leads', [{ status_id: id }]);
		expect((await amo.call('DELETE', `${path}/${id}`)).status).toBe(204);
		expect((await amo.call('DELETE', `${path}/142`)).status).toBe(400);
		expect((await amo.call('GET', `/leads/${lead}`)).at('status_id')).toBe(amo.amo.state().pipelines[0]?.stages[1]?.id);
		const many = Array.from({ length: 94 }, (_, index) => ({ name: `s${index}`, sort: index }));
		expect((await amo.call('POST', path, many)).status).toBe(422);
	});

	it('answers 405 to DELETE /leads and to an array at a single address, 404 to unknown paths', async () => {
		amo = await startAmo();
		const [id = 0] = await amo.create('/leads', [{ name: 'x' }]);
		expect((await amo.call('DELETE', '/leads')).status).toBe(405);
		expect((await amo.call('DELETE', `/leads/${id}`)).status).toBe(405);
		expect((await amo.call('PATCH', `/leads/${id}`, [{ name: 'y' }])).status).toBe(405);
		expect((await amo.call('PATCH', '/leads', { id, name: 'y' })).status).toBe(400);
		const unknown = await amo.call('GET', '/companies');
		expect([unknown.status, unknown.at('type')]).toEqual([404, 'https://httpstatus.es/404']);
		expect(amo.log.counts().unknown).toEqual([{ method: 'GET', path: '/api/v4/companies', count: 1 }]);
	});
});

describe('notes, tasks, events', () => {
	it('keeps notes and tasks and tells when the nearest task is due', async () => {
		amo = await startAmo();
		const [id = 0] = await amo.create('/leads', [{ name: 'x' }]);
		const note = await amo.call('POST', `/leads/${id}/notes`, [
			{ note_type: 'common', params: { text: 'Покупатель просит позвонить' } },
		]);
		expect(note.at('_embedded', 'notes', 0)).toMatchObject({ entity_id: id, request_id: '0' });
		const [task = 0] = await amo.create('/tasks', [
			{
				text: 'Позвонить',
				complete_till: 1_900_000_000,
				entity_id: id,
				entity_type: 'leads',
				task_type_id: 1,
				responsible_user_id: 5_000_002,
			},
		]);
		expect((await amo.call('GET', `/leads/${id}`)).at('closest_task_at')).toBe(1_900_000_000);
		expect(
			(await amo.call('GET', `/tasks?filter[entity_type]=leads&filter[entity_id][]=${id}&filter[is_completed]=0`)).at(
				'_embedded',
				'tasks',
				0,
				'result',
			),
		).toEqual([]);
		await amo.call('PATCH', `/tasks/${task}`, { is_completed: true, result: { text: 'Готово' } });
		expect((await amo.call('GET', `/tasks/${task}`)).at('result')).toEqual({ text: 'Готово' });
		expect((await amo.call('GET', `/leads/${id}`)).at('closest_task_at')).toBeNull();
		expect(amo.amo.state().leads[0]).toMatchObject({
			notesCount: 1,
			tasksCount: 1,
			notes: [{ text: 'Покупатель просит позвонить' }],
		});
	});

	it('tells the history newest first, filtered, at most 100 a page, with who did it', async () => {
		amo = await startAmo();
		const stages = amo.amo.state().pipelines[0]?.stages ?? [];
		const pipelineId = amo.amo.state().pipelines[0]?.id;
		const [id = 0] = await amo.create('/leads', [{ name: 'x' }]);
		await amo.call('PATCH', `/leads/${id}`, { status_id: stages[2]?.id });
		amo.clock.advance(5000);
		amo.amo.account.moveLead(id, 'Принимают решение');
		const moved = await amo.call('GET', '/events?filter[type]=lead_status_changed&filter[entity][]=lead');
		expect(moved.at('_embedded', 'events', 0)).toMatchObject({
			type: 'lead_status_changed',
			entity_id: id,
			entity_type: 'lead',
			created_by: 5_000_002,
			value_after: [{ lead_status: { id: stages[3]?.id, pipeline_id: pipelineId } }],
			value_before: [{ lead_status: { id: stages[2]?.id, pipeline_id: pipelineId } }],
		});
		expect(moved.at('_embedded', 'events', 1, 'created_by')).toBe(0);
		const query = `filter[type]=lead_status_changed&filter[value_after][leads_statuses][0][pipeline_id]=${pipelineId}&filter[value_after][leads_statuses][0][status_id]=${stages[2]?.id}`;
		expect(list((await amo.call('GET', `/events?${query}`)).at('_embedded', 'events'))).toHaveLength(1);
		const since = Number(moved.at('_embedded', 'events', 0, 'created_at'));
		expect(
			list(
				(
					await amo.call(
						'GET',
						`/events?filter[type][]=lead_added&filter[type][]=lead_status_changed&filter[created_at][from]=${since}`,
					)
				).at('_embedded', 'events'),
			),
		).toHaveLength(1);
		await amo.create(
			'/contacts',
			Array.from({ length: 120 }, () => ({ name: 'n' })),
		);
		const page = await amo.call('GET', '/events?limit=250&filter[type]=contact_added,lead_added');
		expect(list(page.at('_embedded', 'events'))).toHaveLength(100);
		expect(page.at('_links', 'next')).toBeDefined();
		expect((await amo.call('GET', '/events?filter[type]=no_such')).status).toBe(400);
	});
});
