import { orderKeyText, type Order, type OrderKey } from '../core/order/order';
import { askAgainAt, type Outcome } from '../core/ports';
import { isClosed } from '../core/order/stage';
import type { Link, Settlement, Work } from '../journal/journal';
import { about, attentionLooksEveryMs, pauseEnd, retryAt, setupOf, type SyncContext } from './context';
import { adoptMadeDeals } from './adoptDeals';
import { createDeals } from './createDeals';
import { rememberBuyers } from './findBuyers';
import { raiseDisputes } from './raiseDisputes';
import { moveDeals } from './moveDeals';
import { noteMoves } from './noteMoves';
import { stopBesideRival } from './rivalJournal';
import { sendCommands } from './sendCommands';
import { Subject, type Verdict } from './reconciliation';

/** A look that moves an order through several stages by commands takes this many steps at the most; the next look goes on. */
const stepsPerLook = 4;

/** The soonest next look: the queue is never spun on. */
const soonMs = 1_000;

/** What a look at one order came to, for the node's outputs. */
export interface LookResult {
	order: OrderKey;
	number: string;
	dealId?: string;
	contactId?: string;
	stage?: string;
	rawStatus?: string;
	result: 'synced' | 'unchanged' | 'waiting' | 'attention' | 'failed';
	/** What was done, in words. */
	did: string[];
	reason?: string;
	/** Looks in a row that failed, this one included. */
	attempts: number;
	/** Epoch ms. */
	nextLookAt?: number;
	/** An attention that was reported before for the same reason. */
	known?: boolean;
	cause?: unknown;
}

/**
 * Looks at orders that this execution holds the lease of, in one batch: reads both sides, makes them agree, remembers it.
 * `fresh` holds orders that were read a moment ago. Never throws for one order; when a service as a whole is out of reach
 * every order that was not finished keeps its place in the queue and says so.
 */
export async function lookAt(context: SyncContext, works: readonly Work[], fresh: ReadonlyMap<string, Order>): Promise<LookResult[]> {
	await stopBesideRival(context);
	const results: LookResult[] = [];
	const subjects: Subject[] = [];
	let outOfReach: unknown;
	try {
		subjects.push(...(await readBothSides(context, works, fresh, results)));
		for (let step = 0; step < stepsPerLook; step += 1) {
			for (const subject of subjects) if (subject.open) subject.decide(context);
			const before = subjects.filter(({ step: next, open }) => open && next?.do === 'send').length;
			await sendCommands(context, subjects);
			if (before === 0) break;
		}
		await createDeals(context, subjects);
		await raiseDisputes(context, subjects);
		await moveDeals(context, subjects);
	} catch (error) {
		outOfReach = error;
	}
	for (const subject of subjects) {
		if (subject.open) subject.end(brokenOff(context, outOfReach));
	}
	const looked = new Set([...subjects.map(({ work }) => work.order), ...results.map(({ order }) => order)].map(orderKeyText));
	for (const work of works) {
		if (!looked.has(orderKeyText(work.order))) results.push(notLooked(context, work, reasonOf(outOfReach), outOfReach, pauseEnd(outOfReach, context.now())));
	}
	await remember(context, subjects);
	results.push(...subjects.map((subject) => resultOf(context, subject)));
	await settle(context, works, results);
	return results;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'the look was broken off');

async function readBothSides(
	context: SyncContext,
	works: readonly Work[],
	fresh: ReadonlyMap<string, Order>,
	results: LookResult[],
): Promise<Subject[]> {
	const keys = works.map(({ order }) => order);
	const links = new Map((await context.journal.links.byOrders(context.pair, keys)).map((link) => [orderKeyText(link.order), link]));
	const numbers = new Map(works.map(({ order, number }) => [orderKeyText(order), number]));
	const read = await readOrders(context, keys.filter((key) => !fresh.has(orderKeyText(key))), links, numbers);

	const orderOf = (key: string): Order | undefined => {
		const reading = read.get(key);
		return fresh.get(key) ?? (reading?.outcome === 'ok' ? reading.value : undefined);
	};
	const reported = await reportedDelivered(context, keys.filter((key) => orderOf(orderKeyText(key))?.stage === 'cancelled'));

	const subjects: Subject[] = [];
	for (const work of works) {
		const key = orderKeyText(work.order);
		const reading = read.get(key);
		const order = orderOf(key);
		if (order) subjects.push(new Subject(work, order, links.get(key) ?? newLink(context, order), reported.has(key)));
		else if (reading && reading.outcome !== 'ok') results.push(notLooked(context, work, `order ${work.number} could not be read: ${reading.reason}`, undefined, askAgainAt(reading)));
		else {
			results.push({
				...notLooked(context, work, `на маркетплейсе больше нет заказа ${work.number}: поищите его в кабинете продавца, затем решите узлом Order Sync, операция Resolve`, undefined),
				result: 'attention',
				nextLookAt: undefined,
			});
		}
	}
	const before = new Map(subjects.map((subject) => [subject, links.has(orderKeyText(subject.order.key)) && subject.link.rawStatus !== '' ? subject.link.stage : undefined]));
	await readDeals(context, subjects);
	await findDeals(context, subjects.filter(({ open, deal, order }) => open && deal.kind !== 'here' && order.stage !== 'unknown'));
	await noteMoves(context, subjects, before);
	return subjects;
}

/** Orders that seem to have no deal in the pipeline: the CRM may know of one that the journal does not. */
async function findDeals(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	if (!subjects.length) return;
	await rememberBuyers(context, subjects.map(({ order }) => order));
	await adoptMadeDeals(context, subjects.map(({ order }) => order));
	// Also when nothing had to be read: another execution may have, since these links were.
	const links = await context.journal.links.byOrders(context.pair, subjects.map(({ order }) => order.key));
	const found = new Map(links.map((link) => [orderKeyText(link.order), link]));
	const linked = subjects.filter((subject) => {
		const link = found.get(orderKeyText(subject.order.key));
		if (link?.dealId === undefined || link.dealId === subject.link.dealId) return false;
		subject.linkFound(link);
		return true;
	});
	await readDeals(context, linked);
	for (const { order } of linked) await context.journal.intents.end(context.pair, order.key, 'create_deal', 'applied');
}

/** Cancelled orders that the marketplace was told are delivered, whether or not the deal came to show it before. */
async function reportedDelivered(context: SyncContext, cancelled: readonly OrderKey[]): Promise<ReadonlySet<string>> {
	if (!cancelled.length) return new Set();
	const intents = await context.journal.intents.of(context.pair, cancelled);
	return new Set(intents.filter(({ action, state }) => action === 'deliver' && state !== 'refused').map(({ order }) => orderKeyText(order)));
}

type OrderReadings = Map<string, Outcome<Order | undefined> | undefined>;

/** Known orders may be read by lists; orders that get a deal now come with their lines. */
async function readOrders(context: SyncContext, keys: readonly OrderKey[], links: ReadonlyMap<string, Link>, numbers: ReadonlyMap<string, string>): Promise<OrderReadings> {
	const numbersOf = (some: readonly OrderKey[]): string[] => some.flatMap((key) => numbers.get(orderKeyText(key)) ?? []);
	const isLinked = (key: OrderKey): boolean => links.get(orderKeyText(key))?.dealId !== undefined;
	const linked = keys.filter(isLinked);
	const unlinked = keys.filter((key) => !isLinked(key));
	const createdAt = new Map(linked.flatMap((key): [string, number][] => {
		const link = links.get(orderKeyText(key));
		return link ? [[key.id, link.orderCreatedAt]] : [];
	}));
	const readings = [
		...(await about(context, numbersOf(linked), () => context.marketplace.read(linked, { createdAt }))),
		...(await about(context, numbersOf(unlinked), () => context.marketplace.read(unlinked, { withItems: true }))),
	];
	return new Map([...linked, ...unlinked].map((key, index) => [orderKeyText(key), readings[index]]));
}

async function readDeals(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	const linked = subjects.flatMap((subject) => (subject.link.dealId ? [{ subject, id: subject.link.dealId }] : []));
	const deals = await about(context, linked.map(({ subject }) => subject.order.number), () => context.crm.readDeals(linked.map(({ id }) => id)));
	for (const [index, { subject, id }] of linked.entries()) {
		const deal = deals[index];
		if (deal?.outcome === 'ok') subject.dealRead(context, deal.value);
		else {
			const reason = `deal ${id} could not be read: ${deal?.reason ?? 'no answer'}`;
			if (deal?.outcome === 'rejected') subject.refused(reason, deal);
			else subject.end({ result: 'failed', reason });
		}
	}
}

function newLink(context: SyncContext, order: Order): Link {
	return {
		pair: context.pair,
		order: order.key,
		number: order.number,
		orderCreatedAt: order.createdAt,
		stage: order.stage,
		rawStatus: order.rawStatus,
		closed: false,
	};
}

/** Nothing more is expected to happen to the order or to its goods. */
export const isOver = ({ stage, flags }: Order): boolean => stage !== 'unknown' && isClosed(stage) && !flags.goodsOnTheWayBack;

/** Writes down what was found and done, whatever became of the orders: the next look starts from here. */
async function remember(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	for (const { link, order, verdict, deal, step } of subjects) {
		link.stage = order.stage;
		link.rawStatus = order.rawStatus;
		link.closed = verdict?.result === 'done' && (step?.do === 'leave' || isOver(order));
		// A deal that is gone has no card to bring up to date, and an order that cannot be understood has nothing to show on one:
		// neither need be looked at again for that, until the deal is back or the order changes.
		const cannotShow = deal.kind === 'gone' || deal.kind === 'elsewhere' || order.stage === 'unknown';
		link.unshownFingerprint = cannotShow ? order.fingerprint : undefined;
	}
	const changed = subjects.filter(({ linkChanged }) => linkChanged);
	await context.journal.links.save(changed.map(({ link }) => link));
	for (const subject of changed) subject.linkSaved();
	await context.journal.log.stages(subjects.flatMap(({ changes }) => changes));
}

function resultOf(context: SyncContext, subject: Subject): LookResult {
	const { work, order, link, did } = subject;
	const verdict: Verdict = subject.verdict ?? { result: 'failed', reason: 'the look was broken off' };
	const base = {
		order: order.key,
		number: order.number,
		dealId: link.dealId,
		contactId: link.contactId,
		stage: order.stage,
		rawStatus: order.rawStatus,
		did,
	};
	switch (verdict.result) {
		case 'done':
			return { ...base, result: did.length ? 'synced' : 'unchanged', attempts: 0 };
		case 'waiting':
			return { ...base, result: 'waiting', reason: verdict.reason, attempts: work.attempts, nextLookAt: Math.max(verdict.dueAt, context.now() + soonMs), cause: verdict.cause };
		case 'attention':
			return { ...base, result: 'attention', reason: verdict.reason, attempts: work.attempts, known: work.attentionReason === verdict.reason };
		case 'failed':
			return {
				...base,
				result: 'failed',
				reason: verdict.reason,
				attempts: work.attempts + 1,
				nextLookAt: verdict.dueAt ?? retryAt(context, work.attempts),
				cause: verdict.cause,
			};
	}
}

function brokenOff(context: SyncContext, cause: unknown): Verdict {
	const dueAt = pauseEnd(cause, context.now());
	return dueAt === undefined ? { result: 'failed', reason: reasonOf(cause), cause } : { result: 'waiting', reason: reasonOf(cause), dueAt, cause };
}

/** @param waitUntil epoch ms: the service wants a pause until then, and nothing is wrong */
function notLooked(context: SyncContext, work: Work, reason: string, cause: unknown, waitUntil?: number): LookResult {
	if (waitUntil !== undefined) {
		const nextLookAt = Math.max(waitUntil, context.now() + soonMs);
		return { order: work.order, number: work.number, result: 'waiting', did: [], reason, attempts: work.attempts, nextLookAt, cause };
	}
	return {
		order: work.order,
		number: work.number,
		result: 'failed',
		did: [],
		reason,
		attempts: work.attempts + 1,
		nextLookAt: retryAt(context, work.attempts),
		known: work.attentionReason === reason,
		cause,
	};
}

async function settle(context: SyncContext, works: readonly Work[], results: readonly LookResult[]): Promise<void> {
	const generations = new Map(works.map(({ order, generation }) => [orderKeyText(order), generation]));
	const setup = setupOf(context);
	const settlements = results.map((result): Settlement => {
		const { order, reason = '', nextLookAt = 0 } = result;
		const generation = generations.get(orderKeyText(order)) ?? 0;
		switch (result.result) {
			case 'synced':
			case 'unchanged':
				return { order, generation, result: 'done' };
			case 'waiting':
				return { order, generation, result: 'again', dueAt: nextLookAt, reason, keepAttempts: true };
			case 'failed':
				return { order, generation, result: 'again', dueAt: nextLookAt, reason };
			case 'attention':
				return { order, generation, result: 'attention', reason, setup, dueAt: context.now() + attentionLooksEveryMs };
		}
	});
	await context.journal.work.settle(context.pair, context.owner, settlements, context.now());
}
