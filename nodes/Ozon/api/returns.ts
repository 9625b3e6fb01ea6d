import { isOpenRfbs, mayHaveReturns, mayHaveRfbsReturns, noClaims, type Claims } from '../model/returnStatus';
import { requestPage, returnPage, rfbsPage, type CancellationRequest, type OzonReturn, type RfbsReturn } from './returnSchema';
import type { OzonClient } from './client';
import { chunksOf, hourMs, isoTime, longestPeriodMs } from './postingLists';
import type { OzonPosting } from './schema';

/** Limits of the three lists (ozon.md §3). */
const returnsPerPage = 500;
const returnNumbersPerCall = 50;
const requestsPerPage = 500;
const rfbsPerPage = 1000;
/** So many older postings are asked about one by one; for more, the list is read further back. */
const fewPostings = 3;

export interface ReturnFilter {
	/** Status of the return changed at or after it, epoch ms; default: as far back as a list may reach. */
	changedSince?: number;
	postingNumbers?: readonly string[];
	schema?: string;
}

/** Returns of FBS and FBO postings. The filter wants exactly one period (§3), so a period is always given. */
export async function* returnPages(client: OzonClient, filter: ReturnFilter, now: number): AsyncGenerator<OzonReturn[], void> {
	const to = now + hourMs;
	const body = {
		filter: {
			visual_status_change_moment: { time_from: isoTime(filter.changedSince ?? to - longestPeriodMs), time_to: isoTime(to) },
			...(filter.postingNumbers === undefined ? {} : { posting_numbers: filter.postingNumbers }),
			...(filter.schema === undefined ? {} : { return_schema: filter.schema }),
		},
		limit: returnsPerPage,
	};
	const next = (page: { returns: OzonReturn[]; has_next: boolean }) => (page.has_next ? page.returns.at(-1)?.id : undefined);
	for await (const page of client.byLastId('/v1/returns/list', body, returnPage, next, 'the list of returns')) yield page.returns;
}

/** Return requests of rFBS postings. */
export async function* rfbsPages(
	client: OzonClient,
	filter: { createdSince?: number; createdTo?: number; postingNumber?: string; groups?: readonly string[] },
	now: number,
): AsyncGenerator<RfbsReturn[], void> {
	const { createdSince, createdTo = now + hourMs, postingNumber, groups = ['All'] } = filter;
	const body = {
		filter: {
			group_state: groups,
			...(postingNumber === undefined ? {} : { posting_number: postingNumber }),
			...(createdSince === undefined ? {} : { created_at: { from: isoTime(createdSince), to: isoTime(createdTo) } }),
		},
		limit: rfbsPerPage,
	};
	const next = (page: { returns: RfbsReturn[] }) => (page.returns.length < rfbsPerPage ? undefined : page.returns.at(-1)?.id);
	for await (const page of client.byLastId('/v2/returns/rfbs/list', body, rfbsPage, next, 'the rFBS return requests')) {
		yield page.returns;
	}
}

/** Wishes of buyers to cancel rFBS postings. */
export async function* requestPages(
	client: OzonClient,
	filter: { state: string; postingNumbers?: readonly string[] },
): AsyncGenerator<CancellationRequest[], void> {
	const body = {
		filters: { state: filter.state, ...(filter.postingNumbers === undefined ? {} : { posting_number: filter.postingNumbers }) },
		limit: requestsPerPage,
	};
	const next = (page: { result: CancellationRequest[]; last_id?: string }) =>
		page.result.length < requestsPerPage ? undefined : (page.last_id ?? page.result.at(-1)?.id);
	const about = 'the cancellation requests';
	for await (const page of client.byLastId('/v2/conditional-cancellation/list', body, requestPage, next, about)) yield page.result;
}

/**
 * What the three lists say about postings. Made for one look or one reading: what it has read it keeps,
 * so that every posting of it is judged by the same lists.
 */
export class ClaimBook {
	private openRequests?: readonly CancellationRequest[];
	private rfbs: RfbsReturn[] = [];
	/** From when on every rFBS request is known. */
	private rfbsSince = Number.POSITIVE_INFINITY;

	constructor(
		private readonly client: OzonClient,
		private readonly now: () => number,
	) {}

	/** Every request that waits for the seller's word: one call, however many postings. */
	async requests(): Promise<readonly CancellationRequest[]> {
		if (this.openRequests === undefined) {
			this.openRequests = await collect(requestPages(this.client, { state: 'ON_APPROVAL' }));
		}
		return this.openRequests;
	}

	/** Every rFBS request made at or after the time (epoch ms), in any state. */
	async rfbsCreatedSince(since: number): Promise<readonly RfbsReturn[]> {
		if (since < this.rfbsSince) {
			const createdTo = Number.isFinite(this.rfbsSince) ? this.rfbsSince : undefined;
			this.rfbs.push(...(await collect(rfbsPages(this.client, { createdSince: since, createdTo }, this.now()))));
			this.rfbsSince = since;
		}
		return this.rfbs;
	}

	async of(postings: readonly OzonPosting[]): Promise<(posting: OzonPosting) => Claims> {
		const returns = await this.returnsOf(postings.filter(mayHaveReturns).map(({ number }) => number));
		const rfbs = await this.rfbsOf(postings.filter(mayHaveRfbsReturns));
		const isOpen = postings.some(({ warehouse }) => warehouse === 'seller');
		const asked = new Set((isOpen ? await this.requests() : []).map(({ postingNumber }) => postingNumber));
		return ({ number }) => ({
			...noClaims,
			returns: returns.filter(({ postingNumber }) => postingNumber === number),
			rfbs: latestOfEach(rfbs.filter(({ postingNumber }) => postingNumber === number)),
			cancelRequested: asked.has(number),
		});
	}

	private async returnsOf(numbers: readonly string[]): Promise<OzonReturn[]> {
		const found: OzonReturn[] = [];
		for (const chunk of chunksOf(numbers, returnNumbersPerCall)) {
			found.push(...(await collect(returnPages(this.client, { postingNumbers: chunk }, this.now()))));
		}
		return found;
	}

	/** A request is never older than its posting, so the list back to the oldest posting holds them all. */
	private async rfbsOf(postings: readonly OzonPosting[]): Promise<RfbsReturn[]> {
		const older = postings.filter(({ createdAt }) => createdAt < this.rfbsSince);
		if (older.length > fewPostings) {
			await this.rfbsCreatedSince(Math.min(...older.map(({ createdAt }) => createdAt)));
			return this.rfbs;
		}
		const alone: RfbsReturn[] = [];
		for (const { number } of older) {
			alone.push(...(await collect(rfbsPages(this.client, { postingNumber: number }, this.now()))));
		}
		return [...this.rfbs, ...alone];
	}
}

/** The list may have been read twice for a request: by period and by posting. */
function latestOfEach(requests: readonly RfbsReturn[]): RfbsReturn[] {
	return [...new Map(requests.map((request) => [request.id, request])).values()];
}

/** How a request stands, to see whether that has changed; only what is not over is remembered for long. */
export const rfbsState = ({ group, money }: RfbsReturn): string => [group, money].filter(Boolean).join('/');
export { isOpenRfbs };

export async function collect<T>(pages: AsyncGenerator<T[], void>): Promise<T[]> {
	const all: T[] = [];
	for await (const page of pages) all.push(...page);
	return all;
}
