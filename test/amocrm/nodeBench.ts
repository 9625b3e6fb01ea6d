import { createEngine, type Engine } from '../engine/engine';
import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { AmoCrmTrigger } from '../../nodes/AmoCrm/AmoCrmTrigger.node';
import { AmoCrmApi } from '../../credentials/AmoCrmApi.credentials';
import { AmoCrmOAuth2Api } from '../../credentials/AmoCrmOAuth2Api.credentials';
import type { INodeParameters, OnError } from 'n8n-workflow';
import { openBench, type Bench } from './bench';

/** Our nodes in n8n's engine, with an account in the sandbox. */
export interface NodeBench extends Bench {
	engine: Engine;
	run(parameters: INodeParameters, input?: Parameters<Engine['runWorkflow']>[0]['input'], onError?: OnError): ReturnType<Engine['runWorkflow']>;
}

export async function openNodeBench(): Promise<NodeBench> {
	const bench = await openBench();
	const { baseUrl, longLivedToken } = bench.sandbox.credentials().amocrm;
	const engine = createEngine({
		nodeTypes: [AmoCrm, AmoCrmTrigger],
		credentialTypes: [AmoCrmApi, AmoCrmOAuth2Api],
		credentials: { amoCrmApi: { account: baseUrl, accessToken: longLivedToken } },
	});
	return {
		...bench,
		engine,
		run: (parameters, input, onError) =>
			engine.runWorkflow({ nodes: [{ name: 'amoCRM', type: 'amoCrm', parameters, onError }], input }),
	};
}

/** A resource locator's value. */
export const byId = (value: string | number) => ({ __rl: true, mode: 'id', value: String(value) });
