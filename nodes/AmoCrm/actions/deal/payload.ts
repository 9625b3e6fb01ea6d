import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { LeadPayload } from '../../api/payloads';
import { readCustomFields } from '../customFields';
import type { Item, Work } from '../operation';
import { additionalFields, lossReasonOption, nameOption, priceOption, tagsOption, userOption } from '../parameters';
import { listValue, optionalAmount, optionalId, optionalText, stageValue } from '../parameterValues';

/** What can be set on a deal, in every operation that writes one. */
export const newDealOptions: INodeProperties = additionalFields([lossReasonOption, priceOption, userOption, tagsOption]);
export const changedDealOptions: INodeProperties = additionalFields([lossReasonOption, nameOption, priceOption, userOption, tagsOption]);

const options = z
	.object({
		name: optionalText,
		price: optionalAmount,
		responsibleUserId: optionalId.optional(),
		lossReasonId: optionalId.optional(),
		tags: listValue,
	})
	.partial();

/** The item's deal without anything that only holds when it is created. */
export async function readDeal(item: Item, work: Work): Promise<{ payload: LeadPayload; tags: string[] }> {
	const { name, price, responsibleUserId, lossReasonId, tags = [] } = item.get('additionalFields', options);
	const customFields = await readCustomFields(work, item, 'leads');
	const payload: LeadPayload = {
		name,
		price: price === undefined ? undefined : Math.round(price),
		...item.get('stage', stageValue),
		responsible_user_id: responsibleUserId,
		loss_reason_id: lossReasonId,
		custom_fields_values: customFields.length > 0 ? customFields : undefined,
	};
	return { payload, tags };
}

/** `_embedded` is taken on create only (amocrm.md §3). */
export function asNew({ payload, tags }: { payload: LeadPayload; tags: string[] }, contactId: number | undefined): LeadPayload {
	const contacts = contactId === undefined ? undefined : [{ id: contactId, is_main: true }];
	const named = tags.length === 0 ? undefined : tags.map((name) => ({ name }));
	return contacts || named ? { ...payload, _embedded: { contacts, tags: named } } : payload;
}

/** Tags of a deal that exists are added to, not replaced. */
export const asChange = ({ payload, tags }: { payload: LeadPayload; tags: string[] }, id: number): LeadPayload & { id: number } => ({
	...payload,
	id,
	tags_to_add: tags.length === 0 ? undefined : tags.map((name) => ({ name })),
});
