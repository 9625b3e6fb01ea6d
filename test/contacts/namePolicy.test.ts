import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { findOrCreate, type ContactsContext, type WantedPerson } from '../../contacts/findOrCreate';
import { findOrCreatePatiently } from '../../contacts/findOrCreateWaiting';
import { SqliteJournal } from '../../journal/sqlite';
import { FakeContacts } from './fakeContacts';

jest.setTimeout(120_000);

const phone = '+77015550123';
const person = (name: string, more: Partial<WantedPerson> = {}): WantedPerson => ({ name, phones: [phone], emails: [], fallbackName: 'Покупатель Kaspi, заказ 1', ...more });

/** Two people who share a phone, each in every way in which the name is written. No two of the one agree with any of the other. */
const hers = ['Асель Касымова', 'Касымова Асель', 'Асель К.', 'Asel Kassymova', 'Асель'];
const his = ['Ерлан Касымов', 'КАСЫМОВ ЕРЛАН', 'Ерлан К.', 'Ерлан'];

let journal: SqliteJournal;
let fake: FakeContacts;
let settings: Partial<ContactsContext>;

async function begin(): Promise<void> {
	journal = await SqliteJournal.on(new DatabaseSync(':memory:'));
	fake = new FakeContacts();
	settings = {};
}
const context = (): ContactsContext => ({
	crm: fake.crm,
	identities: journal.identities,
	owner: 'test',
	region: 'KZ',
	severalContacts: 'oldest',
	nameConflict: 'create',
	now: () => fake.now,
	...settings,
});
/** As a node does; waiting costs no real time. */
const order = (people: readonly WantedPerson[]) =>
	findOrCreatePatiently(context(), people, {
		giveUpAfterMs: 300_000,
		random: Math.random,
		pause: async (ms) => {
			fake.now += ms * 20;
			await new Promise((resolve) => setImmediate(resolve));
		},
	});
const idsOf = async (people: readonly WantedPerson[]): Promise<(string | undefined)[]> =>
	(await order(people)).map((finding) => (finding.kind === 'contact' ? finding.id : undefined));

beforeEach(begin);
afterEach(() => journal.close());

describe('two people on one phone', () => {
	it('have two contacts, in whatever order and however written they come, together or at once, with answers lost', async () => {
		const batch = fc.record({
			people: fc.array(fc.constantFrom(...hers, ...his), { minLength: 1, maxLength: 4 }),
			withEmail: fc.boolean(),
			withCustomer: fc.boolean(),
			isAtOnce: fc.boolean(),
			// Lost: the contact is looked for in the list of new ones at once; that failing too, when the claim has run out.
			loses: fc.constantFrom('nothing', 'answer', 'answer and list'),
			laterMs: fc.constantFrom(0, 1_000, 300_000),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 6 }), async (batches) => {
				await journal.close();
				await begin();
				const met = new Set<string>();
				for (const { people, withEmail, withCustomer, isAtOnce, loses, laterMs } of batches) {
					fake.now += laterMs;
					fake.losesNextAnswer = loses !== 'nothing';
					fake.failsNextList = loses === 'answer and list';
					const wanted = people.map((name) => {
						const who = hers.includes(name) ? 'her' : 'him';
						met.add(who);
						return person(name, { emails: withEmail ? [`${who}@example.kz`] : [], customer: withCustomer ? who : undefined });
					});
					const found = isAtOnce ? (await Promise.all(wanted.map((each) => idsOf([each])))).flat() : await idsOf(wanted);
					for (const [index, id] of found.entries()) {
						const name = people[index] ?? '';
						const contact = fake.all.get(id ?? '');
						expect({ name, isHers: hers.includes(contact?.name ?? '') }).toEqual({ name, isHers: hers.includes(name) });
					}
				}
				expect(fake.all.size).toBe(met.size);
			}),
			{ numRuns: 250 },
		);
	});

	it('cost no call at all when they come again, however often, and one batch read when only the CRM knows their names', async () => {
		const [herId, hisId] = await idsOf([person(hers[0] ?? ''), person(his[0] ?? '')]);
		Object.assign(fake.calls, { search: 0, read: 0, save: 0, list: 0 });
		for (const name of [...hers, ...his, ...hers]) expect(await idsOf([person(name)])).toEqual([hers.includes(name) ? herId : hisId]);
		expect(fake.calls).toEqual({ search: 0, read: 0, save: 0, list: 0 });

		// As a journal of an earlier version has it: the key, and nobody's name.
		await journal.close();
		journal = await SqliteJournal.on(new DatabaseSync(':memory:'));
		await journal.identities.assign([{ account: 'crm', kind: 'phone', value: phone }], herId ?? '');
		fake.now += 300_000;
		expect(await idsOf([person(his[0] ?? ''), person(hers[1] ?? '')])).toEqual([hisId, herId]);
		expect(fake.calls).toEqual({ search: 1, read: 1, save: 0, list: 0 });
	});

	it('are one when the analyst says so, and a person is asked when the analyst wants that', async () => {
		const id = fake.add({ name: his[0], phones: ['8 (701) 555-01-23'], createdAt: fake.now - 600_000 });
		settings = { nameConflict: 'attention' };
		expect(await findOrCreate(context(), [person(hers[0] ?? '')])).toEqual([{ kind: 'attention', why: 'name', ids: [id] }]);
		settings = { nameConflict: 'take' };
		expect(await idsOf([person(hers[0] ?? ''), person(his[1] ?? '')])).toEqual([id, id]);
		expect(fake.all.size).toBe(1);
	});

	it('are told apart by every name that a contact is known under, not only by the one on its card', async () => {
		const family = fake.add({ name: 'Касымовы', phones: [phone, '+77015550124'], createdAt: fake.now - 600_000 });
		// The surname alone is open: who comes first is taken at the phone's word, and then it is his.
		expect(await idsOf([person('Касымов Ерлан')])).toEqual([family]);
		const [hersNow] = await idsOf([person('Асель Касымова', { phones: ['+77015550124'] })]);
		expect(hersNow).not.toBe(family);
		expect(await idsOf([person('Ерлан Касымов', { phones: ['+77015550124'] })])).toEqual([family]);
	});

	it('are told apart in one batch as well as one after the other', async () => {
		const family = fake.add({ name: 'Касымовы', phones: [phone], createdAt: fake.now - 600_000 });
		const [first, second] = await idsOf([person('Касымов Ерлан'), person('Асель Касымова')]);
		expect(first).toBe(family);
		expect(second).not.toBe(family);
		expect(fake.calls.search).toBe(2);
	});
});

describe('a buyer', () => {
	it('without a readable name is taken at the key\'s word, and gives way to nobody', async () => {
		const [nameless] = await idsOf([person('')]);
		const [named] = await idsOf([person('Асель Касымова')]);
		expect(named).toBe(nameless);
		expect(await idsOf([person('Ерлан Касымов')])).not.toEqual([named]);
		expect(fake.all.size).toBe(2);
	});

	it('who is known by the marketplace only keeps the contact although the name is written anew', async () => {
		const masked = { phones: [], customer: 'hash' };
		const [first] = await idsOf([person('Асель Касымова', masked)]);
		expect(await idsOf([person('Асель Иванова', masked)])).toEqual([first]);
		expect(await idsOf([person('Асель Касымова', { ...masked, customer: 'other' })])).not.toEqual([first]);
	});

	it('whose contact was created by an execution that was killed gets that one', async () => {
		fake.losesNextAnswer = true;
		fake.failsNextList = true;
		expect(await findOrCreate(context(), [person('Асель Касымова')])).toMatchObject([{ kind: 'waiting' }]);
		expect(await findOrCreate(context(), [person('Асель Касымова')])).toMatchObject([{ kind: 'waiting', reason: 'another execution is creating this contact' }]);
		fake.now += 61_000;
		expect(await findOrCreate(context(), [person('Ерлан Касымов'), person('Асель К.')])).toMatchObject([{ id: '2', created: true }, { id: '1', created: false }]);
		expect(fake.calls.list).toBe(2);
	});

	it('whose contact was deleted gets a new one', async () => {
		settings = { readKnown: true };
		const [first] = await idsOf([person('Асель Касымова')]);
		fake.all.delete(first ?? '');
		fake.all.set('99', { id: '99', name: 'x', phones: [], emails: [], createdAt: 0, updatedAt: 0 });
		const [second] = await idsOf([person('Асель Касымова')]);
		expect(fake.all.get(second ?? '')).toMatchObject({ name: 'Асель Касымова', phones: [phone] });
	});
});
