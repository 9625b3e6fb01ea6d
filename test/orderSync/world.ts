import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { createEngine, type Engine, type EngineSetup } from '../engine/engine';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { SyncJournal } from '../../nodes/SyncJournal/SyncJournal.node';
import { openJournal } from '../../journal/open';
import { paceFor } from '../../transport/pace';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox';
import { amocrm } from './crms/amocrm';
import { bitrix24 } from './crms/bitrix24';
import { kaspi } from './markets/kaspi';
import { ozon } from './markets/ozon';
import type { BuyerSpec, CrmSide, DealSeen, MarketSide } from './sides';

export interface Pair {
	name: string;
	market: MarketSide;
	crm: CrmSide;
}

/** Every marketplace with every CRM. */
export const pairs: readonly Pair[] = [kaspi, ozon].flatMap((market) =>
	[amocrm, bitrix24].map((crm) => ({ name: `${market.name} and ${crm.name}`, market, crm })),
);

export const pipelineName = 'Заказы маркетплейсов';
const pipeline = { __rl: true, mode: 'name', value: pipelineName };

/** A shop and an account on loopback, a fresh journal, and n8n's engine with our nodes; read as a judge does, not through the pack. */
export class World {
	private constructor(
		readonly pair: Pair,
		readonly sandbox: Sandbox,
		readonly engine: Engine,
	) {}

	static async open(pair: Pair): Promise<World> {
		const world = await World.unprepared(pair);
		const prepared = await world.orderSync('prepare');
		if (prepared.run.error) throw prepared.run.error;
		return world;
	}

	/** The CRM without pipeline and fields; `more`: node types beside or instead of ours. */
	static async unprepared(pair: Pair, more: Partial<EngineSetup> = {}): Promise<World> {
		const { market, crm } = pair;
		const sandbox = await startSandbox({ empty: true, ...market.sandbox, ...crm.sandbox });
		// The first to ask for a pace decides how fast it is.
		for (const side of [market, crm]) paceFor(side.paceKey(sandbox.credentials()), 1_000, 1_000);
		process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'order-sync-'));
		const engine = createEngine({
			nodeTypes: [OrderSync, SyncJournal],
			...more,
			credentialTypes: [market.credentialType, crm.credentialType],
			credentials: Object.fromEntries([market, crm].map((side) => side.credential(sandbox.credentials()))),
		});
		return new World(pair, sandbox, engine);
	}

	/** The file is gone, e.g. with a container whose user folder was not kept. */
	async loseJournal(): Promise<void> {
		await (await openJournal()).close();
		process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'order-sync-'));
	}

	async close(): Promise<void> {
		await (await openJournal()).close();
		await this.sandbox.close();
	}

	/** Runs the Order Sync node of version 0.1.0 once, which states everything itself, as a workflow of one node. */
	async orderSync(operation: string, parameters: INodeParameters = {}, input?: IDataObject[]) {
		return await this.runNode(1, { operation, pipeline, ...parameters }, input);
	}

	/** The node as it is now: with the settings of the pair, unless the parameters say otherwise; without an operation it keeps in step. */
	async keepInStep(parameters: INodeParameters = {}, input?: IDataObject[]) {
		return await this.runNode(2, parameters, input);
	}

	async runNode(typeVersion: number, parameters: INodeParameters, input?: IDataObject[]) {
		const { market, crm } = this.pair;
		const node = { type: 'orderSync', name: 'Order Sync', typeVersion, parameters: { ...market.parameters, ...crm.parameters, ...parameters } };
		const run = await this.engine.runWorkflow({ nodes: [node], input });
		const [synced = [], attention = [], failed = []] = run.status === 'success' ? run.outputs('Order Sync') : [];
		return { run, synced, attention, failed };
	}

	/** A sweep that leaves nothing open. */
	async sweep(parameters: INodeParameters = {}) {
		const { run, synced, attention, failed } = await this.orderSync('sweep', parameters);
		expect([run.error?.message, attention, failed]).toEqual([undefined, [], []]);
		return synced;
	}

	place(buyer?: BuyerSpec): string {
		return this.pair.market.place(this.sandbox, buyer);
	}

	status(number: string): string {
		return this.pair.market.status(this.sandbox, number);
	}

	deals(): DealSeen[] {
		return this.pair.crm.deals(this.sandbox, pipelineName);
	}

	dealOf(number: string): DealSeen {
		const found = this.deals().filter(({ orderNumber }) => orderNumber === number);
		expect(found).toHaveLength(1);
		const [deal] = found;
		if (!deal) throw new Error(`no deal for order ${number}`);
		return deal;
	}

	contacts() {
		return this.pair.crm.contacts(this.sandbox);
	}

	/** As a manager does, a second after whatever happened last: CRMs tell changes apart by seconds. */
	move(number: string, stage: string): void {
		this.sandbox.clock.advance(1_000);
		this.pair.crm.move(this.sandbox, this.dealOf(number).id, stage);
	}

	commands() {
		return this.pair.market.commands(this.sandbox);
	}

	/** Calls since the last time this was asked. */
	calls(): { marketplace: number; crm: number } {
		const logs = { marketplace: this.sandbox.logs[this.pair.market.api], crm: this.sandbox.logs[this.pair.crm.api] };
		const counted = { marketplace: logs.marketplace.counts().total, crm: logs.crm.counts().total };
		for (const log of Object.values(logs)) log.reset();
		return counted;
	}
}
