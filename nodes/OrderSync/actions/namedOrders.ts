import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';
import { readNumberText } from '../../../core/input/readNumberText';
import { orderKeyText, type OrderKey } from '../../../core/order/order';
import type { CrmStageRef } from '../../../core/order/stage';
import type { Hint } from '../../../journal/journal';
import type { SyncContext } from '../../../sync/context';
import { marketplaceName } from '../../../sync/dealCard';
import { dealHints, isEcho } from '../../../sync/sweep';
import { orderByNumber } from '../orderByNumber';
import type { NotLookedAt } from '../output';

export const text = z
	.union([z.string(), z.number()])
	.nullish()
	.transform((value) => (value === null || value === undefined ? undefined : readNumberText(value) || undefined));

/** A field that others may use for something else. */
const loose = text.catch(undefined);

/** What the triggers of this pack put out, and what people write themselves. */
const named = z.object({
	orderNumber: text,
	orderId: text,
	dealId: text,
	/** Where the trigger says that the deal stands now: a hint that saves a call when it is where we left it. */
	pipelineId: loose,
	statusId: loose,
});
export type Named = z.infer<typeof named>;

export const nobody: Named = { orderNumber: undefined, orderId: undefined, dealId: undefined, pipelineId: undefined, statusId: undefined };

/**
 * The order or deal that an item names, and what its `id` is of. The Kaspi nodes and pushes of Ozon call the number `number`, the CRMs'
 * triggers say of what their `id` is.
 */
export const namedItem = named.extend({ number: loose, id: loose, entity: loose, event: loose }).transform(({ number, id, entity, event, ...read }): Named & { entity?: string } => {
	const stage = /delet/i.test(event ?? '') ? { pipelineId: undefined, statusId: undefined } : {};
	return { ...read, ...stage, orderNumber: read.orderNumber ?? number, dealId: read.dealId ?? (entity === 'deal' ? id : undefined), entity };
});

export const namesNothing = ({ orderNumber, orderId, dealId }: Named): boolean => (orderNumber ?? orderId ?? dealId) === undefined;

export const describe = ({ order, number }: Hint): IDataObject => ({ marketplace: order.marketplace, shop: order.shop, orderId: order.id, orderNumber: number });

export interface FindOptions {
	/** Items are anybody's: an order id is looked up before it becomes work, and a deal of another pipeline is not. */
	fromAnywhere: boolean;
}

/** Finds out, in few calls, which order each item means. Items that mean none go where `not` puts them. */
export async function findOrders(context: SyncContext, items: ReadonlyMap<number, Named>, not: NotLookedAt, { fromAnywhere }: FindOptions): Promise<Map<number, Hint>> {
	const wanted = new Map<number, Hint>();
	const byId = new Map<number, Hint>();
	const dealIds = new Map<number, string>();
	for (const [item, { orderId, orderNumber, dealId }] of items) {
		if (orderId !== undefined) byId.set(item, { order: keyOf(context, orderId), number: orderNumber ?? orderId, why: 'named' });
		else if (orderNumber !== undefined) await byNumber(context, item, orderNumber, wanted, not);
		else if (dealId !== undefined) dealIds.set(item, dealId);
	}
	if (fromAnywhere) await byVerifiedId(context, byId, wanted, not);
	else for (const [item, hint] of byId) wanted.set(item, hint);
	await byDeal(context, items, dealIds, wanted, not, fromAnywhere);
	return wanted;
}

const keyOf = ({ marketplace: { name, shop } }: SyncContext, id: string): OrderKey => ({ marketplace: name, shop, id });
const titleOf = ({ marketplace }: SyncContext, number: string): string => `Order ${number} (${marketplaceName(marketplace.name)})`;
const said = (error: unknown): string => (error instanceof Error ? error.message : 'no answer');
const checkShop = 'Check the number in the marketplace\'s cabinet, and that the credential belongs to the same shop.';

async function byNumber(context: SyncContext, item: number, number: string, wanted: Map<number, Hint>, not: NotLookedAt): Promise<void> {
	const order = await orderByNumber(context, item, number, not);
	if (order) wanted.set(item, { order, number, why: 'named' });
}

/** Orders that the journal knows, and those that the shop has. */
async function byVerifiedId(context: SyncContext, byId: ReadonlyMap<number, Hint>, wanted: Map<number, Hint>, not: NotLookedAt): Promise<void> {
	const links = await context.journal.links.byOrders(context.pair, [...byId.values()].map(({ order }) => order));
	const known = new Map(links.map(({ order, number }) => [orderKeyText(order), number]));
	const unknown = [...byId].filter(([, { order }]) => !known.has(orderKeyText(order)));
	for (const [item, hint] of byId) {
		const number = known.get(orderKeyText(hint.order));
		if (number !== undefined) wanted.set(item, { ...hint, number });
	}
	if (!unknown.length) return;
	try {
		const read = await context.marketplace.read(unknown.map(([, { order }]) => order));
		for (const [index, [item, hint]] of unknown.entries()) {
			const found = read[index];
			const of = { orderId: hint.order.id };
			const title = titleOf(context, hint.order.id);
			if (found?.outcome !== 'ok') not.later(item, of, `${title} could not be read: ${found?.reason ?? 'no answer'}`, 'Send this item again later.');
			else if (found.value) wanted.set(item, { ...hint, order: found.value.key, number: found.value.number });
			else not.foreign(item, of, `${title} does not exist in this shop`, checkShop);
		}
	} catch (error) {
		for (const [item, { order }] of unknown) {
			not.later(item, { orderId: order.id }, `${titleOf(context, order.id)} could not be read: ${said(error)}`, 'Check the marketplace\'s credential, then send this item again.');
		}
	}
}

async function byDeal(
	context: SyncContext,
	items: ReadonlyMap<number, Named>,
	dealIds: ReadonlyMap<number, string>,
	wanted: Map<number, Hint>,
	not: NotLookedAt,
	fromAnywhere: boolean,
): Promise<void> {
	const links = new Map((await context.journal.links.byDeals(context.pair, [...dealIds.values()])).map((link) => [link.dealId, link]));
	const open = new Set((await context.journal.work.openOf(context.pair, [...links.values()].map(({ order }) => order))).map(orderKeyText));
	const unlinked: [number, string][] = [];
	for (const [item, id] of dealIds) {
		const link = links.get(id);
		if (!link) {
			const pipelineId = items.get(item)?.pipelineId;
			if (fromAnywhere && pipelineId !== undefined && pipelineId !== context.map.pipelineId) not.unlinked(item, id);
			else unlinked.push([item, id]);
			continue;
		}
		const hint = { order: link.order, number: link.number, why: 'deal named' };
		const stage = stageNamed(items.get(item));
		// Should it be wrong, the next sweep finds out.
		if (stage && isEcho(link, stage) && !open.has(orderKeyText(link.order))) not.echo(item, { ...describe(hint), dealId: id });
		else wanted.set(item, hint);
	}
	await lookUpDeals(context, unlinked, wanted, not);
}

/** Where the item says that its deal stands. */
const stageNamed = ({ pipelineId, statusId }: Partial<Named> = {}): CrmStageRef | undefined =>
	pipelineId === undefined || statusId === undefined ? undefined : { pipelineId, statusId };

async function lookUpDeals(context: SyncContext, deals: readonly (readonly [number, string])[], wanted: Map<number, Hint>, not: NotLookedAt): Promise<void> {
	if (!deals.length) return;
	try {
		const read = await context.crm.readDeals(deals.map(([, id]) => id));
		for (const [index, [item, id]] of deals.entries()) {
			const deal = read[index];
			if (deal?.outcome !== 'ok') not.later(item, { dealId: id }, `Deal ${id} could not be read: ${deal?.reason ?? 'no answer'}`, 'Send this item again later.');
			else if (!deal.value) {
				not.foreign(item, { dealId: id }, `Deal ${id} does not exist in the CRM`, 'It was deleted or merged. If it belonged to an order, name the order by its number instead.');
			} else {
				const [hint] = await dealHints(context, [deal.value], 'deal named');
				if (hint) wanted.set(item, hint);
				else not.unlinked(item, id);
			}
		}
	} catch (error) {
		for (const [item, id] of deals) not.later(item, { dealId: id }, `Deal ${id} could not be read: ${said(error)}`, 'Check the CRM\'s credential, then send this item again.');
	}
}

export function unique(hints: readonly Hint[]): Hint[] {
	return [...new Map(hints.map((hint) => [orderKeyText(hint.order), hint])).values()];
}
