import { openJournal } from '../../journal/open';
import type { Link } from '../../journal/journal';
import { play } from './markets/ozon';
import { pairs, World } from './world';

const ozonPairs = pairs.filter(({ market }) => market.api === 'ozon');

/** What a process that was killed while it waited for the CRM leaves behind: the command is at Ozon, the journal knows only that it was sent. */
describe.each(ozonPairs)('Killed after the command "delivered": $name', (pair) => {
	let world: World;
	let number: string;

	const linkNow = async (): Promise<Link> => {
		const [link] = await (await openJournal()).links.everywhere(number);
		if (!link) throw new Error('the journal knows no link');
		return link;
	};
	const moveAndSweep = async (stage: string): Promise<void> => {
		world.move(number, stage);
		await world.sweep();
		await world.sweep();
	};

	beforeEach(async () => {
		world = await World.open(pair);
		number = world.place();
		await world.sweep();
		for (const stage of ['Готов к отгрузке', 'В доставке']) await moveAndSweep(stage);
		const before = await linkNow();
		await moveAndSweep('Доставлен');
		await (await openJournal()).links.save([before]);
	}, 60_000);
	afterEach(() => world.close());

	it('a cancellation before the next look is a dispute all the same, and stays closed once a person has decided', async () => {
		play(world.sandbox, number, 'cancel-by-ozon');
		await world.sweep();
		expect(world.dealOf(number)).toMatchObject({ stage: 'Спор', tasks: [expect.objectContaining({ text: expect.stringContaining(number) })] });
		await world.orderSync('resolve', { orderNumber: number, decision: 'use_marketplace' });
		await world.sweep();
		await world.sweep();
		expect(world.dealOf(number).stage).toBe('Закрыто и не реализовано');
	}, 60_000);

	it('the buyer who has it is no dispute', async () => {
		play(world.sandbox, number, 'receive');
		await world.sweep();
		expect(world.dealOf(number)).toMatchObject({ stage: 'Успешно реализовано', tasks: [] });
	}, 60_000);
});
