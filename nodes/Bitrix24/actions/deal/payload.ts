import { z } from 'zod/v4';
import type { Param } from '../../api/command';
import { stageParams } from '../../model/pipelineStages';
import { readMappedFields } from '../mappedFields';
import type { Item, Work } from '../operation';
import { additionalFields, amountOption, commentsOption, currencyOption, titleParameter, userOption } from '../parameters';
import { optionalAmount, optionalId, optionalText, stageValue } from '../parameterValues';

/** What can be set on a deal, in every operation that writes one. */
export const newDealOptions = additionalFields([amountOption, commentsOption, currencyOption, userOption]);
export const changedDealOptions = additionalFields([amountOption, commentsOption, currencyOption, userOption, titleParameter]);

const options = z
	.object({
		title: optionalText,
		amount: optionalAmount,
		currency: optionalText,
		comments: optionalText,
		responsibleId: optionalId.optional(),
	})
	.partial();

/** The item's deal without anything that only holds when it is created. */
export async function readDeal(item: Item, work: Work): Promise<Record<string, Param>> {
	const { title, amount, currency, comments, responsibleId } = item.get('additionalFields', options);
	const mapped = await readMappedFields(work, item, 'deal');
	return {
		title,
		...(amount === undefined ? {} : { opportunity: amount, isManualOpportunity: 'Y' }),
		currencyId: currency?.toUpperCase(),
		comments,
		assignedById: responsibleId,
		...stageParams(item.get('stage', stageValue)),
		...mapped,
	};
}
