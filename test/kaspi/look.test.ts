import fc from 'fast-check';
import type { Order } from '../../core/order/order';
import { lookAround } from '../../nodes/Kaspi/api/changedOrders';
import { cheapestCalls } from '../../nodes/Kaspi/api/orderReader';
import { slicesOf } from '../../nodes/Kaspi/model/period';
import { day, hour, Memory, ModelShop } from './model';

const minute = 60_000;

/** A shop, what is remembered of it, and looks one after the other. */
class World {
	readonly shop = new ModelShop();
	readonly memory = new Memory();
	cursor: string | undefined;
	deepLookDays = 60;

	async look(): Promise<{ calls: number; orders: Order[] }> {
		this.shop.calls = 0;
		const { shop } = this;
		const settings = { reader: shop, name: '30999999', now: () => shop.now, firstLookMs: 14 * day, deepLookMs: this.deepLookDays * day };
		const looking = lookAround(settings, this.cursor, this.memory.known());
		const orders: Order[] = [];
		for (let step = await looking.next(); ; step = await looking.next()) {
			if (step.done === true) {
				this.cursor = step.value;
				return { calls: shop.calls, orders };
			}
			orders.push(...step.value);
			this.memory.learn(step.value);
		}
	}

	pass(ms: number): void {
		this.shop.now += ms;
	}

	/** The memory shows what the shop shows. */
	unseen(ids: readonly string[]): string[] {
		return ids.filter((id) => {
			const { state, status } = this.shop.orders.get(id) ?? { state: '', status: '' };
			return this.memory.orders.get(id)?.rawStatus !== `${state}/${status}`;
		});
	}

	get active(): number {
		return this.memory.known().active.length;
	}
}

type Place = readonly [state: string, status: string];
const activePlaces: readonly Place[] = [
	['NEW', 'APPROVED_BY_BANK'],
	['SIGN_REQUIRED', 'ACCEPTED_BY_MERCHANT'],
	['PICKUP', 'ACCEPTED_BY_MERCHANT'],
	['DELIVERY', 'ACCEPTED_BY_MERCHANT'],
	['KASPI_DELIVERY', 'ACCEPTED_BY_MERCHANT'],
	['KASPI_DELIVERY', 'CANCELLING'],
	['KASPI_DELIVERY', 'KASPI_DELIVERY_RETURN_REQUESTED'],
];
const closedPlaces: readonly Place[] = [
	['ARCHIVE', 'COMPLETED'],
	['ARCHIVE', 'CANCELLED'],
	['ARCHIVE', 'RETURNED'],
];

const place = <T>(places: readonly T[], index: number): T => {
	const found = places[index % places.length];
	if (found === undefined) throw new RangeError('no places');
	return found;
};

/** So many looks at the most until anything is seen, as long as there are less than a hundred old orders. */
const looksUntilSeen = 12;

describe('a look', () => {
	const shops = fc.record({
		active: fc.array(fc.record({ at: fc.integer({ min: 0, max: 13 * day }), place: fc.nat() }), { maxLength: 250 }),
		old: fc.array(fc.record({ at: fc.integer({ min: 15 * day, max: 55 * day }), place: fc.nat() }), { maxLength: 6 }),
		closed: fc.constantFrom(0, 30, 400, 1500),
		statusNeedsState: fc.boolean(),
	});

	function fill(world: World, spec: { active: { at: number; place: number }[]; old: { at: number; place: number }[]; closed: number; statusNeedsState: boolean }) {
		const { shop } = world;
		shop.statusNeedsState = spec.statusNeedsState;
		const ids = spec.active.map(({ at, place: where }) => shop.add(...place(activePlaces, where), shop.now - at));
		for (let each = 0; each < spec.closed; each++) {
			shop.add(...place(closedPlaces, each), shop.now - ((each + 0.5) * 13.8 * day) / spec.closed);
		}
		return ids;
	}

	/** Orders get old while they are known. */
	async function withOld(world: World, old: { at: number; place: number }[]): Promise<string[]> {
		if (old.length === 0) return [];
		const start = world.shop.now - 56 * day;
		const oldest = [...old].sort((a, b) => b.at - a.at);
		const end = world.shop.now;
		const ids: string[] = [];
		world.shop.now = start;
		for (const { at, place: where } of oldest) {
			world.shop.now = end - at;
			ids.push(world.shop.add(...place(activePlaces, where)));
			await world.look();
		}
		world.shop.now = end;
		return ids;
	}

	it('shows every active order the first time', async () => {
		await fc.assert(
			fc.asyncProperty(shops, async (spec) => {
				const world = new World();
				const ids = fill(world, spec);
				await world.look();
				expect(world.unseen(ids)).toEqual([]);
				expect(world.memory.known().closedCreatedAt).toEqual([]);
			}),
			{ numRuns: 25 },
		);
	});

	it('costs at most ceil(N/100)+2 calls when nothing has changed, and each order is looked at again within a few looks', async () => {
		await fc.assert(
			fc.asyncProperty(shops, async (spec) => {
				const world = new World();
				world.deepLookDays = 0;
				const old = await withOld(world, spec.old);
				const ids = [...fill(world, { ...spec, statusNeedsState: false }), ...old];
				// Everything that came since the last look is caught up with first.
				for (let turn = 0; turn < 8; turn++) {
					world.pass(5 * minute);
					await world.look();
				}
				const looked = new Set<string>();
				for (let turn = 0; turn < looksUntilSeen; turn++) {
					world.pass(5 * minute);
					const { calls, orders } = await world.look();
					expect(calls).toBeLessThanOrEqual(Math.max(1, Math.ceil(world.active / 100)) + 2);
					orders.forEach((order) => looked.add(order.key.id));
				}
				expect(ids.filter((id) => !looked.has(id))).toEqual([]);
			}),
			{ numRuns: 30 },
		);
	});

	it('sees every new order and every change within a few looks, the plain ones in the next', async () => {
		const changes = fc.array(
			fc.oneof(
				fc.record({ kind: fc.constant('new' as const), place: fc.nat(), at: fc.integer({ min: 0, max: 4 * minute }), late: fc.constantFrom(0, 6 * hour) }),
				fc.record({ kind: fc.constant('move' as const), which: fc.nat(), place: fc.nat(), isOver: fc.boolean() }),
			),
			{ minLength: 1, maxLength: 120 },
		);
		await fc.assert(
			fc.asyncProperty(shops, changes, async (spec, steps) => {
				const world = new World();
				const old = await withOld(world, spec.old);
				const ids = [...fill(world, spec), ...old];
				await world.look();
				world.pass(5 * minute);
				const touched = new Set<string>();
				const plain = new Set<string>();
				for (const step of steps) {
					if (step.kind === 'new') {
						const where = place(activePlaces.slice(0, 5), step.place);
						const id = world.shop.add(...where, world.shop.now - step.at - step.late, world.shop.now);
						touched.add(id);
						// Without a usable status filter, sections of the cabinet are looked at in turns.
						if (!spec.statusNeedsState || where[0] === 'NEW') plain.add(id);
					} else {
						const id = ids[step.which % Math.max(1, ids.length)];
						if (id === undefined) continue;
						world.shop.set(id, ...(step.isOver ? place(closedPlaces, step.place) : place(activePlaces.slice(0, 5), step.place)));
						touched.add(id);
					}
				}
				await world.look();
				expect(world.unseen([...plain].filter((id) => touched.has(id)))).toEqual([]);
				for (let turn = 0; turn < looksUntilSeen && world.unseen([...touched]).length > 0; turn++) {
					world.pass(5 * minute);
					await world.look();
				}
				expect(world.unseen([...touched])).toEqual([]);
			}),
			{ numRuns: 30 },
		);
	});

	it('reads a thousand orders that are completed at once with some ten calls', async () => {
		for (const closed of [0, 3000]) {
			const world = new World();
			const ids = Array.from({ length: 1000 }, (_, each) => world.shop.add('KASPI_DELIVERY', 'ACCEPTED_BY_MERCHANT', world.shop.now - each * minute));
			for (let each = 0; each < closed; each++) world.shop.add('ARCHIVE', 'COMPLETED', world.shop.now - 2 * day - each * 5 * minute);
			await world.look();
			world.pass(5 * minute);
			await world.look();
			world.pass(5 * minute);
			for (const id of ids) world.shop.set(id, 'ARCHIVE', 'COMPLETED');
			const { calls } = await world.look();
			expect(world.unseen(ids)).toEqual([]);
			expect(calls).toBeLessThanOrEqual(15);
		}
	});

	it('finds late cancellations and returns of closed orders within a day and a half, a few calls at a time', async () => {
		const world = new World();
		const ids = Array.from({ length: 400 }, (_, each) => world.shop.add('KASPI_DELIVERY', 'ACCEPTED_BY_MERCHANT', world.shop.now - each * 45 * minute));
		await world.look();
		world.pass(5 * minute);
		for (const id of ids) world.shop.set(id, 'ARCHIVE', 'COMPLETED');
		await world.look();
		// Thirty days later, with many orders in between that came and went.
		for (let passed = 0; passed < 30; passed++) {
			world.pass(day);
			for (let each = 0; each < 200; each++) world.shop.add('ARCHIVE', 'COMPLETED', world.shop.now - each * 5 * minute);
			await world.look();
		}
		for (let turn = 0; turn < 12; turn++) {
			world.pass(5 * minute);
			await world.look();
		}
		const late = ids.slice(100, 103);
		world.shop.set(late[0] ?? '', 'ARCHIVE', 'RETURNED');
		world.shop.set(late[1] ?? '', 'KASPI_DELIVERY', 'KASPI_DELIVERY_RETURN_REQUESTED');
		world.shop.set(late[2] ?? '', 'ARCHIVE', 'CANCELLED');
		let looks = 0;
		for (; looks < 12 * 36 && world.unseen(late).length > 0; looks++) {
			world.pass(5 * minute);
			const { calls } = await world.look();
			expect(calls).toBeLessThanOrEqual(Math.max(1, Math.ceil(world.active / 100)) + 2 + 4);
		}
		expect(world.unseen(late)).toEqual([]);
	});

	it('sees orders that came and went between two looks, and during days of outage', async () => {
		for (const closed of [0, 2000]) {
			const world = new World();
			for (let each = 0; each < closed; each++) world.shop.add('ARCHIVE', 'COMPLETED', world.shop.now - each * 10 * minute - hour);
			world.shop.add('PICKUP', 'ACCEPTED_BY_MERCHANT', world.shop.now - day);
			await world.look();
			const short: string[] = [];
			for (let turn = 0; turn < 12; turn++) {
				world.pass(5 * minute);
				short.push(world.shop.add('ARCHIVE', 'CANCELLED', world.shop.now - minute));
				await world.look();
			}
			for (let turn = 0; turn < 8; turn++) {
				world.pass(5 * minute);
				await world.look();
			}
			expect(world.unseen(short)).toEqual([]);

			const missed = [0, 5, 12, 19].map((days) => world.shop.add('ARCHIVE', 'COMPLETED', world.shop.now + days * day + hour));
			const waiting = [1, 18].map((days) => world.shop.add('DELIVERY', 'ACCEPTED_BY_MERCHANT', world.shop.now + days * day));
			world.pass(20 * day);
			for (let turn = 0; turn < 8; turn++) {
				world.pass(5 * minute);
				await world.look();
			}
			expect(world.unseen([...missed, ...waiting])).toEqual([]);
		}
	});

	it('never shows orders that were closed before the first look', async () => {
		const world = new World();
		for (let each = 0; each < 50; each++) world.shop.add('ARCHIVE', 'COMPLETED', world.shop.now - each * hour - hour);
		const mine = world.shop.add('PICKUP', 'ACCEPTED_BY_MERCHANT', world.shop.now - day);
		for (let turn = 0; turn < 40; turn++) {
			const { orders } = await world.look();
			expect(orders.map(({ key }) => key.id).filter((id) => id !== mine)).toEqual([]);
			world.pass(hour);
		}
	});

	it('starts over without losing anything when its cursor cannot be read', async () => {
		const world = new World();
		await world.look();
		world.pass(5 * minute);
		const id = world.shop.add('ARCHIVE', 'COMPLETED', world.shop.now - minute);
		world.cursor = '{"v":7}';
		for (let turn = 0; turn < 15; turn++) {
			await world.look();
			world.pass(5 * minute);
		}
		expect(world.unseen([id])).toEqual([]);
	});
});

describe('cheapestCalls', () => {
	it('covers every order once, in windows that Kaspi accepts, and never costs more than one call each', () => {
		const times = fc.array(fc.integer({ min: 0, max: 40 * day }), { maxLength: 300 });
		fc.assert(
			fc.property(times, times, (wanted, others) => {
				const sortedOthers = [...others].sort((a, b) => a - b);
				const calls = cheapestCalls(wanted.map((createdAt, index) => ({ id: `${index}`, createdAt })), sortedOthers);
				const covered = calls.flatMap((call) => ('read' in call ? [call.read] : call.of)).map(({ id }) => id);
				expect(covered.sort()).toEqual(wanted.map((_, index) => `${index}`).sort());
				const cost = calls.reduce((sum, call) => {
					if ('read' in call) return sum + 1;
					expect(call.list.to - call.list.from).toBeLessThanOrEqual(13.9 * day);
					const shown = [...wanted, ...others].filter((at) => at >= call.list.from && at <= call.list.to).length;
					return sum + Math.ceil(shown / 100);
				}, 0);
				expect(cost).toBeLessThanOrEqual(wanted.length);
			}),
		);
	});
});

describe('slicesOf', () => {
	it('covers the period without gaps, in slices that Kaspi accepts', () => {
		fc.assert(
			fc.property(fc.nat(400 * day), fc.nat(400 * day), fc.boolean(), (start, length, isOpen) => {
				const now = start + length;
				const slices = slicesOf(start, isOpen ? undefined : now, now);
				expect(slices[0]?.from).toBe(start);
				expect(slices.at(-1)?.to).toBe(isOpen ? undefined : now);
				slices.forEach((slice, index) => {
					expect((slice.to ?? now) - slice.from).toBeLessThanOrEqual(13.9 * day);
					if (index > 0) expect(slice.from).toBe(slices[index - 1]?.to);
				});
			}),
		);
	});
});
