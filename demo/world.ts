import { answerTasks } from './decider';
import { dealsByOrder } from './judge';
import type { Narrator } from './narrator';
import { SandboxRefused, type Sandbox } from './sandbox';
import type { SandboxState } from './sandboxState';
import type { Step } from './scenarios';
import type { Script, ScriptedOrder } from './script';

interface Playing {
	code: string;
	scripted: ScriptedOrder;
	/** Which step comes next. */
	next: number;
	/** Epoch ms before which the next step does not happen. */
	notBefore: number;
}

/** Plays a script on the sandbox: buyers order, Kaspi, couriers and managers act as soon as what they want to do is possible. */
export class World {
	private readonly waiting: ScriptedOrder[];
	private readonly playing: Playing[] = [];
	private readonly startedAt = Date.now();
	/** Questions of the pack that a manager has answered. */
	decided = 0;

	constructor(
		private readonly sandbox: Sandbox,
		script: Script,
		private readonly narrator: Narrator,
	) {
		this.waiting = [...script.orders].sort((a, b) => a.atMs - b.atMs);
	}

	/** Lets everything happen that is due and possible now; resolves with the state that it looked at. */
	async tick(): Promise<SandboxState> {
		await this.placeOrders();
		const state = await this.sandbox.state();
		const orders = new Map(state.kaspi.orders.map((order) => [order.code, order]));
		const deals = dealsByOrder(state);
		for (const one of this.playing) {
			const step = one.scripted.scenario.steps[one.next];
			if (step === undefined || Date.now() < one.notBefore) continue;
			const actions = orders.get(one.code)?.actions ?? [];
			const deal = deals.get(one.code)?.[0];
			const kaspiCan = step.by === 'manager' || (step.actions[0] !== undefined && actions.includes(step.actions[0]));
			const managerCan = step.by === 'kaspi' || deal?.stage === step.from;
			if (kaspiCan && managerCan && (await this.play(one.code, step, deal?.id))) this.advance(one);
		}
		this.decided += await answerTasks(this.sandbox, state, (line) => this.narrator.detail(`        ${line}`));
		return state;
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
			const code = await this.sandbox.order(due.spec);
			this.waiting.shift();
			this.playing.push({ code, scripted: due, next: 0, notBefore: Date.now() + (due.pausesMs[0] ?? 0) });
		}
	}

	/** False when the other side was quicker and the step is not possible any more at this moment. */
	private async play(code: string, step: Step, dealId: number | undefined): Promise<boolean> {
		this.narrator.detail(`        ${code}: ${stepText(step)}`);
		const moves: Promise<void>[] = [];
		if (step.by !== 'kaspi' && dealId !== undefined) moves.push(this.sandbox.moveDeal(dealId, step.to));
		if (step.by !== 'manager') moves.push(this.act(code, step.actions));
		const results = await Promise.allSettled(moves);
		const failed = results.find((result) => result.status === 'rejected');
		if (failed === undefined) return true;
		if (!(failed.reason instanceof SandboxRefused)) throw failed.reason;
		this.narrator.detail(`        ${code}: ${failed.reason.message}`);
		// Of two things at the same moment one has happened: the step is over.
		return step.by === 'both';
	}

	private async act(code: string, actions: readonly string[]): Promise<void> {
		for (const action of actions) await this.sandbox.act(code, action);
	}

	private advance(one: Playing): void {
		one.next += 1;
		one.notBefore = Date.now() + (one.scripted.pausesMs[one.next] ?? 0);
	}
}

function stepText(step: Step): string {
	const onKaspi = step.by === 'manager' ? '' : `Kaspi: ${step.actions.join(', ')}`;
	const inCrm = step.by === 'kaspi' ? '' : `manager: «${step.from}» → «${step.to}»`;
	return [inCrm, onKaspi].filter(Boolean).join(' and ');
}
