import type { IDataObject, IHookFunctions, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { z } from 'zod/v4';
import { kindsOf, type EventKind } from '../model/events';

/** What the trigger remembers between two calls, small on purpose: n8n keeps it with the workflow. */
export const memorySchema = z
	.object({
		secret: z.string().optional(),
		destination: z.string().optional(),
		/** Of the account that the hook was made in. */
		accountId: z.number().optional(),
	})
	.catch({});
export type Memory = z.infer<typeof memorySchema>;

type TriggerContext = IHookFunctions | IPollFunctions | IWebhookFunctions;

export interface TriggerSettings {
	kinds: EventKind[];
	withWebhook: boolean;
	readDeals: boolean;
	/** The workflow is started by webhooks at most once in this time. */
	gatherMs: number;
	memory: Memory;
	/** n8n's own object: only what is written into it is kept. */
	store: IDataObject;
}

export function triggerSettings(context: TriggerContext): TriggerSettings {
	const chosen = z.array(z.string()).catch([]).parse(context.getNodeParameter('events'));
	const kinds = kindsOf(chosen);
	if (kinds.length === 0) {
		throw new NodeOperationError(context.getNode(), 'No event is chosen', { description: 'Choose at least one event in the trigger' });
	}
	const store = context.getWorkflowStaticData('node');
	return {
		kinds,
		withWebhook: context.getNodeParameter('receiveBy') !== 'polling',
		readDeals: context.getNodeParameter('readDeals') === true,
		gatherMs: 1000 * z.number().min(0).catch(2).parse(context.getNodeParameter('gatherSeconds', 2)),
		memory: memorySchema.parse(store),
		store,
	};
}
