import { sounds } from './spelling';

/** "Son of" and "daughter of" as Kazakh, Kyrgyz, Uzbek and Azerbaijani write them, in Cyrillic and Latin, without marks and apostrophes. */
const son = String.raw`ұлы|улы|уулу|оглы|оглу|огли|угли|uly|uli|uulu|ogly|oglu|ogli|ugli`;
const daughter = String.raw`қызы|кызы|гызы|кизи|гизи|[qkg][yi]z[yi]`;
const alone = new RegExp(`^(?:(${son})|(?:${daughter}))$`);
/** Joined to the father's name of three letters or more; `oglu` joined is a Turkish surname (Davutoglu). */
const joined = new RegExp(String.raw`^(\p{L}{3,}?)(?:-?(?:(${son.replace('|oglu', '')})|(?:${daughter}))|-(oglu))$`, 'u');

/** Without marks and apostrophes (oʻgʻli, oğlu, qızı); й keeps its breve. */
const plain = (written: string): string =>
	written.toLowerCase().normalize('NFD').replace(/(?<!и)\p{M}|['’‘`ʼʻ]/gu, '').normalize('NFC').replace(/ı/g, 'i').replace(/ə/g, 'a');

export type Child = 'son' | 'daughter';

/** The word stands after the father's name: "Рашид оглы", "Серік қызы". */
export function childWord(written: string): Child | undefined {
	const found = alone.exec(plain(written));
	return found === null ? undefined : found[1] === undefined ? 'daughter' : 'son';
}

/** "Болатұлы", "Серікқызы", "Рашид-оглы": a patronymic in one word, as `russianPatronymic` writes it. */
export function joinedPatronymic(written: string): string | undefined {
	const [, father, isSon, isHyphened] = joined.exec(plain(written)) ?? [];
	return father === undefined ? undefined : russianPatronymic(sounds(father), isSon === undefined && isHyphened === undefined ? 'daughter' : 'son');
}

/**
 * The same patronymic in its Russian form, in the spelling of `sounds`: one father is one word, however it is written. After a vowel or й
 * it is -евич (Абай, Муса, Сергей), otherwise -ович; after ш, ж, ч and ц people write -евич.
 */
export function russianPatronymic(father: string, child: Child): string {
	const stem = father.replace(/i$/, '').replace(/e$/, '');
	const isSoft = /[aeiouwjqc]$/.test(father) && stem.length > 1;
	return `${isSoft ? stem : father}${isSoft ? 'ev' : 'ov'}${child === 'son' ? 'iq' : 'na'}`;
}

/** A Russian patronymic by its ending, in the spelling of `sounds`. */
export const isRussianPatronymic = (word: string): boolean => word.length > 5 && /(?:oviq|eviq|iqna|ovna|evna)$/.test(word);

/** "Куанышович" and "Куанышевич" are one. */
export const evened = (word: string): string => word.replace(/([wjqc])o(viq|vna)$/, '$1e$2');
