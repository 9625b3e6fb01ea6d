import { pairs, World } from './world';

describe.each(pairs.filter(({ crm }) => crm.api === 'bitrix24'))('What Bitrix24 cannot do now: $name', (pair) => {
	let world: World;
	beforeEach(async () => {
		world = await World.open(pair);
	}, 60_000);
	afterEach(() => world.close());

	it('waits while a method has no operating time left, and is not called failed', async () => {
		const first = world.place();
		world.sandbox.bitrix24.settings.operatingLimitSeconds = 480;
		world.sandbox.bitrix24.settings.methodCostSeconds = { 'crm.item.add': 470 };
		await world.orderSync('sweep');
		const numbers = [first, world.place(), world.place()];
		const { run, failed, attention } = await world.orderSync('sweep');
		// Work that waits comes out of the node when it is done.
		expect([run.error?.message, failed, attention]).toEqual([undefined, [], []]);
		expect(world.deals().length).toBeLessThan(numbers.length);
		const problems = await world.engine.runWorkflow({ nodes: [{ type: 'syncJournal', name: 'Journal', parameters: { operation: 'getProblems' } }] });
		expect(problems.outputs('Journal')[0]).toEqual([]);
	}, 60_000);
});

describe.each(pairs.filter(({ crm, market }) => crm.api === 'bitrix24' && market.api === 'ozon'))('A currency that the CRM lacks: $name', (pair) => {
	it('is a matter for a person, in words that say what to do, and the amount is never booked in another one', async () => {
		const world = await World.open(pair);
		try {
			world.sandbox.bitrix24.settings.currencies = ['KZT'];
			const number = world.place();
			const { attention, failed } = await world.orderSync('sweep');
			expect(failed).toEqual([]);
			expect(attention.map(({ json }) => [json.orderNumber, json.reason])).toEqual([[number, expect.stringContaining('нет валюты RUB')]]);
			expect(world.deals()).toEqual([]);
		} finally {
			await world.close();
		}
	}, 60_000);
});
