import { DuplicateSearch, findDuplicates } from '../../core/duplicates/findDuplicates';
import type { AuditedContact } from '../../core/duplicates/types';
import { duplicatesReportHtml } from '../../core/duplicates/report';

let nextId = 1;
const card = (name: string, phone: string | string[], more: Partial<AuditedContact> = {}): AuditedContact => {
	const id = String(nextId++);
	return { id, name, phones: [phone].flat(), emails: [], createdAt: Number(id) * 1000, updatedAt: 0, ...more };
};
beforeEach(() => {
	nextId = 1;
});
const audit = (...contacts: AuditedContact[]) => findDuplicates(contacts, 'KZ').groups;
const shape = (...contacts: AuditedContact[]) => {
	nextId = 1;
	return audit(...contacts).map(({ certainty, contacts: members }) => [certainty, members.map(({ id }) => id).sort().join()]);
};
const phone = '+77015554123';
const other = '+77055554411';

describe('contacts with a phone in common', () => {
	it('are certainly one person when the names are equal, and the group says what each of them wrote', () => {
		const [group] = audit(card('Асель Касымова', '8 (701) 555-41-23'), card('KASYMOVA ASSEL', 'моб 7015554123, 8705 555 44 11'));
		expect(group).toMatchObject({
			certainty: 'certain',
			names: ['same'],
			keys: [{ kind: 'phone', value: phone, writtenAs: [{ id: '2', text: 'моб 7015554123, 8705 555 44 11' }, { id: '1', text: '8 (701) 555-41-23' }].reverse() }],
		});
	});

	it.each([
		['a shorter name', 'Асель К.', 'Асель Касымова', 'likely'],
		['a slip', 'Асель Касмова', 'Асель Касымова', 'likely'],
		['another surname', 'Асель Иванова', 'Асель Касымова', 'conflict'],
		['another first name', 'Ерлан Касымов', 'Асель Касымова', 'conflict'],
		['no name', 'Клиент', 'Асель Касымова', 'conflict'],
		['a surname only', 'Касымова', 'Асель Касымова', 'conflict'],
	])('%s', (_, one, two, certainty) => expect(shape(card(one, phone), card(two, phone))).toEqual([[certainty, '1,2']]));

	it('and a second key are one person who changed her surname, and nobody who changed the first name', () => {
		expect(shape(card('Асель Иванова', [phone, other]), card('Асель Касымова', [phone, other]))).toEqual([['likely', '1,2']]);
		expect(shape(card('Ерлан Касымов', [phone, other]), card('Асель Касымова', [phone, other]))).toEqual([['conflict', '1,2']]);
	});

	it('of a couple are joined each with his own, and the couple is shown to a person', () => {
		const cards = ['Асель Касымова', 'Асель К.', 'Ерлан Касымов', 'Касымов Ерлан', 'Клиент'].map((name) => card(name, phone));
		expect(shape(...cards)).toEqual([['likely', '1,2'], ['likely', '3,4'], ['conflict', '1,2,3,4,5']]);
	});

	it('and no name on one card are one person only if something says who it is, and nobody else uses the key', () => {
		const emails = ['dinara.kz77@mail.ru'];
		const named = () => card('Динара Касымова', phone, { emails });
		expect(shape(card('Клиент', '', { emails }), named())).toEqual([['likely', '1,2']]);
		expect(shape(card('Клиент', phone, { emails: ['family@mail.ru'] }), card('Динара Касымова', phone, { emails: ['family@mail.ru'] }))).toEqual([['conflict', '1,2']]);
		expect(shape(card('Клиент', '', { emails }), named(), card('Ерлан Касымов', '', { emails }))).toEqual([['conflict', '1,2,3']]);
		expect(shape(card('Клиент', [phone, other]), card('Динара Касымова', [phone, other]))).toEqual([['likely', '1,2']]);
		expect(shape(card('Д. Касымова', phone), card('Динара Касымова', phone))).toEqual([['likely', '1,2']]);
		// Her husband may be Данияр.
		expect(shape(card('Д. Ким', phone), card('Динара Ким', phone))).toEqual([['conflict', '1,2']]);
		expect(shape(card('Д. Касымов', phone), card('Динара Касымова', phone))).toEqual([['conflict', '1,2']]);
	});

	it('are one person when one first name is a slip of the finger that stands on no other card of the base', () => {
		expect(shape(card('Айдсо', phone), card('Айдос Бондаренко', phone))).toEqual([['likely', '1,2']]);
		expect(shape(card('Айдсо', phone), card('Айдос Бондаренко', phone), card('Айдсо Ким', other))).toEqual([['conflict', '1,2']]);
		expect(shape(card('ASHAT RAHIMOV', phone), card('Асхат Рахимов', phone))).toEqual([['likely', '1,2']]);
		// Sisters, and letters that lie far apart on the keyboard.
		expect(shape(card('Карина Ким', phone), card('Марина Ким', phone))).toEqual([['conflict', '1,2']]);
		expect(shape(card('Данияр Ким', phone), card('Данитр Ким', phone))).toEqual([['conflict', '1,2']]);
	});

	it('have a first name that no list knows, when the base shows it beside several surnames', () => {
		const cards = [card('Тансулу', phone), card('Тансулу К.', phone)];
		const others = ['Омарова', 'Искакова', 'Попова'].map((surname, index) => card(`Тансулу ${surname}`, `+7705555441${index}`));
		expect(shape(...cards)).toEqual([['conflict', '1,2']]);
		expect(shape(...cards, ...others)).toEqual([['likely', '1,2']]);
	});

	it('are never joined through a third whose name fits both', () => {
		expect(shape(card('Асель Касымова', [phone]), card('Асель', [phone, other]), card('Асель Ким', [other]))).toEqual([['conflict', '1,2,3']]);
	});

	it('of an office are a matter for a person, equal names included', () => {
		const names = ['Асель Касымова', 'Асель Касымова', 'Ерлан Ким', 'Иван Попов', 'Дана Омарова', 'Тимур Юдин'];
		expect(audit(...names.map((name) => card(name, phone)))).toMatchObject([{ certainty: 'conflict', why: ['shared_line'] }]);
	});

	it('that is a fixed line, a switchboard or info@ need the full name', () => {
		expect(shape(card('Асель', '8 727 255 41 23'), card('Асель Ким', '8 727 255 41 23'))).toEqual([['conflict', '1,2']]);
		expect(shape(card('Асель', `${phone} доб. 12`), card('Асель Ким', phone))).toEqual([['conflict', '1,2']]);
		expect(shape(card('Асель Ким', `${phone} доб. 12`), card('Ким Асель', phone))).toEqual([['likely', '1,2']]);
		const emails = ['info@firm.test'];
		expect(shape(card('Асель', '', { emails }), card('Асель Ким', '', { emails }))).toEqual([['conflict', '1,2']]);
	});

	it('that is masked have nothing in common', () => {
		expect(shape(card('Асель Ким', '+0(000)-000-00-00'), card('Асель Ким', '+0(000)-000-00-00'))).toEqual([]);
	});
});

it('a mailbox joins whatever its case, its dots at Gmail and its domain at Yandex', () => {
	expect(shape(card('Асель Ким', '', { emails: [' As.El@Gmail.com'] }), card('Асель Ким', '', { emails: ['asel@googlemail.com'] }))).toEqual([['certain', '1,2']]);
	expect(shape(card('Асель Ким', '', { emails: ['as.el@mail.ru'] }), card('Асель Ким', '', { emails: ['asel@mail.ru'] }))).toEqual([]);
});

it('a marketplace account alone joins nobody, and is shown', () => {
	const buyerKey = 'b'.repeat(32);
	expect(audit(card('Асель К.', '', { buyerKey }), card('Асель К.', '', { buyerKey }))).toMatchObject([{ certainty: 'conflict', why: ['customer_only'] }]);
});

describe('the one to keep', () => {
	const pair = (one: Partial<AuditedContact>, two: Partial<AuditedContact>) => {
		const [group] = audit(card('Асель Ким', phone, one), card('Асель Ким', phone, two));
		return group?.certainty === 'conflict' ? undefined : group?.keep;
	};
	it('has more open deals, then more deals, then a fuller card, then is older', () => {
		expect(pair({}, { openDeals: 1 })).toEqual({ id: '2', why: 'open_deals' });
		nextId = 1;
		expect(pair({ deals: 1 }, { deals: 2 })).toEqual({ id: '2', why: 'deals' });
		nextId = 1;
		expect(pair({}, { emails: ['asel@example.test'] })).toEqual({ id: '2', why: 'completeness' });
		nextId = 1;
		expect(pair({ createdAt: 5 }, { createdAt: 4 })).toEqual({ id: '2', why: 'age' });
	});
});

it('a contact that comes again is known as it was last', () => {
	const search = new DuplicateSearch('KZ');
	const [one, two] = [card('Асель Ким', phone), card('Асель Ким', phone)];
	for (const each of [one, two, { ...two, phones: [other] }]) search.add(each);
	expect(search.report()).toMatchObject({ contacts: 2, groups: [], surplus: 0 });
});

describe('the page', () => {
	const hostile = '<img src=x onerror="alert(1)">\'&';
	const page = (contactUrl?: string) =>
		duplicatesReportHtml(findDuplicates([card(`Асель ${hostile}`, phone), card(`Асель ${hostile}`, phone, { emails: ['asel@gmial.com'] })], 'KZ'), {
			account: hostile, contactUrl, createdAt: Date.UTC(2026, 0, 5), timezone: 'Asia/Almaty',
		});

	it('holds what people wrote as text, and loads nothing', () => {
		const html = page('https://crm.test/contacts/{id}?a="b');
		expect(html).not.toContain('<img');
		expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;');
		expect(html).toContain('href="https://crm.test/contacts/2?a=&quot;b"');
		expect(html).not.toMatch(/<script|<link|src="|url\(|@import/);
		expect(html).toContain('Персональные данные');
		expect(html).toContain('gmail.com');
	});

	it('makes no link of anything but a web address', () => {
		expect(page('javascript:alert({id})')).not.toContain('href');
		expect(page()).not.toContain('href');
	});
});
