import axios from 'axios';
import { Bitrix24Adapter } from '../../nodes/Bitrix24/adapter';
import { Bitrix24Client } from '../../nodes/Bitrix24/api/client';
import { bitrix24Service } from '../../nodes/Bitrix24/api/connection';
import { OperatingBudget } from '../../nodes/Bitrix24/api/operatingTime';
import { portalName, readWebhookUrl } from '../../nodes/Bitrix24/api/portalAddress';
import { speakBitrix24 } from '../../nodes/Bitrix24/api/wireFormat';
import { startSandbox, type Sandbox, type SandboxCredentials, type SandboxOptions } from '../../sandbox/sandbox';
import type { CallRecord } from '../../transport/service';
import type { Pace } from '../../transport/pace';
import { ServiceClient } from '../../transport/service';

/** A pace that only remembers a block, so that tests do not wait. */
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
	/** `http://127.0.0.1:port`. */
	baseUrl: string;
	client: Bitrix24Client;
	crm: Bitrix24Adapter;
	budget: OperatingBudget;
	/** HTTP calls since the start or the last `forgetCalls`. */
	calls(): number;
	/** HTTP calls that the portal has seen since the same moment. */
	portalCalls(): number;
	/** What our own transport has recorded. */
	records: CallRecord[];
	forgetCalls(): void;
	credentials(): SandboxCredentials['bitrix24'];
	/** An empty portal, as at the start. */
	reset(): void;
	close(): Promise<void>;
}


/** An empty portal in the sandbox and our client for it over real HTTP. */
export async function openBench(settings: SandboxOptions['bitrix24'] = {}): Promise<Bench> {
	const sandbox = await startSandbox({ empty: true, bitrix24: { requestsPerSecond: 10_000, bucketSize: 10_000, operatingLimitSeconds: 0, ...settings } });
	const { clock } = sandbox;
	const credentials = (): SandboxCredentials['bitrix24'] => sandbox.credentials().bitrix24;
	const { baseUrl } = credentials();

	const records: CallRecord[] = [];
	const budget = new OperatingBudget();
	const portal = readWebhookUrl(credentials().webhookUrl);
	const service = new ServiceClient({
		...bitrix24Service,
		baseUrl: portal.restUrl,
		http: speakBitrix24(axios.create(), { secrets: portal.secrets }),
		pace: freePace(),
		sleep: async () => undefined,
		timeoutMs: 4_000,
		record: (call) => records.push(call),
	});
	const client = new Bitrix24Client(service, portalName(portal), { budget, sleep: async () => undefined, now: () => clock.now() });
	return {
		sandbox,
		baseUrl,
		client,
		crm: new Bitrix24Adapter(client),
		budget,
		records,
		calls: () => records.length,
		portalCalls: () => sandbox.logs.bitrix24.counts().total,
		forgetCalls: () => {
			records.length = 0;
			sandbox.logs.bitrix24.reset();
		},
		credentials,
		reset: () => {
			sandbox.reset(true);
			// What our client remembers of the portal is as old as the clock says.
			clock.advance(600_000);
		},
		close: () => sandbox.close(),
	};
}

export async function collect<T>(pages: AsyncGenerator<T[], unknown>): Promise<T[]> {
	const items: T[] = [];
	for await (const page of pages) items.push(...page);
	return items;
}
