import { readEmail } from '../../../core/contact/contactChoice';
import { samePhone } from '../../../core/contact/phone';
import type { Contact, ContactDraft } from '../../../core/ports';
import type { ContactPayload, FieldPayload } from '../api/payloads';
import { contactFields, fieldPayload, readField, type ContactFieldName, type FieldIds } from './cardFields';
import type { ContactCard } from '../api/schema';

/** The region only matters for numbers without a country code: Kazakhstan and Russia share +7. */
const region = 'KZ';

type Multi = 'PHONE' | 'EMAIL';

export function contactOf(card: ContactCard): Contact {
	return {
		id: String(card.id),
		name: card.name || [card.first_name, card.last_name].filter(Boolean).join(' '),
		phones: multiValues(card, 'PHONE'),
		emails: multiValues(card, 'EMAIL'),
		createdAt: card.created_at * 1000,
		updatedAt: card.updated_at * 1000,
		buyerKey: readField(card.custom_fields_values, contactFields.buyerKey),
	};
}

/** Searches hit every field of a card (amocrm.md §5): only a contact whose own phone it is counts. */
export const hasPhone = (contact: Contact, e164: string): boolean =>
	contact.phones.some((stored) => samePhone(stored, e164, region));

export const hasEmail = (contact: Contact, email: string): boolean =>
	contact.emails.some((stored) => readEmail(stored) === email);

export function newContactPayload(draft: ContactDraft, ids: FieldIds<ContactFieldName>): ContactPayload {
	return {
		name: draft.name,
		...(draft.responsibleId === undefined ? {} : { responsible_user_id: Number(draft.responsibleId) }),
		...fieldValues([
			multiPayload('PHONE', [], draft.phones),
			multiPayload('EMAIL', [], draft.emails),
			fieldPayload(ids.buyerKey, contactFields.buyerKey, draft.buyerKey),
		]),
	};
}

/**
 * What a draft adds to a contact that exists; `undefined` when it has everything. Nothing is overwritten: amoCRM replaces all
 * values of a field that is mentioned (amocrm.md §4), so the old ones are sent along with the new ones.
 */
export function addedPayload(
	card: ContactCard,
	draft: ContactDraft,
	ids: FieldIds<ContactFieldName>,
): (ContactPayload & { id: number }) | undefined {
	const known = contactOf(card);
	const phones = draft.phones.filter((phone) => !hasPhone(known, phone));
	const emails = draft.emails.filter((email) => !hasEmail(known, email));
	const buyerKey = known.buyerKey === undefined ? draft.buyerKey : undefined;
	const values = fieldValues([
		phones.length > 0 ? multiPayload('PHONE', stored(card, 'PHONE'), phones) : undefined,
		emails.length > 0 ? multiPayload('EMAIL', stored(card, 'EMAIL'), emails) : undefined,
		fieldPayload(ids.buyerKey, contactFields.buyerKey, buyerKey),
	]);
	const name = known.name.trim() === '' && draft.name !== '' ? { name: draft.name } : {};
	return 'custom_fields_values' in values || 'name' in name ? { id: card.id, ...name, ...values } : undefined;
}

export interface Addition {
	id: number;
	indexes: number[];
	draft: ContactDraft;
}

/** One addition per contact: two that were written one after the other from the same reading would undo each other. */
export function additions(drafts: readonly ContactDraft[]): Addition[] {
	const byContact = new Map<string, Addition>();
	drafts.forEach((draft, index) => {
		if (draft.id === undefined) return;
		const known = byContact.get(draft.id);
		if (known === undefined) {
			byContact.set(draft.id, { id: Number(draft.id), indexes: [index], draft });
			return;
		}
		known.indexes.push(index);
		known.draft = {
			...known.draft,
			name: known.draft.name || draft.name,
			phones: [...new Set([...known.draft.phones, ...draft.phones])],
			emails: [...new Set([...known.draft.emails, ...draft.emails])],
			buyerKey: known.draft.buyerKey ?? draft.buyerKey,
		};
	});
	return [...byContact.values()];
}

function fieldValues(payloads: (FieldPayload | undefined)[]): { custom_fields_values?: FieldPayload[] } {
	const present = payloads.filter((payload) => payload !== undefined);
	return present.length > 0 ? { custom_fields_values: present } : {};
}

type MultiValue = FieldPayload['values'][number];

function multiPayload(code: Multi, old: MultiValue[], added: readonly string[]): FieldPayload | undefined {
	if (added.length === 0) return undefined;
	// WORK exists for phones and for e-mails, in amoCRM as in Kommo (amocrm.md §4).
	return { field_code: code, values: [...old, ...added.map((value) => ({ value, enum_code: 'WORK' }))] };
}

const fieldsOf = (card: ContactCard, code: Multi) => card.custom_fields_values.filter(({ field_code }) => field_code === code);

function multiValues(card: ContactCard, code: Multi): string[] {
	return stored(card, code).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
}

/** The values as they stand, in the form in which they may be sent again. */
function stored(card: ContactCard, code: Multi): MultiValue[] {
	return fieldsOf(card, code).flatMap(({ values }) =>
		values.flatMap(({ value, enum_id }): MultiValue[] => {
			const text = typeof value === 'number' ? String(value) : value;
			if (typeof text !== 'string' || text.trim() === '') return [];
			return [enum_id === undefined ? { value: text } : { value: text, enum_id }];
		}),
	);
}
