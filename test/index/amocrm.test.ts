import { indexedSearch } from '../../contacts/indexedSearch';
import type { ContactSearch } from '../../contacts/search';
import { fillIndex, type IndexContext } from '../../contacts/warmIndex';
import type { Contact, Outcome } from '../../core/ports';
import { openJournal } from '../../journal/open';
import type { Journal } from '../../journal/journal';
import { openBench, type Bench } from '../amocrm/bench';
import { freshFile, removeFolders } from '../journal/folder';

let bench: Bench;
let journal: Journal;
let context: IndexContext;
let search: ContactSearch;
let executions = 0;

beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => {
	await bench.close();
	removeFolders();
});
beforeEach(async () => {
	bench.sandbox.reset(true);
	journal = await openJournal({ file: freshFile() });
	context = { journal, crm: bench.crm, region: 'KZ', now: () => bench.sandbox.clock.now() };
	search = indexedSearch(context);
	bench.forgetCalls();
});
afterEach(() => journal.close());

const account = () => bench.sandbox.amocrm.account;
const phone = (number: number): string => `+7701${String(5_550_000 + number)}`;
const ids = (outcome: Outcome<Contact[]> | undefined): number[] => {
	if (outcome?.outcome !== 'ok') throw new Error(JSON.stringify(outcome));
	return outcome.value.map(({ id }) => Number(id));
};
const reads = (): number => bench.calls()['GET /api/v4/contacts'] ?? 0;

/** Contacts that have been there for a while, one a second, each with one phone. */
function oldContacts(count: number, write: (number: number) => string = phone): number[] {
	const first = Math.floor(bench.sandbox.clock.now() / 1000) - 5 * 24 * 3600;
	return Array.from({ length: count }, (_, number) => account().addContact({ name: `К${number}`, phones: [write(number)], createdAt: first + number }).id);
}

const fill = (stopAfterPages = Infinity) => {
	let pages = 0;
	executions += 1;
	return fillIndex(context, { owner: `test/${executions}`, shouldStop: () => (pages += 1) >= stopAfterPages });
};

async function warm(): Promise<void> {
	expect((await fill()).kind).toBe('warm');
	account().flushIndex();
	bench.forgetCalls();
}

describe('filling', () => {
	it('goes on where it was killed, and reads nobody twice', async () => {
		const known = oldContacts(3_000);
		let pages = 0;
		const killed = fillIndex(context, {
			owner: 'killed/1',
			shouldStop: () => false,
			onPage() {
				pages += 1;
				if (pages === 5) throw new Error('killed');
			},
		});
		await expect(killed).rejects.toThrow('killed');
		const half = await journal.contactIndex.state(bench.crm.account);
		expect(half).toMatchObject({ phase: 'filling', failure: 'killed' });
		expect(half?.read).toBeGreaterThan(1_200);
		// Nobody may be taken for unknown while the index has holes.
		expect(ids((await search([{ phone: phone(2_999) }]))[0])).toEqual([]);
		account().flushIndex();
		expect(ids((await search([{ phone: phone(2_999) }]))[0])).toEqual([known[2_999]]);

		bench.forgetCalls();
		expect(await fill()).toMatchObject({ kind: 'warm', state: { read: 3_000, phase: 'warm' } });
		// Seven pages of 250 with a little overlap, and the changes meanwhile.
		expect(reads()).toBeLessThanOrEqual(9);
		const found = await search(known.map((_, number) => ({ phone: phone(number) })));
		expect(found.map((outcome) => ids(outcome)[0])).toEqual(known);
	});

	it('misses nobody when contacts that were read are deleted meanwhile', async () => {
		const known = oldContacts(2_000);
		expect((await fill(4)).kind).toBe('stopped');
		const deleted = new Set(known.slice(100, 900));
		for (const id of deleted) account().deleteContact(id);
		expect((await fill()).kind).toBe('warm');
		account().flushIndex();
		const left = known.map((id, number) => ({ id, number })).filter(({ id }) => !deleted.has(id));
		bench.forgetCalls();
		const found = await search(left.map(({ number }) => ({ phone: phone(number) })));
		expect(found.map((outcome) => ids(outcome)[0])).toEqual(left.map(({ id }) => id));
		// The changes, and the contacts by their ids, two hundred a call.
		expect(reads()).toBe(1 + Math.ceil(left.length / 200));
	});

	it('sees what changed behind the reader: a new phone on a page that was read', async () => {
		const known = oldContacts(1_000);
		await fill(2);
		account().editContact(known[3] ?? 0, { phones: [phone(7_777)] });
		expect((await fill()).kind).toBe('warm');
		account().flushIndex();
		const [before, after] = await search([{ phone: phone(3) }, { phone: phone(7_777) }]);
		expect([ids(before), ids(after)]).toEqual([[], [known[3]]]);
	});

	it('is done by one process at a time', async () => {
		oldContacts(600);
		const now = context.now();
		await journal.contactIndex.begin(bench.crm.account, 'KZ/1', 'other/1', 60_000, now);
		expect((await fill()).kind).toBe('busy');
		bench.sandbox.clock.advance(61_000);
		expect((await fill()).kind).toBe('warm');
		expect(await journal.contactIndex.savePage(bench.crm.account, 'other/1', [], 'late', 60_000, now)).toBe(false);
	});

	it('does not begin on an account that ignores the filter by time', async () => {
		oldContacts(10);
		const crm = bench.crm;
		const original = bench.client.contactPage.bind(bench.client);
		jest.spyOn(bench.client, 'contactPage').mockImplementation((query) => original(query.filter(([name]) => !name.startsWith('filter'))));
		await expect(fill()).rejects.toThrow(/does not filter contacts/);
		jest.restoreAllMocks();
		expect(await journal.contactIndex.state(crm.account)).toMatchObject({ phase: 'filling', read: 0 });
	});
});

describe('a warm index', () => {
	it('finds a phone however it is written, and an e-mail when the phone finds nobody; oldest first', async () => {
		const written = ['+77015550123', '87015550123', '7015550123', '+7 (701) 555-01-23', 'моб. 8-701-555-01-23, дом. 8 727 250-11-22'];
		const made = oldContacts(5, (number) => written[number] ?? '');
		const mail = account().addContact({ name: 'Почта', emails: ['Buyer@Example.test'] }).id;
		account().addContact({ name: 'Заказ 7015550123', phones: ['+447015550123'] });
		await warm();
		const found = await search([{ phone: '+77015550123', email: 'buyer@example.test' }, { phone: phone(999), email: 'buyer@example.test' }]);
		expect(found.map(ids)).toEqual([made, [mail]]);
		expect(reads()).toBe(2);
	});

	it('costs one call for two hundred new buyers, and none when nobody is looked for', async () => {
		oldContacts(1_000);
		await warm();
		const strangers = Array.from({ length: 200 }, (_, number) => ({ phone: phone(20_000 + number) }));
		const found = await search(strangers);
		expect(found.flatMap(ids)).toEqual([]);
		expect(bench.calls()).toEqual({ 'GET /api/v4/contacts': 1 });
		await search([]);
		await search([{}]);
		expect(reads()).toBe(1);
	});

	it('cold, searches once for each key', async () => {
		oldContacts(50);
		await search(Array.from({ length: 40 }, (_, number) => ({ phone: phone(20_000 + number) })));
		expect(reads()).toBe(40);
	});

	it('knows a contact that somebody has just made, which the search does not find yet', async () => {
		oldContacts(20);
		await warm();
		const { id } = account().addContact({ name: 'Новый', phones: ['8 701 555 90 01'] });
		expect((await bench.crm.findContacts([{ phone: '+77015559001' }])).map(ids)).toEqual([[]]);
		expect((await search([{ phone: '+77015559001' }])).map(ids)).toEqual([[id]]);
	});

	it('respects a changed phone, a deletion and a merge', async () => {
		const [changed = 0, deleted = 0, merged = 0, into = 0, shared = 0] = oldContacts(5, (number) => phone(number === 4 ? 1 : number));
		await warm();
		account().editContact(changed, { phones: [phone(500)] });
		account().deleteContact(deleted);
		account().mergeContacts(merged, into);
		account().flushIndex();
		const asked = [0, 500, 1, 2, 3].map((number) => ({ phone: phone(number) }));
		expect((await search(asked)).map(ids)).toEqual([[], [changed], [shared], [into], [into]]);
		// What was found to be gone is not asked for again.
		bench.forgetCalls();
		expect((await search([{ phone: phone(0) }])).map(ids)).toEqual([[]]);
		expect(reads()).toBe(1);
	});

	it('asks the CRM before it says that nobody has the phone of a contact that is gone', async () => {
		const [gone = 0] = oldContacts(1);
		await warm();
		account().deleteContact(gone);
		account().flushIndex();
		expect((await search([{ phone: phone(0) }])).map(ids)).toEqual([[]]);
		// The changes, the contact that is gone, the search.
		expect(reads()).toBe(3);
	});

	it('is none for other rules of reading phones', async () => {
		oldContacts(3);
		await warm();
		await indexedSearch({ ...context, region: 'RU' })([{ phone: phone(1) }, { phone: phone(2) }]);
		expect(reads()).toBe(2);
	});

	it('answers executions that look at the same time, who share the looks at what has changed', async () => {
		const known = oldContacts(300);
		await warm();
		const { id } = account().addContact({ name: 'Новый', phones: [phone(9_000)] });
		const answers = await Promise.all(Array.from({ length: 8 }, () => search([{ phone: phone(7) }, { phone: phone(9_000) }])));
		expect(answers.map((found) => found.map(ids))).toEqual(answers.map(() => [[known[7]], [id]]));
		// The first look, one for all the others, and one read of contacts for each.
		expect(reads()).toBe(2 + answers.length);
	});
});
