import * as fc from 'fast-check';
import { findDuplicates } from '../../core/duplicates/findDuplicates';
import type { AuditedContact, DuplicateReport } from '../../core/duplicates/types';
import { labelledContacts, type LabelledContact } from './people';
import { score } from './score';
import { maskedWritings } from './writing';

/** Without anything personal: what a failing run may print. */
const ids = (pairs: readonly [LabelledContact, LabelledContact][]): string[] => pairs.map(([one, other]) => `${one.id} (#${one.person}) – ${other.id} (#${other.person})`);

describe('20,000 labelled people', () => {
	it.each([1, 2, 3])('joins nobody with anybody else and finds nearly all copies, seed %i', (seed) => {
		const contacts = labelledContacts(20_000, seed);
		const { wrong, recall, recallOfAll, found, real } = score(contacts, findDuplicates(contacts, 'KZ'));
		expect(ids(wrong)).toEqual([]);
		expect(real).toBeGreaterThan(20_000);
		expect(recallOfAll).toBeGreaterThanOrEqual(0.98);
		expect(recall).toBeGreaterThanOrEqual(0.99);
		// What is not joined is shown to a person.
		expect(found).toBeGreaterThanOrEqual(0.995);
	});

	it('joins nobody by a masked phone, whoever writes it how', () => {
		const contacts = labelledContacts(2_000, 9).map((contact, index): AuditedContact => ({
			...contact,
			name: 'Асель Касымова',
			phones: [maskedWritings[index % maskedWritings.length] ?? ''],
			emails: [],
		}));
		expect(findDuplicates(contacts, 'KZ').groups).toEqual([]);
	});

	it('never joins without a real phone or e-mail in common with somebody of the group', () => {
		const contacts = labelledContacts(3_000, 4);
		for (const group of findDuplicates(contacts, 'KZ').groups) {
			for (const { id } of group.contacts) expect(group.keys.some(({ writtenAs }) => writtenAs.some((each) => each.id === id))).toBe(true);
			if (group.certainty !== 'conflict') expect(group.keys.some(({ kind }) => kind !== 'customer')).toBe(true);
		}
	});
});

describe('the result', () => {
	const people = fc.integer({ min: 0, max: 1_000 }).map((seed) => labelledContacts(60, seed));
	/** Everything that is said about the groups, without the notes about e-mail domains. */
	const said = (report: DuplicateReport) => report.groups;

	it('does not depend on the order of reading, nor on reading a contact twice', () => {
		fc.assert(
			fc.property(people, fc.integer(), (contacts, seed) => {
				const shuffled = [...contacts, ...contacts.slice(0, 20)].sort((a, b) => ((Number(a.id) * 7919 + seed) % 1009) - ((Number(b.id) * 7919 + seed) % 1009));
				expect(said(findDuplicates(shuffled, 'KZ'))).toEqual(said(findDuplicates(contacts, 'KZ')));
			}),
			{ numRuns: 40 },
		);
	});

	it('is the same when a masked phone is added to everybody', () => {
		fc.assert(
			fc.property(people, fc.constantFrom(...maskedWritings), (contacts, masked) => {
				const shape = (report: DuplicateReport) => report.groups.map(({ certainty, contacts: members, keys }) => ({ certainty, ids: members.map(({ id }) => id).sort(), keys }));
				const more = contacts.map((contact) => ({ ...contact, phones: [...contact.phones, masked] }));
				expect(shape(findDuplicates(more, 'KZ')).sort(byText)).toEqual(shape(findDuplicates(contacts, 'KZ')).sort(byText));
			}),
			{ numRuns: 40 },
		);
	});

	it('leaves nothing to join when every group has been merged into the contact to keep', () => {
		fc.assert(
			fc.property(people, (contacts) => {
				const gone = new Set(findDuplicates(contacts, 'KZ').groups.flatMap((group) => (group.certainty === 'conflict' ? [] : group.contacts.slice(1).map(({ id }) => id))));
				const kept = contacts.filter(({ id }) => !gone.has(id));
				const again = findDuplicates(kept, 'KZ').groups.filter(({ certainty }) => certainty !== 'conflict');
				// One of many spellings is kept: what contradicted a lost spelling may agree now, but never two different people.
				for (const group of again) expect(new Set(group.contacts.map(({ id }) => contacts.find((contact) => contact.id === id)?.person)).size).toBe(1);
			}),
			{ numRuns: 40 },
		);
	});
});

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
