import { answerTasks } from './decider';
import type { Facts } from './facts';
import { dealsByOrder } from './judge';
import type { Narrator } from './narrator';
import { factsOf, type Pair } from './pairs';
import { SandboxRefused, type Sandbox } from './sandbox';
import type { Step } from './scenario';
import type { Script, ScriptedOrder } from './script';

interface Playing {
	code: string;
	scripted: ScriptedOrder;
	/** Which step comes next. */
	next: number;
	/** Epoch ms before which the next step does not happen. */
	notBefore: number;
}

/** Plays a script on the sandbox: buyers order, the marketplace, couriers and managers act as soon as what they want to do is possible. */
export class World {
	private readonly waiting: ScriptedOrder[];
	private readonly playing: Playing[] = [];
	private readonly startedAt = Date.now();
	/** Questions of the pack that a manager has answered. */
	decided = 0;

	constructor(
		private readonly pair: Pair,
		private readonly sandbox: Sandbox,
		script: Script,
		private readonly narrator: Narrator,
	) {
		this.waiting = [...script.orders].sort((a, b) => a.atMs - b.atMs);
	}

	/** Lets everything happen that is due and possible now; resolves with the facts that it looked at. */
	async tick(): Promise<Facts> {
		await this.placeOrders();
		const facts = factsOf(this.pair, await this.sandbox.state());
		const orders = new Map(facts.orders.map((order) => [order.number, order]));
		const deals = dealsByOrder(facts);
		for (const one of this.playing) {
			const step = one.scripted.scenario.steps[one.next];
			if (step === undefined || Date.now() < one.notBefore) continue;
			if (!orders.has(one.code)) followHeir(one, facts);
			const actions = orders.get(one.code)?.actions ?? [];
			const deal = deals.get(one.code)?.[0];
			const marketCan = step.by === 'manager' || (step.actions[0] !== undefined && actions.includes(step.actions[0]));
			const awaited = step.by === 'market' ? step.whenDealAt : step.from;
			const managerCan = awaited === undefined || deal?.stage === awaited;
			if (marketCan && managerCan && (await this.play(one.code, step, deal?.id))) this.advance(one);
		}
		this.decided += await answerTasks(this.pair, this.sandbox, facts, (line) => this.narrator.detail(`        ${line}`));
		return facts;
	}

	get ordered(): number {
		return this.playing.length;
	}

	/** Orders whose story has not come to its end, and what they wait for. */
	unfinished(): string[] {
		const open = this.playing.flatMap(({ code, scripted, next }) => {
			const step = scripted.scenario.steps[next];
			return step === undefined ? [] : [`order ${code} (${scripted.scenario.name}): it never became possible to play "${stepText(step)}"`];
		});
		return [...open, ...this.waiting.map(({ scenario }) => `an order (${scenario.name}) has not been placed yet`)];
	}

	private async placeOrders(): Promise<void> {
		for (let due = this.waiting[0]; due && Date.now() >= this.startedAt + due.atMs; due = this.waiting[0]) {
			const code = await this.pair.market.order(this.sandbox, due.spec);
			this.waiting.shift();
			this.playing.push({ code, scripted: due, next: 0, notBefore: Date.now() + (due.pausesMs[0] ?? 0) });
		}
	}

	/** False when the other side was quicker and the step is not possible any more at this moment. */
	private async play(code: string, step: Step, dealId: number | undefined): Promise<boolean> {
		this.narrator.detail(`        ${code}: ${stepText(step)}`);
		const moves: Promise<void>[] = [];
		if (step.by !== 'market' && dealId !== undefined) moves.push(this.drag(step, dealId));
		if (step.by !== 'manager') moves.push(this.act(code, step.actions));
		const results = await Promise.allSettled(moves);
		const failed = results.find((result) => result.status === 'rejected');
		if (failed === undefined) return true;
		if (!(failed.reason instanceof SandboxRefused)) throw failed.reason;
		this.narrator.detail(`        ${code}: ${failed.reason.message}`);
		// Of two things at the same moment one has happened: the step is over.
		return step.by === 'both';
	}

	private async drag(step: Exclude<Step, { by: 'market' }>, dealId: number): Promise<void> {
		const { crm } = this.pair;
		if (step.by === 'manager' && step.packages !== undefined) await crm.setPackages(this.sandbox, dealId, step.packages);
		await crm.moveDeal(this.sandbox, dealId, step.to);
	}

	private async act(code: string, actions: readonly string[]): Promise<void> {
		for (const action of actions) await this.pair.market.act(this.sandbox, code, action);
	}

	private advance(one: Playing): void {
		one.next += 1;
		one.notBefore = Date.now() + (one.scripted.pausesMs[one.next] ?? 0);
	}
}

/** A story goes on with the first part of an order that was split. */
function followHeir(one: Playing, { orders }: Facts): void {
	const parts = orders.filter(({ parent }) => parent === one.code).map(({ number }) => number);
	one.code = parts.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))[0] ?? one.code;
}

function stepText(step: Step): string {
	const onMarket = step.by === 'manager' ? '' : `marketplace: ${step.actions.join(', ')}`;
	const inCrm = step.by === 'market' ? '' : `manager: «${step.from}» → «${step.to}»`;
	return [inCrm, onMarket].filter(Boolean).join(' and ');
}
