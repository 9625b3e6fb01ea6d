import { addDefaultStages } from './stages';
import type { Store } from './store';

/** What a portal has from its first day: users, the common pipeline and the directories. */
export function furnish(store: Store): void {
	const people = [
		['Айгерим', 'Сапарова'],
		['Дмитрий', 'Волков'],
		['Мадина', 'Ержанова'],
		['Руслан', 'Ким'],
	] as const;
	people.forEach(([name, lastName], index) => {
		const id = store.nextId('user');
		const email = `user${id}@sandbox.invalid`;
		store.users.set(id, { id, name, lastName, email, isAdmin: index === 0, isActive: true });
	});
	store.categories.set(0, { id: 0, name: 'Общая', sort: 300 });
	addDefaultStages(store, 0);
	for (const [index, [statusId, name]] of SOURCES.entries()) {
		const id = store.nextId('status');
		const rest = { isSystem: index === 0, color: '', semantics: 'P', categoryId: null } as const;
		store.statuses.set(id, { id, entityId: 'SOURCE', statusId, name, sort: (index + 1) * 10, ...rest });
	}
}

const SOURCES = [
	['CALL', 'Звонок'],
	['WEB', 'Веб-сайт'],
	['OTHER', 'Другое'],
] as const;
