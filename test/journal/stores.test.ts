import type { Decision } from '../../core/reconcile/reconcile';
import type { ApiCall, Identity, Journal, Settlement, StageChange } from '../../journal/journal';
import { openJournal, processOwner } from '../../journal/open';
import { freshFile, hint, link, order, pair, removeFolders } from './folder';

const start = 1_700_000_000_000;
let clock = start;
let journal: Journal;

beforeEach(async () => {
	clock = start;
	journal = await openJournal({ file: freshFile(), now: () => clock });
});
afterEach(() => journal.close());
afterAll(removeFolders);

const lease = (owner: string, more: object = {}) =>
	journal.work.lease({ pair, owner, leaseMs: 60_000, limit: 100, now: clock, ...more });
const numbersOf = (works: readonly { order: { id: string } }[]) => works.map(({ order: { id } }) => Number(id.slice(3)));
const settle = (owner: string, ...settlements: Settlement[]) => journal.work.settle(pair, owner, settlements, clock);

describe('links', () => {
	it('come back as they were saved, replaced as a whole', async () => {
		const full = link(1, {
			dealId: '77',
			contactId: '88',
			agreed: { order: 'accepted', deal: { pipelineId: '5', statusId: '142' } },
			shownFingerprint: 'f',
			stage: 'unknown',
			closed: true,
		});
		await journal.links.save([full, link(2, { dealId: '79' })]);
		expect(await journal.links.byOrders(pair, [order(1), order(3)])).toEqual([full]);
		expect(await journal.links.byNumber(pair, full.number)).toEqual(full);
		expect(await journal.links.byNumber(pair, '1')).toBeUndefined();
		expect(await journal.links.byDeals(pair, ['77', '79', '80'])).toHaveLength(2);

		await journal.links.save([link(1)]);
		expect(await journal.links.byOrders(pair, [order(1)])).toEqual([{ ...link(1), dealId: undefined, contactId: undefined, agreed: undefined, shownFingerprint: undefined }]);
		expect(await journal.links.count(pair)).toBe(2);
	});

	it('of another pair are invisible', async () => {
		await journal.links.save([link(1, { dealId: '1' })]);
		expect(await journal.links.byOrders('other', [order(1)])).toEqual([]);
		expect(await journal.links.byDeals('other', ['1'])).toEqual([]);
		expect(await journal.links.active('other')).toEqual([]);
		expect(await journal.links.count('other')).toBe(0);
	});

	it('tell the active orders, and the closed ones since a time in the order of creation', async () => {
		await journal.links.save([
			link(5, { closed: true }),
			link(3, { closed: true }),
			link(1, { closed: true }),
			link(4),
			link(2),
		]);
		const known = await journal.links.known(pair, 1_003);
		expect(known.closedCreatedAt).toEqual([1_003, 1_005]);
		expect(known.active).toEqual([
			{ key: order(2), number: '900000002', createdAt: 1_002, rawStatus: 'NEW/APPROVED_BY_BANK' },
			{ key: order(4), number: '900000004', createdAt: 1_004, rawStatus: 'NEW/APPROVED_BY_BANK' },
		]);
	});
});

describe('work', () => {
	it('is hinted, leased in the order of its due times, and gone when done', async () => {
		await journal.work.hint(pair, [hint(1, { dueAt: clock - 1 }), hint(2, { dueAt: clock - 2 }), hint(3, { dueAt: clock + 10 })]);
		expect(await journal.work.countDue(pair, clock)).toBe(2);
		const works = await lease('a');
		expect(numbersOf(works)).toEqual([2, 1]);
		expect(works[0]).toEqual({
			pair, order: order(2), number: '900000002', why: 'sweep', state: 'due', dueAt: clock - 2, attempts: 0, generation: 1,
			lastReason: undefined, failingSince: undefined, decision: undefined,
		});
		expect(await lease('b')).toEqual([]);
		await settle('a', { order: order(2), generation: 1, result: 'done' });
		await journal.work.release(pair, 'a');
		expect(numbersOf(await lease('b'))).toEqual([1]);
	});

	it('can be leased by name, before it is due only when asked', async () => {
		await journal.work.hint(pair, [hint(1), hint(2, { dueAt: clock + 1_000 })]);
		const orders = [order(1), order(2), order(9)];
		expect(numbersOf(await lease('a', { orders: [order(2)] }))).toEqual([]);
		expect(numbersOf(await lease('a', { orders, evenIfNotDue: true }))).toEqual([1, 2]);
	});

	it('takes the earlier of two due times and counts every hint', async () => {
		await journal.work.hint(pair, [hint(1, { dueAt: clock + 500 }), hint(1, { dueAt: clock + 100, why: 'webhook' }), hint(1, { dueAt: clock + 900 })]);
		clock += 100;
		expect(await lease('a')).toMatchObject([{ generation: 3, dueAt: start + 100 }]);
	});

	it('hinted while somebody was at it is looked at again at once, whatever that look came to', async () => {
		await journal.work.hint(pair, [hint(1), hint(2), hint(3)]);
		await lease('a');
		await journal.work.hint(pair, [hint(1), hint(2), hint(3)]);
		expect(await lease('b')).toEqual([]);
		clock += 5;
		await settle(
			'a',
			{ order: order(1), generation: 1, result: 'done' },
			{ order: order(2), generation: 1, result: 'again', dueAt: clock + 99_999, reason: 'r' },
			{ order: order(3), generation: 1, result: 'attention', reason: 'r', ...asked() },
		);
		expect(numbersOf(await lease('b')).sort()).toEqual([1, 2, 3]);
	});

	it('fails with a count, a reason and the time since when; waiting is no failure', async () => {
		await journal.work.hint(pair, [hint(1)]);
		await lease('a');
		await settle('a', { order: order(1), generation: 1, result: 'again', dueAt: clock + 10, reason: 'waybill', keepAttempts: true });
		expect(await journal.work.problems(pair, 10)).toEqual([]);
		clock += 10;
		await lease('a');
		await settle('a', { order: order(1), generation: 1, result: 'again', dueAt: clock + 10, reason: 'down' });
		clock += 10;
		await lease('a');
		await settle('a', { order: order(1), generation: 1, result: 'again', dueAt: clock + 10, reason: 'still down' });
		expect(await journal.work.problems(pair, 10)).toMatchObject([{ attempts: 2, lastReason: 'still down', failingSince: start + 10, state: 'due' }]);
	});

	it('keeps the backoff of failing work in spite of hints, unless a person asks', async () => {
		await journal.work.hint(pair, [hint(1)]);
		await lease('a');
		await settle('a', { order: order(1), generation: 1, result: 'again', dueAt: clock + 1_000, reason: 'down' });
		await journal.work.hint(pair, [hint(1)]);
		expect(await lease('a')).toEqual([]);
		await journal.work.hint(pair, [hint(1, { why: 'resolve' })]);
		expect(numbersOf(await lease('a'))).toEqual([1]);
	});

	const asked = (setup = 'setup') => ({ setup, dueAt: clock + 3_600_000 });

	it('in attention is reconsidered under another setup and when its time has come, and is known however often a service was down meanwhile', async () => {
		await journal.work.hint(pair, [hint(1), hint(2)]);
		await lease('a');
		await settle(
			'a',
			{ order: order(1), generation: 1, result: 'attention', reason: 'no stage', ...asked() },
			{ order: order(2), generation: 1, result: 'attention', reason: 'two deals', ...asked('another setup') },
		);
		await journal.work.reconsider(pair, 'setup', clock);
		expect(numbersOf(await lease('a'))).toEqual([2]);
		await journal.work.release(pair, 'a');
		clock += 3_600_000;
		await journal.work.reconsider(pair, 'another setup', clock);
		expect(numbersOf(await lease('a')).sort()).toEqual([1, 2]);
		await settle('a', { order: order(1), generation: 1, result: 'again', dueAt: clock, reason: 'down' });
		expect(await lease('a')).toMatchObject([{ lastReason: 'down', attentionReason: 'no stage' }]);
		await settle('a', { order: order(1), generation: 1, result: 'done' });
		await journal.work.hint(pair, [hint(1)]);
		expect((await lease('a')).map(({ attentionReason }) => attentionReason)).toEqual([undefined]);
	});

	it('in attention waits for a hint or a decision, and keeps what it is about', async () => {
		await journal.work.hint(pair, [hint(1)]);
		await lease('a');
		await settle('a', { order: order(1), generation: 1, result: 'attention', reason: 'two deals', ...asked() });
		clock += 1_000_000;
		expect(await lease('a')).toEqual([]);
		expect(await journal.work.countDue(pair, clock)).toBe(0);
		expect(await journal.work.problems(pair, 10)).toMatchObject([{ state: 'attention', lastReason: 'two deals', failingSince: start }]);
		await journal.work.hint(pair, [hint(1)]);
		expect(await lease('a')).toMatchObject([{ lastReason: 'two deals', state: 'due', generation: 2 }]);
	});

	const decide = (decision: Decision) => journal.work.decide(pair, [{ order: order(1), number: hint(1).number, decision }]);

	it('keeps a decision about an order that nobody has work for, or whose work another execution settles at this moment', async () => {
		await decide('use_crm');
		expect(await lease('a')).toMatchObject([{ decision: 'use_crm', why: 'resolve', generation: 1, number: hint(1).number }]);
		await settle('a', { order: order(1), generation: 1, result: 'done' });
		await journal.work.hint(pair, [hint(1)]);
		const [work] = await lease('a');
		expect(work).toMatchObject({ decision: undefined });
		await settle('a', { order: order(1), generation: 1, result: 'done' });
		await decide('let_go');
		expect(await lease('b')).toMatchObject([{ decision: 'let_go' }]);
	});

	it('carries a decision to the next look, once; a decision that comes during a look to the look after it', async () => {
		await journal.work.hint(pair, [hint(1)]);
		await lease('a');
		await settle('a', { order: order(1), generation: 1, result: 'attention', reason: 'r', ...asked() });
		await decide('use_crm');
		const [first] = await lease('a');
		expect(first).toMatchObject({ decision: 'use_crm', why: 'resolve', generation: 2 });

		// Tried in vain: it is still to be carried out.
		await settle('a', { order: order(1), generation: 2, result: 'again', dueAt: clock, reason: 'down' });
		expect(await lease('a')).toMatchObject([{ decision: 'use_crm' }]);
		await decide('let_go');
		await settle('a', { order: order(1), generation: 2, result: 'done' });
		expect(await lease('a')).toMatchObject([{ decision: 'let_go', generation: 3 }]);

		// A hint during the look does not bring a decision back that has been carried out.
		await journal.work.hint(pair, [hint(1)]);
		await settle('a', { order: order(1), generation: 3, result: 'done' });
		expect(await lease('a')).toMatchObject([{ decision: undefined, generation: 4 }]);
	});

	it('of an owner that is late is left to whoever took it over', async () => {
		await journal.work.hint(pair, [hint(1)]);
		await lease('late');
		clock += 60_000;
		expect(numbersOf(await lease('quick'))).toEqual([1]);
		await settle('late', { order: order(1), generation: 1, result: 'done' });
		await journal.work.release(pair, 'late');
		expect(await lease('third')).toEqual([]);
		await settle('quick', { order: order(1), generation: 1, result: 'done' });
		clock += 60_000;
		expect(await lease('third')).toEqual([]);
	});

	it('leases no more than the limit, also by name', async () => {
		await journal.work.hint(pair, Array.from({ length: 600 }, (_, number) => hint(number)));
		expect(await lease('a', { limit: 7 })).toHaveLength(7);
		expect(await lease('b', { limit: 260, orders: Array.from({ length: 600 }, (_, number) => order(number)) })).toHaveLength(260);
		expect(await lease('c', { limit: 1_000 })).toHaveLength(333);
	});
});

describe('intents', () => {
	it('are written once and returned as they were', async () => {
		const intent = { pair, order: order(1), action: 'assemble' as const, at: 5 };
		expect(await journal.intents.begin([intent, { ...intent, at: 6 }])).toEqual([
			{ fresh: true, intent: { ...intent, state: 'sent', reason: undefined } },
			{ fresh: false, intent: { ...intent, state: 'sent', reason: undefined } },
		]);
		await journal.intents.end(pair, order(1), 'assemble', 'refused', 'no rights');
		expect(await journal.intents.begin([{ ...intent, at: 9 }])).toEqual([
			{ fresh: false, intent: { ...intent, state: 'refused', reason: 'no rights' } },
		]);
		await journal.intents.begin([{ pair, order: order(1), action: 'create_deal', at: 1 }]);
		await journal.intents.forget(pair, order(1), 'assemble');
		expect(await journal.intents.of(pair, [order(1), order(2)])).toMatchObject([{ action: 'create_deal', state: 'sent' }]);
	});
});

describe('identities', () => {
	const phone: Identity = { account: 'crm', kind: 'phone', value: '+77010000001' };
	const email: Identity = { account: 'crm', kind: 'email', value: 'a@example.com' };
	const claim = (owner: string, ...identities: Identity[]) => journal.identities.claim(identities, owner, 1_000, clock);

	it('belong to one owner until they are tied to a contact', async () => {
		expect(await claim('a', phone, email)).toEqual([{ state: 'claimed' }, { state: 'claimed' }]);
		expect(await claim('b', email, phone)).toEqual([{ state: 'busy', until: start + 1_000 }, { state: 'busy', until: start + 1_000 }]);
		expect(await claim('a', phone)).toEqual([{ state: 'claimed' }]);
		await journal.identities.assign([phone], '11');
		expect(await claim('b', phone, email)).toEqual([{ state: 'known', contactId: '11' }, { state: 'busy', until: start + 1_000 }]);
		expect(await journal.identities.find([email, phone])).toEqual([undefined, '11']);
	});

	it('are per account', async () => {
		await journal.identities.assign([phone], '11');
		expect(await journal.identities.find([{ ...phone, account: 'other' }])).toEqual([undefined]);
	});

	it('given back are free, without a trace', async () => {
		await claim('a', phone);
		await journal.identities.release([phone], 'b');
		expect(await claim('b', phone)).toMatchObject([{ state: 'busy' }]);
		await journal.identities.release([phone], 'a');
		expect(await claim('b', phone)).toEqual([{ state: 'claimed' }]);
	});

	it('of an owner that never came back are taken over with the time since when, until a contact is known', async () => {
		await claim('a', phone);
		clock += 1_000;
		expect(await claim('b', phone)).toEqual([{ state: 'claimed', abandonedSince: start }]);
		// b asks again, gives up, and c comes: the contact that a may have created is still nobody's.
		expect(await claim('b', phone)).toEqual([{ state: 'claimed', abandonedSince: start }]);
		await journal.identities.release([phone], 'b');
		expect(await claim('c', phone)).toEqual([{ state: 'claimed', abandonedSince: start }]);
		await journal.identities.assign([phone], '11');
		await journal.identities.forgetContact('crm', '11');
		expect(await claim('d', phone)).toEqual([{ state: 'claimed' }]);
	});

	it('of an owner who comes back late have no second owner', async () => {
		await claim('a', phone);
		clock += 2_000;
		// Nobody took it in between: it is a's own claim, nothing is abandoned.
		expect(await claim('a', phone)).toEqual([{ state: 'claimed' }]);
		clock += 2_000;
		await claim('b', phone);
		expect(await claim('a', phone)).toMatchObject([{ state: 'busy' }]);
	});
});

describe('cursors and locks', () => {
	it('keep the last value', async () => {
		expect(await journal.cursors.get(pair, 'kaspi')).toBeUndefined();
		await journal.cursors.set(pair, 'kaspi', '1');
		await journal.cursors.set(pair, 'kaspi', '2');
		expect(await journal.cursors.get(pair, 'kaspi')).toBe('2');
		expect(await journal.cursors.get('other', 'kaspi')).toBeUndefined();
	});

	it('are held by one owner until it lets go or the time is over', async () => {
		const lock = (owner: string) => journal.cursors.lock(pair, 'sweep', owner, 1_000, clock);
		expect([await lock('a'), await lock('b'), await lock('a')]).toEqual([true, false, true]);
		await journal.cursors.unlock(pair, 'sweep', 'b');
		expect(await lock('b')).toBe(false);
		clock += 1_000;
		expect([await lock('b'), await lock('a')]).toEqual([true, false]);
		await journal.cursors.unlock(pair, 'sweep', 'b');
		expect(await lock('a')).toBe(true);
	});

	it('of a live process are respected whatever its owner text says', async () => {
		expect(await journal.cursors.lock(pair, 'sweep', processOwner(), 1_000, clock)).toBe(true);
		expect(await journal.cursors.lock(pair, 'sweep', processOwner(), 1_000, clock)).toBe(false);
	});
});

describe('settings of a pair', () => {
	const draft = { pair, changedAt: start, changedBy: 'Sync / Prepare', pipelineId: '5', pipelineName: 'Заказы', stages: { new: '1', cancelled: '143' }, options: { packages: 2 } };

	it('count in their newest version, which only a change makes', async () => {
		expect(await journal.pairSettings.get(pair)).toBeUndefined();
		expect(await journal.pairSettings.save(draft)).toEqual({ settings: { ...draft, version: 1 }, changed: true });
		expect(await journal.pairSettings.save({ ...draft, changedAt: start + 1, options: { packages: 2, dealName: undefined } })).toEqual({ settings: { ...draft, version: 1 }, changed: false });
		const second = { ...draft, changedAt: start + 2, changedBy: 'Sync / Other', stages: { new: '2', cancelled: '143' } };
		expect(await journal.pairSettings.save(second)).toEqual({ settings: { ...second, version: 2 }, changed: true });
		await journal.pairSettings.save({ ...draft, pair: 'ozon:1|amocrm:a' });

		expect(await journal.pairSettings.get(pair)).toEqual({ ...second, version: 2 });
		expect((await journal.pairSettings.versions(pair)).map(({ version }) => version)).toEqual([2, 1]);
		expect((await journal.pairSettings.all()).map((each) => [each.pair, each.version])).toEqual([[pair, 2], ['ozon:1|amocrm:a', 1]].sort());
	});
});

describe('log', () => {
	const call = (at: number): ApiCall => ({ at, api: 'Kaspi', method: 'GET', route: 'orders/{id}', status: 200, ms: 12, attempt: 1, result: 'ok' });
	const change = (at: number): StageChange => ({ pair, order: order(1), side: 'crm', from: 'new', to: 'accepted', at, by: 'manager' });

	it('is read at once, newest calls first, history in the order of time', async () => {
		await journal.log.calls([call(1), call(2)]);
		await journal.log.stages([change(9), { ...change(4), from: undefined, side: 'marketplace' }, { ...change(5), order: order(2) }]);
		expect(await journal.log.recentCalls(1)).toEqual([call(2)]);
		expect(await journal.log.history(pair, order(1))).toEqual([{ ...change(4), from: undefined, side: 'marketplace' }, change(9)]);
	});

	it('forgets what is older than a time and counts it', async () => {
		await journal.log.calls([call(1), call(2), call(3)]);
		await journal.log.stages([change(1), change(3)]);
		expect(await journal.log.purge(3)).toBe(3);
		expect(await journal.log.recentCalls(10)).toEqual([call(3)]);
		expect(await journal.log.history(pair, order(1))).toEqual([change(3)]);
	});

	it('writes in the background, in bundles', async () => {
		const file = freshFile();
		const written = await openJournal({ file });
		await written.log.calls([call(1)]);
		await new Promise((resolve) => setTimeout(resolve, 500));
		const sqlite = process.getBuiltinModule('node:sqlite');
		const reader = new sqlite.DatabaseSync(file, { readOnly: true });
		expect(reader.prepare('select count(*) as count from calls').get()).toEqual({ count: 1 });
		await written.log.calls(Array.from({ length: 200 }, (_, at) => call(at)));
		expect(reader.prepare('select count(*) as count from calls').get()).toEqual({ count: 201 });
		await written.log.calls([call(1)]);
		await written.close();
		expect(reader.prepare('select count(*) as count from calls').get()).toEqual({ count: 202 });
		reader.close();
	});

	it('tells the next caller that a bundle could not be written', async () => {
		const file = freshFile();
		const written = await openJournal({ file });
		const sqlite = process.getBuiltinModule('node:sqlite');
		const vandal = new sqlite.DatabaseSync(file);
		vandal.exec('drop table calls');
		vandal.close();
		await written.log.calls([call(1)]);
		await new Promise((resolve) => setTimeout(resolve, 500));
		await expect(written.log.calls([call(2)])).rejects.toThrow('no such table: calls');
	});
});

describe('what triggers remember', () => {
	const read = (part = 'poll', now = clock) => journal.triggers.read('w/n/production', part, now);
	const write = (value: string, version: number, part = 'poll', now = clock) => journal.triggers.write('w/n/production', part, value, version, now);

	it('is replaced only by who has read the latest, part by part', async () => {
		expect(await read()).toBeUndefined();
		expect(await write('a', 0)).toBe(true);
		expect(await write('b', 0)).toBe(false);
		const note = await read();
		expect(note?.value).toBe('a');
		const both = await Promise.all([write('c', note?.version ?? 0), write('d', note?.version ?? 0)]);
		expect(both.filter(Boolean)).toHaveLength(1);
		expect(await read('hook')).toBeUndefined();
		expect(await write('secret', 0, 'hook')).toBe(true);
		expect((await read('hook'))?.value).toBe('secret');
	});

	it('is kept while it is used, if only by reading, and forgotten half a year after', async () => {
		const day = 86_400_000;
		await write('secret', 0, 'hook');
		await write('cursor', 0, 'poll');
		expect(await read('hook', clock + 170 * day)).toBeDefined();
		// Another trigger is new.
		await journal.triggers.write('other/n/production', 'poll', '{}', 0, clock + 190 * day);
		expect((await read('hook', clock + 190 * day))?.value).toBe('secret');
		expect(await read('poll', clock + 190 * day)).toBeUndefined();
	});
});
