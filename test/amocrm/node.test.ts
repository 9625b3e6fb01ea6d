import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { byId, openNodeBench, type NodeBench } from './nodeBench';
import { closeJournal, freshJournal } from '../engine/journal';
import { listSearch, loadOptions, resourceMapping } from '../engine/contexts';
import { DateTime } from 'luxon';
import { AccountFields } from '../../nodes/AmoCrm/api/accountFields';
import { listsToLeaveEmpty } from '../engine/editorLists';
import type { PreparedCrm } from '../../core/ports';

let bench: NodeBench;
let prepared: PreparedCrm;

beforeAll(async () => {
	bench = await openNodeBench();
});
afterAll(async () => {
	await closeJournal();
	await bench.close();
});
beforeEach(async () => {
	bench.sandbox.reset(true);
	// An account that begins anew has no past in the journal either.
	await freshJournal();
	prepared = await bench.crm.prepare('Заказы');
	bench.forgetCalls();
});

const state = () => bench.sandbox.amocrm.state();
const fieldId = (name: string): string => String(state().fields.leads.find((field) => field.name === name)?.id);

const createDeal = {
	resource: 'deal',
	operation: 'create',
	name: '={{ $json.name }}',
	stage: '={{ $json.stage }}',
	additionalFields: { price: '={{ $json.price }}', tags: 'kaspi, express' },
};

describe('Deal', () => {
	it('creates 120 items in three calls, each result paired with its item', async () => {
		const stage = `${prepared.pipelineId}/${prepared.stages.accepted}`;
		const input = Array.from({ length: 120 }, (_, index) => ({ name: `Заказ ${index}`, stage, price: index + 0.5 }));
		const run = await bench.run(createDeal, input);
		const [items] = run.outputs('amoCRM');
		expect(items?.map(({ pairedItem }) => pairedItem)).toEqual(input.map((_, index) => ({ item: index })));
		const leads = new Map(state().leads.map((lead) => [lead.id, lead]));
		expect(items?.map(({ json }) => leads.get(Number(json.id))?.name)).toEqual(input.map(({ name }) => name));
		expect(leads.get(Number(items?.[3]?.json.id))).toMatchObject({ price: 4, stage: 'В работе / Сборка', tags: ['kaspi', 'express'] });
		expect(bench.calls()['POST /api/v4/leads']).toBe(3);
	});

	it('sends failed items to the error output with what is needed to retry them; the others go through', async () => {
		const stage = `${prepared.pipelineId}/${prepared.stages.new}`;
		const input = [
			{ name: 'Хороший', stage, price: 1 },
			{ name: 'Этап', stage: `${prepared.pipelineId}/777`, price: 1 },
			{ name: '', stage, price: 1 },
			{ name: 'Тоже хороший', stage, price: 1 },
		];
		const run = await bench.run(createDeal, input, 'continueErrorOutput');
		const [good, failed] = run.outputs('amoCRM');
		expect(good?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 3 }]);
		expect(failed?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 2 }]);
		expect(failed?.[0]?.json).toMatchObject(input[1] ?? {});
		expect(JSON.stringify(failed?.[0])).toContain('status_id');
		expect(state().leads.map(({ name }) => name).sort()).toEqual(['Тоже хороший', 'Хороший']);
	});

	it('stops at a bad item without error output and says how many went through', async () => {
		const run = await bench.run(createDeal, [{ name: 'A', stage: '', price: 1 }, { name: '', stage: '', price: 1 }]);
		expect(run.status).toBe('error');
		expect(run.errorOf('amoCRM')?.message).toContain('«name»');
		expect(run.errorOf('amoCRM')).toMatchObject({ description: expect.stringContaining('Of 2 items 1 went through') });
	});

	it('reads by ID, URL and in one call; one that is gone fails alone', async () => {
		const { id } = bench.sandbox.amocrm.account.addLead({ name: 'Сделка', price: 10, contact: { name: 'К', phones: ['+77015550123'] } });
		const url = { __rl: true, mode: 'url', value: `https://shop.amocrm.ru/leads/detail/${id}` };
		const one = await bench.run({ resource: 'deal', operation: 'get', dealId: url, simplify: true });
		expect(one.outputs('amoCRM')[0]?.[0]?.json).toMatchObject({ id, name: 'Сделка', price: 10, contactIds: [expect.any(Number)] });
		bench.forgetCalls();
		const parameters = { resource: 'deal', operation: 'get', dealId: byId('={{ $json.id }}'), simplify: false };
		const many = await bench.run({ ...parameters, dealId: { __rl: true, mode: 'id', value: '={{ $json.id }}' } }, [{ id }, { id: 5 }, { id }], 'continueErrorOutput');
		expect(bench.calls()).toEqual({ 'GET /api/v4/leads': 1 });
		expect(many.outputs('amoCRM')[0]?.map(({ json, pairedItem }) => [json.status_id, pairedItem])).toEqual([[expect.any(Number), { item: 0 }], [expect.any(Number), { item: 2 }]]);
		expect(many.outputs('amoCRM')[1]?.[0]?.pairedItem).toEqual({ item: 1 });
	});

	it('lists with a limit in one small call, and all with pages', async () => {
		await bench.client.createLeads(Array.from({ length: 300 }, (_, index) => ({ name: `L${index}` })));
		bench.forgetCalls();
		const some = await bench.run({ resource: 'deal', operation: 'getAll', returnAll: false, limit: 7, filters: {}, simplify: true });
		expect(some.outputs('amoCRM')[0]).toHaveLength(7);
		expect(bench.calls()).toEqual({ 'GET /api/v4/leads': 1 });
		const all = await bench.run({ resource: 'deal', operation: 'getAll', returnAll: true, filters: {}, simplify: true });
		expect(all.outputs('amoCRM')[0]).toHaveLength(300);
		expect(all.outputs('amoCRM')[0]?.every(({ pairedItem }) => JSON.stringify(pairedItem) === '{"item":0}')).toBe(true);
	});

	it('updates only what is filled in, custom fields by the mapper', async () => {
		const { id } = bench.sandbox.amocrm.account.addLead({ name: 'Старое', price: 10, fields: { 'Трек-номер': 'T1', 'Номер заказа': '55' } });
		const run = await bench.run({
			resource: 'deal',
			operation: 'update',
			dealId: byId(id),
			stage: `${prepared.pipelineId}/${prepared.stages.ready}`,
			additionalFields: {},
			dealCustomFields: {
				mappingMode: 'defineBelow',
				value: { [fieldId('Трек-номер')]: 'T2', [fieldId('Мест')]: 3, [fieldId('Собрать до')]: '2026-11-21T10:00:00Z', [fieldId('Номер заказа')]: '' },
				matchingColumns: [],
				schema: [],
			},
		});
		expect(run.status).toBe('success');
		expect(state().leads[0]).toMatchObject({
			name: 'Старое', price: 10, stage: 'Готов к отгрузке',
			fields: { 'Трек-номер': 'T2', Мест: '3', 'Собрать до': '1795255200', 'Номер заказа': '55' },
		});
	});

	it('keeps a calendar\'s day, also before 1970, and reads a time without a zone in the workflow\'s', async () => {
		const made = await fetch(`${bench.sandbox.credentials().amocrm.baseUrl}/api/v4/leads/custom_fields`, {
			method: 'POST',
			headers: { authorization: `Bearer ${bench.sandbox.credentials().amocrm.longLivedToken}`, 'content-type': 'application/json' },
			body: JSON.stringify([{ name: 'День рождения', type: 'birthday' }, { name: 'Вручить', type: 'date' }]),
		});
		expect(made.ok).toBe(true);
		new AccountFields(bench.client).forget('leads');
		const { id } = bench.sandbox.amocrm.account.addLead({ name: 'Сделка' });
		const update = {
			resource: 'deal', operation: 'update', dealId: byId(id), stage: '', additionalFields: {},
			dealCustomFields: { mappingMode: 'defineBelow', value: { [fieldId('День рождения')]: '={{ $json.born }}', [fieldId('Вручить')]: '={{ $json.day }}', [fieldId('Собрать до')]: '={{ $json.at }}' }, matchingColumns: [], schema: [] },
		};
		const dayInAlmaty = (name: string) => DateTime.fromSeconds(Number(state().leads[0]?.fields[name]), { zone: 'Asia/Almaty' }).toISO();
		for (const [born, day, at] of [['12.05.1965', '2027-06-05', '05.06.2027 10:00'], ['1965-05-12T00:00:00.000Z', '2027-06-05T00:00:00', 1_812_171_600_000]]) {
			expect((await bench.run(update, [{ born, day, at }])).error).toBeUndefined();
			expect(dayInAlmaty('День рождения')).toContain('1965-05-12T00:00:00');
			expect(dayInAlmaty('Вручить')).toContain('2027-06-05T00:00:00');
			expect(dayInAlmaty('Собрать до')).toContain('2027-06-05T10:00:00');
		}
		const refused = await bench.run(update, [{ born: '', day: '05.06.27', at: '' }]);
		expect(refused.errorOf('amoCRM')?.message).toBe('The custom field «Вручить» must be a date, e.g. 2027-06-05 or 05.06.2027');
	});

	it('names the field that amoCRM refuses, not its place in a list', async () => {
		const { id } = bench.sandbox.amocrm.account.addLead({ name: 'Сделка' });
		const update = {
			resource: 'deal', operation: 'update', dealId: byId(id), stage: '', additionalFields: {},
			dealCustomFields: { mappingMode: 'defineBelow', value: { [fieldId('Номер заказа')]: '55', [fieldId('Трек-номер')]: '={{ $json.track }}' }, matchingColumns: [], schema: [] },
		};
		const long = await bench.run(update, [{ track: 'T'.repeat(300) }]);
		const message = long.errorOf('amoCRM')?.message ?? '';
		expect(message).toContain('the field «Трек-номер»: TooLong');
		expect(message).toContain(`(ID ${id})`);
		expect(message).not.toContain('custom_fields_values');
		const wrong = await bench.run({ ...update, dealCustomFields: { mappingMode: 'defineBelow', value: null }, additionalFields: { responsibleUserId: '999999' } });
		expect(wrong.errorOf('amoCRM')?.message).toContain('«Responsible User» (responsible_user_id): NotSupportedChoice');
	});

	it('reads a price as it is typed; a blank changes nothing, what is no number is refused by name', async () => {
		const { id } = bench.sandbox.amocrm.account.addLead({ name: 'Сделка', price: 10, fields: { Мест: '7' } });
		const update = {
			resource: 'deal', operation: 'update', dealId: byId(id), stage: '', additionalFields: { price: '={{ $json.price }}' },
			dealCustomFields: { mappingMode: 'defineBelow', value: { [fieldId('Мест')]: '={{ $json.places }}' }, matchingColumns: [], schema: [] },
		};
		for (const blank of ['', ' ', null, '\u00a0']) {
			expect((await bench.run(update, [{ price: blank, places: blank }])).error).toBeUndefined();
			expect(state().leads[0]).toMatchObject({ price: 10, fields: { Мест: '7' } });
		}
		for (const [price, written] of [['1 500,50', 1501], ['1\u00a0234,40 ₸', 1234], ['2,500.00', 2500], [99.6, 100], ['0', 0]] as const) {
			expect((await bench.run(update, [{ price, places: '3' }])).error).toBeUndefined();
			expect(state().leads[0]).toMatchObject({ price: written, fields: { Мест: '3' } });
		}
		for (const bad of ['0x10', '1e3', 'сто']) {
			expect((await bench.run(update, [{ price: bad, places: '' }])).errorOf('amoCRM')?.message).toBe('The parameter «additionalFields» cannot be used: price: must be a number, e.g. 1500.50 or 1 500,50');
			expect((await bench.run(update, [{ price: '', places: bad }])).errorOf('amoCRM')?.message).toBe('The custom field «Мест» must be a number, e.g. 1500.50 or 1 500,50');
		}
		expect((await bench.run(update, [{ price: '1,234', places: '' }])).errorOf('amoCRM')?.message).toContain('price: can be read in two ways');
		expect(state().leads[0]).toMatchObject({ price: 0, fields: { Мест: '3' } });
	});

	const upsert = {
		resource: 'deal', operation: 'upsert', matchField: '', matchValue: '={{ $json.key }}', name: '={{ $json.name }}', stage: '',
		additionalFields: { price: '={{ $json.price }}' },
	};

	it('creates or updates by the order key: no second deal in a run, nor in the minutes in which the search is blind', async () => {
		const first = await bench.run(upsert, [
			{ key: 'kaspi:1:a', name: 'A', price: 1 }, { key: 'kaspi:1:b', name: 'B', price: 2 }, { key: 'kaspi:1:a', name: 'A2', price: 3 },
		]);
		expect(first.outputs('amoCRM')[0]?.map(({ json }) => json.created)).toEqual([true, true, false]);
		expect(state().leads.map(({ name, price }) => [name, price])).toEqual([['A2', 3], ['B', 2]]);
		const second = await bench.run(upsert, [{ key: 'kaspi:1:b', name: 'B3', price: 9 }]);
		expect(second.outputs('amoCRM')[0]?.[0]?.json.created).toBe(false);
		expect(state().leads.map(({ name }) => name)).toEqual(['A2', 'B3']);
	});

	it('updates a deal that a manager has made, and finds it by its order number', async () => {
		const account = bench.sandbox.amocrm.account;
		account.addLead({ name: 'kaspi:1:old in the name only' });
		const { id } = account.addLead({ name: 'Старая', fields: { 'Ключ заказа': 'kaspi:1:old', 'Номер заказа': '912345678' } });
		const run = await bench.run(upsert, [{ key: 'kaspi:1:old', name: 'Новая', price: 5 }]);
		expect(run.outputs('amoCRM')[0]?.[0]?.json).toMatchObject({ id, created: false });
		const find = { resource: 'deal', operation: 'findByNumber', orderNumber: '={{ $json.number }}', simplify: true };
		const byNumber = await bench.run(find, [{ number: '912345678' }, { number: '912345679' }]);
		expect(byNumber.outputs('amoCRM')[0]?.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual([[id, { item: 0 }]]);
	});

	it('looks back when the answer to a create was lost, and makes no second deal', async () => {
		bench.sandbox.faults.set({ api: 'amocrm', kind: 'timeout-after-apply', method: 'POST', pathIncludes: '/leads', next: 1 });
		const run = await bench.run(upsert, [{ key: 'kaspi:1:a', name: 'A', price: 1 }]);
		expect(run.outputs('amoCRM')[0]?.[0]?.json).toMatchObject({ created: true, id: state().leads[0]?.id });
		expect(state().leads).toHaveLength(1);
	});

	it('says what to do when nobody knows whether a deal was created', async () => {
		bench.sandbox.faults.set({ api: 'amocrm', kind: 'timeout-after-apply', method: 'POST', pathIncludes: '/leads', next: 1 });
		const run = await bench.run(createDeal, [{ name: 'A', stage: '', price: 1 }], 'continueErrorOutput');
		const failed = run.outputs('amoCRM')[1]?.[0];
		expect(failed?.json).toMatchObject({ name: 'A' });
		expect(failed?.json).toMatchObject({ message: expect.stringContaining('may or may not') });
		expect(state().leads).toHaveLength(1);
	});
});

describe('Contact: Find or Create', () => {
	const findOrCreate = {
		resource: 'contact', operation: 'findOrCreate', name: '={{ $json.name }}', phone: '={{ $json.phone }}', email: '={{ $json.email }}',
		region: 'KZ', several: 'oldest', additionalFields: {},
	};

	it('makes one contact of several items of one person, also before the search knows it', async () => {
		const input = [
			{ name: 'Айгерим', phone: '8 701 555 01 23', email: '' },
			{ name: 'Другой', phone: '+7 777 000 11 22', email: '' },
			{ name: 'Айгерим Т', phone: '', email: 'AIGERIM@example.test' },
			{ name: 'А', phone: '7015550123', email: 'aigerim@example.test' },
		];
		const run = await bench.run(findOrCreate, input);
		const items = run.outputs('amoCRM')[0] ?? [];
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3].map((item) => ({ item })));
		expect(items.map(({ json }) => json.created)).toEqual([true, true, false, false]);
		expect(new Set([items[0]?.json.id, items[2]?.json.id, items[3]?.json.id]).size).toBe(1);
		expect(state().contacts.map(({ name, phones, emails }) => ({ name, phones, emails }))).toEqual([
			{ name: 'Айгерим', phones: ['+77015550123'], emails: ['aigerim@example.test'] },
			{ name: 'Другой', phones: ['+77770001122'], emails: [] },
		]);
		const again = await bench.run(findOrCreate, [{ name: 'x', phone: '+77015550123', email: 'second@example.test' }]);
		expect(again.outputs('amoCRM')[0]?.[0]?.json).toMatchObject({ id: items[0]?.json.id, created: false });
		expect(state().contacts).toHaveLength(2);
		expect(state().contacts[0]?.emails).toEqual(['aigerim@example.test', 'second@example.test']);
	});

	it('finds by phone first, then by e-mail, adds what is missing and keeps the name', async () => {
		const account = bench.sandbox.amocrm.account;
		const byPhone = account.addContact({ name: 'По телефону', phones: ['8 (701) 555-77-31'] }).id;
		const byMail = account.addContact({ name: 'По почте', emails: ['mail31@example.test'] }).id;
		account.flushIndex();
		const run = await bench.run({ ...findOrCreate, nameConflict: 'take' }, [
			{ name: 'Новое имя', phone: '+77015557731', email: 'new31@example.test' },
			{ name: 'Новое имя', phone: '+77015557732', email: 'mail31@example.test' },
		]);
		expect(run.outputs('amoCRM')[0]?.map(({ json }) => json.id)).toEqual([byPhone, byMail]);
		expect(state().contacts.map(({ name, phones, emails }) => [name, phones, emails])).toEqual([
			['По телефону', ['8 (701) 555-77-31'], ['new31@example.test']],
			['По почте', ['+77015557732'], ['mail31@example.test']],
		]);
	});

	it('refuses phones that are none, without showing them', async () => {
		const run = await bench.run(
			findOrCreate,
			[{ name: 'M', phone: '+0(000)-000-00-00', email: '' }, { name: 'G', phone: '+77015557741', email: '' }],
			'continueErrorOutput',
		);
		const [good, failed] = run.outputs('amoCRM');
		expect(good).toHaveLength(1);
		expect(failed?.[0]?.json.error).toContain('masked');
		expect(failed?.[0]?.json.error).not.toMatch(/000/);
		expect(state().contacts).toHaveLength(1);
	});

	it('asks a person when several match and the policy says so', async () => {
		const account = bench.sandbox.amocrm.account;
		account.addContact({ name: 'A', phones: ['+77015557751'] });
		account.addContact({ name: 'B', phones: ['87015557751'] });
		account.flushIndex();
		const input = [{ name: 'x', phone: '+77015557751', email: '' }];
		const asked = await bench.run({ ...findOrCreate, several: 'attention' }, input, 'continueErrorOutput');
		expect(asked.outputs('amoCRM')[1]?.[0]?.json.error).toContain('2 contacts');
		const oldest = await bench.run(findOrCreate, input);
		expect(oldest.outputs('amoCRM')[0]?.[0]?.json).toMatchObject({ otherMatches: 1, created: false, name: 'A' });
	});

	it('looks back when the answer to a create was lost', async () => {
		bench.sandbox.faults.set({ api: 'amocrm', kind: 'timeout-after-apply', method: 'POST', pathIncludes: '/contacts', next: 1 });
		const run = await bench.run(findOrCreate, [{ name: 'x', phone: '+77015557761', email: '' }]);
		expect(run.outputs('amoCRM')[0]?.[0]?.json).toMatchObject({ id: state().contacts[0]?.id, created: true });
		expect(state().contacts).toHaveLength(1);
	});

	it('gives a contact to nobody when the responsible user was dismissed, and says so', async () => {
		const manager = state().users.find(({ isAdmin }) => !isAdmin)?.id ?? 0;
		bench.sandbox.amocrm.account.deactivateUser(manager);
		const run = await bench.run({ resource: 'contact', operation: 'findOrCreate', name: 'Асель Касымова', phone: '+77015557799', email: '', region: 'KZ', several: 'oldest', nameConflict: 'create', additionalFields: { responsibleUserId: String(manager) } });
		expect(run.error).toBeUndefined();
		expect(run.outputs('amoCRM')[0]?.[0]?.json).toMatchObject({ created: true, notUsed: [`the responsible user ${manager}: dismissed or deleted in the CRM, choose another one`] });
		expect(state().contacts).toHaveLength(1);
		expect(state().contacts[0]?.responsibleUserId).not.toBe(manager);
	});

	it('creates a contact with all its phones and e-mails, whether or not there is one already', async () => {
		const create = { resource: 'contact', operation: 'create', name: 'Асель', phone: '8 701 555 77 71, +77015557772', email: 'a@example.test', region: 'KZ', additionalFields: {} };
		const created = await bench.run(create, [{}, {}]);
		expect(created.error).toBeUndefined();
		expect(created.outputs('amoCRM')[0]?.map(({ json }) => json.id)).toEqual(state().contacts.map(({ id }) => id));
		expect(state().contacts.map(({ name, phones, emails }) => [name, phones, emails])).toEqual([
			['Асель', ['+77015557771', '+77015557772'], ['a@example.test']],
			['Асель', ['+77015557771', '+77015557772'], ['a@example.test']],
		]);
	});

	it('gets, lists and updates contacts without wiping phones', async () => {
		const { id } = bench.sandbox.amocrm.account.addContact({ name: 'К', phones: ['+77015557771'] });
		expect((await bench.run({ resource: 'contact', operation: 'get', contactId: byId("={{ $json.id }}"), simplify: true }, [{ id: `${id}.0` }])).outputs('amoCRM')[0]?.[0]?.json.id).toBe(id);
		const update = { resource: 'contact', operation: 'update', contactId: byId(id), phone: '+77015557772', email: '', region: 'KZ', additionalFields: { name: 'Кирилл' } };
		expect((await bench.run(update)).status).toBe('success');
		const got = await bench.run({ resource: 'contact', operation: 'get', contactId: byId(id), simplify: true });
		expect(got.outputs('amoCRM')[0]?.[0]?.json).toMatchObject({ name: 'Кирилл', phones: ['+77015557771', '+77015557772'] });
		await bench.run({ ...update, phone: '={{ $json.phone }}' }, [{ phone: '+77015557773' }, { phone: '+77015557774' }]);
		expect(state().contacts[0]?.phones).toEqual(['+77015557771', '+77015557772', '+77015557773', '+77015557774']);
		const list = await bench.run({ resource: 'contact', operation: 'getAll', returnAll: true, filters: {}, simplify: true });
		expect(list.outputs('amoCRM')[0]).toHaveLength(1);
	});
});

describe('Note, Task, Pipeline', () => {
	it('writes and lists notes of deals and contacts', async () => {
		const account = bench.sandbox.amocrm.account;
		const deal = account.addLead({ name: 'Сделка' }).id;
		const contact = account.addContact({ name: 'К' }).id;
		const note = { resource: 'note', operation: 'create', entity: 'leads', dealId: byId(deal), text: '={{ $json.text }}' };
		await bench.run(note, [{ text: 'Раз' }, { text: 'Два' }]);
		await bench.run({ ...note, entity: 'contacts', contactId: byId(contact), text: 'Три' });
		const list = await bench.run({ resource: 'note', operation: 'getAll', entity: 'leads', dealId: byId(deal), returnAll: true, simplify: true });
		expect(list.outputs('amoCRM')[0]?.map(({ json }) => json.text).sort()).toEqual(['Два', 'Раз']);
		expect(bench.calls()).toMatchObject({ 'POST /api/v4/leads/notes': 1, 'POST /api/v4/contacts/notes': 1 });
	});

	it('creates, changes, completes and lists tasks', async () => {
		const deal = bench.sandbox.amocrm.account.addLead({ name: 'Сделка' }).id;
		const create = { resource: 'task', operation: 'create', entity: 'leads', dealId: byId(deal), text: 'Позвонить', dueAt: '2026-11-25T10:00:00.000Z', additionalFields: {} };
		const created = await bench.run(create);
		const taskId = String(created.outputs('amoCRM')[0]?.[0]?.json.id);
		await bench.run({ resource: 'task', operation: 'update', taskId, additionalFields: { text: 'Написать' } });
		const done = await bench.run({ resource: 'task', operation: 'complete', taskId, result: 'Договорились' });
		expect(done.status).toBe('success');
		expect(state().tasks[0]).toMatchObject({ text: 'Написать', isCompleted: true, result: 'Договорились', completeTill: 1795600800 });
		const list = await bench.run({ resource: 'task', operation: 'getAll', returnAll: true, filters: { state: 'completed' }, simplify: true });
		expect(list.outputs('amoCRM')[0]?.[0]?.json).toMatchObject({ text: 'Написать', completed: true, entityId: deal });
	});

	it('reads when a task is due as it is typed: the workflow\'s zone, day first, seconds; anything else is refused by name', async () => {
		const deal = bench.sandbox.amocrm.account.addLead({ name: 'Сделка' }).id;
		const create = { resource: 'task', operation: 'create', entity: 'leads', dealId: byId(deal), text: 'Позвонить', dueAt: '={{ $json.at }}', additionalFields: {} };
		const times = ['2027-06-05T10:00:00', '05.06.2027 10:00', 1_812_171_600, 1_812_171_600_000, '2027-06-05T01:00:00-04:00'].map((at) => ({ at }));
		expect((await bench.run(create, times)).error).toBeUndefined();
		await bench.run({ ...create, dueAt: "={{ DateTime.fromISO('2027-06-05T10:00:00', { zone: 'Asia/Almaty' }) }}" });
		await bench.run({ ...create, dueAt: "={{ new Date('2027-06-05T05:00:00Z') }}" });
		expect(state().tasks.map(({ completeTill }) => completeTill)).toEqual(Array.from({ length: 7 }, () => 1_812_171_600));
		for (const at of ['5', 5, 'завтра', '05.06.27']) {
			const error = (await bench.run(create, [{ at }])).errorOf('amoCRM')?.message;
			expect(error).toBe('The parameter «dueAt» cannot be used: must be a date and time, e.g. 2027-06-05T10:00, 05.06.2027 10:00 or unix seconds');
		}
		expect(state().tasks).toHaveLength(7);
		const list = await bench.run({ resource: 'deal', operation: 'getAll', returnAll: true, filters: { createdAfter: '5' }, simplify: true });
		expect(list.errorOf('amoCRM')?.message).toContain('«filters» cannot be used: createdAfter: must be a date and time, e.g.');
	});

	it('lists pipelines and their stages', async () => {
		const pipelines = await bench.run({ resource: 'pipeline', operation: 'getAll', simplify: true });
		expect(pipelines.outputs('amoCRM')[0]?.map(({ json }) => json.name)).toContain('Заказы');
		const stages = await bench.run({ resource: 'pipeline', operation: 'getStages', pipelineId: prepared.pipelineId });
		expect(stages.outputs('amoCRM')[0]?.map(({ json }) => [json.name, json.kind])).toContainEqual(['Успешно реализовано', 'won']);
	});
});

describe('the account as a whole', () => {
	it('fails every item with advice when the token is wrong, and shows no token', async () => {
		bench.sandbox.faults.clear();
		bench.sandbox.amocrm.settings.unpaid = 'all';
		const run = await bench.run({ resource: 'deal', operation: 'get', dealId: byId(1), simplify: true }, [{ a: 1 }, { a: 2 }], 'continueErrorOutput');
		expect(run.outputs('amoCRM')[1]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(JSON.stringify(run.outputs('amoCRM'))).not.toContain(bench.sandbox.credentials().amocrm.longLivedToken);
		bench.sandbox.amocrm.settings.unpaid = 'no';
	});
});

describe('lists of the editor', () => {
	const node = { type: 'amoCrm', parameters: { resource: 'deal', operation: 'create' } };

	it('offers stages with their pipeline, users, fields and loss reasons', async () => {
		const stages = await loadOptions(bench.engine, node, 'getStages');
		expect(stages).toContainEqual({ name: 'Заказы: Новая заявка', value: `${prepared.pipelineId}/${prepared.stages.new}` });
		expect((await loadOptions(bench.engine, node, 'getUsers')).length).toBeGreaterThan(0);
		expect((await loadOptions(bench.engine, node, 'getMatchFields')).slice(0, 2).map(({ name }) => name)).toEqual(['Ключ заказа (Default)', 'Ключ заказа']);
		expect(await loadOptions(bench.engine, node, 'getLossReasons')).toBeInstanceOf(Array);
		const { fields } = await resourceMapping(bench.engine, node, 'getDealFields');
		expect(fields.find(({ displayName }) => displayName === 'Собрать до')).toMatchObject({ type: 'dateTime' });
	});

	it('offers an empty value wherever nothing needs to be chosen: the editor paints a value red that its list does not have', async () => {
		const methods = listsToLeaveEmpty(new AmoCrm().description.properties);
		expect(methods).toEqual(expect.arrayContaining(['getStages', 'getUsers', 'getLossReasons', 'getMatchFields']));
		for (const method of methods) expect([method, (await loadOptions(bench.engine, node, method))[0]?.value]).toEqual([method, '']);
	});

	it('searches deals page by page', async () => {
		await bench.client.createLeads(Array.from({ length: 60 }, (_, index) => ({ name: `L${index}` })));
		const first = await listSearch(bench.engine, node, 'searchDeals');
		expect(first.results).toHaveLength(50);
		const second = await listSearch(bench.engine, node, 'searchDeals', undefined, first.paginationToken);
		expect(second.results).toHaveLength(10);
		expect(second.paginationToken).toBeUndefined();
	});
});
