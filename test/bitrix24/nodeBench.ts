import { z } from 'zod/v4';
import type { INodeParameters, OnError } from 'n8n-workflow';
import { createEngine, type Engine } from '../engine/engine';
import { Bitrix24OAuth2Api } from '../../credentials/Bitrix24OAuth2Api.credentials';
import { Bitrix24WebhookApi } from '../../credentials/Bitrix24WebhookApi.credentials';
import { Bitrix24 } from '../../nodes/Bitrix24/Bitrix24.node';
import { Bitrix24Trigger } from '../../nodes/Bitrix24/Bitrix24Trigger.node';
import { paceFor } from '../../transport/pace';
import { openBench, type Bench } from './bench';

/** Our nodes in n8n's engine, with a portal in the sandbox. */
export interface NodeBench extends Bench {
	engine: Engine;
	/** Of the outgoing webhook, as the person has copied it into the credential. */
	applicationToken: string;
	run(parameters: INodeParameters, input?: Parameters<Engine['runWorkflow']>[0]['input'], onError?: OnError): ReturnType<Engine['runWorkflow']>;
	/** The number of calls that the portal has seen by now. */
	calls(): number;
	/** A person connects the application anew: a reset portal knows no tokens. */
	connect(): Promise<void>;
}

export const applicationToken = 'outgoing-token-0123456789abcdef';

export async function openNodeBench(): Promise<NodeBench> {
	const bench = await openBench();
	// The nodes share one pace per portal, and the first caller's limit counts: tests of nodes are not to wait.
	paceFor(`Bitrix24 ${bench.credentials().domain}`, 1_000, 1_000);
	const { webhookUrl, domain, clientId, clientSecret, accessTokenUrl } = bench.credentials();
	const engine = createEngine({
		nodeTypes: [Bitrix24, Bitrix24Trigger],
		credentialTypes: [Bitrix24WebhookApi, Bitrix24OAuth2Api],
		credentials: {
			bitrix24WebhookApi: { webhookUrl, applicationToken },
			bitrix24OAuth2Api: {
				portal: `http://${domain}`,
				accessTokenUrl,
				clientId,
				clientSecret,
				grantType: 'authorizationCode',
				authentication: 'body',
			},
		},
	});
	return {
		...bench,
		engine,
		applicationToken,
		calls: () => bench.portalCalls(),
		connect: async () => {
			const oauthTokenData = await tokenOf(bench);
			engine.credentials.stored.bitrix24OAuth2Api = { ...engine.credentials.stored.bitrix24OAuth2Api, oauthTokenData };
			bench.forgetCalls();
		},
		run: (parameters, input, onError) =>
			engine.runWorkflow({ nodes: [{ name: 'Bitrix24', type: 'bitrix24', parameters: { authentication: 'webhook', ...parameters }, onError }], input }),
	};
}

/** What a person gets by pressing "Allow" and n8n by exchanging the code (bitrix24.md §1). */
async function tokenOf(bench: Bench): Promise<Record<string, string | number>> {
	const { authUrl, accessTokenUrl, clientId, clientSecret } = bench.credentials();
	const allowed = await fetch(`${authUrl}?client_id=${clientId}&state=s`, { redirect: 'manual' });
	const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code') ?? '';
	const answer = await fetch(accessTokenUrl, {
		method: 'POST',
		body: new URLSearchParams({ grant_type: 'authorization_code', code, client_id: clientId, client_secret: clientSecret }),
	});
	return z.object({ access_token: z.string() }).catchall(z.union([z.string(), z.number()])).parse(await answer.json());
}

/** A resource locator's value. */
export const byId = (value: string | number) => ({ __rl: true, mode: 'id', value: String(value) });
