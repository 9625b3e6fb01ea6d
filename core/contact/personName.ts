import { firstNames, sharedShortForms, shortForms } from './firstNames';
import { childWord, evened, isRussianPatronymic, joinedPatronymic, russianPatronymic } from './patronymic';
import { editOf, sounds, type Edit } from './spelling';

/** A name as far as it could be understood. Parts are in the loose spelling of `sounds`: one for Cyrillic and Latin writing. */
export interface PersonName {
	/** Full words (not initials), sorted: order tells nothing, "Касымова Асель" is "Асель Касымова". */
	words: readonly string[];
	first?: string;
	surname?: string;
	/** In its Russian form, whatever it was written in: Болатұлы is `bolatoviq`. */
	patronymic?: string;
	/** Single letters: "Асель К.", "А. Касымова". */
	initials: readonly string[];
}

/**
 * What two names say about two contacts that share a phone or an e-mail.
 * `same`: first name and surname are equal. `shorter`: equal first names, and the rest is missing or cut on one side.
 * `spelling`: a slip, another transliteration or a short form. `other_surname`: the same first name, another surname (married? a namesake?).
 * `different`: two people. `unclear`: at least one says too little (no name, a surname only, initials only).
 */
export type NameVerdict = 'same' | 'shorter' | 'spelling' | 'other_surname' | 'different' | 'unclear';

const known = new Set(firstNames.map(sounds));
const full = new Map(Object.entries(shortForms).map(([short, name]) => [sounds(short), sounds(name)] as const));
const either = new Map(Object.entries(sharedShortForms).map(([short, all]) => [sounds(short), all.map(sounds)] as const));
for (const short of either.keys()) known.add(short);

const wordsOf = (text: string): Set<string> => new Set(text.split(' '));
/** Not a name: titles, where the contact came from, what a program writes for "none". */
const noise = wordsOf(
	'ип чп ip g-n g-ja g-zha г-н г-жа гн гжа mr mrs ms dr господин госпожа клиент покупатель заказ заказчик каспи kaspi озон ozon магазин shop wb wildberries вб whatsapp ватсап вотсап ' +
		'вацап wa telegram телеграм tg instagram инстаграм инста insta olx авито avito новый новая контакт contact client customer buyer lead лид сделка заявка сайт site тел ' +
		'телефон моб мобильный phone без имени имя фио name no unknown неизвестно неизвестный неизвестная входящий исходящий звонок call пропущенный test тест постоянный ' +
		'vip вип оптовик опт доставка курьер алматы астана шымкент москва тоже дубль',
);
/** "Асель мама", "жена Ерлана": somebody else's name stands in the card. */
const kinship = wordsOf('мама папа мать отец жена муж сестра брат сын дочь дочка бабушка дедушка тетя дядя апа ата ажека аже ага коке mama papa wife husband подруга друг сосед соседка');
/** A company's card: whoever answers the phone. */
const companies = wordsOf('тоо ооо оао зао пао ао гу кгу кгп llp ltd llc inc too ooo компания фирма отдел бухгалтерия офис приемная ресепшн склад школа салон кафе');

const nobody: PersonName = { words: [], initials: [] };
/** A word as `sounds` writes it that people here are called, by the list of first names. */
export const isFirstName = (word: string): boolean => known.has(word);
/** By its ending. */
export const isSurname = (word: string): boolean => word.length > 4 && /(?:[oe]va?|ina?|skii?|ska?ia|ckii?|ckaia|enko|baev|bekov|iants|ian|idze|wvili|qenko|quk)$/.test(word);

/** Reads a name in any order, script and case. Nothing certain is invented: what is not understood stays without a role. */
export function readPersonName(raw: string): PersonName {
	const text = raw.replace(/\([^)]*\)|\[[^\]]*\]/g, ' ');
	const words: string[] = [];
	const initials: string[] = [];
	let patronymic: string | undefined;
	let isRussian = false;
	for (const [, written = '', dot] of text.matchAll(/(\p{L}[\p{L}\p{M}'’‘`ʼʻ-]*)(\.?)/gu)) {
		const word = sounds(written);
		const child = childWord(written);
		const father = isRussianPatronymic(word) ? evened(word) : joinedPatronymic(written);
		const asWritten = written.toLowerCase().replaceAll('ё', 'е');
		if (companies.has(asWritten) || kinship.has(asWritten)) return nobody;
		if (noise.has(asWritten)) continue;
		// "Sh." and "Yu." are one letter in Cyrillic.
		if (written.length === 1 || (dot && written.length < 5)) initials.push(word.slice(0, 1));
		else if (child !== undefined) {
			const father = words.pop();
			if (father !== undefined) patronymic = russianPatronymic(father, child);
		} else if (father !== undefined && !known.has(word)) {
			// "Янушкевич Олжас Алексеевич": of two the last is the father's name.
			if (patronymic !== undefined) words.push(patronymic);
			patronymic = father;
			isRussian = isRussianPatronymic(word);
		}
		else if (word !== '') words.push(full.get(word) ?? word);
	}
	// "Роман Абрамович": without a third word it is as likely a surname.
	if (isRussian && patronymic?.endsWith('q') && words.length === 1) {
		words.push(patronymic);
		patronymic = undefined;
	}
	const different = [...new Set(words)];
	return { ...rolesOf(different), words: different.sort(), patronymic, initials };
}

/** Which word is the first name, where that can be known. */
function rolesOf(words: readonly string[]): { first?: string; surname?: string } {
	const firsts = words.filter((word) => known.has(word));
	const [one, two] = words;
	if (one !== undefined && two === undefined) {
		if (firsts.length) return { first: one };
		return isSurname(one) ? { surname: one } : {};
	}
	if (one === undefined || two === undefined || words.length > 2) return {};
	if (firsts.length === 1) return one === firsts[0] ? { first: one, surname: two } : { first: two, surname: one };
	if (firsts.length === 2) return {};
	if (isSurname(one) !== isSurname(two)) return isSurname(one) ? { first: two, surname: one } : { first: one, surname: two };
	return {};
}

/** Nothing by which the person could be told from anybody else. */
export const isNameless = (name: PersonName): boolean => name.words.length === 0;

/** Two names with the same identity compare the same with every other name. */
export const nameIdentity = ({ words, patronymic, initials }: PersonName): string => `${words.join(' ')}|${patronymic ?? ''}|${[...initials].sort().join('')}`;

export function compareNames(one: PersonName, other: PersonName): NameVerdict {
	const [a, b] = [withRoleFrom(one, other), withRoleFrom(other, one)];
	if (isNameless(a) || isNameless(b)) return 'unclear';
	const fathers = fatherVerdict(a, b);
	if (fathers === 'different') return 'different';
	if (a.words.length > 1 && a.words.length === b.words.length && a.words.every((word, index) => word === b.words[index])) return fathers;
	if (a.first !== undefined && b.first !== undefined) return worse(withFirstNames(a, b, editOf(a.first, b.first)), fathers);
	return worse(withoutFirstName(a, b), fathers);
}

/** A rare first name on its own ("Айсара") is understood beside the full name that shows it as one. */
function withRoleFrom(name: PersonName, other: PersonName): PersonName {
	const [word, more] = name.words;
	const isRoleless = word !== undefined && more === undefined && name.first === undefined && name.surname === undefined;
	return isRoleless && other.first === word && other.surname !== undefined ? { ...name, first: word } : name;
}

/** Patronymics: both present they have to agree, one missing makes the name a shorter one. */
function fatherVerdict(a: PersonName, b: PersonName): 'same' | 'shorter' | 'spelling' | 'different' {
	if (a.patronymic === undefined || b.patronymic === undefined) return a.patronymic === b.patronymic ? 'same' : 'shorter';
	const edit = editOf(a.patronymic, b.patronymic);
	return edit === 'none' ? 'same' : edit === 'far' ? 'different' : 'spelling';
}

const order: readonly NameVerdict[] = ['same', 'shorter', 'spelling', 'unclear', 'other_surname', 'different'];
const worse = (one: NameVerdict, other: NameVerdict): NameVerdict => (order.indexOf(one) > order.indexOf(other) ? one : other);

function withFirstNames(a: PersonName, b: PersonName, firsts: Edit): NameVerdict {
	const [one, other] = [a.first ?? '', b.first ?? ''];
	const isShort = Boolean(either.get(one)?.includes(other) || either.get(other)?.includes(one));
	const isSlip = firsts !== 'none' && (isShort || isSlipOf(one, other, firsts));
	if (firsts !== 'none' && !isSlip) return 'different';
	const surnames = surnameEdit(a, b);
	if (surnames === 'far') return isSlip ? 'different' : 'other_surname';
	if (surnames === undefined) return isSlip ? 'unclear' : 'shorter';
	if (isSlip && surnames !== 'none') return 'different';
	return 'spelling';
}

/**
 * Two spellings of one first name, or two sisters? One of them has to be a known name and the other unknown, and the difference has to be
 * one that fingers and ears make. A vowel at the end makes a man's name a woman's (Валентин, Валентина).
 */
const isSlipOf = (one: string, other: string, edit: Edit): boolean =>
	known.has(one) !== known.has(other) && edit === 'slip' && Math.min(one.length, other.length) > 3 && one.replace(/i?a$/, '') !== other.replace(/i?a$/, '');

/** `undefined`: one of them has no surname and nothing speaks against it. */
function surnameEdit(a: PersonName, b: PersonName): Edit | undefined {
	if (a.surname !== undefined && b.surname !== undefined) {
		const edit = editOf(a.surname, b.surname);
		return edit !== 'none' && Math.min(a.surname.length, b.surname.length) < 5 ? 'far' : edit;
	}
	const letters = (name: PersonName): readonly string[] => (name.surname === undefined ? name.initials : [name.surname.slice(0, 1)]);
	const [some, others] = [letters(a), letters(b)];
	return some.length && others.length && !some.some((letter) => others.includes(letter)) ? 'far' : undefined;
}

/** At least one side has no first name that is known as such. */
function withoutFirstName(a: PersonName, b: PersonName): NameVerdict {
	const shared = a.words.filter((word) => b.words.includes(word));
	const [less, more] = a.words.length <= b.words.length ? [a, b] : [b, a];
	if (less.words.length > 1) {
		if (shared.length === less.words.length) return 'shorter';
		if (shared.length > 0) return isOneSlip(less, more, shared) ? 'spelling' : 'unclear';
		return 'different';
	}
	// One word that may be a surname says which family, not who.
	if (shared.length || more.words.some((word) => editOf(word, less.words[0] ?? '') !== 'far')) return 'unclear';
	return less.words.length === more.words.length && (less.first === undefined) !== (more.first === undefined) ? 'unclear' : 'different';
}

function isOneSlip(a: PersonName, b: PersonName, shared: readonly string[]): boolean {
	const [one, ...more] = a.words.filter((word) => !shared.includes(word));
	const [other, ...others] = b.words.filter((word) => !shared.includes(word));
	return one !== undefined && other !== undefined && more.length + others.length === 0 && isSlipOf(one, other, editOf(one, other));
}
