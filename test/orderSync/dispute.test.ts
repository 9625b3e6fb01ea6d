import { openJournal } from '../../journal/open';
import { play } from './markets/ozon';
import { pairs, World } from './world';

const hourMs = 3_600_000;

describe.each(pairs.filter(({ market }) => market.api === 'ozon'))('Delivered, then disputed: $name', (pair) => {
	let world: World;
	let number: string;

	const act = (action: Parameters<typeof play>[2]) => play(world.sandbox, number, action);
	const attach = (kind: string, what: string) =>
		world.engine.runWorkflow({
			nodes: [{ type: 'syncJournal', parameters: { operation: 'attachProof', orderNumber: number, kind, what, by: 'Courier 7' } }],
		});
	const substatus = () => world.sandbox.ozon.shop.postings.get(number)?.substatus;

	/** An Express order that a manager has taken all the way to «Доставлен», with proofs of the hand-over. */
	beforeEach(async () => {
		world = await World.open(pair);
		number = world.place();
		await world.sweep();
		for (const stage of ['Готов к отгрузке', 'В доставке', 'Доставлен']) {
			world.move(number, stage);
			await world.sweep();
			await world.sweep();
		}
		expect((await attach('photo', 'https://files.example/handover.jpg')).status).toBe('success');
		expect((await attach('signature', 'act-77.pdf')).status).toBe('success');
	}, 60_000);
	afterEach(() => world.close());

	const expectDispute = () => {
		const { stage, tasks } = world.dealOf(number);
		expect(stage).toBe('Спор');
		expect(tasks).toHaveLength(1);
		const [task] = tasks;
		for (const part of ['Срочно', `№ ${number}`, 'Фото: https://files.example/handover.jpg (Courier 7', 'Подпись: act-77.pdf (Courier 7']) {
			expect(task?.text).toContain(part);
		}
		expect(task?.dueAt).toBeGreaterThan(Date.now());
		expect(task?.dueAt).toBeLessThanOrEqual(Date.now() + 2 * hourMs);
	};

	it('«delivered» by the seller is Ozon\'s "conditionally delivered": the deal is open and watched until the buyer has it', async () => {
		expect([world.dealOf(number).stage, substatus()]).toEqual(['Доставлен', 'posting_conditionally_delivered']);
		expect(world.commands().forbidden).toEqual([]);
		// Nothing is due, and still it is looked at.
		expect(await world.sweep()).toEqual([]);
		act('receive');
		await world.sweep();
		expect(world.dealOf(number)).toMatchObject({ stage: 'Успешно реализовано', tasks: [] });
	}, 60_000);

	it('a dispute moves the deal and opens one urgent task with every proof; Ozon\'s verdict against the seller keeps it open', async () => {
		act('dispute');
		const [disputed] = await world.sweep();
		expect(disputed?.json).toMatchObject({ orderNumber: number, stage: 'dispute', result: 'synced' });
		expectDispute();
		expect(await world.sweep()).toEqual([]);
		expectDispute();

		act('decide-for-buyer');
		expect(world.status(number)).toBe('cancelled');
		await world.sweep();
		await world.sweep();
		expectDispute();

		const resolved = await world.orderSync('resolve', { orderNumber: number, decision: 'use_marketplace' });
		expect(resolved.synced).toHaveLength(1);
		await world.sweep();
		expect(world.dealOf(number).stage).toBe('Закрыто и не реализовано');
		expect(world.dealOf(number).tasks).toHaveLength(1);
	}, 60_000);

	it('a dispute that the seller wins closes the deal as won', async () => {
		act('dispute');
		await world.sweep();
		act('decide-for-seller');
		await world.sweep();
		expect(world.dealOf(number).stage).toBe('Успешно реализовано');
	}, 60_000);

	it('a silent cancellation after our «delivered» is a dispute too, and a manager who closes the deal is told that it is not over', async () => {
		act('cancel-by-ozon');
		await world.sweep();
		expectDispute();
		world.move(number, 'Закрыто и не реализовано');
		await world.sweep();
		expectDispute();
		expect(world.dealOf(number).notes.join()).toContain(`№ ${number}`);
		expect(world.commands().forbidden).toEqual([]);
	}, 60_000);

	it('a process killed between the task and the journal makes no second one: the task is found on the deal', async () => {
		act('dispute');
		await world.sweep();
		const journal = await openJournal();
		const [link] = await journal.links.everywhere(number);
		if (!link) throw new Error('the journal knows no link');
		await journal.intents.forget(link.pair, link.order, 'dispute_task');
		const { synced } = await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}]);
		expect(synced[0]?.json).toMatchObject({ orderNumber: number, result: 'unchanged' });
		expectDispute();
	}, 60_000);
});
