import { type Contact, type Outcome } from '../../core/ports';
import { collect, openBench, type Bench } from './bench';

let bench: Bench;

beforeAll(async () => {
	bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
	bench.sandbox.reset(true);
	await bench.crm.prepare('Заказы');
	bench.forgetCalls();
});

const value = <T>(outcome: Outcome<T> | undefined): T => {
	if (outcome?.outcome !== 'ok') throw new Error(JSON.stringify(outcome));
	return outcome.value;
};
const ids = (outcome: Outcome<Contact[]> | undefined): number[] => value(outcome).map(({ id }) => Number(id));

describe('findContacts', () => {
	it('finds a phone however it is written, oldest contact first', async () => {
		const account = bench.sandbox.amocrm.account;
		const now = Math.floor(bench.sandbox.clock.now() / 1000);
		const plus = account.addContact({ name: 'Plus', phones: ['+77015550123'], createdAt: now - 100 }).id;
		const eight = account.addContact({ name: 'Eight', phones: ['87015550123'], createdAt: now - 300 }).id;
		const ten = account.addContact({ name: 'Ten', phones: ['7015550123'], createdAt: now - 200 }).id;
		account.addContact({ name: 'Other', phones: ['+77015550124'] });
		account.flushIndex();
		const [found] = await bench.crm.findContacts([{ phone: '+77015550123' }]);
		expect(ids(found)).toEqual([eight, ten, plus]);
		expect(bench.calls()).toEqual({ 'GET /api/v4/contacts': 1 });
	});

	it('does not believe hits in other fields, nor the same tail in another country', async () => {
		const account = bench.sandbox.amocrm.account;
		account.addContact({ name: 'Заказ 7015550123', phones: ['+77770001122'] });
		account.addContact({ name: 'Abroad', phones: ['+447015550123'] });
		account.addContact({ name: 'Longer', phones: ['+9987015550123'] });
		account.flushIndex();
		expect(ids((await bench.crm.findContacts([{ phone: '+77015550123' }]))[0])).toEqual([]);
	});

	it('compares e-mails as a whole and without case, and takes them only when the phone finds nobody', async () => {
		const account = bench.sandbox.amocrm.account;
		const mail = account.addContact({ name: 'Mail', emails: ['Buyer@Example.test'] }).id;
		account.addContact({ name: 'Longer', emails: ['other.buyer@example.test'] });
		const phone = account.addContact({ name: 'Phone', phones: ['+77015550123'] }).id;
		account.flushIndex();
		const [byMail, byPhone] = await bench.crm.findContacts([
			{ phone: '+77015559999', email: 'buyer@example.test' },
			{ phone: '+77015550123', email: 'buyer@example.test' },
		]);
		expect(ids(byMail)).toEqual([mail]);
		expect(ids(byPhone)).toEqual([phone]);
	});

	it('asks once for the same key and gives each query its answer', async () => {
		const account = bench.sandbox.amocrm.account;
		const known = Array.from({ length: 12 }, (_, index) => account.addContact({ name: `B${index}`, phones: [`+770155501${10 + index}`] }).id);
		account.flushIndex();
		const queries = known.map((_, index) => ({ phone: `+770155501${10 + index}` }));
		const found = await bench.crm.findContacts([...queries, ...queries]);
		expect(found.map((outcome) => ids(outcome)[0])).toEqual([...known, ...known]);
		expect(bench.calls()).toEqual({ 'GET /api/v4/contacts': 12 });
	});

	it('follows the pages of a search with many false hits', async () => {
		const account = bench.sandbox.amocrm.account;
		for (let index = 0; index < 260; index++) account.addContact({ name: `Заказ 7015550123 №${index}` });
		const real = account.addContact({ name: 'Real', phones: ['+7 701 555 01 23'] }).id;
		account.flushIndex();
		expect(ids((await bench.crm.findContacts([{ phone: '+77015550123' }]))[0])).toEqual([real]);
	});
});

describe('saveContacts', () => {
	it('creates in batches of fifty', async () => {
		const drafts = Array.from({ length: 120 }, (_, index) => ({ name: `B${index}`, phones: [`+7701555${1000 + index}`], emails: [] }));
		const saved = await bench.crm.saveContacts(drafts);
		expect(bench.calls()['POST /api/v4/contacts']).toBe(3);
		const contacts = new Map(bench.sandbox.amocrm.state().contacts.map((contact) => [String(contact.id), contact]));
		expect(saved.map((outcome) => contacts.get(value(outcome))?.phones)).toEqual(drafts.map(({ phones }) => phones));
	});

	it('adds what is missing and overwrites nothing', async () => {
		const account = bench.sandbox.amocrm.account;
		const { id } = account.addContact({ name: 'Мастер Имя', phones: ['8 (701) 555-01-23', '+77770001122'], emails: ['a@example.test'] });
		const draft = { id: String(id), name: 'Другое имя', phones: ['+77015550123', '+77015559988'], emails: ['A@example.test'.toLowerCase(), 'b@example.test'], buyerKey: 'hash1' };
		expect(await bench.crm.saveContacts([draft])).toMatchObject([{ outcome: 'ok', value: String(id) }]);
		expect(bench.sandbox.amocrm.state().contacts[0]).toMatchObject({
			name: 'Мастер Имя',
			phones: ['8 (701) 555-01-23', '+77770001122', '+77015559988'],
			emails: ['a@example.test', 'b@example.test'],
			fields: { 'Ключ покупателя': 'hash1' },
		});
		bench.forgetCalls();
		await bench.crm.saveContacts([draft]);
		expect(bench.calls()['PATCH /api/v4/contacts']).toBeUndefined();
	});

	it('puts together what several drafts add to one contact', async () => {
		const { id } = bench.sandbox.amocrm.account.addContact({ name: 'К', phones: ['+77015550123'] });
		const drafts = ['+77015559981', '+77015559982'].map((phone) => ({ id: String(id), name: 'К', phones: [phone], emails: [] }));
		const saved = await bench.crm.saveContacts(drafts);
		expect(saved.map((outcome) => value(outcome))).toEqual([String(id), String(id)]);
		expect(bench.sandbox.amocrm.state().contacts[0]?.phones).toEqual(['+77015550123', '+77015559981', '+77015559982']);
	});

	it('keeps the buyer key that is there', async () => {
		const [first] = await bench.crm.saveContacts([{ name: 'Семья', phones: ['+77015550123'], emails: [], buyerKey: 'hash1' }]);
		await bench.crm.saveContacts([{ id: value(first), name: '', phones: [], emails: [], buyerKey: 'hash2' }]);
		const [read] = await bench.crm.readContacts([value(first)]);
		expect(value(read)).toMatchObject({ buyerKey: 'hash1', phones: ['+77015550123'] });
	});

	it('says so when a contact is gone', async () => {
		const { id } = bench.sandbox.amocrm.account.addContact({ name: 'x' });
		bench.sandbox.amocrm.account.deleteContact(id);
		const saved = await bench.crm.saveContacts([{ id: String(id), name: 'x', phones: ['+77015550123'], emails: [] }, { name: 'y', phones: [], emails: [] }]);
		expect(saved.map(({ outcome }) => outcome)).toEqual(['rejected', 'ok']);
	});

	it('finds an unknown create again by the list of new contacts, which has no lag', async () => {
		const since = bench.sandbox.clock.now();
		bench.sandbox.faults.set({ api: 'amocrm', kind: 'timeout-after-apply', method: 'POST', next: 1 });
		const [saved] = await bench.crm.saveContacts([{ name: 'B', phones: ['+77015550123'], emails: [] }]);
		expect(saved?.outcome).toBe('unknown');
		expect(ids((await bench.crm.findContacts([{ phone: '+77015550123' }]))[0])).toEqual([]);
		expect((await collect(bench.crm.contactsCreatedSince(since))).map(({ phones }) => phones)).toEqual([['+77015550123']]);
	});
});
