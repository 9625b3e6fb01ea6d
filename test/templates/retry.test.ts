import { pairs } from '../orderSync/world';
import { PAIRS } from '../../demo/pairs';
import { madeOutFor } from '../../demo/provision';
import { workflowSchema } from '../../demo/n8nApi';
import { giveTheClockBack, longestWaitMs, numbersIn, pass, Published, syncOf, takeTheClock } from './published';
import { asTemplate, readTemplate } from './template';

const shipped = readTemplate('retry-failed-orders');

beforeAll(takeTheClock);
afterAll(giveTheClockBack);

describe.each(pairs)('the retry, made out for $name as the demo does it', (pair) => {
	const { template: sync, trigger, sync: inStep, ask } = syncOf(pair);
	const known = PAIRS.find(({ name }) => name === `${pair.market.api}-${pair.crm.api}`);
	if (!known) throw new Error(`The demo does not know ${pair.name}`);
	const retry = asTemplate(madeOutFor(known, workflowSchema.parse(shipped)));
	const queue = 'Retry what is due';
	let shop: Published;
	let number: string;

	const retried = async () => {
		pass(longestWaitMs);
		return await shop.run(retry, 'Every minute');
	};

	beforeEach(async () => {
		shop = await Published.open(pair);
		number = shop.world.place();
		await shop.run(sync, 'Every 2 minutes');
		shop.world.move(number, pair.market.command.wanted);
		shop.world.sandbox.faults.set({ api: pair.market.api, kind: 'wrong-shape' });
		expect((await shop.crmTells(sync, trigger, number))?.outputs(inStep)[0]?.map(({ json }) => [json.orderNumber, json.attempts])).toEqual([[number, 1]]);
	}, 60_000);
	afterEach(() => shop.world.close());

	it('takes up what failed, raises the alarm the fifth time, carries the order over and has nothing left to do', async () => {
		for (let attempt = 2; attempt <= 6; attempt += 1) {
			const run = await retried();
			expect(run.outputs(queue).map((items) => items.map(({ json }) => [json.orderNumber, json.attempts]))).toEqual([[], [], attempt === 5 ? [[number, attempt]] : []]);
			expect([attempt, run.error?.message]).toEqual([attempt, attempt === 5 ? expect.stringContaining(number) : undefined]);
		}
		shop.world.sandbox.faults.clear();
		expect(numbersIn(await retried(), queue)).toEqual([number]);
		expect([shop.world.status(number), shop.world.commands()]).toMatchObject([pair.market.command.status, { accepted: 1 }]);
		// What the marketplace does in the background shows a moment later.
		await retried();
		const before = shop.world.deals();
		const idle = await retried();
		expect([idle.error, idle.outputs(queue).flat()]).toEqual([undefined, []]);
		expect([shop.world.deals(), shop.world.commands().accepted]).toEqual([before, 1]);
	}, 60_000);

	it('gives the manager one task when the rules cannot settle it', async () => {
		shop.moveAway(number);
		shop.world.sandbox.faults.clear();
		const run = await retried();
		expect([run.error, numbersIn(run, ask).length, numbersIn(run, queue, 1)]).toEqual([undefined, 1, [number]]);
		await retried();
		expect(shop.dealOf(number).tasks).toHaveLength(1);
	}, 60_000);
});
