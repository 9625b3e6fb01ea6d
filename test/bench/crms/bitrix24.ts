import axios from 'axios';
import { z } from 'zod/v4';
import { Bitrix24Adapter } from '../../../nodes/Bitrix24/adapter';
import { Bitrix24Client } from '../../../nodes/Bitrix24/api/client';
import { bitrix24Service } from '../../../nodes/Bitrix24/api/connection';
import { OperatingBudget } from '../../../nodes/Bitrix24/api/operatingTime';
import { portalName, readWebhookUrl } from '../../../nodes/Bitrix24/api/portalAddress';
import { speakBitrix24 } from '../../../nodes/Bitrix24/api/wireFormat';
import { paceFor } from '../../../transport/pace';
import { ServiceClient } from '../../../transport/service';
import type { CrmSide } from '../sides';

/** Commands in a batch, which counts as one call (bitrix24.md §2, §6). */
const perBatch = 50;
/** The leaky bucket: two a second drain, fifty fit in (bitrix24.md §2). */
const callsPerSecond = 2;
const bucket = 50;

const created = z.object({ result: z.object({ item: z.object({ id: z.number() }) }) });
const sleep = async (ms: number): Promise<void> => {
	await new Promise((done) => setTimeout(done, ms));
};

export const bitrix24: CrmSide = {
	api: 'bitrix24',
	name: 'Bitrix24',
	open({ bitrix24: { webhookUrl } }, now) {
		const portal = readWebhookUrl(webhookUrl);
		const account = portalName(portal);
		const service = new ServiceClient({
			...bitrix24Service,
			baseUrl: portal.restUrl,
			http: speakBitrix24(axios.create(), { secrets: portal.secrets }),
			pace: paceFor(`Bitrix24 ${account}`, callsPerSecond, bucket),
			now,
			sleep,
		});
		return new Bitrix24Adapter(new Bitrix24Client(service, account, { budget: new OperatingBudget(), sleep, now }));
	},
	// Buyers are searched for in batches like everything else.
	searches: () => 0,
	least: {
		// A contact, a deal and its product rows.
		create: (orders) => Math.ceil((3 * orders) / perBatch),
		// A list of fifty deals is one command of a batch.
		move: (deals) => Math.ceil(deals / (perBatch * perBatch)) + Math.ceil(deals / perBatch),
		idle: 1,
	},
	newOrderTarget: 0.12,
	bringOver({ bitrix24: { webhookUrl } }) {
		const call = async (method: string, body: object): Promise<unknown> => {
			await sleep(1000 / callsPerSecond);
			return (await axios.post<unknown>(`${webhookUrl}${method}.json`, body, { headers: { 'User-Agent': 'bench' } })).data;
		};
		const add = async (entityTypeId: number, fields: object): Promise<number> =>
			created.parse(await call('crm.item.add', { entityTypeId, fields })).result.item.id;
		return async ({ number, buyer, phone }) => {
			await call('crm.duplicate.findbycomm', { type: 'PHONE', values: [phone], entity_type: 'CONTACT' });
			const contactId = await add(3, { name: buyer });
			const dealId = await add(2, { title: `Заказ ${number}`, contactIds: [contactId] });
			await call('crm.item.productrow.set', { ownerType: 'D', ownerId: dealId, productRows: [{ productName: number, price: 1, quantity: 1 }] });
			await call('crm.timeline.comment.add', { fields: { ENTITY_ID: dealId, ENTITY_TYPE: 'deal', COMMENT: number } });
		};
	},
};
