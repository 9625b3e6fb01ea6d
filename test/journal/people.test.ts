import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import type { ForgetRequest, Forgetting, Identity, IdentityKind, Journal } from '../../journal/journal';
import { mergeLock } from '../../journal/merges';
import { openJournal } from '../../journal/open';
import { freshFile, link, order, removeFolders } from './folder';

const account = 'shop.example';
const now = 1_000_000;
const hour = 3_600_000;
const phone = '+77015550001';
const email = 'asel@example.test';
let journal: Journal;

beforeEach(async () => {
	journal = await openJournal({ file: freshFile() });
});
afterEach(() => journal.close());
afterAll(removeFolders);

const identity = (kind: IdentityKind, value: string, name?: string, where = account): Identity => ({ account: where, kind, value, ...(name === undefined ? {} : { name }) });
const common = { everything: true, brokenOffMerges: false, now };
const byId = (ids: string[], more: Partial<ForgetRequest> = {}) => journal.people.forget({ ...common, contactIds: ids, account, ...more });
/** Cards in these tests are `{ id, phones }`, with phones as they are looked for. */
const byPhone = (value: string, more: Partial<ForgetRequest> = {}) =>
	journal.people.forget({
		...common,
		keys: [{ kind: 'phone', value }],
		cardsWithKey: (before) => (Array.isArray(before) ? before.flatMap((card) => (card.phones.includes(value) ? [String(card.id)] : [])) : []),
		...more,
	});
const nothing = { kind: 'forgotten', identities: 0, claims: 0, seenBuyers: 0, contactIndex: 0, merges: 0, proofs: 0, mergesUnfinished: 0 };
const holder = async (kind: IdentityKind, value: string, name?: string, where = account) => (await journal.identities.find([identity(kind, value, name, where)]))[0];

async function index(...contacts: { id: string; phones: string[] }[]): Promise<void> {
	await journal.contactIndex.begin(account, 'KZ/1', 'a/1', hour, now);
	await journal.contactIndex.anchor(account, 'a/1', 'c0');
	const read = contacts.map(({ id, phones }) => ({ id, keys: phones.map((value) => ({ kind: 'phone' as const, value })) }));
	await journal.contactIndex.savePage(account, 'a/1', read, 'p1', hour, now);
	await journal.contactIndex.finish(account, 'a/1', now);
}
const indexed = async (value: string) => (await journal.contactIndex.find(account, [{ kind: 'phone', value }]))[0];

describe('a person is forgotten', () => {
	it('by a phone: everything known of the contact in every account, nobody else, and a second time there is nothing', async () => {
		await journal.identities.assign([identity('phone', phone, 'Асель К'), identity('email', email, 'Асель'), identity('customer', 'hash')], '11');
		await journal.identities.assign([identity('phone', phone, '', 'other.example')], '7');
		await journal.identities.assign([identity('phone', '+77015550002', 'Ерлан')], '12');
		await index({ id: '11', phones: [phone, '+77015550003'] }, { id: '12', phones: ['+77015550002', '+77015550003'] });
		expect(await byPhone(phone)).toEqual({ ...nothing, contacts: 2, identities: 4, contactIndex: 2 });
		expect([await holder('phone', phone, 'Асель К'), await holder('email', email, 'Асель'), await holder('customer', 'hash'), await holder('phone', phone, '', 'other.example')]).toEqual([undefined, undefined, undefined, undefined]);
		expect(await holder('phone', '+77015550002', 'Ерлан')).toBe('12');
		expect([await indexed(phone), await indexed('+77015550003')]).toEqual([[], ['12']]);
		expect(await byPhone(phone)).toEqual({ ...nothing, contacts: 0 });
		expect(await byId(['11'])).toEqual({ ...nothing, contacts: 1 });
	});

	it('in one account only, when it is named', async () => {
		await journal.identities.assign([identity('phone', phone)], '11');
		await journal.identities.assign([identity('phone', phone, '', 'other.example')], '11');
		expect(await byPhone(phone, { account })).toMatchObject({ identities: 1 });
		expect(await holder('phone', phone, '', 'other.example')).toBe('11');
	});

	it('not at all by a phone that leads to husband and wife; by the ID of one the other keeps the phone', async () => {
		await journal.identities.assign([identity('phone', phone, 'Асель К'), identity('email', email, 'Асель К')], '11');
		await index({ id: '12', phones: [phone] });
		expect(await byPhone(phone)).toEqual({ kind: 'several', account, contactIds: ['11', '12'] });
		expect(await holder('email', email, 'Асель К')).toBe('11');
		expect(await byId(['11'])).toMatchObject({ identities: 2, contactIndex: 0 });
		expect(await indexed(phone)).toEqual(['12']);
	});

	it('by the key alone: what else is known of the contacts stays', async () => {
		await journal.identities.assign([identity('phone', phone, 'Асель К'), identity('email', email, 'Асель К')], '11');
		await journal.merges.begin({ account, keepId: '20', otherIds: ['21'], before: [{ id: '20', phones: [phone] }], at: now });
		await journal.merges.refuse(account, '20', ['21'], 'names', now);
		await index({ id: '12', phones: [phone, '+77015550003'] });
		expect(await byPhone(phone, { everything: false })).toMatchObject({ identities: 1, contactIndex: 1, merges: 1 });
		expect(await holder('email', email, 'Асель К')).toBe('11');
		expect([await indexed(phone), await indexed('+77015550003')]).toEqual([[], ['12']]);
	});

	it('with what an order has shown while the contact was not settled', async () => {
		await journal.seenBuyers.remember([{ customer: 'hash-a', phone }, { customer: 'hash-b', email }, { customer: 'hash-c', phone: '+77015550009' }], now);
		await journal.seenBuyers.remember([{ customer: 'hash-a', email: 'asel@example.kz' }], now);
		expect((await journal.seenBuyers.of(['hash-a'])).get('hash-a')).toEqual({ customer: 'hash-a', phone, email: 'asel@example.kz' });
		expect(await byPhone(phone)).toEqual({ ...nothing, contacts: 0, seenBuyers: 1 });
		expect([...(await journal.seenBuyers.of(['hash-a', 'hash-b', 'hash-c'])).keys()].sort()).toEqual(['hash-b', 'hash-c']);
	});

	it('by an ID without everything: only what leads to the contact goes', async () => {
		await journal.identities.assign([identity('phone', phone, 'Асель К')], '11');
		await journal.links.save([{ ...link(1, { contactId: '11' }), pair: `kaspi:1|amocrm:${account}` }]);
		await journal.proofs.attach([{ number: link(1).number, kind: 'photo', what: 'a.jpg', by: 'x', at: now }]);
		await journal.merges.begin({ account, keepId: '11', otherIds: ['12'], before: [], at: now });
		await journal.merges.finish(account, '11', ['12'], [], now);
		expect(await byId(['11'], { everything: false })).toEqual({ ...nothing, contacts: 2, identities: 1 });
		expect([await journal.merges.recent(5), await journal.proofs.of([link(1).number])].map((rows) => rows.length)).toEqual([1, 1]);
	});
});

describe('merges', () => {
	const before = [{ id: '11', phones: [phone] }, { id: '12', phones: [] }];
	beforeEach(() => journal.merges.begin({ account, keepId: '11', otherIds: ['12'], before, at: now }));

	it('go with any contact of the group, and which contact went into which stays', async () => {
		await journal.merges.finish(account, '11', ['12'], [identity('phone', phone, 'Асель')], now);
		await journal.merges.begin({ account, keepId: '31', otherIds: ['32'], before: [], at: now });
		await journal.merges.finish(account, '31', ['32'], [], now);
		expect(await byId(['12'])).toMatchObject({ contacts: 2, identities: 1, merges: 1 });
		expect((await journal.merges.recent(5)).map(({ keepId }) => keepId)).toEqual(['31']);
		expect(await journal.merges.keptInstead(account, ['12'])).toEqual(new Map([['12', '11']]));
	});

	it('are found by a phone that nothing else in the journal knows any more', async () => {
		await journal.merges.finish(account, '11', ['12'], [], now);
		expect(await byPhone(phone)).toMatchObject({ contacts: 2, merges: 1 });
		expect(await journal.merges.recent(5)).toEqual([]);
	});

	it('that are not finished stay and are counted, unless they are broken off and asked for', async () => {
		expect(await byId(['12'])).toMatchObject({ merges: 0, mergesUnfinished: 1 });
		await journal.cursors.lock(account, mergeLock, 'x', hour, now);
		expect(await byId(['12'], { brokenOffMerges: true })).toMatchObject({ merges: 0, mergesUnfinished: 1 });
		await journal.cursors.unlock(account, mergeLock, 'x');
		expect(await byId(['12'], { brokenOffMerges: true })).toMatchObject({ merges: 1, mergesUnfinished: 0 });
	});

	it('that ended long ago are purged; unfinished ones never are', async () => {
		await journal.merges.begin({ account, keepId: '31', otherIds: ['32'], before, at: now });
		await journal.merges.finish(account, '31', ['32'], [], now + 5);
		await journal.merges.begin({ account, keepId: '41', otherIds: ['42'], before, at: now });
		await journal.merges.refuse(account, '41', ['42'], 'no', now + 9);
		expect(await journal.merges.purge(now + 6)).toBe(1);
		expect((await journal.merges.recent(9)).map(({ keepId }) => keepId)).toEqual(['41', '11']);
	});
});

describe('claims', () => {
	it('go when nobody alive holds them, unless the key is another contact\'s too', async () => {
		const [over, gone, shared] = [identity('phone', '+77015550012', 'А'), identity('phone', '+77015550013', 'А'), identity('phone', '+77015550014', 'А')];
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
		const deadOwner = `${spawnSync('true').pid}.1@${boot}+${readlinkSync('/proc/self/ns/pid')}/x`;
		await journal.identities.claim([over, shared], 'a', 1, now - 5);
		await journal.identities.claim([gone], deadOwner, hour, now);
		for (const each of [over, gone, shared]) await journal.identities.remember([each], '11');
		await journal.identities.remember([{ ...shared, name: 'Б' }], '12');
		expect(await byId(['11'])).toMatchObject({ identities: 3, claims: 2, seenBuyers: 0 });
		// Nobody remembers that somebody was at it, except where it is another contact's phone too.
		const claims = await journal.identities.claim([over, gone, shared], 'b', hour, now);
		expect(claims.map((claim) => ('abandonedSince' in claim ? claim.abandonedSince : undefined))).toEqual([undefined, undefined, now - 5]);
	});

	it('that somebody holds keep everything as it is until they are over', async () => {
		await journal.identities.assign([identity('email', email)], '11');
		await journal.identities.claim([identity('phone', phone)], 'a', hour, now);
		await journal.identities.remember([identity('phone', phone, 'А')], '11');
		expect(await byId(['11'])).toEqual({ kind: 'busy' });
		expect(await byPhone(phone)).toEqual({ kind: 'busy' });
		expect(await holder('email', email)).toBe('11');
		expect(await byId(['11'], { now: now + hour })).toMatchObject({ identities: 2, claims: 1, seenBuyers: 0 });
	});

	it('of a phone that no contact has yet are found by the phone', async () => {
		await journal.identities.claim([identity('phone', phone)], 'a', 1, now - 5);
		expect(await byPhone(phone)).toEqual({ ...nothing, contacts: 0, claims: 1, seenBuyers: 0 });
	});
});

describe('proofs', () => {
	const pair = `kaspi:30000001|amocrm:${account}`;
	const attach = (...numbers: number[]) => journal.proofs.attach(numbers.map((number) => ({ number: link(number).number, kind: 'photo' as const, what: `${number}.jpg`, by: 'Айдар', at: now + number })));
	const left = async (...numbers: number[]) => (await journal.proofs.of(numbers.map((number) => link(number).number))).map(({ what }) => what);

	it('go with the contact of their order in this account, not where the number is another order\'s as well', async () => {
		await journal.links.save([
			{ ...link(1, { contactId: '11', dealId: '5' }), pair },
			{ ...link(2, { contactId: '12' }), pair },
			{ ...link(3, { contactId: '11' }), pair: 'kaspi:30000001|amocrm:other.example' },
			{ ...link(4, { contactId: '11' }), pair },
			{ ...link(4, { contactId: '12' }), order: { ...order(4), shop: '2' }, pair },
			// The same order in another CRM.
			{ ...link(1, { contactId: '900' }), pair: 'kaspi:30000001|bitrix24:portal.example' },
		]);
		await attach(1, 2, 3, 4, 5);
		expect(await byId(['11'])).toMatchObject({ proofs: 1 });
		expect(await left(1, 2, 3, 4, 5)).toEqual(['2.jpg', '3.jpg', '4.jpg', '5.jpg']);
		expect(await journal.links.byOrders(pair, [order(1)])).toMatchObject([{ dealId: '5', contactId: '11' }]);
	});

	it('of closed orders are purged when they are old; of open and unknown orders they stay', async () => {
		await journal.links.save([
			{ ...link(1, { closed: true }), pair },
			{ ...link(2), pair },
			{ ...link(3, { closed: true }), pair },
			{ ...link(3), pair: 'kaspi:30000001|bitrix24:portal.example' },
			{ ...link(9, { closed: true }), pair },
		]);
		await attach(1, 2, 3, 4, 9);
		expect(await journal.proofs.purgeClosed(now + 9)).toBe(1);
		expect(await left(1, 2, 3, 4, 9)).toEqual(['2.jpg', '3.jpg', '4.jpg', '9.jpg']);
	});
});

it('names every account that anything is known of', async () => {
	await journal.identities.assign([identity('phone', phone, '', 'b.example')], '1');
	await journal.links.save([{ ...link(1), pair: 'ozon:5|bitrix24:portal.example:8443' }]);
	await index();
	expect(await journal.people.accounts()).toEqual(['b.example', 'portal.example:8443', account]);
});

describe('the contact index is given up', () => {
	it('with its state; who was reading it meanwhile brings nothing back', async () => {
		await index({ id: '1', phones: [phone] }, { id: '2', phones: [phone, '+77015550002'] });
		expect(await journal.contactIndex.drop(undefined, now)).toEqual({ kind: 'dropped', rows: new Map([[account, 3]]) });
		expect([await journal.contactIndex.states(), await indexed(phone)]).toEqual([[], []]);
		await journal.contactIndex.replace(account, [{ id: '1', keys: [{ kind: 'phone', value: phone }] }]);
		expect(await journal.contactIndex.refresh(account, [{ id: '1', keys: [{ kind: 'phone', value: phone }] }], 'c0', 'c1', now)).toBe(false);
		expect(await indexed(phone)).toEqual([]);
		expect(await journal.contactIndex.drop(account, now)).toEqual({ kind: 'dropped', rows: new Map([[account, 0]]) });
	});

	it('not while somebody fills it, and not any other one then; afterwards it is', async () => {
		await index({ id: '1', phones: [phone] });
		await journal.contactIndex.begin('b.example', 'KZ/1', 'b/1', hour, now);
		expect(await journal.contactIndex.drop(undefined, now)).toEqual({ kind: 'busy', accounts: ['b.example'] });
		expect(await indexed(phone)).toEqual(['1']);
		expect(await journal.contactIndex.drop(account, now)).toMatchObject({ kind: 'dropped' });
		await journal.contactIndex.giveBack('b.example', 'b/1');
		expect(await journal.contactIndex.drop(undefined, now)).toEqual({ kind: 'dropped', rows: new Map([['b.example', 0]]) });
		expect(await journal.contactIndex.savePage('b.example', 'b/1', [{ id: '1', keys: [{ kind: 'phone', value: phone }] }], 'p', hour, now)).toBe(false);
	});
});

it('is one transaction: nothing is deleted when the cards of a merge cannot be read', async () => {
	await journal.identities.assign([identity('phone', phone)], '11');
	await journal.merges.begin({ account, keepId: '1', otherIds: ['2'], before: 'changed by hand', at: now });
	const unreadable = (): string[] => {
		throw new Error('no cards');
	};
	const forgetting: Promise<Forgetting> = byPhone(phone, { cardsWithKey: unreadable });
	await expect(forgetting).rejects.toThrow('no cards');
	expect(await holder('phone', phone)).toBe('11');
});
