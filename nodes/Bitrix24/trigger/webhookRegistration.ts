import { NodeOperationError, type IHookFunctions, type IPollFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { nodeErrorFrom } from '../../../transport/n8n';
import type { Bitrix24Client } from '../api/client';
import { connectBitrix24, credentialOf, credentialTypes, memberId } from '../api/connection';
import { codesOf } from '../model/events';
import { anySchema, handlerSchema, type Handler } from '../api/schema';
import { isOwnAddress } from '../../shared/ownAddresses';
import { registerLate, registerOrPostpone, withRegistration } from '../../shared/triggerActivation';
import { amend, recall, type TriggerContext } from '../../shared/triggerMemory';
import { hookMemory, type Hook } from './memory';
import { tokenOfCredential, triggerSettings } from './settings';
import { addressWithSecret, newSecret } from '../../../transport/webhookSecret';

/**
 * The life of the subscription. An application binds its events itself; an outgoing webhook is made by hand in Bitrix24, because
 * an inbound one may not bind anything (bitrix24.md §1), and a trigger that only polls needs none.
 */
export async function hookExists(context: IHookFunctions): Promise<boolean> {
	const look = async (): Promise<boolean> => {
		const { withWebhook, kinds } = triggerSettings(context);
		if (!withWebhook) return true;
		if (credentialOf(context) === credentialTypes.webhook) return await requireToken(context);
		const { value: memory } = await recall(context, hookMemory);
		if (memory?.secret === undefined) return false;
		const url = urlOf(context);
		const handler = addressWithSecret(url, memory.secret);
		const own = await ownHandlers(context, await connectBitrix24(context), url, memory);
		const exists = own.every((each) => each.handler === handler) && codesOf(kinds).every((code) => own.some((each) => isFor(each, code)));
		if (exists) await amend(context, hookMemory, (before) => ({ ...before, handler, due: undefined }));
		return exists;
	};
	return await registerOrPostpone(context, look, () => postpone(context), nodeErrorFrom);
}

export async function makeHook(context: IHookFunctions): Promise<boolean> {
	const make = async (): Promise<boolean> => {
		await register(context, await connectBitrix24(context), urlOf(context));
		return true;
	};
	return await registerOrPostpone(context, make, () => postpone(context), nodeErrorFrom);
}

export async function removeHook(context: IHookFunctions): Promise<boolean> {
	const take = async (): Promise<boolean> => {
		const { value: memory } = await recall(context, hookMemory);
		const isForgotten = memory === undefined && isBindable(context);
		if (isForgotten || memory?.secret !== undefined) {
			const client = await connectBitrix24(context);
			for (const own of await ownHandlers(context, client, urlOf(context), memory ?? {})) await unbind(client, own);
		}
		await amend(context, hookMemory, () => ({ isTakenBack: true }));
		return true;
	};
	return await withRegistration(context, take, nodeErrorFrom);
}

/** For the polls: makes up for a binding that had to wait. */
export async function registerIfDue(context: IPollFunctions, client: Bitrix24Client): Promise<void> {
	if (!isBindable(context)) return;
	const due = (await recall(context, hookMemory)).value?.due;
	if (due !== undefined) await registerLate(context, () => register(context, client, due));
}

/** Whether the trigger binds its events itself. */
const isBindable = (context: TriggerContext): boolean => triggerSettings(context).withWebhook && credentialOf(context) === credentialTypes.application;

const postpone = async (context: IHookFunctions): Promise<unknown> => {
	// An outgoing webhook is made by hand.
	if (credentialOf(context) === credentialTypes.webhook) return undefined;
	const due = urlOf(context);
	return await amend(context, hookMemory, (before) => ({ ...before, due }));
};

/** May be repeated, and done by two at once. @param url n8n's address of the trigger */
async function register(context: IHookFunctions | IPollFunctions, client: Bitrix24Client, url: string): Promise<void> {
	const wanted = codesOf(triggerSettings(context).kinds);
	// Written down before the portal is told.
	const fresh = newSecret(context.getInstanceId());
	const memory = await amend(context, hookMemory, (before) => ({ ...before, secret: before?.secret ?? fresh }));
	const handler = addressWithSecret(url, memory.secret ?? fresh);
	const own = await ownHandlers(context, client, url, memory);
	const isWanted = (each: Handler): boolean => each.handler === handler && wanted.some((code) => isFor(each, code));
	// One with a forgotten secret would be turned away for ever, and at a former address nobody is.
	for (const stale of own.filter((each) => !isWanted(each))) await unbind(client, stale);
	for (const event of wanted.filter((code) => !own.some((each) => isWanted(each) && isFor(each, code)))) await client.call('event.bind', { event, handler }, 'repeatable', anySchema);
	const member = await memberId(context, credentialTypes.application);
	await amend(context, hookMemory, (before) => ({ ...before, handler, memberId: member, due: undefined, isTakenBack: undefined }));
}

const isFor = ({ event }: Handler, code: string): boolean => event.toUpperCase() === code;

async function ownHandlers(context: IHookFunctions | IPollFunctions, client: Bitrix24Client, url: string, { secret, handler: registered, isTakenBack }: Hook): Promise<Handler[]> {
	const owner = { url, secret, registered, isForgotten: registered === undefined && isTakenBack !== true, instanceId: context.getInstanceId() };
	return (await handlers(client)).filter(({ handler }) => isOwnAddress(handler, owner));
}

const handlers = async (client: Bitrix24Client): Promise<Handler[]> => await client.call('event.get', {}, 'read', z.array(handlerSchema));

const unbind = async (client: Bitrix24Client, { event, handler }: Handler): Promise<unknown> =>
	await client.call('event.unbind', { event, handler }, 'repeatable', anySchema);

async function requireToken(context: IHookFunctions): Promise<boolean> {
	if ((await tokenOfCredential(context, credentialTypes.webhook)) !== '') return true;
	throw new NodeOperationError(context.getNode(), 'The Bitrix24 credential has no application token, so no call could be told from a forged one', {
		description:
			'In Bitrix24 make an outgoing webhook with the production URL of this trigger, and copy the token it shows into the credential. Or set Receive By to Polling Only.',
	});
}

function urlOf(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url !== undefined) return url;
	throw new NodeOperationError(context.getNode(), 'n8n gave the trigger no webhook address', {
		description: 'Save the workflow and activate it again, or set Receive By to Polling Only',
	});
}

