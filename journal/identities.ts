import type { Kysely, Transaction } from 'kysely';
import type { Claim, Identity } from './journal';
import { isGone } from './owner';
import type { IdentityRow, JournalTables } from './tables';

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
		for (const identity of identities) contacts.push((await rowOf(this.db, identity))?.contact_id ?? undefined);
		return contacts;
	}

	async assign(identities: readonly Identity[], contactId: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const { account, kind, value } of identities) {
				const row: IdentityRow = { account, kind, value, contact_id: contactId, ...unclaimed };
				await trx
					.insertInto('identities')
					.values(row)
					.onConflict((conflict) =>
						conflict.columns(['account', 'kind', 'value']).doUpdateSet({ contact_id: contactId, ...unclaimed }),
					)
					.execute();
			}
		});
	}

	async release(identities: readonly Identity[], owner: string): Promise<void> {
		await this.db.transaction().execute(async (trx) => {
			for (const identity of identities) {
				const row = await rowOf(trx, identity);
				if (row === undefined || row.claimed_by !== owner || row.contact_id !== null) continue;
				if (row.abandoned_since === null) {
					await matching(trx.deleteFrom('identities'), identity).execute();
				} else {
					// Somebody before us may have created a contact, and nobody has tied it to this identity yet: the next one must know.
					await matching(trx.updateTable('identities').set({ claimed_by: null, claimed_at: null, claimed_until: null }), identity).execute();
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

const unclaimed = { claimed_by: null, claimed_at: null, claimed_until: null, abandoned_since: null };

async function claimOne(trx: Writing, identity: Identity, owner: string, until: number, now: number): Promise<Claim> {
	const row = await rowOf(trx, identity);
	if (row === undefined) {
		const { account, kind, value } = identity;
		await trx
			.insertInto('identities')
			.values({ account, kind, value, contact_id: null, claimed_by: owner, claimed_at: now, claimed_until: until, abandoned_since: null })
			.execute();
		return { state: 'claimed' };
	}
	if (row.contact_id !== null) return { state: 'known', contactId: row.contact_id };

	const isOurs = row.claimed_by === owner;
	const isHeld = row.claimed_by !== null && (row.claimed_until ?? 0) > now && !isGone(row.claimed_by);
	if (isHeld && !isOurs) return { state: 'busy', until: row.claimed_until ?? now };

	const abandonedSince = row.abandoned_since ?? (isOurs ? null : row.claimed_at);
	await matching(
		trx.updateTable('identities').set({
			claimed_by: owner,
			claimed_at: isOurs ? row.claimed_at : now,
			claimed_until: until,
			abandoned_since: abandonedSince,
		}),
		identity,
	).execute();
	return abandonedSince === null ? { state: 'claimed' } : { state: 'claimed', abandonedSince };
}

const rowOf = async (db: Reading, identity: Identity): Promise<IdentityRow | undefined> =>
	matching(db.selectFrom('identities').selectAll(), identity).executeTakeFirst();

interface Filterable<Query> {
	where(column: 'account' | 'kind' | 'value', operator: '=', value: string): Query;
}

const matching = <Query extends Filterable<Query>>(query: Query, { account, kind, value }: Identity): Query =>
	query.where('account', '=', account).where('kind', '=', kind).where('value', '=', value);
