import { isDone } from '../../api/sendCommands';
import { refusedBy, refuseUnlessOffered, sendAndConfirm } from '../../api/commandConfirmation';
import type { OzonPosting } from '../../api/schema';
import { setStatus, type StatusCall } from '../../api/postingWrites';
import { postingField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

interface StatusStep extends Pick<Operation, 'value' | 'name' | 'action' | 'description'> {
	call: StatusCall;
	/** The `available_actions` that offers it (ozon.md §7). */
	offer: string;
	isDone: (posting: OzonPosting) => boolean;
}

/** A status that the seller reports by himself: own courier and third-party delivery that Ozon does not track. */
const statusOperation = ({ call, offer, isDone: isThere, ...texts }: StatusStep): Operation => ({
	...texts,
	properties: [postingField, simplifyField],
	atOnce: 10,
	async run(item) {
		const posting = await item.posting();
		const { number } = posting;
		if (isThere(posting)) return [{ json: item.present(posting) }];
		refuseUnlessOffered(posting, [offer], `"${texts.name}"`);
		const moved = await sendAndConfirm(item.client, number, {
			what: texts.name,
			send: async () => {
				const [result] = await setStatus(item.client, call, [number]);
				if (result?.refusal !== undefined) throw refusedBy(number, `"${texts.name}"`, result.refusal);
			},
			isDone: isThere,
		});
		return [{ json: item.present(moved) }];
	},
});

const inCourierService = 'posting_in_courier_service';
const isDelivered = (posting: OzonPosting): boolean => isDone({ name: 'deliver' }, posting);

export const setDelivering = statusOperation({
	value: 'setDelivering',
	name: 'Set Delivering',
	action: 'Set a posting to delivering',
	description: 'Report that the goods are on their way (rFBS with own or third-party courier)',
	call: 'delivering',
	offer: 'non_int_delivering',
	isDone: (posting) => posting.status === 'delivering' || isDelivered(posting),
});

export const setLastMile = statusOperation({
	value: 'setLastMile',
	name: 'Set Last Mile',
	action: 'Set a posting to last mile',
	description: 'Report that the courier is on the way to the buyer',
	call: 'last-mile',
	offer: 'non_int_last_mile',
	isDone: (posting) => posting.substatus === inCourierService || isDelivered(posting),
});

export const setDelivered = statusOperation({
	value: 'setDelivered',
	name: 'Set Delivered',
	action: 'Set a posting to delivered',
	description: 'Report the hand-over: the posting becomes conditionally delivered, and the buyer may still dispute it. Keep the proof of hand-over.',
	call: 'delivered',
	offer: 'non_int_delivered',
	isDone: isDelivered,
});
