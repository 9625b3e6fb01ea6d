import { NodeApiError, NodeOperationError, type IHookFunctions } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import { nodeErrorFrom } from '../../../transport/n8n';
import { pushCheck, pushTypes, type PushUrl } from '../api/accountSchema';
import type { OzonClient } from '../api/client';
import { connectOzon } from '../api/connection';
import { addressWithToken, isOurs, shortestToken } from './pushAddress';
import { registrableOf } from './pushTypes';
import { allPushUrls } from '../api/pushUrls';
import { emptyAnswer } from '../api/schema';
import { memorySchema } from './memory';
import { expectedToken, storeOf, triggerSettings, urlOf } from './settings';

/* The push address's life at Ozon (ozon.md §11, `/v1/notification/*`). One that was entered by hand is left alone. */

export async function hookExists(context: IHookFunctions): Promise<boolean> {
	const settings = triggerSettings(context);
	const types = registrableOf(settings.events);
	if (!settings.register) {
		if (types.length > 0 && settings.pathToken.length < shortestToken) throw tokenWanted(context);
		return true;
	}
	if (types.length === 0) return true;
	const token = await expectedToken(context, settings);
	const wanted = addressWithToken(urlOf(context), token ?? '');
	const urls = await asking(context, allPushUrls);
	return urls.some(({ url, isEnabled, types: registered }) => url === wanted && isEnabled && same(registered, types));
}

export async function makeHook(context: IHookFunctions): Promise<boolean> {
	const settings = triggerSettings(context);
	const types = registrableOf(settings.events);
	const token = await expectedToken(context, settings);
	const url = urlOf(context);
	const address = addressWithToken(url, token ?? '');
	await asking(context, async (client) => {
		const urls = await allPushUrls(client);
		await refuseTakenTypes(context, client, types, url);
		// One with another token would be turned away for ever, and count against the shop.
		for (const stale of urls.filter((each) => isOurs(each.url, url) && each.url !== address)) await remove(client, stale);
		await check(context, client, address);
		const known = urls.find((each) => each.url === address);
		if (known === undefined) {
			await client.write('/v1/notification/set', { url: address, types }, emptyAnswer, 'the push address');
			return;
		}
		if (!same(known.types, types)) {
			await client.write('/v1/notification/update', { id: known.id, types }, emptyAnswer, 'the types of the push address');
		}
		if (!known.isEnabled) {
			await client.write('/v1/notification/enable', { id: known.id, enabled: true }, emptyAnswer, 'the push address');
		}
	});
	Object.assign(storeOf(context), { token, address });
	return true;
}

export async function removeHook(context: IHookFunctions): Promise<boolean> {
	const store = storeOf(context);
	const { address } = memorySchema.parse(store);
	if (address === undefined) return true;
	await asking(context, async (client) => {
		for (const each of await allPushUrls(client)) if (each.url === address) await remove(client, each);
	});
	for (const key of ['token', 'address']) delete store[key];
	return true;
}

const same = (registered: readonly string[], wanted: readonly string[]): boolean =>
	[...registered].sort().join() === [...wanted].sort().join();

const remove = async (client: OzonClient, { id }: PushUrl): Promise<unknown> =>
	await client.write('/v1/notification/delete', { id }, emptyAnswer, 'an old push address');

/** A type goes to one address only: another integration's is not taken away behind its back. */
async function refuseTakenTypes(context: IHookFunctions, client: OzonClient, types: readonly string[], url: string): Promise<void> {
	const { types: listed } = await client.read('/v1/notification/push-type/list', {}, pushTypes, 'the push types');
	const taken = listed.filter(({ type, seller_endpoint: endpoint }) => {
		const address = endpoint?.url;
		return types.includes(type) && address !== undefined && !isOurs(address, url);
	});
	if (taken.length === 0) return;
	throw new NodeOperationError(context.getNode(), `Ozon already sends ${taken.map(({ type }) => type).join(', ')} to another address`, {
		description:
			'Take these types from the other address in the seller cabinet (Settings → Notifications), or choose other events here. The poll of this trigger works without them.',
	});
}

async function check(context: IHookFunctions, client: OzonClient, address: string): Promise<void> {
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

async function asking<T>(context: IHookFunctions, ask: (client: OzonClient) => Promise<T>): Promise<T> {
	try {
		return await ask((await connectOzon(context)).client);
	} catch (error) {
		if (error instanceof ServiceFailure && ['rejected', 'not_found', 'forbidden'].includes(error.kind)) {
			throw new NodeApiError(
				context.getNode(),
				{ message: error.message },
				{ message: error.message, description: `${error.advice} ${byHand}`, httpCode: String(error.status ?? 400) },
			);
		}
		throw nodeErrorFrom(context.getNode(), error);
	}
}
