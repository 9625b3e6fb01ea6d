import type { INodeProperties } from 'n8n-workflow';
import { refusedBy, refuseUnlessOffered, sendAndConfirm } from '../../api/commandConfirmation';
import { setTracking as sendTracking } from '../../api/postingWrites';
import { postingField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

const trackingField: INodeProperties = {
	displayName: 'Tracking Number',
	name: 'tracking',
	type: 'string',
	default: '',
	required: true,
	description: 'The number under which the carrier knows the parcel',
};

export const setTracking: Operation = {
	value: 'setTracking',
	name: 'Set Tracking',
	action: 'Set the tracking number of a posting',
	description: 'Tell Ozon the carrier\'s tracking number (rFBS)',
	properties: [postingField, trackingField, simplifyField],
	atOnce: 10,
	async run(item) {
		const tracking = item.id('tracking');
		const posting = await item.posting();
		const { number } = posting;
		if (posting.tracking === tracking) return [{ json: item.present(posting) }];
		refuseUnlessOffered(posting, ['set_track_number'], 'a tracking number');
		const tracked = await sendAndConfirm(item.client, number, {
			what: 'Set Tracking',
			send: async () => {
				const [result] = await sendTracking(item.client, [{ number, tracking }]);
				if (result?.refusal !== undefined) throw refusedBy(number, 'the tracking number', result.refusal);
			},
			isDone: (now) => now.tracking === tracking,
		});
		return [{ json: item.present(tracked) }];
	},
};
