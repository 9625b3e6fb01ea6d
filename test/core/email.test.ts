import { emailsIn, isRoleMailbox, mailboxOf, readEmail, readEmailAddress, suspectDomain } from '../../core/contact/email';

describe('an e-mail', () => {
	it.each([
		[' Asel.K@Example.test ', 'asel.k@example.test'],
		['Асель <asel@example.test>', 'asel@example.test'],
		['mailto:asel@example.test', 'asel@example.test'],
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

	it('is found in a field with several, and known as a company\'s', () => {
		expect(emailsIn('a1@example.test; B2@example.test, нет')).toEqual(['a1@example.test', 'b2@example.test']);
		expect(isRoleMailbox('info@firm.test')).toBe(true);
		expect(isRoleMailbox('inga@firm.test')).toBe(false);
	});
});
