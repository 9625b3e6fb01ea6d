import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultJournalFile, openJournal } from '../../journal/open';
import { pairs, pipelineName, World } from './world';

/** n8n is stopped, its journal is gone, n8n starts. */
async function loseJournal(): Promise<void> {
	await (await openJournal()).close();
	process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'lost-journal-'));
}

/** A copy of the journal as it is now; what is returned stops n8n, puts it back in place and starts n8n. */
async function backup(): Promise<() => Promise<void>> {
	const copy = join(mkdtempSync(join(tmpdir(), 'backup-')), 'journal.sqlite');
	await (await openJournal()).close();
	copyFileSync(defaultJournalFile(), copy);
	return async () => {
		await (await openJournal()).close();
		for (const tail of ['-wal', '-shm']) rmSync(`${defaultJournalFile()}${tail}`, { force: true });
		copyFileSync(copy, defaultJournalFile());
	};
}

describe.each(pairs)('A journal that was lost or is older than the CRM: $name', (pair) => {
	const { market, crm } = pair;
	let world: World;
	beforeEach(async () => {
		world = await World.open(pair);
	}, 60_000);
	afterEach(() => world.close());

	const place = (count: number): string[] => Array.from({ length: count }, () => world.place());
	const byNumber = (numbers: readonly string[]) =>
		world.orderSync('sync', { identifyBy: 'automatic' }, numbers.map((orderNumber) => ({ orderNumber })));
	const moveAway = (number: string): void => crm.moveAway(world.sandbox, world.dealOf(number).id, pipelineName);
	const allDeals = () => crm.allDeals(world.sandbox);

	it('is lost, and Sync by number runs first: no second deal, no second contact', async () => {
		const numbers = place(5);
		await world.sweep();
		const contacts = world.contacts().length;
		await loseJournal();
		const { synced, failed } = await byNumber(numbers);
		expect([synced.length, failed]).toEqual([5, []]);
		expect(world.deals()).toHaveLength(5);
		await world.sweep();
		expect([world.deals().length, world.contacts().length]).toEqual([5, contacts]);
	}, 60_000);

	it('is lost, and orders by their ids come first, then a new one of each buyer', async () => {
		const numbers = place(3);
		await world.sweep();
		const ids = (await byNumber(numbers)).synced.map(({ json }) => json.orderId);
		await loseJournal();
		await world.orderSync('sync', { identifyBy: 'automatic' }, ids.map((orderId) => ({ orderId: String(orderId) })));
		expect(world.deals()).toHaveLength(3);
	}, 60_000);

	it('is lost, and Resolve runs first: the order is found and the decision carried out', async () => {
		const [number = ''] = place(1);
		await world.sweep();
		market.stepInCabinet.act(world.sandbox, number);
		await loseJournal();
		const { synced, failed } = await world.orderSync('resolve', { orderNumber: number, decision: 'use_marketplace' });
		expect(failed).toEqual([]);
		expect(synced[0]?.json).toMatchObject({ orderNumber: number, result: 'synced' });
		expect(world.dealOf(number).stage).toBe(market.stepInCabinet.stage);
	}, 60_000);

	it.each([true, false])('is lost, and a buyer orders again whose phone is hidden (%s): no second contact', async (masked) => {
		const buyer = { key: 'asel', phone: '7015554123', masked };
		world.place(buyer);
		await world.sweep();
		const before = world.contacts().length;
		await loseJournal();
		world.place(buyer);
		await world.sweep();
		expect([world.deals().length, world.contacts().length]).toEqual([2, market.showsPhones ? before : expect.any(Number)]);
	}, 60_000);

	it('is a backup from before the last orders: Sync by number finds their deals', async () => {
		const before = place(5);
		await world.sweep();
		const restore = await backup();
		const after = place(3);
		await world.sweep();
		const contacts = world.contacts().length;
		await restore();
		await byNumber([...after, ...before]);
		expect(world.deals()).toHaveLength(8);
		await world.sweep();
		expect([world.deals().length, world.contacts().length]).toEqual([8, contacts]);
	}, 60_000);

	it('is a backup whose queue holds orders that have a deal by now: Retry Due finds it', async () => {
		place(2);
		await world.sweep();
		const late = place(3);
		const soon = { options: { retryFirstSeconds: 1 } };
		world.sandbox.faults.set({ api: crm.api, kind: '429', method: 'POST' });
		await world.orderSync('sync', { identifyBy: 'automatic', ...soon }, late.map((orderNumber) => ({ orderNumber })));
		world.sandbox.faults.clear();
		const restore = await backup();
		const retry = async (enough: (done: readonly unknown[]) => boolean): Promise<void> => {
			const done: unknown[] = [];
			for (let round = 0; round < 90 && !enough(done); round += 1) {
				await new Promise((resolve) => setTimeout(resolve, 1000));
				done.push(...(await world.orderSync('retryDue', soon)).synced.map(({ json }) => json.orderNumber));
			}
		};
		await retry(() => world.deals().length === 5);
		await restore();
		await retry((done) => late.every((number) => done.includes(number)));
		expect(world.deals()).toHaveLength(5);
		await world.sweep();
		expect(world.deals()).toHaveLength(5);
	}, 120_000);

	it('is lost while a deal stands in another pipeline: it is found there, whoever comes first', async () => {
		const [swept = '', named = ''] = place(2);
		await world.sweep();
		for (const number of [swept, named]) moveAway(number);
		await loseJournal();
		const { attention } = await byNumber([named]);
		expect(attention.map(({ json }) => json.orderNumber)).toEqual([named]);
		await world.orderSync('sweep');
		expect(allDeals()).toHaveLength(2);
		expect(world.deals()).toEqual([]);
	}, 60_000);

	it('is lost after a deal was replaced by another one: the one in the pipeline counts', async () => {
		const [number = ''] = place(1);
		await world.sweep();
		moveAway(number);
		await world.orderSync('resolve', { orderNumber: number, decision: 'recreate_deal' });
		const { id } = world.dealOf(number);
		await loseJournal();
		const { synced } = await byNumber([number]);
		expect(synced.map(({ json }) => json.dealId)).toEqual([String(id)]);
		expect(allDeals()).toHaveLength(2);
	}, 60_000);

	it('is a backup from before a deal was replaced: the new one is found, not made once more', async () => {
		const [number = ''] = place(1);
		await world.sweep();
		const restore = await backup();
		crm.remove(world.sandbox, world.dealOf(number).id);
		await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number, options: { lostDeal: 'recreate' } }, [{}]);
		const { id } = world.dealOf(number);
		await restore();
		const { synced } = await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number, options: { lostDeal: 'recreate' } }, [{}]);
		expect(synced.map(({ json }) => json.dealId)).toEqual([String(id)]);
		expect(world.deals()).toHaveLength(1);
	}, 60_000);

	it('is asked about deals once in a process, and once more only for older orders', async () => {
		place(3);
		await world.sweep();
		await loseJournal();
		await world.sweep();
		place(1);
		await world.sweep();
		world.calls();
		place(1);
		await world.sweep();
		const first = world.calls().crm;
		place(1);
		await world.sweep();
		expect(world.calls().crm).toBeLessThanOrEqual(first);
	}, 60_000);

	it('notices a deal that was moved to another pipeline', async () => {
		const [number = ''] = place(1);
		await world.sweep();
		await world.sweep();
		world.sandbox.clock.advance(1_000);
		moveAway(number);
		const { attention } = await world.orderSync('sweep');
		expect(attention.map(({ json }) => json.orderNumber)).toEqual([number]);
		expect(attention[0]?.json.message).toContain('другую воронку');
	}, 60_000);
});
