const KEPT_TIMES = 10_000;

/** What became of the pushes. Pings are counted apart. */
export interface PushStats {
	/** POSTs of events, retries included. */
	sent: number;
	/** Answered 200 with `{"result": true}` in time. */
	taken: number;
	/** Everything else. */
	failed: number;
	/** Longer than the limit (part of `failed`). */
	slow: number;
	retried: number;
	/** No further attempt follows. */
	givenUp: number;
	/** Never sent, on purpose. */
	lost: number;
	/** Sent twice, on purpose. */
	doubled: number;
	/** Not sent because the URL was suspended or switched off. */
	withheld: number;
	pings: number;
	badPings: number;
	/** Real ms until the answer, over the last 10,000 answers. */
	p50Ms: number;
	p99Ms: number;
	/** First deliveries by message type. */
	byType: Record<string, number>;
}

const ZERO = {
	sent: 0,
	taken: 0,
	slow: 0,
	retried: 0,
	givenUp: 0,
	lost: 0,
	doubled: 0,
	withheld: 0,
	pings: 0,
	badPings: 0,
};

export class PushCounters {
	readonly counts = { ...ZERO };
	private byType = new Map<string, number>();
	private times: number[] = [];

	first(type: string): void {
		this.byType.set(type, (this.byType.get(type) ?? 0) + 1);
	}

	attempted(taken: boolean, slow: boolean, ms: number): void {
		this.counts.sent += 1;
		if (taken) this.counts.taken += 1;
		if (slow) this.counts.slow += 1;
		this.times.push(ms);
		if (this.times.length > KEPT_TIMES) this.times.shift();
	}

	stats(): PushStats {
		const sorted = [...this.times].sort((a, b) => a - b);
		const percentile = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
		return {
			...this.counts,
			failed: this.counts.sent - this.counts.taken,
			p50Ms: percentile(0.5),
			p99Ms: percentile(0.99),
			byType: Object.fromEntries(this.byType),
		};
	}

	clear(): void {
		Object.assign(this.counts, ZERO);
		this.byType.clear();
		this.times = [];
	}
}
