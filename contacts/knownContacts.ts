import type { ContactsContext, Learned } from './context';
import type { Seeker, SoughtKey } from './wantedContact';

/**
 * What the journal says of everybody's keys. A phone that is known under another spelling of the name is this person's; under
 * another name it is somebody else's. Contacts whose name the journal does not know yet are read, all of them together.
 */
export async function recognise(context: ContactsContext, learned: Learned, seekers: readonly Seeker[]): Promise<void> {
	const keys = seekers.flatMap((seeker) => seeker.keys);
	await learned.load(keys.flatMap(holdersOf));
	const gone = await readNameless(context, learned, seekers);
	for (const seeker of seekers) {
		if (!seeker.isOpen) continue;
		for (const key of seeker.keys) {
			if (!recogniseKey(learned, seeker, key, gone)) break;
		}
	}
}

const holdersOf = ({ claim }: SoughtKey): string[] => (claim.state === 'known' ? [claim.contactId] : claim.state === 'claimed' ? (claim.others ?? []) : []);

/** False: a person has to decide. */
function recogniseKey(learned: Learned, seeker: Seeker, key: SoughtKey, gone: ReadonlySet<string>): boolean {
	if (key.claim.state === 'known') {
		key.contactId = key.claim.contactId;
		return true;
	}
	const holders = holdersOf(key).filter((id) => !gone.has(id));
	const choice = learned.choose(seeker.person, holders.map((id) => ({ id, createdAt: 0 })));
	if (choice.kind === 'contact') key.contactId = choice.contact.id;
	else if (choice.kind === 'conflict') choice.ids.forEach((id) => seeker.conflicts.add(id));
	else if (choice.kind === 'attention' && seeker.known === undefined) {
		seeker.finding = { kind: 'attention', why: 'several', ids: choice.ids };
		return false;
	}
	return true;
}

/** Gives those that are gone from the CRM. */
async function readNameless({ crm, identities }: ContactsContext, learned: Learned, seekers: readonly Seeker[]): Promise<Set<string>> {
	const asking = seekers.filter(({ person }) => person.name !== '');
	const claimed = asking.flatMap(({ keys }) => keys.filter(({ claim }) => claim.state === 'claimed'));
	const ids = [...new Set(claimed.flatMap(holdersOf))].filter((id) => learned.namesOf(id).length === 0);
	const gone = new Set<string>();
	if (ids.length === 0) return gone;
	const failed = new Map<string, string>();
	const read = await crm.readContacts(ids);
	for (const [index, id] of ids.entries()) {
		const contact = read[index];
		if (contact?.outcome !== 'ok') failed.set(id, contact?.reason ?? 'no answer');
		else if (contact.value) learned.add(contact.value);
		else {
			gone.add(id);
			await identities.forgetContact(crm.account, id);
		}
	}
	for (const seeker of asking) {
		const unread = seeker.keys.filter(({ claim }) => claim.state === 'claimed').flatMap(holdersOf).find((id) => failed.has(id));
		if (unread !== undefined) seeker.finding = { kind: 'failed', reason: `the contact ${unread} could not be read: ${failed.get(unread) ?? ''}` };
	}
	return gone;
}
