import { resourceMapping } from '../engine/contexts';
import { pairs, pipelineName, World } from './world';

describe.each(pairs)('Order Sync in the editor: $name', (pair) => {
	let world: World;
	beforeEach(async () => {
		world = await World.unprepared(pair);
	}, 60_000);
	afterEach(() => world.close());

	const stageMap = async (mode: string, value: string) => {
		const parameters = { ...pair.market.parameters, ...pair.crm.parameters, operation: 'sweep', pipeline: { __rl: true, mode, value } };
		return await resourceMapping(world.engine, { type: 'orderSync', parameters }, 'stagesOfPipeline');
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
});
