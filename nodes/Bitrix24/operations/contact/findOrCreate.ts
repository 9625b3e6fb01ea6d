import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { chooseContact, severalContacts, type SeveralContacts } from '../../../../core/contact';
import { ok, rejected, type Contact, type ContactDraft, type Outcome } from '../../../../core/ports';
import { outcomeOf } from '../../../../transport/outcome';
import { hasEmail, hasPhone } from '../../contact';
import { mergePeople, samePeople, type Person } from '../../people';
import { manyItems, type Work } from '../operation';
import { additionalFields, nameParameter, userOption } from '../parameters';
import { optionalId, optionalText } from '../values';
import { phoneAndEmail, readPerson, requireKeys, type ReadPerson } from './person';

interface Wanted extends ReadPerson {
	name: string;
	several: SeveralContacts;
	responsibleId?: string;
}

export const findOrCreateContact = manyItems({
	value: 'findOrCreate',
	name: 'Find or Create',
	action: 'Find or create a contact',
	description: 'Find a contact by phone, else by e-mail, and add what is missing; create it when there is none',
	properties: [
		{ ...nameParameter, placeholder: 'e.g. Buyer of order 912345678', description: 'For a new contact; the name of one that exists stays' },
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
		},
		additionalFields([userOption]),
	],
	read(item): Wanted {
		const person = requireKeys(readPerson(item));
		const { responsibleId } = item.get('additionalFields', z.object({ responsibleId: optionalId.optional() }));
		return {
			...person,
			name: item.get('name', optionalText) ?? person.phones[0] ?? person.emails[0] ?? '',
			several: item.get('several', z.enum(severalContacts)),
			responsibleId: responsibleId === undefined ? undefined : String(responsibleId),
		};
	},
	execute: findOrCreate,
});

/** One human being of this run: all items that share a phone or an e-mail make one contact. */
interface Group {
	indexes: number[];
	person: Person;
	wanted: Wanted;
}

async function findOrCreate(work: Work, wanted: readonly Wanted[]): Promise<Outcome<IDataObject>[]> {
	const startedAt = work.now();
	const groups = samePeople(wanted).flatMap((indexes): Group[] => {
		const first = wanted[indexes[0] ?? -1];
		return first === undefined ? [] : [{ indexes, wanted: first, person: mergePeople(indexes.flatMap((index) => wanted[index] ?? [])) }];
	});
	const found = await findGroups(work, groups);
	const drafts = groups.map((group, position) => draftOf(group, found[position]));
	const saved = await save(work, drafts, startedAt);

	const outcomes: Outcome<IDataObject>[] = wanted.map(() => rejected('was not sent', false));
	groups.forEach((group, position) => {
		const outcome = saved[position] ?? rejected<string>('was not sent', false);
		const choice = found[position];
		group.indexes.forEach((index, turn) => {
			outcomes[index] = outcome.outcome === 'ok' ? ok(resultJson(outcome.value, group, choice, turn === 0, wanted[index])) : outcome;
		});
	});
	return outcomes;
}

type Found = Outcome<{ contact?: Contact; others: number }>;

/** Who is there already, by each phone and e-mail. The search has no lag: it knows what was written a moment ago. */
async function findGroups(work: Work, groups: readonly Group[]): Promise<Found[]> {
	const searches = groups.flatMap(({ person }, position) =>
		[...person.phones.map((phone) => ({ phone })), ...person.emails.map((email) => ({ email }))].map((query) => ({ position, query })),
	);
	const hits = await searchStrongestFirst(work, searches);
	return groups.map((group, position): Found => {
		const hit = hits.get(position) ?? ok([]);
		if (hit.outcome !== 'ok') return hit;
		const choice = chooseContact(hit.value, group.wanted.several);
		if (choice.kind === 'attention') {
			return rejected(`${choice.ids.length} contacts have this phone or e-mail: ${choice.ids.join(', ')}. Merge them in Bitrix24, or let the node take one`, true);
		}
		return ok(choice.kind === 'contact' ? { contact: choice.contact, others: choice.others } : { others: 0 });
	});
}

interface Search {
	position: number;
	query: { phone: string } | { email: string };
}

/** Phones of everybody first; e-mails only of those whom no phone has found. */
async function searchStrongestFirst(work: Work, searches: readonly Search[]): Promise<Map<number, Outcome<Contact[]>>> {
	const hits = new Map<number, Outcome<Contact[]>>();
	const isPhone = ({ query }: Search): boolean => 'phone' in query;
	for (const round of [searches.filter(isPhone), searches.filter((search) => !isPhone(search))]) {
		const open = round.filter(({ position }) => {
			const hit = hits.get(position);
			return hit === undefined || (hit.outcome === 'ok' && hit.value.length === 0);
		});
		const outcomes = await work.crm.findContacts(open.map(({ query }) => query));
		open.forEach(({ position }, index) => hits.set(position, joined(hits.get(position), outcomes[index])));
	}
	return hits;
}

function joined(known: Outcome<Contact[]> | undefined, more: Outcome<Contact[]> | undefined): Outcome<Contact[]> {
	if (known === undefined || more === undefined) return known ?? more ?? ok([]);
	if (known.outcome !== 'ok') return known;
	if (more.outcome !== 'ok') return more;
	const ids = new Set(known.value.map(({ id }) => id));
	return ok([...known.value, ...more.value.filter(({ id }) => !ids.has(id))]);
}

function draftOf({ person, wanted }: Group, found: Found | undefined): Outcome<ContactDraft> {
	if (found === undefined) return rejected('was not sent', false);
	if (found.outcome !== 'ok') return found;
	return ok({ id: found.value.contact?.id, name: wanted.name, responsibleId: wanted.responsibleId, ...person });
}

async function save(work: Work, drafts: readonly Outcome<ContactDraft>[], startedAt: number): Promise<Outcome<string>[]> {
	const good = drafts.flatMap((draft) => (draft.outcome === 'ok' ? [draft.value] : []));
	const saved = await lookBack(work, good, await work.crm.saveContacts(good), startedAt);
	let next = 0;
	return drafts.map((draft) => (draft.outcome === 'ok' ? (saved[next++] ?? rejected('was not sent', false)) : draft));
}

/** A create whose outcome is unknown is looked up in the list of new contacts, before anybody sends it again. */
async function lookBack(
	work: Work,
	drafts: readonly ContactDraft[],
	saved: readonly Outcome<string>[],
	startedAt: number,
): Promise<Outcome<string>[]> {
	const isLost = (outcome: Outcome<string>, index: number): boolean => outcome.outcome === 'unknown' && drafts[index]?.id === undefined;
	if (!saved.some(isLost)) return [...saved];
	const fresh = await outcomeOf(async () => {
		const contacts: Contact[] = [];
		// The portal's clock may be behind ours.
		for await (const page of work.crm.contactsCreatedSince(startedAt - 60_000)) contacts.push(...page);
		return contacts;
	});
	return saved.map((outcome, index) => {
		const draft = drafts[index];
		if (draft === undefined || !isLost(outcome, index) || fresh.outcome !== 'ok') return outcome;
		const contact = fresh.value.find((each) => draft.phones.some((phone) => hasPhone(each, phone)) || draft.emails.some((email) => hasEmail(each, email)));
		return contact === undefined ? outcome : ok(contact.id);
	});
}

function resultJson(id: string, group: Group, found: Found | undefined, isFirst: boolean, wanted: Wanted | undefined): IDataObject {
	const { contact, others } = found?.outcome === 'ok' ? found.value : { contact: undefined, others: 0 };
	const added = (stored: readonly string[], more: readonly string[], has: (value: string) => boolean) => [...stored, ...more.filter((value) => !has(value))];
	return {
		id: Number(id),
		name: contact?.name || group.wanted.name,
		phones: contact ? added(contact.phones, group.person.phones, (phone) => hasPhone(contact, phone)) : group.person.phones,
		emails: contact ? added(contact.emails, group.person.emails, (email) => hasEmail(contact, email)) : group.person.emails,
		created: contact === undefined && isFirst,
		otherMatches: others,
		...(wanted !== undefined && wanted.refused.length > 0 ? { notUsed: wanted.refused } : {}),
	};
}
