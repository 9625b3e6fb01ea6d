import type { Contact, Outcome } from '../../core/ports';
import { collect, openBench, type Bench } from './bench';

let bench: Bench;

beforeAll(async () => {
	bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
	bench.reset();
	await bench.crm.prepare('Заказы');
	// The portal's fields are known from here on.
	await bench.crm.readContacts(['1']);
	bench.forgetCalls();
});

const account = () => bench.sandbox.bitrix24.account;
const contacts = () => bench.sandbox.bitrix24.state().contacts;
const value = <T>(outcome: Outcome<T> | undefined): T => {
	if (outcome?.outcome !== 'ok') throw new Error(JSON.stringify(outcome));
	return outcome.value;
};
const ids = (outcome: Outcome<Contact[]> | undefined): number[] => value(outcome).map(({ id }) => Number(id));

describe.each(['strict', 'digits', 'seven-eight'] as const)('findContacts on a portal that compares phones %s', (phoneMatching) => {
	beforeEach(() => {
		bench.sandbox.bitrix24.settings.phoneMatching = phoneMatching;
	});

	it('finds a phone however it is written, oldest contact first, in two calls', async () => {
		const written = ['+77015550123', '87015550123', '7015550123', '77015550123', '+7 (701) 555-01-23'];
		const made = written.map((phone, index) => account().addContact({ name: `K${index}`, phones: [phone] }).id);
		account().addContact({ name: 'Other', phones: ['+77015550124'] });
		const [found] = await bench.crm.findContacts([{ phone: '+77015550123' }]);
		expect(ids(found)).toEqual(made);
		expect(bench.calls()).toBe(2);
	});

	it('gives no false hits: the tail of another country, of a longer number, of another key of the same search', async () => {
		account().addContact({ name: 'Abroad', phones: ['+447015550123'] });
		const a = account().addContact({ name: 'A', phones: ['+77015550123'] }).id;
		const b = account().addContact({ name: 'B', phones: ['87015550999'] }).id;
		const found = await bench.crm.findContacts([{ phone: '+77015550123' }, { phone: '+77015550999' }, { phone: '+77015550777' }]);
		expect(found.map(ids)).toEqual([[a], [b], []]);
	});

	it('finds nobody as nobody', async () => {
		expect((await bench.crm.findContacts([{ phone: '+77015550123' }, { email: 'a@example.test' }])).map(ids)).toEqual([[], []]);
	});
});

describe('findContacts', () => {
	it('takes the e-mail only when the phone finds nobody, and without case', async () => {
		const mail = account().addContact({ name: 'Mail', emails: ['Buyer@Example.test'] }).id;
		const phone = account().addContact({ name: 'Phone', phones: ['+77015550123'] }).id;
		const found = await bench.crm.findContacts([
			{ phone: '+77015559999', email: 'buyer@example.test' },
			{ phone: '+77015550123', email: 'buyer@example.test' },
		]);
		expect(found.map(ids)).toEqual([[mail], [phone]]);
	});

	it('asks for a hundred phones in one call and reads those found in another', async () => {
		const known = Array.from({ length: 100 }, (_, index) => account().addContact({ name: `B${index}`, phones: [`+7701555${1000 + index}`] }).id);
		const found = await bench.crm.findContacts(known.map((_, index) => ({ phone: `+7701555${1000 + index}` })));
		expect(found.map((outcome) => ids(outcome)[0])).toEqual(known);
		expect(bench.calls()).toBe(2);
	});

	it('is not misled when many share a phone: each key is then asked for alone', async () => {
		const office = Array.from({ length: 25 }, (_, index) => account().addContact({ name: `O${index}`, phones: ['+77172555000'] }).id);
		const one = account().addContact({ name: 'One', phones: ['+77015550123'] }).id;
		const found = await bench.crm.findContacts([{ phone: '+77172555000' }, { phone: '+77015550123' }]);
		expect(ids(found[1])).toEqual([one]);
		// Bitrix24 itself names no more than twenty.
		expect(ids(found[0])).toEqual(office.slice(0, 20));
	});

	it('does not count those whom the owner of the webhook may not see', async () => {
		account().addContact({ name: 'Hidden', phones: ['+77015550123'], hidden: true });
		expect(ids((await bench.crm.findContacts([{ phone: '+77015550123' }]))[0])).toEqual([]);
	});
});

describe('saveContacts', () => {
	it('creates fifty a call and finds them again at once', async () => {
		const drafts = Array.from({ length: 120 }, (_, index) => ({ name: `B${index}`, phones: [`+7701555${1000 + index}`], emails: [`b${index}@example.test`], buyerKey: `k${index}` }));
		const saved = await bench.crm.saveContacts(drafts);
		expect(bench.calls()).toBe(3);
		const byId = new Map(contacts().map((contact) => [String(contact.id), contact]));
		expect(saved.map((outcome) => byId.get(value(outcome))?.phones)).toEqual(drafts.map(({ phones }) => phones));
		expect(byId.get(value(saved[3]))).toMatchObject({ emails: ['b3@example.test'], fields: { 'Ключ покупателя': 'k3' } });
		expect(ids((await bench.crm.findContacts([{ phone: '+77015551003' }]))[0])).toEqual([Number(value(saved[3]))]);
	});

	it('adds what is missing, overwrites nothing, and nothing piles up', async () => {
		const { id } = account().addContact({ name: 'Мастер', lastName: 'Имя', phones: ['8 (701) 555-01-23', '+77770001122'], emails: ['a@example.test'] });
		const draft = { id: String(id), name: 'Другое имя', phones: ['+77015550123', '+77015559988'], emails: ['a@example.test', 'b@example.test'], buyerKey: 'hash1' };
		for (let turn = 0; turn < 3; turn += 1) expect(await bench.crm.saveContacts([draft])).toMatchObject([{ outcome: 'ok', value: String(id) }]);
		expect(contacts()[0]).toMatchObject({
			name: 'Мастер',
			lastName: 'Имя',
			phones: ['8 (701) 555-01-23', '+77770001122', '+77015559988'],
			emails: ['a@example.test', 'b@example.test'],
			fields: { 'Ключ покупателя': 'hash1' },
		});
	});

	it('keeps the buyer key that is there', async () => {
		const [first] = await bench.crm.saveContacts([{ name: 'Семья', phones: ['+77015550123'], emails: [], buyerKey: 'hash1' }]);
		await bench.crm.saveContacts([{ id: value(first), name: '', phones: [], emails: [], buyerKey: 'hash2' }]);
		expect(value((await bench.crm.readContacts([value(first)]))[0])).toMatchObject({ buyerKey: 'hash1', phones: ['+77015550123'] });
	});

	it('says so when a contact is gone, and for an invalid e-mail', async () => {
		const { id } = account().addContact({ name: 'x' });
		account().remove('contact', id);
		const saved = await bench.crm.saveContacts([
			{ id: String(id), name: 'x', phones: ['+77015550123'], emails: [] },
			{ name: 'bad', phones: [], emails: ['no address'] },
			{ name: 'y', phones: [], emails: [] },
		]);
		expect(saved.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected', 'ok']);
	});

	it('does not repeat a create or an addition whose answer was lost; the list of new contacts tells', async () => {
		const since = bench.sandbox.clock.now();
		bench.sandbox.faults.set({ api: 'bitrix24', kind: 'timeout-after-apply', method: 'POST', next: 1 });
		const [saved] = await bench.crm.saveContacts([{ name: 'B', phones: ['+77015550123'], emails: [] }]);
		expect(saved?.outcome).toBe('unknown');
		expect((await collect(bench.crm.contactsCreatedSince(since))).map(({ phones }) => phones)).toEqual([['+77015550123']]);
	});
});
