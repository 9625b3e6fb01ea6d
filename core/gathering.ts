/**
 * Gathers hints that come faster than looks are worth starting: the first is handed on at once, and those of the next moments
 * together with the first one after them, or with `rest()`. Hints about the same thing are one hint. In memory only: hints that
 * are lost with the process are made up for by the polls and sweeps (DESIGN section 1, level-triggered).
 */
export class Gathering<T> {
	private readonly waiting = new Map<string, T>();
	private handedOnAt = Number.NEGATIVE_INFINITY;

	/** @param windowMs at most one hand-over per this time */
	constructor(
		private readonly windowMs: number,
		private readonly keyOf: (hint: T) => string,
	) {}

	/**
	 * What is to be looked at now; nothing while the last look is fresh.
	 * @param now epoch ms
	 */
	add(hints: readonly T[], now: number): T[] {
		for (const hint of hints) this.waiting.set(this.keyOf(hint), hint);
		// A clock that was set back must not hold hints up.
		const sinceLast = Math.abs(now - this.handedOnAt);
		if (sinceLast < this.windowMs || this.waiting.size === 0) return [];
		this.handedOnAt = now;
		return this.rest();
	}

	/** Everything that waits. */
	rest(): T[] {
		const all = [...this.waiting.values()];
		this.waiting.clear();
		return all;
	}

	/** What was taken and could not be handed on waits again. */
	giveBack(hints: readonly T[]): void {
		for (const hint of hints) {
			const key = this.keyOf(hint);
			if (!this.waiting.has(key)) this.waiting.set(key, hint);
		}
	}
}
