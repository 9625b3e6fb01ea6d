import { findPhoneNumbersInText, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { maskedPhone, refusedPhones, type PhoneRefusal } from './phoneRefusals';

export type { PhoneRefusal } from './phoneRefusals';

/** Where a number without a country code is assumed to be from. */
export const phoneRegions = ['KZ', 'RU', 'BY', 'UZ', 'KG', 'AM', 'AZ', 'GE', 'TJ', 'TM'] as const;
export type PhoneRegion = (typeof phoneRegions)[number];

export type PhoneReading =
	| { kind: 'phone'; /** E.164, e.g. +77015550123. */ e164: string }
	| { kind: 'refused'; why: PhoneRefusal };

export interface PhoneNumber {
	/** E.164, without the extension. */
	e164: string;
	/** Digits after "доб.", "вн.", "ext": then the number is a switchboard's. */
	extension?: string;
	/** A fixed line belongs to a home or an office, not to one person. */
	line: 'mobile' | 'fixed' | 'other';
}

export type DetailedReading = { kind: 'phone'; phone: PhoneNumber } | { kind: 'refused'; why: PhoneRefusal };

/**
 * Reads one phone as people and marketplaces write it: `8 701 …`, `+7 (701) …`, `7701…`, ten digits, with an extension.
 * Masked numbers and those that stand for no number are refused: they must never join two people.
 */
export function readPhone(raw: string | null | undefined, region: PhoneRegion): PhoneReading {
	const reading = readPhoneNumber(raw, region);
	return reading.kind === 'phone' ? { kind: 'phone', e164: reading.phone.e164 } : reading;
}

/** Like `readPhone`, with the extension and the kind of line. */
export function readPhoneNumber(raw: string | null | undefined, region: PhoneRegion): DetailedReading {
	const written = plainText(raw ?? '');
	if (!/\d/.test(written)) return { kind: 'refused', why: written.includes('*') ? 'masked' : 'empty' };
	const text = wholeNumbers(written).trim();
	if (maskedPhone.test(text)) return { kind: 'refused', why: 'masked' };
	const { base, extension } = withoutExtension(text);
	const digits = base.replace(/\D/g, '');
	if (digits === '') return { kind: 'refused', why: 'not_a_number' };
	if (lacksDigit(base, digits, region)) return { kind: 'refused', why: 'digit_missing' };
	const why = refusalOf(`+${digits}`);
	if (why) return { kind: 'refused', why };
	const plain = plainMobile(base, digits, region);
	const phone = plain ? ({ e164: plain, line: 'mobile' } as const) : parsed(base, digits, region);
	if (!phone) return { kind: 'refused', why: 'not_a_number' };
	const refused = refusalOf(phone.e164);
	if (refused) return { kind: 'refused', why: refused };
	return { kind: 'phone', phone: extension ? { ...phone, extension } : phone };
}

/** Full-width digits, no-break spaces and the invisible marks that come along when a number is copied. */
const plainText = (text: string): string => (/[^ -~]/.test(text) ? text.normalize('NFKC').replace(/\p{Cf}/gu, '') : text).trim();

/** What a table makes of a phone that it takes for a quantity: `77475550123.0`, `77475550123,00`. A zero of the tail is no digit of the number. */
const decimalTail = /(?<![\d.,])(\d[\d\s()-]{7,}\d)[.,]0+(?!\d)/g;
/** The same in scientific notation: `7.7475550123E10`. */
const scientific = /(?<![\d.,])(\d)(?:[.,](\d+))?e\+?(\d{1,2})(?!\d)/gi;

/** Numbers as they were before a table showed them as quantities. One that was rounded (`7.74756E+10`) has lost digits: nothing is left of it. */
const wholeNumbers = (text: string): string =>
	text
		.replace(scientific, (_, first: string, fraction: string | undefined, exponent: string) => (fraction?.length === Number(exponent) ? first + fraction : ''))
		.replace(decimalTail, '$1');

const refusalOf = (e164: string): PhoneRefusal | undefined => refusedPhones.find((refused) => refused.e164.test(e164))?.why;

/** The library knows "доб." and "ext" but not "вн." nor the whole word, and takes none of them for Russian at the end of `8…`. */
const extensionWords = /[\s,;(]*(?:доб(?:ав(?:очный)?)?|вн(?:утр(?:енний)?)?|ext(?:ension)?|#)[.:\s]*(\d{1,7})(?:[.,]0)?\s*\)?\s*$/i;

function withoutExtension(text: string): { base: string; extension?: string } {
	const found = extensionWords.exec(text);
	return found ? { base: text.slice(0, found.index), extension: found[1] } : { base: text };
}

/**
 * Ten digits that begin with the prefix 8 or 7 are a number with a digit missing, and would be read as somebody else's: `8 777 153 20 6` is
 * no `877 715 32 06`. A prefix that stands alone is one, and so is the 8 of ten digits in a row: a city's code (812) is told from it by how the
 * number is grouped. A 7 is the code of a mobile (`777 715 32 06`), as people write it.
 */
function lacksDigit(text: string, digits: string, region: PhoneRegion): boolean {
	if ((region !== 'KZ' && region !== 'RU') || digits.length !== 10 || text.includes('+')) return false;
	if (/^\D*[78]\D/.test(text)) return true;
	return /^\D*8\d{9}\D*$/.test(text);
}

/** A part of libphonenumber's MOBILE patterns of KZ and RU; test/core/contactKeys.test.ts holds the two together. */
const mobile = /^(?:7(?:0[0-25-8]|47|6[0-4]|7[15-8]|85)|9[0-24-9]\d)\d{7}$/;

/** Nearly every number here: a Kazakh or Russian mobile in an ordinary form. Ten times faster than parsing it. */
function plainMobile(text: string, digits: string, region: PhoneRegion): string | undefined {
	if (!/^\+?[\d\s().-]+$/.test(text)) return undefined;
	const isInternational = digits.length === 11 && digits.startsWith('7');
	const isNational = (region === 'KZ' || region === 'RU') && (digits.length === 10 || (digits.length === 11 && digits.startsWith('8')));
	if (!isInternational && (!isNational || text.includes('+'))) return undefined;
	const national = digits.slice(-10);
	return mobile.test(national) ? `+7${national}` : undefined;
}

const lines: Readonly<Record<string, PhoneNumber['line'] | 'service'>> = {
	MOBILE: 'mobile',
	FIXED_LINE: 'fixed',
	FIXED_LINE_OR_MOBILE: 'other',
	PERSONAL_NUMBER: 'other',
	VOIP: 'other',
};

function parsed(text: string, digits: string, region: PhoneRegion): PhoneNumber | undefined {
	for (const candidate of writings(text, digits)) {
		const number = parsePhoneNumberFromString(candidate, region);
		const line = lines[number?.getType() ?? ''];
		// Toll-free, premium, pager and voice mail numbers are no person's.
		if (number && line && line !== 'service') return { e164: number.number, line, ...(number.ext ? { extension: number.ext } : {}) };
	}
	return undefined;
}

/** Neighbours' codes with the number of digits they make, for numbers written without a plus (998 90 …). Sources: libphonenumber's numbering plans. */
const neighbours = /^(?:375\d{9}|99[24568]\d{9}|37[34]\d{8}|993\d{8})$/;

/** What the text may mean, the likeliest first; only a valid number counts. */
function writings(text: string, digits: string): string[] {
	// The library takes `7701…` without a plus for a national number that is too long; people here mean +7 701….
	if (!text.startsWith('+') && digits.length === 11 && digits.startsWith('7')) return [`+${digits}`];
	// Both prefixes at once, "+7 8 701 …" and "8 7 701 …", are written apart: otherwise it is a number with a digit too many.
	if (/^[^+\d]*(?:\+?7|8)/.test(text) && digits.length === 12) {
		return /^[^+\d]*\+?[78][\s(-]+\+?[78][\s(-]+/.test(text) ? [`+7${digits.slice(2)}`] : [];
	}
	if (/^\+?00[1-9]/.test(text)) return [`+${digits.slice(2)}`];
	const ways = [text];
	if (neighbours.test(digits)) ways.push(`+${digits}`);
	// "+8 727 …": the trunk prefix with a plus put before it. Only where no country has that number.
	if (/^\+\s*8/.test(text) && digits.length === 11) ways.push(`+7${digits.slice(1)}`);
	return ways;
}

/** Every real phone of a text field: several numbers, words around them, `8`, `+7` and ten-digit forms. E.164, no doubles. */
export function phonesIn(text: string | null | undefined, region: PhoneRegion): string[] {
	return phoneNumbersIn(text, region).map(({ e164 }) => e164);
}

/** Like `phonesIn`, with extensions and kinds of line. */
export function phoneNumbersIn(raw: string | null | undefined, region: PhoneRegion): PhoneNumber[] {
	if (!raw) return [];
	const text = wholeNumbers(plainText(raw));
	// The library takes what follows a semicolon for an extension, even another number.
	const whole = /;.*\d{7}/.test(text) ? undefined : readPhoneNumber(text, region);
	if (whole?.kind === 'phone') return [whole.phone];
	const found = new Map<string, PhoneNumber>();
	const keep = (reading: DetailedReading): boolean => {
		if (reading.kind === 'refused') return false;
		if (!found.has(reading.phone.e164)) found.set(reading.phone.e164, reading.phone);
		return true;
	};
	for (const part of text.split(/[,;|\n\r/\\]|\s{2,}|\sили\s|\sи\s|(?=\+)/)) {
		if (keep(readPhoneNumber(part, region))) continue;
		// A masked phone is not searched for what is left of it.
		if (maskedPhone.test(part)) continue;
		const joined = part.replace(/[\s().-]/g, '').match(/^(?:[78]\d{10}){2,4}$/)?.[0].match(/.{11}/g);
		if (joined?.map((each) => keep(readPhoneNumber(each, region))).some(Boolean)) continue;
		for (const [run] of part.matchAll(/\+?\d(?:[\d\s().-]*\d)?(?:[\s,;(]*(?:доб|вн|ext)[а-яa-z]*[.:\s]*\d{1,7})?/gi)) for (const each of numbersOfRun(run, region)) keep(each);
	}
	return [...found.values()];
}

/**
 * Phones of a run of digits and what stands between the digits of a number. The library would look for any part of it that is valid, and find
 * somebody else's number in one with a digit too many: what it finds has to begin where the run does, or after what was found before.
 */
function numbersOfRun(run: string, region: PhoneRegion): DetailedReading[] {
	const whole = readPhoneNumber(run, region);
	if (whole.kind === 'phone') return [whole];
	// "5 87015554123": a whole number among others. After a prefix that stands alone it would be one with a digit too many.
	const tokens = [...run.matchAll(/(?<![\d)(.-])(?<!(?:^|\s)\+?[78]\s)\+?[78]\d{10}(?![\d)(.-])/g)].map(([token]) => readPhoneNumber(token, region));
	if (tokens.length > 0 || run.replace(/\D/g, '').length < 13) return tokens;
	const readings: DetailedReading[] = [];
	let end = 0;
	for (const { startsAt, endsAt } of findPhoneNumbersInText(run, { defaultCountry: region })) {
		if (/\d/.test(run.slice(end, startsAt))) break;
		readings.push(readPhoneNumber(run.slice(startsAt, endsAt), region));
		end = endsAt;
	}
	return readings;
}

/** Two ways of writing the same phone. */
export function samePhone(stored: string, e164: string, region: PhoneRegion): boolean {
	const reading = readPhone(stored, region);
	return reading.kind === 'phone' ? reading.e164 === e164 : phonesIn(stored, region).includes(e164);
}

/** The digits that every way of writing a Kazakh or Russian number has in common (amocrm.md §5: 7… and 8… are different strings). */
export const searchDigits = (e164: string): string => {
	const digits = e164.replace(/\D/g, '');
	return /^7\d{10}$/.test(digits) ? digits.slice(1) : digits;
};
