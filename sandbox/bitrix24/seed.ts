import type { BitrixContext } from './context';

/** Invented people; each phone is written the way people really write them. */
const PEOPLE: { name: string; lastName: string; phones: string[]; emails?: string[] }[] = [
	{ name: 'Асель', lastName: 'Тестова', phones: ['+7 (701) 555-01-23'], emails: ['assel@example.test'] },
	{ name: 'Ерлан', lastName: 'Пробный', phones: ['8 701 555 01 24'] },
	{ name: 'Наталья', lastName: 'Вымышленная', phones: ['77015550125'] },
	{ name: 'Тимур', lastName: 'Образцов', phones: ['7015550126'] },
	{ name: 'Гульнара', lastName: 'Примерова', phones: ['8-701-555-01-27'], emails: ['GULNARA@Example.Test'] },
];

/** Older contacts and two deals by hand. */
export function seed({ account }: BitrixContext): void {
	const ids = PEOPLE.map((person) => account.addContact(person).id);
	account.addDeal({ title: 'Опт: чехлы для телефонов', opportunity: 185_000, contactIds: ids.slice(1, 2) });
	account.addDeal({
		title: 'Звонок: доставка в Караганду',
		contactIds: ids.slice(2, 3),
		stage: 'Подготовка документов',
	});
}
