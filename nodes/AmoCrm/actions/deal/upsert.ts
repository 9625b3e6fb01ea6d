import type { IDataObject } from 'n8n-workflow';
import { ok, rejected, type Outcome } from '../../../../core/ports';
import { outcomeOf } from '../../../../transport/outcome';
import type { WriteOutcome } from '../../api/batchWrites';
import type { LeadPayload } from '../../api/payloads';
import { dealsSince, findDealsByField } from '../../api/dealSearch';
import { dealFields, findField } from '../../model/cardFields';
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

/** Items of one run that name the same deal are written one after the other: the first may create it, the others change it. */
async function executeUpserts(work: Work, upserts: readonly Upsert[]): Promise<Outcome<IDataObject>[]> {
	const outcomes: Outcome<IDataObject>[] = upserts.map(() => rejected('was not sent', false));
	const known = await knownDeals(work, upserts);
	let waiting = upserts.map((upsert, index) => ({ upsert, index, key: keyOf(upsert) }));
	while (waiting.length > 0) {
		const taken = new Set<string>();
		const round = waiting.filter(({ key }) => !taken.has(key) && taken.add(key));
		waiting = waiting.filter((each) => !round.includes(each));

		const changes = round.flatMap(({ upsert, index, key }) => {
			const id = known.get(key);
			return id === undefined ? [] : [{ index, payload: upsert.change(id) }];
		});
		const changed = await work.client.updateLeads(changes.map(({ payload }) => payload));
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

async function knownDeals(work: Work, upserts: readonly Upsert[]): Promise<Map<string, number>> {
	const known = new Map<string, number>();
	for (const [field, ofField] of byField(upserts)) {
		const found = await findDealsByField(work.client, field, ofField.map(({ key }) => key), work.now());
		for (const [key, leads] of found) {
			const oldest = leads[0];
			if (oldest !== undefined) known.set(keyOf({ field, key }), oldest.id);
		}
	}
	return known;
}

/** A create whose outcome is unknown is looked up before anybody sends it again. */
async function createAndLookBack(work: Work, upserts: readonly Upsert[]): Promise<WriteOutcome[]> {
	const startedAt = work.now();
	const written = await work.client.createLeads(upserts.map(({ create }) => create));
	const lost = upserts.filter((_, index) => written[index]?.outcome === 'unknown');
	if (lost.length === 0) return written;
	const present = new Map<string, number>();
	for (const [field] of byField(lost)) {
		// amoCRM's clock may be behind ours.
		const recent = await outcomeOf(() => dealsSince(work.client, field, startedAt - 60_000));
		// When the look fails too, the outcome stays what it is: unknown.
		for (const [key, leads] of recent.outcome === 'ok' ? recent.value : []) {
			const lead = leads[0];
			if (lead !== undefined) present.set(keyOf({ field, key }), lead.id);
		}
	}
	return written.map((outcome, index) => {
		const upsert = upserts[index];
		const id = upsert === undefined || outcome.outcome !== 'unknown' ? undefined : present.get(keyOf(upsert));
		return id === undefined ? outcome : ok(id);
	});
}

function byField(upserts: readonly Upsert[]): Map<CustomField, Upsert[]> {
	const groups = new Map<CustomField, Upsert[]>();
	for (const upsert of upserts) {
		const field = [...groups.keys()].find(({ id }) => id === upsert.field.id) ?? upsert.field;
		groups.set(field, [...(groups.get(field) ?? []), upsert]);
	}
	return groups;
}

const keyOf = ({ field, key }: Pick<Upsert, 'field' | 'key'>): string => `${field.id} ${key}`;

function put(outcomes: Outcome<IDataObject>[], index: number, written: WriteOutcome | undefined, isNew: boolean): void {
	if (written !== undefined) outcomes[index] = written.outcome === 'ok' ? ok({ id: written.value, created: isNew }) : written;
}

function refuse(outcomes: Outcome<IDataObject>[], index: number): false {
	outcomes[index] = rejected('the same deal was created just before in this run, and nobody knows whether amoCRM took it', false);
	return false;
}
