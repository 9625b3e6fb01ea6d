import type { AuditedContact } from '../../../../core/duplicates/types';
import { findDuplicatesOperation } from '../../../shared/contact/findDuplicates';
import type { AmoCrmClient, Query } from '../../api/client';
import { contactOf } from '../../model/contact';
import { contactPages } from '../../api/contactPages';
import { contactUrl } from '../../api/contactMerger';
import { pipelineOf } from '../../model/pipelineStages';
import type { Work } from '../operation';

export const findDuplicates = findDuplicatesOperation<Work>({
	service: 'amoCRM',
	account: ({ client }) => client.account,
	contactUrl: ({ client }) => contactUrl(client.account),
	contacts: auditedContacts,
});

/** Open deals first, as numbers by contact, then the contacts, nearly 250 a call. */
async function* auditedContacts({ client }: Work): AsyncGenerator<AuditedContact[], void> {
	const open = await openDeals(client);
	for await (const { cards } of contactPages(client, [['with', 'leads']])) {
		yield cards
			.filter(({ is_deleted }) => !is_deleted)
			.map((card) => ({ ...contactOf(card), deals: card._embedded?.leads?.length ?? 0, openDeals: open.get(card.id) ?? 0 }));
	}
}

/** Stages in one address: it stays well below the 8 KB that web servers take. */
const stagesPerRead = 40;

async function openDeals(client: AmoCrmClient): Promise<Map<number, number>> {
	const stages = (await client.pipelines()).map(pipelineOf).flatMap(({ id, stages: each }) =>
		each.filter(({ kind }) => kind === 'open' || kind === 'intake').map((stage) => ({ pipeline: id, status: stage.id })),
	);
	const isOpen = new Set(stages.map(({ pipeline, status }) => `${pipeline}/${status}`));
	const counted = new Set<number>();
	const open = new Map<number, number>();
	for (let from = 0; from < stages.length; from += stagesPerRead) {
		for await (const leads of client.leads([['with', 'contacts'], ...stageFilter(stages.slice(from, from + stagesPerRead)), ['order[id]', 'asc']])) {
			for (const { id, pipeline_id, status_id, _embedded } of leads) {
				// A filter may be ignored (amocrm.md §3), and a deal that moves meanwhile comes twice.
				if (counted.has(id) || !isOpen.has(`${pipeline_id}/${status_id}`)) continue;
				counted.add(id);
				for (const contact of _embedded?.contacts ?? []) open.set(contact.id, (open.get(contact.id) ?? 0) + 1);
			}
		}
	}
	return open;
}

const stageFilter = (stages: readonly { pipeline: string; status: string }[]): Query =>
	stages.flatMap(({ pipeline, status }, index) => [
		[`filter[statuses][${index}][pipeline_id]`, pipeline],
		[`filter[statuses][${index}][status_id]`, status],
	]);
