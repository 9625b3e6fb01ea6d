import { join } from 'node:path';
import { z } from 'zod/v4';
import { StageMap } from '../../core/order/stage';
import { openJournal } from '../../journal/open';
import { marketplaces } from '../../nodes/OrderSync/services';
import { readOptions } from '../../nodes/OrderSync/settings';
import { pairId, rulesWithin, type SyncContext } from '../../sync/context';
import { sweep } from '../../sync/sweep';
import type { Pair } from './pairs';
import { measureRecordAtATime } from './recordAtATime';
import { SandboxProcess } from './sandboxProcess';

/** One line of a pair's table; it travels between processes. */
export const measuredSchema = z.object({
	what: z.string(),
	orders: z.number(),
	/** HTTP calls; a batch is one. `searches`, of these: searches for buyers, one call each whatever one does. */
	calls: z.object({ marketplace: z.number(), crm: z.number(), total: z.number(), searches: z.number() }),
	/** Without the searches. */
	callsPerOrder: z.number(),
	leastCalls: z.number(),
	recordAtATimeCalls: z.number(),
	seconds: z.number(),
	/** Growth of the process over the measurement, at its highest. */
	peakMemoryMb: z.number(),
	/** Most calls that it may cost; fewer orders than a thousand are not judged, since every poll has a first page. */
	targets: z.array(z.object({ what: z.string(), calls: z.number(), most: z.number(), isMet: z.boolean() })),
});
export type Measured = z.infer<typeof measuredSchema>;

/** The targets are for so many orders. */
const judgedFrom = 1000;
/** Polls are minutes apart; what is read twice around the boundary of two polls belongs to the first of them. */
const betweenPollsMs = 60_000;
/** Everything that a look may have read twice lies behind. */
const aWhileMs = 30 * 60_000;
/** Beyond one call for each hundred active orders. */
const idleCalls = 3;

/** Runs one pair from an empty shop and an empty CRM; `report` hears of every line as soon as it is known. */
export async function measurePair(pair: Pair, folder: string, orders: number, report: (line: Measured) => void): Promise<Measured[]> {
	const sandbox = await SandboxProcess.start();
	try {
		const recordAtATime = await measureRecordAtATime(pair, sandbox);
		const context = await openContext(pair, sandbox, join(folder, `${pair.name}.sqlite`));
		const lines: Measured[] = [];
		const quiet = async () => {
			await sweepThrough(context);
			await sandbox.pass(betweenPollsMs);
		};
		const poll = async (what: string, plan: Plan) => {
			const line = await measureSweep(pair, sandbox, context, what, orders, plan);
			lines.push(line);
			report(line);
			await sandbox.pass(betweenPollsMs);
		};
		// A sweep of nothing: from now on new orders are work and not history.
		await quiet();
		await pollThrough(pair, sandbox, orders, recordAtATime, { poll, quiet });
		await context.journal.close();
		return lines;
	} finally {
		sandbox.stop();
	}
}

/** What a poll is measured against. */
interface Plan {
	leastCalls: number;
	recordAtATimeCalls: number;
	mostCalls?: number;
	mostMarketplaceCalls?: number;
}

async function pollThrough(
	{ market, crm }: Pair,
	sandbox: SandboxProcess,
	orders: number,
	recordAtATime: number,
	{ poll, quiet }: { poll: (what: string, plan: Plan) => Promise<void>; quiet: () => Promise<void> },
): Promise<void> {
	const echo: Plan = { leastCalls: market.least.unchanged(orders) + crm.least.idle, recordAtATimeCalls: orders };
	await market.makeOrders(sandbox, orders);
	await poll(`${orders} new orders into an empty ${crm.name}`, {
		leastCalls: market.least.changed(orders) + crm.least.create(orders),
		recordAtATimeCalls: Math.round(orders * recordAtATime),
		mostCalls: crm.newOrderTarget * orders,
		mostMarketplaceCalls: market.readTarget?.(orders),
	});
	await poll('the poll after it, which sees its own writes', echo);
	await sandbox.pass(aWhileMs);
	await quiet();
	await poll(`a poll in which nothing changed, ${orders} active orders`, { ...echo, mostCalls: Math.ceil(orders / 100) + idleCalls });
	await market.moveAll(sandbox);
	await sandbox.pass(betweenPollsMs);
	await poll(`${orders} status changes`, {
		leastCalls: market.least.changed(orders) + crm.least.idle + crm.least.move(orders),
		// Read the order, find the deal, change it.
		recordAtATimeCalls: 3 * orders,
		mostCalls: market.changeTarget?.(orders),
	});
	await poll('the poll after it, which sees its own writes', echo);
}

async function openContext({ market, crm: crmSide }: Pair, sandbox: SandboxProcess, file: string): Promise<SyncContext> {
	const now = () => sandbox.now();
	const marketplace = market.open(sandbox.addresses, now);
	const crm = crmSide.open(sandbox.addresses, now);
	const service = marketplaces.find(({ value }) => value === market.api);
	if (!service) throw new Error(`Order Sync knows no marketplace ${market.api}`);
	const { sync } = readOptions({}, service.cancelReason);
	const { pipelineId, stages } = await crm.prepare('Заказы маркетплейсов');
	return {
		pair: pairId(marketplace, crm),
		marketplace,
		crm,
		journal: await openJournal({ file, now }),
		rules: rulesWithin(marketplace.rules, sync.commands),
		map: new StageMap(pipelineId, stages),
		settings: sync,
		owner: 'bench',
		now,
		random: Math.random,
	};
}

async function sweepThrough(context: SyncContext): Promise<void> {
	const open: string[] = [];
	await sweep(context, {
		onResults: (results) => open.push(...results.filter(({ result }) => result === 'failed' || result === 'attention').map(({ reason }) => reason ?? '')),
		shouldStop: () => false,
	});
	if (open.length) throw new Error(`${open.length} orders were not synced, the first one because ${open[0]}`);
}

async function measureSweep({ market, crm }: Pair, sandbox: SandboxProcess, context: SyncContext, what: string, orders: number, plan: Plan): Promise<Measured> {
	await sandbox.countCalls();
	global.gc?.();
	const before = process.memoryUsage().rss;
	let peak = before;
	const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
	const started = performance.now();
	await sweepThrough(context);
	const seconds = (performance.now() - started) / 1000;
	clearInterval(watch);
	const counted = await sandbox.countCalls();
	const marketplace = counted[market.api].total;
	const ofCrm = counted[crm.api].total;
	const searches = crm.searches(counted[crm.api].byRoute);
	const total = marketplace + ofCrm;
	const target = (name: string, calls: number, most: number | undefined) =>
		most === undefined || orders < judgedFrom ? [] : [{ what: name, calls, most, isMet: calls <= most }];
	return {
		what,
		orders,
		calls: { marketplace, crm: ofCrm, total, searches },
		callsPerOrder: (total - searches) / orders,
		leastCalls: plan.leastCalls,
		recordAtATimeCalls: plan.recordAtATimeCalls,
		seconds: Math.round(seconds * 10) / 10,
		peakMemoryMb: Math.round((peak - before) / 1e6),
		targets: [
			...target('both sides without searches', total - searches, plan.mostCalls),
			...target(`reading ${market.name}`, marketplace, plan.mostMarketplaceCalls),
		],
	};
}
