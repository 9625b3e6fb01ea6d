import type { IDataObject } from 'n8n-workflow';
import { ok, type Outcome } from '../../../../core/ports';
import type { Bitrix24Client } from '../../api/client';
import { deleteItem, readItems } from '../../api/items';
import { anySchema, dealSchema } from '../../api/schema';
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
		const first = await remove(client, ids);
		// Sent a second time blindly it would look like a refusal: those that are there still are.
		const lost = ids.filter((_, index) => first[index]?.outcome === 'unknown');
		const cards = await readItems(client, 'deal', lost, dealSchema);
		const left = lost.filter((id) => {
			const card = cards.get(id);
			return card?.outcome === 'ok' && card.value !== undefined;
		});
		const second = new Map((await remove(client, left)).map((outcome, index) => [left[index], outcome]));
		return first.map((outcome, index) => {
			const id = ids[index];
			if (outcome.outcome !== 'unknown' || id === undefined) return outcome;
			const card = cards.get(id);
			return second.get(id) ?? (card?.outcome === 'ok' ? ok({ deleted: true }) : outcome);
		});
	},
});

const remove = async (client: Bitrix24Client, ids: readonly number[]): Promise<Outcome<IDataObject>[]> =>
	(await client.run(ids.map((id) => deleteItem('deal', id)), 'once', anySchema)).map((outcome) => (outcome.outcome === 'ok' ? ok({ deleted: true }) : outcome));
