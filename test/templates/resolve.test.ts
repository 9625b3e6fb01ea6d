import { pairs } from '../orderSync/world';
import { giveTheClockBack, numbersIn, pass, Published, syncOf, takeTheClock } from './published';
import { readTemplate } from './template';

const resolve = readTemplate('resolve-orders');
const step = 'Carry the decision out';

beforeAll(takeTheClock);
afterAll(giveTheClockBack);

describe.each(pairs.filter(({ market, crm }) => market.api === 'kaspi' && crm.api === 'amocrm'))('the form for decisions beside the sync of $name, as shipped', (pair) => {
	const { template: sync, sync: inStep } = syncOf(pair);
	let shop: Published;
	let number: string;

	const swept = async () => {
		pass(120_000);
		return await shop.run(sync, 'Every 2 minutes');
	};
	const decide = (decision: string, order = number) => shop.run(resolve, 'A manager decides', [{ 'Номер заказа': ` ${order} `, Решение: decision }], 'webhook');

	beforeEach(async () => {
		shop = await Published.open(pair);
		number = shop.world.place();
		await swept();
	}, 60_000);
	afterEach(() => shop.world.close());

	it('makes a new deal where the old one was deleted, with the settings of the pair', async () => {
		pair.crm.remove(shop.world.sandbox, shop.world.dealOf(number).id);
		pair.market.stepInCabinet.act(shop.world.sandbox, number);
		expect(numbersIn(await swept(), inStep, 1)).toEqual([number]);
		const run = await decide('Создать новую сделку');
		expect([run.error, numbersIn(run, step)]).toEqual([undefined, [number]]);
		expect(shop.world.dealOf(number).stage).toBe(pair.market.stepInCabinet.stage);
	}, 60_000);

	it.each([
		['Прав маркетплейс: сделку вслед за заказом', 'Новая заявка', 0],
		['Права CRM: заказ вслед за сделкой', 'Закрыто и не реализовано', 1],
	])('%s', async (decision, stage, commands) => {
		shop.world.move(number, 'Закрыто и не реализовано');
		expect((await decide(decision)).error).toBeUndefined();
		await swept();
		expect([shop.world.dealOf(number).stage, shop.world.commands()]).toMatchObject([stage, { accepted: commands, forbidden: [] }]);
	}, 60_000);

	it('raises the alarm for a number that the shop does not have', async () => {
		const run = await decide('Оставить как есть', '99999999-0999-1');
		expect([run.status, run.error?.message]).toEqual(['error', expect.stringContaining('99999999-0999-1')]);
	}, 60_000);
});
