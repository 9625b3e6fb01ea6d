import { z } from 'zod/v4';

/** Seconds of the server that one method may use within ten minutes; beyond them it is refused (bitrix24.md §2). */
const limitSeconds = 480;
/** From here on a method slows down, so that people and other integrations get their turns. */
const carefulSeconds = limitSeconds * 0.8;
/** How much, at the most. */
const slowestMs = 5_000;

/** The `time` block of an answer, as far as it counts. */
const figure = z.number().optional().catch(undefined);
/** Book-keeping: whatever is odd in it counts as not there, and never costs an answer. */
export const timeSchema = z
	.object({ operating: figure, operating_reset_at: figure, finish: figure })
	.passthrough()
	.catch({});
export type OperatingTime = z.infer<typeof timeSchema>;

interface Used {
	seconds: number;
	/** What the last call has added: the next one needs as much. */
	lastCost: number;
	/** Epoch ms when part of it is given back. */
	resetAt: number;
}

/** How long a method has to wait before its next call, ms: a little more with every call, and then until its time comes. Pure. */
export function waitMs({ seconds, lastCost, resetAt }: Used, now: number): number {
	const untilReset = resetAt - now;
	if (untilReset <= 0 || seconds < carefulSeconds) return 0;
	if (seconds + lastCost >= limitSeconds) return untilReset;
	return Math.min(untilReset, Math.round((slowestMs * (seconds - carefulSeconds)) / (limitSeconds - carefulSeconds)));
}

/** The operating time that the methods of one portal have used, as its answers tell. */
export class OperatingBudget {
	private readonly used = new Map<string, Used>();

	/** @param now epoch ms */
	note(method: string, { operating, operating_reset_at: reset, finish }: OperatingTime, now: number): void {
		if (operating === undefined || reset === undefined) return;
		// By the portal's own clock, which need not agree with ours.
		const untilReset = Math.max(0, reset * 1000 - (finish === undefined ? now : finish * 1000));
		const before = this.used.get(method);
		const lastCost = before === undefined ? 0 : Math.max(0, operating - before.seconds);
		this.used.set(method, { seconds: operating, lastCost, resetAt: now + untilReset });
	}

	/** The portal has refused the method: it is closed until its time comes, or for a minute. */
	exhausted(method: string, now: number): number {
		const known = this.used.get(method);
		const resetAt = known !== undefined && known.resetAt > now ? known.resetAt : now + 60_000;
		this.used.set(method, { seconds: limitSeconds, lastCost: 0, resetAt });
		return resetAt;
	}

	/** The longest wait of these methods, ms. */
	waitMs(methods: Iterable<string>, now: number): number {
		return Math.max(0, ...[...methods].map((method) => {
			const used = this.used.get(method);
			return used === undefined ? 0 : waitMs(used, now);
		}));
	}
}

const budgets = new Map<string, OperatingBudget>();

/** One per process and portal, shared by every node and execution in the process. */
export function budgetFor(portal: string): OperatingBudget {
	const budget = budgets.get(portal) ?? new OperatingBudget();
	budgets.set(portal, budget);
	return budget;
}
