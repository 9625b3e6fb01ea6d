import type { FastifyInstance } from 'fastify';

import type { AmoContext } from '../context';
import { apiOf, hal, idOf, resource, sendPage, wantedOf } from '../http';
import { Problem } from '../problem';
import { userView } from '../views';

/** GET /account and /users (account-info and users documentation). */
export function accountRoutes(service: FastifyInstance, { store, settings }: AmoContext): void {
	resource(service, '/account', {
		GET: (request, reply) => {
			const wanted = wantedOf(request);
			const only = (key: string, value: unknown): object => (wanted.has(key) ? { [key]: value } : {});
			return hal(reply, {
				id: store.accountId,
				name: 'Песочница',
				subdomain: store.subdomain,
				created_at: 1_577_836_800,
				created_by: 0,
				updated_at: 1_577_836_800,
				updated_by: 0,
				current_user_id: store.tokenUser().id,
				country: 'KZ',
				currency: 'KZT',
				currency_symbol: '₸',
				customers_mode: 'disabled',
				is_unsorted_on: true,
				mobile_feature_version: 0,
				is_loss_reason_enabled: true,
				is_helpbot_enabled: false,
				is_technical_account: false,
				contact_name_display_order: 1,
				...only('amojo_id', 'f3c6340d-410e-4ad1-9f7e-000000000000'),
				...only('version', 16),
				...only('drive_url', 'https://drive-b.amocrm.ru'),
				...only('is_api_filter_enabled', settings.apiFilterEnabled),
				_links: { self: { href: `${apiOf(request)}/account` } },
				_embedded: {
					...only('amojo_rights', { can_direct: true, can_create_groups: true }),
					...only('users_groups', [{ id: 0, name: 'Отдел продаж', uuid: null }]),
					...only('task_types', [
						{ id: 1, name: 'Связаться', color: null, icon_id: null, code: 'FOLLOW_UP' },
						{ id: 2, name: 'Встреча', color: null, icon_id: null, code: 'MEETING' },
					]),
					...only('datetime_settings', {
						date_pattern: 'd.m.Y H:i',
						short_date_pattern: 'd.m.Y',
						short_time_pattern: 'H:i',
						date_formant: 'd.m.Y',
						time_format: 'H:i:s',
						timezone: 'Asia/Almaty',
						timezone_offset: '+05:00',
					}),
				},
			});
		},
	});

	resource(service, '/users', {
		GET: (request, reply) =>
			sendPage(
				request,
				reply,
				'users',
				[...store.users.values()].filter(({ isActive }) => isActive),
				(user) => userView(user, apiOf(request)),
				{ counted: true },
			),
	});

	resource(service, '/users/:id(^\\d+$)', {
		GET: (request, reply) => {
			const user = store.users.get(idOf(request));
			if (!user) throw new Problem(404, 'User not found');
			return hal(reply, userView(user, apiOf(request)));
		},
	});
}
