const KEPT_TIMES = 10_000;

/** What became of the webhook POSTs. */
export interface DeliveryStats {
	/** POSTs made, retries included. */
	sent: number;
	/** Answered 100–299 within the limit. */
	answered: number;
	/** Everything else. */
	failed: number;
	/** Cut because the receiver needed longer than the limit (part of `failed`). */
	slow: number;
	/** Never sent, on purpose. */
	lost: number;
	/** Sent twice, on purpose. */
	doubled: number;
	/** Status events left out, on purpose. */
	statusDropped: number;
	/** POSTs that no further attempt follows. */
	givenUp: number;
	/** Real ms until the answer, over the last 10,000 answers. */
	p50Ms: number;
	p99Ms: number;
}

export class DeliveryCounters {
	lost = 0;
	doubled = 0;
	statusDropped = 0;
	givenUp = 0;
	private sent = 0;
	private answered = 0;
	private slow = 0;
	private times: number[] = [];

	attempted(code: number, late: boolean, ms: number): void {
		this.sent += 1;
		if (late) this.slow += 1;
		if (code >= 100 && code <= 299) this.answered += 1;
		if (code === 0 && !late) return;
		this.times.push(ms);
		if (this.times.length > KEPT_TIMES) this.times.shift();
	}

	stats(): DeliveryStats {
		const { sent, answered, slow, lost, doubled, statusDropped, givenUp } = this;
		const sorted = [...this.times].sort((a, b) => a - b);
		const percentile = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
		return {
			sent,
			answered,
			failed: sent - answered,
			slow,
			lost,
			doubled,
			statusDropped,
			givenUp,
			p50Ms: percentile(0.5),
			p99Ms: percentile(0.99),
		};
	}

	clear(): void {
		Object.assign(this, {
			lost: 0,
			doubled: 0,
			statusDropped: 0,
			givenUp: 0,
			sent: 0,
			answered: 0,
			slow: 0,
			times: [],
		});
	}
}
