import type { IPollFunctions } from 'n8n-workflow';
import { nodeErrorFrom } from '../../transport/nodeError';
import { isStart, mayWait, tellWaiting, tellWorking } from './triggerActivation';
import { amend, recall, takeOver, triggerName, type MemoryPart } from './triggerMemory';

export interface Looking<T, Item> {
	part: MemoryPart<T>;
	/** What is to be known when the very first look has to wait: what happens from now on (epoch ms) is news. */
	postponed(now: number): T;
	/** Looks at the service. What it has found is remembered when it has ended well. */
	look(before: T | undefined): Promise<{ items: Item[]; next: T }>;
}

/**
 * A poll that remembers in the journal how far it has looked. Everything is told once: polls of one trigger may overlap, and of those
 * that began from the same memory only the first to end gives its items; the next poll finds what the others have seen beyond that.
 * @returns none as well when the service is out of reach while the trigger is being activated
 * @throws NodeApiError, NodeOperationError
 */
export async function pollRemembering<T, Item>(context: IPollFunctions, { part, postponed, look }: Looking<T, Item>): Promise<Item[]> {
	const attempt = new Attempt(context);
	const startedAt = Date.now();
	try {
		// n8n throws away what a poll of an earlier activation gives by now: that poll must not remember it as told.
		const memory = await (attempt.isFirst ? takeOver(context, part) : recall(context, part));
		const { items, next } = await look(memory.value);
		const isTold = await memory.keep(next);
		attempt.succeeded();
		tellWorking(context);
		return isTold ? items : [];
	} catch (error) {
		const mayBeActivation = async () => attempt.isFirst && (isStart(context) || attempt.isOfActivation() || (await recall(context, part)).value === undefined);
		if (!mayWait(context, error) || !(await mayBeActivation())) {
			attempt.failed();
			throw nodeErrorFrom(context.getNode(), error);
		}
		tellWaiting(context, error);
		await amend(context, part, (before) => before ?? postponed(startedAt));
		return [];
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
