import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeHelpers, type INodeParameters } from 'n8n-workflow';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { giveTheClockBack, longestWaitMs, numbersIn, pass, Published, takeTheClock } from '../templates/published';
import { asTemplate, type Template } from '../templates/template';
import { pairs, pipelineName, World } from './world';

/** What n8n stores of a node when it is saved: everything that is not at its default is left out. */
function stored(typeVersion: number, parameters: INodeParameters): INodeParameters {
	const { description } = new OrderSync();
	const node = { typeVersion };
	return NodeHelpers.getNodeParameters(description.properties, parameters, false, false, node, description) ?? {};
}

const byName = (market: string, crm: string) => {
	const pair = pairs.find((each) => each.market.api === market && each.crm.api === crm);
	if (!pair) throw new Error(`no pair ${market} ${crm}`);
	return pair;
};
const kaspiAmo = byName('kaspi', 'amocrm');
const pipeline = { __rl: true, mode: 'name', value: pipelineName };

describe('a node as version 0.1.0 has saved it', () => {
	let world: World;

	beforeEach(async () => {
		world = await World.open(kaspiAmo);
	}, 60_000);
	afterEach(() => world.close());

	it('has no operation when it sweeps, and no marketplace and CRM when they are the first ones', () => {
		const full = { marketplace: 'kaspi', crm: 'amoCrm', crmAuthentication: 'accessToken', operation: 'sweep', pipeline, options: {} };
		expect(stored(1, full)).toEqual({ pipeline, options: {} });
		expect(stored(2, { ...full, operation: 'keepInStep' })).not.toHaveProperty('operation');
	});

	it('goes on sweeping with what it states itself, and knows nothing of settings', async () => {
		const number = world.place();
		const saved = { type: 'orderSync', name: 'Order Sync', typeVersion: 1, parameters: { pipeline, options: {} } };
		const run = await world.engine.runWorkflow({ nodes: [saved], input: [{ orderNumber: 'of nobody' }] });
		// It sweeps whatever its items say.
		expect([run.error, run.outputs('Order Sync').map((items) => items.map(({ json }) => json.orderNumber))]).toEqual([undefined, [[number], [], []]]);
		// The settings of the pair, which somebody makes later, are not its own: it says so once, and not in its items.
		await world.keepInStep({ operation: 'preparePair', pipeline: { ...pipeline, value: 'Другая' } });
		const later = world.place();
		const again = await world.engine.runWorkflow({ nodes: [saved] });
		const hints = (of: typeof again) => (of.run.data.resultData.runData['Order Sync']?.[0]?.hints ?? []).map(({ message }) => message);
		expect(hints(again)).toEqual([expect.stringContaining('Pipeline')]);
		expect(again.outputs('Order Sync')[0]?.map(({ json }) => [json.orderNumber, json.settingsDiffer])).toEqual([[later, undefined]]);
		expect(world.dealOf(later).stage).toBe('Новая заявка');
		expect(hints(await world.engine.runWorkflow({ nodes: [saved] }))).toEqual([]);
	}, 60_000);

	it('still makes every stage with Prepare CRM, without the marketplace\'s credential', async () => {
		const node = { type: 'orderSync', name: 'Prepare', typeVersion: 1, parameters: { operation: 'prepare', pipeline: { ...pipeline, value: 'Ещё одна' } }, credentials: ['amoCrmApi'] };
		const run = await world.engine.runWorkflow({ nodes: [node] });
		expect(run.error).toBeUndefined();
		expect(kaspiAmo.crm.stages(world.sandbox, 'Ещё одна')).toEqual(expect.arrayContaining(['Ожидает оплаты', 'Доставлен', 'Спор']));
	}, 60_000);
});

const savedTemplate = (file: string): Template => asTemplate(JSON.parse(readFileSync(join(__dirname, 'saved-0.1.0', `${file}.json`), 'utf8')));

describe.each([kaspiAmo, byName('ozon', 'bitrix24')])('the templates that version 0.1.0 shipped: $name', (pair) => {
	const sync = savedTemplate(`${pair.market.api}-${pair.crm.api}-two-way-sync`);
	let shop: Published;

	beforeAll(takeTheClock);
	afterAll(giveTheClockBack);
	beforeEach(async () => {
		shop = await Published.open(pair);
		expect((await shop.run(sync, `Set up ${pair.crm.name} once`, undefined, 'manual')).error).toBeUndefined();
	}, 60_000);
	afterEach(() => shop.world.close());

	it('work as before: a sweep, a manager\'s move by webhook, a task', async () => {
		const swept = async () => {
			pass(120_000);
			return await shop.run(sync, 'Every 2 minutes');
		};
		const number = shop.world.place();
		expect(numbersIn(await swept(), 'Both sides agree')).toEqual([number]);
		shop.world.move(number, pair.market.command.wanted);
		expect(numbersIn(await shop.crmTells(sync, `Deal changed in ${pair.crm.name}`, number), 'Both sides agree')).toEqual([number]);
		expect([shop.world.status(number), shop.world.commands()]).toMatchObject([pair.market.command.status, { accepted: 1, forbidden: [] }]);
		shop.moveAway(number);
		pair.market.cancel(shop.world.sandbox, number);
		await swept();
		expect(shop.dealOf(number).tasks).toHaveLength(1);
	}, 60_000);

	if (pair === kaspiAmo) {
		it('retry what failed', async () => {
			const retry = savedTemplate('retry-failed-orders');
			const number = shop.world.place();
			await shop.run(sync, 'Every 2 minutes');
			shop.world.move(number, pair.market.command.wanted);
			shop.world.sandbox.faults.set({ api: pair.market.api, kind: 'wrong-shape' });
			const failed = await shop.crmTells(sync, `Deal changed in ${pair.crm.name}`, number);
			expect(numbersIn(failed, 'Sync the changed deals', 2)).toEqual([number]);
			shop.world.sandbox.faults.clear();
			pass(longestWaitMs);
			expect(numbersIn(await shop.run(retry, 'Every minute'), 'Both sides agree')).toEqual([number]);
		}, 60_000);
	}
});
