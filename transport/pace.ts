import { RateLimiterMemory, RateLimiterQueue } from 'rate-limiter-flexible';

/** How fast one account may be called: one per process and key, shared by every node and execution in the process. */
export interface Pace {
	/** Waits for its turn; calls leave evenly spaced, so no second ever holds more than the limit. */
	ready(): Promise<void>;
	/** Nobody goes for so many ms. */
	slowDown(ms: number): void;
	/** How long nobody goes from now on, ms; 0 or less: not at all. A pace that never rests may leave it out. */
	restMs?(): number;
	/** The service has shut this account out: `blocked()` answers the reason for so many ms. */
	block(reason: string, ms: number): void;
	blocked(): string | undefined;
}

const paces = new Map<string, Pace>();

/**
 * @param key the account whose limit it is, e.g. `amoCRM:shop.amocrm.ru`
 * @param callsPerSecond the limit of the first caller counts
 * @param bucket how many calls the service lets through at once before it counts seconds; 1: calls are evenly spaced
 */
export function paceFor(key: string, callsPerSecond: number, bucket = 1): Pace {
	const known = paces.get(key);
	if (known !== undefined) return known;
	const pace = new EvenPace(callsPerSecond, burstOf(bucket));
	paces.set(key, pace);
	return pace;
}

/** A little more than the limit's share: two calls may catch up with each other by some milliseconds on their way. */
const spacingOf = (callsPerSecond: number): number => Math.ceil(1_020 / callsPerSecond);

/** A window's burst may come right before the next window's: together they must still fit into the bucket. */
const burstOf = (bucket: number): number => Math.max(1, Math.floor(bucket / 2) - 1);

class EvenPace implements Pace {
	private readonly queue: RateLimiterQueue;
	private restUntil = 0;
	private blockedUntil = 0;
	private blockReason = '';

	constructor(callsPerSecond: number, burst: number) {
		// One token per spacing and not seven per second: seven at the end of one second and seven at the start of the next are 14.
		const duration = (burst * spacingOf(callsPerSecond)) / 1_000;
		this.queue = new RateLimiterQueue(new RateLimiterMemory({ points: burst, duration }));
	}

	async ready(): Promise<void> {
		// A rest that began while this call stood in the queue counts too; it then queues again, so nobody leaves in a crowd.
		do {
			await this.rest();
			await this.queue.removeTokens(1);
		} while (this.restMs() > 0);
	}

	slowDown(ms: number): void {
		this.restUntil = Math.max(this.restUntil, Date.now() + ms);
	}

	block(reason: string, ms: number): void {
		this.blockReason = reason;
		this.blockedUntil = Date.now() + ms;
	}

	blocked(): string | undefined {
		return Date.now() < this.blockedUntil ? this.blockReason : undefined;
	}

	restMs(): number {
		return this.restUntil - Date.now();
	}

	private async rest(): Promise<void> {
		for (let ms = this.restMs(); ms > 0; ms = this.restMs()) {
			await new Promise((resolve) => setTimeout(resolve, ms));
		}
	}
}
