import type { ILoadOptionsFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { nodeErrorFrom } from '../../../../transport/n8n';
import { isDone } from '../../api/sendCommands';
import { refuseUnlessOffered, sendAndConfirm } from '../../api/commandConfirmation';
import { connectOzon } from '../../api/connection';
import { allCancelReasons, cancelReasons } from '../../api/schema';
import { cancelPosting } from '../../api/postingWrites';
import { postingField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

const reasonField: INodeProperties = {
	displayName: 'Reason Name or ID',
	name: 'reasonId',
	type: 'options',
	typeOptions: { loadOptionsMethod: 'getCancelReasons', loadOptionsDependsOn: ['postingNumber'] },
	default: '',
	required: true,
	description:
		'Why it is cancelled: what Ozon takes for this posting. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

const messageField: INodeProperties = {
	displayName: 'Message',
	name: 'message',
	type: 'string',
	default: '',
	description: 'The reason in your own words; needed with "other" (402)',
};

/** Reason "other" has to be explained (ozon.md §8). */
const other = 402;

export const cancel: Operation = {
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel a posting',
	description: 'Cancel a posting as the seller; one that is cancelled already is returned as it is',
	properties: [postingField, reasonField, messageField, simplifyField],
	async run(item) {
		const reasonId = item.get('reasonId', z.coerce.number().int().min(1, 'choose a reason'));
		const message = item.get('message', reasonId === other ? z.string().trim().min(1, 'Ozon wants a message with this reason') : z.string().default(''));
		const posting = await item.posting();
		if (isDone({ name: 'cancel' }, posting)) return [{ json: item.present(posting) }];
		refuseUnlessOffered(posting, ['cancel'], 'the cancellation');
		const cancelled = await sendAndConfirm(item.client, posting.number, {
			what: 'Cancel',
			send: async () => await cancelPosting(item.client, posting.number, reasonId, message),
			isDone: (now) => isDone({ name: 'cancel' }, now),
		});
		return [{ json: item.present(cancelled) }];
	},
};

/** The reasons for the posting in the field; all of the seller's when the field holds an expression or nothing. */
export async function getCancelReasons(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	try {
		const { client } = await connectOzon(this);
		const parsed = z.string().regex(/^\d[\d-]*-\d+$/).safeParse(this.getCurrentNodeParameter('postingNumber'));
		const reasons = parsed.success
			? (
					await client.read(
						'/v1/posting/fbs/cancel-reason',
						{ related_posting_numbers: [parsed.data] },
						cancelReasons,
						`the cancellation reasons of posting ${parsed.data}`,
					)
				).result.flatMap((each) => each.reasons)
			: (await client.read('/v2/posting/fbs/cancel-reason/list', {}, allCancelReasons, 'the cancellation reasons')).result.filter(
					(each) => each.is_available_for_cancellation,
				);
		const ofSeller = reasons.filter(({ type_id }) => type_id === undefined || type_id === 'seller');
		return ofSeller.map(({ id, title }) => ({ name: title ?? String(id), value: id }));
	} catch (error) {
		throw nodeErrorFrom(this.getNode(), error);
	}
}
