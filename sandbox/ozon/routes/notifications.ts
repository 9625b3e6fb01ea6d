import { z } from 'zod/v4';

import { int64, read, sortDirection } from '../body';
import { GRADES, type Endpoint } from '../pushes/endpoint';
import type { Pushes } from '../pushes/pushes';
import { API_PUSH_TYPES, describePush, PUSH_TYPES } from '../pushes/types';
import { iso } from '../time';
import type { AddMethod } from './method';

const url = z
	.string()
	.url()
	.refine((text) => /^https?:/.test(text), 'must be an address');
const types = z
	.array(
		z.string().transform((text, context) => {
			const known = API_PUSH_TYPES.find((type) => type === text);
			if (known) return known;
			context.addIssue({ code: 'custom', message: `unknown type ${text}` });
			return z.NEVER;
		}),
	)
	.min(1);
const id = int64;

/** Registering URLs for pushes (ozon.md §11); each change that names an URL makes Ozon ping it first. */
export function addNotifications(add: AddMethod, pushes: Pushes): void {
	add('/v1/notification/set', async (body) => {
		const wanted = read(z.object({ url, types }), body);
		await pushes.connect(wanted.url, [...new Set(wanted.types)]);
	});
	add('/v1/notification/update', async (body) => {
		const wanted = read(z.object({ id, url: url.optional(), types: types.optional() }), body);
		await pushes.update(wanted.id, wanted.url, wanted.types);
	});
	add('/v1/notification/delete', (body) => pushes.delete(read(z.object({ id }), body).id));
	add('/v1/notification/enable', async (body) => {
		const wanted = read(z.object({ id, enabled: z.boolean() }), body);
		await pushes.enable(wanted.id, wanted.enabled);
	});
	add('/v1/notification/check', async (body) => {
		const fault = await pushes.check(read(z.object({ url }), body).url);
		return { is_active: fault === undefined, errors: fault ? [fault] : [] };
	});
	add('/v1/notification/list', (body) => {
		const wanted = read(
			z.object({
				availability_statuses: z.array(z.string()).prefault([]),
				limit: int64.default(100),
				offset: int64.default(0),
				sort_dir: sortDirection,
			}),
			body,
		);
		const fits = ({ grade }: Endpoint) =>
			wanted.availability_statuses.length === 0 || wanted.availability_statuses.includes(grade);
		const found = [...pushes.endpoints.values()].filter(fits);
		if (wanted.sort_dir === 'desc') found.reverse();
		return {
			availability_status_thresholds: GRADES,
			total_count: found.length,
			urls: found.slice(wanted.offset, wanted.offset + wanted.limit).map(endpointView),
		};
	});
	add('/v1/notification/push-type/list', () => ({
		types: PUSH_TYPES.map((type) => {
			const endpoint = [...pushes.endpoints.values()].find((one) => one.types.includes(type));
			return {
				type,
				description: describePush(type),
				seller_endpoint: endpoint ? { id: endpoint.id, url: endpoint.url } : null,
			};
		}),
	}));
}

/** One URL as `/v1/notification/list` shows it. */
export function endpointView(endpoint: Endpoint) {
	return {
		id: endpoint.id,
		url: endpoint.url,
		enable: endpoint.enabled,
		types: endpoint.types.map((type) => ({ type, description: describePush(type) })),
		availability_status: endpoint.grade,
		availability_status_date: iso(endpoint.gradedAt),
		created_at: iso(endpoint.createdAt),
		disable_reason: endpoint.disableReason,
		reason_details: endpoint.reasonDetails,
		problematic_type: endpoint.problematicType,
	};
}
