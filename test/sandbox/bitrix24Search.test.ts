import { startBitrix, type Harness } from './bitrix24Harness';

/** Section 9 of bitrix24.md, point 2: findbycomm; and merging. */

let b24: Harness;
beforeEach(async () => {
	b24 = await startBitrix();
});
afterEach(async () => await b24.close());

const find = async (params: object) => await b24.result('crm.duplicate.findbycomm', params);
const phones = async (...values: string[]) => await find({ type: 'PHONE', values, entity_type: 'CONTACT' });
const add = (...list: string[]) => b24.bitrix.account.addContact({ name: 'Пример', phones: list }).id;

it('compares phones the way the switch says, and changes its mind at once', async () => {
	const formatted = add('+7 (701) 555-01-23');
	const eight = add('87015550123');
	const plain = add('+77015550123');
	expect(await phones('+77015550123')).toEqual({ CONTACT: [plain] });
	expect(await phones('77015550123')).toEqual([]);
	expect(await phones('+77015550123', '87015550123', '+7 (701) 555-01-23')).toEqual({ CONTACT: [formatted, eight, plain] });
	b24.bitrix.settings.phoneMatching = 'digits';
	expect(await phones('77015550123')).toEqual({ CONTACT: [formatted, plain] });
	expect(await phones('8 (701) 555 01 23')).toEqual({ CONTACT: [eight] });
	b24.bitrix.settings.phoneMatching = 'seven-eight';
	expect(await phones('87015550123')).toEqual({ CONTACT: [formatted, eight, plain] });
	expect(await phones('7015550123')).toEqual([]);
	b24.bitrix.settings.phoneMatching = 'strict';
	expect(await phones('77015550123')).toEqual([]);
});

it('does not count an extension on either side, and finds e-mails whatever their case', async () => {
	const id = add('+77015550123#4048');
	expect(await phones('+77015550123')).toEqual({ CONTACT: [id] });
	expect(await phones('+77015550123 доб. 7')).toEqual({ CONTACT: [id] });
	const other = b24.bitrix.account.addContact({ name: 'b', emails: ['Some@Example.Test'] }).id;
	expect(await find({ type: 'EMAIL', values: ['some@example.test'] })).toEqual({ CONTACT: [other] });
});

it('follows changes, deletion and merging', async () => {
	const id = add('+77015550123');
	b24.bitrix.account.editContact(id, { phones: ['+77015550124'] });
	expect(await phones('+77015550123')).toEqual([]);
	expect(await phones('+77015550124')).toEqual({ CONTACT: [id] });
	b24.bitrix.account.remove('contact', id);
	expect(await phones('+77015550124')).toEqual([]);
});

it('looks at twenty values and no more', async () => {
	const id = add('+77015550123');
	const others = Array.from({ length: 19 }, (_, index) => `+7701000${1000 + index}`);
	expect(await phones(...others, '+77015550123')).toEqual({ CONTACT: [id] });
	expect(await phones(...others, '+77010009999', '+77015550123')).toEqual([]);
});

it('is silent about later types after twenty hits, unless the type is named', async () => {
	const id = add('+77015550123');
	for (let number = 0; number < 19; number += 1) b24.bitrix.account.addStranger('lead', 'Лид', { phones: ['+77015550123'] });
	const company = b24.bitrix.account.addStranger('company', 'ТОО', { phones: ['+77015550123'] }).id;
	const all = { type: 'PHONE', values: ['+77015550123'] };
	const leads = Array.from({ length: 19 }, (_, index) => index + 1);
	expect(await find(all)).toEqual({ LEAD: leads, CONTACT: [id], COMPANY: [company] });
	b24.bitrix.account.addStranger('lead', 'Лид', { phones: ['+77015550123'] });
	expect(await find(all)).toEqual({ LEAD: [...leads, 20] });
	expect(await phones('+77015550123')).toEqual({ CONTACT: [id] });
});

it('refuses a text instead of a list, and a missing or unknown type', async () => {
	const wrong = await b24.call('crm.duplicate.findbycomm', { type: 'PHONE', values: '+77015550123' });
	expect([wrong.status, wrong.at('error')]).toEqual([400, 'Communication values is not defined']);
	const missing = await b24.call('crm.duplicate.findbycomm', { values: ['1'] });
	expect([missing.status, missing.at('error')]).toEqual([400, 'Communication type is not defined']);
	expect((await b24.call('crm.duplicate.findbycomm', { type: 'FAX', values: ['1'] })).status).toBe(400);
});

it('names a contact that the caller may not read', async () => {
	const id = b24.bitrix.account.addContact({ name: 'Чужой', phones: ['+77015550123'], hidden: true }).id;
	expect(await phones('+77015550123')).toEqual({ CONTACT: [id] });
	expect(await b24.result('crm.item.list', { entityTypeId: 3, filter: { '@id': [id] } }, 'items')).toEqual([]);
	expect((await b24.call('crm.item.get', { entityTypeId: 3, id })).at('error')).toBe('NOT_FOUND');
});

it('merges into the first, or reports a conflict', async () => {
	const { account } = b24.bitrix;
	const a = account.addContact({ name: 'Асель', phones: ['+77015550123'] }).id;
	const b = account.addContact({ name: 'Асель', phones: ['+77015550123', '87015550199'], emails: ['a@example.test'] }).id;
	const c = account.addContact({ name: 'Ерлан' }).id;
	const deal = account.addDeal({ title: 'x', contactIds: [b] }).id;
	const merge = async (...entityIds: number[]) => await b24.call('crm.entity.mergeBatch', { params: { entityTypeId: 3, entityIds } });
	const few = await merge(a);
	expect([few.status, few.at('error')]).toEqual([400, 0]);
	expect((await merge(a, c)).at('result')).toEqual({ STATUS: 'CONFLICT', ENTITY_IDS: [] });
	expect((await merge(a, b)).at('result')).toEqual({ STATUS: 'SUCCESS', ENTITY_IDS: [b] });
	const state = b24.bitrix.state();
	expect(state.deals.find(({ id }) => id === deal)?.contactIds).toEqual([a]);
	expect(state.contacts.find(({ id }) => id === a)).toMatchObject({
		phones: ['+77015550123', '87015550199'],
		emails: ['a@example.test'],
		dealIds: [deal],
	});
	expect(state.contacts.find(({ id }) => id === b)?.isDeleted).toBe(true);
	expect(await phones('87015550199')).toEqual({ CONTACT: [a] });
});
