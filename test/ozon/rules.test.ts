import fc from 'fast-check';
import { commandNames, type CommandName, type Order } from '../../core/order/order';
import { orderStages, isFurther } from '../../core/order/stage';
import { standingOf } from '../../nodes/Ozon/model/returnStatus';
import { ozonReturn, rfbsReturn } from '../../nodes/Ozon/api/returnSchema';
import { isDone, planOf } from '../../nodes/Ozon/api/sendCommands';
import { readCursor } from '../../nodes/Ozon/model/pollCursor';
import { familyOf } from '../../nodes/Ozon/model/postingSplit';
import { rereadInTurn, touchedBy } from '../../nodes/Ozon/model/pollPlan';
import { packInto } from '../../nodes/Ozon/model/packages';
import { commandsOf, orderFromOzon } from '../../nodes/Ozon/model/order';
import { ozonRules } from '../../nodes/Ozon/model/rules';
import { openStatuses, ozonStages, rawStatusText, readRawStatus, stageOfStatus } from '../../nodes/Ozon/model/postingStatus';
import { ozonPosting } from './postings';

/** The table of ozon.md §13. */
const table: readonly (readonly [string, string, Order['stage']])[] = [
	['awaiting_verification', 'posting_created', 'new'],
	['awaiting_approve', 'posting_created', 'new'],
	['awaiting_packaging', 'posting_created', 'new'],
	['awaiting_packaging', 'ship_failed', 'new'],
	['awaiting_registration', 'posting_awaiting_registration', 'ready'],
	['awaiting_deliver', 'posting_in_carriage', 'ready'],
	['acceptance_in_progress', 'posting_acceptance_in_progress', 'ready'],
	['driver_pickup', 'posting_driver_pick_up', 'in_delivery'],
	['delivering', 'posting_on_way_to_city', 'in_delivery'],
	['delivering', 'posting_in_pickup_point', 'in_delivery'],
	['delivering', 'posting_conditionally_delivered', 'delivered'],
	['delivering', 'posting_returned_to_warehouse', 'returned'],
	['delivered', 'posting_received', 'completed'],
	['delivered', 'posting_delivered', 'completed'],
	['cancelled', 'posting_canceled', 'cancelled'],
	['not_accepted', 'posting_not_in_sort_center', 'dispute'],
	['arbitration', 'posting_in_arbitration', 'dispute'],
	['client_arbitration', 'posting_in_client_arbitration', 'dispute'],
	['something_new', 'posting_created', 'unknown'],
	['delivering', 'posting_somewhere_else', 'unknown'],
];

describe('statuses', () => {
	it.each(table)('%s / %s is %s', (status, substatus, stage) => {
		expect(stageOfStatus({ status, substatus })).toBe(stage);
		expect(orderFromOzon(ozonPosting({ status, substatus }), '1').stage).toBe(stage);
	});

	it('come to the stages that the stage map has rows for, and to no others but the CRM\'s own step', () => {
		const come = [...table.map(([, , stage]) => stage), 'return_requested', 'returned'].filter((stage) => stage !== 'unknown');
		expect([...ozonStages].sort()).toEqual([...new Set([...come, 'accepted'])].sort());
	});

	it('keeps a raw status as it was, additions and all', () => {
		const word = fc.stringMatching(/^[a-z_]{1,20}$/);
		fc.assert(
			fc.property(fc.boolean(), word, word, fc.uniqueArray(fc.stringMatching(/^[a-zA-Z_:]{1,20}$/), { maxLength: 3 }), (isFbo, status, substatus, additions) => {
				const raw = { isFbo, status, substatus, additions };
				expect(readRawStatus(rawStatusText(raw))).toEqual(raw);
			}),
		);
	});

	it('has a word of the cabinet for everything it knows', () => {
		for (const [status, substatus, stage] of table) {
			const text = ozonRules.statusText(orderFromOzon(ozonPosting({ status, substatus }), '1'));
			expect(stage === 'unknown' || /[а-яё]/i.test(text)).toBe(true);
		}
	});
});

const actions = ['ship', 'ship_async', 'ship_async_in_process', 'non_int_delivering', 'non_int_last_mile', 'non_int_delivered', 'set_track_number', 'cancel', 'label_download'];
const anyPosting = fc
	.record({
		at: fc.constantFrom(...table),
		available_actions: fc.subarray(actions),
		tpl_integration_type: fc.constantFrom('ozon', 'non_integrated', 'aggregator', '3pl_tracking'),
	})
	.map(({ at: [status, substatus], ...rest }) => ozonPosting({ status, substatus, ...rest }));

describe('routes', () => {
	it('never sends what Ozon does not offer, never back, and only what has a call', () => {
		fc.assert(
			fc.property(anyPosting, fc.constantFrom(...orderStages), (posting, to) => {
				const order = orderFromOzon(posting, '1');
				const route = ozonRules.route(order, to);
				if (route.kind !== 'command') return;
				expect(commandsOf(posting.actions)).toContain(route.command);
				expect(order.stage !== 'unknown' && isFurther(to, order.stage)).toBe(true);
				expect(['assemble', 'ship', 'deliver', 'cancel']).toContain(route.command);
				expect(route.onceOnly).toBe(false);
			}),
		);
	});

	it('sends nothing for FBO, whatever is wanted', () => {
		fc.assert(
			fc.property(anyPosting, fc.constantFrom(...orderStages), (posting, to) => {
				const order = orderFromOzon({ ...posting, warehouse: 'ozon' }, '1');
				expect(ozonRules.route(order, to).kind).not.toBe('command');
			}),
		);
	});

	const routeOf = (status: string, substatus: string, offered: string[], to: Parameters<typeof ozonRules.route>[1]) =>
		ozonRules.route(orderFromOzon(ozonPosting({ status, substatus, available_actions: offered }), '1'), to);

	it.each([
		['awaiting_packaging', 'posting_created', ['ship'], 'accepted', { kind: 'own_step' }],
		['awaiting_packaging', 'posting_created', ['ship'], 'ready', { kind: 'command', command: 'assemble', onceOnly: false }],
		['awaiting_packaging', 'posting_created', ['ship'], 'delivered', { kind: 'command', command: 'assemble', onceOnly: false }],
		['awaiting_packaging', 'posting_created', ['ship_with_additional_info'], 'ready', { kind: 'refused' }],
		['awaiting_deliver', 'x', ['non_int_delivering'], 'in_delivery', { kind: 'command', command: 'ship' }],
		['awaiting_deliver', 'x', ['label_download'], 'in_delivery', { kind: 'refused' }],
		['delivering', 'posting_on_way_to_city', ['non_int_last_mile'], 'delivered', { kind: 'command', command: 'ship' }],
		['delivering', 'posting_in_courier_service', ['non_int_delivered'], 'delivered', { kind: 'command', command: 'deliver' }],
		['delivering', 'posting_in_courier_service', ['non_int_delivered', 'cancel'], 'cancelled', { kind: 'command', command: 'cancel' }],
		['delivering', 'posting_in_courier_service', ['non_int_delivered'], 'completed', { kind: 'refused' }],
		['delivering', 'posting_conditionally_delivered', [], 'cancelled', { kind: 'refused' }],
		['delivering', 'posting_conditionally_delivered', [], 'completed', { kind: 'refused' }],
		['client_arbitration', 'x', ['cancel'], 'cancelled', { kind: 'refused' }],
		['something_new', 'x', ['cancel', 'ship'], 'cancelled', { kind: 'refused' }],
	] as const)('%s/%s offering %j to %s', (status, substatus, offered, to, expected) => {
		expect(routeOf(status, substatus, [...offered], to)).toMatchObject(expected);
	});

	it('a command is sent, or done, or refused with the place where the posting stands', () => {
		fc.assert(
			fc.property(anyPosting, fc.constantFrom<CommandName>(...commandNames), (posting, name) => {
				const command =
					name === 'assemble'
						? ({ name, packages: 1 } as const)
						: name === 'cancel'
							? ({ name, reason: '352' } as const)
							: name === 'issue'
								? ({ name, code: '1' } as const)
								: name === 'setTracking'
									? ({ name, tracking: 'T-1' } as const)
									: ({ name } as const);
				const plan = planOf(command, posting, posting.number);
				if (plan.kind === 'send') {
					expect(commandsOf(posting.actions)).toContain(name);
					expect(isDone(command, posting)).toBe(false);
				} else if (plan.outcome.outcome === 'rejected') {
					expect(plan.outcome.permanent).toBe(true);
					expect(plan.outcome.reason).toContain(posting.number);
				} else expect(isDone(command, posting)).toBe(true);
			}),
		);
	});
});

describe('returns and requests', () => {
	const returned = (state: string, more: object = {}) =>
		ozonReturn.parse({ id: '1', posting_number: 'n', type: 'ClientReturn', visual: { status: { sys_name: state } }, product: { sku: 11, quantity: 1 }, ...more });
	const rfbs = (group: string) => rfbsReturn.parse({ return_id: 1, posting_number: 'n', product: { sku: '11' }, state: { group_state: group } });
	const delivered = ozonPosting({ status: 'delivered', substatus: 'posting_received' });
	const ownDelivered = ozonPosting({ status: 'delivered', substatus: 'posting_received', tpl_integration_type: 'non_integrated' });

	it.each([
		['DisputeOpened', 'dispute'],
		['OnSellerApproval', 'return_requested'],
		['WaitingShipment', 'return_requested'],
		['MovingToSeller', 'return_requested'],
		['ReceivedBySeller', 'returned'],
		['MoneyReturnedBySystem', 'returned'],
		['Rejected', 'completed'],
		['SomethingNew', 'unknown'],
	])('a delivered posting with a return at %s is %s', (state, stage) => {
		expect(standingOf(delivered, { returns: [returned(state)], rfbs: [], cancelRequested: false })).toMatchObject({ stage, additions: [`return:${state}`] });
	});

	it.each([['New', 'return_requested'], ['Arbitration', 'dispute'], ['Approved', 'returned'], ['Rejected', 'completed']])('an rFBS request at %s is %s', (group, stage) => {
		expect(standingOf(ownDelivered, { returns: [], rfbs: [rfbs(group)], cancelRequested: false }).stage).toBe(stage);
	});

	it('a cancelled posting stays one, and its goods travel back', () => {
		const posting = ozonPosting({ status: 'cancelled', substatus: 'posting_canceled', cancellation: { cancelled_after_ship: true } });
		const claims = { returns: [returned('MovingToSeller', { type: 'FullReturn' })], rfbs: [], cancelRequested: true };
		expect(standingOf(posting, claims)).toMatchObject({ stage: 'cancelled', goodsOnTheWayBack: true, cancelRequested: false });
		expect(orderFromOzon(posting, '1', claims).flags).toMatchObject({ lateCancel: true, goodsOnTheWayBack: true });
	});

	it('half of the goods returned does not make the order a returned one', () => {
		const two = ozonPosting({ status: 'delivered', products: [{ sku: 11, quantity: 2, price: '5' }] });
		expect(standingOf(two, { returns: [returned('ReceivedBySeller')], rfbs: [], cancelRequested: false }).stage).toBe('completed');
		const both = [returned('ReceivedBySeller'), returned('ReceivedBySeller', { id: '2' })];
		expect(standingOf(two, { returns: both, rfbs: [], cancelRequested: false }).stage).toBe('returned');
	});

	it('reads again what came, changed or vanished, and nothing else', () => {
		const { state } = readCursor(undefined, 1_800_000_000_000, 0);
		const [a, b, c] = ['a', 'b', 'c'].map((number, index) => ({ ...rfbs('New'), id: String(index), postingNumber: number, createdAt: state.lookedAt - 86_400_000 }));
		if (a === undefined || b === undefined || c === undefined) throw new Error('no requests');
		const first = touchedBy(state, [], [], [a, b]);
		expect(first.numbers).toEqual(['a', 'b']);
		const next = { ...state, ...first };
		expect(touchedBy(next, [], [], [a, b]).numbers).toEqual([]);
		expect(touchedBy(next, [], [], [{ ...a, group: 'Approved' }, c]).numbers).toEqual(['a', 'c', 'b']);
		const over = touchedBy(next, [], [], [{ ...a, group: 'Approved' }, b]);
		expect(touchedBy({ ...next, ...over }, [], [], [{ ...a, group: 'Approved' }, b]).numbers).toEqual([]);
	});

	it('takes every active posting its turn, those marked as delivered first', () => {
		const known = (count: number, rawStatus: string, from = 0) =>
			Array.from({ length: count }, (_, each) => ({ key: { marketplace: 'ozon', shop: '1', id: `p-${String(each + from).padStart(4, '0')}` }, number: '', createdAt: 0, rawStatus }));
		const active = [...known(350, 'awaiting_deliver/x'), ...known(150, 'delivering/posting_conditionally_delivered', 1000), ...known(5, 'fbo:delivering/x', 2000)];
		const seen = new Set<string>();
		let turn = { watched: '', others: '' };
		for (let round = 0; round < 8; round++) {
			const next = rereadInTurn({ active, closedCreatedAt: [] }, new Set(), turn);
			expect(next.ids.length).toBeLessThanOrEqual(200);
			next.ids.forEach((id) => seen.add(id));
			turn = next.turn;
		}
		expect(seen.size).toBe(500);
	});
});

describe('families and packages', () => {
	const part = (posting_number: string, parent_posting_number = '', status = 'awaiting_deliver') => ozonPosting({ posting_number, parent_posting_number, status, substatus: '' });

	it('the first part inherits the key, through generations', () => {
		const all = [part('1-1-1', '', 'cancelled_from_split_pending'), part('1-1-10', '1-1-1'), part('1-1-2', '1-1-1', 'cancelled_from_split_pending'), part('1-1-11', '1-1-2'), part('1-1-12', '1-1-2')];
		const family = familyOf(all);
		const keys = all.flatMap((posting) => (posting.status === 'awaiting_deliver' ? [[posting.number, family.keyOf(posting)]] : []));
		expect(keys).toEqual([['1-1-10', '1-1-10'], ['1-1-11', '1-1-1'], ['1-1-12', '1-1-12']]);
		expect(all.map((posting) => family.heirOf(posting)?.number)).toEqual(['1-1-11', '1-1-10', '1-1-11', '1-1-11', '1-1-12']);
	});

	it('a parent that lives on keeps its key, and nothing goes round in circles', () => {
		const family = familyOf([part('1-1-1'), part('1-1-2', '1-1-1')]);
		expect(family.keyOf(part('1-1-2', '1-1-1'))).toBe('1-1-2');
		const round = familyOf([part('1', '2', 'cancelled_from_split_pending'), part('2', '1', 'cancelled_from_split_pending')]);
		expect(round.heirOf(part('1', '2', 'cancelled_from_split_pending'))).toBeUndefined();
	});

	it('packs every piece once and leaves no parcel empty', () => {
		const products = fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 5 });
		fc.assert(
			fc.property(products, fc.integer({ min: 1, max: 10 }), (lines, packages) => {
				const posting = ozonPosting({ products: lines.map(({ quantity }, index) => ({ sku: index + 1, quantity, price: '1' })) });
				const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
				if (packages > pieces) {
					expect(() => packInto(posting, packages)).toThrow('cannot be packed');
					return;
				}
				const packed = packInto(posting, packages);
				expect(packed).toHaveLength(packages);
				expect(packed.every((parcel) => parcel.length > 0)).toBe(true);
				for (const [index, { quantity }] of lines.entries()) {
					const sum = packed.flat().reduce((total, line) => total + (line.sku === String(index + 1) ? line.quantity : 0), 0);
					expect(sum).toBe(quantity);
				}
			}),
		);
	});

	it('lists only statuses that a filter may name', () => {
		expect(new Set(openStatuses).size).toBe(openStatuses.length);
		expect(openStatuses).not.toContain('delivered');
	});
});
