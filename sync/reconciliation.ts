import { asDispute } from '../core/order/dispute';
import type { Order } from '../core/order/order';
import type { Deal, Outcome } from '../core/ports';
import type { DealSide, Step } from '../core/reconcile/reconcile';
import { agreedAfterCommand, agreedOnTheWay, reconcile } from '../core/reconcile/reconcile';
import type { Link, StageChange, Work } from '../journal/journal';
import type { SyncContext } from './context';

/** What a look at an order has come to. */
export type Verdict =
	| { result: 'done' }
	/** It takes its time; nothing is wrong. */
	| { result: 'waiting'; reason: string; dueAt: number; /** The service as a whole wants a pause. */ cause?: unknown }
	| { result: 'failed'; reason: string; /** Epoch ms; default: the backoff. */ dueAt?: number; cause?: unknown }
	| { result: 'attention'; reason: string };

/** One order under a look: both sides as they are now, what was remembered, and what has been done. */
export class Subject {
	deal: DealSide = { kind: 'none' };
	/** The deal as read, when it is there. */
	dealNow?: Deal;
	step?: Step;
	verdict?: Verdict;
	/** In words, for the output and the log. */
	readonly did: string[] = [];
	readonly changes: StageChange[] = [];
	order: Order;
	private stored: string;

	constructor(
		readonly work: Work,
		order: Order,
		readonly link: Link,
		/** The marketplace was told "delivered": by an earlier look whose deal may not show it, or by this one. */
		public reportedDelivered = false,
	) {
		this.order = this.understood(order);
		this.stored = JSON.stringify(link);
	}

	/** Once a person has decided, a cancellation after the hand-over is what the marketplace says it is. */
	private understood(order: Order): Order {
		return this.work.decision === undefined ? asDispute(order, this.link.agreed, this.reportedDelivered) : order;
	}

	/** A look that is not over yet. */
	get open(): boolean {
		return this.verdict === undefined;
	}

	/** The journal's link does not say yet what this look has found or done. */
	get linkChanged(): boolean {
		return JSON.stringify(this.link) !== this.stored;
	}

	/** The journal has learnt meanwhile which deal the order has. */
	linkFound(link: Link): void {
		Object.assign(this.link, link);
		this.linkSaved();
		this.did.push("deal found by the order's key");
	}

	linkSaved(): void {
		this.stored = JSON.stringify(this.link);
	}

	/** The card does not show the order as it is now. */
	get cardIsOld(): boolean {
		return this.link.shownFingerprint !== this.order.fingerprint;
	}

	/**
	 * The deal does not show the order's lines as they are now. Where the journal does not know what it shows (an older journal, an
	 * adopted deal), its amount tells, so that a thousand orders are not read line by line for nothing.
	 */
	get linesAreOld(): boolean {
		const { link: { shownLines }, order, dealNow } = this;
		if (shownLines !== undefined) return shownLines !== order.linesFingerprint;
		return dealNow === undefined || Math.abs(dealNow.amount - order.money.amount) > 0.5;
	}

	/** The deal shows the order as it is now. */
	shown(): void {
		const { link, order } = this;
		link.shownFingerprint = order.fingerprint;
		link.shownLines = order.linesFingerprint;
		link.unshownFingerprint = undefined;
	}

	/** The service said no: its own time to ask again is a wait, a currency that the CRM lacks is a person's, and everything else a failure. */
	refused(reason: string, { retryAt, permanent, about }: Extract<Outcome<unknown>, { outcome: 'rejected' }>): void {
		if (about === 'currency') this.end({ result: 'attention', reason });
		else if (!permanent && retryAt !== undefined) this.end({ result: 'waiting', reason, dueAt: retryAt });
		else this.end({ result: 'failed', reason, dueAt: retryAt });
	}

	end(verdict: Verdict): void {
		this.verdict = verdict;
	}

	/** There is more to do although a part of the work had come to its end. */
	reopen(): void {
		this.verdict = undefined;
	}

	/** Takes over a new reading of the order after a command was sent. */
	orderReadAgain(context: SyncContext, order: Order, by: string): void {
		const before = this.order.stage;
		this.order = this.understood(order);
		const { stage } = this.order;
		if (stage !== before) {
			this.noteChange(context, { side: 'marketplace', from: before, to: stage, by });
			if (stage !== 'unknown' && this.step?.do === 'send') this.link.agreed = agreedAfterCommand(stage, this.step.wanted, context.map) ?? this.link.agreed;
		}
	}

	/** A person has decided for the CRM where nobody knew what was agreed: from here on the deal is ahead of the order. */
	setsOut({ map }: SyncContext): void {
		if (this.link.agreed === undefined && this.order.stage !== 'unknown') this.link.agreed = agreedOnTheWay(this.order.stage, map);
	}

	/** Takes over the lines of another reading of the same order. */
	linesRead({ items, money, linesFingerprint }: Order): void {
		this.order = { ...this.order, items, money, linesFingerprint };
	}

	dealRead(context: SyncContext, deal: Deal | undefined): void {
		this.dealNow = deal;
		if (!deal) this.deal = { kind: 'gone' };
		else if (deal.stage.pipelineId !== context.map.pipelineId) this.deal = { kind: 'elsewhere' };
		else this.deal = { kind: 'here', stage: deal.stage };
	}

	/** What has to be done now, from both sides as they were read last. */
	decide({ map, rules, settings }: SyncContext): void {
		const { order, deal, link, work } = this;
		this.step = reconcile({ order, deal, agreed: link.agreed, decision: work.decision }, map, rules, settings.policies);
	}

	/** @param change `at`: the side's own time, if it tells one */
	noteChange(context: SyncContext, { at, ...change }: Omit<StageChange, 'pair' | 'order' | 'at' | 'noticedAt'> & { at?: number }): void {
		const now = context.now();
		this.changes.push({ pair: context.pair, order: this.order.key, ...change, ...(at === undefined ? { at: now } : { at, noticedAt: now }) });
	}
}
