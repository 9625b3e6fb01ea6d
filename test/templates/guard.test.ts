import { play } from '../orderSync/markets/ozon';
import { pairs } from '../orderSync/world';
import { giveTheClockBack, numbersIn, pass, Published, syncOf, takeTheClock } from './published';
import { readTemplate } from './template';

const guard = readTemplate('ozon-express-dispute-guard');
const trigger = 'A posting has changed';
const disputes = 'Only those nobody was told of';

beforeAll(takeTheClock);
afterAll(giveTheClockBack);

describe.each(pairs.filter(({ market, crm }) => market.api === 'ozon' && crm.api === 'amocrm'))('the dispute guard beside the sync of $name, as shipped', (pair) => {
	const { template: sync } = syncOf(pair);
	let shop: Published;
	let number: string;

	const act = (action: Parameters<typeof play>[2]) => play(shop.world.sandbox, number, action);
	const swept = async () => {
		pass(120_000);
		return await shop.run(sync, 'Every 2 minutes');
	};
	const polled = async () => {
		pass(60_000);
		return await shop.poll(guard, trigger);
	};
	const attach = (what: string, kind: string) =>
		shop.run(guard, 'Courier attaches proof', [{ 'Номер отправления': ` ${number} `, 'Что приложено': kind, 'Ссылка, имя файла или номер': what, 'Кто передал': 'Курьер 7' }], 'webhook');
	const expectOneTask = () => {
		const { stage, tasks } = shop.dealOf(number);
		expect([stage, tasks.length]).toEqual(['Спор', 1]);
		for (const part of [`№ ${number}`, 'Фото: https://files.example/handover.jpg (Курьер 7', 'Серийный номер / IMEI: SN-77 (Курьер 7']) expect(tasks[0]?.text).toContain(part);
	};

	/** An Express order at the buyer's door, with proofs from the courier's form. */
	beforeEach(async () => {
		shop = await Published.open(pair);
		number = shop.world.place();
		await swept();
		for (const stage of ['Готов к отгрузке', 'В доставке', 'Доставлен']) {
			shop.world.move(number, stage);
			await swept();
			await swept();
		}
		expect(shop.dealOf(number).stage).toBe('Доставлен');
		for (const [what, kind] of [['https://files.example/handover.jpg', 'Фото'], ['SN-77', 'Серийный номер'], ['SN-77', 'Серийный номер']] as const) {
			expect((await attach(what, kind)).error).toBeUndefined();
		}
		// The first poll only looks around.
		expect(await polled()).toBeUndefined();
	}, 60_000);
	afterEach(() => shop.world.close());

	it.each([
		['sees the dispute first', false],
		['comes after the sync', true],
	])('%s: one alarm, one task with every proof, and nothing more when Ozon decides against the seller', async (_name, isLate) => {
		act('dispute');
		if (isLate) await swept();
		const run = await polled();
		expect([run?.status, run?.error?.message]).toEqual(['error', expect.stringContaining(number)]);
		expectOneTask();
		expect((await polled())?.error).toBeUndefined();
		expect((await swept()).error).toBeUndefined();

		act('decide-for-buyer');
		const decided = await polled();
		expect([numbersIn(decided, 'Only disputes'), numbersIn(decided, disputes), decided?.error]).toEqual([[number], [], undefined]);
		const before = shop.dealOf(number);
		expect(await polled()).toBeUndefined();
		expect(shop.dealOf(number)).toEqual(before);
		expectOneTask();
	}, 60_000);

	it('raises the alarm for a silent cancellation after the hand-over too', async () => {
		act('cancel-by-ozon');
		expect((await polled())?.error?.message).toContain(number);
		expectOneTask();
	}, 60_000);

	it('is silent when the buyer has it', async () => {
		act('receive');
		const run = await polled();
		expect([run?.error, numbersIn(run, 'Only disputes')]).toEqual([undefined, []]);
		expect(shop.dealOf(number)).toMatchObject({ stage: 'Успешно реализовано', tasks: [] });
	}, 60_000);

	it('gives the manager a task when the deal is not where the rules expect it', async () => {
		shop.moveAway(number);
		act('receive');
		const run = await polled();
		expect([run?.error, numbersIn(run, 'Look at the posting', 1)]).toEqual([undefined, [number]]);
		expect(shop.dealOf(number).tasks).toHaveLength(1);
	}, 60_000);

	it('raises the alarm with the proof that could not be kept', async () => {
		const run = await shop.run(guard, 'Courier attaches proof', [{ 'Номер отправления': number, 'Что приложено': 'Фото', 'Ссылка, имя файла или номер': ' ', 'Кто передал': 'Курьер 7' }], 'webhook');
		expect([run.status, run.error?.message]).toEqual(['error', expect.stringContaining(number)]);
	}, 60_000);
});
