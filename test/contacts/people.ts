import type { AuditedContact } from '../../core/duplicates/types';
import { firstNamesOf, patronymics, surnames } from './names';
import { fakePhone, maskedWritings, writeEmail, writePhone, type Random } from './writing';
import { mistypedWord, shortName, transliterated } from './writing';

/** A contact together with who it really is. */
export interface LabelledContact extends AuditedContact {
	person: number;
	/**
	 * The person's own phones (E.164) and mailboxes that this card really shows; a family's count for each of them. An office's line
	 * does not: many people use it, and what only has that in common is for a person to decide.
	 */
	realKeys: string[];
	/** There is a first name on the card. Without one it may be anybody in the family: rules leave such cards to a person. */
	saysWho: boolean;
}

/** How often each kind of trouble happens. Guesses by the domain notes (half of all contacts are copies) and by what CRMs look like. */
export const rates = {
	/** People who have come back and were entered again; each time with this chance once more. */
	copy: 0.55,
	/** People living in families that share one mobile, of two to four. */
	family: 0.06,
	/** Families that also share one mailbox. */
	familyMailbox: 0.25,
	/** People reached through the phone of an office, of 3 to 30. */
	office: 0.03,
	/** Women who changed their surname between two orders. */
	married: 0.01,
	maskedPhone: 0.12,
	/** Cards without any real name: "Клиент", "Входящий звонок". */
	nameless: 0.004,
	surnameOnly: 0.002,
	initialsFirst: 0.002,
	nameTypo: 0.012,
	latinName: 0.1,
	shortForm: 0.01,
	secondPhone: 0.2,
	email: 0.45,
	phoneTypo: 0.01,
	severalInOneField: 0.08,
} as const;

interface Person {
	id: number;
	isWoman: boolean;
	first: string;
	surname: string;
	surnameBefore?: string;
	patronymic: string;
	phones: string[];
	mailboxes: string[];
	/** Others pick up this phone as well. */
	officePhone?: { e164: string; extension?: string };
}

/** Contacts of so many labelled people, shuffled. The same seed gives the same people. */
export function labelledContacts(people: number, seed: number): LabelledContact[] {
	const random = mulberry(seed);
	const contacts = population(people, random).flatMap((person) => cardsOf(person, random));
	for (let at = contacts.length - 1; at > 0; at--) {
		const other = random.below(at + 1);
		const [a, b] = [contacts[at], contacts[other]];
		if (a && b) [contacts[at], contacts[other]] = [b, a];
	}
	return contacts.map((contact, index) => ({ ...contact, id: String(1000 + index) }));
}

/** Deterministic, and good enough for making people. */
export function mulberry(seed: number): Random {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
	const below = (limit: number): number => Math.floor(next() * limit);
	return {
		below,
		chance: (probability) => next() < probability,
		pick(values) {
			const value = values[below(values.length)];
			if (value === undefined) throw new Error('nothing to pick from');
			return value;
		},
	};
}

/** Popular names are far more frequent than rare ones. */
const popular = (names: readonly string[], random: Random): string => names[Math.min(random.below(names.length), random.below(names.length))] ?? random.pick(names);

const forGender = (surname: string, isWoman: boolean): string => {
	if (!isWoman) return surname;
	if (/(?:ов|ев|ин)$/.test(surname)) return `${surname}а`;
	return surname.replace(/ский$/, 'ская');
};

function population(count: number, random: Random): Person[] {
	const people: Person[] = [];
	const used = new Set<string>();
	const phone = (): string => {
		for (;;) {
			const e164 = fakePhone(random);
			if (!used.has(e164)) {
				used.add(e164);
				return e164;
			}
		}
	};
	const person = (surname = popular(surnames, random), isWoman = random.chance(0.55)): Person => {
		const id = people.length;
		const first = popular(firstNamesOf(isWoman), random);
		const one: Person = {
			id,
			isWoman,
			first,
			surname: forGender(surname, isWoman),
			patronymic: random.pick(patronymics(isWoman)),
			phones: [phone(), ...(random.chance(rates.secondPhone) ? [phone()] : [])],
			mailboxes: random.chance(rates.email) ? [`${transliterated(first, random)}${id}`.toLowerCase()] : [],
		};
		if (isWoman && random.chance(rates.married)) {
			const before = forGender(popular(surnames, random), true);
			if (before !== one.surname) one.surnameBefore = before;
		}
		people.push(one);
		return one;
	};
	while (people.length < count) {
		if (random.chance(rates.family / 3)) {
			const surname = popular(surnames, random);
			const shared = phone();
			const members = Array.from({ length: 2 + random.below(3) }, (_, index) => person(surname, index === 0 ? false : index === 1 ? true : random.chance(0.5)));
			const mailbox = random.chance(rates.familyMailbox) ? `family${members[0]?.id}` : undefined;
			const firsts = new Set<string>();
			for (const member of members) {
				// Parents do not give two children one name.
				while (firsts.has(member.first)) member.first = random.pick(firstNamesOf(member.isWoman));
				firsts.add(member.first);
				member.phones = random.chance(0.5) ? [shared] : [shared, ...member.phones];
				if (mailbox) member.mailboxes = [mailbox];
			}
		} else if (random.chance(rates.office / 10)) {
			const e164 = random.chance(0.6) ? `+7727${2 + random.below(2)}${String(random.below(1_000_000)).padStart(6, '3')}` : phone();
			for (let left = 3 + random.below(28); left > 0; left--) {
				const colleague = person();
				colleague.officePhone = { e164, extension: random.chance(0.3) ? String(10 + random.below(90)) : undefined };
			}
		} else person();
	}
	return people;
}

const day = 86_400_000;

function cardsOf(person: Person, random: Random): LabelledContact[] {
	const cards: LabelledContact[] = [];
	let createdAt = Date.UTC(2023, 0, 1) + random.below(900) * day;
	do {
		cards.push(card(person, createdAt, cards.length > 0, random));
		createdAt += 1 + random.below(120) * day;
	} while (cards.length < 12 && random.chance(rates.copy));
	return cards;
}

function card(person: Person, createdAt: number, isLater: boolean, random: Random): LabelledContact {
	const phones: string[] = [];
	const emails: string[] = [];
	const realKeys: string[] = [];
	if (random.chance(rates.maskedPhone)) phones.push(random.pick(maskedWritings));
	else {
		const shown = person.phones.filter((_, index) => index === 0 || random.chance(0.5));
		if (random.chance(0.15)) shown.reverse();
		const own = shown.slice(0, random.chance(0.25) ? 2 : 1);
		if (person.officePhone && random.chance(0.7)) {
			phones.push(writePhone(person.officePhone.e164, random, person.officePhone.extension));
			if (random.chance(0.5)) own.length = 0;
		}
		const written = own.map((e164) => {
			if (random.chance(rates.phoneTypo)) return writePhone(`${e164.slice(0, -1)}${(Number(e164.at(-1)) + 1 + random.below(8)) % 10}`, random);
			realKeys.push(e164);
			return writePhone(e164, random);
		});
		if (written.length > 1 && random.chance(0.5)) phones.push(written.join(random.pick([', ', '; ', ' / ', '\n'])));
		else if (written[0] && random.chance(rates.severalInOneField)) phones.push(`${random.pick(['тел. ', 'моб: ', 'WhatsApp '])}${written.join(', ')}`);
		else phones.push(...written);
	}
	for (const mailbox of person.mailboxes) {
		if (!random.chance(0.7)) continue;
		// Everybody's mailbox is at one provider; a typo of the domain makes another address of it.
		const { text, isTypo } = writeEmail(mailbox, person.id, random);
		emails.push(text);
		if (!isTypo) realKeys.push(`${mailbox}@`);
	}
	if (random.chance(0.01)) emails.push(random.pick(['noreply@kaspi.kz', 'test@test.kz', 'mail@mail.ru', 'нет']));
	const deals = random.below(4);
	const { name, saysWho } = nameOnCard(person, isLater, random);
	return {
		id: '',
		name,
		phones,
		emails,
		createdAt,
		updatedAt: createdAt + random.below(30) * day,
		deals,
		openDeals: random.below(deals + 1),
		person: person.id,
		realKeys,
		saysWho,
	};
}

function nameOnCard({ first, surname, surnameBefore, patronymic, isWoman }: Person, isLater: boolean, random: Random): { name: string; saysWho: boolean } {
	const family = surnameBefore && !isLater ? surnameBefore : surname;
	if (random.chance(rates.nameless)) return { name: random.pick(['Клиент', 'Покупатель Kaspi', 'Входящий звонок', '', '+7 701 555 01 23', 'Без имени']), saysWho: false };
	if (random.chance(rates.surnameOnly)) return { name: family, saysWho: false };
	if (random.chance(rates.initialsFirst)) return { name: `${first.slice(0, 1)}. ${family}`, saysWho: false };
	let [given, last] = [first, family];
	if (random.chance(rates.nameTypo)) {
		if (random.chance(0.5)) given = mistypedWord(given, random);
		else last = mistypedWord(last, random);
	} else if (random.chance(rates.shortForm)) given = shortName(given) ?? given;
	const forms: (() => string)[] = [
		() => `${given} ${last}`,
		() => `${given} ${last}`,
		() => `${last} ${given}`,
		() => `${given} ${last.slice(0, 1)}.`,
		() => given,
		() => `${last} ${given} ${patronymic}`,
		() => `${given} ${last} (Kaspi)`,
		() => `ИП ${last} ${given}`,
		() => `${given}  ${last}`.toUpperCase(),
		() => `${given} ${last}`.toLowerCase().replaceAll('ё', 'е'),
		() => `${isWoman ? 'г-жа' : 'г-н'} ${last} ${given}`,
	];
	const text = random.pick(forms)();
	return { name: random.chance(rates.latinName) ? transliterated(text, random) : text, saysWho: true };
}
