import type { Facts } from '../../demo/facts';
import { judge as judgeFacts, sumOf } from '../../demo/judge';
import { demandedOfKaspi } from '../../demo/markets/kaspi';
import { PIPELINE, STAGE } from '../../demo/names';
import { MANAGER, contact, facts, lead, order, state, type State } from './state';

const judge = (world: State, expected: number, seconds: number) => judgeFacts(facts(world), expected, seconds);


const good = () => state({ orders: [order('1')], leads: [lead(10, '1')], contacts: [contact(100, { leadIds: [10] })] });

describe('the verdict of a check', () => {
	it('is good when each order has one deal at its stage and one contact', () => {
		const { verdict, findings } = judge(good(), 1, 42);
		expect(findings).toEqual([]);
		expect(verdict).toEqual({
			ok: true, orders: 1, deals: 1, contacts: 1, duplicateDeals: 0, duplicateContacts: 0, mismatchedStages: 0, wrongAmounts: 0, lostOrders: 0,
			pushedToMarketplace: 0, forbiddenCommands: 0, needsAttention: 0, mixedContacts: 0, dealsWithoutContact: 0, disputesWithoutTask: 0,
			otherFaults: 0, apiCalls: { kaspi: 7, amocrm: 11 }, seconds: 42,
		});
	});

	it('is not good when fewer orders were made than asked for', () => {
		expect(judge(good(), 2, 0).verdict).toMatchObject({ ok: false, orders: 1 });
	});

	it('counts an order without a deal, and takes a deleted deal or one in another pipeline for none', () => {
		const orders = [order('1'), order('2', { buyer: { key: 'b' } }), order('3', { buyer: { key: 'c' } })];
		const leads = [lead(10, '2', { isDeleted: true }), lead(11, '3', { pipeline: 'Воронка' })];
		expect(judge(state({ orders, leads }), 3, 0).verdict).toMatchObject({ ok: false, lostOrders: 3, deals: 0 });
	});

	it('counts every deal of an order beyond its first', () => {
		const world = state({
			orders: [order('1')],
			leads: [lead(10, '1'), lead(11, '1'), lead(12, '1')],
			contacts: [contact(100, { leadIds: [10, 11, 12] })],
		});
		expect(judge(world, 1, 0).verdict).toMatchObject({ ok: false, duplicateDeals: 2, deals: 3 });
	});

	it('counts a deal at the wrong stage and names the order and the stage it should stand at', () => {
		const world = good();
		world.amocrm.leads = [lead(10, '1', { stage: STAGE.new })];
		const { verdict, findings } = judge(world, 1, 0);
		expect(verdict).toMatchObject({ ok: false, mismatchedStages: 1 });
		expect(findings).toEqual([`order 1 (Самовывоз): the deal stands at «${STAGE.new}» instead of «${STAGE.ready}»`]);
	});

	it('counts a deal that is worth something else than its order', () => {
		const world = good();
		world.amocrm.leads = [lead(10, '1', { price: 1500 })];
		const { verdict, findings } = judge(world, 1, 0);
		expect(verdict).toMatchObject({ ok: false, wrongAmounts: 1 });
		expect(findings).toEqual(['order 1 (Самовывоз): the deal is worth 1500 instead of 1000']);
	});

	it('is not good while something beside orders and deals is wrong', () => {
		const wrong = ['the push address is suspended'];
		const { verdict, findings } = judgeFacts({ ...facts(good()), wrong }, 1, 0);
		expect(verdict).toMatchObject({ ok: false, otherFaults: 1 });
		expect(findings).toEqual(wrong);
	});

	it('counts forbidden commands, and those that were taken', () => {
		const world = good();
		world.kaspi.commands = { accepted: 3, forbidden: [{ code: '1', command: 'ASSEMBLE', why: 'second ASSEMBLE' }] };
		expect(judge(world, 1, 0).verdict).toMatchObject({ ok: false, forbiddenCommands: 1, pushedToMarketplace: 3 });
	});

	it('counts a deal for which the pack has asked a person once, settled or not; tasks that managers made do not count', () => {
		const world = good();
		world.amocrm.leads = [lead(10, '1', { tags: ['Требует внимания'] })];
		const task = { text: 'Нужно решение', entityType: 'leads', isCompleted: false, createdBy: 0, createdAt: 1 };
		world.amocrm.tasks = [
			{ ...task, id: 1, entityId: 10 },
			{ ...task, id: 2, entityId: 10, isCompleted: true },
			{ ...task, id: 3, entityId: 11, createdBy: MANAGER },
			{ ...task, id: 4, entityType: null, entityId: null },
		];
		expect(judge(world, 1, 0).verdict).toMatchObject({ ok: true, needsAttention: 2 });
	});

	it('finds a deal without a contact', () => {
		const world = good();
		world.amocrm.leads = [lead(10, '1', { contactIds: [] })];
		expect(judge(world, 1, 0).verdict).toMatchObject({ ok: false, dealsWithoutContact: 1 });
	});
});

describe('where a deal has to stand', () => {
	const kaspiDelivery = { kind: 'kaspi-delivery', state: 'KASPI_DELIVERY' };
	it.each([
		['new', { state: 'NEW', status: 'APPROVED_BY_BANK' }, [STAGE.new]],
		['new, papers not signed yet', { state: 'NEW', status: 'APPROVED_BY_BANK', signatureRequired: true }, [STAGE.new]],
		['waiting for a signature', { state: 'SIGN_REQUIRED' }, [STAGE.signature]],
		['packing', kaspiDelivery, [STAGE.accepted]],
		['packed', { ...kaspiDelivery, assembled: true }, [STAGE.ready]],
		['with the courier', { ...kaspiDelivery, assembled: true, courierTransmissionDate: 1 }, [STAGE.inDelivery]],
		['own pickup', { state: 'PICKUP' }, [STAGE.ready]],
		['own courier', { kind: 'own-delivery', state: 'DELIVERY' }, [STAGE.accepted, STAGE.inDelivery]],
		['completed', { state: 'ARCHIVE', status: 'COMPLETED', courierTransmissionDate: 1 }, [STAGE.won]],
		['cancelled', { state: 'ARCHIVE', status: 'CANCELLED' }, [STAGE.lost]],
		['coming back', { ...kaspiDelivery, status: 'CANCELLING', courierTransmissionDate: 1 }, [STAGE.lost]],
		['return asked for', { state: 'ARCHIVE', status: 'KASPI_DELIVERY_RETURN_REQUESTED' }, [STAGE.returning]],
		['return accepted', { state: 'ARCHIVE', status: 'RETURN_ACCEPTED_BY_MERCHANT' }, [STAGE.returning]],
		['returned', { state: 'ARCHIVE', status: 'RETURNED' }, [STAGE.lost]],
	])('%s', (_name, change, stages) => {
		expect(demandedOfKaspi(order('1', change))).toEqual(stages);
	});
});

describe('duplicate contacts', () => {
	const duplicates = (world: ReturnType<typeof state>) => judge(world, world.kaspi.orders.length, 0).verdict.duplicateContacts;
	const twoOrders = [order('1'), order('2', { buyer: { masked: true } })];
	const twoLeads = [lead(10, '1', { contactIds: [100] }), lead(11, '2', { contactIds: [101] })];

	it('one contact for all orders of a buyer is right', () => {
		const contacts = [contact(100, { leadIds: [10, 11] })];
		expect(duplicates(state({ orders: twoOrders, leads: twoLeads.map((one) => ({ ...one, contactIds: [100] })), contacts }))).toBe(0);
	});

	it('a second contact for the same Kaspi customer is one too many, masked or not', () => {
		const contacts = [contact(100, { leadIds: [10] }), contact(101, { leadIds: [11], phones: [] })];
		expect(duplicates(state({ orders: twoOrders, leads: twoLeads, contacts }))).toBe(1);
	});

	it('a manager’s contact with the shown phone, however written, makes a new one superfluous', () => {
		const known = contact(99, { createdBy: MANAGER, phones: ['8 (701) 551-00-00'] });
		const world = state({ orders: [order('1')], leads: [lead(10, '1')], contacts: [known, contact(100, { leadIds: [10] })] });
		expect(duplicates(world)).toBe(1);
	});

	it('a manager’s contact cannot be found while Kaspi hides the phone', () => {
		const known = contact(99, { createdBy: MANAGER });
		const orders = [order('1', { buyer: { masked: true } }), order('2')];
		const leads = [lead(10, '1'), lead(11, '2')];
		expect(duplicates(state({ orders, leads, contacts: [known, contact(100, { leadIds: [10, 11], phones: [] })] }))).toBe(0);
	});

	it('an orphan that was made and forgotten counts, by its phone or by its name', () => {
		const world = state({
			orders: [order('1')],
			leads: [lead(10, '1')],
			contacts: [contact(100, { leadIds: [10] }), contact(101), contact(102, { phones: [] }), contact(103, { phones: [], name: 'Данияр А' })],
		});
		expect(duplicates(world)).toBe(2);
	});

	it('deleted contacts do not count', () => {
		const world = state({ orders: [order('1')], leads: [lead(10, '1')], contacts: [contact(100, { leadIds: [10] }), contact(101, { isDeleted: true })] });
		expect(duplicates(world)).toBe(0);
	});

	it('a contact with the deals of two buyers is found: hidden phones must not join people', () => {
		const orders = [order('1', { buyer: { masked: true } }), order('2', { buyer: { key: 'person-2', phone: '7015510007', masked: true } })];
		const world = state({ orders, leads: [lead(10, '1'), lead(11, '2')], contacts: [contact(100, { leadIds: [10, 11], phones: [] })] });
		expect(judge(world, 2, 0).verdict).toMatchObject({ ok: false, mixedContacts: 1 });
	});
});

describe('a disputed order', () => {
	const disputed = (change: Partial<Facts>): Facts => {
		const [only, ...rest] = facts(good()).orders;
		if (only === undefined || rest.length > 0) throw new Error('One order is expected.');
		const [deal] = facts(good()).deals;
		if (deal === undefined) throw new Error('One deal is expected.');
		const orders = [{ ...only, demanded: [STAGE.dispute] }];
		return { ...facts(good()), orders, deals: [{ ...deal, pipeline: PIPELINE, stage: STAGE.dispute }], ...change };
	};
	const task = { id: 1, text: 'Срочно', dealId: 10, askedByPack: true, createdAt: 1, isCompleted: false };

	it('needs a task on its deal', () => {
		expect(judgeFacts(disputed({}), 1, 0).verdict).toMatchObject({ ok: false, disputesWithoutTask: 1, mismatchedStages: 0 });
		expect(judgeFacts(disputed({ tasks: [task] }), 1, 0).verdict).toMatchObject({ ok: true, disputesWithoutTask: 0 });
		expect(judgeFacts(disputed({ tasks: [{ ...task, askedByPack: false }] }), 1, 0).verdict.ok).toBe(false);
	});
});

describe('the sum of several checks', () => {
	it('adds up and is good only when all are', () => {
		const one = judge(good(), 1, 10).verdict;
		const other = { ...one, ok: false, lostOrders: 2, apiCalls: { ozon: 5, amocrm: 1 } };
		expect(sumOf([one, one])).toMatchObject({ ok: true, orders: 2, seconds: 20 });
		expect(sumOf([one, other])).toMatchObject({ ok: false, lostOrders: 2, apiCalls: { kaspi: 7, amocrm: 12, ozon: 5 } });
	});
});
