import { createEngine } from '../engine/engine';
import type { IDataObject, INodeExecutionData, INodeParameters, OnError } from 'n8n-workflow';
import { KaspiApi } from '../../credentials/KaspiApi.credentials';
import { kaspiClient, kaspiCredentials, kaspiHttp } from '../../nodes/Kaspi/api/connection';
import type { ServiceOptions } from '../../transport/service';
import { Kaspi } from '../../nodes/Kaspi/Kaspi.node';
import { KaspiTrigger } from '../../nodes/Kaspi/KaspiTrigger.node';
import { startSandbox } from '../../sandbox/sandbox';
import type { KaspiSettings, OrderSpec } from '../../sandbox/kaspi';
import { act, type ActionName } from '../../sandbox/kaspi/actions';

/** Waits for nobody: the sandbox is not Kaspi. */
export const noPace: ServiceOptions['pace'] = {
	ready: async () => undefined,
	slowDown: () => undefined,
	block: () => undefined,
	blocked: () => undefined,
};

/** A sandbox shop without orders, with waybills at once, and our nodes in n8n's engine connected to it. */
export async function openShop(settings: Partial<KaspiSettings> = {}) {
	const sandbox = await startSandbox({ empty: true, kaspi: { waybillDelayScale: 0, rateLimitPerSecond: 0, ...settings } });
	const { kaspi, clock } = sandbox;
	const stored = { ...sandbox.credentials().kaspi };
	const engine = createEngine({
		nodeTypes: [Kaspi, KaspiTrigger],
		credentialTypes: [KaspiApi],
		credentials: { kaspiApi: stored },
	});

	const add = (spec: OrderSpec = {}) => {
		const [order] = kaspi.shop.createOrders({ ...spec, count: 1 });
		if (order === undefined) throw new Error('The sandbox made no order');
		return order;
	};

	const run = async (parameters: INodeParameters, input: readonly IDataObject[] = [{}], onError?: OnError) =>
		await engine.runWorkflow({ nodes: [{ type: 'kaspi', parameters, onError }], input });

	return {
		sandbox,
		engine,
		stored,
		add,
		run,
		act: (code: string, action: ActionName) => {
			const order = kaspi.shop.orders.get(code);
			if (order === undefined) throw new Error(`The sandbox has no order ${code}`);
			return act(kaspi.shop, order, action);
		},
		/** The items of a run that must have gone well. */
		items: async (parameters: INodeParameters, input?: readonly IDataObject[]): Promise<INodeExecutionData[]> => {
			const done = await run(parameters, input);
			if (done.error) throw done.error;
			return done.outputs('kaspi')[0] ?? [];
		},
		/** A client outside n8n, without a pace. */
		client: (options: Partial<ServiceOptions> = {}) => {
			const credentials = kaspiCredentials.parse(stored);
			return kaspiClient(credentials, kaspiHttp(credentials), { pace: noPace, now: () => clock.now(), ...options });
		},
		calls: () => sandbox.logs.kaspi.counts().total,
		close: async () => await sandbox.close(),
	};
}
export type SandboxShop = Awaited<ReturnType<typeof openShop>>;

export const byNumber = (value: string): INodeParameters => ({ __rl: true, mode: 'number', value });
