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
});
