import { mkdirSync } from 'node:fs';

import { readArgs, USAGE, type DemoOptions } from './args';
import { check } from './check';
import { installN8n } from './install';
import { N8n } from './n8n';
import { N8nApi, type Login } from './n8nApi';
import { Narrator } from './narrator';
import { installPack } from './pack';
import { LOGS } from './paths';
import { choosePorts } from './ports';
import { giveUp, killAllNow, stopAll, takeOver } from './processes';
import { provision } from './provision';
import { Sandbox } from './sandbox';
import { watch } from './story';
import { scaleTime } from './troubles';

interface Running {
	sandbox: Sandbox;
	n8n: N8n;
	login: Login;
}

/** The busy world that `npm run demo` shows: something happens every few seconds. */
const DRIP = { everyMs: 3000, newShare: 0.4, troubleShare: 0.1, sellerShare: 0.25, maxOpen: 60 };

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
	const running = await start(options, narrator);
	return options.check ? await runCheck(running, options, narrator) : await show(running, narrator);
}

async function start(options: DemoOptions, narrator: Narrator): Promise<Running> {
	narrator.line('Starting the demo:');
	const installed = await installN8n(narrator);
	const nodesFolder = await installPack(narrator);
	const base = options.portBase;
	const wishes = [
		{ name: 'the sandbox', first: base ?? 4100, count: 6 },
		{ name: 'n8n', first: base === undefined ? 5678 : base + 50, count: 1 },
		{ name: "n8n's task broker", first: base === undefined ? 5679 : base + 51, count: 1 },
	];
	const [port = 0, web = 0, broker = 0] = await choosePorts(wishes, (line) => narrator.line(`  ${line}`));
	const n8n = new N8n(installed, { web, broker });
	n8n.prepareHome(nodesFolder);
	const sandbox = await narrator.step('Starting the sandbox', async () => await Sandbox.start({ port, seed: options.seed }));
	await narrator.step('Starting n8n', async () => await n8n.start());
	const api = new N8nApi(n8n.address);
	const login = await narrator.step('Creating the owner of n8n', async () => await api.createOwner());
	if (options.check) await scaleTime(sandbox, narrator);
	await provision(api, sandbox.addresses, narrator);
	return { sandbox, n8n, login };
}

async function runCheck({ sandbox, n8n, login }: Running, options: DemoOptions, narrator: Narrator): Promise<number> {
	const { verdict, findings } = await check({ sandbox, n8n, narrator }, options);
	for (const finding of findings) narrator.line(`  ✗ ${finding}`);
	const memory = n8n.memory();
	if (memory) narrator.line(`  n8n's memory: ${megabytes(memory.now)} now, ${megabytes(memory.peak)} at most`);
	narrator.line(verdict.ok ? '\n✓ Both sides are the same, nothing was lost or doubled.' : '\n✗ The sides are not the same.');
	process.stdout.write(`${JSON.stringify(verdict)}\n`);
	if (options.keep) {
		sayAddresses({ sandbox, n8n, login }, narrator);
		await interrupted;
	}
	return verdict.ok ? 0 : 1;
}

async function show(running: Running, narrator: Narrator): Promise<number> {
	sayAddresses(running, narrator);
	narrator.line('\nOrders are travelling. Move a deal or play the buyer in the panel, and watch the other side follow.\n');
	await running.sandbox.drip(DRIP);
	await watch(running.sandbox, (line) => narrator.line(line), interrupted);
	return 0;
}

function sayAddresses({ sandbox, n8n, login }: Running, narrator: Narrator): void {
	narrator.line(`
  n8n           ${n8n.address}
    e-mail      ${login.email}
    password    ${login.password}
  sandbox panel ${sandbox.addresses.control}
  Kaspi         ${sandbox.addresses.kaspi.baseUrl}
  amoCRM        ${sandbox.addresses.amocrm.baseUrl}

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
