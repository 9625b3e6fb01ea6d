/** Seeded random numbers (mulberry32): the same seed plays the same world again. */
export class Random {
	private state: number;

	constructor(seed: number) {
		this.state = seed >>> 0;
	}

	/** The next number in [0, 1). */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let mixed = this.state;
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number from `min` to `max`, both included. */
	int(min: number, max: number): number {
		return min + Math.floor(this.next() * (max - min + 1));
	}

	/** One element of a list that is not empty. */
	pick<T>(list: readonly T[]): T {
		const picked = list[this.int(0, list.length - 1)];
		if (picked === undefined) throw new RangeError('Random.pick needs a list with at least one element');
		return picked;
	}

	/** True with probability `p`. */
	chance(p: number): boolean {
		return this.next() < p;
	}
}
