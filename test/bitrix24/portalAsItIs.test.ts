import { z } from 'zod/v4';
import { batchSchema } from '../../nodes/Bitrix24/api/schema';
import type { DealDraft, Outcome, PreparedCrm } from '../../core/ports';
import { cutText } from '../../core/text/cut';
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
});

const state = () => bench.sandbox.bitrix24.state();
const anything = z.unknown();
const kinds = (outcomes: readonly Outcome<unknown>[]): string[] => outcomes.map(({ outcome }) => outcome);

const draft = (number: number, more: Partial<DealDraft> = {}): DealDraft => ({
	name: `Kaspi ${number}`,
	stage: { pipelineId: prepared.pipelineId, statusId: prepared.stages.new ?? '' },
	amount: 15_490,
	card: {
		orderKey: `kaspi:30000001:id${number}`,
		marketplace: 'Kaspi',
		shop: '30000001',
		orderId: `id${number}`,
		orderNumber: String(number),
		status: 'Новый',
		deliveryKind: 'Доставка Kaspi',
		exactAmount: '15490 KZT',
	},
	...more,
});

describe('original names and a select', () => {
	it('are never asked for together: whole deals, contacts with their key, known deals and deals of contacts are read', async () => {
		const [deal] = await bench.crm.saveDeals([draft(1)]);
		const [contact] = await bench.crm.saveContacts([{ name: 'Асель', phones: ['+77015550101'], emails: [], buyerKey: 'k1' }]);
		if (deal?.outcome !== 'ok' || contact?.outcome !== 'ok') throw new Error('not saved');
		expect(await bench.crm.readDeals([deal.value])).toMatchObject([{ value: { orderNumber: '1', orderKey: 'kaspi:30000001:id1' } }]);
		expect(await bench.crm.readContacts([contact.value])).toMatchObject([{ value: { name: 'Асель', phones: ['+77015550101'], buyerKey: 'k1' } }]);
		// A second create of the same order finds the first one.
		expect(await bench.crm.saveDeals([draft(1)])).toEqual([{ outcome: 'ok', value: deal.value }]);
		expect(state().deals).toHaveLength(1);
	});

	it('make the portal answer items without fields', async () => {
		await bench.crm.saveDeals([draft(1)]);
		const params = { entityTypeId: 2, useOriginalUfNames: 'Y', select: ['id', 'title'] };
		expect(await bench.client.call('crm.item.list', params, 'read', anything)).toEqual({ items: [{}] });
	});
});

describe('an empty list', () => {
	it('clears what it is given for, in one call of its own', async () => {
		const [contact] = await bench.crm.saveContacts([{ name: 'Асель', phones: ['+77015550101'], emails: [] }]);
		if (contact?.outcome !== 'ok') throw new Error('not saved');
		const [deal] = await bench.crm.saveDeals([draft(1, { contactId: contact.value, products: [{ name: 'Чехол', price: 100, quantity: 1 }] })]);
		const id = deal?.outcome === 'ok' ? Number(deal.value) : 0;
		expect(state().deals[0]).toMatchObject({ contactIds: [Number(contact.value)] });
		const outcomes = await bench.client.run(
			[
				{ method: 'crm.item.update', params: { entityTypeId: 2, id, fields: { contactIds: [] } } },
				{ method: 'crm.item.get', params: { entityTypeId: 2, id } },
				{ method: 'crm.item.productrow.set', params: { ownerType: 'D', ownerId: id, productRows: [] } },
			],
			'repeatable',
			anything,
		);
		expect(kinds(outcomes)).toEqual(['ok', 'ok', 'ok']);
		expect(state().deals[0]).toMatchObject({ contactIds: [] });
		expect(await bench.client.call('crm.item.productrow.list', { filter: { '=ownerType': 'D', '=ownerId': id } }, 'read', anything)).toEqual({ productRows: [] });
	});

	it('as a filter means nobody, not everybody', async () => {
		await bench.crm.saveDeals([draft(1)]);
		const [asked] = await bench.client.run([{ method: 'crm.item.list', params: { entityTypeId: 2, filter: { '@id': [] } } }], 'read', anything);
		expect(asked).toMatchObject({ outcome: 'rejected', permanent: true, reason: expect.stringContaining('filter[@id]') });
		const list = { method: 'crm.item.list', params: { entityTypeId: 2 }, filter: { '@id': [] }, idName: 'id', itemsAt: 'items', element: z.object({ id: z.number() }), idOf: ({ id }: { id: number }) => id } as const;
		expect(await collect(bench.client.list(list))).toEqual([]);
		expect(await bench.crm.readDeals([])).toEqual([]);
	});
});

describe('odd texts', () => {
	const half = 'Чехол \ud83d для телефона';

	it('of one order take nobody along, and half a character becomes a mark', async () => {
		const odd = draft(2, { name: half, products: [{ name: half, price: 1, quantity: 1 }] });
		const broken = draft(3);
		if (broken.card !== undefined) broken.card.assembleBy = Number.NaN;
		const outcomes = await bench.crm.saveDeals([draft(1), odd, broken, draft(4)]);
		expect(kinds(outcomes)).toEqual(['ok', 'ok', 'rejected', 'ok']);
		expect(state().deals.map(({ title }) => title)).toEqual(['Kaspi 1', 'Чехол \ufffd для телефона', 'Kaspi 4']);
		// Alone, as JSON.
		const call = bench.client.call('crm.item.add', { entityTypeId: 2, fields: { title: half } }, 'once', anything);
		await expect(call).resolves.toMatchObject({ item: { title: 'Чехол \ufffd для телефона' } });
	});

	it('that are too long are cut between two letters and say so; an e-mail that is too long is left out', async () => {
		const family = '👨‍👩‍👧';
		const [contact] = await bench.crm.saveContacts([{ name: `Бисенбаева-Нурмухамедова Айгерим Серик${family.repeat(4)}`, phones: ['+77015550101'], emails: [`${'a'.repeat(250)}@example.test`] }]);
		expect(contact?.outcome).toBe('ok');
		const [deal] = await bench.crm.saveDeals([draft(1, { name: 'Я'.repeat(300), products: [{ name: 'Ж'.repeat(300), price: 1, quantity: 1 }] })]);
		expect(deal?.outcome).toBe('ok');
		expect(state().contacts[0]?.name).toBe(cutText(`Бисенбаева-Нурмухамедова Айгерим Серик${family.repeat(4)}`, 50));
		expect(state().contacts[0]?.emails).toEqual([]);
		expect(state().deals[0]?.title).toBe(`${'Я'.repeat(254)}…`);
	});

	it('are cut on letters', () => {
		expect(cutText('Айгерим', 7)).toBe('Айгерим');
		expect(cutText('Айгерим', 5)).toBe('Айге…');
		expect(cutText('аб👨‍👩‍👧вг', 6)).toBe('аб…');
		expect(cutText('Имя Отчество', 5)).toBe('Имя…');
	});
});

describe("the portal's book-keeping", () => {
	it('is never a reason to lose an answer', () => {
		const odd = { c0: { operating: null }, c1: { operating: 'много', finish: null }, c2: 'нет' };
		const answer = { result: { result: { c0: true, c1: true, c2: true }, result_error: { c3: { error: 'X', error_description: ['поле', 'значение'] } }, result_time: odd } };
		const { result } = batchSchema.parse(answer);
		expect(result.result).toEqual({ c0: true, c1: true, c2: true });
		expect(result.result_error.c3).toEqual({ code: 'X', text: 'поле; значение' });
	});
});

describe('a currency', () => {
	const inRoubles = (number: number): DealDraft => {
		const order = draft(number);
		return { ...order, card: order.card && { ...order.card, exactAmount: '1490 RUB' } };
	};

	it('is booked as the order has it', async () => {
		await bench.crm.saveDeals([inRoubles(1), draft(2)]);
		expect(state().deals.map(({ currencyId }) => currencyId)).toEqual(['RUB', 'KZT']);
	});

	it('that the portal lacks is never replaced by another one', async () => {
		const tenge = await openBench({ currencies: ['KZT'] });
		try {
			prepared = await tenge.crm.prepare('Заказы маркетплейсов');
			const outcomes = await tenge.crm.saveDeals([inRoubles(1), draft(2)]);
			expect(outcomes).toMatchObject([{ outcome: 'rejected', about: 'currency', reason: expect.stringContaining('нет валюты RUB') }, { outcome: 'ok' }]);
			expect(tenge.sandbox.bitrix24.state().deals.map(({ currencyId }) => currencyId)).toEqual(['KZT']);
		} finally {
			await tenge.close();
		}
	});
});
