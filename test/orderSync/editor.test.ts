import { NodeHelpers, type INodeParameters } from 'n8n-workflow';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
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

describe('the fields that the editor shows', () => {
	const { description } = new OrderSync();
	const shown = (typeVersion: number, stated: INodeParameters): string[] => {
		const node = { typeVersion };
		const parameters = NodeHelpers.getNodeParameters(description.properties, stated, true, false, node, description) ?? {};
		return description.properties.filter((property) => NodeHelpers.displayParameter(parameters, property, node, description)).map(({ name }) => name);
	};
	const services = ['marketplace', 'crm', 'crmAuthentication'];

	it('begin with the one that matters, and show pipeline and map only where they are stated', () => {
		expect(shown(2, {})).toEqual(['operation', ...services, 'settings', 'options']);
		expect(shown(2, { operation: 'resolve' })).toEqual(['operation', 'orderNumber', 'decision', ...services, 'settings', 'options']);
		expect(shown(2, { operation: 'sync', identifyBy: 'orderNumber' })).toEqual(['operation', 'identifyBy', 'identifier', ...services, 'settings', 'options']);
		expect(shown(2, { operation: 'preparePair' })).toEqual(['operation', ...services, 'pipeline', 'stageMapBy', 'options']);
		expect(shown(2, { settings: 'own', stageMapBy: 'hand' })).toEqual(['operation', ...services, 'settings', 'pipeline', 'stageMapBy', 'stageMap', 'options']);
	});

	it('are in nodes of version 0.1.0 those that they had', () => {
		expect(shown(1, {}).sort()).toEqual(['operation', ...services, 'pipeline', 'stageMap', 'options'].sort());
		expect(shown(1, { operation: 'prepare' }).sort()).toEqual(['operation', ...services, 'pipeline', 'options'].sort());
	});
});
