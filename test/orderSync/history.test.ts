import { z } from 'zod/v4';
import { pairs, pipelineName, World } from './world';

const entry = z.object({ side: z.string(), from: z.string().nullable(), to: z.string(), by: z.string(), userId: z.string().nullable(), at: z.string(), noticedAt: z.string().nullable() });
const story = z.object({
	timeline: z.array(z.string()),
	history: z.array(entry),
	attention: z.array(z.object({ reason: z.string(), since: z.string(), until: z.string().nullable(), ended: z.string().nullable() })),
});
const calls = z.array(z.object({ route: z.string(), orders: z.array(z.string()) }));

describe.each(pairs)('The history of an order: $name', (pair) => {
	const { market, crm } = pair;
	let world: World;
	beforeEach(async () => {
		world = await World.open(pair);
	}, 60_000);
	afterEach(() => world.close());

	async function journal(parameters: object) {
		const run = await world.engine.runWorkflow({ nodes: [{ type: 'syncJournal', name: 'Journal', parameters: { ...parameters } }] });
		if (run.error) throw run.error;
		return (run.outputs('Journal')[0] ?? []).map(({ json }) => json);
	}
	const historyOf = async (number: string) => story.parse((await journal({ operation: 'getHistory', orderNumber: number }))[0]);
	const tick = () => world.sandbox.clock.advance(5_000);

	it('tells what each side did by itself, when, and which user of the CRM it was', async () => {
		const placedAt = world.sandbox.clock.now();
		const number = world.place();
		await world.sweep();
		tick();
		const movedAt = world.sandbox.clock.now();
		const userId = crm.moveAs(world.sandbox, world.dealOf(number).id, 'В доставке');
		await world.sweep({ options: { refusedMove: 'attention' } }).catch(() => undefined);
		const { history } = await historyOf(number);
		const [placed, made, moved] = history;
		expect(placed).toMatchObject({ side: 'marketplace', from: null, to: 'new', by: 'marketplace' });
		expect(Math.abs(Date.parse(placed?.at ?? '') - placedAt)).toBeLessThan(120_000);
		expect(made).toMatchObject({ side: 'crm', from: null, to: 'new', by: 'sync' });
		expect(moved).toMatchObject({ side: 'crm', from: 'new', to: 'in_delivery', by: 'manager', userId: String(userId) });
		expect(Math.abs(Date.parse(moved?.at ?? '') - movedAt)).toBeLessThan(2_000);
		expect(moved?.noticedAt).not.toBeNull();
		// The same moves are not written down again by later looks.
		await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}]);
		expect((await historyOf(number)).history.filter(({ by }) => by === 'manager')).toHaveLength(1);
	}, 60_000);

	it('tells of the marketplace\'s own steps and of a deal that was deleted', async () => {
		const number = world.place();
		await world.sweep();
		tick();
		market.stepInCabinet.act(world.sandbox, number);
		await world.sweep();
		crm.remove(world.sandbox, world.dealOf(number).id);
		await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}]);
		const { history } = await historyOf(number);
		expect(history.map(({ side, to, by }) => [side, to, by])).toEqual([
			['marketplace', 'new', 'marketplace'],
			['crm', 'new', 'sync'],
			['marketplace', 'ready', 'marketplace'],
			['crm', 'ready', 'sync'],
			['crm', 'deleted', 'manager'],
		]);
	}, 60_000);

	it('tells when an order waited for a person, and how that ended', async () => {
		const number = world.place();
		await world.sweep();
		const { id } = world.dealOf(number);
		for (const how of ['came back', 'decision'] as const) {
			world.sandbox.clock.advance(61_000);
			crm.moveAway(world.sandbox, id, pipelineName);
			expect((await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}])).attention).toHaveLength(1);
			await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}]);
			world.sandbox.clock.advance(61_000);
			if (how === 'came back') {
				crm.moveBack(world.sandbox, id, pipelineName, 'Новая заявка');
				await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}]);
			} else await world.orderSync('resolve', { orderNumber: number, decision: 'let_go' });
		}
		const { attention, timeline } = await historyOf(number);
		expect(attention).toEqual([
			{ reason: expect.stringContaining('в другую воронку'), since: expect.any(String), until: expect.any(String), ended: 'a later look found its cause gone' },
			{ reason: expect.stringContaining('в другую воронку'), since: expect.any(String), until: expect.any(String), ended: 'a person decided «let go»' },
		]);
		expect(timeline.join('\n')).toMatch(/order is new, on the marketplace[^]*needs attention: [^]*needs nobody any more: a later look/);
		expect(timeline).toEqual([...timeline].sort((a, b) => a.slice(0, 24).localeCompare(b.slice(0, 24))));
	}, 60_000);

	it('names the orders in the log of calls, also one alone', async () => {
		const [one, two] = [world.place(), world.place()];
		await world.sweep();
		const before = calls.parse(await journal({ operation: 'getLog', limit: 200 }));
		market.stepInCabinet.act(world.sandbox, one);
		await world.sweep();
		const all = calls.parse(await journal({ operation: 'getLog', limit: 200 }));
		const about = (number: string, log = all) => log.filter(({ orders }) => orders.includes(number));
		// The step was one order's alone.
		expect(about(one).length).toBeGreaterThan(about(one, before).length);
		expect(about(two)).toHaveLength(about(two, before).length);
		expect(about(two).length).toBeGreaterThan(0);
		const ofOne = calls.parse(await journal({ operation: 'getLog', limit: 200, ofOrder: one }));
		expect(ofOne).toEqual(about(one));
	}, 60_000);
});
