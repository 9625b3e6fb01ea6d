import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { orderKeyText } from '../../../core/order/order';
import { decisions, type Decision } from '../../../core/reconcile/reconcile';
import type { Decided } from '../../../journal/journal';
import { lookAtDue, lookAtLeased, sweep } from '../../../sync/sweep';
import { nodeErrorFrom } from '../../../transport/nodeError';
import { noOutputs, notLookedAt, place, refuse, type NotLookedAt, type Outputs } from '../output';
import { withPair, type OpenPair } from '../pair';
import { decisionNames } from '../properties';
import { describe, findOrders, namedItem, namesNothing, unique, type Named } from './namedOrders';
import { collecting } from './sweep';

/**
 * One node for every trigger. An item that names an order or deal is looked at; one that brings a decision with it is resolved; an item
 * that names nothing, as a schedule's, asks both sides what has changed, once however many there are. Whatever is due is tried again.
 */
export async function keepInStep(node: IExecuteFunctions): Promise<Outputs> {
	return withPair(node, (pair) => keep(node, pair), 'prepare');
}

async function keep(node: IExecuteFunctions, pair: OpenPair): Promise<Outputs> {
	const outputs = noOutputs();
	const asked = readItems(node, outputs);
	const isReachable = await lookAtNamed(node, pair, asked, outputs);
	// A service that has just not answered would only repeat it for every order; what is due stays due.
	if (isReachable) await lookFurther(node, pair, asked.sweeping, outputs);
	return outputs;
}

interface Asked {
	named: Map<number, Named>;
	decisions: Map<number, Decision>;
	/** Items that name nothing. */
	sweeping: number[];
}

function readItems(node: IExecuteFunctions, outputs: Outputs): Asked {
	const asked: Asked = { named: new Map(), decisions: new Map(), sweeping: [] };
	for (const [item, { json }] of node.getInputData().entries()) {
		const read = readItem(json);
		if (read.kind === 'wrong') refuse(outputs, item, { item }, `Item ${item} cannot be understood: ${read.what}`, read.advice);
		else if (read.kind === 'nothing') asked.sweeping.push(item);
		else if (read.kind === 'other') outputs[0].push(notLookedAt({ entity: read.entity }, item, 'not_of_this_pair', `this is about a ${read.entity}, not about an order or a deal`));
		else {
			asked.named.set(item, read.named);
			if (read.decision) asked.decisions.set(item, read.decision);
		}
	}
	return asked;
}

type Read =
	| { kind: 'order'; named: Named; decision?: Decision }
	| { kind: 'nothing' }
	/** A contact or a task, which the CRMs' triggers tell of as well. */
	| { kind: 'other'; entity: string }
	| { kind: 'wrong'; what: string; advice: string };

function readItem(json: IDataObject): Read {
	const decision = decisionOf(json.decision);
	if (decision === 'unknown') {
		return { kind: 'wrong', what: 'its "decision" is none', advice: `Use one of: ${decisions.join(', ')}. Nothing was done to this order.` };
	}
	const read = namedItem.safeParse(json);
	if (!read.success) {
		const fields = [...new Set(read.error.issues.map(({ path }) => path.join('.')))].join(', ');
		return { kind: 'wrong', what: `${fields} is neither text nor a number`, advice: 'Give it a field orderNumber, orderId or dealId with one number or ID.' };
	}
	const { entity, ...named } = read.data;
	if (!namesNothing(named)) return { kind: 'order', named, decision };
	if (decision) return { kind: 'wrong', what: 'it has a decision and names no order', advice: 'Give it a field orderNumber, orderId or dealId.' };
	return entity !== undefined && entity !== 'deal' ? { kind: 'other', entity } : { kind: 'nothing' };
}

/** By its value or, as a form's list may have it, by its name in the editor. */
function decisionOf(value: unknown): Decision | 'unknown' | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const wanted = String(value).trim().toLowerCase();
	return decisions.find((each) => each === wanted || decisionNames[each].toLowerCase() === wanted) ?? 'unknown';
}

/** False when a service as a whole is out of reach. */
async function lookAtNamed(node: IExecuteFunctions, { context, options }: OpenPair, asked: Asked, outputs: Outputs): Promise<boolean> {
	const wanted = await findOrders(context, asked.named, withoutFuss(outputs, options.onlyRepeatedFailures), { fromAnywhere: true });
	if (wanted.size === 0) return true;
	const { journal, pair } = context;
	const decided = [...asked.decisions].flatMap(([item, decision]): Decided[] => {
		const hint = wanted.get(item);
		return hint ? [{ ...hint, decision }] : [];
	});
	await journal.work.hint(pair, unique([...wanted.values()]));
	await journal.work.decide(pair, decided);
	const results = await lookAtLeased(context, { orders: unique([...wanted.values()]).map(({ order }) => order), evenIfNotDue: true });
	const byOrder = new Map(results.map((result) => [orderKeyText(result.order), result]));
	for (const [item, hint] of wanted) {
		const result = byOrder.get(orderKeyText(hint.order));
		if (result) place(outputs, node.getNode(), result, item, options.onlyRepeatedFailures);
		else outputs[0].push(notLookedAt({ ...describe(hint) }, item, 'waiting', 'another execution is looking at this order and will look once more'));
	}
	return results.every(({ cause }) => cause === undefined);
}

/** Whatever comes from a trigger may be about somebody else's order, or too late: no error, and the next sweep finds what was missed. */
const withoutFuss = (outputs: Outputs, onlyRepeatedFailures: boolean): NotLookedAt => ({
	foreign: (item, of, what) => outputs[0].push(notLookedAt(of, item, 'not_of_this_pair', what)),
	unlinked: (item, dealId) => outputs[0].push(notLookedAt({ dealId }, item, 'not_of_this_pair', 'this deal belongs to no order of this shop')),
	echo: (item, of) => outputs[0].push(notLookedAt(of, item, 'unchanged')),
	later: (item, of, what, advice) => {
		if (onlyRepeatedFailures) outputs[0].push(notLookedAt(of, item, 'waiting', what));
		else refuse(outputs, item, of, what, advice);
	},
});

async function lookFurther(node: IExecuteFunctions, pair: OpenPair, sweeping: readonly number[], outputs: Outputs): Promise<void> {
	const [first = 0] = sweeping;
	const finding = collecting(node, pair, outputs, first);
	try {
		if (sweeping.length > 0) await sweep(pair.context, finding);
		else await lookAtDue(pair.context, finding);
	} catch (error) {
		const shown = nodeErrorFrom(node.getNode(), error, first);
		// What was done to other items must come out, and the error with it; alone, it is the node's.
		if (outputs.every((items) => items.length === 0)) throw shown;
		refuse(outputs, first, {}, shown.message, shown.description ?? '');
	}
}
