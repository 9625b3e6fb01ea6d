import { randomUUID } from 'node:crypto';
import { claimMs, Learned, type ContactsContext } from './context';
import { lookUp } from './searchCrm';
import { gatherPeople, identitiesOf, type Person, type WantedPerson } from './person';
import { recognise } from './knownContacts';
import { Seeker, type Finding } from './wantedContact';
import { attach, createMissing, learnMore, readBack } from './linkContacts';

export type { ContactsContext } from './context';
export type { WantedPerson } from './person';
export type { Finding } from './wantedContact';

/** So many people are claimed at a time: searching for them must not outlast the claims. */
const lotSize = 200;

/**
 * Finds or creates the contacts of many people: the journal's identity index first, then at most one search per key that nobody
 * knows yet, then one create call per fifty. Two executions or processes never create the same contact: who comes second waits.
 * Contacts are completed, never overwritten and never merged. A phone under a contradicting name is another person's.
 *
 * Findings are in the order of `wanted`. Throws when the CRM or the journal as a whole is out of reach.
 */
export async function findOrCreate(context: ContactsContext, wanted: readonly WantedPerson[]): Promise<Finding[]> {
	const findings: Finding[] = wanted.map(() => ({ kind: 'failed', reason: 'nobody looked for the contact' }));
	const people = gatherPeople(wanted, context.nameConflict);
	for (let from = 0; from < people.length; from += lotSize) {
		// A later batch of the same execution has to see what this one leaves unanswered as somebody else's claim.
		const own: ContactsContext = { ...context, owner: `${context.owner}/${randomUUID()}` };
		for (const { person, finding } of await findLot(own, people.slice(from, from + lotSize))) {
			person.indexes.forEach((index, turn) => {
				if (finding) findings[index] = finding.kind === 'contact' && turn > 0 ? { ...finding, created: false } : finding;
			});
		}
	}
	return findings;
}

async function findLot(context: ContactsContext, people: readonly Person[]): Promise<Seeker[]> {
	const seekers = await claimed(context, people);
	try {
		await settleAll(context, seekers);
	} finally {
		await giveBack(context, seekers);
	}
	return seekers;
}

async function settleAll(context: ContactsContext, seekers: readonly Seeker[]): Promise<void> {
	const open = (): Seeker[] => seekers.filter(({ isOpen }) => isOpen);
	const learned = new Learned(context);
	for (const seeker of seekers) awaitOthers(seeker);
	// At once: those who wait for each other's keys must not meet again and again.
	await giveBack(context, seekers.filter(({ isOpen }) => !isOpen), open());
	await recognise(context, learned, open());
	await lookForAbandoned(context, learned, open());
	if (!context.readKnown) await acceptKnown(context, open());
	const found = await lookUp(context, learned, open());
	await attach(context, learned, open().flatMap((seeker) => {
		const match = found.get(seeker);
		return match ? [{ seeker, ...match }] : [];
	}));
	await learnMore(context, learned, open());
	if (context.nameConflict === 'attention') {
		for (const seeker of open()) if (seeker.conflicts.size > 0) seeker.finding = { kind: 'attention', why: 'name', ids: [...seeker.conflicts] };
	}
	await createMissing(context, learned, open());
}

async function claimed(context: ContactsContext, people: readonly Person[]): Promise<Seeker[]> {
	const sought = people.map((person) => ({ person, identities: identitiesOf(person, context.crm.account) }));
	const claims = await context.identities.claim(sought.flatMap(({ identities }) => identities), context.owner, claimMs, context.now());
	let at = 0;
	return sought.map(({ person, identities }) => {
		const keys = identities.flatMap((identity) => {
			const claim = claims[at++];
			return claim ? [{ identity, claim }] : [];
		});
		return new Seeker(person, keys);
	});
}

function awaitOthers(seeker: Seeker): void {
	const busy = seeker.keys.flatMap(({ claim }) => (claim.state === 'busy' ? [claim.until] : []));
	if (busy.length > 0) seeker.finding = { kind: 'waiting', reason: 'another execution is creating this contact', dueAt: Math.min(...busy) };
}

/** Somebody began to create contacts with these keys and never came back: whatever has been created since then is looked at first. */
async function lookForAbandoned(context: ContactsContext, learned: Learned, seekers: readonly Seeker[]): Promise<void> {
	const since = new Map(seekers.map((seeker) => [seeker, seeker.keys.flatMap(({ claim }) => (claim.state === 'claimed' ? (claim.abandonedSince ?? []) : []))]));
	const concerned = seekers.filter((seeker) => (since.get(seeker) ?? []).length > 0);
	if (concerned.length > 0) await readBack(context, learned, concerned, Math.min(...[...since.values()].flat()), false);
}

/** People about whom nothing new is known need no call to the CRM. */
async function acceptKnown({ identities }: ContactsContext, seekers: readonly Seeker[]): Promise<void> {
	for (const seeker of seekers) {
		if (seeker.known === undefined || !seeker.isComplete) continue;
		// Another spelling of the name, to be known at once the next time.
		for (const { identity, claim, contactId } of seeker.keys) {
			if (claim.state === 'claimed' && contactId !== undefined) await identities.assign([identity], contactId);
		}
		seeker.finding = { kind: 'contact', id: seeker.known, created: false, others: 0 };
	}
}

/** Ends the claims of those who got no contact, unless a create may have arrived or somebody else of the batch needs the same key. */
async function giveBack({ identities, owner }: ContactsContext, seekers: readonly Seeker[], needed: readonly Seeker[] = []): Promise<void> {
	const keyOf = ({ kind, value }: { kind: string; value: string }): string => `${kind} ${value}`;
	const kept = new Set([...needed, ...seekers.filter(({ isUnanswered }) => isUnanswered)].flatMap((seeker) => seeker.claimed.map(keyOf)));
	const free = seekers.flatMap((seeker) => seeker.claimed).filter((identity) => !kept.has(keyOf(identity)));
	if (free.length > 0) await identities.release(free, owner);
}
