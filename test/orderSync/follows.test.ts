import { pairs, pipelineName, World } from './world';

describe.each(pairs)('What the deal shows of an order follows it: $name', ({ market, crm }) => {
	let world: World;
	beforeEach(async () => {
		const pair = pairs.find((each) => each.market === market && each.crm === crm);
		if (!pair) throw new Error('no pair');
		world = await World.open(pair);
	}, 60_000);
	afterEach(() => world.close());

	it.each(['a sweep', 'a look at one order'])('amount, composition and rows after a partial cancellation, seen by %s', async (by) => {
		const number = market.placeMany(world.sandbox);
		await world.sweep();
		expect(world.dealOf(number)).toMatchObject({ amount: 3500, items: expect.stringContaining('3 × Чайник') });
		world.sandbox.clock.advance(2_000);
		market.cancelPart(world.sandbox, number);
		if (by === 'a sweep') await world.sweep();
		else await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}]);
		const { amount, items, rows } = world.dealOf(number);
		expect(amount).toBe(1500);
		expect(items).toMatch(/1 × Чайник[^]*1 × Кружка/);
		expect(items).not.toContain('3 ×');
		if (crm.name === 'Bitrix24') {
			expect(rows).toEqual([{ name: 'Чайник', price: 1000, quantity: 1 }, { name: 'Кружка', price: 500, quantity: 1 }]);
		}
	}, 60_000);

	it.each(['attention', 'leave'])('the card of a deal that came back from another pipeline, with the policy %s', async (lostDeal) => {
		const options = { options: { lostDeal } };
		const number = world.place();
		await world.sweep(options);
		const { id, status: before } = world.dealOf(number);
		world.sandbox.clock.advance(61_000);
		crm.moveAway(world.sandbox, id, pipelineName);
		market.stepInCabinet.act(world.sandbox, number);
		await world.orderSync('sweep', options);
		await world.orderSync('sweep', options);
		expect(world.deals()).toEqual([]);
		world.sandbox.clock.advance(61_000);
		crm.moveBack(world.sandbox, id, pipelineName, 'Новая заявка');
		await world.orderSync('sweep', options);
		expect(world.dealOf(number).stage).toBe(market.stepInCabinet.stage);
		expect(world.dealOf(number).status).not.toBe(before);
		expect((await world.orderSync('sweep', options)).synced).toEqual([]);
	}, 60_000);

	it('an order that needs attention is looked at again when the setup that caused it was corrected', async () => {
		const number = world.place();
		await world.sweep();
		world.sandbox.clock.advance(61_000);
		const { id } = world.dealOf(number);
		crm.moveAway(world.sandbox, id, pipelineName);
		market.stepInCabinet.act(world.sandbox, number);
		expect((await world.orderSync('sweep')).attention.map(({ json }) => json.orderNumber)).toEqual([number]);
		// Nothing has changed: nobody is told again, and nobody looks.
		expect((await world.orderSync('sweep')).attention).toEqual([]);
		const { synced } = await world.orderSync('sweep', { options: { lostDeal: 'recreate' } });
		expect(synced.map(({ json }) => [json.orderNumber, json.did])).toEqual([[number, ['deal created anew']]]);
	}, 60_000);
});

describe.each(pairs.filter(({ market }) => market.name === 'Kaspi'))('An order all of whose lines were taken out: $name', (pair) => {
	it('is cancelled, and its deal shows nothing of what was in it', async () => {
		const world = await World.open(pair);
		const number = pair.market.placeMany(world.sandbox);
		await world.sweep();
		const { shop } = world.sandbox.kaspi;
		const order = shop.orders.get(number);
		if (order) shop.reduceEntries(order, order.entries.map((entry) => ({ entry, remained: 0, reason: 'MERCHANT_OUT_OF_STOCK' })));
		await world.sweep();
		expect(world.dealOf(number)).toMatchObject({ stage: 'Закрыто и не реализовано', amount: 0 });
		expect(world.dealOf(number).rows ?? []).toEqual([]);
		await world.close();
	}, 60_000);
});
