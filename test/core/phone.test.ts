import * as fc from 'fast-check';
import { phonesIn, readPhone, samePhone, searchDigits } from '../../core/contact/phone';

/** Subscriber digits that stand for a real number: not all equal, not counting up or down. */
const subscriber = fc
	.integer({ min: 2_000_000, max: 9_999_999 })
	.map(String)
	.filter((digits) => !/(\d)\1{6}/.test(digits) && !'01234567890'.includes(digits) && !'9876543210'.includes(digits));
const number = fc.record({ code: fc.constantFrom('701', '705', '747', '777', '916', '926'), rest: subscriber });
const ways: ((code: string, rest: string) => string)[] = [
	(code, rest) => `+7${code}${rest}`,
	(code, rest) => `8${code}${rest}`,
	(code, rest) => `7${code}${rest}`,
	(code, rest) => `${code}${rest}`,
	(code, rest) => `+7 (${code}) ${rest.slice(0, 3)}-${rest.slice(3, 5)}-${rest.slice(5)}`,
	(code, rest) => `8 ${code} ${rest.slice(0, 3)} ${rest.slice(3, 5)} ${rest.slice(5)}`,
	(code, rest) => ` 8-${code}-${rest} доб. 12`,
];

describe('a phone', () => {
	it('is the same however a person writes it', () => {
		fc.assert(
			fc.property(number, fc.constantFrom(...ways), fc.constantFrom('KZ' as const, 'RU' as const), ({ code, rest }, write, region) => {
				const e164 = `+7${code}${rest}`;
				expect(readPhone(write(code, rest), region)).toEqual({ kind: 'phone', e164 });
				expect(samePhone(write(code, rest), e164, region)).toBe(true);
				expect(searchDigits(e164)).toBe(`${code}${rest}`);
			}),
		);
	});

	it('never equals another one', () => {
		fc.assert(
			fc.property(number, number, fc.constantFrom(...ways), (one, other, write) => {
				fc.pre(one.code !== other.code || one.rest !== other.rest);
				expect(samePhone(write(one.code, one.rest), `+7${other.code}${other.rest}`, 'KZ')).toBe(false);
			}),
		);
	});

	it('reading what was read gives the same again', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				const once = readPhone(text, 'KZ');
				if (once.kind === 'phone') expect(readPhone(once.e164, 'RU')).toEqual(once);
			}),
		);
	});

	it.each([
		['+0(000)-000-00-00', 'masked'],
		['+7 701 ***-**-23', 'masked'],
		['', 'empty'],
		[null, 'empty'],
		['нет телефона', 'empty'],
		['+7 777 777 77 77', 'repeated_digits'],
		['8 701 000 00 00', 'repeated_digits'],
		['+7 701 123 45 67', 'counting_digits'],
		['701 55', 'not_a_number'],
	])('%s is refused as a key: %s', (raw, why) => expect(readPhone(raw, 'KZ')).toEqual({ kind: 'refused', why }));

	it('is found among words and among others', () => {
		expect(phonesIn('тел: 8-701-555-41-23 Асель, жена +7 (705) 555 44 11', 'KZ')).toEqual(['+77015554123', '+77055554411']);
		expect(phonesIn('нет', 'KZ')).toEqual([]);
	});

	const dialled = fc.record({
		code: fc.constantFrom('701', '705', '747', '771', '776', '777', '778', '916', '926', '727', '717', '812', '843', '351', '495'),
		rest: subscriber,
	});
	const withPrefix: ((code: string, rest: string) => string)[] = [
		(code, rest) => `+7${code}${rest}`,
		(code, rest) => `8${code}${rest}`,
		(code, rest) => `+7 ${code} ${rest}`,
		(code, rest) => `8 (${code}) ${rest.slice(0, 3)}-${rest.slice(3, 5)}-${rest.slice(5)}`,
		(code, rest) => `7 ${code} ${rest.slice(0, 3)} ${rest.slice(3, 5)} ${rest.slice(5)}`,
		(code, rest) => `моб. +7${code}${rest}`,
		(code, rest) => `тел: 8${code}${rest}, Асель`,
	];
	const decimals = ['', '.0', ',0', '.00', ',00'];

	it('that lost a digit is nobody\'s, never another person\'s', () => {
		fc.assert(
			fc.property(dialled, fc.constantFrom(...withPrefix), fc.constantFrom(...decimals), fc.nat(), fc.constantFrom('KZ' as const, 'RU' as const), ({ code, rest }, write, tail, at, region) => {
				const whole = write(code, rest);
				const digits = [...whole].flatMap((letter, index) => (/\d/.test(letter) ? [index] : []));
				// The prefix itself may be left out: the rest is the number.
				const gone = digits[1 + (at % (digits.length - 1))] ?? 0;
				const short = whole.slice(0, gone) + whole.slice(gone + 1) + tail;
				expect(phonesIn(short, region).filter((phone) => phone !== `+7${code}${rest}`)).toEqual([]);
			}),
			{ numRuns: 5000 },
		);
	});

	it('with a digit too many is nobody\'s, never another person\'s', () => {
		const bare = (code: string, rest: string): string => `7${code}${rest}`;
		fc.assert(
			fc.property(
				dialled, fc.constantFrom(...withPrefix, bare), fc.constantFrom(...decimals), fc.nat(), fc.nat({ max: 9 }), fc.constantFrom('KZ' as const, 'RU' as const),
				({ code, rest }, write, tail, at, more, region) => {
					const whole = write(code, rest);
					const digits = [...whole].flatMap((letter, index) => (/\d/.test(letter) ? [index] : []));
					const after = (digits[at % digits.length] ?? 0) + 1;
					const long = whole.slice(0, after) + String(more) + whole.slice(after) + tail;
					expect(phonesIn(long, region).filter((phone) => phone !== `+7${code}${rest}`)).toEqual([]);
				},
			),
			{ numRuns: 5000 },
		);
	});

	it('is the same out of a table that took it for a quantity', () => {
		fc.assert(
			fc.property(number, fc.constantFrom(...ways.slice(0, 4)), fc.constantFrom(...decimals), fc.constantFrom('', '\'', '="'), ({ code, rest }, write, tail, before) => {
				const written = `${before}${write(code, rest)}${tail}${before === '="' ? '"' : ''}`;
				expect(readPhone(written, 'KZ')).toEqual({ kind: 'phone', e164: `+7${code}${rest}` });
				expect(phonesIn(`${written}; ${written}`, 'KZ')).toEqual([`+7${code}${rest}`]);
			}),
		);
	});

	it.each([
		['87771532064.0', '+77771532064'],
		['77475550123.0', '+77475550123'],
		['77475550123,0', '+77475550123'],
		['7.7475550123E10', '+77475550123'],
		['7,7475550123E+10', '+77475550123'],
		['７７４７５５５０１２３', '+77475550123'],
		['\u00a08\u00a0747\u00a0555\u00a001\u00a023\u200b', '+77475550123'],
		['\u202a+7\u2011747\u2011555\u201101\u201123\u202c', '+77475550123'],
		['8 747 555 01 23 доб. 12', '+77475550123'],
		['998901234568.0', '+998901234568'],
		['+49 15123456789.0', '+4915123456789'],
	])('%s is %s', (raw, e164) => {
		expect(readPhone(raw, 'KZ')).toEqual({ kind: 'phone', e164 });
		expect(phonesIn(raw, 'KZ')).toEqual([e164]);
	});

	it.each([
		['7.74756E+10', 'not_a_number'],
		['7,747555E10', 'not_a_number'],
		['777153206400', 'not_a_number'],
		['777715320640', 'not_a_number'],
		['877715320640', 'not_a_number'],
		['+777715320640', 'not_a_number'],
		['784351234568', 'not_a_number'],
		['9989012345680', 'not_a_number'],
		['8 777 153 20 6', 'digit_missing'],
		['7 777 153 20 6', 'digit_missing'],
		['8777153206', 'digit_missing'],
		['8777153206.0', 'digit_missing'],
	])('%s is no phone: %s', (raw, why) => {
		expect(readPhone(raw, 'KZ')).toEqual({ kind: 'refused', why });
		expect(phonesIn(raw, 'KZ')).toEqual([]);
	});

	it('stands beside another one in a cell', () => {
		const both = ['+77475550123', '+77055554411'];
		for (const cell of ['77475550123.0, 87055554411.0', '87475550123,0;87055554411,0', '7.7475550123E10 / 7.7055554411E10', '\'87475550123\n\'87055554411', '8７475550123 и 8705\u00a05554411']) {
			expect([cell, phonesIn(cell, 'KZ')]).toEqual([cell, both]);
		}
	});
});
