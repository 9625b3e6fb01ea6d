import type { Deal, DealCard, DealDraft, Outcome, PreparedCrm } from '../../core/ports';
import { collect, openBench, type Bench } from './bench';

let bench: Bench;
let prepared: PreparedCrm;

beforeAll(async () => {
	bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
	bench.reset();
	prepared = await bench.crm.prepare('Заказы маркетплейсов');
	bench.forgetCalls();
});

const account = () => bench.sandbox.bitrix24.account;
const state = () => bench.sandbox.bitrix24.state();

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
	it('makes the pipeline with its stages in Russian and in their order, and the fields', () => {
		const pipeline = state().pipelines.find(({ name }) => name === 'Заказы маркетплейсов');
		const sorted = [...(pipeline?.stages ?? [])].sort((a, b) => a.sort - b.sort);
		expect(sorted.slice(0, 11).map(({ name }) => name)).toEqual([
			'Ожидает оплаты', 'Ожидает подписи', 'Новая заявка', 'В работе / Сборка', 'Готов к отгрузке', 'В доставке', 'Доставлен', 'Спор',
			'Возврат запрошен', 'Успешно реализовано', 'Закрыто и не реализовано',
		]);
		expect(sorted.slice(11).every(({ semantics }) => semantics === 'F')).toBe(true);
		expect(sorted.filter(({ semantics }) => semantics === 'S').map(({ id }) => id)).toEqual([prepared.stages.completed]);
		expect(prepared.stages.cancelled).toBe(`C${prepared.pipelineId}:LOSE`);
		expect(prepared.stages.returned).toBe(prepared.stages.cancelled);
		expect(Object.keys(prepared.stages)).toHaveLength(12);
		expect(state().fields.deal.map(({ label }) => label)).toEqual(expect.arrayContaining(['Номер заказа', 'Состав заказа', 'Мест', 'Собрать до']));
		expect(state().fields.contact.map(({ label }) => label)).toContain('Ключ покупателя');
	});

	it('makes nothing the second time', async () => {
		const before = state();
		const again = await bench.crm.prepare('заказы маркетплейсов ');
		expect(again.created).toEqual([]);
		expect(again.stages).toEqual(prepared.stages);
		expect(state().pipelines).toEqual(before.pipelines);
		expect(state().fields).toEqual(before.fields);
	});

	it('adds what is missing to a pipeline that is there', async () => {
		const [own] = state().pipelines.filter(({ isDefault }) => isDefault);
		const made = await bench.crm.prepare(own?.name ?? '');
		expect(made.pipelineId).toBe('0');
		expect(made.stages.completed).toBe('WON');
		expect(made.created).toContain('stage «Спор»');
		const sorted = [...(state().pipelines.find(({ id }) => id === 0)?.stages ?? [])].sort((a, b) => a.sort - b.sort);
		const order = sorted.map(({ semantics }) => semantics ?? '').join('|');
		// In progress, then success, then failure.
		expect(order).toMatch(/^(P\|)+S(\|F)+$/);
		expect((await bench.crm.prepare(own?.name ?? '')).created).toEqual([]);
	});

	it('lists pipelines with the meaning of their stages in one call', async () => {
		const pipelines = await bench.crm.pipelines();
		expect(bench.calls()).toBe(1);
		const kinds = pipelines.find(({ id }) => id === prepared.pipelineId)?.stages.map(({ kind }) => kind);
		expect(kinds?.filter((kind) => kind === 'won')).toHaveLength(1);
		expect(kinds?.filter((kind) => kind === 'lost').length).toBeGreaterThan(1);
	});
});

describe('saveDeals', () => {
	it('creates a thousand deals in twenty batches after one that looks their keys up', async () => {
		const drafts = Array.from({ length: 1000 }, (_, index) => draft(900_000_000 + index));
		const ids = values(await bench.crm.saveDeals(drafts));
		// One for the fields, one for the look-up.
		expect(bench.calls()).toBe(22);
		const deals = new Map(state().deals.map((deal) => [String(deal.id), deal]));
		expect(ids.map((id) => deals.get(id)?.title)).toEqual(drafts.map(({ name }) => name));
	});

	it('writes the card, the exact amount, the contact and the product rows in one batch', async () => {
		const [contactId] = values(await bench.crm.saveContacts([{ name: 'Покупатель', phones: ['+77015550123'], emails: [] }]));
		bench.forgetCalls();
		values(await bench.crm.saveDeals([
			draft(912345678, { contactId, products: [{ name: 'Чайник «Люкс» & co', price: 7_745.25, quantity: 2 }] }),
			draft(912345679, { products: [] }),
		]));
		expect(bench.calls()).toBe(3);
		expect(state().deals[0]).toMatchObject({
			opportunity: 15490.5,
			contactIds: [Number(contactId)],
			stage: 'Новая заявка',
			originatorId: 'kaspi:30000001',
			originId: 'id912345678',
			fields: { 'Номер заказа': '912345678' },
		});
		expect(Date.parse(String(state().deals[0]?.fields['Собрать до']))).toBe(1_790_000_000_000);
		expect(state().deals[0]?.productRows).toMatchObject([{ productName: 'Чайник «Люкс» & co', price: 7745.25, quantity: 2 }]);
	});

	it('updates stage and card in batches and leaves the rest alone', async () => {
		const ids = values(await bench.crm.saveDeals([draft(1), draft(2)]));
		bench.forgetCalls();
		const moved = ids.map((id) => ({ id, stage: { pipelineId: prepared.pipelineId, statusId: prepared.stages.ready ?? '' } }));
		expect(values(await bench.crm.saveDeals(moved))).toEqual(ids);
		expect(bench.calls()).toBe(1);
		expect(state().deals[0]).toMatchObject({ stage: 'Готов к отгрузке', fields: { 'Номер заказа': '1' }, title: 'Kaspi 1' });
	});

	it('says so when Bitrix24 silently ignores a stage', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		const outcomes = await bench.crm.saveDeals([{ id, stage: { pipelineId: prepared.pipelineId, statusId: 'C99:NEW' } }]);
		expect(outcomes).toMatchObject([{ outcome: 'rejected', reason: expect.stringContaining('left deal') }]);
	});

	it('lets one bad draft fail alone', async () => {
		const [good] = values(await bench.crm.saveDeals([draft(0)]));
		const outcomes = await bench.crm.saveDeals([{ id: good, name: 'x' }, { id: '999999', name: 'y' }, draft(5)]);
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'rejected', 'ok']);
		expect(outcomes[1]).toMatchObject({ permanent: true });
	});

	it('says unknown for a batch whose answer never came, sends it once, and finds the deals again by their keys', async () => {
		bench.sandbox.faults.set({ api: 'bitrix24', kind: 'timeout-after-apply', method: 'POST', pathIncludes: '/batch', next: 1 });
		const drafts = Array.from({ length: 3 }, (_, index) => draft(index));
		// The first call is the look-up, which may be repeated; then the create is lost.
		const first = await bench.crm.saveDeals(drafts);
		expect(first.every(({ outcome }) => outcome === 'ok')).toBe(true);
		await bench.crm.readDeals(['1']);
		let posts = 0;
		const send = bench.client.runGroups.bind(bench.client);
		jest.spyOn(bench.client, 'runGroups').mockImplementation(async (groups, effect) => {
			if (effect === 'once') {
				posts += 1;
				bench.sandbox.faults.set({ api: 'bitrix24', kind: 'timeout-after-apply', method: 'POST', pathIncludes: '/batch', next: 1 });
			}
			return await send(groups, effect);
		});
		const more = Array.from({ length: 60 }, (_, index) => draft(100 + index));
		const lost = await bench.crm.saveDeals(more);
		jest.restoreAllMocks();
		expect(posts).toBe(1);
		expect(lost.slice(0, 50).every(({ outcome }) => outcome === 'unknown')).toBe(true);
		expect(lost.slice(50).every(({ outcome }) => outcome === 'ok')).toBe(true);
		const found = await collect(bench.crm.dealsWithOrders(prepared.pipelineId, bench.sandbox.clock.now() - 60_000));
		expect(found).toHaveLength(63);
		// And whoever creates again makes no second deal.
		const again = values(await bench.crm.saveDeals(more));
		expect(new Set(again).size).toBe(60);
		expect(state().deals).toHaveLength(63);
	});

	it('brings the card of a deal that is there up to date and leaves its stage to whoever has moved it', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		account().moveDeal(Number(id), 'В доставке');
		const [same] = values(await bench.crm.saveDeals([draft(1, { card: { ...card(1), status: 'Принят' } })]));
		expect(same).toBe(id);
		expect(state().deals).toHaveLength(1);
		expect(state().deals[0]).toMatchObject({ stage: 'В доставке', fields: { 'Статус на маркетплейсе': 'Принят' } });
	});

	it('makes a new deal when the old one is in another pipeline, and one for a key that is named twice', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		account().moveDeal(Number(id), 'NEW', 0);
		const ids = values(await bench.crm.saveDeals([draft(1), draft(1)]));
		expect(ids[0]).not.toBe(id);
		expect(ids[1]).toBe(ids[0]);
		expect(state().deals).toHaveLength(2);
	});

	it('repeats an update after a lost answer, because it sets absolute values', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		bench.sandbox.faults.set({ api: 'bitrix24', kind: 'timeout-after-apply', method: 'POST', next: 1 });
		expect(await bench.crm.saveDeals([{ id, name: 'Новое имя' }])).toEqual([{ outcome: 'ok', value: id }]);
	});

	it('does not let a text become a reference to another command', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1, { name: '$result[c0][item][id] & <b>' })]));
		expect(state().deals.find((deal) => String(deal.id) === id)?.title).toBe('$result [c0][item][id] & <b>');
	});
});

describe('reading deals', () => {
	it('reads 2,500 in one call, in the order of the ids; what is gone is undefined', async () => {
		const ids = values(await bench.crm.saveDeals(Array.from({ length: 310 }, (_, index) => draft(index))));
		account().remove('deal', Number(ids[5]));
		bench.forgetCalls();
		const read = values(await bench.crm.readDeals([...ids].reverse()));
		expect(bench.calls()).toBe(1);
		expect(read.map((deal) => deal?.id)).toEqual([...ids].reverse().map((id) => (id === ids[5] ? undefined : id)));
	});

	it('reads what the manager filled in', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		account().editDeal(Number(id), { fields: { Мест: 3 } });
		const [deal] = values(await bench.crm.readDeals([id ?? '']));
		expect(deal).toMatchObject({ packages: 3, orderKey: 'kaspi:30000001:id1', orderNumber: '1', stage: { pipelineId: prepared.pipelineId, statusId: prepared.stages.new } });
	});

	it('lists the deals with orders of a pipeline by chained pages, and no others', async () => {
		const ids = values(await bench.crm.saveDeals(Array.from({ length: 180 }, (_, index) => draft(index))));
		account().addDeal({ title: 'Без заказа', categoryId: Number(prepared.pipelineId) });
		account().addDeal({ title: 'Чужая', originatorId: '1c', originId: '5' });
		bench.forgetCalls();
		const deals = await collect(bench.crm.dealsWithOrders(prepared.pipelineId, 0));
		expect(deals.map(({ id }) => id)).toEqual(ids);
		expect(bench.calls()).toBe(2);
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

	it('gives each change once and costs one call when idle', async () => {
		const [first, second] = values(await bench.crm.saveDeals([draft(1), draft(2)]));
		const one = await look();
		expect(one.deals.map(({ id }) => id).sort()).toEqual([first, second].sort());
		bench.forgetCalls();
		const idle = await look(one.next);
		expect(idle.deals).toEqual([]);
		expect(bench.calls()).toBe(1);
		account().moveDeal(Number(second), 'В доставке');
		const moved = await look(idle.next);
		expect(moved.deals.map(({ id, stage }) => [id, stage.statusId])).toEqual([[second, prepared.stages.in_delivery]]);
		expect((await look(moved.next)).deals).toEqual([]);
	});

	it('loses nothing over many pages', async () => {
		const cursor = (await look()).next;
		const ids = values(await bench.crm.saveDeals(Array.from({ length: 230 }, (_, index) => draft(index))));
		expect((await look(cursor)).deals.map(({ id }) => id)).toEqual(ids);
	});

	it('tells of a deal with an order that was moved to another pipeline, and leaves strangers out', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		const cursor = (await look()).next;
		account().moveDeal(Number(id), 'NEW', 0);
		account().addDeal({ title: 'Чужая' });
		const { deals } = await look(cursor);
		expect(deals.map((deal) => [deal.id, deal.stage.pipelineId])).toEqual([[id, '0']]);
	});
});

describe('notes and tasks', () => {
	it('writes them in batches and lets one for a foreign deal fail alone', async () => {
		const [id] = values(await bench.crm.saveDeals([draft(1)]));
		bench.forgetCalls();
		const notes = await bench.crm.addNotes([{ dealId: id ?? '', text: 'Заказ принят' }, { dealId: '777777', text: 'x' }, { dealId: id ?? '', text: 'Ещё' }]);
		expect(notes.map(({ outcome }) => outcome)).toEqual(['ok', 'rejected', 'ok']);
		const tasks = await bench.crm.addTasks([{ dealId: id, text: 'Позвонить', dueAt: 1_790_000_000_000 }, { text: 'Ничья', dueAt: 1 }, { text: 'Общая', dueAt: 1_790_000_000_000, responsibleId: '1' }]);
		expect(tasks.map(({ outcome }) => outcome)).toEqual(['ok', 'rejected', 'ok']);
		expect(bench.calls()).toBe(2);
		expect(state().deals[0]?.timelineComments).toHaveLength(2);
		expect(state().deals[0]?.todos).toHaveLength(1);
		expect(state().tasks).toHaveLength(1);
	});
});

describe('a thousand new orders', () => {
	it('cost 0.08 calls an order in all, look-ups, contacts and product rows included', async () => {
		bench.forgetCalls();
		for (let look = 0; look < 5; look += 1) {
			const numbers = Array.from({ length: 200 }, (_, index) => look * 200 + index);
			const queries = numbers.map((number) => ({ phone: `+7701555${1000 + number}` }));
			const found = values(await bench.crm.findContacts(queries));
			expect(found.every((hits) => hits.length === 0)).toBe(true);
			const contactIds = values(await bench.crm.saveContacts(queries.map(({ phone }, index) => ({ name: `Покупатель ${index}`, phones: [phone], emails: [], buyerKey: `key${phone}` }))));
			values(await bench.crm.saveDeals(numbers.map((number, index) => draft(number, { contactId: contactIds[index], products: [{ name: 'Товар', price: 1, quantity: 1 }] }))));
		}
		// Five look-ups of phones, twenty batches of contacts, five look-ups of keys, forty of deals with their rows, two for fields.
		expect(bench.calls()).toBeLessThanOrEqual(80);
		expect(state().deals).toHaveLength(1000);
		expect(state().deals.every(({ contactIds, productRows }) => contactIds.length === 1 && productRows.length === 1)).toBe(true);
	});
});
