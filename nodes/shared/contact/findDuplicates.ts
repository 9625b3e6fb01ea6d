import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { AuditStopped, auditContacts, certaintiesOf, certaintyChoices, withMaskedKeys } from '../../../contacts/audit';
import { openJournal } from '../../../journal/open';
import type { AuditedContact, DuplicateGroup, DuplicateReport } from '../../../core/duplicates/types';
import { groupCode } from '../../../core/duplicates/groupCode';
import { duplicatesReportHtml } from '../../../core/duplicates/report';
import { phoneRegions } from '../../../core/contact/phone';
import type { Execution } from '../execution';
import type { Item, Operation } from '../operation';
import { NotDone } from '../readParameter';
import { attempt, type Produced } from '../outputItems';
import { optionalText, yesNo } from '../parameterValues';
import { phoneRegion } from './region';

/** What the CRMs differ in. */
export interface DuplicatesSource<Work> {
	/** Name of the CRM. */
	service: string;
	account(work: Work): string;
	/** Every contact, page by page, at the API's pace. */
	contacts(work: Work, execution: Execution): AsyncIterable<readonly AuditedContact[]>;
	/** Where a contact opens, with `{id}` for its id. */
	contactUrl(work: Work): string;
}

const options = z
	.object({ includeKeys: yesNo.default(true), approveUrl: optionalText, mostGroups: z.number().int().positive().default(500) })
	.partial();

const properties: INodeProperties[] = [
	{
		displayName: 'Groups',
		name: 'certainty',
		type: 'options',
		options: [
			{ name: 'All, Conflicts Included', value: 'all', description: 'Also those with a phone in common whose names contradict each other' },
			{ name: 'Certain Only', value: 'certain', description: 'Equal names on a key that nobody else uses, or two keys in common' },
			{ name: 'Certain and Likely', value: 'proposed', description: 'Everything that is proposed for a merge' },
		],
		default: 'all',
		description: 'Which groups to return and to show; the numbers are always of all',
	},
	{
		displayName: 'Return',
		name: 'returned',
		type: 'options',
		options: [
			{ name: 'Summary and Groups', value: 'groups', description: 'One item with the numbers and the report, then one item per group' },
			{ name: 'Summary Only', value: 'summary', description: 'One item with the numbers and the report' },
		],
		default: 'groups',
	},
	phoneRegion,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Approval Form URL',
				name: 'approveUrl',
				type: 'string',
				default: '',
				placeholder: 'e.g. https://n8n.example.kz/form/merge',
				description: 'Shown in the report as the place where groups are approved',
			},
			{
				displayName: 'Groups Shown of Each Kind',
				name: 'mostGroups',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 500,
				description: 'How many groups of each kind the report shows, the larger first; items are not limited',
			},
			{
				displayName: 'Include Phones and E-Mails',
				name: 'includeKeys',
				type: 'boolean',
				default: true,
				description: 'Whether phones and e-mails appear in full, in the items and in the report; otherwise only their ends',
			},
		],
	},
];

/** Find Duplicates of a CRM's node: reads all contacts and changes nothing. */
export function findDuplicatesOperation<Work extends { execution: Execution; now(): number }>(source: DuplicatesSource<Work>): Operation<Work> {
	return {
		value: 'findDuplicates',
		name: 'Find Duplicates',
		action: 'Find duplicate contacts',
		description: 'Read all contacts and group those that are one person, with a report for a manager; nothing is changed',
		properties,
		async run(work, items) {
			const results = [];
			for (const item of items) {
				const audited = await attempt(async () => await audit(work, item, source));
				results.push('failure' in audited ? audited : audited.value);
			}
			return results;
		},
	};
}

async function audit<Work extends { execution: Execution; now(): number }>(work: Work, item: Item, source: DuplicatesSource<Work>): Promise<Produced[]> {
	const { execution } = work;
	const choice = item.get('certainty', z.enum(certaintyChoices));
	const returned = item.get('returned', z.enum(['groups', 'summary']));
	const region = item.get('region', z.enum(phoneRegions));
	const { includeKeys = true, approveUrl, mostGroups } = item.get('options', options);
	const { merges } = await openJournal();
	const { report: found, mergedBefore } = await auditContacts(source.contacts(work, execution), {
		region,
		mergedBefore: async (ids) => new Set((await merges.keptInstead(source.account(work), ids)).keys()),
		onProgress: (read) => execution.say(`${read} contacts read from ${source.service}`),
		isStopped: execution.isStopped,
	}).catch((failure: unknown) => {
		if (failure instanceof AuditStopped) throw new NotDone(failure.message, 'Nothing was changed. Run it again from the beginning.');
		throw failure;
	});
	execution.say(`${found.groups.length} groups among ${found.contacts} contacts`);
	const shown = includeKeys ? found : withMaskedKeys(found);
	const certainties = certaintiesOf[choice];
	const groups = shown.groups.filter(({ certainty }) => certainties.includes(certainty));
	const contactUrl = source.contactUrl(work);
	const createdAt = work.now();
	const html = duplicatesReportHtml(shown, { account: source.account(work), contactUrl, createdAt, timezone: execution.timezone, approveUrl, mostGroups, shown: certainties });
	const day = new Date(createdAt).toISOString().slice(0, 10);
	const report = await execution.file(html, `contact-duplicates-${day}.html`, 'text/html');
	const summary: Produced = { json: { ...summaryJson(found, source.account(work), createdAt), mergedBefore }, binary: { report } };
	return returned === 'summary' ? [summary] : [summary, ...groups.map((group) => ({ json: groupJson(group, contactUrl) }))];
}

function summaryJson(report: DuplicateReport, account: string, createdAt: number): IDataObject {
	const count = (certainty: DuplicateGroup['certainty']): number => report.groups.filter((group) => group.certainty === certainty).length;
	return {
		kind: 'summary',
		account,
		contacts: report.contacts,
		withoutPhoneAndEmail: report.withoutKeys,
		certainGroups: count('certain'),
		likelyGroups: count('likely'),
		conflicts: count('conflict'),
		surplusContacts: report.surplus,
		suspectEmails: report.suspects.length,
		createdAt: new Date(createdAt).toISOString(),
	};
}

function groupJson(group: DuplicateGroup, contactUrl: string): IDataObject {
	const isConflict = group.certainty === 'conflict';
	const [keep, ...others] = group.contacts;
	return {
		kind: 'group',
		certainty: group.certainty,
		...(isConflict ? {} : { code: groupCode(group), keepId: keep?.id, keepBecause: group.keep.why, otherIds: others.map(({ id }) => id) }),
		why: isConflict ? group.why : group.names,
		keys: group.keys.map(({ kind, value, writtenAs }) => ({ kind, value, writtenAs: writtenAs.map(({ id, text }) => ({ id, text })) })),
		contacts: group.contacts.map((contact) => ({
			id: contact.id,
			name: contact.name,
			phones: contact.phones,
			emails: contact.emails,
			deals: contact.deals ?? null,
			openDeals: contact.openDeals ?? null,
			createdAt: contact.createdAt > 0 ? new Date(contact.createdAt).toISOString() : null,
			url: contactUrl.replaceAll('{id}', encodeURIComponent(contact.id)),
		})),
	};
}
