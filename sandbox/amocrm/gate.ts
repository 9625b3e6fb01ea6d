import type { Clock } from '../clock';
import type { AmoSettings } from './settings';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** 7 calls a second per integration; who keeps hammering is blocked until somebody lifts it (amocrm.md §2). */
export class Gate {
	private readonly admitted = new Map<string, number[]>();
	private refused: number[] = [];
	private isBlocked = false;
	private refusedInAll = 0;

	constructor(
		private readonly clock: Clock,
		private readonly settings: AmoSettings,
	) {}

	/** Counts one call of an integration and says whether it may pass. */
	ask(integrationId: string): 'pass' | 'too many' | 'blocked' {
		if (this.isBlocked) return 'blocked';
		const now = this.clock.now();
		const recent = (this.admitted.get(integrationId) ?? []).filter((at) => at > now - SECOND_MS);
		const passes = recent.length < this.settings.requestsPerSecond;
		this.admitted.set(integrationId, passes ? [...recent, now] : recent);
		return passes ? 'pass' : this.refuse(now);
	}

	blocked(): boolean {
		return this.isBlocked;
	}

	unblock(): void {
		this.isBlocked = false;
		this.refused = [];
	}

	/** How many calls were refused since the start. */
	refusedCalls(): number {
		return this.refusedInAll;
	}

	reset(): void {
		this.unblock();
		this.admitted.clear();
		this.refusedInAll = 0;
	}

	private refuse(now: number): 'too many' {
		this.refusedInAll += 1;
		this.refused = [...this.refused.filter((at) => at > now - MINUTE_MS), now];
		if (this.refused.length > this.settings.abuse429PerMinute) this.isBlocked = true;
		return 'too many';
	}
}
