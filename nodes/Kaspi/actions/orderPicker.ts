import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { nodeErrorFrom } from '../../../transport/n8n';
import { connectKaspi, type KaspiConnection } from '../api/connection';
import { orderFromKaspi } from '../model/order';
import { longestPeriodMs } from '../model/period';
import { kaspiRules } from '../model/rules';
import type { KaspiOrder } from '../api/schema';

/** The list of orders to choose from in the editor: the last two weeks, or the one whose number was typed in. */
export async function searchOrders(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	try {
		return await search(await connectKaspi(this), filter?.trim() ?? '', Number(paginationToken ?? 0));
	} catch (error) {
		throw nodeErrorFrom(this.getNode(), error);
	}
}

async function search({ client, shop }: KaspiConnection, filter: string, page: number): Promise<INodeListSearchResult> {
	const show = (order: KaspiOrder): INodeListSearchItems => ({
		name: `${order.code} · ${kaspiRules.statusText(orderFromKaspi(order, shop))} · ${order.totalPrice} ₸`,
		value: order.id,
	});
	if (/^\d{6,}$/.test(filter)) {
		const found = await client.findByCode(filter);
		if (found !== undefined) return { results: [show(found.order)] };
	}
	const { orders, pageCount } = await client.page({ from: Date.now() - longestPeriodMs }, page);
	const results = orders.flatMap((listed) => ('order' in listed ? [show(listed.order)] : []));
	return {
		results: results.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase())),
		paginationToken: page + 1 < pageCount ? String(page + 1) : undefined,
	};
}
