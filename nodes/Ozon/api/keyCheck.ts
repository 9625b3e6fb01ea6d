import { rolesAnswer, type Roles } from './accountSchema';
import type { OzonClient } from './client';
import { dayMs } from './postingLists';

/** What the synchronisation cannot do without, and what single operations want (ozon.md §2). */
export const neededMethods: readonly string[] = [
	'/v4/posting/fbs/list',
	'/v3/posting/fbs/get',
	'/v3/posting/fbo/list',
	'/v2/posting/fbo/get',
	'/v4/posting/fbs/ship',
	'/v2/posting/fbs/cancel',
	'/v2/fbs/posting/delivering',
	'/v2/fbs/posting/last-mile',
	'/v2/fbs/posting/delivered',
	'/v2/fbs/posting/tracking-number/set',
	'/v1/returns/list',
	'/v2/returns/rfbs/list',
	'/v2/conditional-cancellation/list',
];
export const usefulMethods: readonly string[] = [
	'/v4/posting/fbs/unfulfilled/list',
	'/v1/posting/fbs/cancel-reason',
	'/v2/posting/fbs/cancel-reason/list',
	'/v3/posting/fbs/package-label/create',
	'/v2/posting/fbs/package-label/get',
	'/v2/returns/rfbs/get',
	'/v1/returns/rfbs/action/set',
	'/v2/conditional-cancellation/approve',
	'/v2/conditional-cancellation/reject',
	'/v3/chat/list',
	'/v3/chat/history',
	'/v1/chat/send/message',
	'/v1/notification/list',
	'/v1/notification/set',
	'/v1/notification/update',
	'/v1/notification/enable',
	'/v1/notification/delete',
	'/v1/notification/check',
	'/v1/notification/push-type/list',
];

export const readRoles = async (client: OzonClient): Promise<Roles> =>
	await client.read('/v1/roles', {}, rolesAnswer, 'the roles of the key');

/** A key lives three months (ozon.md §1); a fortnight before its end there is time to make a new one. */
export const warnDays = 14;

export interface KeyReport {
	/** ISO. */
	expiresAt?: string;
	daysLeft?: number;
	warn: boolean;
	/** Sentences without a full stop, for people. */
	warnings: string[];
	missingMethods: string[];
	missingUseful: string[];
	roles: string[];
}

/** Pure. @param now epoch ms */
export function keyReport({ expiresAt, roles }: Roles, now: number, withinDays: number): KeyReport {
	const has = new Set(roles.flatMap(({ methods }) => methods));
	const missing = neededMethods.filter((method) => !has.has(method));
	const daysLeft = expiresAt === undefined ? undefined : Math.floor((expiresAt - now) / dayMs);
	const isEnding = daysLeft !== undefined && daysLeft < withinDays;
	const warnings = [
		...(isEnding ? [`The Ozon API key is valid for ${daysText(daysLeft)}: make a new one in the seller cabinet (Settings → Seller API) and put it into the credential`] : []),
		...(missing.length > 0 ? [`The Ozon API key lacks methods: ${missing.join(', ')}`] : []),
	];
	return {
		...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString(), daysLeft }),
		warn: warnings.length > 0,
		warnings,
		missingMethods: missing,
		missingUseful: usefulMethods.filter((method) => !has.has(method)),
		roles: roles.flatMap(({ name }) => name ?? []),
	};
}

const daysText = (days: number): string => (days < 1 ? 'less than a day more' : `${days} more day${days === 1 ? '' : 's'}`);
