import type { Deal, DealCard, DealDraft } from '../../../core/ports';
import type { Param, Params } from '../api/command';
import { cardParams, readField, type DealFieldName, type FieldNames } from './cardFields';
import type { DealItem } from '../api/schema';
import { stageParams } from './pipelineStages';

/** How Bitrix24 knows the order of a deal: which system it is from, and its id there (bitrix24.md §4 "External id"). */
export interface ExternalKey {
	originatorId: string;
	originId: string;
}

/** `marketplace:shop:id` apart: the id is the card's own and may hold colons. */
export function externalKey({ orderKey, orderId }: Pick<DealCard, 'orderKey' | 'orderId'>): ExternalKey {
	const tail = `:${orderId}`;
	const originatorId = orderKey.endsWith(tail) ? orderKey.slice(0, -tail.length) : orderKey;
	return { originatorId, originId: orderId };
}

export const keyText = ({ originatorId, originId }: ExternalKey): string => `${originatorId}:${originId}`;

/** A deal as the neutral model knows it. */
export function dealOf(item: DealItem, names: FieldNames<DealFieldName>): Deal {
	const packages = Number(readField(item, names.packages));
	const contactIds = item.contactIds.length > 0 ? item.contactIds : [item.contactId ?? 0];
	return {
		id: String(item.id),
		stage: { pipelineId: String(item.categoryId), statusId: item.stageId },
		orderKey: item.originatorId !== '' && item.originId !== '' ? keyText(item) : undefined,
		orderNumber: readField(item, names.orderNumber),
		journal: readField(item, names.journal),
		contactIds: contactIds.filter((id) => id > 0).map(String),
		responsibleId: item.assignedById === undefined || item.assignedById === 0 ? undefined : String(item.assignedById),
		packages: Number.isInteger(packages) && packages > 0 ? packages : undefined,
		amount: item.opportunity,
		lastMove: item.movedTime === 0 ? undefined : { at: item.movedTime, userId: item.movedBy === undefined || item.movedBy === 0 ? undefined : String(item.movedBy) },
		createdAt: item.createdTime,
		updatedAt: item.updatedTime,
	};
}

/** What is written for a draft: only what it names. */
export function dealParams(draft: DealDraft, names: FieldNames<DealFieldName>): Params {
	const isNew = draft.id === undefined;
	return {
		title: draft.name,
		...amountParams(draft),
		...stageParams(draft.stage),
		assignedById: draft.responsibleId === undefined ? undefined : Number(draft.responsibleId),
		// A full replacement (bitrix24.md §4): only when there is nothing to replace.
		contactIds: isNew && draft.contactId !== undefined ? [Number(draft.contactId)] : undefined,
		...(draft.card === undefined ? {} : { ...externalKey(draft.card), ...cardParams(draft.card, names) }),
	};
}

/** The order's amount stays what the marketplace says, whatever the product rows add up to. */
function amountParams({ amount, card }: DealDraft): Record<string, Param> {
	if (amount === undefined) return {};
	return { opportunity: amount, isManualOpportunity: 'Y', currencyId: currencyOf(card) };
}

/** `12 990.00 RUB` → RUB: the order's own, as the card shows it. */
const currencyOf = (card: DealDraft['card']): string | undefined => /\b([A-Z]{3})$/.exec(card?.exactAmount ?? '')?.[1];

/**
 * The order's currency when the portal lacks it: an amount in another currency would be another amount.
 * @param currencies of the portal; none when it did not tell them, and then Bitrix24 itself decides
 */
export function missingCurrency({ amount, card }: DealDraft, currencies: ReadonlySet<string>): string | undefined {
	const currency = amount === undefined ? undefined : currencyOf(card);
	return currency === undefined || currencies.size === 0 || currencies.has(currency) ? undefined : currency;
}
