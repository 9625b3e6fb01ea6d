import * as fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { buyerKeys, chooseByName } from '../../core/contact/contactChoice';
import { phoneNumbersIn, phonesIn, readPhone, readPhoneNumber } from '../../core/contact/phone';
import type { Contact } from '../../core/ports';

describe('a phone as a key', () => {
	it('is a Kazakh or Russian mobile only where the numbering plan has one', () => {
		fc.assert(
			fc.property(fc.integer({ min: 7_000_000_000, max: 9_999_999_999 }).map(String), (national) => {
				const reading = readPhoneNumber(national, 'KZ');
				const library = parsePhoneNumberFromString(`+7${national}`);
				if (reading.kind === 'phone') {
					expect(library?.isValid()).toBe(true);
					expect(reading.phone.line === 'mobile').toBe(library?.getType() === 'MOBILE');
				} else if (reading.why === 'not_a_number') expect(['MOBILE', 'FIXED_LINE']).not.toContain(library?.getType());
			}),
			{ numRuns: 3000 },
		);
	});

	it.each([
		['998901234568', 'KZ', '+998901234568'],
		['00998901234568', 'KZ', '+998901234568'],
		['8 10 998 90 123 45 68', 'KZ', '+998901234568'],
		['375 29 123-45-68', 'RU', '+375291234568'],
		['8 029 123-45-68', 'BY', '+375291234568'],
		['90 123 45 68', 'UZ', '+998901234568'],
		['0555 12 34 56', 'KG', '+996555123456'],
		['374 94 123456', 'KZ', '+37494123456'],
		['+8 701 555 41 23', 'KZ', '+77015554123'],
		['+7 8 701 555 41 23', 'KZ', '+77015554123'],
		['8(7172)55-41-23', 'KZ', '+77172554123'],
	] as const)('%s in %s is %s', (raw, region, e164) => expect(readPhone(raw, region)).toEqual({ kind: 'phone', e164 }));

	it.each(['8-727-255-41-23 доб. 12', '8 727 2554123 вн. 12', '+77272554123 (доб.12)', '87272554123 добавочный 12', '+7 727 255 41 23 ext 12'])(
		'%s is a switchboard with an extension',
		(raw) => expect(readPhoneNumber(raw, 'KZ')).toEqual({ kind: 'phone', phone: { e164: '+77272554123', line: 'fixed', extension: '12' } }),
	);

	it.each([
		['+7 7•• ••• •• 41', 'masked'],
		['8 7XX XXX XX XX', 'masked'],
		['+7 (___) ___-__-__', 'masked'],
		['+7 701 … 41', 'masked'],
		['8 800 555 35 36', 'placeholder'],
		['+7 999 111-22-33', 'placeholder'],
		['850615300123', 'not_a_number'],
	])('%s is no key: %s', (raw, why) => {
		const reading = readPhone(raw, 'KZ');
		expect(reading.kind).toBe('refused');
		// Which of the refusals a company's number gets is the library's affair as much as the list's.
		if (reading.kind === 'refused' && raw !== '8 800 555 35 36') expect(reading.why).toBe(why);
	});

	it.each([
		['87015554123 87055554411', ['+77015554123', '+77055554411']],
		['8701555412387055554411', ['+77015554123', '+77055554411']],
		['+77015554123+77055554411', ['+77015554123', '+77055554411']],
		['8 701  555 41 23', ['+77015554123']],
		['87015554123(мама)87055554411', ['+77015554123', '+77055554411']],
		['+7 701 ***-**-23, 87055554411', ['+77055554411']],
		['WhatsApp: +7 701 555-41-23; дом 255-41-23', ['+77015554123']],
	])('in %s', (text, phones) => expect(phonesIn(text, 'KZ')).toEqual(phones));

	it('keeps the extension among words', () => {
		expect(phoneNumbersIn('моб 8(701)555-41-23, раб 8 (727) 255-41-23 доб. 45', 'KZ').map(({ extension }) => extension)).toEqual([undefined, '45']);
	});
});

describe('a buyer', () => {
	it('of a marketplace with substitute numbers has no phone', () => {
		const buyer = { name: 'Асель', phone: '+7 701 555 41 23', customerId: 'c1' };
		expect(buyerKeys(buyer, 'ozon', 'RU').phone).toBeUndefined();
		expect(buyerKeys(buyer, 'kaspi', 'KZ').phone).toBe('+77015554123');
		expect(buyerKeys(buyer, 'ozon', 'RU').customer).toHaveLength(32);
	});

	const contact = (id: string, name: string, createdAt: number): Contact => ({ id, name, phones: [], emails: [], createdAt, updatedAt: createdAt });
	const husband = contact('1', 'Ерлан Касымов', 1);
	const wife = contact('2', 'Касымова Асель', 2);
	const nameless = contact('3', 'Клиент', 3);

	it.each([
		['Асель К.', [husband, wife, nameless], { kind: 'contact', contact: wife, others: 0 }],
		['Асель К.', [husband], { kind: 'conflict', ids: ['1'], why: 'different' }],
		['Асель Иванова', [wife], { kind: 'conflict', ids: ['2'], why: 'other_surname' }],
		['Асель', [husband, nameless], { kind: 'contact', contact: nameless, others: 0 }],
		['Покупатель', [husband, wife], { kind: 'contact', contact: husband, others: 1 }],
		['Асель', [], { kind: 'none' }],
	] as const)('named %s', (name, hits, choice) => expect(chooseByName(name, hits, 'oldest')).toEqual(choice));
});
