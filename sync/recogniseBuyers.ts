import { cardIdentities } from '../contacts/cardIdentities';
import type { Link } from '../journal/journal';
import type { SyncContext } from './context';

/**
 * Deals that were found say whose their contacts are: a buyer whose phone is hidden, or not in the CRM's search yet, is known again.
 * What the journal knows already stays. Throws when the contacts cannot be read at this moment.
 */
export async function recogniseBuyers({ crm, journal, settings: { region } }: SyncContext, links: readonly Link[]): Promise<void> {
	const ids = [...new Set(links.flatMap(({ contactId }) => contactId ?? []))];
	if (ids.length === 0) return;
	for (const outcome of await crm.readContacts(ids)) {
		if (outcome.outcome === 'unknown' || (outcome.outcome === 'rejected' && !outcome.permanent)) {
			throw new Error(`The contacts of deals that were found could not be read: ${outcome.reason}`);
		}
		if (outcome.outcome !== 'ok' || outcome.value === undefined) continue;
		const { id } = outcome.value;
		const identities = cardIdentities(crm.account, [outcome.value], region);
		const known = await journal.identities.find(identities);
		await journal.identities.remember(identities.filter((_, index) => known[index] === undefined), id);
		await journal.seenBuyers.forget(identities.flatMap(({ kind, value }) => (kind === 'customer' ? [value] : [])));
	}
}
