import { sleep, type IDataObject, type INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { ContactsContext } from '../../../contacts/context';
import type { Finding, WantedPerson } from '../../../contacts/findOrCreate';
import { indexedSearch } from '../../../contacts/indexedSearch';
import { findOrCreatePatiently } from '../../../contacts/findOrCreateWaiting';
import { hasEmail, hasPhone, nameConflicts, severalContacts, type NameConflict, type SeveralContacts } from '../../../core/contact/contactChoice';
import { ok, rejected, unknown, type Crm, type Outcome } from '../../../core/ports';
import type { PhoneRegion } from '../../../core/contact/phone';
import { openJournal, processOwner } from '../../../journal/open';
import type { ManyItems } from '../operation';
import { additionalFields, nameParameter } from '../commonParameters';
import { optionalText } from '../parameterValues';
import { phoneAndEmail, readPerson, requireKeys } from './person';

/** How doubtful cases are settled: items that want the same are done together. */
interface Settings {
	region: PhoneRegion;
	several: SeveralContacts;
	nameConflict: NameConflict;
}

export interface Wanted extends WantedPerson {
	settings: Settings;
	/** Why a phone or e-mail was not used. */
	refused: string[];
}

const properties: INodeProperties[] = [
	{
		...nameParameter,
		placeholder: 'e.g. Асель Касымова',
		description: 'Tells apart people who share a phone, and names a new contact; the name of one that exists stays',
	},
	...phoneAndEmail,
	{
		displayName: 'If Several Match',
		name: 'several',
		type: 'options',
		options: [
			{ name: 'Take the Newest', value: 'newest' },
			{ name: 'Take the Oldest', value: 'oldest' },
			{ name: 'Throw', value: 'attention', description: 'The item ends on the output for failed items' },
		],
		default: 'oldest',
		description: 'What to do when several contacts have the phone or e-mail; contacts are never merged',
		hint: 'Needs n8n in regular mode on Node.js 22.13 or newer: the journal in its user folder makes parallel executions agree on one contact',
	},
	{
		displayName: 'If the Name Does Not Fit',
		name: 'nameConflict',
		type: 'options',
		options: [
			{ name: 'Create a New Contact', value: 'create' },
			{ name: 'Take It Anyway', value: 'take' },
			{ name: 'Throw', value: 'attention', description: 'The item ends on the output for failed items' },
		],
		default: 'create',
		description: 'What to do when the phone or e-mail belongs only to contacts of other people, e.g. to a husband; without a name it is never asked',
	},
];

/** A claim of an execution that was killed on another machine is free after a minute. */
const patience = { giveUpAfterMs: 90_000, pause: sleep, random: Math.random };

/**
 * The operation Contact: Find or Create of a CRM's node.
 * @param service its name for people
 * @param userOption the list of users, and how the one that was chosen is read
 */
export const findOrCreateContact = <Work extends { crm: Crm; now: () => number }>(
	service: string,
	userOption: INodeProperties,
	userValue: z.ZodType<number | undefined>,
): ManyItems<Work, Wanted> => ({
	value: 'findOrCreate',
	name: 'Find or Create',
	action: 'Find or create a contact',
	description: 'Find a contact by phone, else by e-mail, and add what is missing; create it when there is none. Parallel executions never create the same one twice.',
	properties: [...properties, additionalFields([userOption])],
	read(item): Wanted {
		const { phones, emails, region, refused } = requireKeys(readPerson(item));
		const user = item.get('additionalFields', z.record(z.string(), z.unknown()).transform((fields) => fields[userOption.name]).pipe(userValue));
		return {
			name: item.get('name', optionalText) ?? '',
			phones,
			emails,
			fallbackName: phones[0] ?? emails[0] ?? '',
			responsibleId: user === undefined ? undefined : String(user),
			settings: { region, several: item.get('several', z.enum(severalContacts)), nameConflict: item.get('nameConflict', z.enum(nameConflicts)) },
			refused,
		};
	},
	execute: ({ crm, now }, wanted) => findAll(service, crm, now, wanted),
});

async function findAll(service: string, crm: Crm, now: () => number, wanted: readonly Wanted[]): Promise<Outcome<IDataObject>[]> {
	const journal = await openJournal();
	const outcomes: Outcome<IDataObject>[] = wanted.map(() => rejected('was not sent', false));
	for (const { settings, indexes } of alike(wanted)) {
		const { region, several, nameConflict } = settings;
		const context: ContactsContext = {
			crm,
			identities: journal.identities,
			search: indexedSearch({ journal, crm, region, now }),
			owner: processOwner(),
			region,
			severalContacts: several,
			nameConflict,
			readKnown: true,
			now,
		};
		const people = indexes.flatMap((index) => wanted[index] ?? []);
		const findings = await findOrCreatePatiently(context, people, patience);
		indexes.forEach((index, position) => {
			const [finding, person] = [findings[position], people[position]];
			if (finding && person) outcomes[index] = outcomeOf(service, finding, person);
		});
	}
	return outcomes;
}

function alike(wanted: readonly Wanted[]): { settings: Settings; indexes: number[] }[] {
	const groups = new Map<string, { settings: Settings; indexes: number[] }>();
	for (const [index, { settings }] of wanted.entries()) {
		const key = Object.values(settings).join(' ');
		const group = groups.get(key) ?? { settings, indexes: [] };
		group.indexes.push(index);
		groups.set(key, group);
	}
	return [...groups.values()];
}

function outcomeOf(service: string, finding: Finding, person: Wanted): Outcome<IDataObject> {
	switch (finding.kind) {
		case 'contact':
			return ok(resultJson(finding, person));
		case 'attention': {
			const contacts = finding.ids.join(', ');
			return rejected(
				finding.why === 'several'
					? `${finding.ids.length} contacts have this phone or e-mail: ${contacts}. Merge them in ${service}, or let the node take one`
					: `The phone or e-mail belongs to contacts of another name: ${contacts}. Correct the name, or choose what to do in «If the Name Does Not Fit»`,
				true,
			);
		}
		case 'waiting':
			return unknown(finding.reason);
		case 'failed':
			return rejected(finding.reason, false, finding.dueAt);
	}
}

function resultJson({ id, contact, created, others, isUnassigned }: Extract<Finding, { kind: 'contact' }>, { name, fallbackName, phones, emails, refused, responsibleId, settings }: Wanted): IDataObject {
	const notUsed = isUnassigned === true ? [...refused, `the responsible user ${responsibleId ?? ''}: dismissed or deleted in the CRM, choose another one`] : refused;
	return {
		id: Number(id),
		name: contact?.name || name || fallbackName,
		phones: contact ? [...contact.phones, ...phones.filter((phone) => !hasPhone(contact, phone, settings.region))] : [...phones],
		emails: contact ? [...contact.emails, ...emails.filter((email) => !hasEmail(contact, email))] : [...emails],
		created,
		otherMatches: others,
		...(notUsed.length > 0 ? { notUsed } : {}),
	};
}
