import { about, type SyncContext } from './context';
import type { Subject } from './reconciliation';

/**
 * Brings the lines of orders whose deals show other ones, where this reading of the order came without: a call per such order on a
 * marketplace that keeps lines apart (kaspi.md §4), none where they come along.
 */
export async function readLines(context: SyncContext, subjects: readonly Subject[]): Promise<void> {
	const wanting = subjects.filter(({ order, linesAreOld }) => linesAreOld && order.items === undefined);
	if (!wanting.length) return;
	const readings = await about(context, wanting.map(({ order }) => order.number), () =>
		context.marketplace.read(wanting.map(({ order }) => order.key), { withItems: true }),
	);
	for (const [index, subject] of wanting.entries()) {
		const reading = readings[index];
		const order = reading?.outcome === 'ok' ? reading.value : undefined;
		if (order?.items !== undefined) subject.linesRead(order);
		else subject.end({ result: 'failed', reason: `the lines of order ${subject.order.number} could not be read: ${reading?.outcome === 'ok' ? 'none came' : (reading?.reason ?? 'no answer')}` });
	}
}
