import { act, type ActionName } from './actions';
import type { OrderSpec } from './generate';
import type { KaspiShop } from './shop';

const HOUR = 3_600_000;

/** One order and the moves it has made since, spread evenly over its age. */
interface Story {
	spec: OrderSpec;
	ageHours: number;
	moves: readonly ActionName[];
}

/** Orders again and again, not always with a phone to see. */
const ASEL = { key: 'asel', firstName: 'Асель', lastName: 'Касым' };

const PACKED: readonly ActionName[] = ['accept-in-cabinet', 'assemble-in-cabinet'];
const SHIPPED: readonly ActionName[] = [...PACKED, 'hand-over'];

/** About thirty orders in every state an order can be in, some of them from the same people. */
const STORIES: readonly Story[] = [
	{ spec: { kind: 'kaspi-delivery' }, ageHours: 0.1, moves: [] },
	{ spec: { kind: 'express' }, ageHours: 0.2, moves: [] },
	{ spec: { kind: 'pickup', buyer: { ...ASEL, masked: false } }, ageHours: 0.4, moves: [] },
	{ spec: { kind: 'postomat', buyer: { ...ASEL, masked: true } }, ageHours: 0.6, moves: [] },
	{ spec: { kind: 'own-delivery' }, ageHours: 0.8, moves: [] },
	{ spec: { kind: 'kaspi-delivery', signature: true }, ageHours: 1, moves: [] },
	{ spec: { kind: 'kaspi-delivery', preOrder: true }, ageHours: 2, moves: [] },
	{ spec: { kind: 'kaspi-delivery', signature: true }, ageHours: 5, moves: ['accept-in-cabinet'] },
	{ spec: { kind: 'kaspi-delivery', signature: true }, ageHours: 8, moves: ['accept-in-cabinet', 'sign'] },
	{ spec: { kind: 'kaspi-delivery' }, ageHours: 4, moves: ['accept-in-cabinet'] },
	{ spec: { kind: 'postomat' }, ageHours: 5, moves: ['accept-in-cabinet'] },
	{ spec: { kind: 'express' }, ageHours: 1, moves: ['accept-in-cabinet'] },
	{ spec: { kind: 'regional-pickup' }, ageHours: 6, moves: ['accept-in-cabinet'] },
	{ spec: { kind: 'kaspi-delivery', preOrder: true }, ageHours: 40, moves: ['accept-in-cabinet'] },
	{ spec: { kind: 'postomat', preOrder: true }, ageHours: 60, moves: ['accept-in-cabinet', 'arrive'] },
	{ spec: { kind: 'kaspi-delivery' }, ageHours: 20, moves: PACKED },
	{ spec: { kind: 'postomat' }, ageHours: 24, moves: PACKED },
	{ spec: { kind: 'pickup' }, ageHours: 9, moves: ['accept-in-cabinet'] },
	{ spec: { kind: 'pickup' }, ageHours: 30, moves: ['accept-in-cabinet'] },
	{ spec: { kind: 'own-delivery' }, ageHours: 12, moves: ['accept-in-cabinet'] },
	{ spec: { kind: 'kaspi-delivery' }, ageHours: 48, moves: SHIPPED },
	{ spec: { kind: 'postomat' }, ageHours: 55, moves: SHIPPED },
	{ spec: { kind: 'regional-pickup' }, ageHours: 70, moves: SHIPPED },
	{ spec: { kind: 'kaspi-delivery' }, ageHours: 96, moves: [...SHIPPED, 'buyer-cancel'] },
	{ spec: { kind: 'postomat' }, ageHours: 120, moves: [...SHIPPED, 'timeout', 'return-to-warehouse'] },
	{ spec: { kind: 'kaspi-delivery' }, ageHours: 140, moves: [...SHIPPED, 'courier-cancel', 'return-to-warehouse', 'close-cancelled'] },
	{ spec: { kind: 'kaspi-delivery', buyer: { ...ASEL, masked: false } }, ageHours: 150, moves: [...SHIPPED, 'complete'] },
	{ spec: { kind: 'pickup' }, ageHours: 130, moves: ['accept-in-cabinet', 'complete'] },
	{ spec: { kind: 'own-delivery' }, ageHours: 160, moves: ['accept-in-cabinet', 'complete'] },
	{ spec: { kind: 'postomat' }, ageHours: 200, moves: [...SHIPPED, 'complete', 'request-return'] },
	{ spec: { kind: 'kaspi-delivery' }, ageHours: 230, moves: [...SHIPPED, 'complete', 'request-return', 'accept-return'] },
	{ spec: { kind: 'kaspi-delivery' }, ageHours: 260, moves: [...SHIPPED, 'complete', 'request-return', 'accept-return', 'returned'] },
	{ spec: { kind: 'pickup' }, ageHours: 90, moves: ['buyer-cancel'] },
	{ spec: { kind: 'own-delivery' }, ageHours: 80, moves: ['timeout'] },
];

/** Fills the shop with orders whose history lies in the last eleven days. */
export function seedShop(shop: KaspiShop): void {
	const now = shop.clock.now();
	for (const { spec, ageHours, moves } of [...STORIES].sort((a, b) => b.ageHours - a.ageHours)) {
		const age = ageHours * HOUR;
		const order = shop.createOrder({ ...spec, autoAccept: false, creationDate: now - age });
		moves.forEach((move, index) => {
			shop.at(now - age + (age * (index + 1)) / (moves.length + 1), () => act(shop, order, move));
		});
	}
}
