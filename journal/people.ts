import type { Kysely, Transaction } from 'kysely';
import { chunks } from './chunks';
import type { ContactKey, ForgetRequest, Forgetting } from './journal';
import { forgetMerges, mergesOf } from './forgetMerges';
import { isGone } from './owner';
import { People } from './peopleSet';
import type { IdentityClaimRow, JournalTables } from './tables';

type Reading = Kysely<JournalTables>;
type Writing = Transaction<JournalTables>;

/** A key of an account. */
interface Held {
	account: string;
	kind: string;
	value: string;
}

/** What is known of people, across the tables: to be forgotten when somebody asks for it. */
export class PeopleStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async accounts(): Promise<string[]> {
		const { db } = this;
		const tables = ['identities', 'identity_claims', 'contact_index_state', 'merges', 'merged_contacts'] as const;
		const named = await Promise.all(tables.map((table) => db.selectFrom(table).select('account').distinct().execute()));
		const pairs = await db.selectFrom('links').select('pair').distinct().execute();
		return [...new Set([...named.flat().map(({ account }) => account), ...pairs.flatMap(({ pair }) => accountOf(pair) ?? [])])].sort();
	}

	async forget(request: ForgetRequest): Promise<Forgetting> {
		return this.db.transaction().execute((trx) => forget(trx, request));
	}
}

/** `kaspi:30000001|amocrm:shop.amocrm.ru` → `shop.amocrm.ru` */
const accountOf = (pair: string): string | undefined => /\|[^:|]*:(.+)$/.exec(pair)?.[1];

async function forget(trx: Writing, request: ForgetRequest): Promise<Forgetting> {
	const { everything } = request;
	const byKeys = 'keys' in request;
	const found = byKeys ? await mergesOf(trx, request.account, request.cardsWithKey) : { merges: [], contacts: [] };
	const named = byKeys
		? [...(await holdersOf(trx, request.keys, request.account)), ...found.contacts]
		: request.contactIds.map((id) => ({ account: request.account, id }));

	const people = await People.of(trx, named);
	const several = byKeys && everything ? people.several() : undefined;
	if (several !== undefined) return { kind: 'several', ...several };

	const asked = byKeys ? await rowsOf(trx, request.keys, request.account) : [];
	const contacts: People['byAccount'] = byKeys && !everything ? new Map() : people.byAccount;
	const own = contacts.size === 0 ? [] : await people.each((account, ids) => keysOfContacts(trx, account, ids));
	const claims = await claimsOf(trx, [...asked, ...own]);
	// Who holds a claim is about to write down what would be deleted now, and afterwards nobody could name the key any more.
	if (claims.some(({ claimed_by: by, claimed_until: until }) => by !== null && (until ?? 0) > request.now && !isGone(by))) return { kind: 'busy' };
	return {
		kind: 'forgotten',
		contacts: people.size,
		identities: await forgetRows(trx, 'identities', asked, contacts),
		contactIndex: await forgetRows(trx, 'contact_index', asked, contacts),
		claims: await forgetClaims(trx, claims),
		seenBuyers: await forgetSeen(trx, [...(byKeys ? request.keys : []), ...own]),
		...(await forgetMerges(trx, found.merges, everything ? contacts : new Map(), request)),
		proofs: everything ? await forgetProofs(trx, people) : 0,
	};
}

async function forgetRows(trx: Writing, table: 'identities' | 'contact_index', keys: readonly Held[], contacts: People['byAccount']): Promise<number> {
	let gone = 0;
	for (const { account, kind, value } of keys) {
		const deleted = await trx.deleteFrom(table).where('value', '=', value).where('account', '=', account).where('kind', '=', kind).executeTakeFirstOrThrow();
		gone += Number(deleted.numDeletedRows);
	}
	for (const [account, ids] of contacts) {
		for (const some of chunks([...ids])) {
			const deleted = await trx.deleteFrom(table).where('account', '=', account).where('contact_id', 'in', some).executeTakeFirstOrThrow();
			gone += Number(deleted.numDeletedRows);
		}
	}
	return gone;
}

/** Contacts that the keys lead to. */
async function holdersOf(trx: Reading, keys: readonly ContactKey[], account: string | undefined): Promise<{ account: string; id: string }[]> {
	const holders: { account: string; id: string }[] = [];
	for (const table of ['identities', 'contact_index'] as const) {
		for (const { kind, value } of keys) {
			const rows = await trx
				.selectFrom(table)
				.select(['account', 'contact_id'])
				.where('value', '=', value)
				.where('kind', '=', kind)
				.$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
				.execute();
			holders.push(...rows.map((row) => ({ account: row.account, id: row.contact_id })));
		}
	}
	return holders;
}

/** The keys in every account that has them, claims included. */
async function rowsOf(trx: Reading, keys: readonly ContactKey[], account: string | undefined): Promise<Held[]> {
	const found = new Map<string, Held>();
	for (const table of ['identities', 'contact_index', 'identity_claims'] as const) {
		for (const { kind, value } of keys) {
			const rows = await trx
				.selectFrom(table)
				.select(['account', 'kind', 'value'])
				.distinct()
				.where('value', '=', value)
				.where('kind', '=', kind)
				.$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
				.execute();
			for (const row of rows) found.set(`${row.account} ${row.kind} ${row.value}`, row);
		}
	}
	return [...found.values()];
}

async function keysOfContacts(trx: Reading, account: string, ids: readonly string[]): Promise<Held[]> {
	const found: Held[] = [];
	for (const table of ['identities', 'contact_index'] as const) {
		for (const some of chunks(ids)) {
			const rows = await trx.selectFrom(table).select(['account', 'kind', 'value']).where('account', '=', account).where('contact_id', 'in', some).execute();
			found.push(...rows);
		}
	}
	return found;
}

async function claimsOf(trx: Reading, keys: readonly Held[]): Promise<IdentityClaimRow[]> {
	const once = new Map(keys.map((key) => [`${key.account} ${key.kind} ${key.value}`, key]));
	const claims: IdentityClaimRow[] = [];
	for (const { account, kind, value } of once.values()) {
		claims.push(...(await trx.selectFrom('identity_claims').selectAll().where('value', '=', value).where('account', '=', account).where('kind', '=', kind).execute()));
	}
	return claims;
}

/** After the rows: a claim of a key that is another contact's too may be about that one, so it stays. */
async function forgetClaims(trx: Writing, claims: readonly IdentityClaimRow[]): Promise<number> {
	let gone = 0;
	for (const { account, kind, value } of claims) {
		if (await isSomebodys(trx, { account, kind, value })) continue;
		await trx.deleteFrom('identity_claims').where('value', '=', value).where('account', '=', account).where('kind', '=', kind).execute();
		gone++;
	}
	return gone;
}

async function isSomebodys(trx: Reading, { account, kind, value }: Held): Promise<boolean> {
	for (const table of ['identities', 'contact_index'] as const) {
		const row = await trx.selectFrom(table).select('value').where('value', '=', value).where('account', '=', account).where('kind', '=', kind).executeTakeFirst();
		if (row !== undefined) return true;
	}
	return false;
}

/** What an order has shown of somebody whose contact was not settled. */
async function forgetSeen(trx: Writing, keys: readonly { kind: string; value: string }[]): Promise<number> {
	let gone = 0;
	for (const kind of ['phone', 'email', 'customer'] as const) {
		for (const some of chunks([...new Set(keys.flatMap((key) => (key.kind === kind ? [key.value] : [])))])) {
			gone += Number((await trx.deleteFrom('seen_buyers').where(kind, 'in', some).executeTakeFirstOrThrow()).numDeletedRows);
		}
	}
	return gone;
}

/** Proofs of the people's orders; what another order with the same number has is not told apart, so it stays. */
async function forgetProofs(trx: Writing, people: People): Promise<number> {
	const orders = await people.each(async (account, ids) => {
		const found: { number: string; order_key: string }[] = [];
		for (const some of chunks(ids)) {
			const rows = await trx.selectFrom('links').select(['pair', 'number', 'order_key']).where('contact_id', 'in', some).execute();
			found.push(...rows.filter(({ pair }) => accountOf(pair) === account));
		}
		return found;
	});
	const theirs = new Set(orders.map(({ order_key }) => order_key));
	let gone = 0;
	for (const numbers of chunks([...new Set(orders.map(({ number }) => number))])) {
		const same = await trx.selectFrom('links').select(['number', 'order_key']).where('number', 'in', numbers).execute();
		const shared = new Set(same.flatMap(({ number, order_key }) => (theirs.has(order_key) ? [] : [number])));
		const own = numbers.filter((number) => !shared.has(number));
		if (own.length === 0) continue;
		gone += Number((await trx.deleteFrom('proofs').where('number', 'in', own).executeTakeFirstOrThrow()).numDeletedRows);
	}
	return gone;
}
