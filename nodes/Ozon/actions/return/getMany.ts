import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { returnPages, rfbsPages } from '../../api/returns';
import { asJson, presentReturn, presentRfbs } from '../output';
import { dayMs } from '../../api/postingLists';
import { afterField, limitField, momentOf, returnAllField, simplifyField, textOf } from '../parameters';
import { take, type Operation } from '../operation';

const kindField: INodeProperties = {
	displayName: 'Kind',
	name: 'returnKind',
	type: 'options',
	options: [
		{ name: 'Returns (FBS and FBO)', value: 'return' },
		{ name: 'Return Requests (rFBS)', value: 'rfbs' },
	],
	default: 'return',
	description: 'Goods that go back by way of Ozon, or requests that the seller answers himself',
};

const postingFilter: INodeProperties = {
	displayName: 'Posting Number',
	name: 'postingFilter',
	type: 'string',
	default: '',
	description: 'Only those of this posting; of all postings when empty',
};

const groupsField: INodeProperties = {
	displayName: 'States',
	name: 'groups',
	type: 'multiOptions',
	options: ['Approved', 'Arbitration', 'Checkout', 'Delivering', 'New', 'Rejected'].map((name) => ({ name, value: name })),
	default: [],
	description: 'Only requests in one of these states; in all when empty',
	displayOptions: { show: { returnKind: ['rfbs'] } },
};

const usualDays = 30;

export const getMany: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many returns',
	description: 'List returns or rFBS return requests',
	properties: [
		kindField,
		returnAllField,
		limitField,
		afterField('Changed or Created After', `Returns changed, requests created at or after this time; ${usualDays} days ago when empty`),
		postingFilter,
		groupsField,
		simplifyField,
	],
	async run(item) {
		const now = Date.now();
		const since = momentOf(item, 'after') ?? now - usualDays * dayMs;
		const number = textOf(item, 'postingFilter') || undefined;
		if (item.get('returnKind', z.enum(['return', 'rfbs'])) === 'return') {
			const filter = { changedSince: since, postingNumbers: number === undefined ? undefined : [number] };
			const found = await take(returnPages(item.client, filter, now), item.limit());
			return found.map((each) => ({ json: item.isSimplified() ? presentReturn(each) : asJson(each.raw) }));
		}
		const groups = item.get('groups', z.array(z.string()).prefault([]));
		const filter = { createdSince: since, postingNumber: number, groups: groups.length === 0 ? undefined : groups };
		const found = await take(rfbsPages(item.client, filter, now), item.limit());
		return found.map((each) => ({ json: item.isSimplified() ? presentRfbs(each) : asJson(each.raw) }));
	},
};
