import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { keysOf } from '../../contacts/warmIndex';
import { readBefore } from '../../contacts/mergedCards';
import { emailsIn, readEmailAddress } from '../../core/contact/email';
import { phoneRegions, phonesIn, readPhone, type PhoneRegion } from '../../core/contact/phone';
import type { ContactKey, ForgetRequest, ForgetWhom, Journal } from '../../journal/journal';
import { NotDone, readParameter } from '../shared/readParameter';
import { listValue, optionalText, phoneListValue, yesNo } from '../shared/parameterValues';

/** What went, and whether the file is to be rewritten, so that it is gone from the disk as well. */
export interface Deleted {
	json: IDataObject;
	mustErase: boolean;
}

export type Deletion = (journal: Journal, node: IExecuteFunctions, item: number) => Promise<Deleted>;

const forgetPerson: Deletion = async (journal, node, item) => {
	const whom = await readWhom(journal, node, item);
	const request: ForgetRequest = {
		...whom,
		everything: readParameter(node, item, 'everything', yesNo),
		brokenOffMerges: readParameter(node, item, 'brokenOffMerges', yesNo),
		now: Date.now(),
	};
	const forgetting = await journal.people.forget(request);
	if (forgetting.kind === 'several') {
		const { account, contactIds } = forgetting;
		throw new NotDone(
			`It leads to several contacts of ${account} (${contactIds.join(', ')}), which may be several people, so nothing was deleted`,
			'Find By Contact ID, with all contacts that are the person\'s; or switch off «With Everything Known of the Contact» to delete this phone or e-mail alone.',
		);
	}
	if (forgetting.kind === 'busy') {
		throw new NotDone('An execution looks for this person\'s contact at this moment, so nothing was deleted', 'Run it again in some minutes, when that execution has ended.');
	}
	const { contacts, identities, claims, seenBuyers, contactIndex, merges, proofs, mergesUnfinished } = forgetting;
	const deleted = { identities, identityClaims: claims, seenBuyers, contactIndex, merges, proofs };
	return { json: { contacts, deleted, left: { mergesUnfinished } }, mustErase: true };
};

async function readWhom(journal: Journal, node: IExecuteFunctions, item: number): Promise<ForgetWhom> {
	const findBy = readParameter(node, item, 'findBy', z.enum(['contactId', 'email', 'phone']));
	const account = await readAccount(journal, node, item);
	if (findBy === 'contactId') {
		const contactIds = readParameter(node, item, 'contactId', listValue);
		if (contactIds.length === 0) throw new NotDone('The contact ID is empty', 'Enter the ID that the contact has in the CRM; several are separated by commas.');
		if (account === undefined) throw new NotDone('A contact ID says nothing without its CRM account', 'Choose the CRM account.');
		return { contactIds, account };
	}
	const region = findBy === 'phone' ? readParameter(node, item, 'region', z.enum(phoneRegions)) : 'KZ';
	const keys = findBy === 'phone' ? phoneKeys(readParameter(node, item, 'phone', phoneListValue), region) : emailKeys(readParameter(node, item, 'email', listValue));
	return { keys, account, cardsWithKey: cardsWith(keys, region) };
}

/** The phones or e-mails themselves never appear in a text. */
const unusable = (what: string) =>
	new NotDone(`The ${what} cannot be used: the journal keeps none like it`, `Enter a full ${what}, as it is in the CRM; several are separated by commas. Nothing was deleted.`);

function phoneKeys(texts: readonly string[], region: PhoneRegion): ContactKey[] {
	const read = texts.map((text) => {
		const whole = readPhone(text, region);
		return whole.kind === 'phone' ? [whole.e164] : phonesIn(text, region);
	});
	if (read.length === 0 || read.some((phones) => phones.length === 0)) throw unusable('phone');
	return [...new Set(read.flat())].map((value) => ({ kind: 'phone', value }));
}

function emailKeys(texts: readonly string[]): ContactKey[] {
	const read = texts.map((text) => {
		const whole = readEmailAddress(text);
		return whole.kind === 'email' ? [whole.email] : emailsIn(text);
	});
	if (read.length === 0 || read.some((emails) => emails.length === 0)) throw unusable('e-mail');
	return [...new Set(read.flat())].map((value) => ({ kind: 'email', value }));
}

/** Cards of a merge are kept as the CRM had them: their phones are read as everywhere. */
const cardsWith =
	(keys: readonly ContactKey[], region: PhoneRegion) =>
	(before: unknown): string[] =>
		readBefore(before)
			.filter((card) => keysOf(card, region).some(({ kind, value }) => keys.some((key) => key.kind === kind && key.value === value)))
			.map(({ id }) => id);

/** The account as the journal writes it; empty: all of them. @throws NotDone when the journal knows nothing of it */
async function readAccount(journal: Journal, node: IExecuteFunctions, item: number): Promise<string | undefined> {
	const typed = readParameter(node, item, 'account', optionalText)?.toLowerCase();
	if (typed === undefined) return undefined;
	const known = await journal.people.accounts();
	const host = typed.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
	const account = known.find((each) => each.toLowerCase() === typed || each.toLowerCase() === host);
	if (account !== undefined) return account;
	throw new NotDone(
		`The journal knows nothing of a CRM account ${host}`,
		known.length === 0 ? 'It knows of no account at all, so there is nothing to delete.' : `It knows ${known.join(', ')}: choose one of them. Nothing was deleted.`,
	);
}

const dropContactIndex: Deletion = async (journal, node, item) => {
	const dropped = await journal.contactIndex.drop(await readAccount(journal, node, item), Date.now());
	if (dropped.kind === 'busy') {
		throw new NotDone(
			`The contact index of ${dropped.accounts.join(', ')} is being filled at this moment, so nothing was deleted`,
			'Wait for the execution of Order Sync that fills it, or stop it, and run this again. Switch off «Fill Contact Index» in Prepare CRM.',
		);
	}
	const contactIndex = [...dropped.rows.values()].reduce((sum, rows) => sum + rows, 0);
	return { json: { accounts: [...dropped.rows.keys()], deleted: { contactIndex } }, mustErase: true };
};

const dayMs = 24 * 3_600_000;
const ageInDays = z.number().min(0);

const purge: Deletion = async (journal, node, item) => {
	const now = Date.now();
	const before = (days: number) => now - days * dayMs;
	const days = readParameter(node, item, 'days', z.number().positive());
	const [mergeDays, proofDays] = [readParameter(node, item, 'mergeDays', ageInDays), readParameter(node, item, 'proofDays', ageInDays)];
	const log = await journal.log.purge(before(days));
	const merges = mergeDays === 0 ? 0 : await journal.merges.purge(before(mergeDays));
	const proofs = proofDays === 0 ? 0 : await journal.proofs.purgeClosed(before(proofDays));
	return { json: { deleted: { log, merges, proofs } }, mustErase: merges + proofs > 0 };
};

/** Operations that take something away. */
export const deletions: Readonly<Record<string, Deletion>> = { dropContactIndex, forgetPerson, purge };
