import type { IPollFunctions } from 'n8n-workflow';
import type { Gathering } from '../../core/gathering';
import { JournalUnavailable } from '../../journal/open';
import { isHostEnding } from '../../transport/hostEnding';
import { nodeErrorFrom } from '../../transport/nodeError';
import { isStart, mayWait, tellWaiting, tellWorking } from './triggerActivation';
import { amend, recall, takeOver, triggerName, type Memory, type MemoryPart } from './triggerMemory';

export interface Looking<T, Item, Hint> {
	part: MemoryPart<T>;
	/** Webhook hints that came in the wake of others and were not followed by any. */
	waiting?(): Gathering<Hint>;
	/** What is to be known when the very first look has to wait: what happens from now on (epoch ms) is news. */
	postponed(now: number): T;
	/**
	 * Looks at the service. What it has found is remembered when it has ended well.
	 * @param waiting hints to be given with what is found
	 */
	look(before: T | undefined, waiting: Hint[]): Promise<{ items: Item[]; next: T }>;
}

/**
 * A poll that remembers in the journal how far it has looked. Everything is told once: polls of one trigger may overlap, and of those
 * that began from the same memory only the first to end gives its items; the next poll finds what the others have seen beyond that.
 * @returns none as well when the service is out of reach while the trigger is being activated
 * @throws NodeApiError, NodeOperationError
 */
export async function pollRemembering<T, Item, Hint = never>(context: IPollFunctions, looking: Looking<T, Item, Hint>): Promise<Item[]> {
	const attempt = new Attempt(context);
	const startedAt = Date.now();
	const { part } = looking;
	try {
		// n8n throws away what a poll of an earlier activation gives by now: that poll must not remember it as told.
		const memory = await (attempt.isFirst ? takeOver(context, part) : recall(context, part));
		const items = await told(looking, memory);
		attempt.succeeded();
		tellWorking(context);
		return items;
	} catch (error) {
		const mayBeActivation = async () => attempt.isFirst && (isStart(context) || attempt.isOfActivation() || (await recall(context, part)).value === undefined);
		if (!mayWait(context, error) || !(await mayBeActivation())) {
			attempt.failed();
			throw nodeErrorFrom(context.getNode(), error);
		}
		tellWaiting(context, error);
		if (!(error instanceof JournalUnavailable)) await amend(context, part, (before) => before ?? looking.postponed(startedAt));
		return [];
	}
}

/** What is given to n8n: it is remembered as told, or there is nothing to give, and the hints go on waiting. */
async function told<T, Item, Hint>({ waiting, look }: Looking<T, Item, Hint>, memory: Memory<T>): Promise<Item[]> {
	// From here on it is noticed.
	isHostEnding();
	const gathering = waiting?.();
	const hints = gathering?.rest() ?? [];
	let isTold = false;
	try {
		const { items, next } = await look(memory.value, hints);
		// n8n stops: it throws away what this poll gives, so that the next start has to find it.
		isTold = !isHostEnding() && (await memory.keep(next));
		return isTold ? items : [];
	} finally {
		if (!isTold) gathering?.giveBack(hints);
	}
}

/** n8n makes a context for each attempt of an activation, polls once with it, and goes on with it if that went well. */
const polled = new WeakSet<IPollFunctions>();
const polledByName = new Set<string>();
/** Epoch ms of the latest failures in a row that were each the first poll of a context, by the trigger's name. */
const firstFailures = new Map<string, number[]>();
/** n8n waits 1, 2, 4 and 8 s between the attempts of an activation; polls are a minute apart at least. */
const attemptsWithinMs = 30_000;

class Attempt {
	/** Of its context. */
	readonly isFirst: boolean;
	private readonly isFirstOfProcess: boolean;
	private readonly name: string;

	constructor(context: IPollFunctions) {
		this.name = triggerName(context);
		this.isFirst = !polled.has(context);
		this.isFirstOfProcess = !polledByName.has(this.name);
		polled.add(context);
		polledByName.add(this.name);
	}

	/** Of an activation for certain: n8n's durable scheduler gives every poll a context of its own, but polls are not that close to each other. */
	isOfActivation(): boolean {
		const since = Date.now() - attemptsWithinMs;
		return this.isFirstOfProcess || (firstFailures.get(this.name) ?? []).filter((at) => at > since).length >= 2;
	}

	succeeded(): void {
		firstFailures.delete(this.name);
	}

	failed(): void {
		if (this.isFirst) firstFailures.set(this.name, [...(firstFailures.get(this.name) ?? []), Date.now()].slice(-2));
	}
}
