import { join } from 'node:path';

import { LOGS, ROOT } from './paths';
import { ManagedProcess } from './processes';
import { readySchema, stateSchema, type SandboxAddresses, type SandboxState } from './sandboxState';

const READY_WITHIN_MS = 60_000;

/** The sandbox did not let something happen, e.g. because the order had moved on. */
export class SandboxRefused extends Error {}

/** The simulated marketplaces, CRMs and messenger in a process of their own, ruled through their documented control API. */
export class Sandbox {
	private constructor(
		readonly addresses: SandboxAddresses,
		private readonly process: ManagedProcess,
	) {}

	/** Starts it without data. Throws with the end of its log when it is not ready in time. */
	static async start({ port, seed }: { port: number; seed: number }): Promise<Sandbox> {
		const lines: string[] = [];
		const program = await ManagedProcess.start({
			name: 'The sandbox',
			command: process.execPath,
			args: [
				require.resolve('tsx/cli'), join(ROOT, 'sandbox', 'cli.ts'),
				'--json', '--empty', '--port-base', String(port), '--seed', String(seed),
			],
			env: Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
			cwd: ROOT,
			logFile: join(LOGS, 'sandbox.log'),
			onLine: (line) => lines.push(line),
		});
		const deadline = Date.now() + READY_WITHIN_MS;
		while (Date.now() < deadline && program.running) {
			const [first] = lines;
			if (first !== undefined) return new Sandbox(readySchema.parse(JSON.parse(first)), program);
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
		throw new Error(`The sandbox did not come up. Its last words:\n${program.lastWords()}`);
	}

	async stop(): Promise<void> {
		await this.process.stop();
	}

	/** Everything that is true on both sides. */
	async state(): Promise<SandboxState> {
		return stateSchema.parse(await this.call('GET', '/state'));
	}

	async fault(rule: object): Promise<void> {
		await this.call('POST', '/faults', rule);
	}

	async outage(api: string, ms: number): Promise<void> {
		await this.call('POST', '/outage', { api, ms });
	}

	async clearFaults(): Promise<void> {
		await this.call('DELETE', '/faults');
	}

	/** Calls the control API. Throws `SandboxRefused` when it says that something is impossible now. */
	async call(method: string, path: string, body?: unknown): Promise<unknown> {
		const text = await this.ask(method, path, body);
		return text === '' ? undefined : JSON.parse(text);
	}

	/** What the control API has as it is, e.g. a page. */
	async text(path: string): Promise<string> {
		return await this.ask('GET', path);
	}

	private async ask(method: string, path: string, body?: unknown): Promise<string> {
		const answer = await fetch(this.addresses.control + path, {
			method,
			headers: body === undefined ? {} : { 'content-type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(30_000),
		});
		const text = await answer.text();
		if (answer.status === 409) throw new SandboxRefused(text);
		if (!answer.ok) throw new Error(`The sandbox answered ${answer.status} to ${method} ${path}: ${text.slice(0, 300)}`);
		return text;
	}
}
