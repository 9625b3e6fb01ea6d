import { sleep, type IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';
import { ok, rejected, type Outcome } from '../../../../core/ports';
import { phoneAndEmail, readPerson } from '../../../shared/contact/person';
import type { Command, Param } from '../../api/command';
import { addedParams } from '../../model/contact';
import { readItems, updateItem } from '../../api/items';
import { contactSchema, savedSchema } from '../../api/schema';
import { readMappedFields } from '../mappedFields';
import { manyItems, type Work } from '../operation';
import { additionalFields, contactLocator, fieldsOf, nameParameter, userOption } from '../parameters';
import { idValue, optionalId, optionalText } from '../parameterValues';
import { idJson } from '../writtenId';

interface Change {
	id: number;
	fields: Record<string, Param>;
	phones: string[];
	emails: string[];
}

const lastNameOption = { ...nameParameter, displayName: 'Last Name', name: 'lastName' };

export const updateContact = manyItems({
	value: 'update',
	name: 'Update',
	action: 'Update a contact',
	description: 'Change a contact; phones and e-mails are added to those that are there, what is not filled in stays as it is',
	properties: [contactLocator, ...phoneAndEmail, additionalFields([lastNameOption, nameParameter, userOption]), fieldsOf('contact')],
	async read(item, work): Promise<Change> {
		const options = z.object({ name: optionalText, lastName: optionalText, responsibleId: optionalId.optional() }).partial();
		const { name, lastName, responsibleId } = item.get('additionalFields', options);
		const { phones, emails } = readPerson(item);
		const mapped = await readMappedFields(work, item, 'contact');
		return { id: item.get('contactId', idValue), fields: { name, lastName, assignedById: responsibleId, ...mapped }, phones, emails };
	},
	execute: async (work, changes) => await settled(work, changes, await updateContacts(work, changes)),
});

/** What the portal broke off is done again: the cards are read anew, so that only what is still missing is added. */
async function settled(work: Work, changes: readonly Change[], outcomes: Outcome<IDataObject>[], tried = 1): Promise<Outcome<IDataObject>[]> {
	const lost = outcomes.flatMap((outcome, index) => (outcome.outcome === 'unknown' && outcome.ended === true ? [index] : []));
	if (lost.length === 0 || tried >= triesAtMost) return outcomes;
	await sleep(tried * pauseMs);
	const again = lost.flatMap((index) => changes[index] ?? []);
	const results = await settled(work, again, await updateContacts(work, again), tried + 1);
	return outcomes.map((outcome, index) => results[lost.indexOf(index)] ?? outcome);
}

const triesAtMost = 3;
const pauseMs = 500;

/** The cards are read first: an entry that is there already must not be added once more (bitrix24.md §5). */
async function updateContacts({ client }: Work, changes: readonly Change[]): Promise<Outcome<IDataObject>[]> {
	const cards = await readItems(client, 'contact', changes.map(({ id }) => id), contactSchema);
	const outcomes: Outcome<IDataObject>[] = [];
	const writes: { index: number; command: Command }[] = [];
	for (const [index, { id, fields, phones, emails }] of changes.entries()) {
		const card = cards.get(id) ?? rejected('was not asked for', false);
		if (card.outcome !== 'ok') outcomes[index] = card;
		else if (card.value === undefined) outcomes[index] = rejected(`Bitrix24 has no contact ${id}: it was deleted, or the owner of the webhook may not see it`, true);
		else {
			const params = { ...addedParams(card.value, { name: '', phones, emails }, {}), ...given(fields) };
			outcomes[index] = ok({ id });
			if (Object.keys(params).length > 0) writes.push({ index, command: updateItem('contact', id, params) });
		}
	}
	const written = await client.run(writes.map(({ command }) => command), 'once', savedSchema);
	for (const [position, { index }] of writes.entries()) {
		const outcome = written[position];
		if (outcome !== undefined) outcomes[index] = idJson(outcome);
	}
	return outcomes;
}

const given = (fields: Record<string, Param>): Record<string, Param> =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
