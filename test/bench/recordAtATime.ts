import axios, { type AxiosInstance } from 'axios';
import { z } from 'zod';
import type { Addresses } from './sandboxProcess';

const orders = z.object({
	data: z.array(z.object({ id: z.string(), attributes: z.object({ code: z.string(), customer: z.object({ firstName: z.string(), cellPhone: z.string() }) }) })),
});
const created = (entity: string) => z.object({ _embedded: z.object({ [entity]: z.array(z.object({ id: z.number() })).min(1) }) });

/**
 * What people wire by hand, order by order: read the lines, search the contact, create the contact, create the lead, link, note.
 * Returns how many orders it brought over; the sandbox counts its calls.
 */
export async function recordAtATime({ kaspi, amocrm }: Addresses): Promise<number> {
	const shop = axios.create({ baseURL: kaspi.baseUrl, headers: { 'X-Auth-Token': kaspi.token, Accept: 'application/vnd.api+json', 'User-Agent': 'bench' } });
	const crm = axios.create({ baseURL: amocrm.baseUrl, headers: { Authorization: `Bearer ${amocrm.longLivedToken}`, 'User-Agent': 'bench' } });
	const from = Date.now() - 24 * 3_600_000;
	const list = `/orders?page[number]=0&page[size]=100&filter[orders][creationDate][$ge]=${from}`;
	const { data } = orders.parse((await shop.get<unknown>(list)).data);
	for (const { id, attributes } of data) {
		await shop.get(`/orders/${encodeURIComponent(id)}/entries`);
		await bringOver(crm, attributes.code, attributes.customer.firstName, attributes.customer.cellPhone);
	}
	return data.length;
}

async function bringOver(crm: AxiosInstance, code: string, name: string, phone: string): Promise<void> {
	await slowly(() => crm.get(`/api/v4/contacts?query=${encodeURIComponent(phone.replace(/\D/g, '').slice(-10))}`));
	const contact = await slowly(() => crm.post<unknown>('/api/v4/contacts', [{ name }]));
	const contactId = created('contacts').parse(contact.data)._embedded.contacts?.[0]?.id;
	const lead = await slowly(() => crm.post<unknown>('/api/v4/leads', [{ name: `Заказ ${code}` }]));
	const leadId = created('leads').parse(lead.data)._embedded.leads?.[0]?.id;
	await slowly(() => crm.post(`/api/v4/leads/${leadId}/link`, [{ to_entity_id: contactId, to_entity_type: 'contacts' }]));
	await slowly(() => crm.post('/api/v4/leads/notes', [{ entity_id: leadId, note_type: 'common', params: { text: code } }]));
}

/** amoCRM takes seven calls a second. */
async function slowly<T>(call: () => Promise<T>): Promise<T> {
	await new Promise((done) => setTimeout(done, 150));
	return call();
}
