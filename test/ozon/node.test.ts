import { loadOptions } from '../engine/contexts';
import { openShop, type SandboxShop } from './sandboxShop';

describe('the Ozon node in n8n', () => {
	let shop: SandboxShop;
	beforeAll(async () => {
		shop = await openShop();
	});
	afterEach(() => {
		shop.sandbox.faults.clear();
		const { clientId, apiKey } = shop.sandbox.credentials().ozon;
		Object.assign(shop.stored, { clientId, apiKey });
	});
	afterAll(async () => await shop.close());

	const posting = (operation: string, postingNumber: string, more = {}) => ({ resource: 'posting', operation, postingNumber, ...more });

	/** How many writes Ozon took meanwhile; none of them may have been a forbidden one. */
	async function writesDuring(act: () => Promise<void>): Promise<number> {
		const accounting = shop.accounting();
		accounting.resetCounts();
		await act();
		const { accepted, forbidden } = accounting.snapshot();
		expect(forbidden).toEqual([]);
		return accepted;
	}

	it('gets a posting, simplified and raw, FBO too', async () => {
		const { number } = shop.add({ scheme: 'rfbs-own', products: [{ sku: 777, offerId: 'A-7', name: 'Чайник', quantity: 2, price: 5000 }] });
		const [item] = await shop.items(posting('get', number));
		expect(item?.json).toMatchObject({
			number,
			stage: 'new',
			statusText: 'Ожидает сборки',
			ozonStatus: 'awaiting_packaging',
			deliveryKind: 'own_delivery',
			total: 10000,
			currency: 'RUB',
			items: [{ sku: 'A-7', name: 'Чайник', quantity: 2, price: 5000 }],
		});
		expect(item?.json.substitutePhone).toEqual(expect.stringContaining('+7(958)'));
		expect(item?.pairedItem).toEqual({ item: 0 });
		const [raw] = await shop.items(posting('get', number, { simplify: false }));
		expect(raw?.json).toMatchObject({ posting_number: number, status: 'awaiting_packaging' });
		const fbo = shop.add({ scheme: 'fbo' }).number;
		const [ozon] = await shop.items(posting('get', fbo));
		expect(ozon?.json).toMatchObject({ number: fbo, deliveryKind: 'marketplace_warehouse', statusText: 'FBO: Ожидает сборки' });
	});

	it('lists postings with filters and a limit, page by page', async () => {
		const orderNumber = '55555555-0001';
		const many = Array.from({ length: 120 }, () => shop.add({ scheme: 'fbs', orderNumber }).number);
		shop.act(many[0] ?? '', 'assemble-in-cabinet');
		const list = { resource: 'posting', operation: 'getAll', returnAll: true };
		const all = await shop.items(list);
		expect(all.filter(({ json }) => json.buyerOrderNumber === orderNumber).map(({ json }) => json.number).sort()).toEqual([...many].sort());
		const ready = await shop.items({ ...list, statuses: ['awaiting_deliver'] });
		expect(ready.map(({ json }) => json.number)).toEqual([many[0]]);
		expect(await shop.items({ ...list, returnAll: false, limit: 3 })).toHaveLength(3);
		const fbo = await shop.items({ ...list, warehouse: 'ozon' });
		expect(fbo.every(({ json }) => json.deliveryKind === 'marketplace_warehouse')).toBe(true);
		const unfulfilled = await shop.items({ resource: 'posting', operation: 'getUnfulfilled', returnAll: true, statuses: ['awaiting_packaging'] });
		expect(unfulfilled.map(({ json }) => json.number)).toEqual(expect.arrayContaining(many.slice(1)));
		const long = await shop.run({ ...list, after: '2020-01-01' });
		expect(long.error?.message).toBe('The period is longer than a year');
	});

	it('assembles, delivers step by step and reads each effect back; a step that is done is not sent again', async () => {
		shop.sandbox.ozon.settings.statusDelayMs = 300;
		const { number } = shop.add({ scheme: 'rfbs-own' });
		const writes = await writesDuring(async () => {
			const steps = [
				['ship', 'ready'],
				['setDelivering', 'in_delivery'],
				['setLastMile', 'in_delivery'],
				['setDelivered', 'delivered'],
				['setDelivered', 'delivered'],
				['ship', 'delivered'],
			] as const;
			for (const [operation, stage] of steps) {
				const [item] = await shop.items(posting(operation, number));
				expect([operation, item?.json.stage]).toEqual([operation, stage]);
			}
		});
		expect(writes).toBe(4);
		shop.sandbox.ozon.settings.statusDelayMs = 0;
	});

	it('splits a posting into packages, and gives what became of it', async () => {
		const { number } = shop.add({ scheme: 'fbs', products: [{ sku: 901, quantity: 2, price: 10 }, { sku: 902, quantity: 1, price: 5 }] });
		const packageList = [[{ sku: 901, quantity: 2 }], [{ sku: '902', quantity: 1 }]];
		const parts = await shop.items(posting('ship', number, { packing: 'listed', packageList: JSON.stringify(packageList) }));
		expect(parts.map(({ json }) => [json.parentPostingNumber, json.stage, json.total])).toEqual([
			[number, 'ready', 20],
			[number, 'ready', 5],
		]);
		const one = shop.add({ scheme: 'fbs', products: [{ quantity: 1 }] }).number;
		const tooMany = await shop.run(posting('ship', one, { packing: 'spread', packages: 2 }));
		expect(tooMany.error?.message).toContain('cannot be packed into 2 parcels');
	});

	it('says that an assembly failed although it was taken', async () => {
		shop.sandbox.ozon.settings.shipFailedShare = 1;
		const { number } = shop.add({ scheme: 'fbs' });
		const done = await shop.run(posting('ship', number));
		shop.sandbox.ozon.settings.shipFailedShare = 0;
		expect(done.error?.message).toBe(`Ozon could not assemble posting ${number}, although it had taken the call (ship_failed)`);
		const [retried] = await shop.items(posting('ship', number));
		expect(retried?.json.stage).toBe('ready');
	});

	it('assembles a posting once although it is named twice, and not again after an unknown outcome', async () => {
		const { number } = shop.add({ scheme: 'fbs' });
		shop.sandbox.faults.set({ api: 'ozon', kind: 'timeout-after-apply', next: 1, pathIncludes: '/v4/posting/fbs/ship' });
		const writes = await writesDuring(async () => {
			const done = await shop.run(posting('ship', '={{ $json.n }}'), [{ n: number }, { n: number }], 'continueErrorOutput');
			expect(done.outputs('ozon').map((items) => items.length)).toEqual([1, 1]);
		});
		expect(writes).toBe(1);
	});

	it.each(['500', 'reset', '500-after-apply'] as const)('after a %s sends again what may be sent twice, once it has looked', async (kind) => {
		const trouble = (pathIncludes: string) => shop.sandbox.faults.set({ api: 'ozon', kind, next: 1, pathIncludes });
		const { number } = shop.add({ scheme: 'rfbs-own' });
		await shop.items(posting('ship', number));
		trouble('/tracking-number/set');
		expect((await shop.items(posting('setTracking', number, { tracking: 'T-1' })))[0]?.json).toMatchObject({ number, tracking: 'T-1' });
		trouble('/posting/delivering');
		expect((await shop.items(posting('setDelivering', number)))[0]?.json).toMatchObject({ stage: 'in_delivery' });
		const lost = shop.add({ scheme: 'fbs' }).number;
		trouble('/posting/fbs/cancel');
		expect((await shop.items(posting('cancel', lost, { reasonId: '352', comment: '' })))[0]?.json).toMatchObject({ stage: 'cancelled' });
	}, 120_000);

	it('sends nothing that Ozon does not offer, and says so', async () => {
		const fbs = shop.add({ scheme: 'fbs' }).number;
		const marked = shop.add({ scheme: 'fbs', marksRequired: true }).number;
		const accounting = shop.accounting();
		accounting.resetCounts();
		const moved = await shop.run(posting('setDelivered', fbs));
		expect(moved.error?.message).toBe(`Ozon does not offer "Set Delivered" for posting ${fbs} at this moment (awaiting_packaging, posting_created)`);
		const assembled = await shop.run(posting('ship', marked));
		expect(assembled.error?.message).toContain('Ozon does not offer the assembly');
		expect(accounting.snapshot()).toMatchObject({ accepted: 0 });
	});

	it('cancels for a reason that Ozon takes for this posting', async () => {
		const { number } = shop.add({ scheme: 'fbs' });
		const node = { type: 'ozon', parameters: posting('cancel', number) };
		const reasons = await loadOptions(shop.engine, node, 'getCancelReasons');
		expect(reasons.map(({ value }) => value)).toEqual([352, 400, 402]);
		const any = await loadOptions(shop.engine, { type: 'ozon', parameters: posting('cancel', '={{ $json.n }}') }, 'getCancelReasons');
		expect(any.map(({ value }) => value)).toContain(665);
		const silent = await shop.run(posting('cancel', number, { reasonId: 402 }));
		expect(silent.error?.message).toContain('Ozon wants a message with this reason');
		const [item] = await shop.items(posting('cancel', number, { reasonId: 402, message: 'Разбили при упаковке' }));
		expect(item?.json).toMatchObject({ stage: 'cancelled', cancelReason: 'Разбили при упаковке', cancelledBy: 'seller' });
	});

	it('sets a tracking number', async () => {
		const { number } = shop.add({ scheme: 'rfbs-3pl' });
		shop.act(number, 'assemble-in-cabinet');
		const [item] = await shop.items(posting('setTracking', number, { tracking: 'CDEK-1' }));
		expect(item?.json).toMatchObject({ tracking: 'CDEK-1' });
	});

	it('has a label made and downloads it', async () => {
		const { number } = shop.add({ scheme: 'fbs' });
		shop.act(number, 'assemble-in-cabinet');
		const [item] = await shop.items({ resource: 'label', operation: 'getPdf', postingNumber: number });
		expect(item?.binary?.data).toMatchObject({ mimeType: 'application/pdf' });
		expect(Buffer.from(item?.binary?.data?.data ?? '', 'base64').subarray(0, 4).toString()).toBe('%PDF');
		const early = await shop.run({ resource: 'label', operation: 'getPdf', postingNumber: shop.add({ scheme: 'fbs' }).number, labelWait: 0 });
		expect(early.error?.message).toContain('the label of posting');
	});

	it('lists returns and acts on a request with what Ozon offers for it', async () => {
		const { number } = shop.add({ scheme: 'rfbs-own' });
		for (const operation of ['ship', 'setDelivering', 'setDelivered']) await shop.items(posting(operation, number));
		shop.act(number, 'receive');
		shop.act(number, 'request-return');
		const [request] = await shop.items({ resource: 'return', operation: 'getAll', returnAll: true, returnKind: 'rfbs', postingFilter: number });
		expect(request?.json).toMatchObject({ postingNumber: number, state: 'New' });
		const returnId = String(request?.json.returnId);
		const [offered] = await shop.items({ resource: 'return', operation: 'act', returnId });
		const act = { resource: 'return', operation: 'act', returnId };
		expect(offered?.json.availableActions).toEqual(expect.arrayContaining([expect.objectContaining({ id: -1 })]));
		expect((await shop.run({ ...act, actionId: '999' })).error?.message).toContain('does not offer action 999');
		expect((await shop.run({ ...act, actionId: '-1' })).error?.message).toBe('A refusal needs a comment and a rejection reason');
		const [done] = await shop.items({ ...act, actionId: '-1', comment: 'Следы использования', rejectionReasonId: 1 });
		expect(done?.json).toMatchObject({ done: -1, state: 'REJECTED' });

		const fbs = shop.add({ scheme: 'fbs' }).number;
		shop.act(fbs, 'assemble-in-cabinet');
		shop.act(fbs, 'buyer-cancel');
		const goods = await shop.items({ resource: 'return', operation: 'getAll', returnAll: true, postingFilter: fbs });
		expect(goods[0]?.json).toMatchObject({ postingNumber: fbs, type: 'Cancellation', state: 'MovingToSeller' });
	});

	it('answers wishes to cancel', async () => {
		const asked = ['a', 'b'].map(() => {
			const { number } = shop.add({ scheme: 'rfbs-own' });
			shop.act(number, 'assemble-in-cabinet');
			shop.act(number, 'ask-to-cancel');
			return number;
		});
		const [yes, no] = asked;
		const list = await shop.items({ resource: 'cancellation', operation: 'getAll', returnAll: true });
		expect(list.map(({ json }) => json.postingNumber)).toEqual(asked);
		const request = (operation: string, postingNumber = '', comment = '') => ({ resource: 'cancellation', operation, postingNumber, comment });
		const [approved] = await shop.items(request('approve', yes));
		expect(approved?.json).toMatchObject({ postingNumber: yes, state: 'APPROVED' });
		expect((await shop.run(request('reject', no))).error?.message).toBe('A refusal needs a comment');
		const [rejected] = await shop.items(request('reject', no, 'Заказ уже в пути'));
		expect(rejected?.json).toMatchObject({ state: 'REJECTED' });
		const [again] = await shop.items(request('approve', yes));
		expect(again?.json).toMatchObject({ state: 'APPROVED' });
		expect((await shop.run(request('approve', no))).error?.message).toBe(`No request to cancel posting ${no} waits for an answer`);
	});

	it('lists chats, reads one and writes into it', async () => {
		const { number } = shop.add({ scheme: 'rfbs-own' });
		shop.act(number, 'write', { text: 'Когда привезут?' });
		const chats = await shop.items({ resource: 'chat', operation: 'getAll', returnAll: true, unreadOnly: true });
		const chatId = String(chats.find(({ json }) => Number(json.unread) > 0)?.json.chatId);
		await shop.items({ resource: 'chat', operation: 'send', chatId, text: 'Сегодня до 18:00' });
		const messages = await shop.items({ resource: 'chat', operation: 'history', chatId, returnAll: true });
		expect(messages.map(({ json }) => [json.from, json.text])).toEqual([['Seller', 'Сегодня до 18:00'], ['Customer', 'Когда привезут?']]);
		const long = await shop.run({ resource: 'chat', operation: 'send', chatId, text: 'x'.repeat(1001) });
		expect(long.error?.message).toContain('more than 1000 characters');
	});

	it('says which methods the key lacks and when it ends', async () => {
		const roles = { resource: 'account', operation: 'getRoles' };
		const [fine] = await shop.items(roles);
		expect(fine?.json).toMatchObject({ warn: false, missingMethods: [], daysLeft: expect.any(Number) });
		shop.sandbox.ozon.settings.missingMethods = ['/v1/returns/list'];
		shop.sandbox.ozon.settings.keyExpiresAt = shop.clock.now() + 5.5 * 86_400_000;
		const [bad] = await shop.items(roles);
		shop.sandbox.ozon.settings.missingMethods = [];
		shop.sandbox.ozon.settings.keyExpiresAt = null;
		expect(bad?.json).toMatchObject({ warn: true, daysLeft: 5, missingMethods: ['/v1/returns/list'] });
	});

	it('names the posting and the way out when one is not there, and serves the other items', async () => {
		const { number } = shop.add();
		const done = await shop.run(posting('get', '={{ $json.n }}'), [{ n: '1-1-1' }, { n: number }], 'continueErrorOutput');
		const [good, bad] = done.outputs('ozon');
		expect(good?.map(({ json, pairedItem }) => [json.number, pairedItem])).toEqual([[number, { item: 1 }]]);
		expect(bad?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		expect(JSON.stringify(bad?.[0]?.json)).toContain('Ozon has no posting 1-1-1 in this shop');
	});

	it('stops at a wrong key without asking for every item, and keeps the key out of what it says', async () => {
		shop.stored.apiKey = 'not-the-key';
		const before = shop.calls();
		const done = await shop.run(posting('get', '={{ $json.n }}'), [{ n: '1-1-1' }, { n: '1-1-2' }], 'continueErrorOutput');
		expect(shop.calls() - before).toBe(1);
		const bad = done.outputs('ozon')[1] ?? [];
		expect(bad.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(JSON.stringify(bad[0]?.json)).not.toContain('not-the-key');
	});

	it('waits out an open circuit and a crowd, and does not take 200 for an effect', async () => {
		const { number } = shop.add({ scheme: 'rfbs-own' });
		shop.sandbox.faults.set({ api: 'ozon', kind: '429', next: 1 });
		const [item] = await shop.items(posting('get', number));
		expect(item?.json.number).toBe(number);
		shop.shop.openCircuits.set('/v3/posting/fbs/get', shop.clock.now() + 60_000);
		const shut = await shop.run(posting('get', number));
		shop.shop.openCircuits.clear();
		expect(shut.error?.message).toContain('Circle is open');
	});
});
