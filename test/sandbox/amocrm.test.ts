import { list, read, startAmo, type Harness } from './amocrmHarness';

/** Section 9 of amocrm.md, points 1 to 4: nothing found, envelopes, request ids, validation. */

let amo: Harness;
afterEach(async () => await amo.close());

const issuesIn = (answer: { at(...path: (string | number)[]): unknown }, item = 0): unknown =>
	answer.at('validation-errors', item, 'errors');

describe('1. nothing found', () => {
	it('answers 204 without a body for empty lists and for a missing contact', async () => {
		amo = await startAmo();
		for (const path of [
			'/leads',
			'/contacts',
			'/contacts/42',
			'/tasks',
			'/events',
			'/webhooks',
			'/leads/unsorted',
			'/leads/notes',
		]) {
			const answer = await amo.call('GET', path);
			expect([path, answer.status, answer.text]).toEqual([path, 204, '']);
		}
	});

	it('answers 204 or 404 for a missing lead, as the setting says', async () => {
		amo = await startAmo();
		expect((await amo.call('GET', '/leads/42')).status).toBe(204);
		amo.amo.settings.missingLead = '404';
		const answer = await amo.call('GET', '/leads/42');
		expect([answer.status, answer.at('status')]).toEqual([404, 404]);
		expect(answer.type).toContain('application/problem+json');
	});

	it('shows a deleted lead only to those who ask for the bin, and a merged one to nobody', async () => {
		amo = await startAmo();
		const [deleted = 0, merged = 0, kept = 0] = await amo.create('/leads', [
			{ name: 'a' },
			{ name: 'b' },
			{ name: 'c' },
		]);
		amo.amo.account.deleteLead(deleted);
		amo.amo.account.mergeLeads(merged, kept);
		expect((await amo.call('GET', '/leads')).numbers('id', '_embedded', 'leads')).toEqual([kept]);
		expect((await amo.call('GET', `/leads/${deleted}`)).status).toBe(204);
		const bin = await amo.call('GET', `/leads/${deleted}?with=only_deleted`);
		expect([bin.at('is_deleted'), bin.at('name')]).toEqual([true, undefined]);
		expect((await amo.call('GET', '/leads?with=only_deleted')).numbers('id', '_embedded', 'leads')).toEqual([deleted]);
		expect((await amo.call('GET', `/leads/${merged}?with=only_deleted`)).status).toBe(204);
		amo.amo.account.restoreLead(deleted);
		expect((await amo.call('GET', `/leads/${deleted}`)).at('name')).toBe('a');
	});
});

describe('2. envelope', () => {
	it('caps a page at 250, defaults to 50, and has a next link only while there is more', async () => {
		amo = await startAmo({ shuffleAnswers: false });
		for (let batch = 0; batch < 2; batch += 1)
			await amo.create(
				'/contacts',
				Array.from({ length: 130 }, (_, index) => ({ name: `n${index}` })),
			);
		const usual = await amo.call('GET', '/contacts');
		expect(list(usual.at('_embedded', 'contacts'))).toHaveLength(50);
		const first = await amo.call('GET', '/contacts?limit=900&page=1');
		expect(first.type).toContain('application/hal+json');
		expect(list(first.at('_embedded', 'contacts'))).toHaveLength(250);
		expect(first.at('_page')).toBe(1);
		expect(first.at('_total_items')).toBeUndefined();
		const next = String(first.at('_links', 'next', 'href'));
		expect(next).toContain('page=2');
		const second = await amo.raw('GET', next.slice(amo.url.length));
		expect(list(second.at('_embedded', 'contacts'))).toHaveLength(10);
		expect(second.at('_links', 'next')).toBeUndefined();
		expect((await amo.call('GET', '/contacts?limit=250&page=3')).status).toBe(204);
		const union = new Set([
			...first.numbers('id', '_embedded', 'contacts'),
			...second.numbers('id', '_embedded', 'contacts'),
		]);
		expect(union.size).toBe(260);
	});

	it('keeps filters in the next link', async () => {
		amo = await startAmo();
		const ids = await amo.create('/leads', [{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
		const query = ids
			.slice(0, 2)
			.map((id) => `filter[id][]=${id}`)
			.join('&');
		const first = await amo.call('GET', `/leads?limit=1&${query}`);
		const second = await amo.raw('GET', String(first.at('_links', 'next', 'href')).slice(amo.url.length));
		expect(second.numbers('id', '_embedded', 'leads')).toEqual([ids[1]]);
		expect(second.at('_links', 'next')).toBeUndefined();
	});
});

describe('3. request ids and complex', () => {
	it('echoes request_id as a string, numbers the rest, and shuffles the answer', async () => {
		amo = await startAmo();
		const items = Array.from({ length: 12 }, (_, index) =>
			index === 3 ? { name: 'x', request_id: 'mine' } : { name: `n${index}` },
		);
		const answer = await amo.call('POST', '/leads', items);
		const written = list(answer.at('_embedded', 'leads')).map((one) => read(one, 'request_id'));
		expect([...written].sort()).toEqual(items.map((_, index) => (index === 3 ? 'mine' : String(index))).sort());
		expect(written).not.toEqual(items.map((_, index) => (index === 3 ? 'mine' : String(index))));
		for (const one of list(answer.at('_embedded', 'leads'))) {
			const at = read(one, 'request_id');
			const lead = await amo.call('GET', `/leads/${String(read(one, 'id'))}`);
			expect(lead.at('name')).toBe(at === 'mine' ? 'x' : `n${String(at)}`);
		}
	});

	it('answers complex with a bare array', async () => {
		amo = await startAmo();
		const body = [
			{
				name: 'сделка',
				price: 10,
				request_id: 'q',
				_embedded: {
					contacts: [
						{
							first_name: 'Пример',
							custom_fields_values: [{ field_code: 'PHONE', values: [{ value: '+77015550123', enum_code: 'MOB' }] }],
						},
					],
				},
			},
		];
		const answer = await amo.call('POST', '/leads/complex', body);
		expect(answer.status).toBe(200);
		expect(answer.at(0)).toEqual({
			id: expect.any(Number),
			contact_id: expect.any(Number),
			company_id: null,
			request_id: ['q'],
			merged: false,
		});
		const again = await amo.call('POST', '/leads/complex', body);
		expect(again.at(0, 'merged')).toBe(false);
		expect(again.at(0, 'contact_id')).not.toBe(answer.at(0, 'contact_id'));
		amo.amo.settings.duplicateControl = true;
		const merged = await amo.call('POST', '/leads/complex', body);
		expect([merged.at(0, 'merged'), merged.at(0, 'id')]).toEqual([true, answer.at(0, 'id')]);
		expect(
			(
				await amo.call(
					'POST',
					'/leads/complex',
					Array.from({ length: 51 }, () => ({ name: 'x' })),
				)
			).status,
		).toBe(400);
	});

	it('refuses more than 250 items', async () => {
		amo = await startAmo();
		expect(
			(
				await amo.call(
					'POST',
					'/leads',
					Array.from({ length: 251 }, () => ({ name: 'x' })),
				)
			).status,
		).toBe(400);
		expect(amo.amo.state().leads).toHaveLength(0);
	});
});

describe('4. validation', () => {
	it('rejects the whole batch for one dead field and names it', async () => {
		amo = await startAmo();
		const made = await amo.call('POST', '/leads/custom_fields', [
			{ name: 'Номер заказа', type: 'text', code: 'ORDER' },
		]);
		expect(made.status).toBe(201);
		const fieldId = made.at('_embedded', 'custom_fields', 0, 'id');
		const good = { name: 'good', custom_fields_values: [{ field_code: 'ORDER', values: [{ value: 'A-1' }] }] };
		expect((await amo.create('/leads', [good])).length).toBe(1);
		amo.amo.account.deleteField('leads', 'ORDER');
		const answer = await amo.call('POST', '/leads', [
			{ name: 'fine' },
			{ name: 'bad', request_id: 'r2', custom_fields_values: [{ field_id: fieldId, values: [{ value: 'A-2' }] }] },
		]);
		expect([answer.status, answer.at('title'), answer.at('detail')]).toEqual([
			400,
			'Bad Request',
			'Request validation failed',
		]);
		expect(answer.at('validation-errors')).toEqual([
			{
				request_id: 'r2',
				errors: [{ code: 'NotSupportedChoice', path: 'custom_fields_values.0.field_id', detail: expect.any(String) }],
			},
		]);
		expect(amo.amo.state().leads.map(({ name }) => name)).toEqual(['good']);
		expect((await amo.call('POST', '/leads', [{ price: 'x', tags_to_add: [{ name: 'тег' }] }])).status).toBe(400);
		expect((await amo.call('POST', '/leads', [{ status_id: 1, tags_to_add: [{ name: 'тег' }] }])).status).toBe(400);
		expect((await amo.call('GET', '/leads/tags')).status).toBe(204);
	});

	it.each([
		['price with a fraction', { price: 10.5 }, 'InvalidType', 'price'],
		['price as text', { price: '10' }, 'InvalidType', 'price'],
		['name that is no text', { name: 5 }, 'InvalidType', 'name'],
		['pipeline that is not there', { pipeline_id: 1 }, 'NotSupportedChoice', 'pipeline_id'],
		['stage that is not in the pipeline', { status_id: 1 }, 'NotSupportedChoice', 'status_id'],
		['user that is not there', { responsible_user_id: 1 }, 'NotSupportedChoice', 'responsible_user_id'],
		['author who left', { created_by: 5_000_003 }, 'NotSupportedChoice', 'created_by'],
		[
			'contact that is not there',
			{ _embedded: { contacts: [{ id: 1 }] } },
			'NotSupportedChoice',
			'_embedded.contacts.0.id',
		],
		[
			'number in a text field',
			{ custom_fields_values: [{ field_code: 'T', values: [{ value: 5 }] }] },
			'InvalidType',
			'custom_fields_values.0.values.0.value',
		],
		[
			'option that is not there',
			{ custom_fields_values: [{ field_code: 'S', values: [{ value: 'нет' }] }] },
			'NotSupportedChoice',
			'custom_fields_values.0.values.0.value',
		],
		[
			'code that is not there',
			{ custom_fields_values: [{ field_code: 'X', values: [] }] },
			'NotSupportedChoice',
			'custom_fields_values.0.field_code',
		],
	])('refuses a %s', async (_what, lead, code, path) => {
		amo = await startAmo();
		await amo.call('POST', '/leads/custom_fields', [
			{ name: 'Текст', type: 'text', code: 'T' },
			{ name: 'Список', type: 'select', code: 'S', enums: [{ value: 'да', sort: 1 }] },
		]);
		amo.amo.account.deactivateUser(5_000_003);
		const answer = await amo.call('POST', '/leads', [lead]);
		expect(answer.status).toBe(400);
		expect(issuesIn(answer)).toEqual([{ code, path, detail: expect.any(String) }]);
	});

	it('takes a reason of loss only for a lost lead', async () => {
		amo = await startAmo();
		const reason = (await amo.call('GET', '/leads/loss_reasons')).at('_embedded', 'loss_reasons', 0, 'id');
		const [id = 0] = await amo.create('/leads', [{ name: 'x' }]);
		const refused = await amo.call('PATCH', '/leads', [{ id, loss_reason_id: reason }]);
		expect([refused.status, refused.at('errors', String(id))]).toEqual([
			400,
			'Loss reason can be specified only for lost lead',
		]);
		expect((await amo.call('PATCH', `/leads/${id}`, { status_id: 143, loss_reason_id: reason })).status).toBe(200);
		const lost = await amo.call('GET', `/leads/${id}?with=loss_reason`);
		expect([lost.at('loss_reason_id'), lost.at('_embedded', 'loss_reason', 0, 'id')]).toEqual([reason, reason]);
		expect(lost.at('closed_at')).toBe(lost.at('updated_at'));
		await amo.call('PATCH', `/leads/${id}`, { status_id: amo.amo.state().pipelines[0]?.stages[1]?.id });
		expect([
			(await amo.call('GET', `/leads/${id}`)).at('closed_at'),
			(await amo.call('GET', `/leads/${id}`)).at('loss_reason_id'),
		]).toEqual([null, null]);
	});

	it('rejects a batch of changes when one lead is gone', async () => {
		amo = await startAmo();
		const [kept = 0, gone = 0] = await amo.create('/leads', [{ name: 'a' }, { name: 'b' }]);
		amo.amo.account.deleteLead(gone);
		const answer = await amo.call('PATCH', '/leads', [
			{ id: kept, name: 'new' },
			{ id: gone, name: 'new' },
		]);
		expect([answer.status, answer.at('validation-errors', 0, 'request_id'), read(issuesIn(answer), 0, 'path')]).toEqual(
			[400, '1', 'id'],
		);
		expect((await amo.call('GET', `/leads/${kept}`)).at('name')).toBe('a');
	});

	it('requires what the documentation requires', async () => {
		amo = await startAmo();
		const task = await amo.call('POST', '/tasks', [{ text: 'Позвонить' }]);
		expect([task.status, issuesIn(task)]).toEqual([
			400,
			[{ code: 'FieldMissing', path: 'complete_till', detail: 'This field is missing.' }],
		]);
		const pipeline = await amo.call('POST', '/leads/pipelines', [{ name: 'x' }]);
		expect(list(issuesIn(pipeline)).map((issue) => read(issue, 'path'))).toEqual(['sort', 'is_main', 'is_unsorted_on']);
		const [id = 0] = await amo.create('/leads', [{ name: 'x' }]);
		expect(
			issuesIn(await amo.call('POST', '/leads/notes', [{ entity_id: id, note_type: 'common', params: {} }])),
		).toEqual([{ code: 'FieldMissing', path: 'params.text', detail: 'This field is missing.' }]);
	});
});

describe('account', () => {
	it('describes itself and its users', async () => {
		amo = await startAmo();
		const plain = await amo.call('GET', '/account');
		expect([plain.at('subdomain'), plain.at('current_user_id'), plain.at('amojo_id')]).toEqual([
			'sandbox',
			5_000_001,
			undefined,
		]);
		expect((await amo.call('GET', '/account?with=amojo_id,task_types')).at('_embedded', 'task_types', 0, 'id')).toBe(1);
		expect((await amo.call('GET', '/users')).at('_total_items')).toBe(4);
	});

	it('is seeded with phones written in five ways and emptied again', async () => {
		amo = await startAmo();
		amo.amo.seed();
		const { contacts } = amo.amo.state();
		expect(contacts.flatMap(({ phones }) => phones)).toEqual(
			expect.arrayContaining(['+7 (701) 555-01-23', '8 701 555 01 24', '77015550125', '7015550126']),
		);
		expect(Math.max(...contacts.map(({ createdAt }) => createdAt))).toBeLessThan(
			amo.clock.now() / 1000 - 20 * 24 * 3600,
		);
		const token = amo.amo.credentials(amo.url).longLivedToken;
		amo.amo.reset();
		expect([amo.amo.state().contacts, amo.amo.state().leads]).toEqual([[], []]);
		expect(amo.amo.state().users).toHaveLength(4);
		expect(amo.amo.state().pipelines.map(({ name }) => name)).toEqual(['Воронка']);
		expect(amo.amo.credentials(amo.url).longLivedToken).toBe(token);
		expect((await amo.call('GET', '/contacts')).status).toBe(204);
	});

	it('merges contacts as the UI does', async () => {
		amo = await startAmo();
		const from = amo.amo.account.addContact({ name: 'копия', phones: ['77015550123'], emails: ['x@example.test'] }).id;
		const into = amo.amo.account.addContact({ name: 'старый', phones: ['77015550999'] }).id;
		const lead = amo.amo.account.addLead({ contactIds: [from] }).id;
		amo.amo.account.mergeContacts(from, into);
		expect((await amo.call('GET', `/contacts/${from}`)).status).toBe(204);
		expect(amo.amo.state().contacts).toMatchObject([
			{ id: into, name: 'старый', phones: ['77015550999', '77015550123'], emails: ['x@example.test'], leadIds: [lead] },
		]);
		expect(amo.amo.state().leads[0]).toMatchObject({ contactIds: [into], mainContactId: into });
	});
});
