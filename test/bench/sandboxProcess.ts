import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import axios, { type AxiosInstance } from 'axios';
import { z } from 'zod';

const ready = z.object({
	control: z.string(),
	kaspi: z.object({ baseUrl: z.string(), token: z.string(), shopId: z.string() }),
	amocrm: z.object({ baseUrl: z.string(), longLivedToken: z.string() }),
});
export type Addresses = z.infer<typeof ready>;

const counts = z.object({ byRoute: z.record(z.number()), total: z.number() });
const calls = z.object({ kaspi: counts, amocrm: counts });
export interface Counts {
	kaspi: number;
	amocrm: number;
	/** Searches for contacts: at most one per new buyer with a real phone. */
	searches: number;
}

/** The sandbox as a process of its own, so that its memory and its work are not measured as ours. */
export class SandboxProcess {
	private constructor(
		private readonly child: ChildProcess,
		readonly addresses: Addresses,
		private readonly control: AxiosInstance,
	) {}

	static async start(): Promise<SandboxProcess> {
		const root = join(__dirname, '..', '..');
		const child = spawn(join(root, 'node_modules', '.bin', 'tsx'), ['sandbox/cli.ts', '--json', '--empty', '--port-base', '4300'], {
			cwd: root,
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		for await (const line of createInterface({ input: child.stdout })) {
			const addresses = ready.parse(JSON.parse(line));
			return new SandboxProcess(child, addresses, axios.create({ baseURL: addresses.control }));
		}
		throw new Error('the sandbox ended before it was ready');
	}

	async post(path: string, body: unknown = {}): Promise<unknown> {
		return (await this.control.post<unknown>(path, body)).data;
	}

	async patch(path: string, body: unknown): Promise<void> {
		await this.control.patch(path, body);
	}

	/** Calls since the last time this was asked. */
	async countCalls(): Promise<Counts> {
		const state = z.object({ calls }).parse((await this.control.get<unknown>('/state')).data);
		await this.control.post('/calls/reset');
		const { kaspi, amocrm } = state.calls;
		return { kaspi: kaspi.total, amocrm: amocrm.total, searches: amocrm.byRoute['GET /api/v4/contacts'] ?? 0 };
	}

	stop(): void {
		this.child.kill('SIGTERM');
	}
}
