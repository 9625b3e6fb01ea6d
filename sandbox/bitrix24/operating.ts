import type { Clock } from '../clock';
import { Problem } from './problem';
import type { BitrixSettings } from './settings';

const MINUTE_MS = 60_000;
const WINDOW_MS = 10 * MINUTE_MS;

interface Basket {
	startedAt: number;
	seconds: number;
}

export interface OperatingTime {
	operating: number;
	operating_reset_at: number;
}

/** Operating time per caller and method: ten one-minute baskets, more than 480 s closes the method (bitrix24.md §2). */
export class Operating {
	private readonly baskets = new Map<string, Basket[]>();
	private refusedInAll = 0;

	constructor(
		private readonly clock: Clock,
		private readonly settings: BitrixSettings,
	) {}

	/** Throws 429 when the method of this caller has worked too long. The call that crosses the line still passes. */
	check(caller: string, method: string): void {
		const limit = this.settings.operatingLimitSeconds;
		if (limit === 0 || this.time(caller, method).operating <= limit) return;
		this.refusedInAll += 1;
		throw new Problem(429, 'OPERATION_TIME_LIMIT', 'Method is blocked due to operation time limit.');
	}

	spend(caller: string, method: string, seconds: number): void {
		const now = this.clock.now();
		const baskets = this.living(caller, method);
		const current = baskets.at(-1);
		if (current && current.startedAt > now - MINUTE_MS) current.seconds += seconds;
		else baskets.push({ startedAt: now, seconds });
	}

	time(caller: string, method: string): OperatingTime {
		const baskets = this.living(caller, method);
		const sum = baskets.reduce((total, { seconds }) => total + seconds, 0);
		const oldest = baskets[0]?.startedAt ?? this.clock.now();
		// Rounded: a sum of decimal fractions is no such fraction.
		return { operating: Math.round(sum * 1e6) / 1e6, operating_reset_at: Math.floor((oldest + WINDOW_MS) / 1000) };
	}

	/** How many calls were refused since the start. */
	refusedCalls(): number {
		return this.refusedInAll;
	}

	reset(): void {
		this.baskets.clear();
		this.refusedInAll = 0;
	}

	private living(caller: string, method: string): Basket[] {
		const key = `${caller} ${method}`;
		const all = this.baskets.get(key) ?? [];
		const since = this.clock.now() - WINDOW_MS;
		while (all[0] && all[0].startedAt <= since) all.shift();
		this.baskets.set(key, all);
		return all;
	}
}
