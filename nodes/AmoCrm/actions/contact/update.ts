import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';
import { rejected, type Outcome } from '../../../../core/ports';
import { phoneAndEmail, readPerson } from '../../../shared/contact/person';
import type { ContactPayload, FieldPayload } from '../../api/payloads';
import { addedPayload } from '../../model/contact';
import type { ContactCard } from '../../api/schema';
import { readCustomFields } from '../customFields';
import { manyItems, type Work } from '../operation';
import { additionalFields, contactLocator, customFieldsOf, nameOption, userOption } from '../parameters';
import { readCards } from '../readCards';
import { idValue, optionalId, optionalText } from '../parameterValues';
import { idJson } from '../writtenId';

interface Change {
	id: number;
	name?: string;
	responsible_user_id?: number;
	phones: string[];
	emails: string[];
	custom: FieldPayload[];
}

export const updateContact = manyItems({
	value: 'update',
	name: 'Update',
	action: 'Update a contact',
	description: 'Change a contact; phones and e-mails are added to those that are there, what is not filled in stays as it is',
	properties: [contactLocator, ...phoneAndEmail, additionalFields([nameOption, userOption]), customFieldsOf('contact')],
	async read(item, work): Promise<Change> {
		const options = z.object({ name: optionalText, responsibleUserId: optionalId.optional() });
		const { name, responsibleUserId } = item.get('additionalFields', options);
		const { phones, emails } = readPerson(item);
		const custom = await readCustomFields(work, item, 'contacts');
		return { id: item.get('contactId', idValue), name, responsible_user_id: responsibleUserId, phones, emails, custom };
	},
	execute: updateContacts,
});

/** Items that name the same contact are written one after the other, each from a fresh reading. */
async function updateContacts(work: Work, changes: readonly Change[]): Promise<Outcome<IDataObject>[]> {
	const outcomes: Outcome<IDataObject>[] = changes.map(() => rejected('was not sent', false));
	let waiting = changes.map((change, index) => ({ change, index }));
	while (waiting.length > 0) {
		const ids = waiting.map(({ change }) => change.id);
		const round = waiting.filter(({ change }, position) => ids.indexOf(change.id) === position);
		waiting = waiting.filter((each) => !round.includes(each));
		const done = await updateOnce(work, round.map(({ change }) => change));
		round.forEach(({ index }, position) => (outcomes[index] = done[position] ?? rejected('was not sent', false)));
	}
	return outcomes;
}

async function updateOnce(work: Work, changes: readonly Change[]): Promise<Outcome<IDataObject>[]> {
	// amoCRM replaces all values of a field that is written (amocrm.md §4), so the cards are read first.
	const cards = await readCards(changes.map(({ id }) => id), 'contact', (ids) => work.client.contactsById(ids));
	const payloads = changes.flatMap((change, index) => {
		const card = cards[index];
		return card?.outcome === 'ok' ? [{ index, payload: payloadOf(card.value, change) }] : [];
	});
	const written = await work.client.updateContacts(payloads.map(({ payload }) => payload));
	const outcomes = cards.map((card): Outcome<IDataObject> => (card.outcome === 'ok' ? rejected('was not sent', false) : card));
	payloads.forEach(({ index }, position) => {
		const outcome = written[position];
		if (outcome !== undefined) outcomes[index] = idJson(outcome);
	});
	return outcomes;
}

function payloadOf(card: ContactCard, { id, name, responsible_user_id, phones, emails, custom }: Change): ContactPayload & { id: number } {
	const added = addedPayload(card, { name: '', phones, emails }, {});
	const values = [...(added?.custom_fields_values ?? []), ...custom];
	return { id, name, responsible_user_id, custom_fields_values: values.length > 0 ? values : undefined };
}
