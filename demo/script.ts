import { Random } from '../sandbox/random';
import type { Scenario } from './scenario';
import type { OrderSpec } from './sides';

export interface ScriptedOrder {
	/** Milliseconds after the start when the buyer orders. */
	atMs: number;
	scenario: Scenario;
	spec: OrderSpec;
	/** Pause before each step of the scenario. */
	pausesMs: number[];
}

export interface Script {
	/** Contacts that the managers had made before, each phone written in one of five ways. */
	contacts: { name: string; phones: string[] }[];
	orders: ScriptedOrder[];
}

/** How people write one and the same phone. The parameter is ten digits. */
export const PHONE_FORMATS: readonly ((digits: string) => string)[] = [
	(d) => `+7 (${d.slice(0, 3)}) ${d.slice(3, 6)}-${d.slice(6, 8)}-${d.slice(8)}`,
	(d) => `8 ${d.slice(0, 3)} ${d.slice(3, 6)} ${d.slice(6, 8)} ${d.slice(8)}`,
	(d) => `7${d}`,
	(d) => d,
	(d) => `8${d}`,
];

const FIRST_NAMES = ['Асель', 'Данияр', 'Мадина', 'Ерлан', 'Айгерим', 'Тимур', 'Динара', 'Нурлан', 'Жанна', 'Арман'];
const INITIALS = 'АБВГДЕЖЗИКЛМНОПРСТУ';

/** Orders arrive within this time, or more slowly when there are many of them. */
const ARRIVING_MS = 75_000;
const ORDERS_A_SECOND = 2;

/** The whole world of a check, decided beforehand from what may happen to an order: the same seed writes the same script. */
export function writeScript(known: readonly Scenario[], count: number, seed: number): Script {
	const random = new Random(seed);
	const buyers = Array.from({ length: Math.max(1, Math.ceil(count * 0.6)) }, (_, index) => newBuyer(index));
	const arrivingMs = Math.max(ARRIVING_MS, (count / ORDERS_A_SECOND) * 1000);
	const scenarios = shuffled(Array.from({ length: count }, (_, index) => scenarioAt(known, index)), random);
	const ordersSoFar = new Map<string, number>();

	const orders = scenarios.map((scenario, index): ScriptedOrder => {
		// Everybody orders once, then some of them again.
		const buyer = index < buyers.length ? buyers[index] : random.pick(buyers);
		if (buyer === undefined) throw new RangeError('There are no buyers.');
		const before = ordersSoFar.get(buyer.key) ?? 0;
		ordersSoFar.set(buyer.key, before + 1);
		const { autoAccept = false, preOrder = false, signature = false, pieces } = scenario;
		return {
			atMs: Math.round((index / count) * arrivingMs),
			scenario,
			spec: {
				kind: scenario.kinds[index % scenario.kinds.length] ?? random.pick(scenario.kinds),
				autoAccept,
				preOrder,
				signature,
				pieces,
				// Kaspi may hide a phone one day that it showed the day before.
				buyer: { ...buyer, masked: before > 0 && random.chance(0.3) ? !buyer.masked : buyer.masked },
			},
			pausesMs: scenario.steps.map(() => random.int(1000, 8000)),
		};
	});
	return { contacts: knownBefore(buyers), orders };
}

/** Every scenario is played before one is played twice. */
function scenarioAt(known: readonly Scenario[], index: number): Scenario {
	const scenario = known[index % known.length];
	if (scenario === undefined) throw new RangeError('There are no scenarios.');
	return scenario;
}

/** Invented people with invented phones; no two share a name. Half of the phones are hidden. */
function newBuyer(index: number) {
	const firstName = FIRST_NAMES[index % FIRST_NAMES.length] ?? 'Асель';
	const round = Math.floor(index / FIRST_NAMES.length);
	return {
		key: `person-${index + 1}`,
		firstName: round < INITIALS.length ? firstName : `${firstName}-${index}`,
		lastName: INITIALS[round % INITIALS.length] ?? 'А',
		phone: `70155${String(10_000 + index * 7).padStart(5, '0')}`,
		masked: index % 2 === 0,
	};
}

/** Of every five buyers, two with an open phone and one with a hidden one have a contact already. */
function knownBefore(buyers: readonly ReturnType<typeof newBuyer>[]): Script['contacts'] {
	return buyers
		.filter((_, index) => index % 5 === 1 || index % 5 === 3 || index % 10 === 4)
		.map(({ firstName, lastName, phone }, index) => ({
			name: `${firstName} ${lastName}.`,
			phones: [PHONE_FORMATS[index % PHONE_FORMATS.length]?.(phone) ?? phone],
		}));
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
	const cards = [...list];
	for (let last = cards.length - 1; last > 0; last -= 1) {
		const other = random.int(0, last);
		const [a, b] = [cards[last], cards[other]];
		if (a !== undefined && b !== undefined) [cards[last], cards[other]] = [b, a];
	}
	return cards;
}
