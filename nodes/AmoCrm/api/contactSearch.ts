import { searchDigits } from '../../../core/contact/phone';
import type { ContactQuery } from '../../../core/ports';
import type { AmoCrmClient } from './client';
import { contactOf, hasEmail, hasPhone } from '../model/contact';
import type { ContactCard } from './schema';

/**
 * Contacts that really have this phone, or else this e-mail; oldest first. One call per key.
 * amoCRM finds digits as a substring of every field (amocrm.md §5): a formatted number finds nothing, 7… and 8… are different
 * strings, and order numbers are hits too. So the last ten digits are asked for and every hit is checked.
 * What was written in the last minutes is not found yet: callers keep that in mind themselves.
 */
export async function findContactsBy(client: AmoCrmClient, { phone, email }: ContactQuery): Promise<ContactCard[]> {
	const byPhone = phone === undefined ? [] : await search(client, searchDigits(phone), (card) => hasPhone(contactOf(card), phone));
	if (byPhone.length > 0 || email === undefined) return byPhone;
	return await search(client, email, (card) => hasEmail(contactOf(card), email));
}

async function search(client: AmoCrmClient, query: string, isHit: (card: ContactCard) => boolean): Promise<ContactCard[]> {
	const hits: ContactCard[] = [];
	for await (const page of client.contacts([['query', query]])) {
		hits.push(...page.filter((card) => !card.is_deleted && isHit(card)));
	}
	return hits.sort((a, b) => a.created_at - b.created_at || a.id - b.id);
}
