import { openJournal } from '../../journal/open';
import { crms } from '../templates/crms';
import { pairs, pipelineName, World } from './world';

describe.each(pairs)('Keep in Step: $name', (pair) => {
	const { market, crm } = pair;
	let world: World;

	beforeEach(async () => {
		world = await World.unprepared(pair);
	}, 60_000);
	afterEach(() => world.close());

	const swept = async () => {
		const { run, synced, attention, failed } = await world.keepInStep({}, [{}]);
		expect([run.error?.message, attention, failed]).toEqual([undefined, [], []]);
		return synced;
	};
	/** A deal in a pipeline that is not ours. */
	const moveAway = (number: string) => {
		world.sandbox.clock.advance(1_000);
		crms[crm.api === 'bitrix24' ? 'bitrix24' : 'amocrm'].moveAway(world.sandbox, world.dealOf(number).id);
	};

	it('needs nothing but credentials: the first run prepares the CRM, the second one nothing more', async () => {
		const number = world.place();
		const synced = await swept();
		expect(synced.map(({ json }) => [json.orderNumber, json.result])).toEqual([[number, 'synced']]);
		expect(crm.pipelines(world.sandbox)).toContain(pipelineName);
		expect(world.dealOf(number).stage).toBe('Новая заявка');
		const [settings, ...others] = await (await openJournal()).pairSettings.all();
		expect(others).toEqual([]);
		expect(settings).toMatchObject({ version: 1, changedBy: 'Test workflow / Order Sync', pipelineName, options: {} });
		expect(await swept()).toEqual([]);
		expect((await (await openJournal()).pairSettings.all()).map(({ version }) => version)).toEqual([1]);
		expect(crm.pipelines(world.sandbox).filter((name) => name === pipelineName)).toHaveLength(1);
	}, 60_000);

	it('takes items of every trigger at once: named, decided, empty; each good one comes out, whatever the others are', async () => {
		const [moved, asked, gone] = [world.place(), world.place(), world.place()];
		await swept();
		const fresh = world.place();
		world.move(moved, market.command.wanted);
		moveAway(asked);
		market.stepInCabinet.act(world.sandbox, asked);
		expect((await world.keepInStep({}, [{ orderNumber: asked }])).attention.map(({ json }) => json.orderNumber)).toEqual([asked]);
		const goneId = world.dealOf(gone).id;
		crm.remove(world.sandbox, goneId);
		world.calls();

		const { run, synced, attention, failed } = await world.keepInStep({}, [
			world.dealOf(moved).triggered,
			{},
			{ orderNumber: asked, decision: 'The CRM Is Right' },
			{ orderNumber: '99999999-0999-1' },
			{ dealId: 123_456 },
			{ orderId: 'nobody-knows' },
			{ entity: 'contact', id: 7, event: 'contactUpdated' },
			{ orderNumber: { text: 'no text' } },
			{ orderNumber: moved, decision: 'do something' },
			{ decision: 'let_go' },
			{ entity: 'deal', id: goneId, event: 'dealDeleted' },
			{ timestamp: 'a schedule' },
		]);
		expect(run.error?.message).toBeUndefined();
		const seen = (items: typeof synced) => items.map(({ json, pairedItem }) => [Object(pairedItem).item, json.result]);
		expect(seen(failed)).toEqual([[7, 'failed'], [8, 'failed'], [9, 'failed']]);
		expect(failed.map(({ json }) => json.error).join('\n')).toMatch(/Item 7 .*orderNumber[^]*Item 8 .*decision[^]*Item 9 .*names no order/);
		expect(seen(attention)).toEqual(expect.arrayContaining([[10, 'attention']]));
		expect(seen(synced)).toEqual(
			expect.arrayContaining([[0, 'synced'], [3, 'not_of_this_pair'], [4, 'not_of_this_pair'], [5, 'not_of_this_pair'], [6, 'not_of_this_pair']]),
		);
		// Two items name nothing: one sweep, tied to the first of them.
		expect(synced.filter(({ json }) => json.orderNumber === fresh).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
		expect(world.status(moved)).toBe(market.command.status);
		expect(world.dealOf(fresh).stage).toBe('Новая заявка');
		expect(world.commands()).toMatchObject({ accepted: 1, forbidden: [] });
		// Nothing of what is not ours stays in the queue.
		const problems = await (await openJournal()).work.problems(undefined, 50);
		expect(problems.map(({ number }) => number)).not.toContain('nobody-knows');
	}, 60_000);

	it('carries out a decision of a form, by number or by deal', async () => {
		const [byNumber, byDeal] = [world.place(), world.place()];
		await swept();
		const options = { settings: 'own', pipeline: { __rl: true, mode: 'name', value: pipelineName }, options: { refusedMove: 'attention' } };
		for (const number of [byNumber, byDeal]) world.move(number, 'Успешно реализовано');
		expect((await world.keepInStep(options, [{}])).attention).toHaveLength(2);
		const { synced, failed } = await world.keepInStep(options, [
			{ orderNumber: ` ${byNumber} `, decision: 'use_marketplace' },
			{ dealId: world.dealOf(byDeal).id, decision: 'the marketplace is right' },
		]);
		expect([failed, synced.map(({ json, pairedItem }) => [json.orderNumber, json.result, pairedItem])]).toEqual([
			[],
			[[byNumber, 'synced', { item: 0 }], [byDeal, 'synced', { item: 1 }]],
		]);
		for (const number of [byNumber, byDeal]) expect(world.dealOf(number).stage).toBe('Новая заявка');
	}, 60_000);

	it('tries again what is due, whatever the items are about', async () => {
		const number = world.place();
		await swept();
		const late = world.place();
		const journal = await openJournal();
		const [link] = await journal.links.everywhere(number);
		if (!link) throw new Error('the journal knows no link');
		market.stepInCabinet.act(world.sandbox, number);
		await journal.work.hint(link.pair, [{ order: link.order, number, why: 'due' }]);
		const { synced } = await world.keepInStep({}, [{ dealId: 123_456 }]);
		expect(synced.map(({ json }) => [json.orderNumber ?? json.dealId, json.result])).toEqual([['123456', 'not_of_this_pair'], [number, 'synced']]);
		expect(world.dealOf(number).stage).toBe(market.stepInCabinet.stage);
		// It did not sweep.
		expect(world.deals().map(({ orderNumber }) => orderNumber)).not.toContain(late);
	}, 60_000);

	it('takes a new order that an id names, and asks nobody about an echo or a deal of another pipeline', async () => {
		const number = world.place();
		const [link] = (await swept(), await (await openJournal()).links.everywhere(number));
		expect((await world.keepInStep({}, [{ orderId: link?.order.id ?? '' }])).synced[0]?.json).toMatchObject({ orderNumber: number, result: 'unchanged' });
		world.calls();
		const { synced } = await world.keepInStep({}, [
			world.dealOf(number).triggered,
			{ entity: 'deal', id: 999_999, event: 'dealStageChanged', pipelineId: 999_998, statusId: 142 },
		]);
		expect(synced.map(({ json }) => json.result).sort()).toEqual(['not_of_this_pair', 'unchanged']);
		expect(world.calls()).toEqual({ marketplace: 0, crm: 0 });
	}, 60_000);

	it('tells failures only when they repeat, if it is told to, and always says what became of an item', async () => {
		const number = world.place();
		await swept();
		world.move(number, market.command.wanted);
		world.sandbox.faults.set({ api: market.api, kind: 'wrong-shape' });
		const quiet = { options: { failedOutput: 'repeated' } };
		for (let attempt = 1; attempt <= 5; attempt += 1) {
			const { synced, failed } = await world.keepInStep(quiet, [world.dealOf(number).triggered]);
			const [item] = attempt === 5 ? failed : synced;
			expect(item?.json).toMatchObject({ orderNumber: number, attempts: attempt, result: attempt === 5 ? 'failed' : 'waiting' });
			expect([synced.length, failed.length]).toEqual(attempt === 5 ? [0, 1] : [1, 0]);
		}
		const each = await world.keepInStep({}, [world.dealOf(number).triggered]);
		expect(each.failed[0]?.json).toMatchObject({ orderNumber: number, attempts: 6, result: 'failed' });
	}, 60_000);

	it('says what it knows of other items when a service is out of reach, and fails as a whole when there is nothing else', async () => {
		const number = world.place();
		await swept();
		const [type] = market.credential(world.sandbox.credentials());
		world.engine.credentials.stored[type] = market.wrongCredential(world.sandbox.credentials());
		const mixed = await world.keepInStep({}, [world.dealOf(number).triggered, {}]);
		expect(mixed.synced[0]?.json).toMatchObject({ orderNumber: number, result: 'unchanged' });
		expect(mixed.failed.map(({ json, pairedItem }) => [String(json.error).includes(market.name), pairedItem])).toEqual([[true, { item: 1 }]]);
		const alone = await world.keepInStep({}, [{}]);
		expect([alone.run.status, alone.run.error?.message]).toEqual(['error', expect.stringContaining(market.name)]);
	}, 60_000);
});
