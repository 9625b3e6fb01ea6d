import type { Clock } from '../clock';
import type { BitrixSettings } from './settings';

/** The leaky bucket: per source address, one drop a request, a batch is one drop (bitrix24.md §2). */
export class Gate {
	private readonly buckets = new Map<string, { level: number; at: number }>();
	private refusedInAll = 0;

	constructor(
		private readonly clock: Clock,
		private readonly settings: BitrixSettings,
	) {}

	passes(address: string): boolean {
		const now = this.clock.now();
		const bucket = this.buckets.get(address) ?? { level: 0, at: now };
		const { requestsPerSecond, bucketSize } = this.settings;
		const level = Math.max(0, bucket.level - ((now - bucket.at) / 1000) * requestsPerSecond);
		const passes = level + 1 <= bucketSize;
		this.buckets.set(address, { level: passes ? level + 1 : level, at: now });
		if (!passes) this.refusedInAll += 1;
		return passes;
	}

	/** How many calls were refused since the start. */
	refusedCalls(): number {
		return this.refusedInAll;
	}

	reset(): void {
		this.buckets.clear();
		this.refusedInAll = 0;
	}
}
