import { ok } from '../../../../core/ports';
import { deleteItem } from '../../api/items';
import { anySchema } from '../../api/schema';
import { manyItems } from '../operation';
import { dealLocator } from '../parameters';
import { idValue } from '../parameterValues';

export const deleteDeal = manyItems({
	value: 'delete',
	name: 'Delete',
	action: 'Delete a deal',
	description: 'Move a deal to the recycle bin of Bitrix24',
	properties: [dealLocator],
	read: (item) => item.get('dealId', idValue),
	async execute({ client }, ids) {
		// Not repeated: the second time the deal is not there any more, and that would look like a refusal.
		const deleted = await client.run(ids.map((id) => deleteItem('deal', id)), 'once', anySchema);
		return deleted.map((outcome) => (outcome.outcome === 'ok' ? ok({ deleted: true }) : outcome));
	},
});
