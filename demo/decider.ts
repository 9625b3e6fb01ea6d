import type { Facts } from './facts';
import { dealsByOrder } from './judge';
import { STAGE } from './names';
import type { Pair } from './pairs';
import { SandboxRefused, type Sandbox } from './sandbox';

/** A person does not jump up at once. */
const THINKS_FOR_MS = 5000;

/** A deal that stands here says that the order is packed, and perhaps more. */
const PACKED: readonly string[] = [STAGE.ready, STAGE.inDelivery, STAGE.delivered];

/**
 * The manager whom the pack asks, by a task on the deal, when its rules cannot settle something: packs the order in
 * the cabinet when that is what the deal waits for, else puts the deal where the marketplace says the order is, and closes the
 * task. What is disputed stays open. Returns how many tasks were answered.
 */
export async function answerTasks(pair: Pair, sandbox: Sandbox, facts: Facts, say: (line: string) => void): Promise<number> {
	const { market, crm } = pair;
	const old = Date.now() - THINKS_FOR_MS;
	const open = facts.tasks.filter((task) => !task.isCompleted && task.askedByPack && task.createdAt <= old);
	if (open.length === 0) return 0;
	const orders = new Map(facts.orders.map((order) => [order.number, order]));
	let answered = 0;
	for (const [number, deals] of dealsByOrder(facts)) {
		for (const deal of deals) {
			const order = orders.get(number);
			const asked = open.filter(({ dealId }) => dealId === deal.id);
			if (order === undefined || asked.length === 0 || order.demanded.includes(STAGE.dispute)) continue;
			const [demanded] = order.demanded;
			const result = await settle(async () => {
				if (deal.stage !== null && PACKED.includes(deal.stage) && order.actions.includes('assemble-in-cabinet')) {
					await market.act(sandbox, number, 'assemble-in-cabinet');
					return 'packed it in the cabinet';
				}
				if (demanded === undefined || order.demanded.some((stage) => stage === deal.stage)) return 'nothing to do any more';
				await crm.moveDeal(sandbox, deal.id, demanded);
				return `put the deal to «${demanded}»`;
			});
			say(`${number}: a manager was asked and ${result}`);
			for (const { id } of asked) await crm.completeTask(sandbox, id, result);
			answered += asked.length;
		}
	}
	return answered;
}

/** The order may have moved in the very moment. */
async function settle(act: () => Promise<string>): Promise<string> {
	try {
		return await act();
	} catch (failure) {
		if (failure instanceof SandboxRefused) return 'found it settled';
		throw failure;
	}
}
