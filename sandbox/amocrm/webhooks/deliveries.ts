import type { Clock, Timer } from '../../clock';
import type { Random } from '../../random';
import type { AmoSettings } from '../settings';
import { shuffled } from '../shuffle';
import type { Store } from '../store';
import { encodeForm, type FormPart } from './form';
import { DeliveryCounters } from './counters';
import type { Hook, Subscriptions } from './subscriptions';

/** One event of a webhook body: `leads[status][n]`. */
export interface Occasion {
	section: 'leads' | 'contacts' | 'task';
	action: string;
	item: { [key: string]: FormPart };
}

const MINUTE = 60_000;
/** Waits before attempts 2, 3, 4 and 5 (amocrm.md §7). */
const LADDER_MS = [5 * MINUTE, 15 * MINUTE, 15 * MINUTE, 60 * MINUTE];
/** Attempts after the third are made only for 499 and 5xx. */
const ATTEMPTS_FOR_ANY_CODE = 3;
const DISABLE_AFTER_INVALID = 100;
const DISABLE_WINDOW_MS = 120 * MINUTE;

/** Brings events to the registered receivers over real HTTP: batches, misbehaves as told, retries, gives up, disables. */
export class Deliveries {
	readonly counters = new DeliveryCounters();
	private readonly batches = new Map<Hook, Occasion[]>();
	private readonly timers = new Set<Timer>();
	private readonly inFlight = new Set<AbortController>();
	private closed = false;

	constructor(
		private readonly clock: Clock,
		private readonly random: Random,
		private readonly settings: AmoSettings,
		private readonly store: Store,
		private readonly subscriptions: Subscriptions,
	) {}

	/** Queues one event for everybody who subscribed to `setting`; the item is made only when somebody did. */
	announce(setting: string, occasion: () => Occasion): void {
		const hooks = this.subscriptions.listening(setting);
		if (hooks.length === 0 || this.closed) return;
		const made = occasion();
		for (const hook of hooks) {
			if (setting === 'status_lead' && this.random.chance(this.settings.dropStatusEventShare)) {
				this.counters.statusDropped += 1;
				continue;
			}
			const batch = this.batches.get(hook);
			if (batch) {
				batch.push(made);
				continue;
			}
			this.batches.set(hook, [made]);
			this.later(this.settings.webhookBatchMs, () => this.dispatch(hook));
		}
	}

	/** Attempts that wait for their time or for an answer. */
	pending(): number {
		return this.timers.size + this.inFlight.size;
	}

	/** Forgets everything that was not delivered. */
	clear(): void {
		for (const timer of this.timers) timer.cancel();
		for (const call of this.inFlight) call.abort();
		this.timers.clear();
		this.inFlight.clear();
		this.batches.clear();
		this.counters.clear();
	}

	close(): void {
		this.closed = true;
		this.clear();
	}

	private dispatch(hook: Hook): void {
		const occasions = this.batches.get(hook) ?? [];
		this.batches.delete(hook);
		const { loseShare, doubleShare, reorder, delayMs, webhookBatchMs } = this.settings;
		if (this.random.chance(loseShare)) {
			this.counters.lost += 1;
			return;
		}
		const body = this.bodyOf(reorder ? shuffled(this.random, occasions) : occasions);
		const heldBack = reorder && this.random.chance(0.5) ? 2 * webhookBatchMs + this.random.int(20, 200) : 0;
		const copies = this.random.chance(doubleShare) ? 2 : 1;
		this.counters.doubled += copies - 1;
		for (let copy = 0; copy < copies; copy += 1) {
			this.later(
				delayMs + heldBack + copy * this.random.int(0, webhookBatchMs),
				() => void this.attempt(hook, body, 1),
			);
		}
	}

	private bodyOf(occasions: Occasion[]): string {
		const { subdomain, accountId } = this.store;
		const body: Record<string, Record<string, FormPart[]>> = {};
		for (const { section, action, item } of occasions) ((body[section] ??= {})[action] ??= []).push(item);
		const account = { subdomain, id: accountId, _links: { self: `https://${subdomain}.amocrm.ru` } };
		return encodeForm({ ...body, account });
	}

	private async attempt(hook: Hook, body: string, number: number): Promise<void> {
		if (this.closed || hook.disabled || !this.subscriptions.has(hook)) return;
		const code = await this.post(hook, body);
		if (code === 'forgotten' || (code >= 100 && code <= 299)) return;
		this.countInvalid(hook);
		const wait = LADDER_MS[number - 1];
		const retried = number < ATTEMPTS_FOR_ANY_CODE || code === 499 || (code >= 500 && code <= 599);
		if (wait === undefined || !retried || hook.disabled) {
			this.counters.givenUp += 1;
			return;
		}
		this.later(wait * this.settings.webhookRetryScale, () => void this.attempt(hook, body, number + 1));
	}

	/** The answer's status, or 0 when there was none within the limit; `forgotten` when `clear` came in between. */
	private async post(hook: Hook, body: string): Promise<number | 'forgotten'> {
		const call = new AbortController();
		this.inFlight.add(call);
		const startedAt = Date.now();
		let late = false;
		const limit = setTimeout(() => {
			late = true;
			call.abort();
		}, this.settings.webhookAnswerLimitMs);
		const code = await fetch(hook.destination, {
			method: 'POST',
			headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'amoCRM-Webhooks/3.0' },
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
		if (!this.inFlight.delete(call)) return 'forgotten';
		this.counters.attempted(code, late, Date.now() - startedAt);
		return code;
	}

	/** Disabled when more than 100 answers within 2 h were invalid and the last one is (amocrm.md §7). */
	private countInvalid(hook: Hook): void {
		const now = this.clock.now();
		hook.invalidAt = [...hook.invalidAt.filter((at) => at > now - DISABLE_WINDOW_MS), now];
		if (hook.invalidAt.length > DISABLE_AFTER_INVALID) hook.disabled = true;
	}

	private later(ms: number, run: () => void): void {
		const timer = this.clock.after(ms, () => {
			this.timers.delete(timer);
			run();
		});
		this.timers.add(timer);
	}
}
