import { NodeOperationError, type IHookFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { credentialsOf } from '../api/connection';
import { addressOf, derivedToken, shortestToken } from './pushAddress';
import { recall, type TriggerContext } from '../../shared/triggerMemory';
import { hookMemory } from './memory';

const optionsSchema = z
	.object({
		checkNetwork: z.boolean().default(false),
		sellerId: z
			.union([z.string(), z.number().transform(String)])
			.default('')
			.transform((value) => value.trim() || undefined),
		emitExisting: z.boolean().default(false),
		withFbo: z.boolean().default(true),
	})
	.prefault({});

const settingsSchema = z.object({
	events: z.array(z.string()).prefault([]),
	poll: z.boolean().default(true),
	register: z.boolean().default(true),
	pathToken: z.string().trim().default(''),
	/** The workflow is started by pushes at most once in this time. */
	gatherMs: z
		.number()
		.min(0)
		.catch(2)
		.transform((seconds) => seconds * 1000),
	options: optionsSchema,
});
export type TriggerSettings = z.infer<typeof settingsSchema>;

export const triggerSettings = (context: TriggerContext): TriggerSettings =>
	settingsSchema.parse({
		events: context.getNodeParameter('events'),
		poll: context.getNodeParameter('poll'),
		register: context.getNodeParameter('register'),
		pathToken: context.getNodeParameter('pathToken', '') ?? '',
		gatherMs: context.getNodeParameter('gatherSeconds', 2),
		options: context.getNodeParameter('options', {}),
	});

/** The token that a push has to bring; `undefined`: nobody can have a right one. */
export async function expectedToken(context: TriggerContext, settings: TriggerSettings): Promise<string | undefined> {
	if (!settings.register) return settings.pathToken.length >= shortestToken ? settings.pathToken : undefined;
	const token = (await recall(context, hookMemory)).value?.token;
	if (token !== undefined) return token;
	const { webhookId, id } = context.getNode();
	return derivedToken((await credentialsOf(context)).apiKey, webhookId ?? id);
}

/** The address of this trigger, with a placeholder for the token. */
export function urlOf(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	const { webhookId } = context.getNode();
	if (url !== undefined && webhookId !== undefined) return addressOf(url, webhookId);
	throw new NodeOperationError(context.getNode(), 'n8n gave the trigger no webhook address', {
		description: 'Open the workflow in the editor, save it and publish it again',
	});
}
