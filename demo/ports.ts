import { createServer } from 'node:net';

/** A run of neighbouring ports that one program wants. */
export interface PortWish {
	/** Who wants them, for people. */
	name: string;
	first: number;
	count: number;
}

const STEP = 10;
const TRIES = 200;

/** Whether a program on this machine could listen on the port of the loopback address. */
export async function isFree(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const probe = createServer();
		probe.once('error', () => resolve(false));
		probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
	});
}

/**
 * The first port of a free run for each wish: the wished one, or, when a port of it is busy, the next run ten ports later.
 * `say` is told which port was busy and which is used instead. Throws when nothing near is free.
 */
export async function choosePorts(wishes: readonly PortWish[], say: (line: string) => void): Promise<number[]> {
	const taken = new Set<number>();
	const chosen: number[] = [];
	for (const wish of wishes) {
		const first = await freeRun(wish, taken);
		if (first.busy !== undefined) say(`Port ${first.busy} is busy: ${wish.name} uses ${portsText(first.port, wish.count)} instead.`);
		for (let port = first.port; port < first.port + wish.count; port += 1) taken.add(port);
		chosen.push(first.port);
	}
	return chosen;
}

async function freeRun(wish: PortWish, taken: ReadonlySet<number>): Promise<{ port: number; busy?: number }> {
	let firstBusy: number | undefined;
	for (let attempt = 0; attempt < TRIES; attempt += 1) {
		const port = wish.first + attempt * STEP;
		if (port + wish.count > 65_535) break;
		const busy = await busyPort(port, wish.count, taken);
		if (busy === undefined) return { port, busy: firstBusy };
		firstBusy ??= busy;
	}
	throw new Error(`No ${wish.count} free neighbouring ports from ${wish.first} on for ${wish.name}. Choose others with --port-base.`);
}

async function busyPort(first: number, count: number, taken: ReadonlySet<number>): Promise<number | undefined> {
	for (let port = first; port < first + count; port += 1) {
		if (taken.has(port) || !(await isFree(port))) return port;
	}
	return undefined;
}

const portsText = (first: number, count: number): string => (count === 1 ? `${first}` : `${first}–${first + count - 1}`);
