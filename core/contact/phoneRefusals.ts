/** Why a phone is no key. */
export type PhoneRefusal = 'empty' | 'masked' | 'repeated_digits' | 'counting_digits' | 'placeholder' | 'digit_missing' | 'not_a_number';

export interface RefusedPhones {
	/** Matched against `+` and digits: as written, and once more as E.164. */
	e164: RegExp;
	why: PhoneRefusal;
	source: string;
}

/** Numbers that stand for "no number" or for a whole company. Used as a key they would make one contact of all buyers. */
export const refusedPhones: readonly RefusedPhones[] = [
	{ e164: /^\+0{4}/, why: 'masked', source: 'kaspi.md §2.2: the literal +0(000)-000-00-00 for hidden phones' },
	{ e164: /(\d)\1{6}$/, why: 'repeated_digits', source: 'sellers type 777 7777777 or 000 0000000 to get past a required field' },
	{ e164: /^\+?[78]?(\d)\1{9}$/, why: 'repeated_digits', source: 'the same with the code: 999 999 99 99, 111 111 11 11' },
	{ e164: /(1234567|7654321|0123456|2345678|9876543)$/, why: 'counting_digits', source: 'the same, typed along the keyboard' },
	{ e164: /^\+7(?:123456789\d|0123456789)$/, why: 'counting_digits', source: 'the same, ten digits long' },
	{ e164: /^\+7(?:000|999)?0000000$|^\+79990000000$|^\+77000000000$/, why: 'placeholder', source: 'CRM demo data and import templates' },
	{ e164: /^\+7(?:999|900|912|777)1112233$/, why: 'placeholder', source: 'input masks and API examples of Russian services' },
	{ e164: /^\+1\d{3}55501\d\d$/, why: 'placeholder', source: 'NANP: 555-0100…0199 are reserved for fiction and examples' },
	{ e164: /^\+44(?:7700900|2079460)\d{3}$/, why: 'placeholder', source: 'Ofcom: numbers for drama and examples' },
	{ e164: /^\+7800\d{7}$/, why: 'placeholder', source: 'libphonenumber: toll-free in Kazakhstan and Russia, a company and never a buyer' },
];

/**
 * How a masked phone looks, whatever is masked with: `+7 701 ***-**-23`, `+7 (XXX)`, `8 7__ ___`, `+7 701 …`.
 * One asterisk is enough: nobody writes it in a phone for any other reason.
 */
export const maskedPhone = /\*|[xXхХ•●#_?]{2,}|…|\.{3}/;

/**
 * Marketplaces whose phones are substitutes: real numbers of a forwarding service, lent to one buyer after another.
 * They look like any other, so that the marketplace's name is the only way to know.
 */
export const substitutePhones: readonly { marketplace: string; source: string }[] = [
	{ marketplace: 'ozon', source: 'ozon.md §4: customer.phone and addressee.phone are substitute numbers, with a pin for some schemes' },
];
