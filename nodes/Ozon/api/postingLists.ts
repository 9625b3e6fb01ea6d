import { ServiceFailure } from '../../../transport/errors';
import { postingsPerPage, type OzonClient } from './client';
import { listedPosting, numberOf, onePosting, orderNumberOf, postingPage, type Listed, type OzonPosting } from './schema';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A list's period may be a year long (ozon.md §3); a little less, because a year has leap days and clocks differ. */
export const longestPeriodMs = 364 * dayMs;
/** Our clock may be behind Ozon's: nothing may lie beyond the end of a period. */
const aheadMs = hourMs;
/** `order_numbers[]` takes 100, `posting_numbers[]` of FBO 1,000 of which one page shows 100 (§3). */
const numbersPerCall = 100;

export const isoTime = (ms: number): string => new Date(ms).toISOString();

export interface PostingFilter {
	/** Epoch ms; default: as far back as a list may reach. */
	since?: number;
	to?: number;
	/** Only postings whose status changed at or after it, epoch ms. */
	changedSince?: number;
	statuses?: readonly string[];
	orderNumbers?: readonly string[];
}

const withEverything = { analytics_data: true, financial_data: false, barcodes: false, legal_info: false };

/** FBS and rFBS postings, oldest first, page by page (`/v4/posting/fbs/list`). */
export async function* fbsPages(client: OzonClient, filter: PostingFilter, now: number): AsyncGenerator<Listed[], void> {
	const end = filter.to ?? now + aheadMs;
	const body = {
		filter: {
			since: isoTime(filter.since ?? end - longestPeriodMs),
			to: isoTime(end),
			...(filter.statuses === undefined ? {} : { statuses: filter.statuses }),
			...(filter.orderNumbers === undefined ? {} : { order_numbers: filter.orderNumbers }),
			...(filter.changedSince === undefined
				? {}
				: { last_changed_status_date: { from: isoTime(filter.changedSince), to: isoTime(now + aheadMs) } }),
		},
		limit: postingsPerPage,
		sort_dir: 'ASC',
		with: withEverything,
	};
	for await (const page of client.byCursor('/v4/posting/fbs/list', body, postingPage, 'the list of postings')) {
		yield page.postings.map((raw) => listedPosting(raw, 'seller'));
	}
}

/** Postings that wait for the seller to do something, by their assemble-by time (`/v4/posting/fbs/unfulfilled/list`). */
export async function* unfulfilledPages(
	client: OzonClient,
	cutoff: { from: number; to: number },
	statuses: readonly string[],
): AsyncGenerator<Listed[], void> {
	const body = {
		filter: {
			cutoff_from: isoTime(cutoff.from),
			cutoff_to: isoTime(cutoff.to),
			...(statuses.length === 0 ? {} : { statuses }),
		},
		limit: postingsPerPage,
		sort_dir: 'ASC',
		with: withEverything,
	};
	for await (const page of client.byCursor('/v4/posting/fbs/unfulfilled/list', body, postingPage, 'the unfulfilled postings')) {
		yield page.postings.map((raw) => listedPosting(raw, 'seller'));
	}
}

/** Postings from Ozon's own warehouse (`/v3/posting/fbo/list`): there is no filter by the time of change. */
export async function* fboPages(
	client: OzonClient,
	filter: { since?: number; to?: number; postingNumbers?: readonly string[]; statuses?: readonly string[] },
	now: number,
): AsyncGenerator<Listed[], void> {
	const end = filter.to ?? now + aheadMs;
	const body = {
		filter: {
			since: isoTime(filter.since ?? end - longestPeriodMs),
			to: isoTime(end),
			...(filter.postingNumbers === undefined ? {} : { posting_numbers: filter.postingNumbers }),
			...(filter.statuses === undefined ? {} : { statuses: filter.statuses }),
		},
		limit: postingsPerPage,
		sort_dir: 'ASC',
		with: { analytics_data: true, financial_data: false, legal_info: false },
	};
	for await (const page of client.byCursor('/v3/posting/fbo/list', body, postingPage, 'the list of FBO postings')) {
		yield page.postings.map((raw) => listedPosting(raw, 'ozon'));
	}
}

/** One posting as it is now, whoever delivers it; `undefined` when this shop has no such posting. */
export async function onePostingOf(client: OzonClient, number: string, now: number): Promise<OzonPosting | undefined> {
	const about = `posting ${number}`;
	const options = { posting_number: number, with: { analytics_data: true, related_postings: true } };
	const fbs = await orAbsent(client.read('/v3/posting/fbs/get', options, onePosting('seller'), about));
	if (fbs !== undefined) return fbs.result;
	return await oneFboPosting(client, number, now);
}

/** By the list, which says why a posting was cancelled; the single read does not, but knows what is older than a year. */
async function oneFboPosting(client: OzonClient, number: string, now: number): Promise<OzonPosting | undefined> {
	for await (const page of fboPages(client, { postingNumbers: [number] }, now)) {
		const listed = page.find((each) => numberOf(each) === number);
		if (listed !== undefined && 'posting' in listed) return listed.posting;
	}
	const options = { posting_number: number, with: { analytics_data: true } };
	return (await orAbsent(client.read('/v2/posting/fbo/get', options, onePosting('ozon'), `posting ${number}`)))?.result;
}

/** Every posting of these orders, hundred orders a call. */
export async function postingsOfOrders(client: OzonClient, orderNumbers: readonly string[], now: number): Promise<Listed[]> {
	const found: Listed[] = [];
	for (const chunk of chunksOf([...new Set(orderNumbers)])) {
		for await (const page of fbsPages(client, { orderNumbers: chunk }, now)) found.push(...page);
	}
	return found;
}

/**
 * Many postings by their numbers: by lists, and alone what the lists do not show (older than a year, or too new for them).
 * The siblings that came along are given back too.
 */
export async function manyPostings(client: OzonClient, numbers: readonly string[], now: number): Promise<Map<string, Listed>> {
	const found = new Map<string, Listed>();
	const keep = (page: readonly Listed[]) => page.forEach((listed) => found.set(numberOf(listed), listed));
	keep(await postingsOfOrders(client, numbers.map(orderNumberOf), now));
	const missing = () => numbers.filter((number) => !found.has(number));
	for (const chunk of chunksOf(missing())) {
		for await (const page of fboPages(client, { postingNumbers: chunk }, now)) keep(page);
	}
	for (const number of missing()) {
		const posting = await onePostingOf(client, number, now);
		if (posting !== undefined) found.set(number, { posting });
	}
	return found;
}

export function chunksOf<T>(elements: readonly T[], size = numbersPerCall): T[][] {
	return Array.from({ length: Math.ceil(elements.length / size) }, (_, index) => elements.slice(index * size, (index + 1) * size));
}

async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
	return await reading.catch((failure: unknown) => {
		if (isNotFound(failure)) return undefined;
		throw failure;
	});
}

/** 404, or another status with the word for it (§7). */
export const isNotFound = (failure: unknown): boolean =>
	failure instanceof ServiceFailure && (failure.kind === 'not_found' || /POSTING_NOT_FOUND/.test(failure.message));
