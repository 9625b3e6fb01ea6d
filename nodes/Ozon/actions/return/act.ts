import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { optionalAmount } from '../../../shared/parameterValues';
import { rfbsDetails } from '../../api/returnSchema';
import { Unsettled } from '../../api/commandConfirmation';
import { withoutGaps } from '../output';
import { actOnReturn } from '../../api/postingWrites';
import { commentField, textOf } from '../parameters';
import type { Item, Operation } from '../operation';

const returnField: INodeProperties = {
	displayName: 'Return ID',
	name: 'returnId',
	type: 'string',
	default: '',
	required: true,
	description: 'The ID of the rFBS return request, as Get Many gives it',
};

const actionField: INodeProperties = {
	displayName: 'Action ID',
	name: 'actionId',
	type: 'string',
	default: '',
	description: 'What to do, one of those that Ozon offers for this request; leave it empty to be shown which there are',
};

const rejectionField: INodeProperties = {
	displayName: 'Rejection Reason ID',
	name: 'rejectionReasonId',
	type: 'number',
	default: 0,
	description: 'Needed for a refusal (actions -1 and -10), together with a comment',
};

const compensationField: INodeProperties = {
	displayName: 'Compensation Amount',
	name: 'compensationAmount',
	type: 'number',
	default: 0,
	description: 'Needed for a partial compensation (action 1020)',
};

const refusals = [-1, -10];
const partialCompensation = 1020;

/** Action ids are known at run time only (ozon.md §10): they are read first, and nothing else is sent. */
export const act: Operation = {
	value: 'act',
	name: 'Act',
	action: 'Act on a return request',
	description: 'Carry out an action that Ozon offers for an rFBS return request, or see which it offers',
	properties: [returnField, actionField, commentField, rejectionField, compensationField],
	async run(item) {
		const id = item.id('returnId');
		const { returns: before } = await details(item, id);
		const wanted = item.get('actionId', z.union([z.string(), z.number().transform(String)]).default('')).trim();
		const offered = before.available_actions;
		if (wanted === '') return [{ json: summary(id, before) }];

		const actionId = Number(wanted);
		if (!offered.some((action) => action.id === actionId)) {
			const list = offered.map((action) => `${action.id} (${action.name ?? 'no name'})`).join(', ');
			throw new Unsettled(`Ozon does not offer action ${wanted} for return request ${id}`, `Nothing was sent. It offers: ${list || 'none'}.`);
		}
		const comment = textOf(item, 'comment') || undefined;
		const rejectionReasonId = item.get('rejectionReasonId', optionalAmount) || undefined;
		const compensationAmount = item.get('compensationAmount', optionalAmount) || undefined;
		if (refusals.includes(actionId) && (comment === undefined || rejectionReasonId === undefined)) {
			throw new Unsettled('A refusal needs a comment and a rejection reason', reasonsAdvice(before.rejection_reason));
		}
		if (actionId === partialCompensation && compensationAmount === undefined) {
			throw new Unsettled('A partial compensation needs an amount', 'Fill in Compensation Amount.');
		}
		await actOnReturn(item.client, { returnId: id, actionId, comment, rejectionReasonId, compensationAmount });
		return [{ json: { ...summary(id, (await details(item, id)).returns), done: actionId } }];
	},
};

const details = async (item: Item, id: string) =>
	await item.client.read('/v2/returns/rfbs/get', { return_id: Number(id) }, rfbsDetails, `rFBS return request ${id}`);

type Details = Awaited<ReturnType<typeof details>>['returns'];

const summary = (id: string, { posting_number, state, available_actions, rejection_reason }: Details) =>
	withoutGaps({
		returnId: id,
		postingNumber: posting_number,
		state: state?.state,
		stateName: state?.state_name,
		availableActions: available_actions.map(({ id: actionId, name }) => withoutGaps({ id: actionId, name })),
		rejectionReasons: rejection_reason.map(({ id: reasonId, name }) => withoutGaps({ id: reasonId, name })),
	});

const reasonsAdvice = (reasons: Details['rejection_reason']): string =>
	`Ozon takes: ${reasons.map(({ id, name }) => `${id} (${name ?? 'no name'})`).join(', ') || 'see the request in the seller cabinet'}.`;
