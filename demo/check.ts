import type { Facts } from './facts';
import { judge, type Judgement } from './judge';
import type { N8n } from './n8n';
import { duration, type Narrator } from './narrator';
import type { Pair } from './pairs';
import type { Sandbox } from './sandbox';
import { writeScript } from './script';
import { bringTroubles, liftTroubles, LIFTED_AT_MS, OUTAGE, PLUG_BACK_AFTER_MS, PLUG_PULLED_AT_MS } from './troubles';
import { World } from './world';

const TICK_MS = 500;
const SETTLING_MS = 240_000;
/** Nothing may change for this long before the verdict. */
const QUIET_MS = 8000;
const REPORT_EVERY_MS = 15_000;
const FIRST_LOOK_WITHIN_MS = 60_000;

export interface Checked {
	pair: Pair;
	sandbox: Sandbox;
	n8n: N8n;
	narrator: Narrator;
	/** What n8n says of the marketplace's credential; undefined when it passes its test. */
	testCredential(): Promise<string | undefined>;
	/** Has the contacts audited once everything has come to rest; resolves with what went wrong. */
	audit(): Promise<string[]>;
}

/** Plays the scripted world with all its troubles, waits until both sides have come to rest, and judges. */
export async function check(
	{ pair, sandbox, n8n, narrator, testCredential, audit }: Checked,
	{ orders, seed }: { orders: number; seed: number },
): Promise<Judgement & { unfinished: string[] }> {
	const script = writeScript(pair.market.scenarios, orders, seed);
	await pair.crm.addContacts(sandbox, script.contacts);
	await narrator.step('Waiting for the first look at both sides', async () => await firstLook(pair, sandbox));
	await bringTroubles(pair, sandbox);
	const silent = await unlessWarned(pair, testCredential);
	const world = new World(pair, sandbox, script, narrator);
	const lastOrderAtMs = Math.max(...script.orders.map(({ atMs }) => atMs));
	const liftAtMs = Math.max(LIFTED_AT_MS, lastOrderAtMs + LIFTED_AT_MS / 2);
	narrator.line(`\n${orders} orders are coming, with everything that can go wrong:`);
	const startedAt = Date.now();
	const elapsed = () => Date.now() - startedAt;
	const say = (text: string) => narrator.line(`  ${duration(elapsed()).padStart(12)}  ${text}`);

	let phase: 'troubled' | 'calm' = 'troubled';
	let outageDone = false;
	let incident = pair.market.incident;
	const plug: { is: 'in' | 'out' | 'back'; failed?: unknown } = { is: 'in' };
	let calmSince = 0;
	let reportedAt = 0;
	let seen = { fingerprint: '', since: Date.now() };
	for (;;) {
		if (!outageDone && elapsed() >= OUTAGE.atMs) {
			outageDone = true;
			await sandbox.outage(pair.crm.api, OUTAGE.forMs);
			say(`${pair.crm.name} is down for ${duration(OUTAGE.forMs)}`);
		}
		if (incident !== undefined && elapsed() >= incident.atMs) {
			say(incident.text);
			await incident.happen(sandbox);
			incident = undefined;
		}
		if (plug.is === 'in' && elapsed() >= PLUG_PULLED_AT_MS) {
			plug.is = 'out';
			// The world goes on while n8n is away.
			pullThePlug(n8n, say).then(
				() => (plug.is = 'back'),
				(failure: unknown) => (plug.failed = failure),
			);
		}
		const seenFacts = await world.tick();
		const facts = { ...seenFacts, wrong: [...seenFacts.wrong, ...silent] };
		const unfinished = world.unfinished();
		const judgement = judge(facts, orders, Math.round(elapsed() / 1000));
		if (elapsed() - reportedAt >= REPORT_EVERY_MS) {
			reportedAt = elapsed();
			say(progressText(judgement, unfinished.length, world.decided));
		}
		if (phase === 'troubled' && plug.is === 'back' && incident === undefined && (unfinished.length === 0 || elapsed() >= liftAtMs)) {
			phase = 'calm';
			calmSince = Date.now();
			await liftTroubles(pair, sandbox);
			say('all is well again: both sides have to come to rest now');
		}
		const fingerprint = fingerprintOf(facts);
		if (fingerprint !== seen.fingerprint) seen = { fingerprint, since: Date.now() };
		const quiet = Date.now() - seen.since >= QUIET_MS;
		const settled = quiet && judgement.verdict.ok && unfinished.length === 0;
		if (phase === 'calm' && (settled || Date.now() - calmSince >= SETTLING_MS)) {
			const wrong = settled ? await narrator.step('Auditing the contacts and merging what a manager approves', audit) : [];
			return finalJudgement(judge({ ...facts, wrong: [...facts.wrong, ...wrong] }, orders, Math.round(elapsed() / 1000)), unfinished);
		}
		if (plug.failed !== undefined) throw plug.failed;
		if (!n8n.running && plug.is !== 'out') throw new Error(`n8n ended by itself. Its log: ${n8n.logFile}`);
		await new Promise((resolve) => setTimeout(resolve, TICK_MS));
	}
}

/** Faulty calls may spoil a test or two. */
async function unlessWarned({ market: { name, credentialWarns } }: Pair, testCredential: Checked['testCredential']): Promise<string[]> {
	if (credentialWarns === undefined) return [];
	let said: string | undefined;
	for (let attempt = 0; attempt < 4; attempt += 1) {
		said = await testCredential();
		if (said !== undefined && credentialWarns.test(said)) return [];
	}
	return [`the test of the ${name} credential says "${said ?? 'passed'}" and does not warn`];
}

/** What was over before the pack looked for the first time is none of its business: nobody orders before that. */
async function firstLook({ market: { api } }: Pair, sandbox: Sandbox): Promise<void> {
	const callsSoFar = async (): Promise<number> => (await sandbox.state()).calls[api]?.total ?? 0;
	const before = await callsSoFar();
	const deadline = Date.now() + FIRST_LOOK_WITHIN_MS;
	for (let last = before; Date.now() < deadline; ) {
		await new Promise((resolve) => setTimeout(resolve, 2000));
		const now = await callsSoFar();
		if (now > before && now === last) return;
		last = now;
	}
	throw new Error(`The template did not look at the marketplace within ${FIRST_LOOK_WITHIN_MS / 1000} s of being published.`);
}

function finalJudgement({ verdict, findings }: Judgement, unfinished: string[]): Judgement & { unfinished: string[] } {
	return { verdict: { ...verdict, ok: verdict.ok && unfinished.length === 0 }, findings: [...findings, ...unfinished], unfinished };
}

async function pullThePlug(n8n: N8n, say: (text: string) => void): Promise<void> {
	await n8n.kill();
	say('n8n was killed (SIGKILL)');
	await new Promise((resolve) => setTimeout(resolve, PLUG_BACK_AFTER_MS));
	await n8n.start();
	say('n8n is back');
}

function progressText({ verdict, findings }: Judgement, unfinished: number, decided: number): string {
	const { orders, deals, contacts, pushedToMarketplace } = verdict;
	return (
		`${orders} orders, ${deals} deals, ${contacts} contacts, ${pushedToMarketplace} commands taken by the marketplace; ` +
		`${unfinished} stories go on, ${decided} decided by a manager, ${findings.length} differences now`
	);
}

/** Everything of both sides whose change means that they have not come to rest. */
function fingerprintOf({ commands, orders, deals, contacts, tasks }: Facts): string {
	return JSON.stringify([
		commands.accepted,
		orders.map(({ number, where, demanded }) => [number, where, demanded]),
		deals.map(({ id, stage, contactIds, isDeleted, notes }) => [id, stage, contactIds, isDeleted, notes.length]),
		contacts.map(({ id, phones, isDeleted }) => [id, phones, isDeleted]),
		tasks.map(({ id, isCompleted }) => [id, isCompleted]),
	]);
}
