import type { Command } from '../../../core/order/order';
import { ServiceFailure } from '../../../transport/errors';
import type { KaspiClient, OrderRef } from './client';
import { stageOf } from '../model/order';
import { cancelReasons } from '../model/rules';
import type { KaspiOrder } from './schema';

/** Sends a command once (kaspi.md §3.3). Refuses by itself what only a person may do. @throws ServiceFailure */
export async function sendCommand(client: KaspiClient, order: OrderRef, command: Command): Promise<void> {
	switch (command.name) {
		case 'accept':
			return await client.setStatus(order, 'ACCEPTED_BY_MERCHANT');
		case 'assemble':
			// A number is text here (§3.3).
			return await client.setStatus(order, 'ASSEMBLE', { numberOfSpace: String(command.packages) });
		case 'cancel':
			return await client.setStatus(order, 'CANCELLED', cancellation(order, command.reason, command.comment));
		case 'acceptReturn':
			return await client.setStatus(order, 'ARRIVED_BACKWARD');
		case 'markArrived':
			throw refusal(order, 'that the goods of a pre-order have arrived is confirmed by a person', 'Use the Kaspi node, Mark Arrived.');
		case 'issue':
			throw refusal(
				order,
				'the code is entered by a person after the goods were handed over',
				'Use the Kaspi node, Send Issue Code and Complete With Code.',
			);
		case 'ship':
		case 'deliver':
		case 'setTracking':
			throw refusal(order, 'Kaspi has no such step', 'Leave it to the CRM.');
	}
}

export const longestComment = 1000;

/** The attributes of a cancellation (§3.4). */
export function cancellation(order: OrderRef, reason: string, comment?: string): Record<string, string> {
	if (!cancelReasons.some((known) => known === reason)) {
		throw refusal(order, `Kaspi takes no cancellation reason ${reason}`, `Use one of ${cancelReasons.join(', ')}.`);
	}
	const text = comment?.trim() ?? '';
	return { cancellationReason: reason, ...(text === '' ? {} : { cancellationComment: text.slice(0, longestComment) }) };
}

/** Whether the order is where the command brings it, or beyond. Pure. */
export function isDone(command: Pick<Command, 'name'>, order: KaspiOrder): boolean {
	const { status } = order;
	const isCancelled = status === 'CANCELLED' || status === 'CANCELLING';
	switch (command.name) {
		case 'accept':
			return status === 'ACCEPTED_BY_MERCHANT' || status === 'COMPLETED';
		case 'assemble':
			return !isCancelled && (order.assembled || order.waybill !== undefined);
		case 'markArrived':
			return status === 'ACCEPTED_BY_MERCHANT' && (!order.preOrder || order.assembled);
		case 'cancel':
			return isCancelled;
		case 'issue':
			return status === 'COMPLETED';
		case 'acceptReturn':
			return ['cancelled', 'returned'].includes(stageOf(order)) && status !== 'CANCELLING';
		default:
			return false;
	}
}

const refusal = ({ code }: OrderRef, why: string, advice: string): ServiceFailure =>
	new ServiceFailure({ api: 'Kaspi', kind: 'rejected', message: `Nothing was sent for order ${code}: ${why}`, advice });
