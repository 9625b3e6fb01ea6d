import type { INodeParameters } from 'n8n-workflow';
import { resourceMapping } from '../engine/contexts';
import { pairs, pipelineName, World } from './world';

describe.each(pairs)('Order Sync in the editor: $name', (pair) => {
	let world: World;
	beforeEach(async () => {
		world = await World.unprepared(pair);
	}, 60_000);
	afterEach(() => world.close());

	const stageMap = async (mode: string, value: string, typeVersion = 1, second: INodeParameters = {}) => {
		const parameters = { ...pair.market.parameters, ...pair.crm.parameters, operation: 'sweep', pipeline: { __rl: true, mode, value } };
		return await resourceMapping(world.engine, { type: 'orderSync', typeVersion, parameters: { ...parameters, ...second } }, 'stagesOfPipeline');
	};

	it('says instead of the stage map that the pipeline is not there, and shows the map as soon as it is', async () => {
		for (const [mode, value] of [['name', pipelineName], ['id', '987654321'], ['list', '987654321'], ['name', '']] as const) {
			// n8n's editor shows this text where there are no fields; without it the map vanishes.
			expect(await stageMap(mode, value)).toEqual({ fields: [], emptyFieldsNotice: expect.stringMatching(/no such pipeline.*Prepare CRM/) });
		}
		await world.orderSync('prepare');
		// Named as a run would take it: without regard to case and blanks.
		for (const value of [pipelineName, ` ${pipelineName.toUpperCase()} `]) {
			const { fields, emptyFieldsNotice } = await stageMap('name', value);
			expect(fields.length).toBeGreaterThan(8);
			expect(emptyFieldsNotice).toBeUndefined();
		}
	}, 60_000);

	it('shows only rows that the marketplace has, with what was chosen for the pair before', async () => {
		const second = { operation: 'preparePair', stageMapBy: 'hand' };
		expect(await stageMap('name', pipelineName, 2, second)).toMatchObject({ fields: [] });
		await world.keepInStep({ operation: 'preparePair', pipeline: { __rl: true, mode: 'name', value: pipelineName } });
		const { fields } = await stageMap('name', pipelineName, 2, second);
		const rows = fields.map(({ id }) => id);
		const foreign = pair.market.api === 'kaspi' ? ['awaiting_payment', 'delivered', 'dispute'] : ['awaiting_payment', 'awaiting_signature'];
		expect(rows.filter((id) => foreign.includes(id))).toEqual([]);
		expect(fields.filter(({ defaultValue }) => defaultValue === null)).toEqual([]);

		const inDelivery = fields.find(({ id }) => id === 'in_delivery')?.defaultValue;
		const stageMapValue = { mappingMode: 'defineBelow', value: { ready: String(inDelivery) } };
		await world.keepInStep({ ...second, pipeline: { __rl: true, mode: 'name', value: pipelineName }, stageMap: stageMapValue });
		expect((await stageMap('name', pipelineName, 2, second)).fields.find(({ id }) => id === 'ready')?.defaultValue).toBe(inDelivery);
	}, 60_000);
});
