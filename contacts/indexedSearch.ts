import { emailsIn } from '../core/contact/email';
import { samePhone } from '../core/contact/phone';
import { ok, rejected, type Contact, type ContactQuery, type Outcome } from '../core/ports';
import type { ContactKey } from '../journal/journal';
import type { ContactSearch } from './search';
import { keysOf, refreshIndex, type IndexContext } from './warmIndex';

/** What the index says of one key, checked in the CRM. */
interface Answer {
	found: Outcome<Contact[]>;
	/** The index named a contact that is gone or has lost the key: what became of it, only the CRM knows. */
	isDoubtful: boolean;
}

/**
 * A search that asks the index of the CRM account instead of the CRM: one read of the contacts changed since the last look, one of
 * those that the index names, and none for a key that it does not know, since then nobody has it. Where the index is not complete
 * the CRM is searched. Where the CRM's own search takes many keys a call, it is asked to confirm that there is nobody.
 */
export function indexedSearch(context: IndexContext): ContactSearch {
	const { crm } = context;
	return async (queries) => {
		if (!queries.some((query) => keysAsked(query).length > 0)) return queries.map(() => ok<Contact[]>([]));
		if (!(await refreshIndex(context))) return await crm.findContacts(queries);
		const answers = await ask(context, queries);
		const outcomes = queries.map((query) => answerOf(query, answers));
		const nobody = queries.flatMap((query, index) => (isNobody(outcomes[index]) && keysAsked(query).length > 0 ? [{ query, index }] : []));
		const confirmsCheaply = crm.keysPerSearchCall > 1 && nobody.length <= crm.keysPerSearchCall;
		const unsure = nobody.filter(({ query }) => confirmsCheaply || keysAsked(query).some((key) => answers.get(keyText(key))?.isDoubtful));
		const searched = unsure.length > 0 ? await crm.findContacts(unsure.map(({ query }) => query)) : [];
		for (const [position, { index }] of unsure.entries()) outcomes[index] = searched[position] ?? rejected('the CRM gave no answer to the search', false);
		return outcomes;
	};
}

const keyText = ({ kind, value }: ContactKey): string => `${kind} ${value}`;

const keysAsked = ({ phone, email }: ContactQuery): ContactKey[] => [
	...(phone === undefined ? [] : [{ kind: 'phone', value: phone } as const]),
	...(email === undefined ? [] : [{ kind: 'email', value: email } as const]),
];

/** The phone's contacts, or else the e-mail's. */
function answerOf(query: ContactQuery, answers: ReadonlyMap<string, Answer>): Outcome<Contact[]> {
	for (const key of keysAsked(query)) {
		const found = answers.get(keyText(key))?.found;
		if (found !== undefined && !isNobody(found)) return found;
	}
	return ok([]);
}

const isNobody = (found: Outcome<Contact[]> | undefined): boolean => found?.outcome === 'ok' && found.value.length === 0;

/** Looks every key up and reads, in one go, all contacts that the index names. */
async function ask({ journal, crm, region }: IndexContext, queries: readonly ContactQuery[]): Promise<Map<string, Answer>> {
	const keys = [...new Map(queries.flatMap(keysAsked).map((key) => [keyText(key), key])).values()];
	const named = await journal.contactIndex.find(crm.account, keys);
	const ids = [...new Set(named.flat())];
	const read = await crm.readContacts(ids);
	const cards = new Map(ids.map((id, index) => [id, read[index] ?? rejected<Contact | undefined>('the CRM gave no answer', false)]));

	const answers = new Map<string, Answer>();
	const outdated = new Set<string>();
	for (const [index, key] of keys.entries()) {
		const hits: Contact[] = [];
		let failure: Outcome<Contact[]> | undefined;
		let isDoubtful = false;
		for (const id of named[index] ?? []) {
			const card = cards.get(id);
			if (card === undefined) continue;
			if (card.outcome !== 'ok') failure = card;
			else if (card.value !== undefined && has(card.value, key, region)) hits.push(card.value);
			else {
				isDoubtful = true;
				outdated.add(id);
			}
		}
		answers.set(keyText(key), { found: failure ?? ok(hits.sort(oldestFirst)), isDoubtful });
	}
	await journal.contactIndex.replace(
		crm.account,
		[...outdated].map((id) => {
			const card = cards.get(id);
			return { id, keys: card?.outcome === 'ok' && card.value !== undefined ? keysOf(card.value, region) : [] };
		}),
	);
	return answers;
}

const has = ({ phones, emails }: Contact, { kind, value }: ContactKey, region: IndexContext['region']): boolean =>
	kind === 'phone'
		? phones.some((stored) => samePhone(stored, value, region))
		: emails.some((stored) => emailsIn(stored).includes(value));

const oldestFirst = (a: Contact, b: Contact): number => a.createdAt - b.createdAt || a.id.localeCompare(b.id, 'en', { numeric: true });
