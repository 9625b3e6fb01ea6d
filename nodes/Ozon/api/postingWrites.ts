import { ServiceFailure } from '../../../transport/errors';
import type { OzonClient } from './client';
import type { Package } from '../model/packages';
import { chunksOf } from './postingLists';
import { emptyAnswer, shipAnswer, statusAnswer, trueAnswer } from './schema';

/* The calls that change a posting (ozon.md §7, §8). They are answered before they take effect: read the posting back. */

export type StatusCall = 'delivering' | 'last-mile' | 'delivered';

export interface ItemResult {
	number: string;
	/** Ozon's word for why it did not take it; absent: taken, or done already. */
	refusal: string | undefined;
}

/** "Already" means that it is as it should be (§7). */
const isAlready = (said: string | undefined): boolean => said !== undefined && /POSTING_ALREADY_/i.test(said);

/** Assembles; several packages split the posting. Gives the numbers of the postings that come out of it. */
export async function shipPosting(client: OzonClient, number: string, packages: readonly Package[]): Promise<string[]> {
	const body = {
		posting_number: number,
		packages: packages.map((lines) => ({ products: lines.map(({ sku, quantity }) => ({ product_id: Number(sku), quantity })) })),
	};
	const sent = client.write('/v4/posting/fbs/ship', body, shipAnswer, `the assembly of posting ${number}`);
	const answer = await unlessAlready(sent);
	return answer?.result ?? [number];
}

/** @param comment Ozon wants one with reason 402 */
export async function cancelPosting(client: OzonClient, number: string, reasonId: number, comment?: string): Promise<void> {
	const text = comment?.trim() ?? '';
	const body = {
		posting_number: number,
		cancel_reason_id: reasonId,
		...(text === '' ? {} : { cancel_reason_message: text }),
	};
	await unlessAlready(client.write('/v2/posting/fbs/cancel', body, trueAnswer, `the cancellation of posting ${number}`));
}

/** Postings per status call; the documents name no limit. */
const perStatusCall = 100;
/** Pairs per call (§7). */
const trackingsPerCall = 20;

export async function setStatus(client: OzonClient, call: StatusCall, numbers: readonly string[]): Promise<ItemResult[]> {
	return await inChunks(numbers, perStatusCall, async (chunk) => {
		const about = chunk.length === 1 ? `"${call}" of posting ${chunk[0] ?? ''}` : `"${call}" of ${chunk.length} postings`;
		return await results(client, `/v2/fbs/posting/${call}`, { posting_number: chunk }, chunk, about);
	});
}

export async function setTracking(
	client: OzonClient,
	pairs: readonly { number: string; tracking: string }[],
): Promise<ItemResult[]> {
	return await inChunks(pairs, trackingsPerCall, async (chunk) => {
		const body = { tracking_numbers: chunk.map(({ number, tracking }) => ({ posting_number: number, tracking_number: tracking })) };
		const numbers = chunk.map(({ number }) => number);
		return await results(client, '/v2/fbs/posting/tracking-number/set', body, numbers, `the tracking numbers of ${numbers.join(', ')}`);
	});
}

async function results(
	client: OzonClient,
	path: string,
	body: Readonly<Record<string, unknown>>,
	numbers: readonly string[],
	about: string,
): Promise<ItemResult[]> {
	const sending = client.write(path, body, statusAnswer, about);
	// About several postings such an answer would say nothing about the others.
	const answer = numbers.length === 1 ? await unlessAlready(sending) : await sending;
	if (answer === undefined) return numbers.map((number) => ({ number, refusal: undefined }));
	return answer.result.map(({ posting_number: number, result, error }) => ({
		number,
		refusal: result || isAlready(error) ? undefined : (error ?? 'no reason given'),
	}));
}

async function inChunks<T>(elements: readonly T[], size: number, act: (chunk: T[]) => Promise<ItemResult[]>): Promise<ItemResult[]> {
	const all: ItemResult[] = [];
	for (const chunk of chunksOf(elements, size)) all.push(...(await act(chunk)));
	return all;
}

/** `undefined`: Ozon refused because it is done already. */
async function unlessAlready<T>(sending: Promise<T>): Promise<T | undefined> {
	return await sending.catch((failure: unknown) => {
		if (failure instanceof ServiceFailure && isAlready(failure.message)) return undefined;
		throw failure;
	});
}

/** Says yes or no to a buyer's wish to cancel (§8). */
export async function answerRequest(client: OzonClient, verdict: 'approve' | 'reject', id: string, comment: string): Promise<void> {
	const body = { cancellation_id: Number(id), ...(comment === '' ? {} : { comment }) };
	await client.write(`/v2/conditional-cancellation/${verdict}`, body, emptyAnswer, `cancellation request ${id}`);
}

export interface ReturnAction {
	returnId: string;
	actionId: number;
	comment?: string;
	rejectionReasonId?: number;
	compensationAmount?: number;
	returnForBackWay?: number;
}

/** Carries out one of the actions that Ozon offers for an rFBS return request (§10). */
export async function actOnReturn(client: OzonClient, action: ReturnAction): Promise<void> {
	const optional = {
		comment: action.comment,
		rejection_reason_id: action.rejectionReasonId,
		compensation_amount: action.compensationAmount,
		return_for_back_way: action.returnForBackWay,
	};
	const body = {
		return_id: Number(action.returnId),
		id: action.actionId,
		...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
	};
	await client.write('/v1/returns/rfbs/action/set', body, emptyAnswer, `rFBS return request ${action.returnId}`);
}
