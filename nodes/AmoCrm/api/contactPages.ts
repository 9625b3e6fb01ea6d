import { z } from 'zod/v4';
import { ServiceFailure } from '../../../transport/errors';
import { pageLimit, type AmoCrmClient, type Query } from './client';
import type { ContactCard } from './schema';

/** How far a list by ascending id was read. */
const positionSchema = z.object({
	lastId: z.number().int(),
	/** Elements of the list up to there, when it was read: a deletion among them moves the rest to the left. */
	read: z.number().int().nonnegative(),
});
export type Position = z.infer<typeof positionSchema>;

const beginning: Position = { lastId: 0, read: 0 };

/** A cursor of another version is a reading from the beginning: nothing is lost by reading too much. */
export function readPosition(cursor: string | undefined): Position {
	if (cursor === undefined) return beginning;
	try {
		return positionSchema.safeParse(JSON.parse(cursor)).data ?? beginning;
	} catch {
		return beginning;
	}
}

/**
 * Contacts by ascending id, each once. amoCRM has pages and no range of ids (amocrm.md §2, §3), and a contact that is deleted moves
 * all that come after it: each page is asked for with a little of the one before it, and where the two do not meet, the reading steps back.
 */
export async function* contactPages(client: AmoCrmClient, filter: Query, from = beginning): AsyncGenerator<{ cards: ContactCard[]; position: Position }, void> {
	let { lastId, read } = from;
	for (;;) {
		const { page, limit } = windowAt(read);
		const cards = await client.contactPage([...filter, ['order[id]', 'asc'], ['page', String(page)], ['limit', String(limit)]]);
		const [first] = cards;
		if (page > 1 && (first === undefined || first.id > lastId)) {
			read = Math.max(0, read - pageLimit);
			continue;
		}
		read = (page - 1) * limit + cards.length;
		const fresh = cards.filter(({ id }) => id > lastId);
		lastId = fresh.reduce((last, { id }) => Math.max(last, id), lastId);
		if (fresh.length > 0) yield { cards: fresh, position: { lastId, read } };
		if (cards.length < limit) return;
	}
}

const shortestPage = pageLimit - 50;

/** The page that begins at least one element before the end of what was read, and reaches furthest behind it. */
function windowAt(read: number): { page: number; limit: number } {
	let best = { page: 1, limit: pageLimit };
	if (read === 0) return best;
	let reaches = 0;
	for (let limit = pageLimit; limit >= shortestPage; limit--) {
		const page = Math.floor((read - 1) / limit) + 1;
		if (page * limit <= reaches) continue;
		best = { page, limit };
		reaches = page * limit;
	}
	return best;
}

/**
 * Contacts that changed at or after the time, by ascending id: whoever changes while they are read does not push others out of the page.
 * @param from unix seconds
 * @throws ServiceFailure when the account ignores the filter: each look would read all of its contacts
 */
export async function* changedSince(client: AmoCrmClient, from: number): AsyncGenerator<ContactCard[], void> {
	for await (const { cards } of contactPages(client, [['filter[updated_at][from]', String(from)]])) {
		if (cards.some(({ updated_at }) => updated_at < from)) throw ignoredFilter();
		yield cards;
	}
}

const ignoredFilter = (): ServiceFailure =>
	new ServiceFailure({
		api: 'amoCRM',
		kind: 'bad_answer',
		message: 'amoCRM does not filter contacts by the time of their last change in this account, so the contact index cannot be kept up to date',
		advice: 'Leave "Fill Contact Index" off: buyers are searched for one by one then. amoCRM\'s support can switch filters on for an account.',
	});
