import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import { leadBody, Reader, readBatch, refuseLossReasons, rejectBatch, type BatchItem, type LeadBody } from '../bodies';
import type { AmoContext } from '../context';
import { hal, idOf, LIST_LIMIT, nothing, resource, wantedOf } from '../http';
import { notSupportedChoice, Problem } from '../problem';
import { entityView, sendList } from './reading';
import { existingId, readOne, sendWritten, withLink, type Written } from './writing';

/** Lists, reads and batch writes of leads (amocrm.md §3). There is no DELETE. */
export function leadRoutes(service: FastifyInstance, context: AmoContext): void {
	const { store, settings } = context;

	resource(service, '/leads', {
		GET: (request, reply) => sendList(context, 'leads', store.leads, context.leads.search, request, reply),
		POST: (request, reply) =>
			sendWritten(context, request, reply, 'leads', create(context, readBatch(leadBody, request.body, LIST_LIMIT))),
		PATCH: (request, reply) => {
			const batch = readBatch(leadBody.extend({ id: z.number().int() }), request.body, LIST_LIMIT);
			return sendWritten(context, request, reply, 'leads', update(context, batch));
		},
	});

	resource(service, '/leads/:id(^\\d+$)', {
		GET: (request, reply) => {
			const lead = store.leads.get(idOf(request));
			if (lead && (!lead.isDeleted || wantedOf(request).has('only_deleted')))
				return hal(reply, entityView(context, 'leads', lead, request));
			if (settings.missingLead === '404') throw new Problem(404, 'Lead not found');
			return nothing(reply);
		},
		PATCH: (request, reply) => {
			const body = readOne(leadBody, request.body);
			const [written] = update(context, [
				{ requestId: '0', body: { ...body, id: existingId(context, 'leads', request) } },
			]);
			return hal(reply, withLink(request, 'leads', written));
		},
	});
}

function create({ store, leads, settings }: AmoContext, batch: BatchItem<LeadBody>[]): Written[] {
	const items = batch.map(({ requestId, body }) => {
		const reader = new Reader(store, 'leads');
		return { requestId, body, change: reader.lead(body), contacts: reader.linkedContacts(body), issues: reader.issues };
	});
	rejectBatch(items);
	refuseLossReasons(
		items.map(({ body }, index) => ({ key: index, statusId: body.status_id, lossReasonId: body.loss_reason_id })),
	);
	return items.map(({ requestId, change, contacts }) => ({
		id: leads.create(change, contacts, settings.apiAuthorId).id,
		request_id: requestId,
	}));
}

function update({ store, leads, settings }: AmoContext, batch: BatchItem<LeadBody & { id: number }>[]): Written[] {
	const items = batch.map(({ requestId, body }) => {
		const reader = new Reader(store, 'leads');
		const known = store.leads.get(body.id);
		const lead = known?.isDeleted ? undefined : known;
		const change = reader.lead(body, lead);
		return { requestId, body, lead, change, issues: lead ? reader.issues : [notSupportedChoice('id')] };
	});
	rejectBatch(items);
	refuseLossReasons(
		items.map(({ body, lead }) => ({
			key: body.id,
			statusId: body.status_id ?? lead?.statusId,
			lossReasonId: body.loss_reason_id,
		})),
	);
	return items.flatMap(({ requestId, lead, change }) => {
		if (!lead) return [];
		leads.update(lead, change, settings.apiAuthorId);
		return { id: lead.id, updated_at: lead.updatedAt, request_id: requestId };
	});
}
