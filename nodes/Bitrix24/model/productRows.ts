import { cutText } from '../../../core/text/cut';
import type { DealProduct } from '../../../core/ports';
import type { Command, Reference } from '../api/command';

/** Vendor's page of 2026-08-26 (bitrix24.md §11). */
const longestName = 256;

/** Replaces all rows of a deal: safe to repeat (bitrix24.md §4). Names are free text unless there is a product of the catalogue. */
export const productRowsCommand = (
	dealId: number | Reference,
	products: readonly (DealProduct & { productId?: number })[],
): Command => ({
	method: 'crm.item.productrow.set',
	params: {
		ownerType: 'D',
		ownerId: dealId,
		productRows: products.map(({ productId, name, price, quantity }, index) => ({
			productId,
			productName: cutText(name, longestName),
			price,
			quantity,
			sort: (index + 1) * 10,
		})),
	},
});
