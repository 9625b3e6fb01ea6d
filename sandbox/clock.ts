/** A handle of a pending timer. */
export interface Timer {
	cancel(): void;
}

interface Pending {
	due: number;
	order: number;
	run: () => void;
}

/** setTimeout treats a longer delay as 1 ms, so long waits are made of several of these. */
const LONGEST_REAL_WAIT_MS = 2 ** 31 - 1;

/**
 * The sandbox's time: real time plus an offset that only grows. Timers fire when their moment comes, either because
 * real time passed or because somebody advanced the clock; advancing fires them in order, each at its own moment.
 */
export class Clock {
	private offset = 0;
	private sequence = 0;
	private pending: Pending[] = [];
	private wake: NodeJS.Timeout | undefined;
	private closed = false;

	/** Epoch milliseconds as the simulated services see them. */
	now(): number {
		return Date.now() + this.offset;
	}

	/** Milliseconds the clock is ahead of real time. */
	ahead(): number {
		return this.offset;
	}

	/** Moves the time forward by `ms` and fires every timer that falls due on the way, in order. */
	advance(ms: number): void {
		const target = this.now() + Math.max(0, ms);
		for (let next = this.pending[0]; next && next.due <= target; next = this.pending[0]) {
			this.moveTo(next.due);
			this.pending.shift();
			next.run();
		}
		this.moveTo(target);
		this.schedule();
	}

	/** Runs `run` once, `ms` of sandbox time from now. */
	after(ms: number, run: () => void): Timer {
		const timer: Pending = { due: this.now() + Math.max(0, ms), order: this.sequence++, run };
		if (!this.closed) {
			this.pending.push(timer);
			this.pending.sort((a, b) => a.due - b.due || a.order - b.order);
			this.schedule();
		}
		return {
			cancel: () => {
				this.pending = this.pending.filter((other) => other !== timer);
				this.schedule();
			},
		};
	}

	/** Forgets every timer; the clock still tells the time. */
	close(): void {
		this.closed = true;
		this.pending = [];
		this.schedule();
	}

	private moveTo(moment: number): void {
		this.offset = Math.max(this.offset, moment - Date.now());
	}

	private schedule(): void {
		clearTimeout(this.wake);
		this.wake = undefined;
		const next = this.pending[0];
		if (!next) return;
		const wait = Math.min(Math.max(0, next.due - this.now()), LONGEST_REAL_WAIT_MS);
		this.wake = setTimeout(() => this.advance(0), wait);
		this.wake.unref();
	}
}
