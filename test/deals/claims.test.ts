import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok, unknown, type Outcome } from '../../core/ports';
import type { Journal } from '../../journal/journal';
import { openJournal } from '../../journal/open';
import { createOrUpdateDeals, type DealWriter } from '../../nodes/shared/deal/createOrUpdate';

const account = 'crm.example';
let journal: Journal;
let now: number;
beforeEach(async () => {
	now = Date.UTC(2026, 10, 20);
	journal = await openJournal({ file: join(mkdtempSync(join(tmpdir(), 'claims-')), 'journal.sqlite'), now: () => now });
});
afterEach(() => journal.close());

describe('A claim of a key', () => {
	const take = (owner: string, ...keys: string[]) => journal.claims.take(account, keys, owner, 60_000, now);

	it('is one owner\'s, and free for another one when it was ended, given back or has run out', async () => {
		expect(await take('a', 'k', 'l', 'm')).toEqual([{ state: 'claimed' }, { state: 'claimed' }, { state: 'claimed' }]);
		expect(await take('b', 'k')).toEqual([{ state: 'busy', until: now + 60_000 }]);
		expect(await journal.claims.take('another account', ['k'], 'b', 60_000, now)).toEqual([{ state: 'claimed' }]);
		await journal.claims.end(account, ['k']);
		await journal.claims.release(account, ['l'], 'a');
		expect(await take('b', 'k', 'l', 'm')).toMatchObject([{ state: 'claimed' }, { state: 'claimed' }, { state: 'busy' }]);
		now += 60_000;
		expect(await take('b', 'm')).toEqual([{ state: 'claimed' }]);
		expect(await journal.claims.sending(account, ['m', 'k'], 'a', 60_000, now)).toEqual([false, false]);
	});

	it('says since when something may have been created that nobody has seen, until somebody has', async () => {
		await take('a', 'k');
		const sentAt = now;
		expect(await journal.claims.sending(account, ['k'], 'a', 60_000, now)).toEqual([true]);
		now += 60_000;
		expect(await take('b', 'k')).toEqual([{ state: 'claimed', abandonedSince: sentAt }]);
		await journal.claims.release(account, ['k'], 'b');
		expect(await take('c', 'k')).toEqual([{ state: 'claimed', abandonedSince: sentAt }]);
		await journal.claims.end(account, ['k']);
		expect(await take('d', 'k')).toEqual([{ state: 'claimed' }]);
	});

	it('tells the next one to look for what was made a moment ago, also after somebody who only looked', async () => {
		await take('a', 'k');
		await journal.claims.made(account, ['k'], now);
		const madeAt = now;
		now += 1_000;
		expect(await take('b', 'k')).toEqual([{ state: 'claimed', abandonedSince: madeAt }]);
		await journal.claims.release(account, ['k'], 'b');
		expect(await take('c', 'k')).toEqual([{ state: 'claimed', abandonedSince: madeAt }]);
	});

	it('may be taken for sending at once, unless somebody may have made it before', async () => {
		const takeToSend = (owner: string, key: string) => journal.claims.take(account, [key], owner, 60_000, now, true);
		const sentAt = now;
		expect(await takeToSend('a', 'k')).toEqual([{ state: 'claimed' }]);
		now += 60_000;
		expect(await takeToSend('b', 'k')).toEqual([{ state: 'claimed', abandonedSince: sentAt }]);
		// b has sent nothing and died: what a may have made is still what counts.
		now += 60_000;
		expect(await take('c', 'k')).toEqual([{ state: 'claimed', abandonedSince: sentAt }]);
	});
});

describe('Create or Update after somebody died', () => {
	/** A CRM in which what was sent before a crash may show later. */
	class Crm implements DealWriter<string> {
		readonly account = account;
		readonly deals: { id: number; key: string; showsAt: number }[] = [];
		creates = 0;
		answers: Outcome<number>[] = [];
		keyOf = (key: string) => key;
		find = async (keys: readonly string[]) => keys.map((key) => ok(this.deals.find((deal) => deal.key === key && deal.showsAt <= now)?.id));
		update = async (changes: readonly { id: number }[]) => changes.map(({ id }) => ok(id));
		create = async (keys: readonly string[]) =>
			keys.map((key) => {
				this.creates += 1;
				const answer = this.answers.shift();
				if (answer !== undefined) return answer;
				const id = this.deals.length + 1;
				this.deals.push({ id, key, showsAt: now });
				return ok(id);
			});
	}
	const run = (crm: Crm, keys: string[], owner = 'next') =>
		createOrUpdateDeals(crm, keys, { claims: journal.claims, owner, now: () => now, random: () => 0.5, pause: async (ms) => void (now += Math.ceil(ms)) });
	/** The claim of another execution that was about to create the deal and never came back. */
	async function abandoned(crm: Crm): Promise<void> {
		const dead = { ...crm, find: crm.find, update: crm.update, keyOf: crm.keyOf, create: () => Promise.reject(new Error('killed')) };
		const kept = { ...journal.claims, take: journal.claims.take.bind(journal.claims), sending: journal.claims.sending.bind(journal.claims), end: journal.claims.end.bind(journal.claims), release: async () => undefined };
		await expect(createOrUpdateDeals(dead, ['k'], { claims: kept, owner: 'dead', now: () => now, random: () => 0.5, pause: async () => undefined })).rejects.toThrow('killed');
	}

	it.each([10_000, 59_000])('waits for a create that may still show, and takes it when it does after %i ms', async (later) => {
		const crm = new Crm();
		await abandoned(crm);
		crm.deals.push({ id: 7, key: 'k', showsAt: now + later });
		expect(await run(crm, ['k'])).toEqual([{ outcome: 'ok', value: { id: 7, created: false } }]);
		expect(crm.creates).toBe(0);
	});

	it('creates it when nothing came of it, once', async () => {
		const crm = new Crm();
		await abandoned(crm);
		const results = await Promise.all([run(crm, ['k', 'k']), run(crm, ['k'], 'another')]);
		expect(results.flat().map((outcome) => outcome.outcome)).toEqual(['ok', 'ok', 'ok']);
		expect(crm.creates).toBe(1);
	});

	it('does not send again what got no answer before it can not show any more', async () => {
		const crm = new Crm();
		crm.answers = [unknown('no answer')];
		const sentAt = now;
		expect(await run(crm, ['k'])).toMatchObject([{ outcome: 'ok', value: { created: true } }]);
		expect([crm.creates, crm.deals.length]).toEqual([2, 1]);
		expect(now - sentAt).toBeGreaterThanOrEqual(60_000);
	});

	it('leaves the claim to the next one when it gave up without knowing', async () => {
		const crm = new Crm();
		crm.answers = [unknown('no answer'), unknown('no answer'), unknown('no answer')];
		const [outcome] = await run(crm, ['k']);
		expect(outcome).toMatchObject({ outcome: 'unknown' });
		crm.deals.push({ id: 9, key: 'k', showsAt: now + 20_000 });
		expect(await run(crm, ['k'], 'later')).toMatchObject([{ outcome: 'ok', value: { id: 9 } }]);
	});
});
