import { NodeApiError, NodeOperationError, type IHookFunctions } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import { nodeErrorFrom } from '../../../transport/n8n';
import type { AmoCrmClient } from '../api/client';
import { connectAmoCrm } from '../api/connection';
import { hooksOf } from '../model/events';
import { triggerSettings } from './settings';
import { addressWithSecret, newSecret } from '../../../transport/webhookSecret';
import { hooksAt, isAsWanted } from './ownWebhooks';

/** The webhook's life in amoCRM. A trigger that only polls needs none. */

export async function hookExists(context: IHookFunctions): Promise<boolean> {
	const { withWebhook, kinds, memory } = triggerSettings(context);
	if (!withWebhook) return true;
	const { secret } = memory;
	if (secret === undefined) return false;
	const destination = addressWithSecret(urlOf(context), secret);
	const hooks = await asking(context, (client) => client.webhooks());
	return hooks.some((hook) => isAsWanted(hook, destination, hooksOf(kinds)));
}

export async function makeHook(context: IHookFunctions): Promise<boolean> {
	const { kinds, memory, store } = triggerSettings(context);
	const url = urlOf(context);
	// The secret stays as long as it is remembered: amoCRM repeats calls for an hour, also after a restart.
	const secret = memory.secret ?? newSecret();
	const destination = addressWithSecret(url, secret);
	await asking(context, async (client) => {
		const { id: accountId } = await client.accountInfo();
		// A disabled hook is not woken by being written again, and one with a forgotten secret would be refused for ever.
		for (const stale of hooksAt(await client.webhooks(), url)) await client.unsubscribe(stale.destination);
		await client.subscribe(destination, hooksOf(kinds));
		Object.assign(store, { secret, destination, accountId });
	});
	return true;
}

export async function removeHook(context: IHookFunctions): Promise<boolean> {
	const { memory, store } = triggerSettings(context);
	const { destination } = memory;
	if (destination === undefined) return true;
	await asking(context, async (client) => {
		const hooks = await client.webhooks();
		if (hooks.some((hook) => hook.destination === destination)) await client.unsubscribe(destination);
	});
	for (const key of ['secret', 'destination', 'accountId']) delete store[key];
	return true;
}

function urlOf(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url !== undefined) return url;
	throw new NodeOperationError(context.getNode(), 'n8n gave the trigger no webhook address', {
		description: 'Save the workflow and activate it again, or set Receive By to Polling Only',
	});
}

async function asking<T>(context: IHookFunctions, ask: (client: AmoCrmClient) => Promise<T>): Promise<T> {
	try {
		return await ask(await connectAmoCrm(context));
	} catch (error) {
		if (error instanceof ServiceFailure && error.kind === 'rejected') {
			throw new NodeApiError(
				context.getNode(),
				{ message: error.message },
				{
					message: error.message,
					description: `${error.advice} amoCRM takes webhooks to public addresses only, from administrators, on plans that have them: otherwise set Receive By to Polling Only.`,
					httpCode: String(error.status ?? 400),
				},
			);
		}
		throw nodeErrorFrom(context.getNode(), error);
	}
}
