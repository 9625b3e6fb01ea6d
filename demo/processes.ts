import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod/v4';

import { WORK } from './paths';

export interface StartOptions {
	/** For people and for the name of the log file. */
	name: string;
	command: string;
	args: readonly string[];
	env: Record<string, string>;
	cwd: string;
	/** Gets what the program prints; stdout goes to `onLine` instead when that is given. */
	logFile: string;
	onLine?: (line: string) => void;
}

const RUNNING = join(WORK, 'running.json');
const oneSchema = z.object({ pid: z.number(), commandLine: z.string() });
const runningSchema = z.object({ demo: oneSchema, started: z.array(oneSchema) });
const alive = new Set<ManagedProcess>();

/** A program that the demo started, in a process group of its own so that it ends with all its children. */
export class ManagedProcess {
	readonly pid: number;
	readonly commandLine: string;
	/** Resolves with what ended it. */
	readonly ended: Promise<string>;
	running = true;

	private constructor(
		readonly options: StartOptions,
		private readonly child: ChildProcess,
		pid: number,
	) {
		this.pid = pid;
		this.commandLine = commandLineOf(pid) ?? '';
		this.ended = new Promise((resolve) => {
			child.once('exit', (code, signal) => {
				this.running = false;
				alive.delete(this);
				remember();
				resolve(signal ?? `exit code ${code}`);
			});
		});
		alive.add(this);
		remember();
	}

	/** Throws when the program could not be started at all. */
	static async start(options: StartOptions): Promise<ManagedProcess> {
		mkdirSync(dirname(options.logFile), { recursive: true });
		const log = openSync(options.logFile, 'a');
		const child = spawn(options.command, [...options.args], {
			cwd: options.cwd,
			env: options.env,
			detached: process.platform !== 'win32',
			stdio: ['ignore', options.onLine ? 'pipe' : log, log],
		});
		closeSync(log);
		await new Promise<void>((resolve, reject) => {
			child.once('spawn', resolve);
			child.once('error', (reason) => reject(new Error(`${options.name} could not be started: ${reason.message}`)));
		});
		if (child.pid === undefined) throw new Error(`${options.name} could not be started.`);
		if (options.onLine && child.stdout) readLines(child.stdout, options.onLine);
		return new ManagedProcess(options, child, child.pid);
	}

	/** Ends it with its children, at once; resolves when it is gone. */
	async kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): Promise<void> {
		killGroup(this.pid, signal);
		await this.ended;
	}

	/** Asks it to end; after `patienceMs` it is made to. */
	async stop(patienceMs = 10_000): Promise<void> {
		if (!this.running) return;
		killGroup(this.pid, 'SIGTERM');
		const force = setTimeout(() => killGroup(this.pid, 'SIGKILL'), patienceMs);
		await this.ended;
		clearTimeout(force);
		// Children that outlived their parent.
		killGroup(this.pid, 'SIGKILL');
	}

	/** Memory of the process itself in bytes (Linux only): now and at its highest. */
	memory(): { now: number; peak: number } | undefined {
		try {
			const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
			const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
			return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
		} catch {
			// No /proc on this system, or the process has just ended: memory is not known.
			return undefined;
		}
	}

	/** The last lines of its log, for a message about what went wrong. */
	lastWords(lines = 15): string {
		const text = readFileSync(this.options.logFile, 'utf8').trimEnd();
		return text.split('\n').slice(-lines).join('\n');
	}
}

/** Stops everything that was started and still runs, the last started first. */
export async function stopAll(): Promise<void> {
	await Promise.all([...alive].reverse().map(async (started) => await started.stop()));
}

/** Last resort when the demo itself has to end now. */
export function killAllNow(): void {
	for (const started of alive) killGroup(started.pid, 'SIGKILL');
}

/**
 * Makes this demo the only one of the clone: ends what an earlier demo left running because it was itself killed, and
 * returns how many programs that were. Throws when another demo is running now.
 */
export function takeOver(): number {
	const before = readRunning();
	if (before && isSame(before.demo)) {
		throw new Error(`Another demo is running in this clone (process ${before.demo.pid}). Stop it with Ctrl-C, then start again.`);
	}
	const left = (before?.started ?? []).filter(isSame);
	for (const { pid } of left) killGroup(pid, 'SIGKILL');
	remember();
	return left.length;
}

/** The demo is over: another one may start. */
export const giveUp = (): void => rmSync(RUNNING, { force: true });

function readRunning(): z.infer<typeof runningSchema> | undefined {
	if (!existsSync(RUNNING)) return undefined;
	const reading = runningSchema.safeParse(JSON.parse(readFileSync(RUNNING, 'utf8')));
	return reading.success ? reading.data : undefined;
}

const isSame = ({ pid, commandLine }: { pid: number; commandLine: string }): boolean =>
	commandLine !== '' && commandLineOf(pid) === commandLine;

/** Written down so that a later demo can clean up should this one be killed. */
function remember(): void {
	const demo = { pid: process.pid, commandLine: commandLineOf(process.pid) ?? '' };
	const started = [...alive].map(({ pid, commandLine }) => ({ pid, commandLine }));
	mkdirSync(dirname(RUNNING), { recursive: true });
	writeFileSync(RUNNING, JSON.stringify({ demo, started }));
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		if (process.platform === 'win32') execFileSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
		else process.kill(-pid, signal);
	} catch {
		// The whole group has already ended.
	}
}

function commandLineOf(pid: number): string | undefined {
	try {
		return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
	} catch {
		// No such process (or no `ps`, as on Windows).
		return undefined;
	}
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
	let rest = '';
	stream.setEncoding('utf8');
	stream.on('data', (chunk: string) => {
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() ?? '';
		lines.forEach(onLine);
	});
}
