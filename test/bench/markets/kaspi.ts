import axios from 'axios';
import { z } from 'zod/v4';
import { KaspiMarketplace } from '../../../nodes/Kaspi/adapter';
import { kaspiClient, kaspiHttp, shopOf } from '../../../nodes/Kaspi/api/connection';
import type { MarketSide } from '../sides';

const perPage = 100;
const pages = (orders: number): number => Math.ceil(orders / perPage);

const stateSchema = z.object({ kaspi: z.object({ orders: z.array(z.object({ code: z.string(), actions: z.array(z.string()) })) }) });
const listSchema = z.object({
	data: z.array(z.object({ id: z.string(), attributes: z.object({ code: z.string(), customer: z.object({ firstName: z.string(), cellPhone: z.string() }) }) })),
});

export const kaspi: MarketSide = {
	api: 'kaspi',
	name: 'Kaspi',
	open({ kaspi: credentials }, now) {
		return new KaspiMarketplace(kaspiClient(credentials, kaspiHttp(credentials), { now }), shopOf(credentials), { now });
	},
	makeOrders: (sandbox, count) => sandbox.post('/kaspi/orders', { count }),
	async moveAll(sandbox) {
		const { kaspi: shop } = stateSchema.parse(await sandbox.state());
		for (const { code, actions } of shop.orders) {
			const action = ['accept-in-cabinet', 'assemble-in-cabinet', 'buyer-cancel'].find((each) => actions.includes(each));
			if (action !== undefined) await sandbox.post(`/kaspi/orders/${code}/${action}`);
		}
	},
	// Kaspi cannot say what has changed: every look lists what is active (kaspi.md §2).
	least: { changed: pages, unchanged: pages },
	changeTarget: (orders) => 0.04 * orders,
	async *oneByOne({ kaspi: { baseUrl, token } }) {
		const shop = axios.create({ baseURL: baseUrl, headers: { 'X-Auth-Token': token, Accept: 'application/vnd.api+json', 'User-Agent': 'bench' } });
		const from = Date.now() - 24 * 3_600_000;
		const list = `/orders?page[number]=0&page[size]=${perPage}&filter[orders][creationDate][$ge]=${from}`;
		const { data } = listSchema.parse((await shop.get<unknown>(list)).data);
		for (const { id, attributes } of data) {
			await shop.get(`/orders/${encodeURIComponent(id)}/entries`);
			yield { number: attributes.code, buyer: attributes.customer.firstName, phone: attributes.customer.cellPhone };
		}
	},
};
