import { z } from 'zod/v4';

import { THE_SYNC } from '../facts';
import { ORDER_NUMBER_FIELD, PACKAGES_FIELD } from '../names';
import { duration } from '../narrator';
import type { CrmSide } from '../sides';

const stateSchema = z.object({
	settings: z.object({ apiAuthorId: z.number() }),
	users: z.array(z.object({ id: z.number(), name: z.string() })),
	leads: z.array(
		z.object({
			id: z.number(),
			pipeline: z.string().nullable(),
			stage: z.string().nullable(),
			isDeleted: z.boolean(),
			price: z.number(),
			updatedBy: z.number(),
			contactIds: z.array(z.number()),
			fields: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
			tags: z.array(z.string()),
			notes: z.array(z.object({ text: z.string() })),
		}),
	),
	contacts: z.array(
		z.object({
			id: z.number(),
			name: z.string(),
			phones: z.array(z.string()),
			leadIds: z.array(z.number()),
			tags: z.array(z.string()),
			createdBy: z.number(),
			isDeleted: z.boolean(),
		}),
	),
	tasks: z.array(
		z.object({
			id: z.number(),
			text: z.string(),
			entityType: z.string().nullable(),
			entityId: z.number().nullable(),
			createdBy: z.number(),
			/** Unix seconds. */
			createdAt: z.number(),
			isCompleted: z.boolean(),
		}),
	),
});
export type AmoState = z.infer<typeof stateSchema>;

/** A stretch of sandbox time that stands for a longer one in reality. */
const SCALED = { indexLagMs: 10_000, webhookRetryScale: 0.02 } as const;

/** amoCRM cannot merge: the audit tags the others. */
const MERGED_TAG = 'дубль';

export const amocrm: CrmSide = {
	api: 'amocrm',
	name: 'amoCRM',
	auditTemplate: 'contact-duplicates-audit-amocrm.json',
	address: ({ amocrm: { baseUrl } }) => baseUrl,
	credential: ({ amocrm: { baseUrl, longLivedToken } }) => ({
		type: 'amoCrmApi',
		name: 'amoCRM (sandbox)',
		data: { account: baseUrl, accessToken: longLivedToken },
	}),
	read: (state) => {
		const { settings, users, leads, contacts, tasks } = stateSchema.parse(state);
		const pack = settings.apiAuthorId;
		const nameOf = (id: number) => (id === pack ? THE_SYNC : (users.find((user) => user.id === id)?.name ?? 'a manager'));
		return {
			deals: leads.map(({ fields, notes, updatedBy, price, ...lead }) => {
				const number = fields[ORDER_NUMBER_FIELD];
				return {
					...lead,
					amount: price,
					orderNumber: typeof number === 'string' && number !== '' ? number : undefined,
					notes: notes.map(({ text }) => text),
					changedBy: nameOf(updatedBy),
				};
			}),
			contacts: contacts.map(({ leadIds, tags, createdBy, ...contact }) => ({
				...contact,
				dealIds: leadIds,
				madeByPack: createdBy === pack,
				isMergedAway: tags.includes(MERGED_TAG),
			})),
			tasks: tasks.map(({ id, text, entityType, entityId, createdBy, createdAt, isCompleted }) => ({
				id,
				text,
				dealId: entityType === 'leads' && entityId !== null ? entityId : undefined,
				askedByPack: createdBy === pack,
				createdAt: createdAt * 1000,
				isCompleted,
			})),
		};
	},
	async moveDeal(sandbox, dealId, stage) {
		await sandbox.call('POST', `/amocrm/leads/${dealId}/move`, { status: stage });
	},
	async setPackages(sandbox, dealId, packages) {
		await sandbox.call('POST', `/amocrm/leads/${dealId}/edit`, { field: { name: PACKAGES_FIELD, value: String(packages) } });
	},
	async addContacts(sandbox, contacts) {
		const createdAt = Math.floor(Date.now() / 1000) - 30 * 24 * 3600;
		if (contacts.length > 0) await sandbox.call('POST', '/amocrm/contacts', contacts.map((contact) => ({ ...contact, createdAt })));
		await sandbox.call('POST', '/amocrm/index/flush', {});
	},
	async completeTask(sandbox, taskId, result) {
		await sandbox.call('POST', `/amocrm/tasks/${taskId}/complete`, { result });
	},
	async scaleTime(sandbox) {
		await sandbox.call('PATCH', '/amocrm/settings', SCALED);
		const { indexLagMs, webhookRetryScale } = SCALED;
		return (
			`amoCRM's search lags ${duration(indexLagMs)} (really 2 min), its webhooks are tried again ` +
			`after ${duration(300_000 * webhookRetryScale)} (really 5 min)`
		);
	},
	async trouble(sandbox, on) {
		const share = on ? 0.05 : 0;
		await sandbox.call('PATCH', '/amocrm/settings', { loseShare: share, doubleShare: share, reorder: on, dropStatusEventShare: share });
	},
};
