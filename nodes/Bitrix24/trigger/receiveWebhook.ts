import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { givenSecret, rawFormOf, turnAway } from '../../shared/triggerItems';
import { amend, recall } from '../../shared/triggerMemory';
import { isSecret } from '../../../transport/webhookSecret';
import { credentialOf, credentialTypes, openPortal } from '../api/connection';
import { isWanted, itemsOf } from '../model/events';
import { burstOf } from './burst';
import { hookMemory } from './memory';
import { tokenOfCredential, triggerSettings } from './settings';
import { longestBody, readWebhookBody, type WebhookBody } from './webhookBody';

/**
 * Takes a call of Bitrix24's: items for the workflow, none when nothing in it is wanted, `undefined` when it was turned away.
 * Bitrix24 is asked for nothing before it is answered: slow handlers are called less often (bitrix24.md §7).
 */
export async function receive(context: IWebhookFunctions): Promise<IDataObject[] | undefined> {
	const settings = triggerSettings(context);
	const raw = rawFormOf(context);
	if (raw.length > longestBody) return turnAway(context, 413, 'The body is too long');
	const body = readWebhookBody(raw.toString('utf8'));
	if (body === undefined || !(await isGenuine(context, body.sender))) return turnAway(context, 403, 'This address is not for you');
	const { hint } = body;
	const wanted = hint !== undefined && isWanted(hint, settings.kinds) ? [hint] : [];
	return itemsOf(burstOf(context, settings.gatherMs).add(wanted, Date.now()), 'webhook');
}

async function isGenuine(context: IWebhookFunctions, sender: WebhookBody['sender']): Promise<boolean> {
	const type = credentialOf(context);
	const token = await tokenOfCredential(context, type);
	if (type === credentialTypes.webhook) return isSecret(sender.token, token) && (await isFromPortal(context, sender.domain));
	const memory = (await recall(context, hookMemory)).value;
	if (memory?.secret === undefined || !isSecret(givenSecret(context), memory.secret) || sender.token === undefined) return false;
	if (memory.memberId !== undefined && sender.memberId !== memory.memberId) return false;
	return isSecret(sender.token, token === '' ? (memory.token ?? (await learnt(context, sender.token))) : token);
}

/** Only Bitrix24 knows the secret address: the token that comes with the first call there is the application's, whoever else calls at the same time. */
async function learnt(context: IWebhookFunctions, token: string): Promise<string> {
	const memory = await amend(context, hookMemory, (before) => ({ ...before, token: before?.token ?? token }));
	return memory.token ?? token;
}

/** The portal that the inbound webhook belongs to, when the call names one. */
async function isFromPortal(context: IWebhookFunctions, domain: string | undefined): Promise<boolean> {
	if (domain === undefined || domain === '') return true;
	const { origin } = await openPortal(context, credentialTypes.webhook);
	const { host, hostname } = new URL(origin);
	return [host, hostname].includes(domain.toLowerCase());
}
