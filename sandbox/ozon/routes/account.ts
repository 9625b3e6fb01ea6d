import { z } from 'zod/v4';

import { int64, limitUpTo, read } from '../body';
import { METHODS } from '../methods';
import { SCHEMES, TRAITS } from '../posting';
import type { OzonShop } from '../shop';
import { iso } from '../time';
import type { AddMethod } from './method';

const warehouseBody = z.object({
	limit: limitUpTo(200),
	cursor: z.string().default(''),
	warehouse_ids: z.array(int64).optional(),
});
const methodBody = z.object({
	limit: limitUpTo(100),
	cursor: z.string().default(''),
	filter: z
		.object({ warehouse_ids: z.array(int64).optional(), delivery_method_ids: z.array(int64).optional() })
		.prefault({}),
});

/** The key, the company, its warehouses and delivery methods (ozon.md §1, §2). */
export function addAccount(add: AddMethod, shop: OzonShop): void {
	const { settings } = shop;
	add('/v1/roles', () => ({
		expires_at: iso(shop.keyExpiresAt()),
		roles: [{ name: 'Admin', methods: METHODS.filter((method) => !settings.missingMethods.includes(method)) }],
	}));
	add('/v1/seller/info', () => ({
		company: {
			country: 'Россия',
			currency: 'RUB',
			inn: '000000000000',
			legal_name: 'ООО «Песочница»',
			name: 'Песочница',
			ogrn: '0000000000000',
			ownership_form: 'ООО',
			tax_system: 'USN',
		},
		ratings: [],
		subscription: { is_premium: settings.subscription.startsWith('PREMIUM'), type: settings.subscription },
	}));
	add('/v2/warehouse/list', (body) => {
		const { limit, cursor, warehouse_ids: ids } = read(warehouseBody, body);
		const { page, ...rest } = slice(
			warehouses().filter(({ id }) => !ids?.length || ids.includes(id)),
			limit,
			cursor,
		);
		// A string, as in the official example (§14).
		return { warehouses: page.map(warehouseView), cursor: rest.cursor, has_next: String(rest.hasNext) };
	});
	add('/v2/delivery-method/list', (body) => {
		const { limit, cursor, filter } = read(methodBody, body);
		const all = deliveryMethods().filter(
			({ id, warehouseId }) =>
				(!filter.warehouse_ids?.length || filter.warehouse_ids.includes(warehouseId)) &&
				(!filter.delivery_method_ids?.length || filter.delivery_method_ids.includes(id)),
		);
		const { page, ...rest } = slice(all, limit, cursor);
		return { delivery_methods: page.map(({ view }) => view), cursor: rest.cursor, has_next: rest.hasNext };
	});
}

const OPENED = '2025-03-11T11:57:51Z';

function warehouses(): { id: number; name: string; rfbs: boolean; express: boolean }[] {
	const all = SCHEMES.filter((scheme) => scheme !== 'fbo').map((scheme) => {
		const { warehouse, rfbs } = TRAITS[scheme];
		return { ...warehouse, rfbs, express: scheme === 'rfbs-express' };
	});
	return [...new Map(all.map((one) => [one.id, one])).values()];
}

function warehouseView({ id, name, rfbs, express }: ReturnType<typeof warehouses>[number]) {
	return {
		warehouse_id: id,
		name,
		is_rfbs: rfbs,
		is_express: express,
		status: 'created',
		address_info: { address: 'Россия, г. Москва, ул. Складская, 1', latitude: 55.7, longitude: 37.6, utc: 'UTC+03:00' },
		courier_phones: [],
		created_at: OPENED,
		updated_at: OPENED,
		has_postings_limit: false,
		postings_limit: -1,
		min_postings_limit: 0,
		first_mile: null,
		is_kgt: false,
		phone: '',
		timetable: null,
		working_days: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'],
	};
}

function deliveryMethods() {
	return SCHEMES.filter((scheme) => scheme !== 'fbo').map((scheme) => {
		const { method, warehouse, integration } = TRAITS[scheme];
		const view = {
			id: method.id,
			name: method.name,
			warehouse_id: warehouse.id,
			provider_id: method.providerId,
			status: 'ACTIVE',
			is_express: scheme === 'rfbs-express',
			tpl_integration_type: integration,
			cutoff: '13:00',
			sla_cut_in: 1440,
			template_id: 0,
			tpl_dropoff_point: null,
			created_at: OPENED,
			updated_at: OPENED,
		};
		return { id: method.id, warehouseId: warehouse.id, view };
	});
}

function slice<T>(all: T[], limit: number, cursor: string): { page: T[]; cursor: string; hasNext: boolean } {
	const start = Number(cursor) || 0;
	const hasNext = all.length > start + limit;
	return { page: all.slice(start, start + limit), cursor: hasNext ? String(start + limit) : '', hasNext };
}
