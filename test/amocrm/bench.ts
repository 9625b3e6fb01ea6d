import axios from 'axios';
import { AmoCrmAdapter } from '../../nodes/AmoCrm/adapter';
import { AmoCrmClient } from '../../nodes/AmoCrm/api/client';
import { amoCrmService } from '../../nodes/AmoCrm/api/connection';
import { ServiceClient } from '../../transport/service';
import type { Pace } from '../../transport/pace';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox';

/** A pace that only remembers a block, so that tests do not wait: the sandbox counts seconds in real time. */
export function freePace(): Pace {
	let reason: string | undefined;
	return {
		ready: async () => undefined,
		slowDown: () => undefined,
		block: (why) => {
			reason = why;
		},
		blocked: () => reason,
	};
}

export interface Bench {
	sandbox: Sandbox;
	client: AmoCrmClient;
	crm: AmoCrmAdapter;
	/** Calls since the start or the last `forgetCalls`, `GET /api/v4/leads` → number. */
	calls(): Record<string, number>;
	forgetCalls(): void;
	close(): Promise<void>;
}

/** An empty account in the sandbox and our client for it over real HTTP. */
export async function openBench(amocrm: SandboxOptions['amocrm'] = {}): Promise<Bench> {
	const sandbox = await startSandbox({ empty: true, amocrm: { requestsPerSecond: 10_000, ...amocrm } });
	const { baseUrl, longLivedToken } = sandbox.credentials().amocrm;
	const service = new ServiceClient({
		...amoCrmService,
		baseUrl,
		http: axios.create({ headers: { Authorization: `Bearer ${longLivedToken}` } }),
		pace: freePace(),
		sleep: async () => undefined,
		timeoutMs: 2_000,
	});
	const client = new AmoCrmClient(service, new URL(baseUrl).host);
	return {
		sandbox,
		client,
		crm: new AmoCrmAdapter(client, () => sandbox.clock.now()),
		calls: () => sandbox.logs.amocrm.counts().byRoute,
		forgetCalls: () => sandbox.logs.amocrm.reset(),
		close: () => sandbox.close(),
	};
}

export async function collect<T>(pages: AsyncGenerator<T[], unknown>): Promise<T[]> {
	const items: T[] = [];
	for await (const page of pages) items.push(...page);
	return items;
}
