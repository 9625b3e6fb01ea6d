import type { EntityType } from './model';
import { withSystemStatuses } from './stages';
import type { Store } from './store';

/** What an account has from its first day: users, a main pipeline, reasons of loss and the predefined fields. */
export function furnish(store: Store): void {
	addUsers(store);
	addMainPipeline(store);
	addLossReasons(store);
	addPredefinedFields(store);
}

function addUsers(store: Store): void {
	const people = ['Айгерим Сапарова', 'Дмитрий Волков', 'Мадина Ержанова', 'Руслан Ким'];
	people.forEach((name, index) => {
		const id = 5_000_001 + index;
		store.users.set(id, { id, name, email: `user${index + 1}@sandbox.invalid`, isAdmin: index === 0, isActive: true });
	});
}

function addMainPipeline(store: Store): void {
	const stages = [
		{ name: 'Первичный контакт', color: '#98cbff' },
		{ name: 'Переговоры', color: '#fffeb2' },
		{ name: 'Принимают решение', color: '#ffce5a' },
		{ name: 'Согласование договора', color: '#ffdbdb' },
	];
	const id = store.nextId();
	const statuses = withSystemStatuses(store, stages, new Map());
	store.pipelines.set(id, { id, name: 'Воронка', sort: 1, isMain: true, isUnsortedOn: true, statuses });
}

function addLossReasons(store: Store): void {
	const now = store.seconds();
	for (const [index, name] of [
		'Пропала потребность',
		'Слишком дорого',
		'Покупатель отменил',
		'Нет в наличии',
	].entries()) {
		const id = store.nextId();
		store.lossReasons.set(id, { id, name, sort: 10_000 + index * 10, createdAt: now, updatedAt: now });
	}
}

function addPredefinedFields(store: Store): void {
	const add = (type: EntityType, name: string, code: string, fieldType: string, enumCodes?: string[]): void => {
		const id = store.nextId();
		const enums =
			enumCodes?.map((value, index) => ({ id: store.nextId(), value, code: null, sort: 2 + index * 2 })) ?? null;
		store.fields[type].set(id, {
			id,
			name,
			code,
			type: fieldType,
			sort: 2 + store.fields[type].size * 2,
			isPredefined: true,
			isApiOnly: false,
			groupId: fieldType === 'tracking_data' ? 'statistic' : null,
			enums,
		});
	};
	add('contacts', 'Должность', 'POSITION', 'text');
	add('contacts', 'Телефон', 'PHONE', 'multitext', ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER']);
	add('contacts', 'Email', 'EMAIL', 'multitext', ['WORK', 'PRIV', 'OTHER']);
	for (const code of ['utm_content', 'utm_medium', 'utm_campaign', 'utm_source', 'utm_term']) {
		add('leads', code, code.toUpperCase(), 'tracking_data');
	}
}
