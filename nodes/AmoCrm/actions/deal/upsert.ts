import type { IDataObject } from 'n8n-workflow';
import { ok, type Outcome } from '../../../../core/ports';
import { outcomeOf } from '../../../../transport/outcome';
import { createOrUpdateDeals, type DealWriter } from '../../../shared/deal/createOrUpdate';
import { surroundings } from '../../../shared/deal/surroundings';
import type { LeadPayload } from '../../api/payloads';
import { findDealsByField } from '../../api/dealSearch';
import { dealFields, findField, matchKey } from '../../model/cardFields';
import type { CustomField } from '../../api/schema';
import { manyItems, NotDone, type Item, type Work } from '../operation';
import { customFieldsOf, nameOption, optionalContactLocator, stageParameter } from '../parameters';
import { optionalId, requiredText } from '../parameterValues';
import { asChange, asNew, newDealOptions, readDeal } from './payload';

interface Upsert {
	field: CustomField;
	key: string;
	create: LeadPayload;
	change: (id: number) => LeadPayload & { id: number };
}

export const upsertDeal = manyItems({
	value: 'upsert',
	name: 'Create or Update',
	action: 'Create or update a deal',
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	properties: [
		{
			displayName: 'Field to Match Name or ID',
			name: 'matchField',
			type: 'options',
			typeOptions: { loadOptionsMethod: 'getMatchFields' },
			default: '',
			description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
			hint: `Tells deals apart; empty stands for «${dealFields.orderKey.name}»`,
		},
		{
			displayName: 'Value to Match',
			name: 'matchValue',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. kaspi:30000001:912345678',
		},
		{ ...nameOption, required: true, placeholder: 'e.g. Kaspi 912345678' },
		stageParameter,
		optionalContactLocator,
		newDealOptions,
		customFieldsOf('deal'),
	],
	read: readUpsert,
	execute: executeUpserts,
});

async function readUpsert(item: Item, work: Work): Promise<Upsert> {
	const field = await matchField(item, work);
	const key = item.get('matchValue', requiredText);
	const deal = await readDeal(item, work);
	const name = item.get('name', requiredText);
	const others = (deal.payload.custom_fields_values ?? []).filter(({ field_id }) => field_id !== field.id);
	const payload: LeadPayload = {
		...deal.payload,
		name,
		custom_fields_values: [...others, { field_id: field.id, values: [{ value: field.type === 'numeric' ? Number(key) : key }] }],
	};
	const whole = { ...deal, payload };
	return { field, key, create: asNew(whole, item.get('contactId', optionalId)), change: (id) => asChange(whole, id) };
}

async function matchField(item: Item, work: Work): Promise<CustomField> {
	const chosen = item.get('matchField', optionalId);
	const known = await work.fields.all('leads');
	const field = chosen === undefined ? findField(known, dealFields.orderKey) : known.find(({ id }) => id === chosen);
	if (field !== undefined) return field;
	throw new NotDone(
		chosen === undefined ? `amoCRM has no deal field «${dealFields.orderKey.name}»` : `amoCRM has no deal field ${chosen}`,
		'Choose the field to match, or run Order Sync: Prepare CRM once, which makes the fields of the card.',
	);
}

async function executeUpserts(work: Work, upserts: readonly Upsert[]): Promise<Outcome<IDataObject>[]> {
	return await createOrUpdateDeals(writerOf(work), upserts, await surroundings(work.now));
}

const writerOf = ({ client, now }: Work): DealWriter<Upsert> => ({
	account: client.account,
	keyOf,
	find: (upserts) => findDeals(client, upserts, now),
	update: (changes) => client.updateLeads(changes.map(({ id, upsert }) => upsert.change(id))),
	create: (upserts) => client.createLeads(upserts.map(({ create }) => create)),
});

async function findDeals(client: Work['client'], upserts: readonly Upsert[], now: () => number): Promise<Outcome<number | undefined>[]> {
	const oldest = new Map<string, number>();
	const failures = new Map<CustomField, Outcome<never>>();
	const groups = byField(upserts);
	for (const [field, ofField] of groups) {
		const found = await outcomeOf(() => findDealsByField(client, field, ofField.map(({ key }) => key), now()), now);
		if (found.outcome !== 'ok') failures.set(field, found);
		for (const [key, [lead]] of found.outcome === 'ok' ? found.value : []) if (lead !== undefined) oldest.set(keyOf({ field, key }), lead.id);
	}
	return upserts.map((upsert) => failures.get([...groups.keys()].find(({ id }) => id === upsert.field.id) ?? upsert.field) ?? ok(oldest.get(keyOf(upsert))));
}

function byField(upserts: readonly Upsert[]): Map<CustomField, Upsert[]> {
	const groups = new Map<CustomField, Upsert[]>();
	for (const upsert of upserts) {
		const field = [...groups.keys()].find(({ id }) => id === upsert.field.id) ?? upsert.field;
		groups.set(field, [...(groups.get(field) ?? []), upsert]);
	}
	return groups;
}

const keyOf = ({ field, key }: Pick<Upsert, 'field' | 'key'>): string => matchKey(field.id, key);
