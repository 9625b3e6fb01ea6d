import { createEngine } from '../engine/engine';
import type { IDataObject, INodeExecutionData, INodeParameters, OnError } from 'n8n-workflow';
import type { Order } from '../../core/order/order';
import type { KnownOrders } from '../../core/ports';
import { isClosed } from '../../core/order/stage';
import { OzonSellerApi } from '../../credentials/OzonSellerApi.credentials';
import { OzonMarketplace, type OzonSettings as AdapterSettings } from '../../nodes/Ozon/adapter';
import { ozonClient, ozonCredentials, ozonHttp } from '../../nodes/Ozon/api/connection';
import { Ozon } from '../../nodes/Ozon/Ozon.node';
import { OzonTrigger } from '../../nodes/Ozon/OzonTrigger.node';
import { act, type ActionInput, type ActionName } from '../../sandbox/ozon/actions';
import type { OzonSettings, PostingSpec } from '../../sandbox/ozon';
import { startSandbox } from '../../sandbox/sandbox';
import type { ServiceOptions } from '../../transport/service';

export const minute = 60_000;
export const day = 86_400_000;

/** Waits for nobody: the sandbox is not Ozon. */
export const noPace: ServiceOptions['pace'] = {
	ready: async () => undefined,
	slowDown: () => undefined,
	block: () => undefined,
	blocked: () => undefined,
};

/** A sandbox shop without postings and without waiting, and our nodes in n8n's engine connected to it. */
export async function openShop(settings: Partial<OzonSettings> = {}, Trigger: typeof OzonTrigger = OzonTrigger) {
	const sandbox = await startSandbox({
		empty: true,
		ozon: { rateLimitPerSecond: 0, statusDelayMs: 0, shipDelayMs: 0, shipFailedShare: 0, registrationDelayMs: 0, labelReadyMs: 0, labelTaskMs: 0, ...settings },
	});
	const { ozon, clock } = sandbox;
	const { baseUrl, clientId, apiKey } = sandbox.credentials().ozon;
	const stored = { baseUrl, clientId, apiKey };
	const engine = createEngine({
		nodeTypes: [Ozon, Trigger],
		credentialTypes: [OzonSellerApi],
		credentials: { ozonSellerApi: stored },
	});
	const run = async (parameters: INodeParameters, input: readonly IDataObject[] = [{}], onError?: OnError) =>
		await engine.runWorkflow({ nodes: [{ type: 'ozon', parameters, onError }], input });
	const client = (options: Partial<ServiceOptions> = {}) => {
		const credentials = ozonCredentials.parse(stored);
		return ozonClient(credentials, ozonHttp(credentials), { pace: noPace, now: () => clock.now(), sleep: async () => undefined, ...options });
	};
	const posting = (number: string) => {
		const found = ozon.shop.postings.get(number);
		if (found === undefined) throw new Error(`The sandbox has no posting ${number}`);
		return found;
	};

	return {
		sandbox,
		engine,
		stored,
		shop: ozon.shop,
		clock,
		posting,
		add: (spec: PostingSpec = {}) => ozon.shop.createPosting(spec),
		act: (number: string, action: ActionName, input?: ActionInput) => act(ozon.shop, posting(number), action, input),
		run,
		/** The items of a run that must have gone well. */
		items: async (parameters: INodeParameters, input?: readonly IDataObject[]): Promise<INodeExecutionData[]> => {
			const done = await run(parameters, input);
			if (done.error) throw done.error;
			return done.outputs('ozon')[0] ?? [];
		},
		client,
		adapter: (more: AdapterSettings = {}) => new OzonMarketplace(client(), clientId, { now: () => clock.now(), ...more }),
		calls: () => sandbox.logs.ozon.counts().total,
		/** Writes that the sandbox took, and those that its rules forbid. */
		accounting: () => ozon.shop.accounting,
		close: async () => await sandbox.close(),
	};
}
export type SandboxShop = Awaited<ReturnType<typeof openShop>>;

/** What the journal remembers of the orders it was given. */
export class Memory {
	readonly orders = new Map<string, Order>();

	learn(orders: readonly Order[]): void {
		for (const order of orders) this.orders.set(order.key.id, order);
	}

	known(): KnownOrders {
		const all = [...this.orders.values()];
		const isOver = (order: Order) => order.stage !== 'unknown' && isClosed(order.stage) && !order.flags.goodsOnTheWayBack;
		return {
			active: all.filter((order) => !isOver(order)).map(({ key, number, createdAt, rawStatus }) => ({ key, number, createdAt, rawStatus })),
			closedCreatedAt: all.filter(isOver).map(({ createdAt }) => createdAt).sort((a, b) => a - b),
		};
	}
}
