import fc from 'fast-check';
import { gatherPeople, type Person, type WantedPerson } from '../../contacts/person';
import { chooseByNames } from '../../core/contact/contactChoice';

const wanted = (names: readonly string[]) =>
	fc.record({
		name: fc.constantFrom(...names),
		phones: fc.subarray(['+77010000001', '+77010000002', '+77010000003']),
		emails: fc.subarray(['a@shop.kz', 'b@shop.kz']),
		customer: fc.option(fc.constantFrom('h1', 'h2'), { nil: undefined, freq: 5 }),
		fallbackName: fc.constant('Покупатель'),
	});
const keysOf = ({ phones, emails, customer }: WantedPerson): string[] => [...phones, ...emails, ...(customer ? [customer] : [])];
const of = (people: readonly WantedPerson[], { indexes }: Person): WantedPerson[] => indexes.flatMap((index) => people[index] ?? []);

describe('people of one batch', () => {
	it('without names are one when and only when a chain of shared keys joins them', () => {
		fc.assert(
			fc.property(fc.array(wanted(['']), { maxLength: 12 }), (people) => {
				const groups = gatherPeople(people, 'create');
				expect(groups.flatMap(({ indexes }) => indexes).sort((a, b) => a - b)).toEqual(people.map((_, index) => index));
				const keys = groups.map((group) => new Set(of(people, group).flatMap(keysOf)));
				keys.forEach((own, index) => keys.slice(index + 1).forEach((other) => expect([...own].some((key) => other.has(key))).toBe(false)));
				for (const group of groups) expect(isConnected(of(people, group).map(keysOf))).toBe(true);
			}),
		);
	});

	it('whose names contradict each other are never one by a phone or an e-mail', () => {
		fc.assert(
			fc.property(fc.array(wanted(['Асель Касымова', 'Ерлан Касымов', 'Касымов', 'Асель', '']), { maxLength: 12 }), (people) => {
				const strangers = people.map((person) => ({ ...person, customer: undefined }));
				for (const { names } of gatherPeople(strangers, 'create')) {
					for (const name of names) {
						const others = names.filter((each) => each !== name);
						const choice = chooseByNames(name, [{ contact: { id: '1', createdAt: 0 }, names: others }], 'oldest');
						expect(choice.kind).toBe('contact');
					}
				}
			}),
		);
	});
});

function isConnected(members: string[][]): boolean {
	const reached = new Set([0]);
	for (let grew = true; grew; ) {
		grew = false;
		members.forEach((keys, index) => {
			if (reached.has(index) || ![...reached].some((other) => members[other]?.some((key) => keys.includes(key)))) return;
			reached.add(index);
			grew = true;
		});
	}
	return reached.size === members.length;
}
