import type { IDataObject } from 'n8n-workflow';
import { ok, type Outcome } from '../../../../core/ports';
import { createOrUpdateDeals, type DealWriter } from '../../../shared/deal/createOrUpdate';
import { surroundings } from '../../../shared/deal/surroundings';
import type { Param } from '../../api/command';
import { keyText, type ExternalKey } from '../../model/deal';
import { findDealsByKey } from '../../api/dealSearch';
import { addItem, updateItem } from '../../api/items';
import { savedSchema } from '../../api/schema';
import { manyItems, type Work } from '../operation';
import { fieldsOf, optionalContactLocator, stageParameter, titleParameter } from '../parameters';
import { optionalId, requiredText } from '../parameterValues';
import { newDealOptions, readDeal } from './payload';

interface Upsert extends ExternalKey {
	fields: Record<string, Param>;
	contactId?: number;
}

export const upsertDeal = manyItems({
	value: 'upsert',
	name: 'Create or Update',
	action: 'Create or update a deal',
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	properties: [
		{
			displayName: 'External System',
			name: 'externalSystem',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. kaspi:30000001',
			description: 'Where the order is from; kept in originatorId',
		},
		{
			displayName: 'External ID',
			name: 'externalId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. 912345678',
			description: 'The ID of the order there; kept in originId. Both together tell deals apart.',
		},
		{ ...titleParameter, required: true },
		stageParameter,
		optionalContactLocator,
		newDealOptions,
		fieldsOf('deal'),
	],
	async read(item, work): Promise<Upsert> {
		return {
			originatorId: item.get('externalSystem', requiredText),
			originId: item.get('externalId', requiredText),
			fields: { ...(await readDeal(item, work)), title: item.get('title', requiredText) },
			contactId: item.get('contactId', optionalId),
		};
	},
	execute: executeUpserts,
});

async function executeUpserts(work: Work, upserts: readonly Upsert[]): Promise<Outcome<IDataObject>[]> {
	return await createOrUpdateDeals(writerOf(work), upserts, await surroundings(work.now));
}

const writerOf = ({ client }: Work): DealWriter<Upsert> => ({
	account: client.account,
	keyOf: keyText,
	async find(upserts) {
		const found = await findDealsByKey(client, upserts);
		return upserts.map((upsert) => {
			const deals = found.get(keyText(upsert)) ?? ok([]);
			return deals.outcome === 'ok' ? ok(deals.value[0]?.id) : deals;
		});
	},
	update: (changes) => client.run(changes.map(({ id, upsert }) => updateItem('deal', id, upsert.fields)), 'repeatable', savedSchema),
	create: (upserts) =>
		client.run(
			upserts.map(({ originatorId, originId, fields, contactId }) =>
				addItem('deal', { ...fields, originatorId, originId, contactIds: contactId === undefined ? undefined : [contactId] }),
			),
			'once',
			savedSchema,
		),
});
