import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { Unsettled } from '../../api/commandConfirmation';
import { dayMs, fboPages, fbsPages, longestPeriodMs } from '../../api/postingLists';
import { afterField, beforeField, limitField, momentOf, returnAllField, simplifyField } from '../parameters';
import { take, type Operation } from '../operation';
import { allStatuses, statusesField } from './statusField';

const warehouseField: INodeProperties = {
	displayName: 'Warehouse',
	name: 'warehouse',
	type: 'options',
	options: [
		{ name: 'Ozon (FBO)', value: 'ozon' },
		{ name: 'Seller (FBS, rFBS, Express)', value: 'seller' },
	],
	default: 'seller',
	description: 'Where the goods are',
};

const changedField: INodeProperties = {
	displayName: 'Status Changed After',
	name: 'changedAfter',
	type: 'dateTime',
	default: '',
	description: 'Only postings whose status changed at or after this time; any time when empty',
	displayOptions: { show: { warehouse: ['seller'] } },
};

const usualDays = 30;

export const getMany: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many postings',
	description: 'List postings of a period of up to a year, oldest first',
	properties: [
		returnAllField,
		limitField,
		warehouseField,
		afterField('After', `Start of the period; ${usualDays} days ago when empty`),
		beforeField('Before', 'End of the period; now when empty'),
		changedField,
		statusesField(allStatuses),
		simplifyField,
	],
	async run(item) {
		const now = Date.now();
		const warehouse = item.get('warehouse', z.enum(['seller', 'ozon']));
		const chosen = item.get('statuses', z.array(z.string()).prefault([]));
		const to = momentOf(item, 'before');
		const since = momentOf(item, 'after') ?? (to ?? now) - usualDays * dayMs;
		if (since > (to ?? now)) throw new Unsettled('The period ends before it begins', 'Correct After and Before.');
		if ((to ?? now) - since > longestPeriodMs) {
			throw new Unsettled('The period is longer than a year', 'Ozon lists a year at the most: ask for a shorter period.');
		}
		const filter = { since, to, statuses: chosen.length === 0 ? undefined : chosen };
		const pages =
			warehouse === 'ozon'
				? fboPages(item.client, filter, now)
				: fbsPages(item.client, { ...filter, changedSince: momentOf(item, 'changedAfter') }, now);
		return (await take(pages, item.limit())).map((listed) => ({ json: item.presentListed(listed) }));
	},
};
