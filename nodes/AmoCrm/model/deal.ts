import type { Deal, DealDraft } from '../../../core/ports';
import type { LeadPayload } from '../api/payloads';
import { cardPayload, dealFields, readField, type DealFieldName, type FieldIds } from './cardFields';
import type { Lead } from '../api/schema';

/** A deal as the neutral model knows it; `undefined` for one in amoCRM's bin. */
export function dealOf(lead: Lead): Deal | undefined {
	if (lead.is_deleted) return undefined;
	const packages = Number(readField(lead.custom_fields_values, dealFields.packages));
	return {
		id: String(lead.id),
		// 142 and 143 are the same in every pipeline: the two belong together (amocrm.md §3).
		stage: { pipelineId: String(lead.pipeline_id), statusId: String(lead.status_id) },
		orderKey: readField(lead.custom_fields_values, dealFields.orderKey),
		orderNumber: readField(lead.custom_fields_values, dealFields.orderNumber),
		journal: readField(lead.custom_fields_values, dealFields.journal),
		contactIds: (lead._embedded?.contacts ?? []).map(({ id }) => String(id)),
		responsibleId: idText(lead.responsible_user_id),
		packages: Number.isInteger(packages) && packages > 0 ? packages : undefined,
		amount: lead.price,
		lossReasonId: idText(lead.loss_reason_id),
		createdAt: lead.created_at * 1000,
		updatedAt: lead.updated_at * 1000,
	};
}

/** What is written for a draft: only what it names, never what was read (amocrm.md §3 "never echo"). JSON leaves `undefined` out. */
export function leadPayload(draft: DealDraft, ids: FieldIds<DealFieldName>): LeadPayload {
	const isNew = draft.id === undefined;
	const fields = draft.card === undefined ? [] : cardPayload(draft.card, ids);
	const tags = draft.tags?.map((name) => ({ name }));
	const contacts = isNew && draft.contactId !== undefined ? [{ id: Number(draft.contactId), is_main: true }] : undefined;
	return {
		id: draft.id === undefined ? undefined : Number(draft.id),
		name: draft.name,
		price: draft.amount === undefined ? undefined : Math.round(draft.amount),
		pipeline_id: draft.stage === undefined ? undefined : Number(draft.stage.pipelineId),
		status_id: draft.stage === undefined ? undefined : Number(draft.stage.statusId),
		responsible_user_id: draft.responsibleId === undefined ? undefined : Number(draft.responsibleId),
		custom_fields_values: fields.length > 0 ? fields : undefined,
		// `_embedded` is taken on create only; tags of an existing deal are added to, not replaced (amocrm.md §3).
		tags_to_add: isNew ? undefined : tags,
		_embedded: isNew && (contacts || tags) ? { contacts, tags } : undefined,
	};
}

const idText = (id: number | undefined): string | undefined => (id === undefined || id === 0 ? undefined : String(id));
