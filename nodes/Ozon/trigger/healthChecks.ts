import { NodeOperationError, type IPollFunctions } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import { nodeErrorFrom } from '../../../transport/nodeError';
import type { PushUrl } from '../api/accountSchema';
import type { OzonClient } from '../api/client';
import { keyReport, readRoles, warnDays } from '../api/keyCheck';
import { isAtWebhook } from './pushAddress';
import { allPushUrls } from '../api/pushUrls';
import { registrableOf } from './pushTypes';
import { emptyAnswer } from '../api/schema';
import { registerIfDue } from './webhookRegistration';
import { isOutOfReach } from '../../shared/triggerActivation';
import { recall } from '../../shared/triggerMemory';
import { hookMemory } from './memory';
import type { TriggerSettings } from './settings';

/* What a poll looks after beside the postings: that pushes go on coming, and that the key does not end unnoticed. */

/**
 * Wakes the push address when Ozon has suspended it (ozon.md §11 "Resume"), at one call a poll. What cannot be mended is said in the
 * log: pushes are hints, and nothing is lost without them.
 */
export async function careForAddress(context: IPollFunctions, client: OzonClient, settings: TriggerSettings): Promise<void> {
	const { webhookId } = context.getNode();
	if (!settings.register || webhookId === undefined || registrableOf(settings.events).length === 0) return;
	const say = (text: string) => context.logger.warn(text, { node: context.getNode().name });
	const { address, due } = (await recall(context, hookMemory)).value ?? {};
	if (due !== undefined) return await registerIfDue(context, client);
	try {
		const ours = (await allPushUrls(client)).find(({ url }) => (address === undefined ? isAtWebhook(url, webhookId) : url === address));
		if (ours === undefined) {
			// While a workflow is being activated, its poll may run before its webhook is registered.
			if (address === undefined) return;
			say('Ozon does not know the push address of this trigger any more: unpublish and publish the workflow to register it anew');
		} else if (!ours.isEnabled) say(await wake(client, ours));
	} catch (error) {
		if (!(error instanceof ServiceFailure)) throw nodeErrorFrom(context.getNode(), error);
		// The poll that follows says by itself when Ozon is out of reach.
		if (!settings.poll || !isOutOfReach(error)) say(`The push address at Ozon could not be looked after, the next poll tries again: ${error.message}`);
	}
}

async function wake(client: OzonClient, { id, disabledBy, details }: PushUrl): Promise<string> {
	if (disabledBy === 'ADMIN') return 'Ozon has blocked the push address for good: unpublish the workflow, replace the trigger by a new one, publish it';
	// Somebody wants it so.
	if (disabledBy === 'SELLER') return 'The push address was switched off in the seller cabinet: switch it on there, or unpublish and publish the workflow';
	await client.write('/v1/notification/enable', { id, enabled: true }, emptyAnswer, 'the push address');
	return `Ozon had suspended the push address (${details ?? 'no reason given'}): it works again`;
}

const dayMs = 86_400_000;
const firstLook = Number.NEGATIVE_INFINITY;

/** By workflow and node, epoch ms. In memory: what a poll that throws has written is not kept. */
const keyLookedAt = new Map<string, number>();

/**
 * Throws once a day when the key ends soon or lacks what the synchronisation needs: n8n hands that to the error workflow, which is where
 * people look. Never at the first poll, because that one belongs to the activation and would stop it.
 */
export async function careForKey(context: IPollFunctions, client: OzonClient, now: number): Promise<void> {
	const node = `${context.getWorkflow().id ?? ''} ${context.getNode().id}`;
	const before = keyLookedAt.get(node);
	if (before === undefined) keyLookedAt.set(node, firstLook);
	if (before === undefined || now - before < dayMs) return;
	const roles = await readRoles(client);
	keyLookedAt.set(node, now);
	const { warnings } = keyReport(roles, now, warnDays);
	if (warnings.length === 0) return;
	throw new NodeOperationError(context.getNode(), warnings.join('. '), {
		description: 'The trigger goes on with its next poll. It says this once a day until the credential has a new key.',
	});
}
