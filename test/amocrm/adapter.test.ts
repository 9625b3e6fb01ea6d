import type { Deal, DealCard, DealDraft, Outcome, PreparedCrm } from '../../core/ports';
import { idsPerRead } from '../../nodes/AmoCrm/api/client';
import { collect, openBench, type Bench } from './bench';

let bench: Bench;
let prepared: PreparedCrm;

beforeAll(async () => {
	bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
	bench.sandbox.reset(true);
	prepared = await bench.crm.prepare('Заказы маркетплейсов');
	bench.forgetCalls();
});

const card = (number: number): DealCard => ({
	orderKey: `kaspi:30000001:id${number}`,
	marketplace: 'Kaspi',
	shop: '30000001',
	orderId: `id${number}`,
	orderNumber: String(number),
	status: 'Новый',
	deliveryKind: 'Доставка Kaspi',
	exactAmount: '15490.50 KZT',
	assembleBy: 1_790_000_000_000,
});

const draft = (number: number, more: Partial<DealDraft> = {}): DealDraft => ({
	name: `Kaspi ${number}`,
	stage: { pipelineId: prepared.pipelineId, statusId: prepared.stages.new ?? '' },
	amount: 15_490.5,
	card: card(number),
	...more,
});

const values = <T>(outcomes: readonly Outcome<T>[]): T[] =>
	outcomes.map((outcome) => {
		if (outcome.outcome !== 'ok') throw new Error(`${outcome.outcome}: ${outcome.reason}`);
		return outcome.value;
	});

describe('prepare', () => {
	it('makes the pipeline with its stages in Russian, and the fields', () => {
		const pipeline = bench.sandbox.amocrm.state().pipelines.find(({ name }) => name === 'Заказы маркетплейсов');
		expect(pipeline?.stages.map(({ name }) => name)).toEqual(expect.arrayContaining([
			'Ожидает оплаты', 'Ожидает подписи', 'Новая заявка', 'В работе / Сборка', 'Готов к отгрузке', 'В доставке', 'Доставлен', 'Спор',
			'Возврат запрошен', 'Успешно реализовано', 'Закрыто и не реализовано',
		]));
		const own = pipeline?.stages.filter(({ id }) => id > 143).sort((a, b) => a.sort - b.sort);
		expect(own?.filter(({ type }) => type !== 1).map(({ name }) => name)[2]).toBe('Новая заявка');
		expect(prepared.stages).toMatchObject({ completed: '142', cancelled: '143', returned: '143' });
		expect(Object.keys(prepared.stages)).toHaveLength(12);
		expect(prepared.created).toContain('field «Ключ заказа»');
		expect(prepared.created).toContain('field «Ключ покупателя»');
	});

	it('makes nothing the second time', async () => {
		const before = bench.sandbox.amocrm.state();
		const again = await bench.crm.prepare('заказы маркетплейсов ');
		expect(again.created).toEqual([]);
		expect(again.stages).toEqual(prepared.stages);
		const after = bench.sandbox.amocrm.state();
		expect(after.pipelines).toEqual(before.pipelines);
		expect(after.fields).toEqual(before.fields);
		expect(Object.keys(bench.calls()).filter((route) => route.startsWith('POST'))).toEqual([]);
	});

	it('adds what is missing to a pipeline that an analyst has made', async () => {
		await bench.client.createPipeline({
			name: 'Своя', sort: 5, is_main: false, is_unsorted_on: false,
			_embedded: { statuses: [{ name: 'Новая заявка', sort: 10, color: '#fffeb2' }, { name: 'Звонок', sort: 20, color: '#fffeb2' }] },
		});
		const own = await bench.crm.prepare('Своя');
		expect(own.created).toContain('stage «Спор»');
		expect(own.created).not.toContain('stage «Новая заявка»');
		expect(own.found).toContain('stage «Новая заявка»');
		expect(Object.keys(own.stages)).toHaveLength(12);
	});
});

describe('saveDeals', () => {
	it('creates a thousand deals in twenty calls and keeps the order although amoCRM answers in any', async () => {
		const drafts = Array.from({ length: 1000 }, (_, index) => draft(900_000_000 + index));
		const ids = values(await bench.crm.saveDeals(drafts));
		expect(bench.calls()).toEqual({ 'GET /api/v4/leads/custom_fields': 1, 'POST /api/v4/leads': 20 });
		const leads = new Map(bench.sandbox.amocrm.state().leads.map((lead) => [String(lead.id), lead]));
		expect(ids.map((id) => leads.get(id)?.name)).toEqual(drafts.map(({ name }) => name));
	});

	it('writes the card, rounds the price and keeps the exact amount', async () => {
		const [contactId] = values(await bench.crm.saveContacts([{ name: 'Покупатель', phones: ['+77015550123'], emails: [] }]));
		await bench.crm.saveDeals([draft(912345678, { contactId, tags: ['kaspi'] })]);
		const lead = bench.sandbox.amocrm.state().leads[0];
		expect(lead).toMatchObject({
			price: 15491,
			contactIds: [Number(contactId)],
			tags: ['kaspi'],
			stage: 'Новая заявка',
			fields: {
				'Ключ заказа': 'kaspi:30000001:id912345678', 'Номер заказа': '912345678', 'Сумма точно': '15490.50 KZT', 'Собрать до': '1790000000',
			},
		});
	});

	it('updates in batches, leaves other fields alone and adds tags', async () => {
		const ids = values(await bench.crm.saveDeals([draft(1, { tags: ['kaspi'] }), draft(2)]));
		bench.forgetCalls();
		const moved = ids.map((id) => ({ id, stage: { pipelineId: prepared.pipelineId, statusId: prepared.stages.ready ?? '' }, tags: ['express'] }));
		expect(values(await bench.crm.saveDeals(moved))).toEqual(ids);
		expect(bench.calls()).toEqual({ 'PATCH /api/v4/leads': 1 });
		const [first] = bench.sandbox.amocrm.state().leads;
		expect(first).toMatchObject({ stage: 'Готов к отгрузке', fields: { 'Номер заказа': '1' } });
		expect(first?.tags.sort()).toEqual(['express', 'kaspi']);
	});

	it('lets one bad draft fail alone', async () => {
		const drafts = Array.from({ length: 60 }, (_, index) => draft(index, index === 7 || index === 55 ? { responsibleId: '999999' } : {}));
		const outcomes = await bench.crm.saveDeals(drafts);
		expect(outcomes.flatMap(({ outcome }, index) => (outcome === 'ok' ? [] : [[index, outcome]]))).toEqual([[7, 'rejected'], [55, 'rejected']]);
		expect(outcomes[7]).toMatchObject({ permanent: true, reason: expect.stringContaining('responsible_user_id') });
		expect(bench.sandbox.amocrm.state().leads).toHaveLength(58);
		expect(bench.calls()['POST /api/v4/leads']).toBe(4);
	});

	it('says unknown for a batch whose answer never came, and it was applied once', async () => {
		bench.sandbox.faults.set({ api: 'amocrm', kind: 'timeout-after-apply', method: 'POST', pathIncludes: '/leads', next: 1 });
		const outcomes = await bench.crm.saveDeals(Array.from({ length: 60 }, (_, index) => draft(index)));
		expect(outcomes.slice(0, 50).every(({ outcome }) => outcome === 'unknown')).toBe(true);
		expect(outcomes.slice(50).every(({ outcome }) => outcome === 'ok')).toBe(true);
		const found = await collect(bench.crm.dealsWithOrders(prepared.pipelineId, bench.sandbox.clock.now() - 60_000));
		expect(found.map(({ orderKey }) => orderKey).sort()).toEqual(Array.from({ length: 60 }, (_, index) => `kaspi:30000001:id${index}`).sort());
	});

	it('repeats an update after a lost answer, because it sets absolute values', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		bench.sandbox.faults.set({ api: 'amocrm', kind: 'timeout-after-apply', method: 'PATCH', next: 1 });
		expect(await bench.crm.saveDeals([{ id, name: 'Новое имя' }])).toEqual([{ outcome: 'ok', value: id }]);
	});

	it('looks the fields up again when one was deleted in amoCRM', async () => {
		await bench.crm.saveDeals([draft(1)]);
		bench.sandbox.amocrm.account.deleteField('leads', 'Способ доставки');
		bench.forgetCalls();
		const outcomes = await bench.crm.saveDeals([draft(2), { ...draft(3), card: undefined }]);
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
		expect(bench.calls()['GET /api/v4/leads/custom_fields']).toBe(1);
		const second = bench.sandbox.amocrm.state().leads.find(({ name }) => name === 'Kaspi 2');
		expect(second?.fields).toMatchObject({ 'Номер заказа': '2' });
		expect(second?.fields).not.toHaveProperty('Способ доставки');
	});

	it('refuses a card that could not be found again', async () => {
		bench.sandbox.amocrm.account.deleteField('leads', 'Ключ заказа');
		const [outcome] = await bench.crm.saveDeals([draft(1)]);
		expect(outcome).toMatchObject({ outcome: 'rejected', permanent: true, reason: expect.stringContaining('Prepare CRM') });
		expect(bench.sandbox.amocrm.state().leads).toHaveLength(0);
	});

	it('throws when the account as a whole is out of reach', async () => {
		bench.sandbox.amocrm.settings.unpaid = 'writes';
		await expect(bench.crm.saveDeals([{ name: 'x' }])).rejects.toMatchObject({ kind: 'unpaid' });
	});
});

describe('reading deals', () => {
	it('reads many in few calls, in the order of the ids; what is gone is undefined', async () => {
		const ids = values(await bench.crm.saveDeals(Array.from({ length: 310 }, (_, index) => draft(index))));
		bench.sandbox.amocrm.account.deleteLead(Number(ids[5]));
		bench.forgetCalls();
		const read = values(await bench.crm.readDeals([...ids].reverse()));
		expect(bench.calls()).toEqual({ 'GET /api/v4/leads': Math.ceil(310 / idsPerRead) });
		expect(read.map((deal) => deal?.id)).toEqual([...ids].reverse().map((id) => (id === ids[5] ? undefined : id)));
		expect(values(await bench.crm.readDeals(['1', ids[0] ?? '']))[0]).toBeUndefined();
	});

	it('reads what the manager filled in', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		bench.sandbox.amocrm.account.editLead(Number(id), { field: { name: 'Мест', value: 3 } });
		const [deal] = values(await bench.crm.readDeals([id ?? '']));
		expect(deal).toMatchObject({ packages: 3, orderKey: 'kaspi:30000001:id1', orderNumber: '1', stage: { pipelineId: prepared.pipelineId, statusId: prepared.stages.new } });
	});
});

describe('changedDeals', () => {
	const look = async (cursor?: string): Promise<{ deals: Deal[]; next: string }> => {
		const deals: Deal[] = [];
		const pages = bench.crm.changedDeals(prepared.pipelineId, cursor);
		for (;;) {
			const page = await pages.next();
			if (page.done) return { deals, next: page.value };
			deals.push(...page.value);
		}
	};

	it('gives what changed, once it is settled only what changed again, and costs one call when idle', async () => {
		const [first, second] = values(await bench.crm.saveDeals([draft(1), draft(2)]));
		const one = await look();
		expect(one.deals.map(({ id }) => id).sort()).toEqual([first, second].sort());
		bench.sandbox.clock.advance(2_000);
		const two = await look(one.next);
		const three = await look(two.next);
		expect(three.deals).toEqual([]);
		bench.forgetCalls();
		bench.sandbox.clock.advance(5_000);
		const idle = await look(three.next);
		expect(idle.deals).toEqual([]);
		expect(bench.calls()).toEqual({ 'GET /api/v4/leads': 1 });
		bench.sandbox.amocrm.account.moveLead(Number(second), 'В доставке', Number(prepared.pipelineId));
		const four = await look(idle.next);
		expect(four.deals.map(({ id }) => id)).toEqual([second]);
	});

	it('sees a second and a third change within the second of the first, whoever looks in between', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		const one = await look();
		bench.sandbox.amocrm.account.moveLead(Number(id), 'В доставке', Number(prepared.pipelineId));
		const two = await look(one.next);
		expect(two.deals.map((deal) => deal.id)).toEqual([id]);
		bench.sandbox.amocrm.account.moveLead(Number(id), 'Готов к отгрузке', Number(prepared.pipelineId));
		const three = await look(two.next);
		expect(three.deals.map((deal) => deal.id)).toEqual([id]);
	});

	it('leaves other pipelines out', async () => {
		await bench.client.createLeads([{ name: 'Чужая' }]);
		expect((await look()).deals).toEqual([]);
	});
});

describe('notes and tasks', () => {
	it('writes them in batches and lets one for a foreign deal fail alone', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		bench.forgetCalls();
		const notes = await bench.crm.addNotes([{ dealId: id ?? '', text: 'Заказ принят' }, { dealId: '7', text: 'x' }, { dealId: id ?? '', text: 'Ещё' }]);
		expect(notes.map(({ outcome }) => outcome)).toEqual(['ok', 'rejected', 'ok']);
		expect(await bench.crm.addTasks([{ dealId: id, text: 'Позвонить', dueAt: 1_790_000_000_000 }])).toMatchObject([{ outcome: 'ok' }]);
		expect(bench.sandbox.amocrm.state().leads[0]).toMatchObject({ notesCount: 2, tasks: [{ text: 'Позвонить', completeTill: 1_790_000_000 }] });
	});
});
