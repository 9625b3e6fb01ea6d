import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallFate } from './fakeServices';
import { Shop } from './shop';

describe('a responsible person who was dismissed', () => {
	let folder: string;
	let story = 0;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'dismissal-'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	async function dismissed(): Promise<Shop> {
		story += 1;
		const shop = await Shop.open(join(folder, `${story}.sqlite`));
		shop.responsibleId = '5';
		shop.crm.dismissed = '5';
		await shop.happen({ kind: 'order', buyer: 0, masked: false, as: 'new' });
		return shop;
	}
	const order = (shop: Shop, buyer: number) => shop.happen({ kind: 'order', buyer, masked: false, as: 'new' });
	const tasks = ({ crm }: Shop) => [...crm.deals.values()].flatMap((deal) => deal.tasks);
	const once = [expect.stringContaining('Ответственный из настроек Order Sync (пользователь 5)')];

	const badFates = ['refused', 'lost before', 'lost after', 'out of reach', 'killed before', 'killed after'] as const;
	it.each(badFates)('is told of once, whichever call is %s', async (fate) => {
		for (let call = 0; call < 12; call += 1) {
			const shop = await dismissed();
			await shop.happen({ kind: 'sweep', fates: [...Array.from({ length: call }, (): CallFate => 'fine'), fate] });
			await shop.calmDown();
			for (const buyer of [1, 2]) {
				await order(shop, buyer);
				await shop.calmDown();
			}
			expect([call, shop.crm.deals.size, tasks(shop)]).toEqual([call, 3, once]);
			await shop.journal.close();
		}
	}, 120_000);

	it('is told of once when the next order comes before an answer that was lost can be told from one that is late', async () => {
		for (let call = 0; call < 12; call += 1) {
			const shop = await dismissed();
			await shop.happen({ kind: 'sweep', fates: [...Array.from({ length: call }, (): CallFate => 'fine'), 'killed after'] });
			shop.now += 1_000;
			await order(shop, 1);
			await shop.sweep();
			await shop.calmDown();
			await order(shop, 2);
			await shop.calmDown();
			expect([call, tasks(shop)]).toEqual([call, once]);
			await shop.journal.close();
		}
	}, 60_000);

	it('is told of anew after the person was there in between', async () => {
		const shop = await dismissed();
		await shop.sweep();
		shop.crm.dismissed = undefined;
		await order(shop, 1);
		await shop.sweep();
		shop.crm.dismissed = '5';
		await order(shop, 2);
		await shop.sweep();
		expect(tasks(shop)).toEqual([...once, ...once]);
		await shop.journal.close();
	});
});
