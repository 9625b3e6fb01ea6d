import { splitKey } from '../filter';
import { pageOf } from '../listing';
import type { Entity, ProductRow } from '../model';
import { entriesOf, isMap, isYes, itemsOf, param, text, whole, type Params } from '../php';
import { badValue, missing, Problem } from '../problem';
import { reading, writing, type Methods, type MethodContext } from './method';

/** Goods of a deal: `set` replaces all of them and may be repeated (bitrix24.md §4). */
export const productRowMethods: Methods = {
	'crm.item.productrow.set': writing((context, { params, who }) => {
		const deal = ownerIn(context, params.ownerType, params.ownerId);
		if (params.productRows === undefined) throw missing('productRows');
		const rows = itemsOf(params.productRows).filter(isMap).map((row, index) => rowOf(context, row, index));
		context.store.productRows.set(deal.id, rows);
		context.records.recount(deal, { userId: who.userId, door: 'item' });
		return { result: { productRows: rows.map((row) => view(deal, row)) } };
	}),
	'crm.item.productrow.list': reading((context, { params }) => {
		const filter = new Map(entriesOf(param(params, 'filter')).map(([key, value]) => [splitKey(key).name, value]));
		const deal = ownerIn(context, filter.get('ownerType'), filter.get('ownerId'));
		const { items, ...page } = pageOf(context.store.productRows.get(deal.id) ?? [], params);
		return { result: { productRows: items.map((row) => view(deal, row)) }, ...page };
	}),
	'crm.deal.productrows.set': writing((context, { params, who }) => {
		const deal = ownerIn(context, 'D', param(params, 'id', 'ID'));
		const rows = itemsOf(params.rows ?? []).filter(isMap).map((row, index) => {
			const { PRODUCT_ID: productId, PRODUCT_NAME: productName, PRICE: price, QUANTITY: quantity } = row;
			return rowOf(context, { productId, productName, price, quantity }, index);
		});
		context.store.productRows.set(deal.id, rows);
		context.records.recount(deal, { userId: who.userId, door: 'classic' });
		return { result: true };
	}),
	'crm.deal.productrows.get': reading((context, { params }) => {
		const deal = ownerIn(context, 'D', param(params, 'id', 'ID'));
		const rows = context.store.productRows.get(deal.id) ?? [];
		return {
			result: rows.map(({ id, productId, productName, price, quantity }) => ({
				ID: String(id),
				OWNER_ID: String(deal.id),
				OWNER_TYPE: 'D',
				PRODUCT_ID: productId,
				PRODUCT_NAME: productName,
				PRICE: price,
				QUANTITY: quantity,
			})),
		};
	}),
};

function rowOf({ store }: MethodContext, row: Params, index: number): ProductRow {
	const number = (name: string, otherwise: number): number => {
		const value = Number(text(row[name]) === '' ? Number.NaN : text(row[name]));
		return Number.isNaN(value) ? otherwise : value;
	};
	if (text(row.productName).length > 256) throw badValue('productName');
	return {
		id: store.nextId('productRow'),
		productId: whole(row.productId) || 0,
		productName: text(row.productName),
		price: number('price', 0),
		quantity: number('quantity', 1),
		discountTypeId: number('discountTypeId', 2),
		discountRate: number('discountRate', 0),
		discountSum: number('discountSum', 0),
		taxRate: number('taxRate', 0),
		taxIncluded: isYes(row.taxIncluded) ? 'Y' : 'N',
		measureCode: number('measureCode', 796),
		sort: number('sort', (index + 1) * 10),
	};
}

function view(deal: Entity, row: ProductRow) {
	const { id, ...rest } = row;
	const brutto = row.price + row.discountSum;
	const prices = { priceAccount: row.price, priceExclusive: row.price, priceNetto: brutto, priceBrutto: brutto };
	return { id, ownerId: deal.id, ownerType: 'D', ...rest, ...prices, customized: 'Y', measureName: 'шт' };
}

function ownerIn({ store }: MethodContext, type: unknown, id: unknown): Entity {
	if (type === undefined) throw missing('ownerType');
	if (id === undefined) throw missing('ownerId');
	if (type !== 'D') {
		throw new Problem(400, 'ENTITY_TYPE_NOT_SUPPORTED', 'Working with this type of objects is not supported');
	}
	const deal = store.readable('deal', whole(id));
	if (!deal) throw new Problem(400, 'OWNER_NOT_FOUND', 'The provided CRM object was not found');
	return deal;
}
