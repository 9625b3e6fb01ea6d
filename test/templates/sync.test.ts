import { derivedToken } from '../../nodes/Ozon/trigger/pushAddress';
import type { WorkflowRun } from '../engine/engine';
import { play } from '../orderSync/markets/ozon';
import { pairs, pipelineName } from '../orderSync/world';
import { giveTheClockBack, longestWaitMs, numbersIn, pass, Published, syncOf, takeTheClock } from './published';

const schedule = 'Every 2 minutes';

beforeAll(takeTheClock);
afterAll(giveTheClockBack);

describe.each(pairs)('the two-way sync of $name, as shipped', (pair) => {
	const { template, trigger, sync, ask } = syncOf(pair);
	let shop: Published;

	const swept = async (): Promise<WorkflowRun> => {
		pass(120_000);
		return await shop.run(template, schedule);
	};
	const world = () => ({ deals: shop.world.deals(), contacts: shop.world.contacts(), commands: shop.world.commands() });
	/** An order whose deal is there. */
	const placed = async (): Promise<string> => {
		const number = shop.world.place();
		expect(numbersIn(await swept(), sync)).toContain(number);
		return number;
	};

	beforeEach(async () => {
		shop = await Published.open(pair);
	}, 60_000);
	afterEach(() => shop.world.close());

	it('sets up the CRM by its first run, and a second one changes nothing', async () => {
		const numbers = [shop.world.place(), shop.world.place(), shop.world.place()];
		const first = await swept();
		expect(first.error).toBeUndefined();
		expect(numbersIn(first, sync).sort()).toEqual([...numbers].sort());
		const before = world();
		expect(before.deals.map(({ orderNumber }) => orderNumber).sort()).toEqual([...numbers].sort());
		const second = await swept();
		expect([second.error, second.outputs(sync).flat()]).toEqual([undefined, []]);
		expect(world()).toEqual(before);
		expect(pair.crm.pipelines(shop.world.sandbox).filter((name) => name === pipelineName)).toEqual([pipelineName]);
	}, 60_000);

	it('carries a deal that a manager moves to the marketplace at once, and a webhook that comes twice does nothing more', async () => {
		const number = await placed();
		shop.world.move(number, pair.market.command.wanted);
		const told = await shop.crmTells(template, trigger, number);
		expect(told?.error).toBeUndefined();
		expect(numbersIn(told, sync)).toEqual([number]);
		expect([shop.world.status(number), shop.world.commands()]).toMatchObject([pair.market.command.status, { accepted: 1, refused: 0, forbidden: [] }]);
		await swept();
		const before = world();
		expect(before.deals).toMatchObject([{ stage: pair.market.command.stage }]);
		expect((await shop.crmTells(template, trigger, number))?.error).toBeUndefined();
		expect(world()).toEqual(before);
	}, 60_000);

	it('gives the manager one task for what the rules cannot settle, whoever sees it first', async () => {
		const [told, found] = [await placed(), await placed()];
		shop.moveAway(told);
		expect(numbersIn(await shop.crmTells(template, trigger, told), sync, 1)).toEqual([told]);
		shop.moveAway(found);
		pair.market.stepInCabinet.act(shop.world.sandbox, found);
		expect(numbersIn(await swept(), sync, 1)).toEqual([found]);
		await shop.crmTells(template, trigger, found);
		await swept();
		for (const number of [told, found]) expect(shop.dealOf(number).tasks.map(({ text }) => text)).toEqual([expect.stringContaining('другую воронку')]);
	}, 60_000);

	it('raises the alarm with the order when there is no deal to put a task on', async () => {
		const number = await placed();
		pair.crm.remove(shop.world.sandbox, shop.world.dealOf(number).id);
		pair.market.stepInCabinet.act(shop.world.sandbox, number);
		const run = await swept();
		expect(numbersIn(run, ask, 1)).toEqual([number]);
		expect([run.status, run.error?.message]).toEqual(['error', expect.stringContaining(number)]);
		expect((await swept()).error).toBeUndefined();
	}, 60_000);

	it('raises the alarm the fifth time that an order fails, keeps it in the queue and carries it over in the end', async () => {
		const number = await placed();
		shop.world.move(number, pair.market.command.wanted);
		shop.world.sandbox.faults.set({ api: pair.market.api, kind: 'wrong-shape' });
		for (let attempt = 1; attempt <= 6; attempt += 1) {
			const run = await shop.crmTells(template, trigger, number);
			const isTold = attempt === 5;
			expect(run?.outputs(sync)[isTold ? 2 : 0]?.map(({ json }) => [json.orderNumber, json.attempts, json.result])).toEqual([[number, attempt, isTold ? 'failed' : 'waiting']]);
			expect([attempt, run?.error?.message]).toEqual([attempt, attempt === 5 ? expect.stringContaining(number) : undefined]);
			pass(longestWaitMs);
		}
		shop.world.sandbox.faults.clear();
		expect(numbersIn(await swept(), sync)).toEqual([number]);
		expect([shop.world.status(number), shop.world.commands()]).toMatchObject([pair.market.command.status, { accepted: 1 }]);
	}, 60_000);
});

describe.each(pairs.filter(({ market }) => market.api === 'ozon'))('pushes of Ozon in the two-way sync of $name', (pair) => {
	it('carry a posting and its cancellation into the CRM without a sweep, once', async () => {
		const { template, sync } = syncOf(pair);
		const shop = await Published.open(pair);
		try {
			await shop.run(template, schedule);
			const trigger = 'Ozon reports a change';
			const [, { apiKey }] = pair.market.credential(shop.world.sandbox.credentials());
			const push = (body: Record<string, string>) =>
				shop.call(template, trigger, { headers: { 'content-type': 'application/json' }, params: { token: derivedToken(String(apiKey), `webhook-${trigger}`) }, body: { seller_id: '1', ...body } });
			const number = shop.world.place();
			const fresh = await push({ message_type: 'TYPE_NEW_POSTING', posting_number: number, in_process_at: new Date().toISOString() });
			expect([fresh?.error, numbersIn(fresh, sync)]).toEqual([undefined, [number]]);
			expect(shop.world.dealOf(number).stage).toBe('Новая заявка');

			play(shop.world.sandbox, number, 'cancel-by-ozon');
			const cancelled = { message_type: 'TYPE_POSTING_CANCELLED', posting_number: number, new_state: 'posting_canceled', changed_state_date: new Date().toISOString() };
			expect((await push(cancelled))?.error).toBeUndefined();
			expect(shop.world.dealOf(number).stage).toBe('Закрыто и не реализовано');
			const before = shop.world.deals();
			expect(await push(cancelled)).toBeUndefined();
			expect((await shop.run(template, schedule)).error).toBeUndefined();
			expect(shop.world.deals()).toEqual(before);
		} finally {
			await shop.world.close();
		}
	}, 60_000);
});

describe.each(pairs.filter(({ market }) => market.api === 'kaspi'))('the poll of Kaspi in the two-way sync of $name', (pair) => {
	it('carries a new order and its cancellation into the CRM without a sweep', async () => {
		const { template, sync } = syncOf(pair);
		const shop = await Published.open(pair);
		const polled = async () => {
			pass(60_000);
			return await shop.poll(template, 'Order changed in Kaspi');
		};
		try {
			await shop.run(template, schedule);
			// The first poll only looks around.
			expect(await polled()).toBeUndefined();
			const number = shop.world.place();
			const fresh = await polled();
			expect([fresh?.error, numbersIn(fresh, sync)]).toEqual([undefined, [number]]);
			expect(shop.world.dealOf(number).stage).toBe('Новая заявка');
			pair.market.cancel(shop.world.sandbox, number);
			expect((await polled())?.error).toBeUndefined();
			expect(shop.world.dealOf(number).stage).toBe('Закрыто и не реализовано');
			const before = shop.world.deals();
			expect((await shop.run(template, schedule)).error).toBeUndefined();
			expect(shop.world.deals()).toEqual(before);
		} finally {
			await shop.world.close();
		}
	}, 60_000);
});

it.each(pairs)('a decision of a person comes back into the same node: $name', async (pair) => {
	const { template, sync } = syncOf(pair);
	const shop = await Published.open(pair);
	try {
		const number = shop.world.place();
		await shop.run(template, schedule);
		shop.moveAway(number);
		pair.market.stepInCabinet.act(shop.world.sandbox, number);
		expect(numbersIn(await shop.run(template, schedule), sync, 1)).toEqual([number]);
		const decided = await shop.run(template, sync, [{ orderNumber: number, decision: 'let_go' }]);
		expect([decided.error, numbersIn(decided, sync)]).toEqual([undefined, [number]]);
	} finally {
		await shop.world.close();
	}
}, 60_000);
