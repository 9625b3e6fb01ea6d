import { mkdirSync } from 'node:fs';

import { auditContacts } from './audit';
import { readArgs, USAGE, type DemoOptions } from './args';
import { check } from './check';
import { sumOf, type Verdict } from './judge';
import { Narrator } from './narrator';
import { factsOf } from './pairs';
import { LOGS } from './paths';
import { giveUp, killAllNow, stopAll, takeOver } from './processes';
import { testMarketCredential } from './provision';
import { install, start, startServices, type Installed, type Running } from './start';
import { watch } from './story';
import { checkTriggers } from './triggers/check';
import type { TriggerVerdict } from './triggers/judge';
import { writeScript } from './script';
import { World } from './world';

/** Where the marketplace has no drip of its own, the show plays a script. */
const SHOW = { orders: 500 };

async function main(): Promise<number> {
	const options = readArgs(process.argv.slice(2));
	if (options.help) {
		process.stdout.write(USAGE);
		return 0;
	}
	// In a check stdout belongs to the verdict.
	const narrator = new Narrator(options.check ? process.stderr : process.stdout, options.verbose);
	stopOnSignals(narrator, options);
	mkdirSync(LOGS, { recursive: true });
	const left = takeOver();
	if (left > 0) narrator.line(`Ended ${left} programs that an earlier demo had left running.`);
	const work = play(options, narrator);
	// Once a person has interrupted it, the work fails of itself because everything it talks to is being stopped.
	void interrupted.then(() => work.catch(() => undefined));
	try {
		return await Promise.race([work, interrupted]);
	} finally {
		await stopAll();
		giveUp();
	}
}

async function play(options: DemoOptions, narrator: Narrator): Promise<number> {
	narrator.line('Starting the demo:');
	const installed = await install(narrator);
	if (options.check) return await runChecks(installed, options, narrator);
	const [pair] = options.pairs;
	if (pair === undefined) throw new Error('There is no pair to show.');
	return await show(await start(pair, installed, options, narrator), options, narrator);
}

/** The verdicts by pair, and by trigger. */
interface Verdicts {
	pairs: Record<string, Verdict>;
	triggers: Record<string, TriggerVerdict>;
}

/** The triggers, then the pairs one after the other; the last line on stdout is the verdict: the totals, and one object per pair and trigger. */
async function runChecks(installed: Installed, options: DemoOptions, narrator: Narrator): Promise<number> {
	const verdicts: Verdicts = { pairs: {}, triggers: {} };
	if (options.triggers.length > 0) verdicts.triggers = await runTriggers(installed, options, narrator);
	for (const [index, pair] of options.pairs.entries()) {
		const running = await start(pair, installed, options, narrator);
		verdicts.pairs[pair.name] = await runCheck(running, options, narrator);
		if (options.keep && index === options.pairs.length - 1) {
			process.stdout.write(`${verdictText(verdicts)}\n`);
			sayAddresses(running, narrator);
			await interrupted;
			return exitCode(verdicts);
		}
		await running.n8n.stop();
		await running.sandbox.stop();
	}
	process.stdout.write(`${verdictText(verdicts)}\n`);
	return exitCode(verdicts);
}

async function runTriggers(installed: Installed, options: DemoOptions, narrator: Narrator): Promise<Verdicts['triggers']> {
	narrator.line('\nThe triggers:');
	const services = await startServices(installed, options, narrator);
	const verdicts = await checkTriggers(options.triggers, services, narrator);
	await services.n8n.stop();
	await services.sandbox.stop();
	return verdicts;
}

function verdictText(verdicts: Verdicts): string {
	const { pairs, triggers } = verdicts;
	return JSON.stringify({ ...sumOf(Object.values(pairs)), ok: isOk(verdicts), pairs, triggers });
}

const isOk = ({ pairs, triggers }: Verdicts): boolean => sumOf(Object.values(pairs)).ok && Object.values(triggers).every(({ ok }) => ok);

const exitCode = (verdicts: Verdicts): number => (isOk(verdicts) ? 0 : 1);

async function runCheck({ pair, sandbox, n8n, api, provisioned }: Running, options: DemoOptions, narrator: Narrator): Promise<Verdict> {
	const testCredential = async () => await testMarketCredential(pair, api, sandbox);
	const audit = async () => await auditContacts(pair, sandbox, api, provisioned);
	const { verdict, findings } = await check({ pair, sandbox, n8n, narrator, testCredential, audit }, options);
	for (const finding of findings) narrator.line(`  ✗ ${finding}`);
	const memory = n8n.memory();
	if (memory) narrator.line(`  n8n's memory: ${megabytes(memory.now)} now, ${megabytes(memory.peak)} at most`);
	narrator.line(verdict.ok ? '\n✓ Both sides are the same, nothing was lost or doubled.' : '\n✗ The sides are not the same.');
	return verdict;
}

async function show(running: Running, { seed }: DemoOptions, narrator: Narrator): Promise<number> {
	const { pair, sandbox } = running;
	sayAddresses(running, narrator);
	narrator.line('\nOrders are travelling. Move a deal or play the buyer in the panel, and watch the other side follow.\n');
	const script = writeScript(pair.market.scenarios, SHOW.orders, seed);
	const world = pair.market.drip === undefined ? new World(pair, sandbox, script, narrator) : undefined;
	await pair.market.drip?.(sandbox);
	const look = async () => (world === undefined ? factsOf(pair, await sandbox.state()) : await world.tick());
	await watch(look, (line) => narrator.line(line), interrupted);
	return 0;
}

function sayAddresses({ pair: { market, crm }, sandbox, n8n, login }: Running, narrator: Narrator): void {
	narrator.line(`
  n8n           ${n8n.address}
    e-mail      ${login.email}
    password    ${login.password}
  sandbox panel ${sandbox.addresses.control}
  ${market.name.padEnd(13)} ${market.address(sandbox.addresses)}
  ${crm.name.padEnd(13)} ${crm.address(sandbox.addresses)}

  Ctrl-C stops everything.`);
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

let interrupt: (code: number) => void = () => undefined;
/** Resolves with the exit code when a person presses Ctrl-C. */
const interrupted = new Promise<number>((resolve) => {
	interrupt = resolve;
});

/** The first Ctrl-C stops everything in order, the second one at once. */
function stopOnSignals(narrator: Narrator, { check: isCheck }: DemoOptions): void {
	let asked = false;
	const stop = () => {
		if (asked) process.exit(130);
		asked = true;
		narrator.line('\nStopping everything…');
		// It is the normal end of the show, but a check without a verdict has not passed.
		interrupt(isCheck ? 130 : 0);
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
	process.on('exit', killAllNow);
}

main().then(
	(code) => process.exit(code),
	(failure: unknown) => {
		process.stderr.write(`\n${failure instanceof Error ? failure.message : String(failure)}\n`);
		process.exit(1);
	},
);
