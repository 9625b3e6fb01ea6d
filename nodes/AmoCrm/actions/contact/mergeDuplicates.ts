import { mergeDuplicatesOperation } from '../../../shared/contact/mergeDuplicates';
import { requiredText } from '../../../shared/parameterValues';
import { AmoCrmMerger } from '../../api/contactMerger';
import type { Work } from '../operation';

export const mergeDuplicates = mergeDuplicatesOperation<Work>({
	service: 'amoCRM',
	description: 'Move the deals, phones and e-mails of a group that a person has approved to one contact and tag the others; nothing is deleted',
	properties: [
		{
			displayName: 'Tag',
			name: 'tag',
			type: 'string',
			default: 'дубль',
			required: true,
			description: 'What the contacts that are not kept are tagged with, so that a person can find and delete them',
		},
	],
	merger: ({ client, crm }, item) => new AmoCrmMerger(client, crm, { tag: item.get('tag', requiredText) }),
});
