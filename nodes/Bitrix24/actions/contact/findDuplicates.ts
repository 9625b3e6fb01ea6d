import { sleep } from 'n8n-workflow';
import type { AuditedContact } from '../../../../core/duplicates/types';
import type { Execution } from '../../../shared/execution';
import { findDuplicatesOperation } from '../../../shared/contact/findDuplicates';
import { contactOf } from '../../model/contact';
import { itemList } from '../../api/items';
import { contactUrl, linkedDeals } from '../../api/contactMerger';
import { patientList } from '../../api/longList';
import { contactSchema } from '../../api/schema';
import type { Work } from '../operation';

export const findDuplicates = findDuplicatesOperation<Work>({
	service: 'Bitrix24',
	account: ({ client }) => client.account,
	contactUrl: ({ client }) => contactUrl(client.account),
	contacts: auditedContacts,
});

/** Deals first, as numbers by contact, then the contacts: both by ascending id, 2,500 a call. */
async function* auditedContacts({ client, fields }: Work, execution: Execution): AsyncGenerator<AuditedContact[], void> {
	const deals = new Map<number, number>();
	const open = new Map<number, number>();
	let read = 0;
	const patience = { ...execution, sleep };
	for await (const page of patientList(client, linkedDeals(), patience)) {
		for (const { contactIds, stageSemanticId } of page) {
			for (const id of contactIds) {
				deals.set(id, (deals.get(id) ?? 0) + 1);
				if (stageSemanticId === 'P') open.set(id, (open.get(id) ?? 0) + 1);
			}
		}
		read += page.length;
		if (read % 5_000 < page.length) execution.say(`${read} deals read from Bitrix24`);
		if (execution.isStopped()) break;
	}
	const names = await fields.ofContacts();
	for await (const page of patientList(client, itemList('contact', {}, contactSchema), patience)) {
		yield page.map((card) => ({ ...contactOf(card, names), deals: deals.get(card.id) ?? 0, openDeals: open.get(card.id) ?? 0 }));
	}
}
