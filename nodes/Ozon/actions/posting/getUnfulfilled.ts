import { z } from 'zod/v4';
import { dayMs, unfulfilledPages } from '../../api/postingLists';
import { openStatuses } from '../../model/postingStatus';
import { afterField, beforeField, limitField, momentOf, returnAllField, simplifyField } from '../parameters';
import { take, type Operation } from '../operation';
import { statusesField } from './statusField';

const usualDays = 30;

export const getUnfulfilled: Operation = {
	value: 'getUnfulfilled',
	name: 'Get Unfulfilled',
	action: 'Get unfulfilled postings',
	description: 'List the postings that wait for the seller, by the time by which they have to be assembled',
	properties: [
		returnAllField,
		limitField,
		afterField('Assemble By, After', `Start of the period of assemble-by times; ${usualDays} days ago when empty`),
		beforeField('Assemble By, Before', `End of the period of assemble-by times; in ${usualDays} days when empty`),
		statusesField(openStatuses),
		simplifyField,
	],
	async run(item) {
		const now = Date.now();
		const cutoff = {
			from: momentOf(item, 'after') ?? now - usualDays * dayMs,
			to: momentOf(item, 'before') ?? now + usualDays * dayMs,
		};
		const chosen = item.get('statuses', z.array(z.string()).prefault([]));
		const found = await take(unfulfilledPages(item.client, cutoff, chosen), item.limit());
		return found.map((listed) => ({ json: item.presentListed(listed) }));
	},
};
