import { mkdirSync } from 'node:fs';
import { z } from 'zod/v4';
import type { N8nApi } from '../../demo/n8nApi';
import { Narrator } from '../../demo/narrator';
import { PAIRS } from '../../demo/pairs';
import { LOGS } from '../../demo/paths';
import { giveUp, stopAll, takeOver } from '../../demo/processes';
import type { Sandbox } from '../../demo/sandbox';
import { install, start } from '../../demo/start';

/** How a service's webhook was answered by a real n8n with the published templates. */
export interface WebhooksMeasured {
	service: 'amocrm' | 'ozon';
	callsPerSecond: number;
	calls: number;
	/** Answered 200 with what the service expects. */
	taken: number;
	p50Ms: number;
	p99Ms: number;
	maxMs: number;
	/** Executions that the calls, the sweeps and the polls started meanwhile. */
	executions?: number;
	n8nMemoryMb: number;
}

interface Load {
	service: WebhooksMeasured['service'];
	callsPerSecond: number;
	seconds: number;
	/** The n-th call. */
	request(nth: number): { url: string; contentType: string; body: string };
	isTaken(status: number, body: string): boolean;
}

const orders = 40;
const seconds = 20;
const giveUpMs = 30_000;

/**
 * Starts a real n8n and the sandbox with the templates for Ozon and amoCRM, and calls the registered addresses as both services do.
 * @param environment more variables for n8n, to compare its settings
 */
export async function benchWebhooks(say: (line: string) => void, environment: Readonly<Record<string, string>>, portBase = 24_000): Promise<WebhooksMeasured[]> {
	mkdirSync(LOGS, { recursive: true });
	takeOver();
	const pair = PAIRS.find(({ name }) => name === 'ozon-amocrm');
	if (pair === undefined) throw new Error('There is no pair of Ozon and amoCRM.');
	const narrator = new Narrator(process.stderr, false);
	try {
		const running = await start(pair, await install(narrator), { portBase, seed: 1, check: true, n8nEnvironment: environment }, narrator);
		const { sandbox, n8n, api } = running;
		await sandbox.call('POST', '/ozon/postings', { count: orders, scheme: 'rfbs-own' });
		const loads = await loadsOf(sandbox);
		const measured: WebhooksMeasured[] = [];
		for (const load of loads) {
			const before = await countExecutions(api);
			const times = await play(load);
			const after = await countExecutions(api);
			const executions = before === undefined || after === undefined ? undefined : after - before;
			const result = { ...summary(load, times), executions, n8nMemoryMb: Math.round((n8n.memory()?.now ?? 0) / 1e6) };
			measured.push(result);
			say(
				`${result.service}: ${result.callsPerSecond} calls a second for ${seconds} s: ${result.taken} of ${result.calls} taken, ` +
					`p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms, at most ${result.maxMs} ms; ${result.executions ?? 'unknown'} executions meanwhile`,
			);
		}
		return measured;
	} finally {
		await stopAll();
		giveUp();
	}
}

/** An n8n that is overrun answers nobody for a while; then nothing is known but that. */
async function countExecutions(api: N8nApi): Promise<number | undefined> {
	try {
		const [last] = await api.executions({}, 1);
		return Number(last?.id ?? 0);
	} catch (failure) {
		process.stderr.write(`n8n does not say how many executions there were: ${failure instanceof Error ? failure.message : String(failure)}\n`);
		return undefined;
	}
}

const stateSchema = z.object({
	ozon: z.object({
		settings: z.object({ sellerId: z.number() }),
		pushes: z.object({ urls: z.array(z.object({ url: z.string() })) }),
		postings: z.array(z.object({ number: z.string() })),
	}),
	amocrm: z.object({
		webhooks: z.array(z.object({ destination: z.string() })),
		leads: z.array(z.object({ id: z.number(), statusId: z.number(), pipelineId: z.number() })),
	}),
});

/** Waits for the deals of the first orders and speaks of those. */
async function loadsOf(sandbox: Sandbox): Promise<Load[]> {
	for (const deadline = Date.now() + 120_000; ; ) {
		const { ozon, amocrm } = stateSchema.parse(await sandbox.state());
		const [push] = ozon.pushes.urls;
		const [hook] = amocrm.webhooks;
		if (amocrm.leads.length >= orders && push !== undefined && hook !== undefined) {
			return [amoCrmLoad(hook.destination, amocrm.leads), ozonLoad(push.url, ozon.settings.sellerId, ozon.postings)];
		}
		if (Date.now() > deadline) throw new Error(`There are ${amocrm.leads.length} deals instead of ${orders}, ${ozon.pushes.urls.length} push addresses, ${amocrm.webhooks.length} webhooks.`);
		await new Promise((resolve) => setTimeout(resolve, 1000));
	}
}

/** `leads[status]`, as amoCRM sends it (amocrm.md §7). */
const amoCrmLoad = (url: string, leads: z.output<typeof stateSchema>['amocrm']['leads']): Load => ({
	service: 'amocrm',
	callsPerSecond: 50,
	seconds,
	request: (nth) => {
		const lead = leads[nth % leads.length];
		const fields = { id: lead?.id, status_id: lead?.statusId, pipeline_id: lead?.pipelineId, old_status_id: nth };
		const body = new URLSearchParams(Object.entries(fields).map(([name, value]): [string, string] => [`leads[status][0][${name}]`, String(value)]));
		return { url, contentType: 'application/x-www-form-urlencoded', body: body.toString() };
	},
	isTaken: (status) => status === 200,
});

/** `TYPE_STATE_CHANGED`, each with another time, so that none is a repetition (ozon.md §11). */
const ozonLoad = (url: string, sellerId: number, postings: readonly { number: string }[]): Load => ({
	service: 'ozon',
	callsPerSecond: 100,
	seconds,
	request: (nth) => ({
		url,
		contentType: 'application/json',
		body: JSON.stringify({
			message_type: 'TYPE_STATE_CHANGED',
			seller_id: sellerId,
			posting_number: postings[nth % postings.length]?.number,
			new_state: 'posting_created',
			changed_state_date: new Date(Date.UTC(2026, 0, 1) + nth * 1000).toISOString(),
			warehouse_id: 1,
		}),
	}),
	isTaken: (status, body) => status === 200 && body.includes('"result":true'),
});

interface Answered {
	ms: number;
	taken: boolean;
}

/** An open loop: the calls come when they are due, however long the answers before them take. */
async function play({ callsPerSecond, seconds: forSeconds, request, isTaken }: Load): Promise<Answered[]> {
	const calls: Promise<Answered>[] = [];
	const startedAt = performance.now();
	for (let nth = 0; nth < callsPerSecond * forSeconds; nth += 1) {
		const dueInMs = startedAt + (nth * 1000) / callsPerSecond - performance.now();
		if (dueInMs > 0) await new Promise((resolve) => setTimeout(resolve, dueInMs));
		calls.push(call(request(nth), isTaken));
	}
	return await Promise.all(calls);
}

async function call({ url, contentType, body }: ReturnType<Load['request']>, isTaken: Load['isTaken']): Promise<Answered> {
	const startedAt = performance.now();
	try {
		const answer = await fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body, signal: AbortSignal.timeout(giveUpMs) });
		const text = await answer.text();
		return { ms: performance.now() - startedAt, taken: isTaken(answer.status, text) };
	} catch {
		// Not answered in half a minute counts as what it is: not taken, and that slow.
		return { ms: performance.now() - startedAt, taken: false };
	}
}

function summary({ service, callsPerSecond }: Load, answers: readonly Answered[]): Omit<WebhooksMeasured, 'executions' | 'n8nMemoryMb'> {
	const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
	const at = (share: number): number => Math.round(times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? 0);
	return { service, callsPerSecond, calls: times.length, taken: answers.filter(({ taken }) => taken).length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
