import { ServiceFailure } from '../../../transport/errors';
import type { OzonPosting } from '../api/schema';

/** One parcel: how many pieces of which SKU (ozon.md §7, `product_id` is the SKU). */
export type Package = readonly { sku: string; quantity: number }[];

/**
 * Spreads a posting's pieces over so many parcels, in the order of its lines, as evenly as it goes. Pure.
 * Each parcel becomes a posting of its own. Who packs otherwise names the parcels with the node's operation Ship.
 * @throws ServiceFailure when there are fewer pieces than parcels
 */
export function packInto({ number, products }: Pick<OzonPosting, 'number' | 'products'>, packages: number): Package[] {
	const pieces = products.flatMap(({ sku, quantity }) => Array.from({ length: quantity }, () => sku));
	if (packages < 1 || packages > pieces.length) {
		throw new ServiceFailure({
			api: 'Ozon',
			kind: 'rejected',
			message: `Nothing was sent for posting ${number}: its ${pieces.length} pieces cannot be packed into ${packages} parcels`,
			advice: 'Correct the number of packages: every parcel holds at least one piece.',
		});
	}
	return Array.from({ length: packages }, (_, index) => {
		const from = Math.floor((index * pieces.length) / packages);
		const to = Math.floor(((index + 1) * pieces.length) / packages);
		return counted(pieces.slice(from, to));
	});
}

function counted(skus: readonly string[]): Package {
	const counts = new Map<string, number>();
	for (const sku of skus) counts.set(sku, (counts.get(sku) ?? 0) + 1);
	return [...counts].map(([sku, quantity]) => ({ sku, quantity }));
}
