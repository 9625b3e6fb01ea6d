import type { INodeProperties } from 'n8n-workflow';
import { requestPages } from '../../api/returns';
import type { CancellationRequest } from '../../api/returnSchema';
import { Unsettled } from '../../api/commandConfirmation';
import { presentRequest } from '../output';
import { ServiceFailure } from '../../../../transport/errors';
import { answerRequest } from '../../api/postingWrites';
import { commentField, textOf } from '../parameters';
import { take, type Item, type Operation } from '../operation';

const postingNumber: INodeProperties = {
	displayName: 'Posting Number',
	name: 'postingNumber',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 12345678-0001-1',
	description: 'The posting whose buyer wants to cancel',
};

interface Verdict extends Pick<Operation, 'value' | 'name' | 'action' | 'description'> {
	verdict: 'approve' | 'reject';
	state: string;
	needsComment: boolean;
}

/** Only a request that still waits is answered; afterwards it is read back (ozon.md §8). */
const answering = ({ verdict, state, needsComment, ...texts }: Verdict): Operation => ({
	...texts,
	properties: [postingNumber, commentField],
	async run(item) {
		const number = item.id('postingNumber');
		const comment = textOf(item, 'comment');
		if (needsComment && comment === '') {
			throw new Unsettled('A refusal needs a comment', 'Say in Comment why the posting is not cancelled: the buyer reads it.');
		}
		const requests = await requestsOf(item, number);
		const open = requests.find((request) => request.state === 'ON_APPROVAL');
		if (open === undefined) {
			const settled = requests.find((request) => request.state === state);
			if (settled !== undefined) return [{ json: presentRequest(settled) }];
			throw new Unsettled(`No request to cancel posting ${number} waits for an answer`, 'Nothing was sent. See the requests with Get Many.');
		}
		await answerRequest(item.client, verdict, open.id, comment).catch((failure: unknown) => {
			// Nobody knows whether it got through: the request itself says so below.
			if (!(failure instanceof ServiceFailure) || !failure.mayBeApplied) throw failure;
		});
		const after = (await requestsOf(item, number)).find(({ id }) => id === open.id);
		if (after?.state === state) return [{ json: presentRequest(after) }];
		throw new Unsettled(
			`Ozon took "${texts.name}" for posting ${number}, but the request does not show it yet (${after?.state ?? 'not listed'})`,
			'Look again with Get Many in a minute before you send anything once more.',
		);
	},
});

const requestsOf = async (item: Item, number: string): Promise<CancellationRequest[]> =>
	await take(requestPages(item.client, { state: 'ALL', postingNumbers: [number] }), Number.POSITIVE_INFINITY);

export const approve = answering({
	value: 'approve',
	name: 'Approve',
	action: 'Approve a cancellation request',
	description: 'Agree to the cancellation: the posting is cancelled and the buyer gets the money back',
	verdict: 'approve',
	state: 'APPROVED',
	needsComment: false,
});

export const reject = answering({
	value: 'reject',
	name: 'Reject',
	action: 'Reject a cancellation request',
	description: 'Refuse the cancellation: the posting stays as it is and has to be delivered',
	verdict: 'reject',
	state: 'REJECTED',
	needsComment: true,
});
