import { pageOf } from '../listing';
import type { User } from '../model';
import { isMap, itemsOf, isYes, param, text, whole } from '../php';
import { Problem } from '../problem';
import { reading, type Methods, type MethodContext } from './method';

const FEATURES: Record<string, 'Y' | 'N'> = { rest_offline_extended: 'N', rest_auth_connector: 'N' };

/** Who is calling, who works here, and what the portal can do. `profile` needs no permission (bitrix24.md §6). */
export const peopleMethods: Methods = {
	profile: reading((context, { who }) => {
		const { id, isAdmin, name, lastName } = userOf(context, who.userId);
		const rest = { PERSONAL_GENDER: '', TIME_ZONE: '' };
		return { result: { ID: String(id), ADMIN: isAdmin, NAME: name, LAST_NAME: lastName, ...rest } };
	}, ''),
	'user.current': reading((context, { who }) => ({ result: view(userOf(context, who.userId)) }), 'user'),
	'user.get': reading(({ store }, { params }) => {
		const filter = param(params, 'filter', 'FILTER') ?? params;
		const { ID: id, ACTIVE: active, EMAIL: email } = isMap(filter) ? filter : {};
		const ids = itemsOf(id).map(whole);
		const kept = [...store.users.values()].filter(
			(user) =>
				(id === undefined || ids.includes(user.id)) &&
				(active === undefined || user.isActive === isYes(active)) &&
				(email === undefined || user.email === text(email)),
		);
		const { items, ...page } = pageOf(kept, params);
		return { result: items.map(view), ...page };
	}, 'user'),
	'feature.get': reading((_context, { params }) => {
		const code = text(param(params, 'CODE', 'code'));
		if (code === '') throw new Problem(400, 'CODE_EMPTY', "CODE can't be empty");
		return { result: { value: FEATURES[code] ?? 'N' } };
	}, ''),
	scope: reading((_context, { who }) => ({ result: [...who.scopes] }), ''),
	'server.time': reading(({ store }) => ({ result: store.now() }), ''),
	'app.info': reading(
		(_context, { who }) => ({ result: { SCOPE: [...who.scopes], LICENSE: 'kz_basic', STATUS: 'L', INSTALLED: true } }),
		'',
	),
};

function view({ id, isActive, name, lastName, email }: User) {
	return {
		ID: String(id),
		ACTIVE: isActive,
		NAME: name,
		LAST_NAME: lastName,
		EMAIL: email,
		IS_ONLINE: 'N',
		PERSONAL_GENDER: '',
		WORK_POSITION: '',
		UF_DEPARTMENT: [1],
		USER_TYPE: 'employee',
	};
}

function userOf({ store }: MethodContext, id: number): User {
	const user = store.users.get(id);
	if (!user) throw new Problem(403, 'INVALID_CREDENTIALS', 'Invalid request credentials');
	return user;
}
