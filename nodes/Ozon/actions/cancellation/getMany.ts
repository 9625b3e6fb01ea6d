import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { requestPages } from '../../api/returns';
import { asJson, presentRequest } from '../output';
import { limitField, returnAllField, simplifyField, textOf } from '../parameters';
import { take, type Operation } from '../operation';

const stateField: INodeProperties = {
	displayName: 'State',
	name: 'requestState',
	type: 'options',
	options: [
		{ name: 'All', value: 'ALL' },
		{ name: 'Approved', value: 'APPROVED' },
		{ name: 'On Approval', value: 'ON_APPROVAL' },
		{ name: 'Rejected', value: 'REJECTED' },
	],
	default: 'ON_APPROVAL',
	description: 'Which requests to list; Ozon approves by itself what is left unanswered',
};

const postingFilter: INodeProperties = {
	displayName: 'Posting Number',
	name: 'postingFilter',
	type: 'string',
	default: '',
	description: 'Only those of this posting; of all postings when empty',
};

export const getMany: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many cancellation requests',
	description: 'List buyers\' requests to cancel rFBS postings',
	properties: [returnAllField, limitField, stateField, postingFilter, simplifyField],
	async run(item) {
		const number = textOf(item, 'postingFilter');
		const filter = { state: item.get('requestState', z.string()), postingNumbers: number === '' ? undefined : [number] };
		const found = await take(requestPages(item.client, filter), item.limit());
		return found.map((each) => ({ json: item.isSimplified() ? presentRequest(each) : asJson(each.raw) }));
	},
};
