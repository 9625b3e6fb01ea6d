import type { IDataObject, INodeExecutionData, WorkflowExecuteMode } from 'n8n-workflow';
import { runPoll, runWebhook } from '../engine/contexts';
import type { WorkflowRun } from '../engine/engine';
import type { FakeRequest } from '../engine/http';
import type { DealSeen } from '../orderSync/sides';
import { World, type Pair } from '../orderSync/world';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { KaspiTrigger } from '../../nodes/Kaspi/KaspiTrigger.node';
import { OzonTrigger } from '../../nodes/Ozon/OzonTrigger.node';
import { SyncJournal } from '../../nodes/SyncJournal/SyncJournal.node';
import { builtins } from './builtins';
import { crms, type CrmOfTemplates } from './crms';
import { connectionsOf, readTemplate, stepsOf, type Template } from './template';

/** Leaves everything real but the date. */
const real = [
	'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'requestAnimationFrame', 'cancelAnimationFrame', 'requestIdleCallback', 'cancelIdleCallback',
	'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout',
] as const;

/** Waiting times of the templates pass at once. Once for all tests of a file: triggers remember in memory when they last started something. */
export const takeTheClock = (): void => void jest.useFakeTimers({ advanceTimers: true, doNotFake: [...real] });
export const giveTheClockBack = (): void => void jest.useRealTimers();
export const pass = (ms: number): void => void jest.setSystemTime(Date.now() + ms);

/** A failed order is looked at again after half an hour at the latest. */
export const longestWaitMs = 1_800_000;

/** The orders that came out of a step, in all of its runs. */
export const numbersIn = (run: WorkflowRun | undefined, step: string, output = 0): string[] =>
	(run?.run.data.resultData.runData[step] ?? []).flatMap((_, index) => run?.outputs(step, index)[output] ?? []).map(({ json }) => String(json.orderNumber));

/** The templates as shipped, in n8n's engine, with a shop and an account in the sandbox. */
export class Published {
	/** What n8n keeps with each workflow, by template. */
	private readonly memories = new Map<string, IDataObject>();

	private constructor(
		readonly world: World,
		private readonly crm: CrmOfTemplates,
	) {}

	static async open(pair: Pair): Promise<Published> {
		const crm = crms[pair.crm.api === 'bitrix24' ? 'bitrix24' : 'amocrm'];
		const world = await World.unprepared(pair, { nodeTypes: [OrderSync, SyncJournal, KaspiTrigger, OzonTrigger, ...crm.nodeTypes], foreignNodeTypes: builtins });
		const [type] = pair.crm.credential(world.sandbox.credentials());
		Object.assign(world.engine.credentials.stored[type] ?? {}, crm.credential);
		return new Published(world, crm);
	}

	/** Runs a template from one of its nodes, as n8n does when that node has started it. */
	async run(template: Template, startAt: string, input?: readonly IDataObject[], mode: WorkflowExecuteMode = 'trigger'): Promise<WorkflowRun> {
		return await this.world.engine.runWorkflow({
			nodes: stepsOf(template),
			connections: connectionsOf(template),
			startAt,
			input,
			mode,
			staticData: this.memoryOf(template),
		});
	}

	/** Polls the trigger; when it has something, the template runs with it. `undefined`: nothing to start. */
	async poll(template: Template, trigger: string): Promise<WorkflowRun | undefined> {
		const found = await runPoll(this.world.engine, { node: stepOf(template, trigger), staticData: this.memoryOf(template, trigger) });
		return await this.started(template, trigger, found);
	}

	/** Calls the trigger's address; the template runs with what it lets through. */
	async call(template: Template, trigger: string, request: FakeRequest): Promise<WorkflowRun | undefined> {
		// Triggers gather what comes within two seconds.
		pass(5_000);
		const { data } = await runWebhook(this.world.engine, { node: stepOf(template, trigger), staticData: this.memoryOf(template, trigger), request });
		return await this.started(template, trigger, data.workflowData);
	}

	/** The CRM tells of the deal as it stands now. */
	async crmTells(template: Template, trigger: string, number: string): Promise<WorkflowRun | undefined> {
		Object.assign(this.memoryOf(template, trigger), this.crm.memory);
		return await this.call(template, trigger, this.crm.tells(this.dealOf(number)));
	}

	/** In whatever pipeline. */
	dealOf(number: string): DealSeen {
		const { crm } = this.world.pair;
		const deals = crm.pipelines(this.world.sandbox).flatMap((name) => crm.deals(this.world.sandbox, name));
		const [deal, ...more] = deals.filter(({ orderNumber }) => orderNumber === number);
		if (!deal || more.length > 0) throw new Error(`${more.length + (deal ? 1 : 0)} deals for order ${number}`);
		return deal;
	}

	moveAway(number: string): void {
		this.world.sandbox.clock.advance(1_000);
		this.crm.moveAway(this.world.sandbox, this.world.dealOf(number).id);
	}

	private async started(template: Template, trigger: string, items: INodeExecutionData[][] | null | undefined): Promise<WorkflowRun | undefined> {
		const [found = []] = items ?? [];
		return found.length === 0 ? undefined : await this.run(template, trigger, found.map(({ json }) => json), 'webhook');
	}

	private memoryOf({ name }: Pick<Template, 'name'>, node?: string): IDataObject {
		const key = node === undefined ? name : `${name}: ${node}`;
		const memory = this.memories.get(key) ?? {};
		this.memories.set(key, memory);
		// n8n keeps what belongs to a node inside of what belongs to its workflow.
		if (node !== undefined) this.memoryOf({ name })[`node:${node}`] = memory;
		return memory;
	}
}

const stepOf = (template: Template, name: string) => {
	const found = stepsOf(template).find((step) => step.name === name);
	if (!found) throw new Error(`The template has no step "${name}"`);
	return found;
};

/** The template that keeps a pair the same, and how its steps are called. */
export function syncOf({ market, crm }: Pair) {
	const template = readTemplate(`${market.api}-${crm.api}-two-way-sync`);
	const trigger = `Deal changed in ${crm.name}`;
	return {
		template,
		trigger,
		/** What every trigger leads to. */
		sync: `Keep ${market.name} and ${crm.name} in step`,
		ask: `Ask the manager in ${crm.name}`,
	};
}
