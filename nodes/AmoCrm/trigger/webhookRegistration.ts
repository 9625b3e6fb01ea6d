import { NodeApiError, NodeOperationError, type IHookFunctions, type INode, type IPollFunctions } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import { nodeErrorFrom } from '../../../transport/n8n';
import type { AmoCrmClient } from '../api/client';
import { connectAmoCrm } from '../api/connection';
import type { Webhook } from '../api/schema';
import { hooksOf } from '../model/events';
import { triggerSettings } from './settings';
import { addressWithSecret, newSecret } from '../../../transport/webhookSecret';
import { isOwnAddress } from '../../shared/ownAddresses';
import { registerLate, registerOrPostpone, withRegistration } from '../../shared/triggerActivation';
import { amend, recall } from '../../shared/triggerMemory';
import { hookMemory, type Hook } from './memory';
import { isAsWanted } from './wantedWebhook';

/** The webhook's life in amoCRM. A trigger that only polls needs none. */

export async function hookExists(context: IHookFunctions): Promise<boolean> {
	const look = async (): Promise<boolean> => {
		const { withWebhook, kinds } = triggerSettings(context);
		if (!withWebhook) return true;
		const { value: memory } = await recall(context, hookMemory);
		if (memory?.secret === undefined) return false;
		const url = urlOf(context);
		const destination = addressWithSecret(url, memory.secret);
		const own = await ownHooks(context, await connectAmoCrm(context), url, memory);
		const exists = own.length === 1 && own.some((hook) => isAsWanted(hook, destination, hooksOf(kinds)));
		if (exists) await amend(context, hookMemory, (before) => ({ ...before, destination, due: undefined }));
		return exists;
	};
	return await registerOrPostpone(context, look, () => postpone(context), explained);
}

export async function makeHook(context: IHookFunctions): Promise<boolean> {
	const make = async (): Promise<boolean> => {
		await register(context, await connectAmoCrm(context), urlOf(context));
		return true;
	};
	return await registerOrPostpone(context, make, () => postpone(context), explained);
}

export async function removeHook(context: IHookFunctions): Promise<boolean> {
	const take = async (): Promise<boolean> => {
		const { value: memory } = await recall(context, hookMemory);
		const isForgotten = memory === undefined && triggerSettings(context).withWebhook;
		if (isForgotten || memory?.secret !== undefined) {
			const client = await connectAmoCrm(context);
			for (const own of await ownHooks(context, client, urlOf(context), memory ?? {})) await client.unsubscribe(own.destination);
		}
		await amend(context, hookMemory, () => ({ isTakenBack: true }));
		return true;
	};
	return await withRegistration(context, take, explained);
}

/** For the polls: makes up for a registration that had to wait. */
export async function registerIfDue(context: IPollFunctions, client: AmoCrmClient): Promise<void> {
	const due = (await recall(context, hookMemory)).value?.due;
	if (due !== undefined) await registerLate(context, () => register(context, client, due));
}

const postpone = async (context: IHookFunctions): Promise<unknown> => {
	const due = urlOf(context);
	return await amend(context, hookMemory, (before) => ({ ...before, due }));
};

/** May be repeated, and done by two at once. @param url n8n's address of the trigger */
async function register(context: IHookFunctions | IPollFunctions, client: AmoCrmClient, url: string): Promise<void> {
	const { kinds } = triggerSettings(context);
	// Written down before amoCRM is told. It stays as long as it is remembered: amoCRM repeats calls for an hour, also after a restart.
	const fresh = newSecret(context.getInstanceId());
	const memory = await amend(context, hookMemory, (before) => ({ ...before, secret: before?.secret ?? fresh }));
	const destination = addressWithSecret(url, memory.secret ?? fresh);
	const { id: accountId } = await client.accountInfo();
	// A disabled hook is not woken by being written again, one with a forgotten secret would be refused for ever, and at a former address nobody is.
	for (const stale of await ownHooks(context, client, url, memory)) await client.unsubscribe(stale.destination);
	await client.subscribe(destination, hooksOf(kinds));
	await amend(context, hookMemory, (before) => ({ ...before, destination, accountId, due: undefined, isTakenBack: undefined }));
}

async function ownHooks(context: IHookFunctions | IPollFunctions, client: AmoCrmClient, url: string, { secret, destination: registered, isTakenBack }: Hook): Promise<Webhook[]> {
	const owner = { url, secret, registered, isForgotten: registered === undefined && isTakenBack !== true, instanceId: context.getInstanceId() };
	return (await client.webhooks()).filter(({ destination }) => isOwnAddress(destination, owner));
}

function urlOf(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url !== undefined) return url;
	throw new NodeOperationError(context.getNode(), 'n8n gave the trigger no webhook address', {
		description: 'Save the workflow and activate it again, or set Receive By to Polling Only',
	});
}

function explained(node: INode, error: unknown): NodeApiError | NodeOperationError {
	if (error instanceof ServiceFailure && error.kind === 'rejected') {
		return new NodeApiError(
			node,
			{ message: error.message },
			{
				message: error.message,
				description: `${error.advice} amoCRM takes webhooks to public addresses only, from administrators, on plans that have them: otherwise set Receive By to Polling Only.`,
				httpCode: String(error.status ?? 400),
			},
		);
	}
	return nodeErrorFrom(node, error);
}
