import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import axios, { type AxiosInstance } from 'axios';
import { z } from 'zod/v4';

const ready = z.object({
	control: z.string(),
	kaspi: z.object({ baseUrl: z.string(), token: z.string(), shopId: z.string() }),
	ozon: z.object({ baseUrl: z.string(), clientId: z.string(), apiKey: z.string() }),
	amocrm: z.object({ baseUrl: z.string(), longLivedToken: z.string() }),
	bitrix24: z.object({ webhookUrl: z.string() }),
});
export type Addresses = z.infer<typeof ready>;

const counts = z.object({ byRoute: z.record(z.string(), z.number()), total: z.number() });
const calls = z.object({ kaspi: counts, ozon: counts, amocrm: counts, bitrix24: counts });
/** Calls by API, as its servers have counted them. */
export type Counts = z.infer<typeof calls>;

/** The sandbox as a process of its own, so that its memory and its work are not measured as ours. */
export class SandboxProcess {
	/** Milliseconds that the sandbox's clock is ahead of ours. */
	private ahead = 0;

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

	/** Sandbox time, epoch ms: ours as well, so that both sides agree how late it is. */
	now(): number {
		return Date.now() + this.ahead;
	}

	/** Time passes for the sandbox and for whoever goes by `now`. */
	async pass(ms: number): Promise<void> {
		await this.post('/clock/advance', { ms });
		this.ahead += ms;
	}

	async post(path: string, body: unknown = {}): Promise<void> {
		await this.control.post(path, body);
	}

	async state(): Promise<unknown> {
		return (await this.control.get<unknown>('/state')).data;
	}

	/** Calls since the last time this was asked. */
	async countCalls(): Promise<Counts> {
		const state = z.object({ calls }).parse(await this.state());
		await this.post('/calls/reset');
		return state.calls;
	}

	stop(): void {
		this.child.kill('SIGTERM');
	}
}
