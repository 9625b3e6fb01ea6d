import { findDealsByField } from '../../nodes/AmoCrm/api/dealSearch';
import { openBench, type Bench } from './bench';

let bench: Bench;

beforeAll(async () => {
	bench = await openBench();
	await bench.crm.prepare('Заказы');
});
afterAll(() => bench.close());

const number = () => ({ id: bench.sandbox.amocrm.state().fields.leads.find(({ name }) => name === 'Номер заказа')?.id ?? 0 });
const now = () => bench.sandbox.clock.now();

describe('finding deals by a field', () => {
	it('knows recent deals before the search does, at one call for any number of values', async () => {
		const account = bench.sandbox.amocrm.account;
		const ids = ['71', '72', '73'].map((value) => account.addLead({ name: value, fields: { 'Номер заказа': value } }).id);
		bench.forgetCalls();
		const found = await findDealsByField(bench.client, number(), ['73', '71', '72'], now());
		expect(['71', '72', '73'].map((value) => found.get(value)?.[0]?.id)).toEqual(ids);
		expect(bench.calls()).toEqual({ 'GET /api/v4/leads': 1 });
	});

	it('searches for older ones, believes no hit in another field, no part of a number and no deleted deal', async () => {
		const account = bench.sandbox.amocrm.account;
		account.addLead({ name: '912345678' });
		account.addLead({ name: 'x', fields: { 'Номер заказа': '9123456789' } });
		account.deleteLead(account.addLead({ name: 'x', fields: { 'Номер заказа': '912345678' } }).id);
		const { id } = account.addLead({ name: 'x', fields: { 'Номер заказа': '912345678' } });
		bench.sandbox.clock.advance(60 * 60_000);
		bench.forgetCalls();
		const found = await findDealsByField(bench.client, number(), ['912345678', '5'], now());
		expect(found.get('912345678')?.map((lead) => lead.id)).toEqual([id]);
		expect(found.get('5')).toEqual([]);
		expect(bench.calls()).toEqual({ 'GET /api/v4/leads': 3 });
	});
});
