import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pairId } from '../../sync/context';
import type { CallFate } from './fakeServices';
import { Shop } from './shop';

describe('a buyer who shows the phone in one order and hides it in the next', () => {
	let folder: string;
	let story = 0;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'hidden-'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const badFates = ['refused', 'lost before', 'out of reach', 'killed before', 'killed after'] as const;

	// The order that shows the phone waits for its backoff when the one that hides it comes to its turn, alone.
	it.each(badFates)('gets the contact that a manager had made, although the first look was %s', async (fate) => {
		// The two calls before are the lists of both sides: until they are there, nobody has seen the phone.
		for (let call = 2; call < 8; call += 1) {
			story += 1;
			const shop = await Shop.open(join(folder, `${story}.sqlite`));
			const { crm, marketplace, journal } = shop;
			await crm.saveContacts([{ name: 'Buyer 0', phones: ['+77015554000'], emails: [] }]);
			await shop.happen({ kind: 'time', seconds: 600 });
			await shop.sweep();
			await shop.happen({ kind: 'order', buyer: 0, masked: false, as: 'new' });
			await shop.happen({ kind: 'sweep', fates: [...Array.from({ length: call }, (): CallFate => 'fine'), fate] });
			await shop.happen({ kind: 'order', buyer: 0, masked: true, as: 'new' });
			const hidden = { marketplace: marketplace.name, shop: marketplace.shop, id: '1' };
			await journal.work.hint(pairId(marketplace, crm), [{ order: hidden, number: 'N1', why: 'named' }]);
			await shop.retryDue();
			await shop.calmDown();
			expect([call, crm.deals.size, crm.contacts.size]).toEqual([call, 2, 1]);
			expect(await journal.seenBuyers.of([...crm.contacts.values()].flatMap(({ buyerKey }) => buyerKey ?? []))).toEqual(new Map());
			await journal.close();
		}
	});
});
