import type { IDataObject, IHookFunctions, INode, IPollFunctions, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { JournalUnavailable } from '../../journal/open';
import { ServiceFailure } from '../../transport/errors';
import { nodeErrorFrom } from '../../transport/nodeError';
import { triggerName } from './triggerMemory';

/*
 * What n8n 2.41 does with a trigger that throws at its activation, because its service is down for a minute: it tries five times
 * within 16 s, then never again, not even at its next start, and goes on showing the workflow as active. So nothing that passes by
 * itself may stop an activation.
 */

type ActivationContext = IHookFunctions | IPollFunctions;

/** n8n is starting, and nobody sits before the editor: whatever is wrong, the polls will say so, and work when it has been put right. */
export const isStart = (context: ActivationContext): boolean => ['init', 'leadershipChange'].includes(context.getActivationMode());

/** It passes by itself. Anything else is for the person who publishes the workflow. */
export const isOutOfReach = (error: unknown): boolean =>
	error instanceof ServiceFailure && (['unavailable', 'unknown_outcome', 'rate_limited'].includes(error.kind) || error.blocked);

/** Whether this failure must not stop the activation that is under way. */
export const mayWait = (context: ActivationContext, error: unknown): boolean => isStart(context) || isOutOfReach(error);

/** Activations of which it was told, by n8n's object for the node's data: one for the webhook and the polls of an activation. */
const told = new WeakSet<IDataObject>();

/** Says once in n8n's log that the trigger was activated although something is wrong. */
export function tellWaiting(context: ActivationContext, error: unknown): void {
	const activation = context.getWorkflowStaticData('node');
	if (told.has(activation)) return;
	told.add(activation);
	const { message } = nodeErrorFrom(context.getNode(), error);
	context.logger.warn(`A trigger was activated although it cannot work now; its polls go on trying: ${message}`, about(context));
}

/** And that it works, if it was told that it did not. */
export function tellWorking(context: IPollFunctions): void {
	if (told.delete(context.getWorkflowStaticData('node'))) context.logger.info('A trigger works now', about(context));
}

const about = (context: ActivationContext) => ({ workflow: context.getWorkflow().name, node: context.getNode().name });

/**
 * Makes, finds or takes back the registration of a trigger's webhook.
 * @param explain the error that n8n shows
 */
export async function withRegistration(context: IHookFunctions, run: () => Promise<boolean>, explain: Explain): Promise<boolean> {
	try {
		return await run();
	} catch (error) {
		throw explain(context.getNode(), error);
	}
}

/**
 * The same for making and finding: what must not stop the activation is left to the polls.
 * @param postpone notes that the registration is still to be made
 * @returns true as well when it is left to the polls
 */
export async function registerOrPostpone(context: IHookFunctions, run: () => Promise<boolean>, postpone: () => Promise<unknown>, explain: Explain): Promise<boolean> {
	try {
		return await run();
	} catch (error) {
		// "Execute" in the editor: somebody waits for it now.
		if (context.getMode() === 'manual' || !mayWait(context, error)) throw explain(context.getNode(), error);
		// What cannot be remembered now is looked after by the next start.
		if (!(error instanceof JournalUnavailable)) await postpone();
		tellWaiting(context, error);
		return true;
	}
}

type Explain = (node: INode, error: unknown) => NodeApiError | NodeOperationError;

/** What was said last of a registration that was left to the polls, by the trigger's name. */
const lastSaid = new Map<string, string>();

/** The registration that was left to the polls. Failing is told in the log and is no failure of the poll: without webhooks it finds everything. */
export async function registerLate(context: IPollFunctions, register: () => Promise<void>): Promise<void> {
	const name = triggerName(context);
	try {
		await register();
		lastSaid.delete(name);
		context.logger.info('The webhook of a trigger is registered now', about(context));
	} catch (error) {
		// That it is out of reach has been told, at the activation.
		if (isOutOfReach(error)) return;
		const { message } = nodeErrorFrom(context.getNode(), error);
		if (lastSaid.get(name) === message) return;
		lastSaid.set(name, message);
		context.logger.warn(`The webhook of a trigger could not be registered, the next poll tries again: ${message}`, about(context));
	}
}
