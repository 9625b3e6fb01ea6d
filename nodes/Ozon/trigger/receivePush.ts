import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { isFromOzon } from './sourceNetworks';
import { hintOf, pushId, readPush } from './push';
import { isSecret } from '../../../transport/webhookSecret';
import { ping } from './pushTypes';
import { burstOf, isRepeated } from './repeatedPushes';
import { expectedToken, triggerSettings } from './settings';

/** More than the longest push: a stock change of some thousand products. */
export const longestBody = 1024 * 1024;

type FailureCode = 'ERROR_UNKNOWN' | 'ERROR_PARAMETER_VALUE_MISSED' | 'ERROR_REQUEST_DUPLICATED';

/**
 * Answers a push at once, in the shapes of ozon.md §11, and gives the hints for the workflow: this one and those that have waited;
 * none: nothing to start now. Nothing is asked of Ozon, so the answer takes milliseconds; whether the posting exists is seen when it is read.
 */
export async function receive(context: IWebhookFunctions): Promise<IDataObject[]> {
	const startedAt = new Date();
	const settings = triggerSettings(context);
	const expected = await expectedToken(context, settings);
	const { token } = Object.assign({ token: undefined }, context.getParamsData());
	if (expected === undefined || !isSecret(token, expected)) return turnAway(context, 403, 'the token in its address is wrong');

	const request = context.getRequestObject();
	if (settings.options.checkNetwork && !isFromOzon(request.ip)) return turnAway(context, 403, 'it does not come from the networks of Ozon');

	const { rawBody } = request;
	if (Buffer.isBuffer(rawBody) && rawBody.length > longestBody) return turnAway(context, 413, 'its body is too long');
	const body: unknown = context.getBodyData();
	const push = readPush(body);
	if (push === undefined) return turnAway(context, 400, 'it names no message type', 'ERROR_PARAMETER_VALUE_MISSED');

	const { sellerId } = settings.options;
	if (sellerId !== undefined && push.seller_id !== undefined && push.seller_id !== sellerId) {
		return turnAway(context, 403, 'it is about another seller');
	}
	const hint = { ...hintOf(push), receivedAt: startedAt.toISOString() };
	if (push.message_type === ping) {
		// Exactly these three, and no `result` (§11).
		answer(context, 200, { version: '1.0', name: 'n8n-nodes-marketplace-crm', time: startedAt.toISOString() });
		return settings.events.includes(ping) ? [hint] : [];
	}
	// An event that nobody waits for is acknowledged too: bad answers count against the address.
	answer(context, 200, { result: true });
	if (!settings.events.includes(push.message_type)) return [];
	const id = pushId(push, body);
	if (isRepeated(context, id)) return [];
	return burstOf(context, settings.gatherMs).add([{ id, hint }], startedAt.getTime()).map((each) => each.hint);
}

function answer(context: IWebhookFunctions, status: number, body: IDataObject): void {
	context.getResponseObject().status(status).json(body);
}

/** Says so once in the log, without a word of what the call contained. */
function turnAway(context: IWebhookFunctions, status: number, why: string, code: FailureCode = 'ERROR_UNKNOWN'): IDataObject[] {
	context.logger.warn(`A call to the address for Ozon pushes was turned away: ${why}`, { node: context.getNode().name });
	answer(context, status, { error: { code, message: `Turned away: ${why}`, details: null } });
	return [];
}
