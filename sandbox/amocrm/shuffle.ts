import type { Random } from '../random';

/** The same items in a random order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
	return items
		.map((item) => ({ item, place: random.next() }))
		.sort((a, b) => a.place - b.place)
		.map(({ item }) => item);
}
