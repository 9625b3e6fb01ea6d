import type { Clock, Timer } from '../../clock';
import type { Random } from '../../random';
import { conflict, notFound, badArgument } from '../refusal';
import type { OzonSettings } from '../settings';
import { isoMs } from '../time';
import { PushCounters } from './counters';
import { Endpoint } from './endpoint';
import { isTaken, pingFault, post, TOO_SLOW, type HandshakeError } from './handshake';
import type { Push, PushType } from './types';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Waits before the retries: seconds at first, growing to 10 min, then five more tries every 10 min (ozon.md §11). */
const LADDER_MS = [
	5 * SECOND,
	15 * SECOND,
	MINUTE,
	3 * MINUTE,
	10 * MINUTE,
	...Array.from({ length: 5 }, () => 10 * MINUTE),
];

/** Brings pushes to the registered URLs over real HTTP: pings, misbehaves as told, retries, suspends, grades at night. */
export class Pushes {
	readonly counters = new PushCounters();
	/** Registered URLs in the order they came. */
	readonly endpoints = new Map<number, Endpoint>();
	/** Called with a text when Ozon writes to the seller about an URL it switched off. */
	tellSeller: (text: string) => void = () => undefined;
	private readonly timers = new Set<Timer>();
	private inFlight = new AbortController();
	private running = 0;
	private nextId = 1000;
	private closed = false;

	constructor(
		private readonly clock: Clock,
		private readonly random: Random,
		private readonly settings: OzonSettings,
	) {
		this.startTimers();
	}

	/** Sends an event to the URL that takes its type, if there is one. */
	announce(type: PushType, body: Record<string, unknown>): void {
		const endpoint = [...this.endpoints.values()].find((candidate) => candidate.types.includes(type));
		if (endpoint) this.send(endpoint, { type, body });
	}

	/** Tries an URL as Ozon does before it accepts it. */
	async check(url: string): Promise<HandshakeError | undefined> {
		this.counters.counts.pings += 1;
		const fault = pingFault(await this.ping(url), [Date.now(), this.clock.now()]);
		if (fault) this.counters.counts.badPings += 1;
		return fault;
	}

	/** Registers an URL for types nobody else has (§11: one URL per type). Refuses one that fails the handshake. */
	async connect(url: string, types: PushType[]): Promise<Endpoint> {
		this.refuseTaken(types);
		await this.demandHandshake(url);
		this.nextId += 1;
		const endpoint = new Endpoint(this.nextId, url, types, this.clock.now());
		this.endpoints.set(endpoint.id, endpoint);
		return endpoint;
	}

	async update(id: number, url: string | undefined, types: PushType[] | undefined): Promise<void> {
		const endpoint = this.find(id);
		if (types) this.refuseTaken(types, id);
		if (url !== undefined && url !== endpoint.url) await this.demandHandshake(url);
		endpoint.url = url ?? endpoint.url;
		endpoint.types = types ?? endpoint.types;
	}

	/** Switches an URL on (again) or off. After a block by an administrator only a new URL helps. */
	async enable(id: number, enabled: boolean): Promise<void> {
		const endpoint = this.find(id);
		if (!enabled) return endpoint.disable('SELLER', 'switched off by the seller');
		if (endpoint.disableReason === 'ADMIN')
			throw conflict('The URL is blocked by an administrator: delete it and add a new one');
		await this.demandHandshake(endpoint.url);
		endpoint.enable();
	}

	delete(id: number): void {
		this.find(id);
		this.endpoints.delete(id);
	}

	find(id: number): Endpoint {
		const endpoint = this.endpoints.get(id);
		if (!endpoint) throw notFound(`Notification ${id} not found`);
		return endpoint;
	}

	/** Attempts that wait for an answer or for their time (the periodic ping and the nightly grade not counted). */
	pending(): number {
		return this.running + this.timers.size - 2;
	}

	/** Forgets URLs, counts and everything that was not delivered. */
	clear(): void {
		this.stop();
		this.inFlight = new AbortController();
		this.endpoints.clear();
		this.counters.clear();
		this.startTimers();
	}

	close(): void {
		this.closed = true;
		this.stop();
	}

	private send(endpoint: Endpoint, push: Push): void {
		const { random, settings, counters } = this;
		if (this.closed) return;
		if (!endpoint.enabled) {
			counters.counts.withheld += 1;
			return;
		}
		counters.first(push.type);
		if (random.chance(settings.loseShare)) {
			counters.counts.lost += 1;
			return;
		}
		const copies = random.chance(settings.doubleShare) ? 2 : 1;
		counters.counts.doubled += copies - 1;
		for (let copy = 0; copy < copies; copy += 1) {
			const heldBack = settings.reorder && random.chance(0.5) ? random.int(20, 250) : 0;
			this.later(settings.delayMs + heldBack + copy * random.int(0, 50), () => void this.attempt(endpoint, push, 0));
		}
	}

	private async attempt(endpoint: Endpoint, push: Push, retries: number): Promise<void> {
		const { counts } = this.counters;
		if (!this.endpoints.has(endpoint.id)) return;
		if (!endpoint.enabled) {
			counts.withheld += 1;
			return;
		}
		const { signal } = this.inFlight;
		this.running += 1;
		const answer = await post(
			endpoint.url,
			{ message_type: push.type, ...push.body },
			this.settings.pushAnswerLimitMs,
			signal,
		);
		this.running -= 1;
		if (signal.aborted) return;
		const taken = isTaken(answer);
		this.counters.attempted(taken, answer.code === TOO_SLOW, answer.ms);
		const suspend = endpoint.answered(answer, taken, push.type, this.settings, this.clock.now());
		if (suspend !== undefined && endpoint.enabled) this.suspend(endpoint, suspend, push.type);
		if (taken) return;
		const wait = LADDER_MS[retries];
		if (wait === undefined) {
			counts.givenUp += 1;
			return;
		}
		counts.retried += 1;
		this.later(wait * this.settings.pushRetryScale, () => void this.attempt(endpoint, push, retries + 1));
	}

	private suspend(endpoint: Endpoint, why: string, type: PushType | ''): void {
		endpoint.disable('AVAILABILITY', why, type);
		this.tellSeller(`Отправка пуш-уведомлений на ${endpoint.url} остановлена: ${why}.`);
	}

	private async ping(url: string) {
		return await post(
			url,
			{ message_type: 'TYPE_PING', time: isoMs(this.clock.now()) },
			this.settings.pushAnswerLimitMs,
			this.inFlight.signal,
		);
	}

	private async demandHandshake(url: string): Promise<void> {
		const fault = await this.check(url);
		if (fault) throw badArgument(`${fault.type}: ${fault.description}`);
	}

	private refuseTaken(types: readonly PushType[], except?: number): void {
		for (const { id, types: taken } of this.endpoints.values()) {
			const shared = id === except ? undefined : types.find((type) => taken.includes(type));
			if (shared) throw conflict(`${shared} is already connected to another URL`);
		}
	}

	private startTimers(): void {
		this.later(this.settings.pingEveryMs, () => this.pingAll());
		this.later(DAY - (this.clock.now() % DAY), () => this.gradeAll());
	}

	private pingAll(): void {
		this.later(this.settings.pingEveryMs, () => this.pingAll());
		for (const endpoint of this.endpoints.values()) if (endpoint.enabled) void this.pingOne(endpoint);
	}

	private async pingOne(endpoint: Endpoint): Promise<void> {
		const { signal } = this.inFlight;
		const answer = await this.ping(endpoint.url);
		if (signal.aborted || !endpoint.enabled) return;
		const fault = pingFault(answer, [Date.now(), this.clock.now()]);
		this.counters.counts.pings += 1;
		if (fault) this.counters.counts.badPings += 1;
		const why = endpoint.answered(answer, fault === undefined, undefined, this.settings, this.clock.now());
		if (why !== undefined) this.suspend(endpoint, why, '');
	}

	private gradeAll(): void {
		this.later(DAY, () => this.gradeAll());
		for (const endpoint of this.endpoints.values()) {
			const red = endpoint.gradeNight(this.clock.now());
			if (red && endpoint.enabled) this.suspend(endpoint, `availability of ${red} was RED three days in a row`, red);
		}
	}

	private stop(): void {
		for (const timer of this.timers) timer.cancel();
		this.timers.clear();
		this.inFlight.abort();
	}

	private later(ms: number, run: () => void): void {
		const timer = this.clock.after(ms, () => {
			this.timers.delete(timer);
			run();
		});
		this.timers.add(timer);
	}
}
