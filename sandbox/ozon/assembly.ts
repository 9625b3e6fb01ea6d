import { z } from 'zod/v4';

import { int64 } from './body';
import { checkPieces, fbsPosting, guard, readCommand, run } from './commands';
import { piecesOf, type Pieces, type Posting } from './posting';
import type { OzonShop } from './shop';

const products = z
	.array(z.object({ product_id: int64, quantity: int64.refine((value) => value > 0, 'must be positive') }))
	.min(1)
	.transform((list): Pieces => list.map(({ product_id, quantity }) => ({ sku: product_id, quantity })));
const parts = z.array(z.object({ products })).min(1);
const shipBody = z.object({ posting_number: z.string().min(1), packages: parts });
const packageBody = z.object({ posting_number: z.string().min(1), products });
const splitBody = z.object({ posting_number: z.string().min(1), postings: parts });

/**
 * `/v4/posting/fbs/ship`: 200 is no success, the assembly runs on and may fail. Several packages split the posting: their
 * numbers are in the answer at once, the postings exist when the assembly is done, and the original closes after them
 * (ozon.md §7).
 */
export function ship(shop: OzonShop, body: unknown): Posting['number'][] {
	const request = readCommand(shop, shipBody, body);
	const posting = fbsPosting(shop, request.posting_number);
	guard(shop, posting, 'ship');
	const packages = request.packages.map((one) => one.products);
	checkPieces(shop, posting.products, packages.flat(), 'exactly');
	if (packages.length === 1) {
		assembleLater(shop, posting, () => shop.assemble(posting, 'api'));
		return [posting.number];
	}
	const numbers = packages.map(() => shop.inventor.nextNumber(posting.orderNumber));
	assembleLater(
		shop,
		posting,
		() => {
			packages.forEach((pieces, index) => {
				const part = shop.addPart(posting, pieces, 'api', 'split off', numbers[index]);
				shop.assemble(part, 'api');
			});
			shop.later(shop.settings.shipDelayMs / 2, () => shop.closeParent(posting, 'api'));
		},
		'posting_split_pending',
	);
	return numbers;
}

/** `/v4/posting/fbs/ship/package`: assembles some goods as a posting of their own; the rest stays where it is. */
export function shipPackage(shop: OzonShop, body: unknown): string {
	const request = readCommand(shop, packageBody, body);
	const posting = fbsPosting(shop, request.posting_number);
	guard(shop, posting, 'ship');
	checkPieces(shop, posting.products, request.products, 'at most');
	const rest = without(posting, request.products);
	if (rest.length === 0) {
		assembleLater(shop, posting, () => shop.assemble(posting, 'api'));
		return posting.number;
	}
	const number = shop.inventor.nextNumber(posting.orderNumber);
	assembleLater(
		shop,
		posting,
		() => {
			const part = shop.addPart(posting, request.products, 'api', 'split off', number);
			posting.products = rest;
			posting.shipping = false;
			shop.move(posting, 'api', 'a part was assembled', 'awaiting_packaging', 'posting_created');
			shop.assemble(part, 'api');
		},
		'posting_split_pending',
	);
	return number;
}

/** `/v1/posting/fbs/split`: the first part stays in the original, the others become postings that wait to be assembled. */
export function split(shop: OzonShop, body: unknown): { parent: Posting; parts: Posting[] } {
	const request = readCommand(shop, splitBody, body);
	const posting = fbsPosting(shop, request.posting_number);
	guard(shop, posting, 'split');
	const wanted = request.postings.map((one) => one.products);
	checkPieces(shop, posting.products, wanted.flat(), 'exactly');
	const [stays = [], ...leave] = wanted;
	shop.accounting.accept(posting, 'split');
	const split = leave.map((pieces) => shop.addPart(posting, pieces, 'api', 'split off'));
	posting.products = posting.products.flatMap((product) => {
		const quantity = stays.find(({ sku }) => sku === product.sku)?.quantity ?? 0;
		return quantity > 0 ? [{ ...product, quantity }] : [];
	});
	shop.note(posting, 'api', 'split');
	return { parent: posting, parts: split };
}

function assembleLater(shop: OzonShop, posting: Posting, done: () => void, meanwhile?: 'posting_split_pending'): void {
	run(shop, posting, 'ship', 0, () => {
		posting.shipping = true;
		if (meanwhile) shop.move(posting, 'api', 'assembly started', 'awaiting_packaging', meanwhile);
		else shop.note(posting, 'api', 'assembly started');
		const fails = shop.random.chance(shop.settings.shipFailedShare);
		shop.later(shop.settings.shipDelayMs, () => {
			// Cancelled in the meantime: nothing is left to assemble.
			if (!posting.shipping) return;
			if (fails) shop.shipFailed(posting);
			else done();
		});
	});
}

function without(posting: Posting, pieces: Pieces): Posting['products'] {
	return posting.products.flatMap((product) => {
		const taken = pieces.filter(({ sku }) => sku === product.sku).reduce((sum, { quantity }) => sum + quantity, 0);
		return product.quantity > taken ? [{ ...product, quantity: product.quantity - taken }] : [];
	});
}

export const productIds = (posting: Posting) =>
	piecesOf(posting.products).map(({ sku, quantity }) => ({ product_id: sku, quantity }));
