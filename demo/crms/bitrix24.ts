import { z } from 'zod/v4';

import { THE_SYNC } from '../facts';
import { ORDER_NUMBER_FIELD, PACKAGES_FIELD } from '../names';
import type { CrmSide } from '../sides';

/** The owner of the inbound webhook: whatever the pack does is done in this person's name. */
const WEBHOOK_OWNER = 1;

const todoSchema = z.object({
	id: z.number(),
	title: z.string(),
	description: z.string(),
	authorId: z.number(),
	created: z.string(),
	isCompleted: z.boolean(),
});
const stateSchema = z.object({
	users: z.array(z.object({ id: z.number(), name: z.string() })),
	deals: z.array(
		z.object({
			id: z.number(),
			category: z.string().nullable(),
			stage: z.string().nullable(),
			isDeleted: z.boolean(),
			opportunity: z.number(),
			movedBy: z.number(),
			contactIds: z.array(z.number()),
			fields: z.record(z.string(), z.unknown()),
			timelineComments: z.array(z.object({ text: z.string() })),
			todos: z.array(todoSchema),
		}),
	),
	contacts: z.array(
		z.object({
			id: z.number(),
			name: z.string(),
			lastName: z.string(),
			phones: z.array(z.string()),
			dealIds: z.array(z.number()),
			createdBy: z.number(),
			isDeleted: z.boolean(),
		}),
	),
});

/** What Bitrix24 shows beside an outgoing webhook, and what the credential holds. */
const APPLICATION_TOKEN = 'demo-outgoing-webhook-token';
const EVENTS = ['ONCRMDEALUPDATE', 'ONCRMDEALDELETE'];

export const bitrix24: CrmSide = {
	api: 'bitrix24',
	name: 'Bitrix24',
	auditTemplate: 'contact-duplicates-audit.json',
	address: ({ bitrix24: { baseUrl } }) => baseUrl,
	credential: ({ bitrix24: { webhookUrl } }) => ({
		type: 'bitrix24WebhookApi',
		name: 'Bitrix24 (sandbox)',
		data: { webhookUrl, applicationToken: APPLICATION_TOKEN },
	}),
	read: (state) => {
		const { users, deals, contacts } = stateSchema.parse(state);
		const nameOf = (id: number) => (id === WEBHOOK_OWNER ? THE_SYNC : (users.find((user) => user.id === id)?.name ?? 'a manager'));
		return {
			deals: deals.map(({ id, category, stage, isDeleted, opportunity, movedBy, contactIds, fields, timelineComments }) => {
				const number = fields[ORDER_NUMBER_FIELD];
				return {
					id,
					pipeline: category,
					stage,
					isDeleted,
					amount: opportunity,
					orderNumber: typeof number === 'string' && number !== '' ? number : undefined,
					contactIds,
					tags: [],
					notes: timelineComments.map(({ text }) => text),
					changedBy: nameOf(movedBy),
				};
			}),
			contacts: contacts.map(({ lastName, name, createdBy, ...contact }) => ({
				...contact,
				name: `${name} ${lastName}`.trim(),
				madeByPack: createdBy === WEBHOOK_OWNER,
				isMergedAway: false,
			})),
			tasks: deals.flatMap(({ id: dealId, todos }) =>
				todos.map(({ id, title, description, authorId, created, isCompleted }) => ({
					id,
					text: `${title}\n${description}`,
					dealId,
					askedByPack: authorId === WEBHOOK_OWNER,
					createdAt: Date.parse(created),
					isCompleted,
				})),
			),
		};
	},
	async moveDeal(sandbox, dealId, stage) {
		await sandbox.call('POST', `/bitrix24/deals/${dealId}/move`, { stage });
	},
	async setPackages(sandbox, dealId, packages) {
		await sandbox.call('POST', `/bitrix24/deals/${dealId}/edit`, { fields: { [PACKAGES_FIELD]: packages } });
	},
	async addContacts(sandbox, contacts) {
		const people = contacts.map(({ name, phones }) => {
			const [first = name, last = ''] = name.split(' ');
			return { name: first, lastName: last, phones };
		});
		if (people.length > 0) await sandbox.call('POST', '/bitrix24/contacts', people);
	},
	async completeTask(sandbox, taskId) {
		await sandbox.call('POST', `/bitrix24/todos/${taskId}/complete`, {});
	},
	async trouble(sandbox, on) {
		const share = on ? 0.05 : 0;
		await sandbox.call('PATCH', '/bitrix24/settings', { loseShare: share, doubleShare: share, reorder: on });
	},
	connectWebhook: {
		triggerType: 'bitrix24Trigger',
		path: 'bitrix24',
		async connect(sandbox, url) {
			await sandbox.call('POST', '/bitrix24/webhooks', { handler: url, events: EVENTS, applicationToken: APPLICATION_TOKEN });
		},
	},
};
