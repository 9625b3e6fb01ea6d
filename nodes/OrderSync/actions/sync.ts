import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { readNumberText } from '../../../core/input/readNumberText';
import { orderKeyText, type OrderKey } from '../../../core/order/order';
import type { CrmStageRef } from '../../../core/order/stage';
import type { Hint } from '../../../journal/journal';
import type { SyncContext } from '../../../sync/context';
import { dealHints, isEcho, lookAtLeased } from '../../../sync/sweep';
import { orderByNumber } from '../orderByNumber';
import { noOutputs, place, refuse, type Outputs } from '../output';
import { withPair } from '../pair';

const text = z
	.union([z.string(), z.number()])
	.nullish()
	.transform((value) => (value === null || value === undefined ? undefined : readNumberText(value) || undefined));

/** What the triggers of this pack put out, and what people write themselves. */
const named = z.object({
	orderNumber: text,
	orderId: text,
	dealId: text,
	/** Where the trigger says that the deal stands now: a hint that saves a call when it is where we left it. */
	pipelineId: text,
	statusId: text,
});
type Named = z.infer<typeof named>;

/** Looks at the orders that the input items name by order number, order id or deal id. */
export async function sync(node: IExecuteFunctions): Promise<Outputs> {
	return withPair(node, ({ context }) => syncNamed(node, context));
}

async function syncNamed(node: IExecuteFunctions, context: SyncContext): Promise<Outputs> {
	const outputs = noOutputs();
	const items = node.getInputData().map((_, index) => readItem(node, index));
	const wanted = await ordersOf(context, items, outputs);
	await context.journal.work.hint(context.pair, unique([...wanted.values()]));
	const results = await lookAtLeased(context, { orders: unique([...wanted.values()]).map(({ order }) => order), evenIfNotDue: true });
	const byOrder = new Map(results.map((result) => [orderKeyText(result.order), result]));
	for (const [item, hint] of wanted) {
		const result = byOrder.get(orderKeyText(hint.order));
		if (result) place(outputs, node.getNode(), result, item);
		else outputs[0].push({ json: { ...describe(hint), result: 'waiting', did: [], reason: 'another execution is looking at this order and will look once more' }, pairedItem: { item } });
	}
	return outputs;
}

function readItem(node: IExecuteFunctions, index: number): Named {
	const by = node.getNodeParameter('identifyBy', index);
	const json = node.getInputData()[index]?.json ?? {};
	if (by === 'automatic') {
		const read = named.parse(json);
		// The Kaspi nodes call the number `number`, the amoCRM trigger says of what its `id` is.
		const { number, id, entity, event } = z.object({ number: text, id: text, entity: text, event: text }).parse(json);
		const stage = /delet/i.test(event ?? '') ? { pipelineId: undefined, statusId: undefined } : {};
		return { ...read, ...stage, orderNumber: read.orderNumber ?? number, dealId: read.dealId ?? (entity === 'deal' ? id : undefined) };
	}
	const value = text.parse(node.getNodeParameter('identifier', index));
	const nobody: Named = { orderNumber: undefined, orderId: undefined, dealId: undefined, pipelineId: undefined, statusId: undefined };
	return { ...nobody, ...(by === 'orderId' ? { orderId: value } : by === 'dealId' ? { dealId: value } : { orderNumber: value }) };
}

/** Finds out, in few calls, which order each item means; items that mean none go to an output at once. */
async function ordersOf(context: SyncContext, items: readonly Named[], outputs: Outputs): Promise<Map<number, Hint>> {
	const wanted = new Map<number, Hint>();
	const dealIds = new Map<number, string>();
	for (const [item, asked] of items.entries()) {
		if (asked.orderId !== undefined) wanted.set(item, { order: keyOf(context, asked.orderId), number: asked.orderNumber ?? asked.orderId, why: 'named' });
		else if (asked.orderNumber !== undefined) await byNumber(context, item, asked.orderNumber, wanted, outputs);
		else if (asked.dealId !== undefined) dealIds.set(item, asked.dealId);
		else {
			refuse(outputs, item, { item }, `Item ${item} names no order`, 'Give it a field orderNumber, orderId or dealId, or set "Identify By" in the Order Sync node.');
		}
	}
	await byDeal(context, items, dealIds, wanted, outputs);
	return wanted;
}

const keyOf = ({ marketplace: { name, shop } }: SyncContext, id: string): OrderKey => ({ marketplace: name, shop, id });

async function byNumber(context: SyncContext, item: number, number: string, wanted: Map<number, Hint>, outputs: Outputs): Promise<void> {
	const order = await orderByNumber(context, item, number, outputs);
	if (order) wanted.set(item, { order, number, why: 'named' });
}

async function byDeal(context: SyncContext, items: readonly Named[], dealIds: ReadonlyMap<number, string>, wanted: Map<number, Hint>, outputs: Outputs): Promise<void> {
	const links = new Map((await context.journal.links.byDeals(context.pair, [...dealIds.values()])).map((link) => [link.dealId, link]));
	const unlinked = [...dealIds].filter(([, id]) => !links.has(id));
	const open = new Set((await context.journal.work.openOf(context.pair, [...links.values()].map(({ order }) => order))).map(orderKeyText));
	for (const [item, id] of dealIds) {
		const link = links.get(id);
		if (!link) continue;
		const hint = { order: link.order, number: link.number, why: 'deal named' };
		const stage = stageNamed(items[item]);
		// Our own echo, or a late hint. Should it be wrong, the next sweep finds out.
		if (stage && isEcho(link, stage) && !open.has(orderKeyText(link.order))) outputs[0].push({ json: { ...describe(hint), dealId: id, result: 'unchanged', did: [] }, pairedItem: { item } });
		else wanted.set(item, hint);
	}
	await lookUpDeals(context, unlinked, wanted, outputs);
}

/** Where the item says that its deal stands. */
const stageNamed = ({ pipelineId, statusId }: Partial<Named> = {}): CrmStageRef | undefined =>
	pipelineId === undefined || statusId === undefined ? undefined : { pipelineId, statusId };

async function lookUpDeals(context: SyncContext, deals: readonly (readonly [number, string])[], wanted: Map<number, Hint>, outputs: Outputs): Promise<void> {
	if (!deals.length) return;
	try {
		const read = await context.crm.readDeals(deals.map(([, id]) => id));
		for (const [index, [item, id]] of deals.entries()) {
			const deal = read[index];
			if (deal?.outcome !== 'ok') refuse(outputs, item, { dealId: id }, `Deal ${id} could not be read: ${deal?.reason ?? 'no answer'}`, 'Send this item again later.');
			else if (!deal.value) refuse(outputs, item, { dealId: id }, `Deal ${id} does not exist in the CRM`, 'It was deleted or merged. If it belonged to an order, name the order by its number instead.');
			else {
				const [hint] = await dealHints(context, [deal.value], 'deal named');
				if (hint) wanted.set(item, hint);
				else outputs[0].push({ json: { dealId: id, result: 'not_linked', did: [], reason: 'this deal belongs to no order of this shop' }, pairedItem: { item } });
			}
		}
	} catch (error) {
		for (const [item, id] of deals) {
			refuse(outputs, item, { dealId: id }, `Deal ${id} could not be read: ${error instanceof Error ? error.message : 'no answer'}`, 'Check the CRM\'s credential, then send this item again.');
		}
	}
}

const describe = ({ order, number }: Hint): IDataObject => ({ marketplace: order.marketplace, shop: order.shop, orderId: order.id, orderNumber: number });

function unique(hints: readonly Hint[]): Hint[] {
	return [...new Map(hints.map((hint) => [orderKeyText(hint.order), hint])).values()];
}
