import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { createEngine, type Engine } from '../engine/engine';
import { AmoCrmApi } from '../../credentials/AmoCrmApi.credentials';
import { AmoCrmOAuth2Api } from '../../credentials/AmoCrmOAuth2Api.credentials';
import { KaspiApi } from '../../credentials/KaspiApi.credentials';
import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { Kaspi } from '../../nodes/Kaspi/Kaspi.node';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { openJournal } from '../../journal/open';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox';

export interface World {
	sandbox: Sandbox;
	engine: Engine;
	close(): Promise<void>;
}

export const pipelineName = 'Заказы маркетплейсов';
export const pipeline = { __rl: true, mode: 'name', value: pipelineName };

/** A shop and an account on loopback, a fresh journal, and n8n's engine with our nodes. */
export async function openWorld(): Promise<World> {
	const sandbox = await startSandbox({
		empty: true,
		kaspi: { rateLimitPerSecond: 0, waybillDelayScale: 0, maskedPhoneShare: 0.5 },
	});
	const { kaspi, amocrm } = sandbox.credentials();
	process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'order-sync-'));
	const engine = createEngine({
		nodeTypes: [OrderSync, Kaspi, AmoCrm],
		credentialTypes: [KaspiApi, AmoCrmApi, AmoCrmOAuth2Api],
		credentials: {
			kaspiApi: { token: kaspi.token, shopId: kaspi.shopId, baseUrl: kaspi.baseUrl },
			amoCrmApi: { account: amocrm.baseUrl, accessToken: amocrm.longLivedToken },
		},
	});
	return {
		sandbox,
		engine,
		async close() {
			await (await openJournal()).close();
			await sandbox.close();
		},
	};
}

/** Runs the Order Sync node once, as a workflow of one node. */
export async function runOrderSync(world: World, operation: string, parameters: INodeParameters = {}, input?: IDataObject[]) {
	const run = await world.engine.runWorkflow({
		nodes: [
			{
				type: 'orderSync',
				name: 'Order Sync',
				parameters: { marketplace: 'kaspi', crm: 'amoCrm', crmAuthentication: 'accessToken', operation, pipeline, ...parameters },
				credentials: ['kaspiApi', 'amoCrmApi'],
			},
		],
		input,
	});
	const [synced = [], attention = [], failed = []] = run.status === 'success' ? run.outputs('Order Sync') : [];
	return { run, synced, attention, failed };
}
