import { stringify } from 'qs';

import type { Clock, Timer } from '../../clock';
import type { Random } from '../../random';
import type { BitrixSettings } from '../settings';
import { Counters } from './counters';
import type { Handler, Handlers } from './handlers';

/** What an event tells: the id, and for a pipeline move where to (bitrix24.md §7). */
export type EventFields = { ID: number } & Record<string, string | number>;

interface Parcel {
	handler: Handler;
	body: string;
}

/** The event queue: every event is its own POST, brought once, late and never again (bitrix24.md §7). */
export class Deliveries {
	readonly counters = new Counters();
	private readonly timers = new Set<Timer>();
	private readonly inFlight = new Set<AbortController>();
	private readonly waiting: Parcel[] = [];
	private closed = false;

	constructor(
		private readonly clock: Clock,
		private readonly random: Random,
		private readonly settings: BitrixSettings,
		private readonly handlers: Handlers,
		/** The `auth` part of an event's body. */
		private readonly authOf: (handler: Handler) => Record<string, string>,
	) {}

	queue(handler: Handler, event: string, fields: EventFields): void {
		if (this.closed) return;
		const { loseShare, doubleShare, delayMs, reorder } = this.settings;
		if (this.random.chance(loseShare)) {
			this.counters.lost += 1;
			return;
		}
		const copies = this.random.chance(doubleShare) ? 2 : 1;
		this.counters.doubled += copies - 1;
		for (let copy = 0; copy < copies; copy += 1) {
			const heldBack = reorder ? this.random.int(0, 2000) : copy * this.random.int(0, 50);
			this.later(delayMs + heldBack, () => this.send(handler, event, fields));
		}
	}

	/** Events that wait for their time or for an answer. */
	pending(): number {
		return this.timers.size + this.waiting.length + this.inFlight.size;
	}

	clear(): void {
		for (const timer of this.timers) timer.cancel();
		for (const call of this.inFlight) call.abort();
		this.timers.clear();
		this.inFlight.clear();
		this.waiting.length = 0;
		this.counters.clear();
	}

	close(): void {
		this.closed = true;
		this.clear();
	}

	private send(handler: Handler, event: string, fields: EventFields): void {
		if (!this.handlers.has(handler)) return;
		const ts = Math.floor(this.clock.now() / 1000);
		const auth = this.authOf(handler);
		const body = { event, event_handler_id: handler.id, data: { FIELDS: fields }, ts, auth };
		this.waiting.push({ handler, body: stringify(body, { format: 'RFC1738' }) });
		this.pump();
	}

	private pump(): void {
		while (this.inFlight.size < this.settings.eventsAtOnce) {
			const parcel = this.waiting.shift();
			if (!parcel) return;
			void this.post(parcel).then(() => this.pump());
		}
	}

	private async post({ handler, body }: Parcel): Promise<void> {
		const call = new AbortController();
		this.inFlight.add(call);
		const startedAt = Date.now();
		let late = false;
		const limit = setTimeout(() => {
			late = true;
			call.abort();
		}, this.settings.eventAnswerLimitMs);
		const code = await fetch(handler.url, {
			method: 'POST',
			headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Bitrix24 Webhook Engine' },
			body,
			redirect: 'manual',
			signal: call.signal,
		}).then(
			async (response) => {
				await response.body?.cancel();
				return response.status;
			},
			// A receiver that is down, hangs up or is too slow has no code; the counters tell which it was.
			() => 0,
		);
		clearTimeout(limit);
		// Forgotten in between: `clear` has emptied the counters too.
		if (!this.inFlight.delete(call)) return;
		this.counters.attempted(code, late, Date.now() - startedAt);
	}

	private later(ms: number, run: () => void): void {
		const timer = this.clock.after(ms, () => {
			this.timers.delete(timer);
			run();
		});
		this.timers.add(timer);
	}
}
