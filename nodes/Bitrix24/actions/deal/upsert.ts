import type { IDataObject } from 'n8n-workflow';
import { ok, rejected, type Outcome } from '../../../../core/ports';
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

/** Items of one run that name the same deal are written one after the other: the first may create it, the others change it. */
async function executeUpserts(work: Work, upserts: readonly Upsert[]): Promise<Outcome<IDataObject>[]> {
	const outcomes: Outcome<IDataObject>[] = upserts.map(() => rejected('was not sent', false));
	const known = new Map<string, number>();
	const found = await findDealsByKey(work.client, upserts);
	let waiting = upserts.map((upsert, index) => ({ upsert, index, key: keyText(upsert) }));
	waiting = waiting.filter(({ index, key }) => {
		const deals = found.get(key) ?? ok([]);
		if (deals.outcome !== 'ok') outcomes[index] = deals;
		else if (deals.value[0] !== undefined) known.set(key, deals.value[0].id);
		return deals.outcome === 'ok';
	});
	while (waiting.length > 0) {
		const taken = new Set<string>();
		const round = waiting.filter(({ key }) => !taken.has(key) && taken.add(key));
		waiting = waiting.filter((each) => !round.includes(each));

		const changes = round.flatMap((each) => {
			const id = known.get(each.key);
			return id === undefined ? [] : [{ ...each, id }];
		});
		const changed = await work.client.run(changes.map(({ id, upsert }) => updateItem('deal', id, upsert.fields)), 'repeatable', savedSchema);
		changes.forEach(({ index }, position) => put(outcomes, index, changed[position], false));

		const creates = round.filter(({ key }) => !known.has(key));
		const created = await createAndLookBack(work, creates.map(({ upsert }) => upsert));
		creates.forEach(({ index, key }, position) => {
			const written = created[position];
			if (written?.outcome === 'ok') known.set(key, written.value);
			put(outcomes, index, written, true);
			// Without word of the first deal a second one must not be made.
			if (written?.outcome === 'unknown') waiting = waiting.filter((each) => each.key !== key || refuse(outcomes, each.index));
		});
	}
	return outcomes;
}

/** A create whose outcome is unknown is looked up before anybody sends it again: lists have no lag. */
async function createAndLookBack(work: Work, upserts: readonly Upsert[]): Promise<Outcome<number>[]> {
	const commands = upserts.map(({ originatorId, originId, fields, contactId }) =>
		addItem('deal', { ...fields, originatorId, originId, contactIds: contactId === undefined ? undefined : [contactId] }),
	);
	const written = await work.client.run(commands, 'once', savedSchema);
	const lost = upserts.filter((_, index) => written[index]?.outcome === 'unknown');
	const present = await findDealsByKey(work.client, lost);
	return written.map((outcome, index) => {
		const upsert = upserts[index];
		const hits = upsert === undefined || outcome.outcome !== 'unknown' ? undefined : present.get(keyText(upsert));
		const [deal] = hits?.outcome === 'ok' ? hits.value : [];
		return deal === undefined ? outcome : ok(deal.id);
	});
}

function put(outcomes: Outcome<IDataObject>[], index: number, written: Outcome<number> | undefined, isNew: boolean): void {
	if (written !== undefined) outcomes[index] = written.outcome === 'ok' ? ok({ id: written.value, created: isNew }) : written;
}

function refuse(outcomes: Outcome<IDataObject>[], index: number): false {
	outcomes[index] = rejected('the same deal was created just before in this run, and nobody knows whether Bitrix24 took it', false);
	return false;
}
