import { readEmail } from '../../../core/contact/contactChoice';
import { samePhone } from '../../../core/contact/phone';
import type { Contact, ContactDraft } from '../../../core/ports';
import type { Param, Params } from '../api/command';
import { readField, type ContactFieldName, type FieldNames } from './cardFields';
import type { ContactItem } from '../api/schema';

/** The region only matters for numbers without a country code: Kazakhstan and Russia share +7. */
const region = 'KZ';

type Multi = 'PHONE' | 'EMAIL';

export function contactOf(item: ContactItem, names: FieldNames<ContactFieldName>): Contact {
	return {
		id: String(item.id),
		name: [item.name, item.secondName, item.lastName].filter(Boolean).join(' '),
		phones: multiValues(item, 'PHONE'),
		emails: multiValues(item, 'EMAIL'),
		createdAt: item.createdTime,
		updatedAt: item.updatedTime,
		buyerKey: readField(item, names.buyerKey),
	};
}

/** Searches are more or less strict about how a number is written (bitrix24.md §5): only the digits decide, and they do it here. */
export const hasPhone = (contact: Pick<Contact, 'phones'>, e164: string): boolean =>
	contact.phones.some((stored) => samePhone(stored, e164, region));

export const hasEmail = (contact: Pick<Contact, 'emails'>, email: string): boolean =>
	contact.emails.some((stored) => readEmail(stored) === email);

export function newContactParams(draft: ContactDraft, names: FieldNames<ContactFieldName>): Params {
	const fm = [...draft.phones.map((value) => multi('PHONE', value)), ...draft.emails.filter(isTaken).map((value) => multi('EMAIL', value))];
	return {
		name: draft.name,
		assignedById: draft.responsibleId === undefined ? undefined : Number(draft.responsibleId),
		// A list adds on create (bitrix24.md §5).
		...(fm.length > 0 ? { fm } : {}),
		...buyerKeyParams(draft.buyerKey, names),
	};
}

/**
 * What a draft adds to a contact that exists; `undefined` when it has everything. Nothing is overwritten and nothing piles up:
 * only what the contact lacks is sent, under the keys n0, n1, …, and entries that are not named stay (bitrix24.md §5 "fm").
 */
export function addedParams(item: ContactItem, draft: ContactDraft, names: FieldNames<ContactFieldName>): Params | undefined {
	const known = contactOf(item, names);
	const added = [
		...draft.phones.filter((phone) => !hasPhone(known, phone)).map((value) => multi('PHONE', value)),
		...draft.emails.filter((email) => isTaken(email) && !hasEmail(known, email)).map((value) => multi('EMAIL', value)),
	];
	const params: Record<string, Param> = {
		...(known.name.trim() === '' && draft.name !== '' ? { name: draft.name } : {}),
		...(added.length > 0 ? { fm: Object.fromEntries(added.map((entry, index) => [`n${index}`, entry])) } : {}),
		...(known.buyerKey === undefined ? buyerKeyParams(draft.buyerKey, names) : {}),
	};
	return Object.keys(params).length > 0 ? params : undefined;
}

/** A longer one is refused with the whole contact (bitrix24.md §11), and a cut one would be somebody else's. */
const isTaken = (value: string): boolean => value.length <= 250;

/** An entry without its type would silently be dropped (bitrix24.md §5). */
const multi = (typeId: Multi, value: string): Record<string, Param> => ({ typeId, valueType: 'WORK', value });

const buyerKeyParams = (buyerKey: string | undefined, { buyerKey: name }: FieldNames<ContactFieldName>): Record<string, Param> =>
	buyerKey !== undefined && name !== undefined ? { [name]: buyerKey } : {};

const multiValues = ({ fm }: ContactItem, type: Multi): string[] =>
	fm.filter(({ typeId, value }) => typeId === type && value.trim() !== '').map(({ value }) => value);
