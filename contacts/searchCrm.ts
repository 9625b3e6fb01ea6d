import { hasEmail, hasPhone } from '../core/contact/contactChoice';
import { askAgainAt, type Contact, type ContactQuery, type Outcome } from '../core/ports';
import type { ContactsContext, Learned } from './context';
import type { Seeker, SoughtKey } from './wantedContact';

/**
 * Looks in the CRM for everybody who has a phone or an e-mail that the journal cannot tell whose it is: by phone or else by e-mail
 * in one round; by what is left in a second one, for those whose phone belongs to somebody else. At most one search per key.
 */
export async function lookUp(context: ContactsContext, learned: Learned, seekers: readonly Seeker[]): Promise<Map<Seeker, { contact: Contact; others: number }>> {
	const found = new Map<Seeker, { contact: Contact; others: number }>();
	const hitsOf = new Map<Seeker, Contact[]>();
	for (const round of [firstQueries, restQueries]) {
		const open = seekers.filter((seeker) => seeker.isOpen && !found.has(seeker));
		const searches = open.flatMap((seeker) => round(seeker, hitsOf.get(seeker) ?? [], context).map((query) => ({ seeker, query })));
		if (searches.length === 0) continue;
		const search = context.search ?? ((queries) => context.crm.findContacts(queries));
		const outcomes = await search(searches.map(({ query }) => query));
		const asked = new Set<Seeker>();
		for (const [index, { seeker }] of searches.entries()) {
			asked.add(seeker);
			gather(seeker, outcomes[index], hitsOf);
		}
		await learned.load([...asked].flatMap((seeker) => hitsOf.get(seeker) ?? []).map(({ id }) => id));
		for (const seeker of asked) {
			if (!seeker.isOpen) continue;
			const hits = hitsOf.get(seeker) ?? [];
			for (const hit of hits) learned.add(hit);
			const choice = learned.choose(seeker.person, hits);
			if (choice.kind === 'contact') found.set(seeker, choice);
			else if (choice.kind === 'attention') seeker.finding = { kind: 'attention', why: 'several', ids: choice.ids };
			else if (choice.kind === 'conflict') {
				choice.ids.forEach((id) => seeker.conflicts.add(id));
				await rememberStrangers(context, seeker, hits);
			}
		}
	}
	return found;
}

const valuesOf = (seeker: Seeker, kind: 'phone' | 'email'): string[] =>
	seeker.unknownKeys.flatMap(({ identity }) => (identity.kind === kind ? [identity.value] : []));

/** The first phone and, should that find nobody, the first e-mail; further phones by themselves. */
function firstQueries(seeker: Seeker): ContactQuery[] {
	const [phone, ...phones] = valuesOf(seeker, 'phone');
	const [email] = valuesOf(seeker, 'email');
	return phone === undefined && email === undefined ? [] : [{ phone, email }, ...phones.map((each) => ({ phone: each }))];
}

/** E-mails that have not been asked for yet: the first one was if the first phone found nobody. */
function restQueries(seeker: Seeker, hits: readonly Contact[], { region }: ContactsContext): ContactQuery[] {
	const [phone] = valuesOf(seeker, 'phone');
	const [email, ...emails] = valuesOf(seeker, 'email');
	if (email === undefined) return [];
	const wasAsked = phone === undefined || !hits.some((hit) => hasPhone(hit, phone, region));
	return (wasAsked ? emails : [email, ...emails]).map((each) => ({ email: each }));
}

function gather(seeker: Seeker, outcome: Outcome<Contact[]> | undefined, hitsOf: Map<Seeker, Contact[]>): void {
	if (outcome?.outcome !== 'ok') {
		const reason = outcome?.reason ?? 'the CRM gave no answer to the search';
		seeker.finding = { kind: 'failed', reason: `the contact could not be searched for: ${reason}`, dueAt: askAgainAt(outcome) };
		return;
	}
	const known = hitsOf.get(seeker) ?? [];
	hitsOf.set(seeker, [...known, ...outcome.value.filter(({ id }) => !known.some((each) => each.id === id))]);
}

/** Somebody else's contact has the same phone: the next time the journal knows. */
export async function rememberStrangers({ identities, region }: ContactsContext, seeker: Seeker, hits: readonly Contact[]): Promise<void> {
	const has = (hit: Contact, { identity: { kind, value } }: SoughtKey): boolean => 
		(kind === 'phone' && hasPhone(hit, value, region)) || (kind === 'email' && hasEmail(hit, value));
	for (const hit of hits) {
		const shared = seeker.keys.filter((key) => has(hit, key)).map(({ identity }) => ({ ...identity, name: hit.name }));
		await identities.remember(shared, hit.id);
	}
}
