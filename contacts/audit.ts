import { DuplicateSearch } from '../core/duplicates/findDuplicates';
import type { AuditedContact, DuplicateGroup, DuplicateReport } from '../core/duplicates/types';
import type { PhoneRegion } from '../core/contact/phone';

export interface AuditOptions {
	/** Where phones without a country code are from. */
	region: PhoneRegion;
	/** Told every few thousand contacts, and once at the end of the reading. */
	onProgress?(read: number): void;
	/** Asked after every page. */
	isStopped?(): boolean;
	/** Which of these were merged into others before: a CRM that does not delete them shows them as copies for ever. */
	mergedBefore?(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface Audited {
	report: DuplicateReport;
	/** Contacts that were left out, because an earlier merge has settled them. */
	mergedBefore: number;
}

const tellEvery = 5_000;

/** Somebody stopped the execution: half of a base says nothing about the other half. */
export class AuditStopped extends Error {
	constructor(readonly read: number) {
		super(`The audit was stopped after ${read} contacts`);
		this.name = 'AuditStopped';
	}
}

/**
 * Groups the contacts of a CRM, read page by page: nothing of a page is kept but what the report shows.
 * @throws AuditStopped, and whatever the reading throws
 */
export async function auditContacts(pages: AsyncIterable<readonly AuditedContact[]>, options: AuditOptions): Promise<Audited> {
	const search = new DuplicateSearch(options.region);
	let told = 0;
	let mergedBefore = 0;
	for await (const page of pages) {
		const settled = (await options.mergedBefore?.(page.map(({ id }) => id))) ?? new Set<string>();
		mergedBefore += settled.size;
		for (const contact of page) if (!settled.has(contact.id)) search.add(contact);
		if (options.isStopped?.()) throw new AuditStopped(search.size);
		if (search.size - told < tellEvery) continue;
		told = search.size;
		options.onProgress?.(told);
	}
	options.onProgress?.(search.size);
	return { report: search.report(), mergedBefore };
}

/** Which kinds of groups somebody wants to see. */
export const certaintyChoices = ['all', 'certain', 'proposed'] as const;
export type CertaintyChoice = (typeof certaintyChoices)[number];

/** The kinds of groups behind each choice. */
export const certaintiesOf: Readonly<Record<CertaintyChoice, readonly DuplicateGroup['certainty'][]>> = {
	all: ['certain', 'likely', 'conflict'],
	certain: ['certain'],
	proposed: ['certain', 'likely'],
};

/** Without what a phone or an e-mail could be known by, for people who decide by names and deals. */
export function withMaskedKeys(report: DuplicateReport): DuplicateReport {
	return {
		...report,
		groups: report.groups.map((group): DuplicateGroup => ({
			...group,
			keys: group.keys.map(({ kind, value, writtenAs }) => ({ kind, value: masked(value), writtenAs: writtenAs.map(({ id, text }) => ({ id, text: masked(text) })) })),
			contacts: group.contacts.map((contact) => ({ ...contact, phones: contact.phones.map(masked), emails: contact.emails.map(masked) })),
		})),
		suspects: report.suspects.map(({ contactId, written, meant }) => ({ contactId, meant, written: masked(written) })),
	};
}

/** `***23`, `a***@mail.ru`. */
function masked(text: string): string {
	const at = text.lastIndexOf('@');
	return at > 0 ? `${text.trim().slice(0, 1)}***${text.slice(at)}` : `***${text.replace(/\D/g, '').slice(-2)}`;
}
