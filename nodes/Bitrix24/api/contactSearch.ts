import { ok, type Contact, type ContactQuery, type Outcome } from '../../../core/ports';
import { readItems } from './items';
import type { Bitrix24Client } from './client';
import type { Command } from './command';
import { contactOf, hasEmail, hasPhone } from '../model/contact';
import type { ContactFieldName, FieldNames } from '../model/cardFields';
import { contactSchema, duplicatesSchema, type ContactItem } from './schema';

/** More values are refused (bitrix24.md §5). */
export const valuesPerSearch = 20;
/** So many hits of one search may be all that Bitrix24 was ready to show: then each number is asked for alone. */
const suspiciouslyMany = 20;

/**
 * The ways in which people write a phone. Portals compare more or less strictly, and their documentation says both
 * (bitrix24.md §5): each way is asked for, and what comes back is checked by its digits.
 */
export function phoneVariants(e164: string): string[] {
	const digits = e164.replace(/\D/g, '');
	const [, code, three, two, last] = /^7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(digits) ?? [];
	if (code === undefined || three === undefined || two === undefined || last === undefined) return [e164, digits];
	const national = digits.slice(1);
	return [
		e164,
		digits,
		`8${national}`,
		national,
		`+7 (${code}) ${three}-${two}-${last}`,
		`8 (${code}) ${three}-${two}-${last}`,
		`+7 ${code} ${three} ${two} ${last}`,
		`8 ${code} ${three} ${two} ${last}`,
		`+7 ${code} ${three}-${two}-${last}`,
		`8-${code}-${three}-${two}-${last}`,
	];
}

/** Ten ways of writing leave room for two phones in a command. */
export const phonesPerSearch = 2;

interface Key {
	type: 'PHONE' | 'EMAIL';
	value: string;
}

interface Search {
	keys: Key[];
	values: string[];
}

/**
 * Contacts that really have the phone of each query, or else its e-mail; oldest first. Twenty values a command, fifty commands
 * a call: the phones of a hundred buyers cost one call, and another one for reading those that were found.
 */
export async function findContactsBy(
	client: Bitrix24Client,
	queries: readonly ContactQuery[],
	names: FieldNames<ContactFieldName>,
): Promise<Outcome<Contact[]>[]> {
	const phones = await findKeys(client, queries.flatMap(({ phone }): Key[] => (phone === undefined ? [] : [{ type: 'PHONE', value: phone }])), names);
	const byPhone = queries.map(({ phone }) => (phone === undefined ? ok<Contact[]>([]) : (phones.get(phone) ?? ok<Contact[]>([]))));
	const unmet = queries.filter((_, index) => isNobody(byPhone[index]));
	const emails = await findKeys(client, unmet.flatMap(({ email }): Key[] => (email === undefined ? [] : [{ type: 'EMAIL', value: email }])), names);
	return queries.map(({ email }, index) => {
		const found = byPhone[index] ?? ok<Contact[]>([]);
		return email !== undefined && isNobody(found) ? (emails.get(email) ?? found) : found;
	});
}

const isNobody = (outcome: Outcome<Contact[]> | undefined): boolean => outcome?.outcome === 'ok' && outcome.value.length === 0;

/** What was found for each key, checked. */
async function findKeys(client: Bitrix24Client, keys: readonly Key[], names: FieldNames<ContactFieldName>): Promise<Map<string, Outcome<Contact[]>>> {
	const unique = [...new Map(keys.map((key) => [key.value, key])).values()];
	const found = await search(client, packed(unique));
	const ids = [...new Set([...found.values()].flatMap((outcome) => (outcome.outcome === 'ok' ? outcome.value : [])))];
	const read = await readItems(client, 'contact', ids, contactSchema);
	return new Map(
		unique.map(({ type, value }): [string, Outcome<Contact[]>] => {
			const hits = found.get(value);
			if (hits === undefined || hits.outcome !== 'ok') return [value, hits ?? ok([])];
			const cards: ContactItem[] = [];
			for (const id of hits.value) {
				const card = read.get(id);
				if (card !== undefined && card.outcome !== 'ok') return [value, card];
				// Nothing to read: the webhook's owner may not see it (bitrix24.md §5), so nobody is there for us.
				if (card?.value !== undefined) cards.push(card.value);
			}
			const contacts = cards
				.map((card) => contactOf(card, names))
				.filter((contact) => (type === 'PHONE' ? hasPhone(contact, value) : hasEmail(contact, value)))
				.sort((a, b) => a.createdAt - b.createdAt || Number(a.id) - Number(b.id));
			return [value, ok(contacts)];
		}),
	);
}

/** As many whole keys as fit into twenty values. */
function packed(keys: readonly Key[]): Search[] {
	const searches: Search[] = [];
	for (const key of keys) {
		const values = key.type === 'PHONE' ? phoneVariants(key.value) : [key.value];
		const last = searches.at(-1);
		if (last !== undefined && last.values.length + values.length <= valuesPerSearch) {
			last.keys.push(key);
			last.values.push(...values);
		} else searches.push({ keys: [key], values: [...values] });
	}
	return searches;
}

/** Ids of candidates by key: those of a search belong to all its keys until they are checked. */
async function search(client: Bitrix24Client, searches: readonly Search[]): Promise<Map<string, Outcome<number[]>>> {
	const outcomes = await client.run(searches.map(command), 'read', duplicatesSchema);
	const found = new Map<string, Outcome<number[]>>();
	const crowded: Search[] = [];
	for (const [index, { keys }] of searches.entries()) {
		const outcome = outcomes[index] ?? ok<number[]>([]);
		if (keys.length > 1 && outcome.outcome === 'ok' && outcome.value.length >= suspiciouslyMany) {
			crowded.push(...keys.flatMap((key) => packed([key])));
		} else for (const { value } of keys) found.set(value, outcome);
	}
	if (crowded.length > 0) for (const [value, outcome] of await search(client, crowded)) found.set(value, outcome);
	return found;
}

/** Without the entity's type, many leads would hide the contacts (bitrix24.md §5). */
const command = ({ keys, values }: Search): Command => ({
	method: 'crm.duplicate.findbycomm',
	params: { type: keys[0]?.type, values, entity_type: 'CONTACT' },
});
