import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { givenSecret, rawFormOf, turnAway } from '../../shared/triggerItems';
import { recall } from '../../shared/triggerMemory';
import { isSecret } from '../../../transport/webhookSecret';
import { connectAmoCrm } from '../api/connection';
import { itemsOf, type EventKind, type Hint } from '../model/events';
import { burstOf } from './burst';
import { withDeals } from './dealsOfItems';
import { hookMemory } from './memory';
import { triggerSettings } from './settings';
import { longestBody, readWebhookBody } from './webhookBody';

/**
 * Takes a webhook call: items for the workflow, none when nothing in it is wanted, `undefined` when it was turned away.
 * Nothing is asked of amoCRM before it is answered (2 seconds, amocrm.md §7), unless the deals are to be read.
 */
export async function receive(context: IWebhookFunctions): Promise<IDataObject[] | undefined> {
	const { kinds, readDeals, gatherMs } = triggerSettings(context);
	const memory = (await recall(context, hookMemory)).value;
	if (memory?.secret === undefined || !isSecret(givenSecret(context), memory.secret)) return turnAway(context, 403, 'This address is not for you');

	const raw = rawFormOf(context);
	if (raw.length > longestBody) return turnAway(context, 413, 'The body is too long');
	const body = readWebhookBody(raw.toString('utf8'));
	if (body === undefined) return turnAway(context, 400, 'The body is not a webhook of amoCRM');
	const isForeign = memory.accountId !== undefined && body.accountId !== undefined && body.accountId !== memory.accountId;
	if (isForeign) return turnAway(context, 403, 'This address is for another account');

	const wanted = body.hints.filter((hint) => isWanted(hint, kinds));
	const items = itemsOf(burstOf(context, gatherMs).add(wanted, Date.now()), 'webhook');
	return readDeals && items.length > 0 ? await readNow(context, items) : items;
}

/** An update may be all that is heard of a change of stage (amocrm.md §7, #226): whoever waits for that gets it too. */
const isWanted = (hint: Hint, kinds: readonly EventKind[]): boolean =>
	kinds.some(({ value }) => value === hint.event || (value === 'dealStatusChanged' && hint.event === 'dealUpdated'));

async function readNow(context: IWebhookFunctions, items: IDataObject[]): Promise<IDataObject[]> {
	try {
		return await withDeals(await connectAmoCrm(context), items);
	} catch (error) {
		// A hint without its deal is still a hint, and amoCRM would count a bad answer against the hook.
		context.logger.warn('The deals of an amoCRM webhook could not be read', { reason: error instanceof Error ? error.message : '' });
		return items;
	}
}
