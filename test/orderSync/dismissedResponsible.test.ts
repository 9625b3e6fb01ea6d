import { play } from './markets/ozon';
import { pairs, World } from './world';

const withAmoCrm = pairs.filter(({ crm }) => crm.api === 'amocrm');

/** amoCRM refuses to assign a user who has left the account (amocrm.md, notes of 2026: `NotSupportedChoice`). */
describe.each(withAmoCrm)('The responsible person was dismissed: $name', (pair) => {
	let world: World;
	let manager: number;

	const state = () => world.sandbox.amocrm.state();
	const options = () => ({ options: { responsibleId: String(manager) } });
	const told = () => state().tasks.filter(({ text }) => text.includes(`пользователь ${manager}`));

	beforeEach(async () => {
		world = await World.open(pair);
		manager = state().users.find(({ isAdmin }) => !isAdmin)?.id ?? 0;
	}, 60_000);
	afterEach(() => world.close());

	it('orders get deals and contacts all the same, and a person is told once', async () => {
		const before = world.place();
		await world.sweep(options());
		expect(state().leads.map(({ responsibleUserId }) => responsibleUserId)).toEqual([manager]);
		expect(told()).toEqual([]);

		world.sandbox.amocrm.account.deactivateUser(manager);
		const orders = [world.place(), world.place(), world.place()];
		await world.sweep(options());
		for (const number of orders) expect(world.dealOf(number).contactIds).toHaveLength(1);
		const fresh = state().leads.filter(({ fields }) => fields['Номер заказа'] !== before);
		expect(fresh).toHaveLength(3);
		expect(fresh.every(({ responsibleUserId }) => responsibleUserId !== manager)).toBe(true);
		expect(told()).toHaveLength(1);
		expect(told()[0]).toMatchObject({ isCompleted: false, text: expect.stringContaining('Order Sync') });

		world.place();
		await world.sweep(options());
		await world.sweep(options());
		expect(world.deals()).toHaveLength(5);
		expect(told()).toHaveLength(1);
	}, 60_000);

	it('is told again after the person came back and left once more', async () => {
		const user = () => state().users.find(({ id }) => id === manager);
		world.sandbox.amocrm.account.deactivateUser(manager);
		world.place();
		await world.sweep(options());
		Object.assign(user() ?? {}, { isActive: true });
		const number = world.place();
		await world.sweep(options());
		expect(state().leads.find(({ fields }) => fields['Номер заказа'] === number)?.responsibleUserId).toBe(manager);
		Object.assign(user() ?? {}, { isActive: false });
		world.place();
		await world.sweep(options());
		expect(told()).toHaveLength(2);
	}, 60_000);

	if (pair.market.api === 'ozon') {
		it('a dispute has its task', async () => {
			const number = world.place();
			await world.sweep(options());
			for (const stage of ['Готов к отгрузке', 'В доставке', 'Доставлен']) {
				world.move(number, stage);
				await world.sweep(options());
				await world.sweep(options());
			}
			world.sandbox.amocrm.account.deactivateUser(manager);
			play(world.sandbox, number, 'cancel-by-ozon');
			await world.sweep(options());
			expect(world.dealOf(number).tasks.map(({ text }) => text)).toEqual([expect.stringContaining(`спор по заказу`), expect.stringContaining(`пользователь ${manager}`)]);
		}, 60_000);
	}
});
