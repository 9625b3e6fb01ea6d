import { startBitrix, type Harness } from './bitrix24Harness';
import { list, read } from './amocrmHarness';

/** Section 9 of bitrix24.md, points 1, 3, 6, 7, 8: values, multifields, lists, writes. */

let b24: Harness;
beforeEach(async () => {
	b24 = await startBitrix();
});
afterEach(async () => await b24.close());

const DEAL = { entityTypeId: 2 };
const CONTACT = { entityTypeId: 3 };
const addDeal = async (fields: object = {}) => await b24.number('crm.item.add', { ...DEAL, fields }, 'item', 'id');
const addContact = async (fields: object = {}) => await b24.number('crm.item.add', { ...CONTACT, fields }, 'item', 'id');
const deal = (id: number) => b24.bitrix.state().deals.find((one) => one.id === id);
const contact = (id: number) => b24.bitrix.state().contacts.find((one) => one.id === id);

describe('1. typed items, texts in the classic answers, [] for empty', () => {
	it('shows the same deal typed and as texts', async () => {
		const id = await addDeal({ title: 'Заказ', opportunity: '1500.5', opened: true });
		const item = await b24.result('crm.item.get', { ...DEAL, id }, 'item');
		expect(item).toMatchObject({
			id,
			title: 'Заказ',
			opportunity: 1500.5,
			opened: 'Y',
			categoryId: 0,
			stageId: 'NEW',
			stageSemanticId: 'P',
			assignedById: 1,
			contactIds: [],
			originId: null,
			entityTypeId: 2,
			createdTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:00$/),
		});
		const classic = await b24.result('crm.deal.get', { id });
		expect(classic).toMatchObject({
			ID: String(id),
			OPPORTUNITY: '1500.50',
			CATEGORY_ID: '0',
			ASSIGNED_BY_ID: '1',
			OPENED: 'Y',
			ORIGIN_ID: null,
		});
		expect(Object.keys(Object(classic))).not.toContain('CONTACT_IDS');
		expect(await b24.result('crm.deal.add', { fields: { TITLE: 'x' } })).toBe(id + 1);
		expect(await b24.result('crm.deal.update', { id, fields: { TITLE: 'y' } })).toBe(true);
	});

	it('writes empty maps as []', async () => {
		expect(await b24.result('crm.duplicate.findbycomm', { type: 'PHONE', values: ['1'] })).toEqual([]);
		expect(await b24.result('batch', { cmd: {} })).toEqual({
			result: [],
			result_error: [],
			result_total: [],
			result_next: [],
			result_time: [],
		});
	});

	it('carries custom fields in both spellings, typed by their kind', async () => {
		const custom = { FIELD_NAME: 'MP_PROFIT', USER_TYPE_ID: 'double', EDIT_FORM_LABEL: { ru: 'Прибыль' } };
		await b24.number('crm.deal.userfield.add', { fields: custom });
		await b24.number('crm.deal.userfield.add', {
			fields: { FIELD_NAME: '17', USER_TYPE_ID: 'enumeration', LIST: [{ VALUE: 'Kaspi' }, { VALUE: 'Ozon' }] },
		});
		const again = await b24.call('crm.deal.userfield.add', { fields: custom });
		expect([again.status, again.at('error')]).toEqual([400, 'ERROR_CORE']);
		const lower = await b24.call('crm.deal.userfield.add', { fields: { FIELD_NAME: 'abc', USER_TYPE_ID: 'string' } });
		expect(lower.at('error')).toBe('ERROR_CORE');
		const bare = list(await b24.result('crm.deal.userfield.list', {}));
		expect(bare).toMatchObject([{ FIELD_NAME: 'UF_CRM_MP_PROFIT', USER_TYPE_ID: 'double' }, { FIELD_NAME: 'UF_CRM_17' }]);
		expect(read(bare[0], 'EDIT_FORM_LABEL')).toBeUndefined();
		const filter = { FIELD_NAME: 'UF_CRM_MP_PROFIT', LANG: 'ru' };
		expect(await b24.result('crm.deal.userfield.list', { filter })).toMatchObject([{ EDIT_FORM_LABEL: 'Прибыль' }]);

		const ozon = Number(read(bare[1], 'LIST', 1, 'ID'));
		const id = await addDeal({ ufCrmMpProfit: 12.5, ufCrm_17: ozon, UF_CRM_MP_PROFIT: 99 });
		expect(await b24.result('crm.item.get', { ...DEAL, id }, 'item')).toMatchObject({ ufCrmMpProfit: 12.5, ufCrm_17: ozon });
		const original = { ...DEAL, id, useOriginalUfNames: 'Y' };
		expect(await b24.result('crm.item.get', original, 'item', 'UF_CRM_MP_PROFIT')).toBe(12.5);
		expect(await b24.result('crm.deal.get', { id })).toMatchObject({ UF_CRM_MP_PROFIT: '12.5', UF_CRM_17: String(ozon) });
		expect(deal(id)?.fields).toEqual({ Прибыль: 12.5, UF_CRM_17: 'Ozon' });
		const wrong = await b24.call('crm.item.update', { ...DEAL, id, fields: { ufCrm_17: 999 } });
		expect([wrong.status, wrong.at('error')]).toEqual([400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID']);
	});
});

describe('3. multifields', () => {
	const phone = (value: string) => ({ typeId: 'PHONE', valueType: 'WORK', value });

	it('adds by list, changes and removes by map, does nothing without typeId', async () => {
		const id = await addContact({ name: 'Пример', fm: [phone('+77015550123'), { typeId: 'EMAIL', value: 'a@example.test' }] });
		const fm = list(await b24.result('crm.item.get', { ...CONTACT, id }, 'item', 'fm'));
		expect(fm).toMatchObject([phone('+77015550123'), { typeId: 'EMAIL', valueType: 'WORK', value: 'a@example.test' }]);
		const [first, email] = fm.map((entry) => String(read(entry, 'id')));
		const update = async (value: unknown) => await b24.result('crm.item.update', { ...CONTACT, id, fields: { fm: value } });

		await update({ [String(first)]: { valueType: 'HOME', value: '1' }, n0: { value: '2' } });
		expect(contact(id)?.phones).toEqual(['+77015550123']);
		await update({ [String(first)]: phone('+77015550124'), n0: phone('+77015550199'), [String(email)]: { typeId: 'EMAIL', value: '' } });
		expect([contact(id)?.phones, contact(id)?.emails]).toEqual([['+77015550124', '+77015550199'], []]);
		// A list on update adds once more, whatever is there already.
		await update([phone('+77015550124')]);
		expect(contact(id)?.phones).toEqual(['+77015550124', '+77015550199', '+77015550124']);
	});

	it('shows fm only through *, and phone only as the first one', async () => {
		const id = await addContact({ name: 'Пример', fm: [phone('1'), phone('2')] });
		const filter = { id };
		const named = await b24.result('crm.item.list', { ...CONTACT, filter, select: ['id', 'fm', 'phone'] }, 'items', 0);
		expect(named).toEqual({ id, phone: '1' });
		const all = await b24.result('crm.item.list', { ...CONTACT, filter, select: ['*'] }, 'items', 0, 'fm');
		expect(list(all).map((entry) => read(entry, 'value'))).toEqual(['1', '2']);
	});

	it('piles up in the classic update without ID, changes with it, removes with DELETE', async () => {
		const id = await b24.number('crm.contact.add', { fields: { NAME: 'a', PHONE: [{ VALUE: '1', VALUE_TYPE: 'WORK' }] } });
		const update = async (entry: object) => await b24.result('crm.contact.update', { id, fields: { PHONE: [entry] } });
		await update({ VALUE: '1', VALUE_TYPE: 'WORK' });
		expect(contact(id)?.phones).toEqual(['1', '1']);
		const entry = await b24.result('crm.contact.get', { id }, 'PHONE', 0);
		expect(entry).toEqual({ ID: expect.stringMatching(/^\d+$/), VALUE: '1', VALUE_TYPE: 'WORK', TYPE_ID: 'PHONE' });
		const entryId = read(entry, 'ID');
		await update({ ID: entryId, VALUE: '3' });
		expect(contact(id)?.phones).toEqual(['3', '1']);
		await update({ ID: entryId, DELETE: 'Y' });
		expect(contact(id)?.phones).toEqual(['1']);
		const select = ['ID', 'PHONE'];
		expect(await b24.result('crm.contact.list', { filter: { PHONE: '1' }, select }, 0)).toMatchObject({ ID: String(id), PHONE: [{ VALUE: '1' }] });
		expect(await b24.result('crm.contact.list', { filter: { PHONE: '+1' } })).toEqual([]);
	});

	it('changes one entry by its id in a form body and in a batch command too', async () => {
		const id = await addContact({ fm: [phone('1')] });
		const entry = Number(await b24.result('crm.item.get', { ...CONTACT, id }, 'item', 'fm', 0, 'id'));
		const query = `entityTypeId=3&id=${id}&fields[fm][${entry}][typeId]=PHONE&fields[fm][${entry}][value]=`;
		await b24.result('batch', { cmd: [`crm.item.update?${query}2`] });
		expect(contact(id)?.phones).toEqual(['2']);
		const path = b24.bitrix.credentials('').webhookUrl;
		const headers = { 'content-type': 'application/x-www-form-urlencoded' };
		expect((await b24.raw(`${path}crm.item.update.json`, { method: 'POST', headers, body: `${query}3` })).status).toBe(200);
		expect((await b24.raw(`${path}crm.item.update?${query}4`)).status).toBe(200);
		expect(contact(id)?.phones).toEqual(['4']);
	});

	it('refuses an e-mail that is none', async () => {
		const answer = await b24.call('crm.item.add', { ...CONTACT, fields: { fm: [{ typeId: 'EMAIL', value: 'no mail' }] } });
		expect([answer.status, answer.at('error')]).toEqual([400, 'ERROR_CORE']);
		expect(b24.bitrix.state().contacts).toEqual([]);
	});
});

describe('6. pages and filters', () => {
	beforeEach(() => {
		for (let number = 1; number <= 120; number += 1) {
			const originatorId = number % 2 === 0 ? 'ozon' : 'kaspi';
			b24.bitrix.account.addDeal({ title: `Заказ ${number}`, opportunity: number, originatorId, originId: `N-${number}` });
		}
	});
	const ids = async (params: object) =>
		list(await b24.result('crm.item.list', { ...DEAL, select: ['id'], ...params }, 'items')).map((item) => read(item, 'id'));

	it('gives fifty, next only when there is more, and nothing of the kind with start=-1', async () => {
		const first = await b24.call('crm.item.list', DEAL);
		expect([list(first.at('result', 'items')).length, first.at('total'), first.at('next')]).toEqual([50, 120, 50]);
		const last = await b24.call('crm.item.list', { ...DEAL, start: 100 });
		expect([list(last.at('result', 'items')).length, last.at('total'), last.at('next')]).toEqual([20, 120, undefined]);
		const uncounted = await b24.call('crm.item.list', { ...DEAL, start: -1, filter: { '>id': 60 }, order: { id: 'ASC' } });
		expect([uncounted.at('total'), uncounted.at('next')]).toEqual([undefined, undefined]);
		const seen: unknown[] = [];
		for (let after = 0, page = [0]; page.length > 0; after = Number(seen.at(-1) ?? 0)) {
			page = (await ids({ start: -1, filter: { '>id': after }, order: { id: 'ASC' } })).map(Number);
			seen.push(...page);
		}
		expect(seen).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
		expect((await b24.call('crm.deal.list', { start: 50 })).at('next')).toBe(100);
		expect((await b24.call('crm.deal.list', { start: -1 })).at('total')).toBeUndefined();
	});

	it('knows the prefixes, OR and nesting, and refuses a field it does not know', async () => {
		expect(await ids({ filter: { '=originatorId': 'OZON', originId: ['n-2', 'N-3', 'N-4'] } })).toEqual([2, 4]);
		expect(await ids({ filter: { '>=opportunity': 118, '<opportunity': 120 } })).toEqual([118, 119]);
		expect(await ids({ filter: { '!@id': Array.from({ length: 118 }, (_, index) => index + 1) } })).toEqual([119, 120]);
		expect(await ids({ filter: { '%title': 'каз 11', '!id': 110 } })).toEqual([11, 111, 112, 113, 114, 115, 116, 117, 118, 119]);
		expect(await ids({ filter: { '=%title': '%ЗАКАЗ 7' } })).toEqual([7]);
		expect(await ids({ filter: { logic: 'OR', 0: { id: 5 }, 1: { '>=opportunity': 119, '!originatorId': 'ozon' } } })).toEqual([5, 119]);
		expect(await ids({ filter: { '>opportunity': 117 }, order: { opportunity: 'DESC' } })).toEqual([120, 119, 118]);
		expect(await ids({ filter: { '>createdTime': '2099-01-01T00:00:00+05:00' } })).toEqual([]);
		const bad = await b24.call('crm.item.list', { ...DEAL, filter: { '>=noSuchField': 1 } });
		expect([bad.status, bad.at('error')]).toEqual([400, 'INVALID_ARG_VALUE']);
		expect((await b24.call('crm.item.list', { ...DEAL, order: { id: 'UP' } })).at('error')).toBe('INVALID_ARG_VALUE');
		// The classic list ignores what it does not know: it answers with everything.
		expect((await b24.call('crm.deal.list', { filter: { NO_SUCH_FIELD: 1 } })).at('total')).toBe(120);
	});

	it('stays usable with 100,000 contacts', async () => {
		for (let number = 0; number < 100_000; number += 1) {
			b24.bitrix.account.addContact({ name: 'Имя', phones: [`+7701${1_000_000 + number}`], originId: `c${number}` });
		}
		const startedAt = Date.now();
		const values = ['+77011099998', '87011099998'];
		expect(await b24.result('crm.duplicate.findbycomm', { type: 'PHONE', values, entity_type: 'CONTACT' })).toEqual({ CONTACT: [99_999] });
		const page = { ...CONTACT, start: -1, order: { id: 'ASC' }, filter: { '>id': 99_900 } };
		expect(list(await b24.result('crm.item.list', page, 'items'))).toHaveLength(50);
		expect(await b24.result('crm.item.list', { ...CONTACT, filter: { originId: 'c77' }, select: ['id'] }, 'items')).toEqual([{ id: 78 }]);
		await b24.result('batch', { cmd: Array.from({ length: 50 }, (_, index) => `crm.item.add?entityTypeId=3&fields[name]=n${index}`) });
		expect(Date.now() - startedAt).toBeLessThan(1500);
	});
});

describe('7. what is dropped without a word, and what replaces', () => {
	const pipeline = async () => await b24.number('crm.category.add', { ...DEAL, fields: { name: 'Kaspi' } }, 'category', 'id');

	it('drops unknown names and foreign stages; saves nothing when nothing changed', async () => {
		const other = await pipeline();
		const id = await addDeal({ title: 'x', nonsense: 1, stageId: `C${other}:NEW` });
		expect(deal(id)).toMatchObject({ title: 'x', categoryId: 0, stageId: 'NEW' });
		const before = deal(id)?.updatedTime;
		b24.clock.advance(60_000);
		await b24.result('crm.item.update', { ...DEAL, id, fields: { title: 'x', nonsense: 2 } });
		expect(deal(id)?.updatedTime).toBe(before);
		await b24.result('crm.deal.update', { id, fields: { STAGE_ID: `C${other}:WON`, CATEGORY_ID: other } });
		expect(deal(id)).toMatchObject({ categoryId: 0, stageId: 'NEW', updatedTime: before });
		await b24.result('crm.deal.update', { id, fields: { STAGE_ID: 'EXECUTING' } });
		expect(deal(id)).toMatchObject({ stage: 'В работе', movedBy: 1 });
		b24.bitrix.settings.foreignStageInItem = 'error';
		const refused = await b24.call('crm.item.update', { ...DEAL, id, fields: { stageId: `C${other}:NEW` } });
		expect(refused.at('error')).toBe('CRM_FIELD_ERROR_VALUE_NOT_VALID');
	});

	it('moves between pipelines by the item API alone, and keeps the history of stages', async () => {
		const other = await pipeline();
		const id = await addDeal({ title: 'x' });
		await b24.result('crm.item.update', { ...DEAL, id, fields: { stageId: 'PREPARATION' } });
		await b24.result('crm.item.update', { ...DEAL, id, fields: { categoryId: other, stageId: `C${other}:EXECUTING` } });
		expect(deal(id)).toMatchObject({ category: 'Kaspi', stage: 'В работе', semantics: 'P' });
		await b24.result('crm.item.update', { ...DEAL, id, fields: { stageId: `C${other}:LOSE` } });
		expect(await b24.result('crm.item.get', { ...DEAL, id }, 'item')).toMatchObject({ stageSemanticId: 'F', closed: 'Y' });
		await b24.result('crm.item.update', { ...DEAL, id, fields: { categoryId: 0 } });
		expect(deal(id)).toMatchObject({ categoryId: 0, stageId: 'NEW' });
		const history = list(await b24.result('crm.stagehistory.list', DEAL, 'items'));
		expect(history.map((row) => [read(row, 'TYPE_ID'), read(row, 'STAGE_ID'), read(row, 'STAGE_SEMANTIC_ID')])).toEqual([
			[1, 'NEW', 'P'],
			[2, 'PREPARATION', 'P'],
			[5, `C${other}:EXECUTING`, 'P'],
			[3, `C${other}:LOSE`, 'F'],
			[5, 'NEW', 'P'],
		]);
		const third = read(history[2], 'ID');
		const later = await b24.result('crm.stagehistory.list', { ...DEAL, filter: { '>ID': third }, order: { ID: 'ASC' } }, 'items');
		expect(list(later).map((row) => read(row, 'OWNER_ID'))).toEqual([id, id]);
	});

	it('replaces all contacts of a deal', async () => {
		const [a, b, c] = [await addContact({ name: 'a' }), await addContact({ name: 'b' }), await addContact({ name: 'c' })];
		const id = await addDeal({ contactIds: [a, b] });
		await b24.result('crm.item.update', { ...DEAL, id, fields: { contactIds: [c, 999] } });
		expect([deal(id)?.contactIds, contact(a)?.dealIds, contact(c)?.dealIds]).toEqual([[c], [], [id]]);
		expect(await b24.result('crm.deal.get', { id }, 'CONTACT_ID')).toBe(String(c));
		expect(await b24.result('crm.deal.contact.items.get', { id })).toMatchObject([{ CONTACT_ID: c, IS_PRIMARY: 'Y' }]);
		const bad = await b24.call('crm.item.update', { ...DEAL, id, fields: { contactIds: '5' } });
		expect([bad.status, bad.at('error')]).toEqual([400, '100']);
		await b24.result('crm.item.delete', { ...CONTACT, id: c });
		expect(deal(id)?.contactIds).toEqual([]);
	});

	it('prefixes stages, tells them by semantics, and allows one success', async () => {
		const other = await pipeline();
		const directory = `DEAL_STAGE_${other}`;
		const stages = list(await b24.result('crm.status.list', { filter: { ENTITY_ID: directory }, order: { SORT: 'ASC' } }));
		expect(stages.map((row) => [read(row, 'STATUS_ID'), read(row, 'SEMANTICS')])).toEqual([
			...['NEW', 'PREPARATION', 'PREPAYMENT_INVOICE', 'EXECUTING', 'FINAL_INVOICE'].map((code) => [`C${other}:${code}`, null]),
			[`C${other}:WON`, 'S'],
			[`C${other}:LOSE`, 'F'],
			[`C${other}:APOLOGY`, 'F'],
		]);
		const add = async (fields: object) => await b24.call('crm.status.add', { fields: { ENTITY_ID: directory, ...fields } });
		const made = await add({ STATUS_ID: 'MP_READY', NAME: 'Готов', SORT: 25 });
		expect([made.status, typeof made.at('result')]).toEqual([200, 'number']);
		expect(await b24.result('crm.status.get', { id: made.at('result') }, 'STATUS_ID')).toBe(`C${other}:MP_READY`);
		const late = await add({ STATUS_ID: 'MP_LATE', NAME: 'Поздно', SORT: 900 });
		expect([late.status, late.at('error')]).toEqual([400, '']);
		expect((await add({ STATUS_ID: 'MP_WON', NAME: 'Ещё успех', SORT: 55, SEMANTICS: 'S' })).status).toBe(400);
		expect((await add({ STATUS_ID: 'MP_RETURN', NAME: 'Возврат', SORT: 900, SEMANTICS: 'F' })).status).toBe(200);
		expect((await add({ STATUS_ID: 'MP_READY', NAME: 'Готов', SORT: 25 })).at('error')).toBe('ERROR_CORE');
		expect((await b24.call('crm.status.delete', { id: read(stages[0], 'ID') })).at('error')).toBe('ERROR_CORE');
		const categories = await b24.result('crm.category.list', DEAL, 'categories');
		expect(categories).toMatchObject([{ id: 0, isDefault: 'Y' }, { id: other, name: 'Kaspi', isDefault: 'N' }]);
	});
});

describe('8. no idempotency', () => {
	it('has created what it could not tell of, and creates it again when asked again', async () => {
		const fields = { title: 'Заказ', originatorId: 'kaspi', originId: '911' };
		b24.faults.set({ api: 'bitrix24', kind: 'timeout-after-apply', pathIncludes: 'crm.item.add', next: 1 });
		await expect(b24.call('crm.item.add', { ...DEAL, fields })).rejects.toThrow();
		expect(b24.bitrix.state().deals).toMatchObject([{ originId: '911' }]);
		const filter = { originatorId: 'kaspi', originId: '911' };
		expect((await b24.call('crm.item.list', { ...DEAL, filter })).at('total')).toBe(1);
		await addDeal(fields);
		expect((await b24.call('crm.item.list', { ...DEAL, filter })).at('total')).toBe(2);
	});

	it('replaces product rows, adds comments, to-dos and tasks', async () => {
		const id = await addDeal({ title: 'x' });
		const productRows = [{ productName: 'Чайник', price: 1000, quantity: 2 }, { productName: 'Чашка', price: 250.5, quantity: 1 }];
		for (let time = 0; time < 2; time += 1) {
			await b24.result('crm.item.productrow.set', { ownerType: 'D', ownerId: id, productRows });
			await b24.number('crm.timeline.comment.add', { fields: { ENTITY_ID: id, ENTITY_TYPE: 'deal', COMMENT: 'текст' } });
			const deadline = '2027-01-01T10:00:00+05:00';
			await b24.number('crm.activity.todo.add', { ownerTypeId: 2, ownerId: id, deadline, title: 'Позвонить' }, 'id');
			const task = { TITLE: 'Спор', RESPONSIBLE_ID: 2, DEADLINE: deadline, UF_CRM_TASK: [`D_${id}`] };
			await b24.result('tasks.task.add', { fields: task });
		}
		expect(deal(id)).toMatchObject({
			opportunity: 2250.5,
			productRows: [{ productName: 'Чайник', quantity: 2 }, { productName: 'Чашка' }],
			timelineComments: [{ text: 'текст' }, { text: 'текст' }],
			todos: [{ title: 'Позвонить', deadline: '2027-01-01T10:00:00+05:00', isCompleted: false }, {}],
			tasks: [{ title: 'Спор', responsibleId: 2 }, {}],
		});
		const rows = { filter: { '=ownerType': 'D', '=ownerId': id } };
		expect(await b24.result('crm.item.productrow.list', rows, 'productRows')).toMatchObject([{ ownerId: id, price: 1000 }, { price: 250.5 }]);
		const comments = await b24.result('crm.timeline.comment.list', { filter: { ENTITY_ID: id, ENTITY_TYPE: 'deal' } });
		expect(comments).toMatchObject([{ COMMENT: 'текст', ENTITY_TYPE: 'deal' }, {}]);
		await b24.result('crm.item.update', { ...DEAL, id, fields: { opportunity: 5, isManualOpportunity: 'Y' } });
		await b24.result('crm.item.productrow.set', { ownerType: 'D', ownerId: id, productRows: [] });
		expect(deal(id)).toMatchObject({ opportunity: 5, productRows: [] });
		expect((await b24.call('crm.timeline.comment.add', { fields: { ENTITY_ID: 999, ENTITY_TYPE: 'deal', COMMENT: 'x' } })).at('error')).toBe('OWNER_NOT_FOUND');
		expect((await b24.call('crm.activity.todo.add', { ownerTypeId: 2, ownerId: id })).at('error')).toBe('100');
		expect((await b24.call('crm.item.productrow.set', { ownerType: 'X', ownerId: id, productRows: [] })).at('error')).toBe('ENTITY_TYPE_NOT_SUPPORTED');
	});
});
