import { pairs, World } from './world';

describe.each(pairs.slice(0, 1))('An order that keeps failing: $name', (pair) => {
	let world: World;
	beforeEach(async () => {
		world = await World.unprepared(pair);
	}, 60_000);
	afterEach(() => world.close());

	const problems = async () => {
		const { run, outputs } = await world.engine.runWorkflow({ nodes: [{ type: 'syncJournal', name: 'Journal', parameters: { operation: 'getProblems' } }] });
		expect(run.status).toBe('success');
		return (outputs('Journal')[0] ?? []).map(({ json }) => json);
	};

	it('is among the problems while it fails, and Retry Due finishes it', async () => {
		const soon = { options: { retryFirstSeconds: 1, outputUnchanged: true } };
		const number = world.place();
		await world.keepInStep(soon, [{}]);
		expect(await problems()).toEqual([]);

		world.sandbox.faults.set({ api: pair.market.api, kind: 'wrong-shape' });
		const { failed } = await world.keepInStep({ operation: 'sync', identifyBy: 'orderNumber', identifier: number, ...soon }, [{}]);
		world.sandbox.faults.clear();
		expect(failed.map(({ json }) => json.orderNumber)).toEqual([number]);
		expect(await problems()).toMatchObject([{ orderNumber: number, attempts: 1 }]);

		const tried: unknown[] = [];
		for (let round = 0; round < 60 && tried.length === 0; round += 1) {
			await new Promise((done) => setTimeout(done, 500));
			tried.push(...(await world.keepInStep({ operation: 'retryDue', ...soon })).synced.map(({ json }) => json.orderNumber));
		}
		expect(tried).toEqual([number]);
		expect(await problems()).toEqual([]);
	}, 120_000);
});
