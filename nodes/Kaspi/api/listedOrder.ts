import { z } from 'zod/v4';
import { customerAttributes, entryResource, orderResource, type Included, type KaspiEntry, type KaspiOrder } from './schema';

/** An order with its lines, as far as the answer brought them. */
export interface FoundOrder {
	order: KaspiOrder;
	entries?: KaspiEntry[];
}

/** One element of a page: read, or not of the shape that an order must have. */
export type Listed = FoundOrder | { unreadable: { id: string; number?: string; why: string; raw: Record<string, unknown> } };

/** Reads an order of a list on its own, so that a broken one does not take its neighbours with it. */
export function listed(resource: Record<string, unknown> & { id: string }, included: Included): Listed {
	const parsed = orderResource.safeParse(resource);
	if (parsed.success) return { order: withCustomer(parsed.data, included), entries: entriesOf(parsed.data, included) };
	const why = [...new Set(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))].join('; ');
	const number = z.object({ attributes: z.object({ code: z.coerce.string() }) }).safeParse(resource);
	return { unreadable: { id: resource.id, number: number.success ? number.data.attributes.code : undefined, why, raw: resource } };
}

/** The buyer, from the order itself or from what the answer brought along. */
export function withCustomer(order: KaspiOrder, included: Included): KaspiOrder {
	if (order.customer !== undefined) return order;
	const resource = included.find(({ type, id }) => type === 'customers' && id === order.userId);
	const parsed = customerAttributes.safeParse({ ...resource?.attributes, id: order.userId });
	return resource !== undefined && parsed.success ? { ...order, customer: parsed.data } : order;
}

/** The order's lines from what the answer brought along; `undefined` unless every line is there: half a list of goods is worse than none. */
export function entriesOf({ entryIds }: KaspiOrder, included: Included): KaspiEntry[] | undefined {
	const entries = entryIds?.flatMap((id) => {
		const parsed = entryResource.safeParse(included.find((resource) => resource.type === 'orderentries' && resource.id === id));
		return parsed.success ? [parsed.data] : [];
	});
	return entries?.length === entryIds?.length ? entries : undefined;
}
