import type { DealProduct } from '../../../core/ports';
import type { Command, Reference } from '../api/command';

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
			productName: name,
			price,
			quantity,
			sort: (index + 1) * 10,
		})),
	},
});
