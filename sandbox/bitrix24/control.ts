import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import { parseBody, Refused } from '../controlBody';
import { SCOPES } from './access';
import { NoSuchThing } from './account';
import type { BitrixContext } from './context';
import { bitrixSettingsSchema } from './settings';

const id = z.number().int();
const nothing = z.object({}).strict();
const acting = z.object({ userId: id.optional() }).strict();
const origin = { originatorId: z.string().optional(), originId: z.string().optional() };
const lists = { phones: z.array(z.string()).optional(), emails: z.array(z.string()).optional() };
const personFields = {
	name: z.string().optional(),
	lastName: z.string().optional(),
	...lists,
	...origin,
	assignedById: id.optional(),
	hidden: z.boolean().optional(),
};
const person = acting.extend(personFields);
const dealFields = {
	title: z.string().optional(),
	opportunity: z.number().optional(),
	currencyId: z.string().optional(),
	assignedById: id.optional(),
	...origin,
	contactIds: z.array(id).optional(),
	fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
};
const editedDeal = acting.extend(dealFields);
const newDeal = editedDeal.extend({
	categoryId: id.optional(),
	stage: z.string().optional(),
	contact: z.object(personFields).strict().optional(),
});
const moving = acting.extend({ stage: z.string(), categoryId: id.optional() });
const remark = acting.extend({ text: z.string().min(1) });
const stranger = z.object({ title: z.string().default(''), count: id.min(1).max(1000).default(1), ...lists }).strict();
const webhook = z
	.object({ handler: z.string().url(), events: z.array(z.string()).min(1), applicationToken: z.string().min(1).optional() })
	.strict();

/** The control server's `/bitrix24/...`: what people do in the portal's pages, and the portal's settings. */
export function registerControl(control: FastifyInstance, context: BitrixContext): void {
	const { account, settings, handlers, deliveries } = context;

	/** Answers what `act` returns, or says in words why it cannot be. */
	const post = <S extends z.ZodTypeAny>(
		url: string,
		schema: S,
		act: (body: z.output<S>, params: { id: number; otherId: number }) => unknown,
	): void => {
		control.post<{ Params: { id?: string; otherId?: string } }>(`/bitrix24${url}`, async ({ body, params }) => {
			const parsed = parseBody(schema, body);
			try {
				return act(parsed, { id: Number(params.id), otherId: Number(params.otherId) }) ?? { ok: true };
			} catch (failure) {
				if (failure instanceof NoSuchThing) throw new Refused(404, failure.message);
				throw failure;
			}
		});
	};

	control.get('/bitrix24/settings', async () => settings);
	control.patch('/bitrix24/settings', async ({ body }) =>
		Object.assign(settings, parseBody(bitrixSettingsSchema.partial(), body)),
	);

	post('/deals', newDeal, ({ userId, ...deal }) => ({ id: account.addDeal(deal, userId).id }));
	post('/deals/:id(^\\d+$)/move', moving, ({ stage, categoryId, userId }, params) => ({
		id: account.moveDeal(params.id, stage, categoryId, userId).id,
	}));
	post('/deals/:id(^\\d+$)/edit', editedDeal, ({ userId, ...edit }, params) => ({
		id: account.editDeal(params.id, edit, userId).id,
	}));
	post('/contacts', z.union([person, z.array(person)]), (body) => {
		const ids = [body].flat().map(({ userId, ...one }) => account.addContact(one, userId).id);
		return Array.isArray(body) ? { ids } : { id: ids[0] };
	});
	post('/contacts/:id(^\\d+$)/edit', person, ({ userId, ...edit }, params) => ({
		id: account.editContact(params.id, edit, userId).id,
	}));
	for (const kind of ['deal', 'contact'] as const) {
		const one = `/${kind}s/:id(^\\d+$)`;
		post(`${one}/delete`, acting, (_body, params) => account.remove(kind, params.id));
		post(`${one}/restore`, acting, (_body, params) => ({ id: account.restore(kind, params.id).id }));
		post(`${one}/merge-into/:otherId(^\\d+$)`, acting, ({ userId }, params) =>
			account.merge(kind, params.id, params.otherId, userId),
		);
		post(`${one}/comment`, remark, ({ text, userId }, params) => ({
			id: account.comment(kind, params.id, text, userId).id,
		}));
	}
	post('/todos/:id(^\\d+$)/complete', nothing, (_body, params) => ({ id: account.completeTodo(params.id).id }));
	post('/tasks/:id(^\\d+$)/complete', nothing, (_body, params) => ({ id: account.completeTask(params.id).id }));
	post('/pipelines', z.object({ name: z.string().min(1) }).strict(), ({ name }) => account.addPipeline(name));
	for (const kind of ['lead', 'company'] as const) {
		post(kind === 'lead' ? '/leads' : '/companies', stranger, ({ title, count, ...rest }) => ({
			ids: Array.from({ length: count }, () => account.addStranger(kind, title, rest).id),
		}));
	}

	post('/webhook/scopes', z.object({ scopes: z.array(z.enum(SCOPES)) }).strict(), ({ scopes }) => {
		account.setScopes(scopes);
		return { scopes };
	});
	post('/webhook/reissue', nothing, () => ({ code: account.reissueWebhook() }));
	post('/webhook/expire', nothing, () => account.expireWebhook());
	post('/token/expire', nothing, () => account.expireTokens());
	post('/app/remove', nothing, () => account.removeApp());

	post('/webhooks', webhook, ({ handler, events, applicationToken }) => {
		const added = account.addOutgoingWebhook(handler, events, applicationToken);
		return { id: added.id, applicationToken: added.applicationToken };
	});
	control.delete<{ Params: { id: string } }>('/bitrix24/webhooks/:id', async ({ params }) => {
		try {
			account.removeOutgoingWebhook(Number(params.id));
		} catch (failure) {
			if (failure instanceof NoSuchThing) throw new Refused(404, failure.message);
			throw failure;
		}
		return { ok: true };
	});
	control.get('/bitrix24/webhooks/stats', async () => ({
		...deliveries.counters.stats(),
		pending: deliveries.pending(),
		handlers: handlers.all().map(({ id: handlerId, kind, url, events }) => ({ id: handlerId, kind, url, events })),
	}));
}
