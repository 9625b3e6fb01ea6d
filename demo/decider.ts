import { dealsByOrder, demandedStages } from './judge';
import { STAGE } from './names';
import { SandboxRefused, type Sandbox } from './sandbox';
import type { SandboxState } from './sandboxState';

/** A person does not jump up at once. */
const THINKS_FOR_S = 5;

/**
 * The manager whom the pack asks, by a task on the deal, when its rules cannot settle something: packs the order in
 * Kaspi's cabinet when that is what the deal waits for, else puts the deal where Kaspi says the order is, and closes the task.
 * Returns how many tasks were answered.
 */
export async function answerTasks(sandbox: Sandbox, state: SandboxState, say: (line: string) => void): Promise<number> {
	const { tasks, settings } = state.amocrm;
	const old = Math.floor(Date.now() / 1000) - THINKS_FOR_S;
	const open = tasks.filter((task) => !task.isCompleted && task.createdBy === settings.apiAuthorId && task.createdAt <= old);
	if (open.length === 0) return 0;
	const orders = new Map(state.kaspi.orders.map((order) => [order.code, order]));
	for (const [code, deals] of dealsByOrder(state)) {
		for (const deal of deals) {
			const order = orders.get(code);
			const asked = open.filter(({ entityType, entityId }) => entityType === 'leads' && entityId === deal.id);
			if (order === undefined || asked.length === 0) continue;
			const [demanded] = demandedStages(order);
			const result = await settle(async () => {
				if (deal.stage === STAGE.ready && order.actions.includes('assemble-in-cabinet')) {
					await sandbox.act(code, 'assemble-in-cabinet');
					return 'packed it in the cabinet';
				}
				if (demanded === undefined || demandedStages(order).some((stage) => stage === deal.stage)) return 'nothing to do any more';
				await sandbox.moveDeal(deal.id, demanded);
				return `put the deal to «${demanded}»`;
			});
			say(`${code}: a manager was asked and ${result}`);
			for (const { id } of asked) await sandbox.completeTask(id, result);
		}
	}
	return open.length;
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
