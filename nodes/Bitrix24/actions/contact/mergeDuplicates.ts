import { z } from 'zod/v4';
import { mergeDuplicatesOperation } from '../../../shared/contact/mergeDuplicates';
import { Bitrix24Merger } from '../../api/contactMerger';
import type { Work } from '../operation';

export const mergeDuplicates = mergeDuplicatesOperation<Work>({
	service: 'Bitrix24',
	description: 'Merge a group that a person has approved: one contact takes the deals, phones and e-mails of the others, which are deleted',
	properties: [
		{
			displayName: 'If Names Differ',
			name: 'ifNamesDiffer',
			type: 'options',
			options: [
				{ name: 'Keep the Kept Contact’s', value: 'keep', description: 'Bitrix24 merges only equal names: those of the others are changed before; the journal has what they were' },
				{ name: 'Leave It to a Person', value: 'refuse', description: 'The item fails with the address where the two are merged by hand' },
			],
			default: 'keep',
			description: 'What to do when Bitrix24 reports a conflict',
		},
	],
	merger: ({ client, fields }, item) => new Bitrix24Merger(client, () => fields.ofContacts(), { keepsNames: item.get('ifNamesDiffer', z.enum(['keep', 'refuse'])) === 'keep' }),
});
