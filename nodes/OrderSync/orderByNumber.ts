import type { OrderKey } from '../../core/order/order';
import { about, type SyncContext } from '../../sync/context';
import { marketplaceName } from '../../sync/dealCard';
import type { NotLookedAt } from './output';

/**
 * The order that people call by this number: as the journal knows it, else as the marketplace does, since the journal may be new.
 * An item whose order is not found goes where `not` puts it, and `undefined` comes back.
 */
export async function orderByNumber(context: SyncContext, item: number, number: string, not: Pick<NotLookedAt, 'foreign' | 'later'>): Promise<OrderKey | undefined> {
	const link = await context.journal.links.byNumber(context.pair, number);
	if (link) return link.order;
	const title = `Order ${number} (${marketplaceName(context.marketplace.name)})`;
	try {
		const found = await about(context, [number], () => context.marketplace.findByNumber(number));
		if (found.outcome !== 'ok') not.later(item, { orderNumber: number }, `${title} could not be looked up: ${found.reason}`, 'Send this item again later.');
		else if (found.value) return found.value.key;
		else not.foreign(item, { orderNumber: number }, `${title} does not exist in this shop`, 'Check the number in the marketplace\'s cabinet, and that the credential belongs to the same shop.');
	} catch (error) {
		not.later(item, { orderNumber: number }, `${title} could not be looked up: ${error instanceof Error ? error.message : 'no answer'}`, 'Check the marketplace\'s credential, then send this item again.');
	}
	return undefined;
}
