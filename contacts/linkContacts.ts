import { missingOn, sharesKey } from '../core/contact/contactChoice';
import { saveDespiteDismissal } from '../core/contact/dismissed';
import { askAgainAt, type Contact, type ContactDraft } from '../core/ports';
import type { Claim } from '../journal/journal';
import { claimMs, clockSkewMs, type ContactsContext, type Learned } from './context';
import { rememberStrangers } from './searchCrm';
import type { Seeker } from './wantedContact';

export interface Match {
	seeker: Seeker;
	contact: Contact;
	others: number;
}

/** Ties somebody to a contact, by every key and under every name that is now known. */
export async function belongsTo(
	{ identities }: ContactsContext,
	learned: Learned,
	seeker: Seeker,
	finding: { id: string; created: boolean; contact?: Contact; others: number; isUnassigned?: boolean },
): Promise<void> {
	const { person, keys } = seeker;
	const own = finding.contact?.name ?? (person.name || person.fallbackName);
	const names = [...new Set(person.names.length > 0 ? [...person.names, own] : ['', own])];
	await identities.assign(
		keys.flatMap(({ identity }) => (identity.kind === 'customer' ? [identity] : names.map((name) => ({ ...identity, name })))),
		finding.id,
	);
	learned.call(finding.id, names);
	seeker.finding = { kind: 'contact', ...finding };
}

/** Ties people to existing contacts and adds what these lack. Nothing is overwritten. */
export async function attach(context: ContactsContext, learned: Learned, found: readonly Match[]): Promise<void> {
	const drafts = found.flatMap(({ seeker, contact }) => {
		const missing = missingOn(contact, seeker.person, context.region);
		return missing ? [{ seeker, draft: { id: contact.id, name: contact.name, ...missing } satisfies ContactDraft }] : [];
	});
	const saved = drafts.length > 0 ? await context.crm.saveContacts(drafts.map(({ draft }) => draft)) : [];
	for (const [index, { seeker }] of drafts.entries()) {
		const outcome = saved[index];
		// The identity is only learned when the CRM has it, otherwise the phone would never get there.
		if (outcome?.outcome !== 'ok') {
			seeker.finding = { kind: 'failed', reason: `the contact could not be completed: ${outcome?.reason ?? 'no answer'}`, dueAt: askAgainAt(outcome) };
		}
	}
	for (const { seeker, contact, others } of found) {
		if (seeker.isOpen) await belongsTo(context, learned, seeker, { id: contact.id, created: false, contact, others });
	}
}

/** Contacts that the journal knows: those that are not known as they are now are read, and learn what is new about the person. */
export async function learnMore(context: ContactsContext, learned: Learned, seekers: readonly Seeker[]): Promise<void> {
	const known = seekers.flatMap((seeker) => (seeker.known === undefined ? [] : [{ seeker, id: seeker.known }]));
	const unread = [...new Set(known.map(({ id }) => id))].filter((id) => !learned.contacts.has(id));
	const read = unread.length > 0 ? await context.crm.readContacts(unread) : [];
	const failures = new Map<string, string>();
	const gone = new Set<string>();
	for (const [index, id] of unread.entries()) {
		const contact = read[index];
		if (contact?.outcome !== 'ok') failures.set(id, contact?.reason ?? 'no answer');
		else if (contact.value) learned.add(contact.value);
		else {
			gone.add(id);
			await context.identities.forgetContact(context.crm.account, id);
		}
	}
	const matches: Match[] = [];
	for (const { seeker, id } of known) {
		const contact = learned.contacts.get(id);
		if (contact) matches.push({ seeker, contact, others: 0 });
		else if (gone.has(id)) {
			seeker.finding = { kind: 'waiting', reason: `contact ${id} is gone from the CRM, another one is looked for`, dueAt: context.now() };
		} else seeker.finding = { kind: 'failed', reason: `the contact ${id} could not be read: ${failures.get(id) ?? 'no answer'}` };
	}
	await attach(context, learned, matches);
}

/**
 * Contacts that may have been created without anybody noticing: the list of new ones has no lag, unlike searches. Those of other
 * people with the same phone are remembered too: whoever ends the claim is the last who would have looked.
 */
export async function readBack(context: ContactsContext, learned: Learned, seekers: readonly Seeker[], since: number, created: boolean): Promise<void> {
	const found = new Map<Seeker, Contact>();
	for await (const page of context.crm.contactsCreatedSince(since - clockSkewMs)) {
		await learned.load(page.map(({ id }) => id));
		for (const contact of page) {
			for (const seeker of seekers.filter(({ person }) => sharesKey(contact, person, context.region))) {
				learned.add(contact);
				const isCustomer = contact.buyerKey !== undefined && seeker.person.customers.includes(contact.buyerKey);
				const isSettled = seeker.known !== undefined || found.has(seeker);
				if (isCustomer && !isSettled) found.set(seeker, contact);
				if (isCustomer) continue;
				const choice = learned.choose(seeker.person, [contact]);
				if (choice.kind === 'contact' && !isSettled) found.set(seeker, contact);
				if (choice.kind !== 'conflict') continue;
				seeker.conflicts.add(contact.id);
				await rememberStrangers(context, seeker, [contact]);
			}
		}
	}
	for (const [seeker, contact] of found) await belongsTo(context, learned, seeker, { id: contact.id, created, contact, others: 0 });
}

/** Creates the contacts of people whom nobody knows, fifty a call. */
export async function createMissing(context: ContactsContext, learned: Learned, seekers: readonly Seeker[]): Promise<void> {
	await renewClaims(context, learned, seekers);
	const creating = seekers.filter(({ isOpen }) => isOpen);
	if (creating.length === 0) return;
	const sentAt = context.now();
	for (const seeker of creating) seeker.isUnanswered = true;
	const { outcomes: saved, unassigned } = await saveDespiteDismissal(
		creating.map(({ person: { name, fallbackName, phones, emails, customers, responsibleId } }) => ({
			name: name || fallbackName,
			phones,
			emails,
			buyerKey: customers[0],
			responsibleId,
		})),
		(drafts) => context.crm.saveContacts(drafts),
	);
	for (const [index, seeker] of creating.entries()) {
		const outcome = saved[index];
		if (outcome?.outcome === 'unknown' || outcome === undefined) continue;
		seeker.isUnanswered = false;
		if (outcome.outcome === 'ok') await belongsTo(context, learned, seeker, { id: outcome.value, created: true, others: 0, ...(unassigned.includes(index) ? { isUnassigned: true } : {}) });
		else seeker.finding = { kind: 'failed', reason: `the contact could not be created: ${outcome.reason}`, dueAt: outcome.retryAt };
	}
	await lookForUnanswered(context, learned, creating.filter(({ isUnanswered }) => isUnanswered), sentAt);
}

/** A long search may outlast a claim: whoever took it over meanwhile creates the contact. */
async function renewClaims(context: ContactsContext, learned: Learned, seekers: readonly Seeker[]): Promise<void> {
	const claims = await context.identities.claim(seekers.flatMap(({ keys }) => keys.map(({ identity }) => identity)), context.owner, claimMs, context.now());
	let at = 0;
	for (const seeker of seekers) {
		const isNews = seeker.keys.some(({ claim: before }) => isOutdated(before, claims[at++], learned));
		if (isNews) seeker.finding = { kind: 'waiting', reason: 'another execution has been quicker, its contact is looked at', dueAt: context.now() };
	}
}

function isOutdated(before: Claim, now: Claim | undefined, learned: Learned): boolean {
	if (before.state !== 'claimed' || now?.state !== 'claimed') return before.state !== now?.state;
	const isAbandoned = now.abandonedSince !== undefined && before.abandonedSince === undefined;
	return isAbandoned || (now.others ?? []).some((id) => !learned.isMet(id));
}

async function lookForUnanswered(context: ContactsContext, learned: Learned, seekers: readonly Seeker[], sentAt: number): Promise<void> {
	if (seekers.length === 0) return;
	// Whoever shares a key with somebody whose create was answered has lost the claim to it with that answer.
	await context.identities.claim(seekers.flatMap(({ claimed }) => claimed), context.owner, claimMs, context.now());
	const dueAt = context.now() + claimMs;
	const failure = await readBack(context, learned, seekers, sentAt, true).then(
		() => undefined,
		(error: unknown) => (error instanceof Error ? error.message : 'no answer'),
	);
	for (const seeker of seekers) {
		seeker.isUnanswered = seeker.isOpen;
		// The claim stays until it expires: the next look then reads back what was created.
		seeker.finding ??= {
			kind: 'waiting',
			reason: `the CRM did not say whether the contact was created; it is read back first${failure === undefined ? '' : ` (${failure})`}`,
			dueAt,
		};
	}
}
