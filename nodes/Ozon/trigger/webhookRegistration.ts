import { NodeApiError, NodeOperationError, type IHookFunctions, type INode, type IPollFunctions } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import { nodeErrorFrom } from '../../../transport/n8n';
import { pushCheck, pushTypes, type PushUrl } from '../api/accountSchema';
import type { OzonClient } from '../api/client';
import { connectOzon } from '../api/connection';
import { registerLate, registerOrPostpone, withRegistration } from '../../shared/triggerActivation';
import { amend, isTest, recall } from '../../shared/triggerMemory';
import { addressWithToken, isAtWebhook, isOnPathOf, isOurs, shortestToken, type Owner } from './pushAddress';
import { registrableOf } from './pushTypes';
import { allPushUrls } from '../api/pushUrls';
import { emptyAnswer } from '../api/schema';
import { hookMemory, type Hook } from './memory';
import { expectedToken, triggerSettings, urlOf } from './settings';

/* The push address's life at Ozon (ozon.md §11, `/v1/notification/*`). One that was entered by hand is left alone. */

export async function hookExists(context: IHookFunctions): Promise<boolean> {
	const look = async (): Promise<boolean> => {
		const settings = triggerSettings(context);
		const types = registrableOf(settings.events);
		if (!settings.register) {
			if (types.length > 0 && settings.pathToken.length < shortestToken) throw tokenWanted(context);
			return true;
		}
		if (types.length === 0) return true;
		const { value: memory } = await recall(context, hookMemory);
		const url = urlOf(context);
		const address = addressWithToken(url, (await expectedToken(context, settings)) ?? '');
		const urls = await allPushUrls((await connectOzon(context)).client);
		const own = urls.filter((each) => isOurs(each.url, ownerOf(url, memory)));
		const exists = own.length === 1 && own.some((each) => each.url === address && each.isEnabled && same(each.types, types));
		if (exists) await amend(context, hookMemory, (before) => ({ ...before, address, due: undefined }));
		return exists;
	};
	return await registerOrPostpone(context, look, () => postpone(context), explained);
}

export async function makeHook(context: IHookFunctions): Promise<boolean> {
	const make = async (): Promise<boolean> => {
		await register(context, (await connectOzon(context)).client, urlOf(context));
		return true;
	};
	return await registerOrPostpone(context, make, () => postpone(context), explained);
}

export async function removeHook(context: IHookFunctions): Promise<boolean> {
	const take = async (): Promise<boolean> => {
		const { value: memory } = await recall(context, hookMemory);
		const isForgotten = memory === undefined && triggerSettings(context).register;
		if (isForgotten || memory?.address !== undefined) {
			const owner = ownerOf(urlOf(context), memory);
			const { client } = await connectOzon(context);
			for (const each of await allPushUrls(client)) if (isOurs(each.url, owner)) await remove(client, each);
		}
		await amend(context, hookMemory, () => ({ isTakenBack: true }));
		return true;
	};
	return await withRegistration(context, take, explained);
}

/** For the polls: makes up for a registration that had to wait. */
export async function registerIfDue(context: IPollFunctions, client: OzonClient): Promise<void> {
	const due = (await recall(context, hookMemory)).value?.due;
	if (due !== undefined) await registerLate(context, () => register(context, client, due));
}

const postpone = async (context: IHookFunctions): Promise<unknown> => {
	const due = urlOf(context);
	return await amend(context, hookMemory, (before) => ({ ...before, due }));
};

/** May be repeated. @param url n8n's address of the trigger, with a placeholder for the token */
async function register(context: IHookFunctions | IPollFunctions, client: OzonClient, url: string): Promise<void> {
	const settings = triggerSettings(context);
	const token = await expectedToken(context, settings);
	const address = addressWithToken(url, token ?? '');
	const { value: memory } = await recall(context, hookMemory);
	const isOwn = (each: string): boolean => isOurs(each, ownerOf(url, memory)) || (!isTest(context) && isOfTestListener(context, each, url));
	const types = await freeTypes(context, client, registrableOf(settings.events), isOwn);
	// Before anything is taken back: Ozon pings it, and an address that it cannot reach would cost the one that works.
	await check(context, client, address);
	const urls = await allPushUrls(client);
	// One with another token would be turned away for ever and count against the shop, and at a former address nobody is.
	for (const stale of urls.filter((each) => isOwn(each.url) && each.url !== address)) await remove(client, stale);
	const known = urls.find((each) => each.url === address);
	if (known === undefined) {
		await client.write('/v1/notification/set', { url: address, types }, emptyAnswer, 'the push address');
	} else {
		if (!same(known.types, types)) {
			await client.write('/v1/notification/update', { id: known.id, types }, emptyAnswer, 'the types of the push address');
		}
		if (!known.isEnabled) {
			await client.write('/v1/notification/enable', { id: known.id, enabled: true }, emptyAnswer, 'the push address');
		}
	}
	await amend(context, hookMemory, (before) => ({ ...before, token, address, due: undefined, isTakenBack: undefined }));
}

const ownerOf = (url: string, memory: Hook | undefined): Owner => ({
	url,
	registered: memory?.address,
	isForgotten: memory?.address === undefined && memory?.isTakenBack !== true,
});

/** At this node's webhook, but not on its path: the published version goes before "Execute", since a type goes to one address only. */
function isOfTestListener(context: IHookFunctions | IPollFunctions, address: string, url: string): boolean {
	const { webhookId } = context.getNode();
	return webhookId !== undefined && isAtWebhook(address, webhookId) && !isOnPathOf(address, url);
}

const same = (registered: readonly string[], wanted: readonly string[]): boolean =>
	[...registered].sort().join() === [...wanted].sort().join();

const remove = async (client: OzonClient, { id }: PushUrl): Promise<unknown> =>
	await client.write('/v1/notification/delete', { id }, emptyAnswer, 'an old push address');

/**
 * The types that may be registered here: each goes to one address only, and another integration's is not taken away behind its back.
 * "Execute" on a published workflow gets those that the published version does not have.
 */
async function freeTypes(
	context: IHookFunctions | IPollFunctions,
	client: OzonClient,
	types: readonly string[],
	isOwn: (address: string) => boolean,
): Promise<string[]> {
	const { webhookId } = context.getNode();
	const { types: listed } = await client.read('/v1/notification/push-type/list', {}, pushTypes, 'the push types');
	const taken = listed.flatMap(({ type, seller_endpoint: endpoint }) => {
		const address = endpoint?.url;
		return types.includes(type) && address !== undefined && !isOwn(address) ? [{ type, address }] : [];
	});
	const byPublished = taken.filter(({ address }) => isTest(context) && webhookId !== undefined && isAtWebhook(address, webhookId));
	const byOthers = taken.filter((each) => !byPublished.includes(each));
	if (byOthers.length > 0) {
		throw new NodeOperationError(context.getNode(), `Ozon already sends ${namesOf(byOthers)} to another address`, {
			description:
				'Take these types from the other address in the seller cabinet (Settings → Notifications), or choose other events here. The poll of this trigger works without them.',
		});
	}
	const free = types.filter((type) => !byPublished.some((each) => each.type === type));
	if (free.length > 0 || byPublished.length === 0) return free;
	throw new NodeOperationError(context.getNode(), `Ozon sends ${namesOf(byPublished)} to the published version of this trigger, and each type to one address only`, {
		description:
			'The published workflow goes on receiving them: see its executions, or copy one of them to the editor. To receive a push in the editor, unpublish the workflow first.',
	});
}

const namesOf = (taken: readonly { type: string }[]): string => taken.map(({ type }) => type).join(', ');

async function check(context: IHookFunctions | IPollFunctions, client: OzonClient, address: string): Promise<void> {
	const { is_active: isActive, errors } = await client.read('/v1/notification/check', { url: address }, pushCheck, 'the push address');
	if (isActive) return;
	const said = errors.map(({ type, description }) => [type, description].filter(Boolean).join(': ')).join('; ');
	throw new NodeOperationError(context.getNode(), `Ozon could not reach the address of this trigger (${said || 'no reason given'})`, {
		description: byHand,
	});
}

const byHand =
	'n8n must be reachable from the internet by https. Otherwise switch off "Register the URL Automatically" and enter the address in the seller cabinet by hand, or leave it to the poll.';

const tokenWanted = (context: IHookFunctions): NodeOperationError =>
	new NodeOperationError(context.getNode(), `The path token is shorter than ${shortestToken} characters`, {
		description: 'Put a long random text into Path Token: it is all that tells calls of Ozon from others.',
	});

function explained(node: INode, error: unknown): NodeApiError | NodeOperationError {
	if (error instanceof ServiceFailure && ['rejected', 'not_found', 'forbidden'].includes(error.kind)) {
		return new NodeApiError(
			node,
			{ message: error.message },
			{ message: error.message, description: `${error.advice} ${byHand}`, httpCode: String(error.status ?? 400) },
		);
	}
	return nodeErrorFrom(node, error);
}
