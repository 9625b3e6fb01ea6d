import type { Order } from '../../../core/order/order';
import { ServiceFailure } from '../../../transport/errors';
import type { ClaimBook } from './returns';
import type { OzonClient } from './client';
import { familyOf, hasFamily, isSuperseded } from '../model/postingSplit';
import { orderFromOzon, unreadableOrder } from '../model/order';
import { manyPostings, onePostingOf, postingsOfOrders } from './postingLists';
import type { Listed, OzonPosting } from './schema';

/** From so many postings on lists are cheaper than single reads. */
const fewPostings = 3;

/** Turns postings into orders: with what the three lists say about them, and split ones under the right key. */
export class OrderReader {
	constructor(
		private readonly client: OzonClient,
		private readonly shop: string,
		private readonly book: ClaimBook,
		private readonly now: () => number,
	) {}

	/**
	 * Orders of a page; a posting that was split away is followed by its heir. An order may come twice.
	 * `held`: numbers of postings whose order cannot be told yet, because they are being split off at this moment.
	 * @param settled numbers that have been held for so long that they are taken as they are
	 */
	async ordersOf(listed: readonly Listed[], settled: ReadonlySet<string> = new Set()): Promise<{ orders: Order[]; held: string[] }> {
		const postings = listed.flatMap(postingIn);
		const broken = listed.flatMap((each) => ('unreadable' in each ? [unreadableOrder(each.unreadable, this.shop)] : []));
		const family = familyOf(await this.withRelatives(postings));
		const living = new Map<string, OzonPosting>();
		const held: string[] = [];
		for (const posting of postings) {
			const heir = family.heirOf(posting);
			const isSettled = settled.has(posting.number) || !family.isUnsettled(posting);
			if (heir !== undefined && isSettled) living.set(heir.number, heir);
			else held.push(posting.number);
		}
		const claimsOf = await this.book.of([...living.values()]);
		const orders = [...living.values()].map((posting) => orderFromOzon(posting, this.shop, claimsOf(posting), family.keyOf(posting)));
		return { orders: [...orders, ...broken], held };
	}

	/** The orders under these key ids (posting numbers), by id; what is not there is absent, what cannot be told yet a failure. */
	async byIds(ids: readonly string[]): Promise<Map<string, Order | ServiceFailure>> {
		const isMany = ids.length >= fewPostings;
		const found = isMany ? await manyPostings(this.client, ids, this.now()) : await this.oneByOne(ids);
		const postings = ids.flatMap((id) => postingIn(found.get(id)));
		const family = familyOf(await this.withRelatives(postings, isMany ? [...found.values()].flatMap(postingIn) : undefined));
		const heirs = new Map(postings.map((posting) => [posting.number, family.heirOf(posting)]));
		const claimsOf = await this.book.of([...heirs.values()].filter((heir) => heir !== undefined));

		const orders = new Map<string, Order | ServiceFailure>();
		for (const id of ids) {
			const each = found.get(id);
			if (each === undefined) continue;
			const heir = heirs.get(id);
			if ('unreadable' in each) orders.set(id, unreadableOrder(each.unreadable, this.shop));
			else orders.set(id, heir === undefined ? stillSplitting(id) : orderFromOzon(heir, this.shop, claimsOf(heir), id));
		}
		return orders;
	}

	/** The order that goes under this posting's number. */
	async byNumber(number: string): Promise<Order | undefined> {
		const posting = await onePostingOf(this.client, number, this.now());
		if (posting === undefined) return undefined;
		const { orders } = await this.ordersOf([{ posting }]);
		if (orders.length === 0) throw stillSplitting(number);
		return orders[0];
	}

	private async oneByOne(ids: readonly string[]): Promise<Map<string, Listed>> {
		const found = new Map<string, Listed>();
		for (const id of ids) {
			const posting = await onePostingOf(this.client, id, this.now());
			if (posting !== undefined) found.set(id, { posting });
		}
		return found;
	}

	/**
	 * The postings with all others of their orders, where that matters: only split ones have relatives.
	 * @param relatives when they are known already
	 */
	private async withRelatives(postings: readonly OzonPosting[], relatives?: readonly OzonPosting[]): Promise<OzonPosting[]> {
		const split = postings.filter(hasFamily);
		if (split.length === 0) return [...postings];
		const orderNumbers = split.map(({ orderNumber }) => orderNumber);
		const others = relatives ?? (await postingsOfOrders(this.client, orderNumbers, this.now())).flatMap(postingIn);
		const byNumber = new Map(others.map((posting) => [posting.number, posting]));
		for (const posting of postings) {
			// What was read alone is fresher, but nothing is younger than having been split away.
			const other = byNumber.get(posting.number);
			if (other === undefined || !isSuperseded(other)) byNumber.set(posting.number, posting);
		}
		return [...byNumber.values()];
	}
}

const postingIn = (listed: Listed | undefined): OzonPosting[] =>
	listed !== undefined && 'posting' in listed ? [listed.posting] : [];

const stillSplitting = (number: string): ServiceFailure =>
	new ServiceFailure({
		api: 'Ozon',
		kind: 'unavailable',
		message: `Ozon is splitting posting ${number} and does not show the new postings yet`,
		advice: 'Nothing to do: it is read again in a moment.',
	});
