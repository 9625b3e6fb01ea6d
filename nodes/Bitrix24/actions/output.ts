import type { IDataObject } from 'n8n-workflow';
import type { Comment, ContactItem, DealItem, ProductRow } from '../api/schema';
import { contactOf } from '../model/contact';

/** What the node gives for a card: the ten most used things, or the card as Bitrix24 sent it. */

export const asJson = (value: object): IDataObject => ({ ...value });

export const dealJson = (deal: DealItem, simplified: boolean): IDataObject =>
	simplified
		? {
				id: deal.id,
				title: deal.title,
				amount: deal.opportunity,
				currency: deal.currencyId,
				pipelineId: deal.categoryId,
				stageId: deal.stageId,
				responsibleId: deal.assignedById,
				contactIds: deal.contactIds,
				...(deal.originId === '' ? {} : { externalId: deal.originId, externalSystem: deal.originatorId }),
				customFields: customFieldsJson(deal),
				createdAt: isoOf(deal.createdTime),
				updatedAt: isoOf(deal.updatedTime),
			}
		: rawJson(deal);

export function contactJson(contact: ContactItem, simplified: boolean): IDataObject {
	if (!simplified) return rawJson(contact);
	const { name, phones, emails } = contactOf(contact, {});
	return {
		id: contact.id,
		name,
		phones,
		emails,
		responsibleId: contact.assignedById,
		customFields: customFieldsJson(contact),
		createdAt: isoOf(contact.createdTime),
		updatedAt: isoOf(contact.updatedTime),
	};
}

export const commentJson = (comment: Comment, simplified: boolean): IDataObject =>
	simplified
		? { id: comment.ID, text: comment.COMMENT, createdAt: comment.CREATED, createdBy: comment.AUTHOR_ID, entity: comment.ENTITY_TYPE, entityId: comment.ENTITY_ID }
		: asJson(comment);

export const productRowJson = (row: ProductRow, simplified: boolean): IDataObject =>
	simplified ? { id: row.id, productId: row.productId, name: row.productName, price: row.price, quantity: row.quantity } : asJson(row);

/** Times were read as numbers; the raw card shows them as Bitrix24 writes them, but for the zone. */
const rawJson = (card: DealItem | ContactItem): IDataObject => ({ ...card, createdTime: isoOf(card.createdTime), updatedTime: isoOf(card.updatedTime) });

/** Filled-in custom fields by the name that Update takes. */
const customFieldsJson = (card: Readonly<Record<string, unknown>>): IDataObject =>
	Object.fromEntries(
		Object.entries(card).flatMap(([name, value]): [string, IDataObject[string]][] => {
			if (!/^uf_?crm/i.test(name) || value === null || value === '' || value === undefined) return [];
			return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'object' ? [[name, plain(value)]] : [];
		}),
	);

const plain = (value: string | number | boolean | object): IDataObject[string] => (Array.isArray(value) ? value.map(String) : typeof value === 'object' ? { ...value } : value);

const isoOf = (ms: number): string | undefined => (ms === 0 ? undefined : new Date(ms).toISOString());
