import { NodeOperationError, type IHookFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { nodeErrorFrom } from '../../../transport/n8n';
import type { Bitrix24Client } from '../api/client';
import { connectBitrix24, credentialOf, credentialTypes, memberId } from '../api/connection';
import { codesOf } from '../model/events';
import { anySchema, handlerSchema, type Handler } from '../api/schema';
import { tokenOfCredential, triggerSettings } from './settings';
import { addressWithSecret, newSecret, withoutQuery } from '../../../transport/webhookSecret';

/**
 * The life of the subscription. An application binds its events itself; an outgoing webhook is made by hand in Bitrix24, because
 * an inbound one may not bind anything (bitrix24.md §1), and a trigger that only polls needs none.
 */
export async function hookExists(context: IHookFunctions): Promise<boolean> {
	const { withWebhook, kinds, memory } = triggerSettings(context);
	if (!withWebhook) return true;
	if (credentialOf(context) === credentialTypes.webhook) return await requireToken(context);
	const { secret } = memory;
	if (secret === undefined) return false;
	const handler = addressWithSecret(urlOf(context), secret);
	const bound = await asking(context, handlers);
	return codesOf(kinds).every((code) => bound.some((each) => each.handler === handler && each.event.toUpperCase() === code));
}

export async function makeHook(context: IHookFunctions): Promise<boolean> {
	const { kinds, memory, store } = triggerSettings(context);
	const url = urlOf(context);
	const secret = memory.secret ?? newSecret();
	const handler = addressWithSecret(url, secret);
	const wanted = codesOf(kinds);
	await asking(context, async (client) => {
		const own = (await handlers(client)).filter((each) => withoutQuery(each.handler) === url);
		const isAsWanted = (each: Handler): boolean => each.handler === handler && wanted.includes(each.event.toUpperCase());
		// One with a forgotten secret would be turned away for ever.
		for (const stale of own.filter((each) => !isAsWanted(each))) await unbind(client, stale);
		const missing = wanted.filter((code) => !own.some((each) => isAsWanted(each) && each.event.toUpperCase() === code));
		for (const event of missing) await client.call('event.bind', { event, handler }, 'repeatable', anySchema);
	});
	Object.assign(store, { secret, memberId: await memberId(context, credentialTypes.application) });
	return true;
}

export async function removeHook(context: IHookFunctions): Promise<boolean> {
	const { memory, store } = triggerSettings(context);
	if (memory.secret === undefined) return true;
	const url = urlOf(context);
	await asking(context, async (client) => {
		for (const own of (await handlers(client)).filter(({ handler }) => withoutQuery(handler) === url)) await unbind(client, own);
	});
	for (const key of ['secret', 'token', 'memberId']) delete store[key];
	return true;
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

async function asking<T>(context: IHookFunctions, ask: (client: Bitrix24Client) => Promise<T>): Promise<T> {
	try {
		return await ask(await connectBitrix24(context));
	} catch (error) {
		throw nodeErrorFrom(context.getNode(), error);
	}
}
