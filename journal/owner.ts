import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Who holds a lease, a claim or a lock: an execution of this process. The text says which process that is, so that what a killed n8n
 * has held is free as soon as somebody looks, and not only when the lease runs out.
 * @param execution what tells two executions of one process apart; a caller may as well append it behind a slash
 */
export const processOwner = (execution: string = randomUUID()): string =>
	`${process.pid}.${here.started}@${here.machine}/${execution}`;

/**
 * Provably gone: a process of this machine, of this boot and of our own view of process ids, that is not there any more or whose id
 * has been given to another process. Anything that cannot be proved (another machine or container) counts as alive.
 */
export function isGone(owner: string): boolean {
	const [, pidText, started, machine] = /^(\d+)\.(\w+)@([^/]+)\//.exec(owner) ?? [];
	if (machine !== here.machine) return false;
	const pid = Number(pidText);
	const there = processAt(pid);
	if (there !== undefined) return there.isDead || there.started !== started;
	return !isRunning(pid);
}

interface Here {
	machine: string;
	started: string;
}

const here: Here = {
	machine: machineName(),
	started: processAt(process.pid)?.started ?? 'unknown',
};

/** Boot and process-id namespace on Linux: two containers may share a volume and even a host name, not these. */
function machineName(): string {
	try {
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
		return `${boot}+${readlinkSync('/proc/self/ns/pid')}`;
	} catch {
		// No /proc: nothing can be proved about another process, so every process is a machine of its own.
		return `unknown+${randomUUID()}`;
	}
}

/** Fields 3 (state) and 22 (start, in clock ticks since boot) of /proc/<pid>/stat; the name before them may hold spaces and brackets. */
function processAt(pid: number): { started: string | undefined; isDead: boolean } | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		// Z: killed, and its parent has not asked yet how it ended.
		return { started: fields[19], isDead: fields[0] === 'Z' || fields[0] === 'X' };
	} catch {
		return undefined;
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it runs as somebody else.
		return typeof error === 'object' && error !== null && 'code' in error && error.code !== 'ESRCH';
	}
}
