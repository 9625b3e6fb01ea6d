import { closeJournal, freshJournal } from '../engine/journal';
import { z } from 'zod/v4';
import { Bitrix24 } from '../../nodes/Bitrix24/Bitrix24.node';
import type { PreparedCrm } from '../../core/ports';
import { listSearch, loadOptions, resourceMapping } from '../engine/contexts';
import { listsToLeaveEmpty } from '../engine/editorLists';
import { byId, openNodeBench, type NodeBench } from './nodeBench';

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
	bench.reset();
	// An account that begins anew has no past in the journal either.
	await freshJournal();
	prepared = await bench.crm.prepare('Заказы');
	bench.forgetCalls();
});

const state = () => bench.sandbox.bitrix24.state();
const account = () => bench.sandbox.bitrix24.account;
const stageOf = (stage: keyof PreparedCrm['stages']): string => `${prepared.pipelineId}/${prepared.stages[stage]}`;
const noFields = { mappingMode: 'defineBelow', value: null };

const createDeal = {
	resource: 'deal',
	operation: 'create',
	title: '={{ $json.title }}',
	stage: '={{ $json.stage }}',
	contactId: byId(''),
	additionalFields: { amount: '={{ $json.amount }}', title: 'Сделка' },
	dealFields: noFields,
};

describe('Deal', () => {
	it('creates 120 items in three calls, each result paired with its item', async () => {
		const input = Array.from({ length: 120 }, (_, index) => ({ title: `Заказ ${index}`, stage: stageOf('accepted'), amount: index + 0.5 }));
		const run = await bench.run(createDeal, input);
		expect(run.error).toBeUndefined();
		const [items] = run.outputs('Bitrix24');
		expect(items?.map(({ pairedItem }) => pairedItem)).toEqual(input.map((_, index) => ({ item: index })));
		const deals = new Map(state().deals.map((deal) => [deal.id, deal]));
		expect(items?.map(({ json }) => deals.get(Number(json.id))?.title)).toEqual(input.map(({ title }) => title));
		expect(deals.get(Number(items?.[3]?.json.id))).toMatchObject({ opportunity: 3.5, stage: 'В работе / Сборка' });
		expect(bench.calls()).toBe(3);
	});

	it('sends failed items to the error output with what is needed to retry them; the others go through', async () => {
		const update = { resource: 'deal', operation: 'update', dealId: { __rl: true, mode: 'id', value: '={{ $json.id }}' }, stage: '', additionalFields: { title: '={{ $json.title }}' }, dealFields: noFields };
		const { id } = account().addDeal({ title: 'A' });
		const run = await bench.run(update, [{ id, title: 'B' }, { id: 999_999, title: 'C' }, { id: 'x', title: 'D' }, { id, title: 'E' }], 'continueErrorOutput');
		const [good, failed] = run.outputs('Bitrix24');
		expect(good?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 3 }]);
		expect(failed?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 2 }]);
		expect(failed?.[0]?.json).toMatchObject({ id: 999_999, title: 'C', error: expect.stringContaining('Bitrix24 refused') });
		expect(failed?.[1]?.json.error).toContain('«dealId»');
		expect(state().deals[0]?.title).toBe('E');
	});

	it('stops at a bad item without error output and says how many went through', async () => {
		const run = await bench.run(createDeal, [{ title: 'A', stage: '', amount: 1 }, { title: '', stage: '', amount: 1 }]);
		expect(run.status).toBe('error');
		expect(run.errorOf('Bitrix24')?.message).toContain('«title»');
		expect(run.errorOf('Bitrix24')).toMatchObject({ description: expect.stringContaining('Of 2 items 1 went through') });
	});

	it('reads by ID and URL in one call; one that is gone fails alone', async () => {
		const { id } = account().addDeal({ title: 'Сделка', opportunity: 10.5, contact: { name: 'К', phones: ['+77015550123'] }, fields: { 'Трек-номер': 'T1' } });
		const url = { __rl: true, mode: 'url', value: `https://shop.bitrix24.kz/crm/deal/details/${id}/` };
		const one = await bench.run({ resource: 'deal', operation: 'get', dealId: url, simplify: true });
		expect(one.outputs('Bitrix24')[0]?.[0]?.json).toMatchObject({ id, title: 'Сделка', amount: 10.5, contactIds: [expect.any(Number)], customFields: { UF_CRM_MP_TRACKING: 'T1' } });
		bench.forgetCalls();
		const many = await bench.run({ resource: 'deal', operation: 'get', dealId: { __rl: true, mode: 'id', value: '={{ $json.id }}' }, simplify: false }, [{ id }, { id: 555_555 }, { id }], 'continueErrorOutput');
		expect(bench.calls()).toBe(1);
		expect(many.outputs('Bitrix24')[0]?.map(({ json, pairedItem }) => [json.stageId, pairedItem])).toEqual([[expect.any(String), { item: 0 }], [expect.any(String), { item: 2 }]]);
		expect(many.outputs('Bitrix24')[1]?.[0]?.pairedItem).toEqual({ item: 1 });
	});

	it('lists with a limit in one call, and all by chained pages', async () => {
		for (let index = 0; index < 300; index += 1) account().addDeal({ title: `L${index}` });
		const some = await bench.run({ resource: 'deal', operation: 'getAll', returnAll: false, limit: 7, filters: {}, simplify: true });
		expect(some.outputs('Bitrix24')[0]).toHaveLength(7);
		expect(bench.calls()).toBe(1);
		const all = await bench.run({ resource: 'deal', operation: 'getAll', returnAll: true, filters: {}, simplify: true });
		expect(all.outputs('Bitrix24')[0]).toHaveLength(300);
		expect(bench.calls()).toBe(3);
		const found = await bench.run({ resource: 'deal', operation: 'getAll', returnAll: true, filters: { title: 'L29' }, simplify: true });
		expect(found.outputs('Bitrix24')[0]).toHaveLength(11);
	});

	it('updates only what is filled in, also to another pipeline, and further fields by the mapper', async () => {
		const { id } = account().addDeal({ title: 'Старое', opportunity: 10, fields: { 'Трек-номер': 'T1', 'Номер заказа': '55' } });
		const run = await bench.run({
			resource: 'deal',
			operation: 'update',
			dealId: byId(id),
			stage: stageOf('ready'),
			additionalFields: {},
			dealFields: { mappingMode: 'defineBelow', value: { UF_CRM_MP_TRACKING: 'T2', UF_CRM_MP_PACKAGES: 3, UF_CRM_MP_ASSEMBLE_BY: '2026-11-21T10:00:00Z', UF_CRM_MP_ORDER_NUMBER: '' }, matchingColumns: [], schema: [] },
		});
		expect(run.error).toBeUndefined();
		expect(state().deals[0]).toMatchObject({ title: 'Старое', opportunity: 10, stage: 'Готов к отгрузке', category: 'Заказы', fields: { 'Трек-номер': 'T2', Мест: 3, 'Номер заказа': '55' } });
		expect(Date.parse(String(state().deals[0]?.fields['Собрать до']))).toBe(Date.UTC(2026, 10, 21, 10));
	});

	it('keeps a calendar\'s day, also before 1970, and reads a time without a zone in the workflow\'s', async () => {
		const { id } = account().addDeal({ title: 'Сделка' });
		const update = {
			resource: 'deal', operation: 'update', dealId: byId(id), stage: '', additionalFields: {},
			dealFields: { mappingMode: 'defineBelow', value: { begindate: '={{ $json.day }}', UF_CRM_MP_ASSEMBLE_BY: '={{ $json.at }}' }, matchingColumns: [], schema: [] },
		};
		for (const [day, at] of [['12.05.1965', '05.06.2027 10:00'], ['1965-05-12T00:00:00.000Z', '2027-06-05T10:00:00'], ['1965-05-12', 1_812_171_600]]) {
			expect((await bench.run(update, [{ day, at }])).error).toBeUndefined();
			const got = await bench.run({ resource: 'deal', operation: 'get', dealId: byId(id), simplify: false });
			expect(got.outputs('Bitrix24')[0]?.[0]?.json.begindate).toContain('1965-05-12');
			expect(Date.parse(String(state().deals[0]?.fields['Собрать до']))).toBe(1_812_171_600_000);
		}
		const refused = await bench.run(update, [{ day: '5', at: '' }]);
		expect(refused.errorOf('Bitrix24')?.message).toBe('The field «Дата начала» must be a date, e.g. 2027-06-05 or 05.06.2027');
		const todo = { resource: 'todo', operation: 'create', dealId: byId(id), title: 'Позвонить', deadline: '={{ $json.at }}', additionalFields: {} };
		expect((await bench.run(todo, [{ at: '05.06.2027 10:00' }])).error).toBeUndefined();
		expect(Date.parse(state().deals[0]?.todos[0]?.deadline ?? '')).toBe(1_812_171_600_000);
		expect((await bench.run(todo, [{ at: 'завтра' }])).errorOf('Bitrix24')?.message).toContain('«deadline» cannot be used: must be a date and time, e.g. 2027-06-05T10:00');
	});

	it('reads an amount as it is typed; a blank changes nothing, what is no number is refused by name', async () => {
		const { id } = account().addDeal({ title: 'Сделка', opportunity: 10, fields: { Мест: 7 } });
		const update = {
			resource: 'deal', operation: 'update', dealId: byId(id), stage: '', additionalFields: { amount: '={{ $json.amount }}', title: 'Сделка' },
			dealFields: { mappingMode: 'defineBelow', value: { UF_CRM_MP_PACKAGES: '={{ $json.places }}' }, matchingColumns: [], schema: [] },
		};
		for (const blank of ['', ' ', null]) {
			expect((await bench.run(update, [{ amount: blank, places: blank }])).error).toBeUndefined();
			expect(state().deals[0]).toMatchObject({ opportunity: 10, fields: { Мест: 7 } });
		}
		expect((await bench.run(update, [{ amount: '1 500,50 тг', places: '3' }])).error).toBeUndefined();
		expect(state().deals[0]).toMatchObject({ opportunity: 1500.5, fields: { Мест: 3 } });
		expect((await bench.run(update, [{ amount: '0x10', places: '' }])).errorOf('Bitrix24')?.message).toContain('amount: must be a number, e.g. 1500.50');
		expect((await bench.run(update, [{ amount: '', places: '1e3' }])).errorOf('Bitrix24')?.message).toBe('The field «Мест» must be a number, e.g. 1500.50 or 1 500,50');
		const rows = (price: string) => ({ resource: 'productRow', operation: 'set', dealId: byId(id), rows: JSON.stringify([{ name: 'Чайник', price, quantity: '2' }]) });
		expect((await bench.run(rows('1 500,50'))).error).toBeUndefined();
		const got = await bench.run({ resource: 'productRow', operation: 'get', dealId: byId(id), simplify: true });
		expect(got.outputs('Bitrix24')[0]?.map(({ json }) => [json.price, json.quantity])).toEqual([[1500.5, 2]]);
		for (const bad of ['0x10', ' ', '', '1e3']) expect((await bench.run(rows(bad))).errorOf('Bitrix24')?.message).toContain('«rows» cannot be used: entry 1: price: ');
	});

	it('names the field that Bitrix24 refuses by its title', async () => {
		const { id } = account().addDeal({ title: 'Сделка' });
		const command = (fields: Record<string, string>) => ({ method: 'crm.item.update', params: { entityTypeId: 2, id, useOriginalUfNames: 'Y', fields } });
		const run = await bench.client.run([command({ UF_CRM_MP_ASSEMBLE_BY: 'x' }), command({ begindate: 'x' })], 'repeatable', z.unknown());
		expect(run.map((outcome) => (outcome.outcome === 'ok' ? '' : outcome.reason))).toEqual([
			expect.stringContaining('Invalid value for field «Собрать до» (UF_CRM_MP_ASSEMBLE_BY)'),
			expect.stringContaining('Invalid value for field «Дата начала» (begindate)'),
		]);
	});

	it('refuses a field that Bitrix24 would silently ignore', async () => {
		const { id } = account().addDeal({ title: 'A' });
		const run = await bench.run({ resource: 'deal', operation: 'update', dealId: byId(id), stage: '', additionalFields: {}, dealFields: { mappingMode: 'defineBelow', value: { UF_CRM_NO_SUCH: 'x' } } });
		expect(run.errorOf('Bitrix24')?.message).toContain('UF_CRM_NO_SUCH');
	});

	const upsert = {
		resource: 'deal', operation: 'upsert', externalSystem: 'kaspi:1', externalId: '={{ $json.key }}', title: '={{ $json.title }}', stage: '',
		contactId: byId(''), additionalFields: { amount: '={{ $json.amount }}' }, dealFields: noFields,
	};

	it('creates or updates by the external key: no second deal in a run, nor in the next', async () => {
		const first = await bench.run(upsert, [{ key: 'a', title: 'A', amount: 1 }, { key: 'b', title: 'B', amount: 2 }, { key: 'a', title: 'A2', amount: 3 }]);
		expect(first.outputs('Bitrix24')[0]?.map(({ json }) => json.created)).toEqual([true, true, false]);
		expect(state().deals.map(({ title, opportunity }) => [title, opportunity])).toEqual([['A2', 3], ['B', 2]]);
		const second = await bench.run(upsert, [{ key: 'b', title: 'B3', amount: 9 }]);
		expect(second.outputs('Bitrix24')[0]?.[0]?.json.created).toBe(false);
		expect(state().deals.map(({ title }) => title)).toEqual(['A2', 'B3']);
	});

	it('says what to do when nobody knows whether a deal was created, and has not sent it twice', async () => {
		bench.sandbox.faults.set({ api: 'bitrix24', kind: 'timeout-after-apply', method: 'POST', next: 1 });
		const run = await bench.run(createDeal, [{ title: 'A', stage: '', amount: 1 }], 'continueErrorOutput');
		expect(run.outputs('Bitrix24')[1]?.[0]?.json).toMatchObject({ title: 'A', message: expect.stringContaining('may or may not') });
		expect(state().deals).toHaveLength(1);
	});

	it.each(['500', '500-after-apply', 'timeout-after-apply'] as const)('deletes although the answer was a %s', async (kind) => {
		const { id } = account().addDeal({ title: 'A' });
		bench.sandbox.faults.set({ api: 'bitrix24', kind, method: 'POST', next: 1 });
		const run = await bench.run({ resource: 'deal', operation: 'delete', dealId: byId(id) });
		expect(run.outputs('Bitrix24')[0]?.[0]?.json).toEqual({ deleted: true });
		expect(state().deals.filter(({ isDeleted }) => !isDeleted)).toHaveLength(0);
	});

	it('deletes', async () => {
		const { id } = account().addDeal({ title: 'A' });
		const run = await bench.run({ resource: 'deal', operation: 'delete', dealId: byId(id) });
		expect(run.outputs('Bitrix24')[0]?.[0]?.json).toEqual({ deleted: true });
		expect(state().deals.filter(({ isDeleted }) => !isDeleted)).toHaveLength(0);
	});
});

describe('Contact', () => {
	const findOrCreate = {
		resource: 'contact', operation: 'findOrCreate', name: '={{ $json.name }}', phone: '={{ $json.phone }}', email: '={{ $json.email }}',
		region: 'KZ', several: 'oldest', additionalFields: {},
	};

	it('makes one contact of several items of one person, and finds it the next time', async () => {
		const input = [
			{ name: 'Айгерим', phone: '8 701 555 01 23', email: '' },
			{ name: 'Другой', phone: '+7 777 000 11 22', email: '' },
			{ name: 'Айгерим Т', phone: '', email: 'AIGERIM@example.test' },
			{ name: 'А', phone: '7015550123', email: 'aigerim@example.test' },
		];
		const run = await bench.run(findOrCreate, input);
		const items = run.outputs('Bitrix24')[0] ?? [];
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3].map((item) => ({ item })));
		expect(items.map(({ json }) => json.created)).toEqual([true, true, false, false]);
		expect(state().contacts.map(({ name, phones, emails }) => ({ name, phones, emails }))).toEqual([
			{ name: 'Айгерим', phones: ['+77015550123'], emails: ['aigerim@example.test'] },
			{ name: 'Другой', phones: ['+77770001122'], emails: [] },
		]);
		const again = await bench.run(findOrCreate, [{ name: 'x', phone: '+77015550123', email: 'second@example.test' }]);
		expect(again.outputs('Bitrix24')[0]?.[0]?.json).toMatchObject({ id: items[0]?.json.id, created: false });
		expect(state().contacts[0]?.emails).toEqual(['aigerim@example.test', 'second@example.test']);
	});

	it('refuses phones that are none without showing them, and asks a person when several match', async () => {
		account().addContact({ name: 'A', phones: ['+77015557751'] });
		account().addContact({ name: 'B', phones: ['87015557751'] });
		const run = await bench.run(
			{ ...findOrCreate, several: 'attention' },
			[{ name: 'M', phone: '+0(000)-000-00-00', email: '' }, { name: 'S', phone: '+77015557751', email: '' }],
			'continueErrorOutput',
		);
		const [, failed] = run.outputs('Bitrix24');
		expect(failed?.[0]?.json.error).toContain('masked');
		expect(failed?.[0]?.json.error).not.toMatch(/000/);
		expect(failed?.[1]?.json.error).toContain('2 contacts');
		const oldest = await bench.run(findOrCreate, [{ name: 'x', phone: '+77015557751', email: '' }]);
		expect(oldest.outputs('Bitrix24')[0]?.[0]?.json).toMatchObject({ otherMatches: 1, created: false, name: 'A' });
	});

	it('creates, gets, lists, and updates without piling phones up', async () => {
		const created = await bench.run({ resource: 'contact', operation: 'create', name: 'К', phone: '+77015557771', email: '', region: 'KZ', additionalFields: {}, contactFields: noFields });
		const id = Number(created.outputs('Bitrix24')[0]?.[0]?.json.id);
		const update = { resource: 'contact', operation: 'update', contactId: byId(id), phone: '+77015557772, 87015557771', email: '', region: 'KZ', additionalFields: { name: 'Кирилл' }, contactFields: noFields };
		for (const kind of ['500', '500-after-apply'] as const) {
			// The reading of the card is the first call.
			bench.sandbox.faults.set({ api: 'bitrix24', kind, method: 'POST', skip: 1, next: 1 });
			expect((await bench.run(update)).error).toBeUndefined();
		}
		const got = await bench.run({ resource: 'contact', operation: 'get', contactId: byId(id), simplify: true });
		expect(got.outputs('Bitrix24')[0]?.[0]?.json).toMatchObject({ name: 'Кирилл', phones: ['+77015557771', '+77015557772'] });
		const list = await bench.run({ resource: 'contact', operation: 'getAll', returnAll: true, filters: {}, simplify: true });
		expect(list.outputs('Bitrix24')[0]).toHaveLength(1);
	});
});

describe('Timeline Comment, To-Do, Pipeline, Product Row', () => {
	it('writes and lists comments, fifty a page', async () => {
		const { id } = account().addDeal({ title: 'Сделка' });
		const create = { resource: 'comment', operation: 'create', entity: 'deal', dealId: byId(id), text: '={{ $json.text }}' };
		await bench.run(create, Array.from({ length: 55 }, (_, index) => ({ text: `№ ${index}` })));
		expect(bench.calls()).toBe(2);
		const list = await bench.run({ resource: 'comment', operation: 'getAll', entity: 'deal', dealId: byId(id), returnAll: true, simplify: true });
		expect(list.outputs('Bitrix24')[0]?.map(({ json }) => json.text)).toEqual(Array.from({ length: 55 }, (_, index) => `№ ${index}`));
	});

	it('plans a to-do', async () => {
		const { id } = account().addDeal({ title: 'Сделка' });
		const run = await bench.run({ resource: 'todo', operation: 'create', dealId: byId(id), title: 'Позвонить', deadline: '2026-11-25T10:00:00.000Z', additionalFields: { reminders: '0, 30' } });
		expect(run.outputs('Bitrix24')[0]?.[0]?.json.id).toEqual(expect.any(Number));
		expect(state().deals[0]?.todos).toHaveLength(1);
	});

	it('lists pipelines and their stages', async () => {
		const pipelines = await bench.run({ resource: 'pipeline', operation: 'getAll', simplify: true });
		expect(pipelines.outputs('Bitrix24')[0]?.map(({ json }) => json.name)).toContain('Заказы');
		const stages = await bench.run({ resource: 'pipeline', operation: 'getStages', pipelineId: prepared.pipelineId });
		expect(stages.outputs('Bitrix24')[0]?.map(({ json }) => [json.name, json.kind])).toContainEqual(['Успешно реализовано', 'won']);
	});

	it('replaces product rows and reads them', async () => {
		const { id } = account().addDeal({ title: 'Сделка' });
		const set = { resource: 'productRow', operation: 'set', dealId: byId(id), rows: '[{"name":"Чайник","price":"100.5","quantity":2},{"name":"Кружка","price":5}]' };
		expect((await bench.run(set)).outputs('Bitrix24')[0]?.[0]?.json).toEqual({ dealId: id, rows: 2 });
		await bench.run(set);
		const got = await bench.run({ resource: 'productRow', operation: 'get', dealId: byId(id), simplify: true });
		expect(got.outputs('Bitrix24')[0]?.map(({ json }) => [json.name, json.price, json.quantity])).toEqual([['Чайник', 100.5, 2], ['Кружка', 5, 1]]);
		const bad = await bench.run({ ...set, rows: 'no json' });
		expect(bad.errorOf('Bitrix24')?.message).toContain('must be JSON');
	});
});

describe('Batch', () => {
	it('runs methods that refer to each other, one item each, and shows a refused one beside the others', async () => {
		const commands = JSON.stringify([
			{ method: 'crm.item.add', params: { entityTypeId: 3, fields: { name: 'Иван' } } },
			{ method: 'crm.item.add', params: { entityTypeId: 2, fields: { title: 'Сделка', contactIds: ['$result[0][item][id]'] } } },
			{ method: 'crm.item.get', params: { entityTypeId: 2, id: 999_999 } },
		]);
		const run = await bench.run({ resource: 'batch', operation: 'run', commands }, [{ a: 1 }, { a: 2 }]);
		expect(bench.calls()).toBe(1);
		const items = run.outputs('Bitrix24')[0] ?? [];
		expect(items.map(({ json, pairedItem }) => [json.method, json.ok, pairedItem])).toEqual([0, 1].flatMap((item) => [
			['crm.item.add', true, { item }], ['crm.item.add', true, { item }], ['crm.item.get', false, { item }],
		]));
		const contacts = state().contacts.map(({ id }) => id);
		expect(state().deals.map(({ contactIds }) => contactIds)).toEqual(contacts.map((id) => [id]));
	});

	it('refuses what cannot be a batch', async () => {
		const later = await bench.run({ resource: 'batch', operation: 'run', commands: '[{"method":"crm.item.get","params":{"id":"$result[0][id]"}}]' });
		expect(later.errorOf('Bitrix24')?.message).toContain('comes after it');
		const many = await bench.run({ resource: 'batch', operation: 'run', commands: JSON.stringify(Array.from({ length: 51 }, () => ({ method: 'profile' }))) });
		expect(many.errorOf('Bitrix24')?.message).toContain('more than 50');
	});
});

describe('OAuth2', () => {
	const get = { resource: 'pipeline', operation: 'getAll', simplify: true, authentication: 'oAuth2' };

	it('works with the token in the body, and goes on when it has expired in the middle', async () => {
		await bench.connect();
		const first = await bench.run(get);
		expect(first.error).toBeUndefined();
		expect(first.outputs('Bitrix24')[0]?.length).toBeGreaterThan(0);
		bench.sandbox.clock.advance(3_700_000);
		const again = await bench.run(get);
		expect(again.error).toBeUndefined();
		expect(again.outputs('Bitrix24')[0]?.length).toBeGreaterThan(0);
	});
});

const many = { resource: 'deal', operation: 'get', dealId: byId(1), simplify: true };
const secret = (): string => /\/rest\/\d+\/([^/]+)/.exec(bench.credentials().webhookUrl)?.[1] ?? '';

/** Everything that n8n keeps of a run in which all items have failed. */
async function failedWith(): Promise<string> {
	const run = await bench.run(many, [{ a: 1 }, { a: 2 }], 'continueErrorOutput');
	expect(run.outputs('Bitrix24')[1]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	return JSON.stringify(run.run);
}

describe('the portal as a whole', () => {

	it.each([
		['is not paid for', { restOnPlan: false }, 'commercial plans'],
		['was renamed', { renamedTo: 'localhost' }, 'has moved to localhost'],
	])('fails every item with advice when it %s, and never shows the code of the webhook', async (_name, settings, said) => {
		Object.assign(bench.sandbox.bitrix24.settings, settings);
		const shown = await failedWith();
		expect(shown).toContain(said);
		expect(secret()).toMatch(/^\w{6,}$/);
		expect(shown).not.toContain(secret());
	});

	it.each(['timeout-after-apply', 'reset', '502-html', 'html', 'wrong-shape', '500'] as const)('never shows the code of the webhook after a %s', async (kind) => {
		bench.sandbox.faults.set({ api: 'bitrix24', kind, next: 10 });
		const shown = await failedWith();
		bench.sandbox.faults.clear();
		expect(shown).not.toContain(secret());
		const stopped = await (async () => {
			bench.sandbox.faults.set({ api: 'bitrix24', kind, next: 10 });
			return await bench.run(many);
		})();
		bench.sandbox.faults.clear();
		const error = stopped.errorOf('Bitrix24');
		expect(error).toBeDefined();
		expect(JSON.stringify([error, error?.message, error?.stack, error?.cause])).not.toContain(secret());
	}, 60_000);
});

describe('lists of the editor', () => {
	const node = { type: 'bitrix24', parameters: { authentication: 'webhook', resource: 'deal', operation: 'create' } };

	it('offers stages with their pipeline, users and fields', async () => {
		expect(await loadOptions(bench.engine, node, 'getStages')).toContainEqual({ name: 'Заказы: Новая заявка', value: stageOf('new') });
		expect((await loadOptions(bench.engine, node, 'getPipelines')).map(({ name }) => name)).toContain('Заказы');
		expect((await loadOptions(bench.engine, node, 'getUsers')).length).toBeGreaterThan(0);
		const { fields } = await resourceMapping(bench.engine, node, 'getDealFields');
		expect(fields.find(({ displayName }) => displayName === 'Собрать до')).toMatchObject({ id: 'UF_CRM_MP_ASSEMBLE_BY', type: 'dateTime' });
		expect(fields.map(({ id }) => id)).not.toContain('stageId');
	});

	it('offers an empty value wherever nothing needs to be chosen: the editor paints a value red that its list does not have', async () => {
		const methods = listsToLeaveEmpty(new Bitrix24().description.properties);
		expect(methods).toEqual(expect.arrayContaining(['getStages', 'getUsers']));
		for (const method of methods) expect([method, (await loadOptions(bench.engine, node, method))[0]?.value]).toEqual([method, '']);
	});

	it('searches deals and contacts page by page, newest first', async () => {
		for (let index = 0; index < 60; index += 1) account().addDeal({ title: `L${index}` });
		const first = await listSearch(bench.engine, node, 'searchDeals');
		expect(first.results).toHaveLength(50);
		const second = await listSearch(bench.engine, node, 'searchDeals', undefined, first.paginationToken);
		expect(second.results).toHaveLength(10);
		expect(second.paginationToken).toBeUndefined();
		account().addContact({ name: 'Иван', lastName: 'Петров' });
		expect((await listSearch(bench.engine, node, 'searchContacts', 'Петр')).results.map(({ name }) => name)).toEqual(['Иван Петров']);
	});
});

// Last: the portal keeps the new code.
describe('a webhook that was issued anew', () => {
	it('is not accepted, and its code is not shown', async () => {
		const before = secret();
		bench.sandbox.bitrix24.account.reissueWebhook();
		const shown = await failedWith();
		expect(shown).not.toContain(before);
		expect(shown).toContain('HTTP 401');
	});
});
