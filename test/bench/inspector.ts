import { z } from 'zod/v4';

const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() })).min(1);
const reply = z.object({ id: z.number().optional(), error: z.object({ message: z.string() }).optional() });

/** Node's inspector of another process, as far as a bench needs it: what is garbage there goes at once, not when V8 likes. */
export class Inspector {
	private nextId = 0;
	private readonly waiting = new Map<number, (failure: Error | undefined) => void>();

	private constructor(private readonly socket: WebSocket) {
		socket.addEventListener('message', ({ data }) => {
			const { id, error } = reply.parse(JSON.parse(String(data)));
			if (id === undefined) return;
			this.waiting.get(id)?.(error === undefined ? undefined : new Error(error.message));
			this.waiting.delete(id);
		});
	}

	/** @param port of `--inspect` */
	static async connect(port: number): Promise<Inspector> {
		const [target] = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json`)).json());
		const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
		await new Promise((open, failed) => {
			socket.addEventListener('open', open);
			socket.addEventListener('error', () => failed(new Error('The inspector does not let us in.')));
		});
		return new Inspector(socket);
	}

	/** Twice: what the first round finalizes is garbage for the second. */
	async collectGarbage(): Promise<void> {
		await this.call('HeapProfiler.collectGarbage');
		await this.call('HeapProfiler.collectGarbage');
	}

	close(): void {
		this.socket.close();
	}

	private async call(method: string): Promise<void> {
		const id = (this.nextId += 1);
		await new Promise<void>((done, failed) => {
			this.waiting.set(id, (failure) => (failure === undefined ? done() : failed(failure)));
			this.socket.send(JSON.stringify({ id, method }));
		});
	}
}
