import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod/v4';

import { parseBody, Refused } from '../controlBody';
import { NoSuchThing } from './account';
import type { AmoContext } from './context';
import { idOf } from './http';
import { amoSettingsSchema } from './settings';

const id = z.number().int();
const stage = z.union([id, z.string()]);
const value = z.union([z.string(), z.number(), z.boolean()]);
const nothing = z.object({}).strict();
const acting = z.object({ userId: id.optional() }).strict();
const person = acting.extend({
	name: z.string(),
	phones: z.array(z.string()).optional(),
	emails: z.array(z.string()).optional(),
	createdAt: id.optional(),
	responsibleUserId: id.optional(),
});
const moving = acting.extend({ status: stage, pipelineId: id.optional() });
const editing = acting.extend({
	price: id.optional(),
	name: z.string().optional(),
	responsibleUserId: id.optional(),
	field: z.object({ id: id.optional(), name: z.string().optional(), value: value.nullable() }).optional(),
});
const newLead = acting.extend({
	name: z.string().optional(),
	price: id.optional(),
	pipelineId: id.optional(),
	status: stage.optional(),
	responsibleUserId: id.optional(),
	contactIds: z.array(id).optional(),
	contact: person.omit({ userId: true }).optional(),
	fields: z.record(z.string(), value).optional(),
});

/** The control server's `/amocrm/...`: what people do in the account's pages, and the account's settings. */
export function registerControl(control: FastifyInstance, context: AmoContext): void {
	const { account, settings, access, gate, subscriptions, deliveries, leads, contacts } = context;

	/** Answers what `act` returns, or says in words why it cannot be. */
	const post = <S extends z.ZodTypeAny>(
		url: string,
		schema: S,
		act: (body: z.output<S>, request: FastifyRequest) => unknown,
	): void => {
		control.post(`/amocrm${url}`, async (request) => {
			const body = parseBody(schema, request.body);
			try {
				return act(body, request) ?? { ok: true };
			} catch (failure) {
				if (failure instanceof NoSuchThing) throw new Refused(404, failure.message);
				throw failure;
			}
		});
	};

	control.get('/amocrm/settings', async () => settings);
	control.patch('/amocrm/settings', async (request) =>
		Object.assign(settings, parseBody(amoSettingsSchema.partial(), request.body)),
	);

	post('/leads', newLead, ({ userId, ...lead }) => ({ id: account.addLead(lead, userId).id }));
	post('/leads/:id(^\\d+$)/move', moving, ({ status, pipelineId, userId }, request) => ({
		id: account.moveLead(idOf(request), status, pipelineId, userId).id,
	}));
	post('/leads/:id(^\\d+$)/edit', editing, ({ userId, ...edit }, request) => ({
		id: account.editLead(idOf(request), edit, userId).id,
	}));
	post('/leads/:id(^\\d+$)/delete', acting, ({ userId }, request) => account.deleteLead(idOf(request), userId));
	post('/leads/:id(^\\d+$)/restore', acting, ({ userId }, request) => account.restoreLead(idOf(request), userId));
	post('/leads/:id(^\\d+$)/merge-into/:otherId(^\\d+$)', acting, ({ userId }, request) =>
		account.mergeLeads(idOf(request), idOf(request, 'otherId'), userId),
	);
	post('/leads/:id(^\\d+$)/note', acting.extend({ text: z.string().min(1) }), ({ text, userId }, request) => ({
		id: account.addNote(idOf(request), text, userId).id,
	}));
	post('/contacts', z.union([person, z.array(person)]), (body) => {
		const ids = [body].flat().map(({ userId, ...one }) => account.addContact(one, userId).id);
		return Array.isArray(body) ? { ids } : { id: ids[0] };
	});
	post('/contacts/:id(^\\d+$)/edit', person.partial(), ({ userId, ...edit }, request) => ({
		id: account.editContact(idOf(request), edit, userId).id,
	}));
	post('/contacts/:id(^\\d+$)/delete', acting, ({ userId }, request) => account.deleteContact(idOf(request), userId));
	post('/contacts/:id(^\\d+$)/merge-into/:otherId(^\\d+$)', acting, ({ userId }, request) =>
		account.mergeContacts(idOf(request), idOf(request, 'otherId'), userId),
	);
	post('/tasks/:id(^\\d+$)/complete', acting.extend({ result: z.string().optional() }), ({ result, userId }, request) =>
		account.completeTask(idOf(request), result, userId),
	);
	post('/fields/delete', z.object({ entity: z.enum(['leads', 'contacts']), field: stage }), ({ entity, field }) =>
		account.deleteField(entity, field),
	);
	post('/users/:id(^\\d+$)/deactivate', nothing, (_body, request) => account.deactivateUser(idOf(request)));
	post('/webhooks/enable', z.object({ destination: z.string() }), ({ destination }) =>
		account.enableWebhook(destination),
	);
	post('/index/flush', nothing, () => account.flushIndex());
	post('/unblock', nothing, () => gate.unblock());
	post('/token/expire', nothing, () => access.expireAll());
	post('/token/revoke', nothing, () => access.revokeAll());
	post('/token/issue', nothing, () => ({ token: access.issueLongLived() }));

	control.get('/amocrm/webhooks/stats', async () => ({
		...deliveries.counters.stats(),
		pending: deliveries.pending(),
		hooks: subscriptions.all().map((hook) => ({
			destination: hook.destination,
			settings: hook.settings,
			disabled: hook.disabled,
			invalidAnswers: hook.invalidAt.length,
		})),
	}));
	control.get('/amocrm/index', async () => ({
		leadsLagging: leads.search.lagging(),
		contactsLagging: contacts.search.lagging(),
	}));
}
