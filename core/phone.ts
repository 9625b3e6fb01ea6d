import { findPhoneNumbersInText, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';

/** Where a number without a country code is assumed to be from. */
export type PhoneRegion = 'KZ' | 'RU';

export type PhoneReading =
	| { kind: 'phone'; /** E.164, e.g. +77015550123. */ e164: string }
	| { kind: 'refused'; why: PhoneRefusal };

export type PhoneRefusal = 'empty' | 'masked' | 'repeated_digits' | 'counting_digits' | 'placeholder' | 'not_a_number';

/** Numbers that stand for "no number". Used as a key they would make one contact of all buyers. */
const placeholders: readonly { e164: RegExp; why: PhoneRefusal; source: string }[] = [
	{ e164: /^\+0/, why: 'masked', source: 'kaspi.md §2.2: the literal +0(000)-000-00-00 for hidden phones' },
	{ e164: /(\d)\1{6}$/, why: 'repeated_digits', source: 'sellers type 777 7777777 or 000 0000000 to get past a required field' },
	{ e164: /(1234567|7654321|0123456|2345678)$/, why: 'counting_digits', source: 'the same, typed along the keyboard' },
	{ e164: /^\+7(?:000|999)?0000000$|^\+79990000000$|^\+77000000000$/, why: 'placeholder', source: 'CRM demo data and import templates' },
];

/**
 * Reads one phone as people and marketplaces write it: `8 701 …`, `+7 (701) …`, `7701…`, ten digits, with an extension.
 * Masked numbers and those that stand for no number are refused: they must never join two people.
 */
export function readPhone(raw: string | null | undefined, region: PhoneRegion): PhoneReading {
	const text = raw?.trim() ?? '';
	const digits = text.replace(/\D/g, '');
	if (digits === '') return { kind: 'refused', why: text.includes('*') ? 'masked' : 'empty' };
	if (/[*xXхХ•]{2,}/.test(text)) return { kind: 'refused', why: 'masked' };
	const plain = placeholders.find(({ e164 }) => e164.test(`+${digits}`));
	if (plain) return { kind: 'refused', why: plain.why };
	const parsed = parsePhoneNumberFromString(withCountryCode(text, digits), region);
	if (!parsed?.isValid()) return { kind: 'refused', why: 'not_a_number' };
	const refused = placeholders.find(({ e164 }) => e164.test(parsed.number));
	return refused ? { kind: 'refused', why: refused.why } : { kind: 'phone', e164: parsed.number };
}

/** The library takes `7701…` without a plus for a national number that is too long; people here mean +7 701…. */
function withCountryCode(text: string, digits: string): string {
	if (!text.startsWith('+') && digits.length === 11 && digits.startsWith('7')) return `+${digits}`;
	return text;
}

/** Every real phone of a text field: several numbers, words around them, `8`, `+7` and ten-digit forms. E.164, no doubles. */
export function phonesIn(text: string | null | undefined, region: PhoneRegion): string[] {
	if (!text) return [];
	const found = new Set<string>();
	for (const part of text.split(/[,;|\n/]|\s{2,}|\sили\s|\sи\s/)) {
		const reading = readPhone(part, region);
		if (reading.kind === 'phone') {
			found.add(reading.e164);
			continue;
		}
		for (const { number } of findPhoneNumbersInText(part, { defaultCountry: region satisfies CountryCode })) {
			const inside = readPhone(number.number, region);
			if (inside.kind === 'phone') found.add(inside.e164);
		}
	}
	return [...found];
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
