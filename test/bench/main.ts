import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { z } from 'zod';
import { StageMap } from '../../core/stage';
import { openJournal } from '../../journal/open';
import { AmoCrmAdapter } from '../../nodes/AmoCrm/adapter';
import { AmoCrmClient } from '../../nodes/AmoCrm/client';
import { amoCrmService } from '../../nodes/AmoCrm/connect';
import { KaspiMarketplace } from '../../nodes/Kaspi/adapter';
import { kaspiClient, kaspiHttp, shopOf } from '../../nodes/Kaspi/connection';
import { readOptions } from '../../nodes/OrderSync/settings';
import { pairId, rulesWithin, type SyncContext } from '../../nodes/OrderSync/sync/context';
import { sweep } from '../../nodes/OrderSync/sync/sweep';
import { paceFor } from '../../transport/pace';
import { ServiceClient } from '../../transport/service';
import { benchContacts } from './contacts';
import { recordAtATime } from './recordAtATime';
import { SandboxProcess, type Addresses, type Counts } from './sandboxProcess';

/** One line of the table. */
interface Measured {
	what: string;
	orders: number;
	calls: Counts & { total: number };
	/** Without the searches for buyers, which cost one call each whatever one does. */
	callsPerOrder: number;
	leastCalls: number;
	recordAtATimeCalls: number;
	seconds: number;
	/** Growth of the process over the measurement, at its highest. */
	peakMemoryMb: number;
}

const kaspiPage = 100;
const amoCrmWrite = 50;
const amoCrmRead = 250;
const naiveOrders = 40;

async function main(): Promise<void> {
	const orders = Number(valueOf('--orders') ?? 1000);
	const say = process.argv.includes('--json') ? () => undefined : (line: string) => console.log(line);
	if (process.argv.includes('--contacts')) {
		const measured = await benchContacts(say);
		if (process.argv.includes('--json')) console.log(JSON.stringify(measured));
		return;
	}
	const folder = mkdtempSync(join(tmpdir(), 'bench-'));
	const sandbox = await SandboxProcess.start();
	try {
		const lines = await measureAll(sandbox, join(folder, 'journal.sqlite'), orders, say);
		if (process.argv.includes('--json')) console.log(JSON.stringify({ orders, measurements: lines }));
	} finally {
		sandbox.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

async function measureAll(sandbox: SandboxProcess, file: string, orders: number, say: (line: string) => void): Promise<Measured[]> {
	const { kaspi: naiveKaspi, amocrm: naiveAmo } = await measureRecordAtATime(sandbox, say);
	const naive = { read: naiveKaspi, write: naiveAmo };
	await sandbox.post('/reset', { empty: true });

	const context = await openContext(sandbox.addresses, file);
	const sweepOnce = () => sweepThrough(context);
	await sandbox.countCalls();

	await sandbox.post('/kaspi/orders', { count: orders });
	const created = await measure(sandbox, `${orders} new orders into an empty amoCRM`, orders, sweepOnce);
	created.leastCalls = Math.ceil(orders / kaspiPage) + 2 * Math.ceil(orders / amoCrmWrite);
	created.recordAtATimeCalls = Math.round(orders * (naive.read + naive.write));
	report(created, say);

	await aMinuteLater(say);
	const echo = await measure(sandbox, 'the poll after it, which sees its own writes', orders, sweepOnce);
	echo.leastCalls = Math.ceil(orders / kaspiPage) + 1;
	echo.recordAtATimeCalls = orders;
	report(echo, say);

	await aMinuteLater(say);
	const idle = await measure(sandbox, `a poll in which nothing changed, ${orders} active orders`, orders, sweepOnce);
	idle.leastCalls = Math.ceil(orders / kaspiPage) + 1;
	idle.recordAtATimeCalls = orders;
	report(idle, say);

	await acceptAll(sandbox);
	await aMinuteLater(say);
	await sandbox.countCalls();
	const changed = await measure(sandbox, `${orders} status changes`, orders, sweepOnce);
	changed.leastCalls = Math.ceil(orders / kaspiPage) + Math.ceil(orders / amoCrmRead) + Math.ceil(orders / amoCrmWrite);
	// Read the order, search the lead, change the lead.
	changed.recordAtATimeCalls = 3 * orders;
	report(changed, say);
	await aMinuteLater(say);
	const changedEcho = await measure(sandbox, 'the poll after it, which sees its own writes', orders, sweepOnce);
	changedEcho.leastCalls = idle.leastCalls;
	changedEcho.recordAtATimeCalls = idle.recordAtATimeCalls;
	report(changedEcho, say);
	await context.journal.close();
	return [created, echo, idle, changed, changedEcho];
}

/** Polls are minutes apart; what is read twice around the boundary of two polls belongs to the first of them. */
async function aMinuteLater(say: (line: string) => void): Promise<void> {
	say('… a minute passes …\n');
	await new Promise((done) => setTimeout(done, 60_000));
}

async function openContext({ kaspi, amocrm }: Addresses, file: string): Promise<SyncContext> {
	const credentials = { token: kaspi.token, shopId: kaspi.shopId, baseUrl: kaspi.baseUrl };
	const { sync, firstLookDays } = readOptions({}, { option: 'cancelReason', default: 'MERCHANT_OUT_OF_STOCK' });
	const marketplace = new KaspiMarketplace(kaspiClient(credentials, kaspiHttp(credentials)), shopOf(credentials), { firstLookDays });
	const service = new ServiceClient({
		...amoCrmService,
		baseUrl: amocrm.baseUrl,
		http: axios.create({ headers: { Authorization: `Bearer ${amocrm.longLivedToken}` } }),
		pace: paceFor('bench amoCRM', 6),
	});
	const crm = new AmoCrmAdapter(new AmoCrmClient(service, new URL(amocrm.baseUrl).host));
	const { pipelineId, stages } = await crm.prepare('Заказы маркетплейсов');
	return {
		pair: pairId(marketplace, crm),
		marketplace,
		crm,
		journal: await openJournal({ file }),
		rules: rulesWithin(marketplace.rules, sync.commands),
		map: new StageMap(pipelineId, stages),
		settings: sync,
		owner: 'bench',
		now: Date.now,
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

async function measure(sandbox: SandboxProcess, what: string, orders: number, work: () => Promise<void>): Promise<Measured> {
	global.gc?.();
	const before = process.memoryUsage().rss;
	let peak = before;
	const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
	const started = performance.now();
	await work();
	const seconds = (performance.now() - started) / 1000;
	clearInterval(watch);
	const calls = await sandbox.countCalls();
	const total = calls.kaspi + calls.amocrm;
	return {
		what,
		orders,
		calls: { ...calls, total },
		callsPerOrder: (total - calls.searches) / orders,
		leastCalls: 0,
		recordAtATimeCalls: 0,
		seconds: Math.round(seconds * 10) / 10,
		peakMemoryMb: Math.round((peak - before) / 1e6),
	};
}

/** Calls per order of a flow that takes one order after the other, measured on a few and not extrapolated here. */
async function measureRecordAtATime(sandbox: SandboxProcess, say: (line: string) => void): Promise<{ kaspi: number; amocrm: number }> {
	await sandbox.post('/kaspi/orders', { count: naiveOrders });
	await sandbox.countCalls();
	const done = await recordAtATime(sandbox.addresses);
	const { kaspi, amocrm } = await sandbox.countCalls();
	say(`Record at a time (measured on ${done} orders): ${(kaspi / done).toFixed(2)} calls to Kaspi and ${(amocrm / done).toFixed(2)} to amoCRM an order.\n`);
	return { kaspi: kaspi / done, amocrm: amocrm / done };
}

async function acceptAll(sandbox: SandboxProcess): Promise<void> {
	const state = z
		.object({ kaspi: z.object({ orders: z.array(z.object({ code: z.string(), actions: z.array(z.string()) })) }) })
		.parse((await axios.get<unknown>(`${sandbox.addresses.control}/state`)).data);
	for (const { code, actions } of state.kaspi.orders) {
		const action = ['accept-in-cabinet', 'assemble-in-cabinet', 'buyer-cancel'].find((each) => actions.includes(each));
		if (action) await sandbox.post(`/kaspi/orders/${code}/${action}`);
	}
}

function report({ what, calls, callsPerOrder, leastCalls, recordAtATimeCalls, seconds, peakMemoryMb }: Measured, say: (line: string) => void): void {
	say(what);
	say(`  calls        ${calls.total} (Kaspi ${calls.kaspi}, amoCRM ${calls.amocrm}, of these ${calls.searches} searches for buyers)`);
	say(`  an order     ${callsPerOrder.toFixed(3)} without the searches`);
	say(`  least        ${leastCalls}; one record at a time: ${recordAtATimeCalls}`);
	say(`  took         ${seconds} s, ${peakMemoryMb} MB more memory at most\n`);
}

function valueOf(flag: string): string | undefined {
	const at = process.argv.indexOf(flag);
	return at < 0 ? undefined : process.argv[at + 1];
}

void main();
