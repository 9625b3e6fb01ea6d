import { sleep } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import type { KaspiClient } from './client';
import type { KaspiOrder } from './schema';

/** Something that a person has to know, with what to do now. */
export class Unsettled extends Error {
	constructor(
		message: string,
		readonly advice: string,
	) {
		super(message);
		this.name = 'Unsettled';
	}
}

export interface Write {
	/** What is done, for texts: `Accept`. */
	what: string;
	send: () => Promise<void>;
	isDone: (order: KaspiOrder) => boolean;
	/** How long to wait for the effect, ms. */
	waitMs: number;
	/** Sending it twice does harm. Otherwise it is sent again when its outcome is unknown and the order does not show it. */
	onceOnly?: boolean;
	/** The order looks the same before and after: only an answer tells that it was taken. */
	showsNothing?: boolean;
}

const sendsAtMost = 3;

/** An effect usually shows at once; a lagging one within these few seconds. */
export const shortWaitMs = 6_000;

/** Soon at first, then seldom: 69 % of all waybills come within 15 s, the slow ones take three minutes (kaspi.md §3.3). */
const pauseAfter = (waitedMs: number): number => (waitedMs < 30_000 ? 2_500 : 10_000);

/**
 * Sends a write and reads the order until it shows the effect: an answer of 200 proves nothing (kaspi.md §6).
 * After an unknown outcome the order decides; a refusal counts as done when the order is where it should be.
 * @throws ServiceFailure, Unsettled
 */
export async function sendAndConfirm(client: KaspiClient, { id, code }: KaspiOrder, write: Write, sends = 1): Promise<KaspiOrder> {
	const failure = await write.send().then(
		() => undefined,
		(reason: unknown) => {
			if (reason instanceof ServiceFailure) return reason;
			throw reason;
		},
	);
	const isRefusal = failure?.kind === 'rejected' || failure?.kind === 'not_found';
	if (failure !== undefined && !isRefusal && (!failure.mayBeApplied || write.showsNothing === true)) throw failure;

	const order = await waitUntil(client, { id, code }, write.isDone, isRefusal ? 0 : write.waitMs);
	if (write.isDone(order)) return order;
	const isUnknown = failure?.kind === 'unknown_outcome';
	if (isUnknown && write.onceOnly !== true && sends < sendsAtMost) return await sendAndConfirm(client, { ...order }, write, sends + 1);
	if (failure !== undefined) throw explained(failure);
	throw new Unsettled(
		`Kaspi took ${write.what} for order ${code}, but the order does not show it yet (${order.state}, ${order.status})`,
		'Read the order again in a few minutes before you send anything once more.',
	);
}

/** Reads the order until `isDone` or the time is over, once at least. */
export async function waitUntil(
	client: KaspiClient,
	{ id, code }: Pick<KaspiOrder, 'id' | 'code'>,
	isDone: (order: KaspiOrder) => boolean,
	waitMs: number,
): Promise<KaspiOrder> {
	for (let waited = 0; ; ) {
		const order = await client.order(id, code);
		if (isDone(order) || waited >= waitMs) return order;
		const pause = Math.min(pauseAfter(waited), waitMs - waited);
		await sleep(pause);
		waited += pause;
	}
}

/** Kaspi also says "Order not found" to an order that is there when it does not know for which shop the call is (§3.3 ARRIVED). */
function explained(failure: ServiceFailure): ServiceFailure {
	if (failure.kind !== 'not_found') return failure;
	return new ServiceFailure({
		api: failure.api,
		kind: failure.kind,
		status: failure.status,
		message: failure.message,
		advice: 'The order is there, so check the Shop ID in the Kaspi credential (Kaspi asks for it with every call), then run this once more.',
	});
}
