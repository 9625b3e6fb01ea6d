import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import { contactBody, leadBody, Reader, readBatch, refuseLossReasons, rejectBatch } from '../bodies';
import type { AmoContext } from '../context';
import type { ContactChange } from '../changes';
import { valuesByCode } from '../fields';
import { hal, resource } from '../http';
import { LOST, WON, type Contact, type Lead } from '../model';
import { notSupportedChoice } from '../problem';

const COMPLEX_LIMIT = 50;
const VALUES_LIMIT = 40;

const complexContact = contactBody.extend({ id: z.number().int().optional() });
const complexBody = leadBody.extend({
	_embedded: z
		.object({
			tags: z.array(z.object({ id: z.number().int().optional(), name: z.string().optional() })).nullish(),
			contacts: z.array(complexContact).max(1).nullish(),
			companies: z
				.array(z.object({ id: z.number().int().optional(), name: z.string().optional() }))
				.max(1)
				.nullish(),
		})
		.optional(),
});

/**
 * POST /leads/complex: a lead with a contact and a company in one go. The answer is a bare array with `merged`
 * (amocrm.md §3). Duplicate control is off unless the account has it on, and looks only at what is stored already.
 */
export function complexRoutes(service: FastifyInstance, context: AmoContext): void {
	resource(service, '/leads/complex', {
		POST: (request, reply) => {
			const { store } = context;
			const items = readBatch(complexBody, request.body, COMPLEX_LIMIT).map(({ requestId, body }) => {
				const reader = new Reader(store, 'leads');
				const ofContact = new Reader(store, 'contacts', '_embedded.contacts.0');
				const person = body._embedded?.contacts?.[0];
				const { _embedded: embedded, ...rest } = body;
				const change = reader.lead({
					...rest,
					_embedded: embedded?.tags === undefined ? undefined : { tags: embedded.tags },
				});
				const contact = person && ofContact.contact(person);
				const stored = person?.id === undefined ? undefined : store.alive('contacts', person.id);
				const issues = [...reader.issues, ...ofContact.issues];
				if (person?.id !== undefined && !stored) issues.push(notSupportedChoice('_embedded.contacts.0.id'));
				for (const [path, values] of [
					['', rest.custom_fields_values],
					['_embedded.contacts.0.', person?.custom_fields_values],
				] as const) {
					if ((values?.length ?? 0) > VALUES_LIMIT) {
						issues.push({
							code: 'TooMany',
							path: `${path}custom_fields_values`,
							detail: `This collection should contain ${VALUES_LIMIT} elements or less.`,
						});
					}
				}
				return {
					requestId,
					body: rest,
					change,
					contact,
					contactId: stored?.id,
					company: embedded?.companies?.[0],
					issues,
				};
			});
			rejectBatch(items);
			refuseLossReasons(
				items.map(({ body }, index) => ({ key: index, statusId: body.status_id, lossReasonId: body.loss_reason_id })),
			);
			// Duplicates are sought among what was there before this request, not among its own items.
			const found = items.map(({ contact, change }) => duplicateOf(context, contact, change.pipelineId));
			return hal(
				reply,
				items.map((item, index) => save(context, item, found[index])),
			);
		},
	});
}

interface Item {
	requestId: string;
	change: Parameters<AmoContext['leads']['create']>[0];
	contact?: ContactChange;
	contactId?: number;
	company?: { id?: number; name?: string };
}

function save(
	{ store, leads, contacts, settings }: AmoContext,
	item: Item,
	duplicate: { lead: Lead; contact: Contact } | undefined,
): unknown {
	const author = settings.apiAuthorId;
	if (duplicate) {
		// The lead that was there keeps its stage.
		leads.update(duplicate.lead, { ...item.change, pipelineId: undefined, statusId: undefined }, author);
		return {
			id: duplicate.lead.id,
			contact_id: duplicate.contact.id,
			company_id: duplicate.lead.companyId,
			request_id: [item.requestId],
			merged: true,
		};
	}
	const contactId = item.contactId ?? (item.contact ? contacts.create(item.contact, author).id : null);
	const companyId = item.company ? (item.company.id ?? store.nextId()) : null;
	if (companyId !== null && !store.companies.has(companyId))
		store.companies.set(companyId, { id: companyId, name: item.company?.name ?? '' });
	const lead = leads.create(
		item.change,
		contactId === null ? [] : [{ id: contactId, isMain: true }],
		author,
		companyId,
	);
	return { id: lead.id, contact_id: contactId, company_id: companyId, request_id: [item.requestId], merged: false };
}

/** A stored contact with the same phone digits or email that has an open lead in the pipeline. */
function duplicateOf(
	{ store, settings }: AmoContext,
	change: ContactChange | undefined,
	pipelineId: number | undefined,
) {
	if (!settings.duplicateControl || !change?.values) return undefined;
	const keys = new Set(contactKeys(change.values));
	for (const contact of store.contacts.values()) {
		if (contact.isDeleted || !contactKeys(contact.values).some((key) => keys.has(key))) continue;
		for (const id of contact.leadIds) {
			const lead = store.leads.get(id);
			const open = lead && lead.statusId !== WON && lead.statusId !== LOST;
			if (open && lead.pipelineId === (pipelineId ?? store.mainPipeline().id)) return { lead, contact };
		}
	}
	return undefined;

	function contactKeys(values: Contact['values']): string[] {
		const fields = store.fields.contacts;
		const phones = valuesByCode(fields, values, 'PHONE').map((phone) => phone.replace(/\D/g, ''));
		return [...phones, ...valuesByCode(fields, values, 'EMAIL').map((email) => email.toLowerCase())].filter(
			(key) => key !== '',
		);
	}
}
