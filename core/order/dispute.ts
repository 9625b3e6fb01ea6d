import type { Order } from './order';
import type { Agreed } from '../reconcile/reconcile';

/**
 * An order that the marketplace cancels after the seller has handed it over is no ordinary cancellation: the money goes back,
 * the goods do not (domain.md §5). It counts as disputed, and its deal stays open, until a person has decided.
 * @param reported the command "delivered" was sent; the deal may not show it yet
 */
export function asDispute(order: Order, agreed: Agreed | undefined, reported = false): Order {
	// Agreed to be cancelled: a person has decided so.
	const isReported = reported && agreed?.order !== 'cancelled';
	const wasHandedOver = isReported || agreed?.order === 'delivered' || agreed?.order === 'dispute';
	if (order.stage !== 'cancelled' || !wasHandedOver) return order;
	return { ...order, stage: 'dispute', flags: { ...order.flags, lateCancel: true }, fingerprint: `${order.fingerprint} disputed` };
}
