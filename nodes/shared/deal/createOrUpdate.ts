import type { IDataObject } from 'n8n-workflow';
import { ok, rejected, unknown, type Outcome } from '../../../core/ports';
import type { Journal } from '../../../journal/journal';
import { dealClaim } from './dealClaim';

/** What a CRM does for *Create or Update* of deals; everything in the order given. */
export interface DealWriter<Upsert> {
	/** Which account: the same key is another deal there. */
	account: string;
	/** What tells the deals apart. */
	keyOf(upsert: Upsert): string;
	/** The oldest deal with the key, as it is now: a deal that was created a moment ago is found. */
	find(upserts: readonly Upsert[]): Promise<Outcome<number | undefined>[]>;
	update(changes: readonly { id: number; upsert: Upsert }[]): Promise<Outcome<number>[]>;
	create(upserts: readonly Upsert[]): Promise<Outcome<number>[]>;
}

export interface Surroundings {
	claims: Journal['claims'];
	/** Unique per execution, made with `processOwner()`. */
	owner: string;
	/** Epoch ms. */
	now(): number;
	pause(ms: number): Promise<void>;
	random(): number;
}

/** After this time a create without an answer has either arrived or never will: the services end a request within a minute. */
const settlesMs = 60_000;
const claimMs = 60_000;
/** So many creates go out under one renewal of their claims. */
const atOnce = 50;
/** Others are waited for, and what may be sent again is, for so long. */
const giveUpAfterMs = 150_000;
const triesAtMost = 4;
const firstPauseMs = 150;
const longestPauseMs = 3_000;
/** After a failure that says nothing about the deal, doubled with each further one. */
const firstBackoffMs = 1_000;

/** One item on its way. */
class Wanted<Upsert> {
	outcome?: Outcome<IDataObject>;
	/** What it ends with should time run out. */
	last: Outcome<IDataObject> = rejected('another execution is writing this deal at this moment', false);
	notBefore = 0;
	waits = 0;
	tries = 0;
	/** A create that nobody has heard of: until when it may still show. */
	unsettledUntil?: number;
	/** That create was ours. */
	isSent = false;

	constructor(
		readonly upsert: Upsert,
		readonly key: string,
		readonly claim: string,
	) {}
}

/**
 * Creates deals or changes those that are there. A key is claimed in the journal before it is looked for, so that executions at the same
 * time make one deal and the others change it; of several items with the same key the first makes it. What a server broke off in the middle
 * of is looked for and sent again with growing waits; without an answer only when it can not show any more.
 */
export async function createOrUpdateDeals<Upsert>(writer: DealWriter<Upsert>, upserts: readonly Upsert[], surroundings: Surroundings): Promise<Outcome<IDataObject>[]> {
	const run = new Run(writer, upserts, surroundings);
	try {
		await run.all();
	} finally {
		await run.giveBack();
	}
	return run.wanted.map(({ outcome, last }) => outcome ?? last);
}

class Run<Upsert> {
	readonly wanted: Wanted<Upsert>[];
	private readonly known = new Map<string, number>();
	private readonly held = new Set<string>();
	/** Items that wait for the same come back together; executions that wait for each other do not. */
	private roundAt = 0;
	private jitter = 1;

	constructor(
		private readonly writer: DealWriter<Upsert>,
		upserts: readonly Upsert[],
		private readonly at: Surroundings,
	) {
		this.wanted = upserts.map((upsert) => {
			const key = writer.keyOf(upsert);
			return new Wanted(upsert, key, dealClaim(key));
		});
	}

	async all(): Promise<void> {
		const until = this.at.now() + giveUpAfterMs;
		for (;;) {
			const first = this.firstOfEachKey();
			if (first.length === 0) return;
			const now = this.at.now();
			const turn = first.filter(({ notBefore }) => notBefore <= now);
			if (turn.length > 0) {
				await this.round(turn);
				continue;
			}
			const next = Math.min(...first.map(({ notBefore }) => notBefore));
			if (next >= until) return;
			await this.at.pause(next - now);
		}
	}

	/** Nothing was created under these claims; those whose create may still show are left to run out. */
	async giveBack(): Promise<void> {
		const now = this.at.now();
		const unsettled = new Set(this.wanted.flatMap(({ claim, outcome, unsettledUntil = 0 }) => (outcome?.outcome !== 'ok' && unsettledUntil > now ? [claim] : [])));
		await this.at.claims.release(this.writer.account, [...this.held].filter((claim) => !unsettled.has(claim)), this.at.owner);
	}

	private firstOfEachKey(): Wanted<Upsert>[] {
		const taken = new Set<string>();
		return this.wanted.filter(({ key, outcome }) => outcome === undefined && !taken.has(key) && taken.add(key));
	}

	private async round(turn: readonly Wanted<Upsert>[]): Promise<void> {
		this.jitter = 0.5 + this.at.random() / 2;
		this.roundAt = this.at.now();
		await this.change(turn.flatMap((each) => this.withId(each)));
		const ours = await this.claimed(turn.filter(({ key }) => !this.known.has(key)));
		const found = await this.writer.find(ours.map(({ upsert }) => upsert));
		const missing: Wanted<Upsert>[] = [];
		const present: { id: number; each: Wanted<Upsert> }[] = [];
		for (const [index, each] of ours.entries()) {
			const hit = found[index] ?? rejected('was not looked for', false);
			if (hit.outcome !== 'ok') this.failed(each, hit);
			else if (hit.value !== undefined) present.push({ id: hit.value, each });
			else missing.push(each);
		}
		for (const { id, each } of present) if (each.isSent) await this.done(each, id, true);
		await this.change(present.filter(({ each }) => each.outcome === undefined));
		const now = this.at.now();
		for (const each of missing) if ((each.unsettledUntil ?? 0) > now) this.wait(each);
		for (const each of missing) if (each.tries >= triesAtMost && each.notBefore <= now) each.outcome = each.last;
		const free = missing.filter(({ outcome, unsettledUntil = 0 }) => outcome === undefined && unsettledUntil <= now);
		for (let from = 0; from < free.length; from += atOnce) await this.create(free.slice(from, from + atOnce));
	}

	private withId(each: Wanted<Upsert>): { id: number; each: Wanted<Upsert> }[] {
		const id = this.known.get(each.key);
		return id === undefined ? [] : [{ id, each }];
	}

	private async claimed(turn: readonly Wanted<Upsert>[]): Promise<Wanted<Upsert>[]> {
		const { claims, owner, now } = this.at;
		const taken = await claims.take(this.writer.account, turn.map(({ claim }) => claim), owner, claimMs, now());
		return turn.filter((each, index) => {
			const claim = taken[index];
			if (claim?.state !== 'claimed') {
				this.wait(each);
				return false;
			}
			this.held.add(each.claim);
			if (claim.abandonedSince !== undefined) each.unsettledUntil ??= claim.abandonedSince + settlesMs;
			return true;
		});
	}

	private async change(changes: readonly { id: number; each: Wanted<Upsert> }[]): Promise<void> {
		if (changes.length === 0) return;
		const changed = await this.writer.update(changes.map(({ id, each: { upsert } }) => ({ id, upsert })));
		this.roundAt = this.at.now();
		for (const [index, { id, each }] of changes.entries()) {
			const outcome = changed[index] ?? rejected('was not sent', false);
			if (outcome.outcome === 'ok') await this.done(each, id, false);
			else {
				// It is there, whatever became of the change: nobody has to look for it any more.
				this.known.set(each.key, id);
				this.failed(each, outcome);
			}
		}
	}

	private async create(creating: readonly Wanted<Upsert>[]): Promise<void> {
		const { claims, owner, now } = this.at;
		const ours = await claims.sending(this.writer.account, creating.map(({ claim }) => claim), owner, claimMs, now());
		// A long search may outlast a claim: whoever took it over meanwhile creates the deal.
		const sent = creating.filter((each, index) => ours[index] === true || this.wait(each));
		const created = await this.writer.create(sent.map(({ upsert }) => upsert));
		this.roundAt = now();
		for (const [index, each] of sent.entries()) {
			const outcome = created[index] ?? rejected('was not sent', false);
			if (outcome.outcome === 'ok') await this.done(each, outcome.value, true);
			else {
				if (outcome.outcome === 'unknown') {
					each.isSent = true;
					each.unsettledUntil = outcome.ended === true ? now() : now() + settlesMs;
				}
				this.failed(each, outcome);
			}
		}
	}

	private async done(each: Wanted<Upsert>, id: number, created: boolean): Promise<void> {
		each.outcome = ok({ id, created });
		this.known.set(each.key, id);
		if (!this.held.delete(each.claim)) return;
		const { claims, owner, now } = this.at;
		// Order Sync may have looked for the order's deal before it was there: the claim tells it to look once more.
		if (created) await claims.made(this.writer.account, [each.claim], now());
		else await claims.release(this.writer.account, [each.claim], owner);
	}

	/** Sent again after a while, unless it was refused for good or often enough. */
	private failed(each: Wanted<Upsert>, outcome: Exclude<Outcome<unknown>, { outcome: 'ok' }>): void {
		each.tries += 1;
		each.last = outcome.outcome === 'unknown' ? unknown(outcome.reason, outcome.ended) : rejected(outcome.reason, outcome.permanent, outcome.retryAt);
		// What was sent last and not answered for is looked for once more.
		const isOver = outcome.outcome === 'rejected' && (outcome.permanent || each.tries >= triesAtMost);
		if (isOver || each.tries > triesAtMost) {
			each.outcome = each.last;
			return;
		}
		const backoffMs = firstBackoffMs * 2 ** (each.tries - 1) * this.jitter;
		each.notBefore = Math.max(this.roundAt + backoffMs, outcome.outcome === 'rejected' ? (outcome.retryAt ?? 0) : 0);
	}

	private wait(each: Wanted<Upsert>): false {
		const pauseMs = Math.min(longestPauseMs, firstPauseMs * 1.6 ** each.waits) * this.jitter;
		each.waits += 1;
		each.notBefore = this.roundAt + pauseMs;
		return false;
	}
}
