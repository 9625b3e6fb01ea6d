const KEPT_TIMES = 10_000;

/** How the events went. Times are real ms until the answer, over the last 10,000 of them. */
export class Counters {
	/** Never sent, on purpose. */
	lost = 0;
	/** Sent twice, on purpose. */
	doubled = 0;
	private sent = 0;
	private answered = 0;
	private slow = 0;
	private readonly times: number[] = [];

	/** `code` 0: no answer; `late`: because the handler needed longer than the limit. */
	attempted(code: number, late: boolean, ms: number): void {
		this.sent += 1;
		if (late) this.slow += 1;
		if (code >= 200 && code <= 299) this.answered += 1;
		if (code === 0 && !late) return;
		this.times.push(ms);
		if (this.times.length > KEPT_TIMES) this.times.shift();
	}

	stats() {
		const { sent, answered, slow, lost, doubled } = this;
		const sorted = [...this.times].sort((a, b) => a - b);
		const percentile = (part: number): number => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
		const failed = sent - answered;
		return { sent, answered, failed, slow, lost, doubled, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
	}

	clear(): void {
		Object.assign(this, { lost: 0, doubled: 0, sent: 0, answered: 0, slow: 0 });
		this.times.length = 0;
	}
}
