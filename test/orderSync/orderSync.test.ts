import { pairs, pipelineName, World } from './world';

describe.each(pairs)('Order Sync in the real engine, against the sandbox: $name', (pair) => {
	const { market, crm } = pair;
	let world: World;

	beforeEach(async () => {
		world = await World.open(pair);
	}, 60_000);
	afterEach(() => world.close());

	it('prepares the CRM once: a second run creates nothing', async () => {
		const again = await world.orderSync('prepare');
		expect(again.synced[0]?.json.created).toEqual([]);
		expect(crm.pipelines(world.sandbox).filter((name) => name === pipelineName)).toHaveLength(1);
	});

	it('carries orders into the CRM with their buyers, and a second sweep does nothing and says nothing', async () => {
		const numbers = [world.place(), world.place(), world.place()];
		const first = await world.sweep();
		expect(first.map(({ json }) => json.orderNumber).sort()).toEqual([...numbers].sort());
		expect(first.map(({ pairedItem }) => pairedItem)).toEqual(numbers.map(() => ({ item: 0 })));
		for (const number of numbers) {
			const { stage, contactIds, amount, items } = world.dealOf(number);
			expect([stage, contactIds.length]).toEqual(['Новая заявка', 1]);
			expect(Math.round(amount)).toBe(Math.round(market.total(world.sandbox, number)));
			expect(items).toContain('×');
		}
		await world.sweep();
		world.calls();
		expect(await world.sweep()).toEqual([]);
		const { marketplace, crm: ofCrm } = world.calls();
		expect(marketplace).toBeLessThanOrEqual(market.idleCalls);
		expect(ofCrm).toBe(1);
	}, 60_000);

	it('moves a deal after its order', async () => {
		const number = world.place();
		await world.sweep();
		market.stepInCabinet.act(world.sandbox, number);
		const [synced] = await world.sweep();
		expect(synced?.json).toMatchObject({ orderNumber: number, result: 'synced', stage: 'ready' });
		expect(world.dealOf(number).stage).toBe(market.stepInCabinet.stage);
		expect(world.commands().accepted).toBe(0);
		expect(world.dealOf(number).notes).toEqual([]);
	}, 60_000);

	it('moves an order after its deal, once, and cancels one whose deal was lost', async () => {
		const [moved, lost] = [world.place(), world.place()];
		await world.sweep();
		world.move(moved, market.command.wanted);
		world.move(lost, 'Закрыто и не реализовано');
		await world.sweep();
		// What the marketplace does in the background shows a moment later.
		await world.sweep();
		expect([world.status(moved), world.dealOf(moved).stage]).toEqual([market.command.status, market.command.stage]);
		expect(world.status(lost).toUpperCase()).toBe('CANCELLED');
		expect(world.dealOf(lost).stage).toBe('Закрыто и не реализовано');
		expect(world.commands()).toMatchObject({ accepted: 2, refused: 0, forbidden: [] });
		await world.sweep();
		expect(world.commands().accepted).toBe(2);
	}, 60_000);

	it('puts a deal back that went where no machine may follow, with a note, or asks a person when told to', async () => {
		const [back, asked] = [world.place(), world.place()];
		await world.sweep();
		world.move(back, 'Успешно реализовано');
		await world.sweep();
		expect(world.dealOf(back).stage).toBe('Новая заявка');
		expect(world.dealOf(back).notes.join()).toContain(`№ ${back}`);

		world.move(asked, 'Успешно реализовано');
		const options = { options: { refusedMove: 'attention' } };
		const { attention } = await world.orderSync('sweep', options);
		expect(attention.map(({ json }) => json.orderNumber)).toEqual([asked]);
		expect(attention[0]?.json.message).toContain(asked);
		expect(world.dealOf(asked).stage).toBe('Успешно реализовано');
		// Told once; then a person decides.
		expect((await world.orderSync('sweep', options)).attention).toEqual([]);
		await world.orderSync('resolve', { orderNumber: asked, decision: 'use_marketplace' });
		expect(world.dealOf(asked).stage).toBe('Новая заявка');
		expect(world.commands()).toMatchObject({ accepted: 0, refused: 0, forbidden: [] });
	}, 60_000);

	it('lets the marketplace win when the order was cancelled there, and tells the manager in a note', async () => {
		const number = world.place();
		await world.sweep();
		market.cancel(world.sandbox, number);
		world.move(number, market.command.wanted);
		await world.sweep();
		const { stage, notes } = world.dealOf(number);
		expect(stage).toBe('Закрыто и не реализовано');
		expect(notes.join()).toContain(`№ ${number}`);
		expect(world.commands().forbidden).toEqual([]);
	}, 60_000);

	it('asks a person about a deleted deal and carries the decision out', async () => {
		const number = world.place();
		await world.sweep();
		crm.remove(world.sandbox, world.dealOf(number).id);
		market.stepInCabinet.act(world.sandbox, number);
		const { attention } = await world.orderSync('sweep');
		expect(attention).toHaveLength(1);
		expect(attention[0]?.json.message).toContain(number);
		expect((await world.orderSync('sweep')).attention).toEqual([]);
		const resolved = await world.orderSync('resolve', { orderNumber: number, decision: 'recreate_deal' });
		expect(resolved.synced[0]?.json.did).toEqual(['deal created anew']);
		expect(world.dealOf(number).stage).toBe(market.stepInCabinet.stage);
		expect(world.contacts()).toHaveLength(1);
	}, 60_000);

	it('serves the good items of a batch and names the bad ones with the way out', async () => {
		const [good, gone] = [world.place(), world.place()];
		await world.sweep();
		const goneId = world.dealOf(gone).id;
		crm.remove(world.sandbox, goneId);
		const { run, synced, attention, failed } = await world.orderSync('sync', { identifyBy: 'automatic' }, [
			{ orderNumber: good },
			{ orderNumber: '99999999-0999-1' },
			{ dealId: goneId },
			{ dealId: 123_456 },
			{ something: 'else' },
		]);
		expect(run.status).toBe('success');
		expect(synced.map(({ json, pairedItem }) => [json.orderNumber, pairedItem])).toEqual([[good, { item: 0 }]]);
		expect(attention.map(({ json, pairedItem }) => [json.orderNumber, pairedItem])).toEqual([[gone, { item: 2 }]]);
		expect(failed.map(({ pairedItem }) => pairedItem)).toEqual(expect.arrayContaining([{ item: 1 }, { item: 3 }, { item: 4 }]));
		const texts = failed.map(({ json }) => `${json.error} ${json.advice}`).join('\n');
		expect(texts).toContain('99999999-0999-1');
		expect(texts).toContain('Deal 123456');
		expect(texts).toContain('orderNumber, orderId or dealId');
	}, 60_000);

	it('takes the echo of its own writes for what it is, without a call', async () => {
		const number = world.place();
		await world.sweep();
		world.calls();
		const { synced } = await world.orderSync('sync', { identifyBy: 'automatic' }, [world.dealOf(number).triggered]);
		expect(synced[0]?.json).toMatchObject({ orderNumber: number, result: 'unchanged' });
		expect(world.calls()).toEqual({ marketplace: 0, crm: 0 });
	}, 60_000);

	it('keeps orders in the queue while the CRM takes no writes, says so with everything to retry, and finishes later', async () => {
		const numbers = [world.place()];
		await world.sweep();
		numbers.push(world.place());
		const soon = { options: { retryFirstSeconds: 1 } };
		world.sandbox.faults.set({ api: crm.api, kind: '429', method: 'POST' });
		const down = await world.orderSync('sweep', soon);
		world.sandbox.faults.clear();
		expect(down.synced).toEqual([]);
		if (down.run.status === 'success') {
			expect(down.failed.map(({ json }) => [json.orderNumber, json.attempts])).toEqual([[numbers[1], 1]]);
			expect(down.failed[0]?.json.advice).toContain('stays in the queue');
		} else expect(down.run.error?.message).toContain(crm.name);
		for (let round = 0; round < 90 && world.deals().length < 2; round += 1) {
			await new Promise((done) => setTimeout(done, 1000));
			await world.orderSync('sweep', soon);
		}
		expect(numbers.map((number) => world.dealOf(number).stage)).toEqual(['Новая заявка', 'Новая заявка']);
		expect(world.contacts()).toHaveLength(new Set(numbers.map((number) => market.buyerKey(world.sandbox, number))).size);
	}, 120_000);

	it.each([market, crm])('explains a wrong secret of $name and keeps it to itself', async (side) => {
		world.place();
		const [type] = side.credential(world.sandbox.credentials());
		world.engine.credentials.stored[type] = side.wrongCredential(world.sandbox.credentials());
		const { run } = await world.orderSync('sweep');
		expect(run.status).toBe('error');
		expect(run.error?.message).toContain(side.name);
		expect(run.error?.message).not.toContain('wrong');
	}, 60_000);

	it('names the order when the marketplace answers in a strange shape', async () => {
		const number = world.place();
		await world.sweep();
		world.sandbox.faults.set({ api: market.api, kind: 'wrong-shape' });
		const { failed } = await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}]);
		expect(failed).toHaveLength(1);
		expect(failed[0]?.json.error).toContain(number);
		expect(failed[0]?.json.advice).not.toBe('');
	}, 60_000);
});

describe.each(pairs.filter(({ market }) => market.showsPhones))('Buyers whose phones are hidden now and then: $name', (pair) => {
	it('have one contact each, however the CRM wrote the phone before', async () => {
		const world = await World.open(pair);
		const asel = (masked: boolean) => ({ key: 'asel', phone: '7015554123', masked });
		const dana = (masked: boolean) => ({ key: 'dana', phone: '7015554124', masked });
		pair.crm.addContact(world.sandbox, 'Асель К.', '8 (701) 555-41-23');
		world.place(asel(false));
		world.place(dana(true));
		await world.sweep();
		for (const buyer of [asel(true), dana(true), dana(false)]) world.place(buyer);
		await world.sweep();
		const contacts = world.contacts();
		expect(contacts.map(({ dealIds }) => dealIds.length).sort()).toEqual([2, 3]);
		expect(contacts.map(({ phones }) => phones)).toEqual(expect.arrayContaining([['8 (701) 555-41-23'], ['+77015554124']]));
		await world.close();
	}, 60_000);
});

it('refuses to start with the embedded journal in queue mode and says what to configure', async () => {
	const [pair] = pairs;
	if (!pair) throw new Error('no pair');
	const world = await World.open(pair);
	process.env.EXECUTIONS_MODE = 'queue';
	try {
		const { run } = await world.orderSync('sweep');
		expect(run.status).toBe('error');
		expect(`${run.error?.message} ${run.error && 'description' in run.error ? run.error.description : ''}`).toContain('EXECUTIONS_MODE=regular');
	} finally {
		delete process.env.EXECUTIONS_MODE;
		await world.close();
	}
}, 60_000);
