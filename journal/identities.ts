import type { Kysely, Transaction } from 'kysely';
import { chunks } from './chunks';
import type { Claim, Identity } from './journal';
import { isGone } from './owner';
import type { IdentityClaimRow, IdentityRow, JournalTables } from './tables';

type Reading = Kysely<JournalTables>;
type Writing = Transaction<JournalTables>;

/** Whose contact a phone, an e-mail or a customer is: the place where two executions agree on who creates it. */
export class IdentityStore {
	constructor(private readonly db: Kysely<JournalTables>) {}

	async claim(identities: readonly Identity[], owner: string, leaseMs: number, now: number): Promise<Claim[]> {
		return this.db.transaction().execute(async (trx) => {
			const claims: Claim[] = [];
			for (const identity of identities) claims.push(await claimOne(trx, identity, owner, now + leaseMs, now));
			return claims;
		});
	}

	async find(identities: readonly Identity[]): Promise<(string | undefined)[]> {
		const contacts: (string | undefined)[] = [];
		for (const identity of identities) contacts.push(knownOf(identity, await holdersOf(this.db, identity)));
		return contacts;
	}

	async assign(identities: readonly Identity[], contactId: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const identity of identities) {
				await tie(trx, identity, contactId);
				await matching(trx.deleteFrom('identity_claims'), identity).execute();
			}
		});
	}

	async remember(identities: readonly Identity[], contactId: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const identity of identities) await tie(trx, identity, contactId);
		});
	}

	async names(account: string, contactIds: readonly string[]): Promise<Map<string, string[]>> {
		const names = new Map<string, string[]>();
		for (const ids of chunks(contactIds)) {
			const rows = await this.db
				.selectFrom('identities')
				.select(['contact_id', 'name'])
				.distinct()
				.where('account', '=', account)
				.where('contact_id', 'in', ids)
				.where('name', '<>', '')
				.execute();
			for (const { contact_id, name } of rows) names.set(contact_id, [...(names.get(contact_id) ?? []), name]);
		}
		return names;
	}

	async release(identities: readonly Identity[], owner: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const identity of identities) {
				const row = await claimOf(trx, identity);
				if (row === undefined || row.claimed_by !== owner) continue;
				if (row.abandoned_since === null) {
					await matching(trx.deleteFrom('identity_claims'), identity).execute();
				} else {
					// Somebody before us may have created a contact, and nobody has tied it to this identity yet: the next one must know.
					await matching(trx.updateTable('identity_claims').set({ claimed_by: null, claimed_at: null, claimed_until: null }), identity).execute();
				}
			}
		});
	}

	async forgetContact(account: string, contactId: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			await trx.deleteFrom('identities').where('account', '=', account).where('contact_id', '=', contactId).execute();
		});
	}
}

async function claimOne(trx: Writing, identity: Identity, owner: string, until: number, now: number): Promise<Claim> {
	const holders = await holdersOf(trx, identity);
	const contactId = knownOf(identity, holders);
	if (contactId !== undefined) return { state: 'known', contactId };
	const contacts = [...new Set(holders.map(({ contact_id }) => contact_id))];
	const others = contacts.length > 0 ? { others: contacts } : {};

	const row = await claimOf(trx, identity);
	if (row === undefined) {
		const { account, kind, value } = identity;
		await trx
			.insertInto('identity_claims')
			.values({ account, kind, value, claimed_by: owner, claimed_at: now, claimed_until: until, abandoned_since: null })
			.execute();
		return { state: 'claimed', ...others };
	}
	const isOurs = row.claimed_by === owner;
	const isHeld = row.claimed_by !== null && (row.claimed_until ?? 0) > now && !isGone(row.claimed_by);
	if (isHeld && !isOurs) return { state: 'busy', until: row.claimed_until ?? now };

	const abandonedSince = row.abandoned_since ?? (isOurs ? null : row.claimed_at);
	await matching(
		trx.updateTable('identity_claims').set({
			claimed_by: owner,
			claimed_at: isOurs ? row.claimed_at : now,
			claimed_until: until,
			abandoned_since: abandonedSince,
		}),
		identity,
	).execute();
	return { state: 'claimed', ...(abandonedSince === null ? {} : { abandonedSince }), ...others };
}

async function tie(trx: Writing, { account, kind, value, name = '' }: Identity, contactId: string): Promise<void> {
	await trx
		.insertInto('identities')
		.values({ account, kind, value, name, contact_id: contactId })
		.onConflict((conflict) => conflict.columns(['value', 'account', 'kind', 'name']).doUpdateSet({ contact_id: contactId }))
		.execute();
}

/** Who has the key under exactly this name; without a name the one who has it, if it is one. */
function knownOf({ name = '' }: Identity, holders: readonly IdentityRow[]): string | undefined {
	const same = holders.find((holder) => holder.name === name);
	if (same !== undefined) return same.contact_id;
	const [first, ...more] = holders;
	return name === '' && more.every(({ contact_id }) => contact_id === first?.contact_id) ? first?.contact_id : undefined;
}

const holdersOf = (db: Reading, identity: Identity): Promise<IdentityRow[]> => matching(db.selectFrom('identities').selectAll(), identity).execute();

const claimOf = (db: Reading, identity: Identity): Promise<IdentityClaimRow | undefined> =>
	matching(db.selectFrom('identity_claims').selectAll(), identity).executeTakeFirst();

interface Filterable<Query> {
	where(column: 'account' | 'kind' | 'value', operator: '=', value: string): Query;
}

const matching = <Query extends Filterable<Query>>(query: Query, { account, kind, value }: Identity): Query =>
	query.where('account', '=', account).where('kind', '=', kind).where('value', '=', value);
