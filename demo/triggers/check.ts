import { randomUUID } from 'node:crypto';
import { z } from 'zod/v4';

import type { N8n } from '../n8n';
import { workflowSchema, type N8nApi } from '../n8nApi';
import type { Narrator } from '../narrator';
import type { Services } from '../start';
import type { Sandbox } from '../sandbox';
import { judgeTrigger, type TriggerFacts, type TriggerVerdict } from './judge';
import type { Happening, WatchedTrigger } from './watched';

const PACK = 'n8n-nodes-marketplace-crm';
/** n8n lets nobody poll more often than every minute, and whoever wants may have six polls a minute. */
const POLL_EVERY_S = 10;
const POLL_TIMES = {
	item: Array.from({ length: 60 / POLL_EVERY_S }, (_, index) => ({ mode: 'custom', cronExpression: `${index * POLL_EVERY_S} * * * * *` })),
};
/**
 * n8n tries five times to start a trigger that fails, and never again: the services stay down until it has given up, or has started all;
 * and some polls longer, which find them down too.
 */
const GIVES_UP_WITHIN_MS = 120_000;
const DOWN_AFTER_START_MS = 1.5 * POLL_EVERY_S * 1000;
/** Longer than a check may take: it is ended, never waited for. */
const OUTAGE_MS = 3_600_000;
const TOLD_WITHIN_MS = 45_000;
const ALIVE_WITHIN_MS = 2.5 * POLL_EVERY_S * 1000;
const LOOK_EVERY_MS = 1000;
/** So slow are the services when n8n ends: a poll is under way then. */
const SLOW_MS = 900;
/** For so long an execution holds up n8n's end, as any workflow may: the poll comes to its end meanwhile, and n8n throws away what it gives. */
const BUSY_S = 8;
/** As many as n8n gives at once; a poll that finds nothing is no execution. */
const MOST_EXECUTIONS = 100;

const itemSchema = z.object({ main: z.array(z.array(z.object({ json: z.unknown() })).nullable()) });

interface Restart {
	name: string;
	end(n8n: N8n): Promise<void>;
}

const RESTARTS: readonly Restart[] = [
	{ name: 'a restart', end: async (n8n) => await n8n.stop() },
	{ name: 'a SIGKILL', end: async (n8n) => await n8n.kill() },
];

class Watched {
	readonly happened: Happening[] = [];
	readonly deadAfter: string[] = [];
	private readonly told = new Map<string, string[]>();

	constructor(
		readonly trigger: WatchedTrigger,
		private readonly workflowId: string,
		private readonly api: N8nApi,
	) {}

	get name(): string {
		return `${this.trigger.side.name} Trigger`;
	}

	async happen(sandbox: Sandbox, round: number): Promise<void> {
		this.happened.push(...(await this.trigger.happen(sandbox, round)));
	}

	/** Until n8n has started it, or has given it up. */
	async untilStarted(restart: string, narrator: Narrator): Promise<void> {
		for (const deadline = Date.now() + GIVES_UP_WITHIN_MS; Date.now() < deadline; await pause(LOOK_EVERY_MS)) {
			const { status, triggers } = await this.api.publication(this.workflowId);
			if (status === 'in_progress') continue;
			for (const { errorMessage } of triggers) if (errorMessage) narrator.detail(`  n8n gave up the ${this.name} after ${restart}: ${errorMessage}`);
			return;
		}
	}

	/** Reads the executions that have ended since the last look. */
	async facts(): Promise<TriggerFacts> {
		// An execution that was killed with n8n had its items: n8n does not run it again, and calls the error workflow for it.
		const executions = await this.api.executions({ workflowId: this.workflowId, status: ['success', 'crashed'] }, MOST_EXECUTIONS);
		for (const { id } of executions.filter((execution) => !this.told.has(execution.id))) {
			const given = await this.api.givenBy(this.name, id);
			const items = given.flatMap((data) => itemSchema.parse(data).main.flatMap((output) => output ?? []));
			this.told.set(id, items.flatMap(({ json }) => this.trigger.tellingsOf(json)));
		}
		const inOrder = [...this.told].sort(([a], [b]) => Number(a) - Number(b));
		return { happened: this.happened, told: inOrder.flatMap(([, tellings]) => tellings), deadAfter: this.deadAfter };
	}

	async isAllTold(): Promise<boolean> {
		const { happened, told } = await this.facts();
		return happened.every(({ toldBy }) => told.some((telling) => toldBy.test(telling)));
	}
}

/**
 * Each trigger in a published workflow of its own in one real n8n: things happen; n8n ends in the middle of a poll, the services go
 * down, more happens, n8n starts in vain, the services come back, more happens; and the same with SIGKILL. Every happening has to be told, nothing twice.
 */
export async function checkTriggers(triggers: readonly WatchedTrigger[], services: Services, narrator: Narrator): Promise<Record<string, TriggerVerdict>> {
	const { sandbox, n8n, api } = services;
	const watched: Watched[] = [];
	for (const trigger of triggers) {
		await narrator.step(`Publishing a workflow with the ${trigger.side.name} Trigger`, async () => {
			watched.push(new Watched(trigger, await publish(trigger, services), api));
		});
	}
	const makeBusy = await publishBusy(services);
	let round = 1;
	const happen = async () => {
		for (const each of watched) await each.happen(sandbox, round);
		round += 1;
	};
	await narrator.step('Things happen, and are told', async () => {
		await happen();
		await untilTold(watched);
	});
	for (const { name, end } of RESTARTS) {
		await narrator.step(`${name} of n8n while the services are down, and things go on happening`, async () => {
			await happen();
			for (const { side } of triggers) await sandbox.fault({ api: side.api, kind: 'slow', holdMs: SLOW_MS });
			await untilPolling();
			await makeBusy();
			await end(n8n);
			await sandbox.clearFaults();
			for (const { side } of triggers) await sandbox.outage(side.api, OUTAGE_MS);
			await happen();
			await n8n.start();
			await pause(DOWN_AFTER_START_MS);
			for (const each of watched) await each.untilStarted(name, narrator);
		});
		await narrator.step(`The services are back after ${name}: every trigger goes on, and what happened is told`, async () => {
			for (const { side } of triggers) await sandbox.outage(side.api, 0);
			await happen();
			await noteTheDead(watched, sandbox, name);
			await untilTold(watched.filter(({ deadAfter }) => deadAfter.length === 0));
		});
	}
	// What is told twice may come with the next poll.
	await pause(1.5 * POLL_EVERY_S * 1000);
	const judged = await Promise.all(watched.map(async (each) => ({ name: each.name, ...judgeTrigger(each.name, await each.facts()) })));
	for (const finding of judged.flatMap(({ findings }) => findings)) narrator.line(`  ✗ ${finding}`);
	if (judged.every(({ verdict }) => verdict.ok)) narrator.line('\n✓ Every trigger lived on, and told everything once.');
	return Object.fromEntries(judged.map(({ name, verdict }) => [name, verdict]));
}

async function publish({ side, type, version, parameters }: WatchedTrigger, { api, n8n, sandbox }: Services): Promise<string> {
	const form = side.credential(sandbox.addresses);
	const credential = await api.createCredential(form.name, form.type, form.data);
	const webhookId = randomUUID();
	const name = `${side.name} Trigger`;
	const workflow = workflowSchema.parse({
		name,
		nodes: [
			{
				id: randomUUID(),
				name,
				type: `${PACK}.${type}`,
				typeVersion: version,
				position: [0, 0],
				parameters: { ...parameters, pollTimes: POLL_TIMES },
				credentials: { [form.type]: credential },
				webhookId,
			},
			{ id: randomUUID(), name: 'Told', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [220, 0], parameters: {} },
		],
		connections: { [name]: { main: [[{ node: 'Told', type: 'main', index: 0 }]] } },
	});
	const id = await api.importWorkflow(workflow);
	await api.publish(id);
	if ('connectWebhook' in side) await side.connectWebhook?.connect(sandbox, `${n8n.address}/webhook/${webhookId}/${side.connectWebhook.path}`);
	return id;
}

/** A workflow that does nothing for a while, and what starts it. */
async function publishBusy({ api, n8n }: Services): Promise<() => Promise<void>> {
	const path = randomUUID();
	const workflow = workflowSchema.parse({
		name: 'Busy',
		nodes: [
			{ id: randomUUID(), name: 'Webhook', type: 'n8n-nodes-base.webhook', typeVersion: 2, position: [0, 0], parameters: { path }, webhookId: path },
			{ id: randomUUID(), name: 'Wait', type: 'n8n-nodes-base.wait', typeVersion: 1.1, position: [220, 0], parameters: { amount: BUSY_S, unit: 'seconds' } },
		],
		connections: { Webhook: { main: [[{ node: 'Wait', type: 'main', index: 0 }]] } },
	});
	await api.publish(await api.importWorkflow(workflow));
	return async () => {
		const answer = await fetch(`${n8n.address}/webhook/${path}`, { signal: AbortSignal.timeout(30_000) });
		if (!answer.ok) throw new Error(`n8n answered ${answer.status} to a webhook that does nothing.`);
	};
}

/** A trigger that lives asks its service something with every poll. */
async function noteTheDead(watched: readonly Watched[], sandbox: Sandbox, restart: string): Promise<void> {
	const before = (await sandbox.state()).calls;
	const calls = (now: typeof before, { trigger }: Watched): number => now[trigger.side.api]?.total ?? 0;
	let silent = [...watched];
	for (const deadline = Date.now() + ALIVE_WITHIN_MS; silent.length > 0 && Date.now() < deadline; ) {
		await pause(LOOK_EVERY_MS);
		const now = (await sandbox.state()).calls;
		silent = silent.filter((each) => calls(now, each) <= calls(before, each));
	}
	for (const each of silent) each.deadAfter.push(restart);
}

async function untilTold(watched: readonly Watched[]): Promise<void> {
	for (const deadline = Date.now() + TOLD_WITHIN_MS; Date.now() < deadline; await pause(LOOK_EVERY_MS)) {
		const told = await Promise.all(watched.map(async (each) => await each.isAllTold()));
		if (told.every(Boolean)) return;
	}
}

/** Until a poll has begun. */
async function untilPolling(): Promise<void> {
	const everyMs = POLL_EVERY_S * 1000;
	await pause(everyMs - (Date.now() % everyMs) + LOOK_EVERY_MS);
}

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));
