import type { Pair } from './pairs';
import type { SandboxProcess } from './sandboxProcess';

/** So many orders tell what each of them costs. */
const sample = 10;

/** Calls an order of what people wire by hand, one order after the other; counted by the sandbox, which is empty again afterwards. */
export async function measureRecordAtATime({ market, crm }: Pair, sandbox: SandboxProcess): Promise<number> {
	await market.makeOrders(sandbox, sample);
	await sandbox.countCalls();
	const bringOver = crm.bringOver(sandbox.addresses);
	let done = 0;
	for await (const order of market.oneByOne(sandbox.addresses)) {
		await bringOver(order);
		done += 1;
	}
	const calls = await sandbox.countCalls();
	await sandbox.post('/reset', { empty: true });
	return (calls[market.api].total + calls[crm.api].total) / done;
}
