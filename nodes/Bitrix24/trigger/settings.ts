import { NodeOperationError } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { TriggerContext } from '../../shared/triggerMemory';
import { kindsOf, type EventKind } from '../model/events';

export interface TriggerSettings {
	kinds: EventKind[];
	withWebhook: boolean;
	/** The workflow is started by webhooks at most once in this time. */
	gatherMs: number;
}

export function triggerSettings(context: TriggerContext): TriggerSettings {
	const kinds = kindsOf(z.array(z.string()).catch([]).parse(context.getNodeParameter('events')));
	if (kinds.length === 0) {
		throw new NodeOperationError(context.getNode(), 'No event is chosen', { description: 'Choose at least one event in the trigger' });
	}
	return {
		kinds,
		withWebhook: context.getNodeParameter('receiveBy') !== 'polling',
		gatherMs: 1000 * z.number().min(0).catch(2).parse(context.getNodeParameter('gatherSeconds', 2)),
	};
}

/** The application token of the credential; `''` when it has none. */
export async function tokenOfCredential(context: TriggerContext, type: string): Promise<string> {
	const { applicationToken } = await context.getCredentials(type);
	return typeof applicationToken === 'string' ? applicationToken.trim() : '';
}
