import { z } from 'zod/v4';

import { productIds, ship, shipPackage, split } from '../assembly';
import { read } from '../body';
import {
	cancelPosting,
	cancelProducts,
	dispute,
	fbsPosting,
	setCutoff,
	setStatus,
	setTimeslot,
	setTracking,
	timeslotRestrictions,
} from '../commands';
import { fboList, fbsList, unfulfilledList } from '../postingList';
import { notFound } from '../refusal';
import { fboListItem, fboPosting, fullPosting, listItem } from '../render';
import { REASONS, reasonsFor } from '../rules';
import type { OzonShop } from '../shop';
import { iso } from '../time';
import { show, type AddMethod } from './method';

const flags = z
	.object({
		analytics_data: z.boolean(),
		barcodes: z.boolean(),
		financial_data: z.boolean(),
		legal_info: z.boolean(),
		related_postings: z.boolean(),
	})
	.partial()
	.prefault({});
const getBody = z.object({ posting_number: z.string().min(1), with: flags });

/** Reading and moving postings (ozon.md §3, §7). */
export function addPostings(add: AddMethod, shop: OzonShop): void {
	add('/v4/posting/fbs/list', (body, request) => {
		const { postings, cursor, hasNext, with: wanted } = fbsList(shop, body);
		show(shop, request, postings);
		return { postings: postings.map((posting) => listItem(shop, posting, wanted)), cursor, has_next: hasNext };
	});
	add('/v4/posting/fbs/unfulfilled/list', (body, request) => {
		const { postings, cursor, hasNext, count, with: wanted } = unfulfilledList(shop, body);
		show(shop, request, postings);
		return { postings: postings.map((posting) => listItem(shop, posting, wanted)), cursor, has_next: hasNext, count };
	});
	add('/v3/posting/fbs/get', (body, request) => {
		const { posting_number: number, with: wanted } = read(getBody, body);
		const posting = fbsPosting(shop, number);
		show(shop, request, [posting]);
		return { result: fullPosting(shop, posting, wanted) };
	});
	add('/v3/posting/fbo/list', (body) => {
		const { postings, cursor, hasNext, with: wanted } = fboList(shop, body);
		return { postings: postings.map((posting) => fboListItem(posting, wanted)), cursor, has_next: hasNext };
	});
	add('/v2/posting/fbo/get', (body) => {
		const { posting_number: number, with: wanted } = read(getBody, body);
		const posting = shop.postings.get(number);
		if (posting?.scheme !== 'fbo') throw notFound();
		return { result: fboPosting(posting, wanted) };
	});

	add('/v4/posting/fbs/ship', (body) => ({ additional_data: [], result: ship(shop, body) }));
	add('/v4/posting/fbs/ship/package', (body) => ({ result: shipPackage(shop, body) }));
	add('/v1/posting/fbs/split', (body) => {
		const { parent, parts } = split(shop, body);
		const view = (posting: typeof parent) => ({ posting_number: posting.number, products: productIds(posting) });
		return { parent_posting: view(parent), postings: parts.map(view) };
	});

	add('/v2/posting/fbs/cancel', (body) => cancelPosting(shop, body));
	add('/v2/posting/fbs/product/cancel', (body) => cancelProducts(shop, body));
	add('/v1/posting/fbs/cancel-reason', (body) => {
		const { related_posting_numbers: numbers } = read(
			z.object({ related_posting_numbers: z.array(z.string()).min(1) }),
			body,
		);
		return {
			result: numbers.map((number) => ({
				posting_number: number,
				reasons: reasonsFor(fbsPosting(shop, number)).map((reason) => ({ ...reason, type_id: 'seller' })),
			})),
		};
	});
	add('/v2/posting/fbs/cancel-reason/list', () => ({
		result: REASONS.map(({ id, title, usable }) => ({
			id,
			title,
			type_id: 'seller',
			is_available_for_cancellation: usable,
		})),
	}));

	add('/v2/fbs/posting/delivering', (body) => ({ result: setStatus(shop, 'delivering', body) }));
	add('/v2/fbs/posting/last-mile', (body) => ({ result: setStatus(shop, 'last-mile', body) }));
	add('/v2/fbs/posting/delivered', (body) => ({ result: setStatus(shop, 'delivered', body) }));
	add('/v2/fbs/posting/tracking-number/set', (body) => ({ result: setTracking(shop, body) }));
	add('/v2/posting/fbs/arbitration', (body) => dispute(shop, 'arbitration', body));
	add('/v2/posting/fbs/awaiting-delivery', (body) => dispute(shop, 'awaiting-delivery', body));
	add('/v1/posting/cutoff/set', (body) => setCutoff(shop, body));
	add('/v1/posting/fbs/timeslot/set', (body) => setTimeslot(shop, body));
	add('/v1/posting/fbs/timeslot/change-restrictions', (body) => {
		const { span, left } = timeslotRestrictions(shop, body);
		return {
			delivery_interval: { begin: iso(span.begin), end: iso(span.end) },
			remaining_changes_count: Math.max(0, left),
		};
	});
}
