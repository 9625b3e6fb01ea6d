import type { INodeParameters } from 'n8n-workflow';
import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { Bitrix24 } from '../../nodes/Bitrix24/Bitrix24.node';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { pairs, World } from './world';

/** *Create or Update* of the deal that carries the key of `$json`. */
const upserts: Record<string, INodeParameters & { type: string }> = {
	amocrm: { type: 'amoCrm', resource: 'deal', operation: 'upsert', matchField: '', matchValue: '={{ $json.system }}:{{ $json.id }}', name: 'By the node', stage: '' },
	bitrix24: {
		type: 'bitrix24', authentication: 'webhook', resource: 'deal', operation: 'upsert', externalSystem: '={{ $json.system }}', externalId: '={{ $json.id }}', title: 'By the node', stage: '',
		contactId: { __rl: true, mode: 'id', value: '' }, dealFields: { mappingMode: 'defineBelow', value: null },
	},
};

describe.each(pairs.filter(({ market }) => market.api === 'ozon'))('Create or Update of the CRM\'s node beside Order Sync: $name', (pair) => {
	let world: World;
	let system: string;
	beforeEach(async () => {
		world = await World.unprepared(pair, { nodeTypes: [OrderSync, AmoCrm, Bitrix24] });
		await world.orderSync('prepare');
		// Ozon's order id is its number.
		const first = world.place();
		await world.sweep();
		system = world.dealOf(first).key.slice(0, -first.length - 1);
	}, 60_000);
	afterEach(() => world.close());

	const deals = () => pair.crm.allDeals(world.sandbox).length;
	async function upsert(id: string) {
		const { type, ...parameters } = upserts[pair.crm.api] ?? { type: '' };
		const run = await world.engine.runWorkflow({ nodes: [{ type, name: 'CRM', parameters }], input: [{ system, id }] });
		if (run.error) throw run.error;
		return run.outputs('CRM')[0]?.[0]?.json;
	}
	async function sync(number: string) {
		const { run, failed, synced, attention } = await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}]);
		// The node's deal stands in another pipeline, which Order Sync may ask about.
		expect([run.error?.message, failed, synced.length + attention.length]).toEqual([undefined, [], 1]);
		return synced;
	}

	it('both at the same moment make one deal', async () => {
		for (let round = 1; round <= 5; round += 1) {
			const number = world.place();
			const before = deals();
			await Promise.all(round % 2 === 0 ? [upsert(number), sync(number)] : [sync(number), upsert(number)]);
			expect([round, deals() - before]).toEqual([round, 1]);
		}
	}, 60_000);

	it('what the node has just made is found by Order Sync, and the other way round', async () => {
		const number = world.place();
		const made = await upsert(number);
		expect(made).toMatchObject({ created: true });
		await upsert(number);
		await sync(number);
		expect(deals()).toBe(2);
		const other = world.place();
		const synced = await sync(other);
		expect(synced).toMatchObject([{ json: { did: expect.arrayContaining(['deal created']) } }]);
		expect(await upsert(other)).toMatchObject({ created: false });
		expect(deals()).toBe(3);
	}, 60_000);
});
