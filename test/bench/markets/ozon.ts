import axios from 'axios';
import { z } from 'zod/v4';
import { OzonMarketplace } from '../../../nodes/Ozon/adapter';
import { ozonClient, ozonCredentials, ozonHttp } from '../../../nodes/Ozon/api/connection';
import type { MarketSide } from '../sides';

const perPage = 100;
/** The FBO list, and the three that have no push: returns, rFBS requests, wishes to cancel (ozon.md §10, §8). */
const otherLists = 4;
const day = 24 * 3_600_000;

const stateSchema = z.object({ ozon: z.object({ postings: z.array(z.object({ number: z.string(), actions: z.array(z.string()) })) }) });
const listSchema = z.object({ postings: z.array(z.object({ posting_number: z.string() })) });
const postingSchema = z.object({ result: z.object({ customer: z.object({ name: z.string().nullish(), phone: z.string().nullish() }).nullish() }) });

export const ozon: MarketSide = {
	api: 'ozon',
	name: 'Ozon',
	open(addresses, now) {
		const credentials = ozonCredentials.parse(addresses.ozon);
		return new OzonMarketplace(ozonClient(credentials, ozonHttp(credentials), { now }), credentials.clientId, { now });
	},
	makeOrders: (sandbox, count) => sandbox.post('/ozon/postings', { count }),
	async moveAll(sandbox) {
		const { ozon: shop } = stateSchema.parse(await sandbox.state());
		for (const { number, actions } of shop.postings) {
			const action = ['assemble-in-cabinet', 'move-on', 'hand-over'].find((each) => actions.includes(each));
			if (action !== undefined) await sandbox.post(`/ozon/postings/${number}/${action}`);
		}
	},
	least: {
		changed: (orders) => Math.ceil(orders / perPage) + otherLists,
		// The list of changes is empty.
		unchanged: () => 1 + otherLists,
	},
	readTarget: (orders) => 0.02 * orders,
	async *oneByOne({ ozon: { baseUrl, clientId, apiKey } }) {
		const shop = axios.create({ baseURL: baseUrl, headers: { 'Client-Id': clientId, 'Api-Key': apiKey, 'User-Agent': 'bench' } });
		const period = { since: new Date(Date.now() - day).toISOString(), to: new Date(Date.now() + day).toISOString() };
		const list = await shop.post<unknown>('/v4/posting/fbs/list', { filter: period, limit: perPage, sort_dir: 'ASC' });
		for (const { posting_number: number } of listSchema.parse(list.data).postings) {
			const { customer } = postingSchema.parse((await shop.post<unknown>('/v3/posting/fbs/get', { posting_number: number })).data).result;
			yield { number, buyer: customer?.name ?? number, phone: customer?.phone ?? number };
		}
	},
};
