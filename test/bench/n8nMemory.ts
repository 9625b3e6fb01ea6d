import { mkdirSync } from 'node:fs';
import { Narrator } from '../../demo/narrator';
import { factsOf, PAIRS, type Pair } from '../../demo/pairs';
import { LOGS } from '../../demo/paths';
import { giveUp, stopAll, takeOver } from '../../demo/processes';
import type { Sandbox } from '../../demo/sandbox';
import { install, start } from '../../demo/start';
import { Inspector } from './inspector';

/** Resident memory of a real n8n over many new orders, in MB. */
export interface MemoryMeasured {
	pair: string;
	orders: number;
	/** Before, without garbage. */
	beforeMb: number;
	/** The highest in two idle minutes, garbage included: what n8n takes without any orders. */
	idlePeakMb: number;
	/** The highest while the orders came in, garbage included. */
	peakMb: number;
	/** Half a minute after the last one, garbage included. */
	laterMb: number;
	/** The same without garbage: what the orders have left behind. */
	afterMb: number;
	seconds: number;
}

const sampleMs = 250;
const settleMs = 45_000;
const idleMs = 120_000;
const afterwardsMs = 30_000;
const giveUpMs = 15 * 60_000;
const inspectorPort = 25_099;
/** The limit for the growth of n8n's memory over 1,000 new orders. */
export const memoryLimitMb = 150;

/** Starts a real n8n with the templates as published and the sandbox, and lets many orders come in at once. */
export async function benchMemory(say: (line: string) => void, pairName: string, orders: number, portBase = 25_000): Promise<MemoryMeasured> {
	mkdirSync(LOGS, { recursive: true });
	takeOver();
	const pair = PAIRS.find(({ name }) => name === pairName);
	if (pair === undefined) throw new RangeError(`There is no pair '${pairName}'.`);
	const narrator = new Narrator(process.stderr, false);
	try {
		const n8nEnvironment = { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` };
		const { sandbox, n8n } = await start(pair, await install(narrator), { portBase, seed: 1, check: false, n8nEnvironment }, narrator);
		const residentMb = () => Math.round((n8n.memory()?.now ?? Number.NaN) / 1024 / 1024);
		const inspector = await Inspector.connect(inspectorPort);
		await wait(settleMs);
		await inspector.collectGarbage();
		await wait(1000);
		const measured = { pair: pairName, orders, beforeMb: residentMb(), idlePeakMb: 0, peakMb: 0 };
		for (const until = Date.now() + idleMs; Date.now() < until; await wait(sampleMs)) measured.idlePeakMb = Math.max(measured.idlePeakMb, residentMb());

		const startedAt = Date.now();
		await sandbox.call('POST', `/${pair.market.api}/${pair.market.api === 'ozon' ? 'postings' : 'orders'}`, { count: orders });
		let doneAt: number | undefined;
		for (let asked = 0; doneAt === undefined || Date.now() - doneAt < afterwardsMs; asked += 1) {
			measured.peakMb = Math.max(measured.peakMb, residentMb());
			if (doneAt === undefined && asked % 8 === 0 && (await countDeals(pair, sandbox)) >= orders) doneAt = Date.now();
			if (Date.now() - startedAt > giveUpMs) throw new Error(`After ${giveUpMs / 60_000} minutes there are only ${await countDeals(pair, sandbox)} deals.`);
			await wait(sampleMs);
		}
		const laterMb = residentMb();
		await inspector.collectGarbage();
		await wait(1000);
		inspector.close();
		const result = { ...measured, laterMb, afterMb: residentMb(), seconds: Math.round((doneAt - startedAt) / 1000) };
		say(
			`${orders} new orders (${pairName}) in a real n8n, ${result.seconds} s: ${result.beforeMb} MB before (up to ${result.idlePeakMb} MB while idle), at most ${result.peakMb} MB, ` +
				`${result.laterMb} MB half a minute later, ${result.afterMb} MB of it no garbage`,
		);
		return result;
	} finally {
		await stopAll();
		giveUp();
	}
}

const countDeals = async (pair: Pair, sandbox: Sandbox): Promise<number> => factsOf(pair, await sandbox.state()).deals.filter(({ isDeleted }) => !isDeleted).length;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
