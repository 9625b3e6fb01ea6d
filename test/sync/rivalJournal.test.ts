import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RivalJournal } from '../../sync/rivalJournal';
import { Shop } from './shop';

describe('two n8n with a journal each on one shop and one CRM account', () => {
	let folder: string;
	let story = 0;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'rivals-'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const file = (name: string): string => join(folder, `${name}-${story}.sqlite`);
	const order = (shop: Shop): Promise<void> => shop.happen({ kind: 'order', buyer: 0, masked: false, as: 'new' });
	const orders = async (shop: Shop, count: number): Promise<void> => {
		for (let placed = 0; placed < count; placed += 1) await order(shop);
	};
	const dealsAndOrders = ({ crm, marketplace }: Shop): [number, number] => [crm.deals.size, marketplace.orders.size];
	const outcome = (run: Promise<void>): Promise<unknown> => run.then(() => 'fine', (error: unknown) => error);

	async function pairOfThem(): Promise<[Shop, Shop]> {
		story += 1;
		const old = await Shop.marking(file('old'));
		const young = await Shop.marking(file('young'), old);
		await orders(old, 2);
		for (const shop of [old, young]) await shop.sweep();
		old.now += 60_000;
		return [old, young];
	}

	it('the younger one notices a deal that it did not make, stops, and goes on when the other one is silent', async () => {
		const [old, young] = await pairOfThem();
		await orders(old, 3);
		await old.sweep();
		const stopped = await outcome(young.sweep());
		expect(stopped).toBeInstanceOf(RivalJournal);
		expect(String(stopped)).toContain('Another n8n');
		await orders(old, 2);
		expect(await outcome(young.retryDue())).toBeInstanceOf(RivalJournal);
		await old.sweep();
		expect(dealsAndOrders(old)).toEqual([7, 7]);
		old.now += 29 * 60_000;
		expect(await outcome(young.sweep())).toBeInstanceOf(RivalJournal);
		// Nobody hears of the other one any more.
		old.now += 31 * 60_000;
		await orders(old, 2);
		await young.sweep();
		await young.sweep();
		expect(dealsAndOrders(old)).toEqual([9, 9]);
	});

	it('the older one makes way for some minutes, and then it is the younger one that stops', async () => {
		const [old, young] = await pairOfThem();
		await orders(old, 2);
		await young.sweep();
		expect(await outcome(old.sweep())).toBeInstanceOf(RivalJournal);
		old.now += 4 * 60_000;
		await orders(old, 2);
		await old.sweep();
		expect(await outcome(young.sweep())).toBeInstanceOf(RivalJournal);
		expect(dealsAndOrders(old)).toEqual([6, 6]);
	});

	it('both begin at the same moment: one deal is doubled, not all of them, and both say so or one goes on', async () => {
		const [old, young] = await pairOfThem();
		await orders(old, 30);
		const ended = await Promise.all([outcome(old.sweep()), outcome(young.sweep())]);
		const again = [await outcome(old.sweep()), await outcome(young.sweep())];
		expect([...ended, ...again].filter((end) => end instanceof RivalJournal).length).toBeGreaterThan(0);
		for (let minute = 0; minute < 60; minute += 1) {
			old.now += 60_000;
			await outcome(old.sweep());
			await outcome(young.sweep());
		}
		const [deals, placed] = dealsAndOrders(old);
		expect(deals - placed).toBeLessThanOrEqual(1);
		expect(placed).toBe(32);
		expect(deals).toBeGreaterThanOrEqual(placed);
	});

	it('a copy of a journal that is alive beside the original is noticed as well', async () => {
		story += 1;
		const first = await Shop.marking(file('original'));
		await orders(first, 2);
		await first.sweep();
		await first.journal.close();
		copyFileSync(file('original'), file('copy'));
		const original = await Shop.marking(file('original'), first);
		const copy = await Shop.marking(file('copy'), first);
		for (const shop of [original, copy]) await shop.sweep();
		first.now += 60_000;
		await orders(first, 3);
		await original.sweep();
		expect(await outcome(copy.sweep())).toBeInstanceOf(RivalJournal);
		expect(dealsAndOrders(first)).toEqual([5, 5]);
	});

	it('a moved journal, a restored one and a new one after a loss go on without a word', async () => {
		story += 1;
		const first = await Shop.marking(file('first'));
		await orders(first, 2);
		await first.sweep();
		await first.journal.close();
		copyFileSync(file('first'), file('moved'));
		const moved = await Shop.marking(file('moved'), first);
		await orders(first, 2);
		await moved.sweep();
		await moved.sweep();
		await moved.journal.close();
		const restored = await Shop.marking(file('first'), first);
		await orders(first, 1);
		await restored.sweep();
		first.now += 60_000;
		await restored.sweep();
		const lost = await Shop.marking(file('lost'), first);
		await orders(first, 1);
		for (let round = 0; round < 3; round += 1) {
			await lost.sweep();
			first.now += 60_000;
		}
		expect(dealsAndOrders(first)).toEqual([6, 6]);
	});
});
