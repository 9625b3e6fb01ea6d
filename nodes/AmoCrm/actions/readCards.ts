import { ok, rejected, type Outcome } from '../../../core/ports';
import { outcomeOf } from '../../../transport/outcome';
import { idsPerRead } from '../api/client';

export { take, wantedCount } from '../../shared/paging';

/** Cards by id, many in one call; an id that is not in amoCRM is refused for its own item only. */
export async function readCards<Card extends { is_deleted: boolean }>(
	ids: readonly number[],
	noun: string,
	read: (ids: readonly number[]) => Promise<Map<number, Card>>,
): Promise<Outcome<Card>[]> {
	const outcomes: Outcome<Card>[] = [];
	for (let from = 0; from < ids.length; from += idsPerRead) {
		const chunk = ids.slice(from, from + idsPerRead);
		const cards = await outcomeOf(() => read([...new Set(chunk)]));
		for (const id of chunk) outcomes.push(cards.outcome === 'ok' ? cardOf(cards.value.get(id), noun, id) : cards);
	}
	return outcomes;
}

const cardOf = <Card extends { is_deleted: boolean }>(card: Card | undefined, noun: string, id: number): Outcome<Card> =>
	card === undefined || card.is_deleted
		? rejected(`amoCRM has no ${noun} ${id}: it was deleted, or belongs to another account`, true)
		: ok(card);

export const mapOk = <A, B>(outcome: Outcome<A>, change: (value: A) => B): Outcome<B> =>
	outcome.outcome === 'ok' ? ok(change(outcome.value)) : outcome;

/** The size of the page that is enough for what is wanted. */
export const pageSizeFor = (count: number | undefined, longest: number): readonly [string, string] => [
	'limit',
	String(count === undefined ? longest : Math.min(count, longest)),
];
