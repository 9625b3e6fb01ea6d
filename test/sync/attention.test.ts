import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pairId } from '../../sync/context';
import { Shop } from './shop';

describe('An order that needs attention', () => {
	let folder: string;
	let shop: Shop;
	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), 'attention-'));
		shop = await Shop.open(join(folder, 'journal.sqlite'));
	});
	afterEach(async () => {
		await shop.journal.close();
		rmSync(folder, { recursive: true, force: true });
	});
	const order = { marketplace: 'fake', shop: 'shop', id: '0' };
	const pair = () => pairId(shop.marketplace, shop.crm);
	/** What sweeps put out as news. */
	const announced = () => shop.results.filter(({ result, known }) => result === 'attention' && known !== true);
	const minutes = async (count: number) => {
		for (let minute = 0; minute < count; minute += 10) {
			shop.now += 10 * 60_000;
			await shop.sweep();
		}
	};

	it('is announced once, also when a service was down in between, and is over by itself when its cause is gone without an event', async () => {
		await shop.happen({ kind: 'order', buyer: 0, masked: false, as: 'accepted' });
		await shop.calmDown();
		const there = shop.marketplace.orders.get('0');
		if (!there) throw new Error('no order');
		shop.marketplace.orders.delete('0');
		await shop.journal.work.hint(pair(), [{ order, number: 'N0', why: 'test' }]);
		await shop.sweep();
		expect(announced().map(({ reason }) => reason)).toEqual([expect.stringContaining('больше нет заказа N0')]);

		await minutes(60);
		await shop.journal.work.hint(pair(), [{ order, number: 'N0', why: 'test' }]);
		shop.weather.coming = ['out of reach', 'out of reach', 'out of reach'];
		await shop.sweep();
		await minutes(120);
		expect(shop.results.filter(({ result }) => result === 'attention').length).toBeGreaterThan(1);
		expect(announced()).toHaveLength(1);

		shop.marketplace.orders.set('0', there);
		await minutes(70);
		expect(await shop.journal.work.problems(pair(), 10)).toEqual([]);
		expect(await shop.journal.log.attention(pair(), order)).toMatchObject([{ endedAt: expect.any(Number) }]);
	});
});
