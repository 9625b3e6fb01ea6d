import { pairs, pipelineName, World } from './world';

/** The marketplace has no part in it. */
const crms = pairs.filter(({ market }) => market.name === 'Kaspi');

describe.each(crms)('Prepare CRM: $name', (pair) => {
	let world: World;
	beforeEach(async () => {
		world = await World.unprepared(pair);
	});
	afterEach(() => world.close());
	const fields = () => {
		const { fields: all } = world.sandbox[pair.crm.api === 'amocrm' ? 'amocrm' : 'bitrix24'].state();
		return Object.values(all).flatMap((list) => list.map((field: { name: string; label?: string }) => (field.label !== undefined ? field.label : field.name))).filter((name) => name === 'Номер заказа');
	};

	it('makes everything once in three executions at once', async () => {
		const runs = await Promise.all([1, 2, 3].map(() => world.orderSync('prepare')));
		expect(runs.map(({ run }) => run.error?.message)).toEqual([undefined, undefined, undefined]);
		expect(pair.crm.pipelines(world.sandbox).filter((name) => name === pipelineName)).toHaveLength(1);
		expect(fields()).toHaveLength(1);
		const stages = world.sandbox[pair.crm.api === 'amocrm' ? 'amocrm' : 'bitrix24'].state().pipelines.find(({ name }) => name === pipelineName)?.stages.map(({ name }: { name: string }) => name) ?? [];
		expect(new Set(stages).size).toBe(stages.length);
	}, 60_000);

	const troubles = (['500', '500-after-apply'] as const).flatMap((kind) => [0, 1, 2, 3].map((skip) => [kind, skip] as const));
	it.each(troubles)('goes on after a %s of call %i, and doubles nothing', async (kind, skip) => {
		world.sandbox.faults.set({ api: pair.crm.api, kind, method: 'POST', skip, next: 1 });
		const { run } = await world.orderSync('prepare');
		expect(run.error?.message).toBeUndefined();
		expect(pair.crm.pipelines(world.sandbox).filter((name) => name === pipelineName)).toHaveLength(1);
		expect(fields()).toHaveLength(1);
		expect((await world.orderSync('prepare')).synced[0]?.json.created).toEqual([]);
	}, 60_000);
});
