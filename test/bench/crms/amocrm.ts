import axios from 'axios';
import { z } from 'zod/v4';
import { AmoCrmAdapter } from '../../../nodes/AmoCrm/adapter';
import { AmoCrmClient } from '../../../nodes/AmoCrm/api/client';
import { amoCrmService } from '../../../nodes/AmoCrm/api/connection';
import { paceFor } from '../../../transport/pace';
import { ServiceClient } from '../../../transport/service';
import type { CrmSide } from '../sides';

const perWrite = 50;
const perRead = 250;
/** amoCRM takes seven calls a second (amocrm.md §2); the node keeps to six. */
const callsPerSecond = 6;

const created = (entity: string) => z.object({ _embedded: z.object({ [entity]: z.array(z.object({ id: z.number() })).min(1) }) });

export const amocrm: CrmSide = {
	api: 'amocrm',
	name: 'amoCRM',
	open({ amocrm: { baseUrl, longLivedToken } }, now) {
		const service = new ServiceClient({
			...amoCrmService,
			baseUrl,
			http: axios.create({ headers: { Authorization: `Bearer ${longLivedToken}` } }),
			pace: paceFor(`amoCRM ${new URL(baseUrl).host}`, callsPerSecond),
			now,
		});
		return new AmoCrmAdapter(new AmoCrmClient(service, new URL(baseUrl).host), now);
	},
	searches: (byRoute) => byRoute['GET /api/v4/contacts'] ?? 0,
	least: {
		create: (orders) => 2 * Math.ceil(orders / perWrite),
		move: (deals) => Math.ceil(deals / perRead) + Math.ceil(deals / perWrite),
		idle: 1,
	},
	newOrderTarget: 0.06,
	bringOver({ amocrm: { baseUrl, longLivedToken } }) {
		const crm = axios.create({ baseURL: baseUrl, headers: { Authorization: `Bearer ${longLivedToken}`, 'User-Agent': 'bench' } });
		const slowly = async <T>(call: () => Promise<T>): Promise<T> => {
			await new Promise((done) => setTimeout(done, 1000 / callsPerSecond));
			return call();
		};
		return async ({ number, buyer, phone }) => {
			await slowly(() => crm.get(`/api/v4/contacts?query=${encodeURIComponent(phone.replace(/\D/g, '').slice(-10))}`));
			const contact = await slowly(() => crm.post<unknown>('/api/v4/contacts', [{ name: buyer }]));
			const contactId = created('contacts').parse(contact.data)._embedded.contacts?.[0]?.id;
			const lead = await slowly(() => crm.post<unknown>('/api/v4/leads', [{ name: `Заказ ${number}` }]));
			const leadId = created('leads').parse(lead.data)._embedded.leads?.[0]?.id;
			await slowly(() => crm.post(`/api/v4/leads/${leadId}/link`, [{ to_entity_id: contactId, to_entity_type: 'contacts' }]));
			await slowly(() => crm.post('/api/v4/leads/notes', [{ entity_id: leadId, note_type: 'common', params: { text: number } }]));
		};
	},
};
