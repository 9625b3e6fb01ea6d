import * as fc from 'fast-check';
import { emailsIn, isRoleMailbox, mailboxOf, readEmail, readEmailAddress, suspectDomain } from '../../core/contact/email';

describe('an e-mail', () => {
	it.each([
		[' Asel.K@Example.test ', 'asel.k@example.test'],
		['Асель <asel@example.test>', 'asel@example.test'],
		['mailto:asel@example.test', 'asel@example.test'],
		['"asel@example.test"', 'asel@example.test'],
		['\'asel@example.test\'', 'asel@example.test'],
		['\'asel@example.test', 'asel@example.test'],
		['«asel@example.test»', 'asel@example.test'],
		['“asel@example.test”', 'asel@example.test'],
		['asel@example.test\u200b', 'asel@example.test'],
		['\ufeffasel@example.test\u200d\u2060', 'asel@example.test'],
		['as\u00adel@example.test', 'asel@example.test'],
		['\u00a0asel@example.test\u00a0', 'asel@example.test'],
		['asel@example.test.', 'asel@example.test'],
		['asel@example.test,', 'asel@example.test'],
		['(asel@example.test)', 'asel@example.test'],
		['"Касымова, Асель" <asel@example.test>', 'asel@example.test'],
		['Асель <"asel@example.test">', 'asel@example.test'],
		['<asel@example.test>;', 'asel@example.test'],
		['Асель <mailto:asel@example.test>', 'asel@example.test'],
		['MAILTO:asel@example.test?subject=Заказ', 'asel@example.test'],
		['ａｓｅｌ＠example.test', 'asel@example.test'],
		["o'brien@example.test", "o'brien@example.test"],
	])('%s is read as %s', (raw, email) => expect(readEmail(raw)).toBe(email));

	it.each([
		['', 'empty'],
		[null, 'empty'],
		['asel@', 'not_an_address'],
		['asel example.test', 'not_an_address'],
		['a@b.test, c@d.test', 'not_an_address'],
		['NoReply@shop.test', 'placeholder'],
		['no-reply+42@shop.test', 'placeholder'],
		['test@test.kz', 'placeholder'],
		['mail@mail.ru', 'placeholder'],
		['123@mail.ru', 'placeholder'],
		['нет@mail.ru', 'placeholder'],
		['k7x@marketplace.amazon.com', 'relay'],
		['order1@scs.tiktokw.us', 'relay'],
		['q1w2@privaterelay.appleid.com', 'relay'],
	])('%s is no key: %s', (raw, why) => expect(readEmailAddress(raw)).toEqual({ kind: 'refused', why }));

	it('with a mistyped domain is reported and stays as it is', () => {
		expect(suspectDomain('Asel@GMIAL.com')).toEqual({ written: 'gmial.com', meant: 'gmail.com' });
		expect(suspectDomain('asel@yandex.r')).toEqual({ written: 'yandex.r', meant: 'yandex.ru' });
		expect(suspectDomain('asel@mail.ri')).toEqual({ written: 'mail.ri', meant: 'mail.ru' });
		expect(suspectDomain('asel@mail.ru')).toBeUndefined();
		expect(readEmail('Asel@GMIAL.com')).toBe('asel@gmial.com');
	});

	it('is one mailbox where its provider says so, and only there', () => {
		expect(mailboxOf('as.el+shop@gmail.com')).toBe('asel@gmail.com');
		expect(mailboxOf('asel@googlemail.com')).toBe('asel@gmail.com');
		expect(mailboxOf('asel@ya.ru')).toBe('asel@yandex.ru');
		expect(mailboxOf('as.el@mail.ru')).toBe('as.el@mail.ru');
		expect(mailboxOf('as.el+shop@example.test')).toBe('as.el+shop@example.test');
	});

	it('is the same whatever stands around it', () => {
		const marks = ['', '"', '\'', '`', '«', '»', '“', '”', ' ', '\u00a0', '\u200b', '\ufeff', '.', ',', ';'];
		const around = fc.array(fc.constantFrom(...marks), { maxLength: 3 }).map((list) => list.join(''));
		fc.assert(fc.property(around, around, (before, after) => {
			expect(readEmail(`${before}Asel.K@example.test${after}`)).toBe('asel.k@example.test');
			expect(emailsIn(`Асель: ${before}asel.k@example.test${after} и "b2@example.test"`)).toEqual(['asel.k@example.test', 'b2@example.test']);
		}));
	});

	it('is found in a field with several, and known as a company\'s', () => {
		expect(emailsIn('a1@example.test; B2@example.test, нет')).toEqual(['a1@example.test', 'b2@example.test']);
		expect(isRoleMailbox('info@firm.test')).toBe(true);
		expect(isRoleMailbox('inga@firm.test')).toBe(false);
	});
});
