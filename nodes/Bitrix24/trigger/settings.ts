import { NodeOperationError, type IDataObject, type IHookFunctions, type IPollFunctions, type IWebhookFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { kindsOf, type EventKind } from '../model/events';

/** What the trigger remembers between two calls, small on purpose: n8n keeps it with the workflow. */
const memorySchema = z
	.object({
		secret: z.string().optional(),
		/** The application token that the first call to the secret address has brought. */
		token: z.string().optional(),
		memberId: z.string().optional(),
	})
	.catch({});
export type Memory = z.infer<typeof memorySchema>;

export type TriggerContext = IHookFunctions | IPollFunctions | IWebhookFunctions;

export interface TriggerSettings {
	kinds: EventKind[];
	withWebhook: boolean;
	/** The workflow is started by webhooks at most once in this time. */
	gatherMs: number;
	memory: Memory;
	/** n8n's own object: only what is written into it is kept. */
	store: IDataObject;
}

export function triggerSettings(context: TriggerContext): TriggerSettings {
	const kinds = kindsOf(z.array(z.string()).catch([]).parse(context.getNodeParameter('events')));
	if (kinds.length === 0) {
		throw new NodeOperationError(context.getNode(), 'No event is chosen', { description: 'Choose at least one event in the trigger' });
	}
	const store = context.getWorkflowStaticData('node');
	return {
		kinds,
		withWebhook: context.getNodeParameter('receiveBy') !== 'polling',
		gatherMs: 1000 * z.number().min(0).catch(2).parse(context.getNodeParameter('gatherSeconds', 2)),
		memory: memorySchema.parse(store),
		store,
	};
}

/** The application token of the credential; `''` when it has none. */
export async function tokenOfCredential(context: TriggerContext, type: string): Promise<string> {
	const { applicationToken } = await context.getCredentials(type);
	return typeof applicationToken === 'string' ? applicationToken.trim() : '';
}
