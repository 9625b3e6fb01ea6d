import { indexedSearch } from '../../contacts/indexedSearch';
import type { ContactSearch } from '../../contacts/search';
import { fillIndex, type IndexContext } from '../../contacts/warmIndex';
import type { Contact, Outcome } from '../../core/ports';
import { openJournal } from '../../journal/open';
import type { Journal } from '../../journal/journal';
import { openBench, type Bench } from '../bitrix24/bench';
import { freshFile, removeFolders } from '../journal/folder';

let bench: Bench;
let journal: Journal;
let context: IndexContext;
let search: ContactSearch;

beforeAll(async () => {
	bench = await openBench({ phoneMatching: 'strict' });
});
afterAll(async () => {
	await bench.close();
	removeFolders();
});
beforeEach(async () => {
	bench.reset();
	await bench.crm.prepare('Заказы');
	await bench.crm.readContacts(['1']);
	journal = await openJournal({ file: freshFile() });
	context = { journal, crm: bench.crm, region: 'KZ', now: () => bench.sandbox.clock.now() };
	search = indexedSearch(context);
	bench.forgetCalls();
});
afterEach(() => journal.close());

const account = () => bench.sandbox.bitrix24.account;
const phone = (number: number): string => `+7701${String(5_550_000 + number)}`;
const ids = (outcome: Outcome<Contact[]> | undefined): number[] => {
	if (outcome?.outcome !== 'ok') throw new Error(JSON.stringify(outcome));
	return outcome.value.map(({ id }) => Number(id));
};
function oldContacts(count: number, write: (number: number) => string = phone): number[] {
	const made = Array.from({ length: count }, (_, number) => account().addContact({ name: `К${number}`, phones: [write(number)] }).id);
	// Older than what a first look at the changes goes back.
	bench.sandbox.clock.advance(2 * 24 * 3_600_000);
	return made;
}
const fill = (stopAt = Infinity) => fillIndex(context, { owner: 'test/1', shouldStop: (read) => read >= stopAt });
async function warm(): Promise<void> {
	expect((await fill()).kind).toBe('warm');
	bench.forgetCalls();
}

it('is filled by 2,500 contacts a call, goes on where it stopped, and misses nobody when contacts are deleted meanwhile', async () => {
	const known = oldContacts(3_000);
	expect(await fill(1_000)).toMatchObject({ kind: 'stopped', state: { read: 1_000 } });
	for (const id of known.slice(10, 400)) account().remove('contact', id);
	bench.forgetCalls();
	expect(await fill()).toMatchObject({ kind: 'warm', state: { read: 3_000 } });
	expect(bench.calls()).toBeLessThanOrEqual(4);
	const left = known.map((id, number) => ({ id, number })).slice(400);
	const found = await search(left.map(({ number }) => ({ phone: phone(number) })));
	expect(found.map((outcome) => ids(outcome)[0])).toEqual(left.map(({ id }) => id));
});

it('costs the changes and one batch of searches for a hundred new buyers, and no search for those that it knows', async () => {
	const known = oldContacts(200);
	await warm();
	expect((await search(Array.from({ length: 100 }, (_, number) => ({ phone: phone(20_000 + number) })))).flatMap(ids)).toEqual([]);
	expect(bench.calls()).toBe(2);
	bench.forgetCalls();
	const found = await search(known.map((_, number) => ({ phone: phone(number) })));
	expect(found.map((outcome) => ids(outcome)[0])).toEqual(known);
	expect(bench.calls()).toBe(2);
	bench.forgetCalls();
	// More than one batch of searches is what the index saves.
	await search(Array.from({ length: 150 }, (_, number) => ({ phone: phone(30_000 + number) })));
	expect(bench.calls()).toBe(1);
});

it('finds what a strict portal does not: a way of writing that nobody asks for', async () => {
	const [first] = oldContacts(1, () => 'моб. 8/701/555-01-23 (вечером)');
	expect((await search([{ phone: '+77015550123' }])).map(ids)).toEqual([[]]);
	await warm();
	expect((await search([{ phone: '+77015550123' }])).map(ids)).toEqual([[first]]);
});

it('respects a new contact, a changed phone, a deletion and a merge', async () => {
	const [changed = 0, deleted = 0, merged = 0, into = 0, shared = 0] = oldContacts(5, (number) => phone(number === 4 ? 1 : number));
	await warm();
	const { id } = account().addContact({ name: 'Новый', phones: ['8 (701) 555-90-01'] });
	account().editContact(changed, { name: 'К', phones: [phone(500)] });
	account().remove('contact', deleted);
	account().merge('contact', merged, into);
	const asked = [0, 500, 1, 2, 3].map((number) => ({ phone: phone(number) }));
	expect((await search([...asked, { phone: '+77015559001' }])).map(ids)).toEqual([[], [changed], [shared], [into], [into], [id]]);
});
