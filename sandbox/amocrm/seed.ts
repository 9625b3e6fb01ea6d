import type { AmoContext } from './context';

const MONTH = 30 * 24 * 3600;

/** Invented people; each phone is written the way people really write them. */
const PEOPLE: { name: string; phones: string[]; emails?: string[] }[] = [
	{ name: 'Асель Тестова', phones: ['+7 (701) 555-01-23'], emails: ['assel@example.test'] },
	{ name: 'Ерлан Пробный', phones: ['8 701 555 01 24'] },
	{ name: 'Наталья Вымышленная', phones: ['77015550125'] },
	{ name: 'Тимур Образцов', phones: ['7015550126'] },
	{ name: 'Гульнара Примерова', phones: ['8-701-555-01-27 (после 18:00, сестра)'], emails: ['GULNARA@Example.Test'] },
	// Holds another one's number in the wrong field: a search by phone finds this one too.
	{ name: 'Курьер, заказ 7015550123', phones: ['+7 (702) 555-02-00'] },
];

/** Older contacts, two deals by hand; everything is searchable at once, for it is not new. */
export function seed({ store, account }: AmoContext): void {
	const now = store.seconds();
	const ids = PEOPLE.map(
		(person, index) => account.addContact({ ...person, createdAt: now - (PEOPLE.length - index) * MONTH }).id,
	);
	account.addLead({ name: 'Опт: чехлы для телефонов', price: 185_000, contactIds: ids.slice(1, 2) });
	account.addLead({
		name: 'Звонок: доставка в Караганду',
		price: 0,
		contactIds: ids.slice(2, 3),
		status: 'Переговоры',
	});
	account.flushIndex();
}
