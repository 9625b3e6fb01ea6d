import type { FastifyInstance } from 'fastify';

import { createControl } from '../../sandbox/control';
import { read, startAmo, type Harness } from './amocrmHarness';

/** What a person does in the account's pages, through the control server. */

let amo: Harness;
let control: FastifyInstance;
let address: string;

beforeEach(async () => {
	amo = await startAmo();
	const { clock, faults, log } = amo;
	const credentials = () => amo.amo.credentials(amo.url);
	control = createControl({
		clock,
		faults,
		apis: { amocrm: amo.amo },
		logs: { amocrm: log },
		reset: () => amo.amo.reset(),
		credentials,
	});
	address = await control.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
	await control.close();
	await amo.close();
});

interface Pressed {
	status: number;
	/** A part of the answer. */
	at(key: string): unknown;
}

async function ask(method: string, url: string, body?: object): Promise<Pressed> {
	const answer = await fetch(`${address}/amocrm${url}`, { method, body: body && JSON.stringify(body) });
	const json: unknown = await answer.json();
	return { status: answer.status, at: (key) => read(json, key) };
}

const press = async (url: string, body?: object): Promise<Pressed> => await ask('POST', url, body);

it('lets a manager add, edit, move, delete, restore and merge leads', async () => {
	const made = await press('/leads', {
		name: 'Звонок',
		price: 900,
		status: 'Переговоры',
		contact: { name: 'Пример', phones: ['8 701 555 01 23'] },
	});
	const id = Number(made.at('id'));
	expect(amo.amo.state().leads[0]).toMatchObject({
		id,
		name: 'Звонок',
		price: 900,
		stage: 'Переговоры',
		createdBy: 5_000_002,
		responsible: 'Дмитрий Волков',
	});
	expect(amo.amo.state().contacts[0]).toMatchObject({ phones: ['8 701 555 01 23'], leadIds: [id] });
	expect((await press(`/leads/${id}/move`, { status: 'Нет такого' })).status).toBe(404);
	expect((await press(`/leads/${id}/move`, { status: 142, userId: 5_000_003 })).status).toBe(200);
	expect(amo.amo.state().leads[0]).toMatchObject({ stage: 'Успешно реализовано', updatedBy: 5_000_003 });
	await press(`/leads/${id}/edit`, { price: 950, field: { name: 'utm_source', value: 'kaspi' } });
	expect(amo.amo.state().leads[0]).toMatchObject({ price: 950, fields: { utm_source: 'kaspi' } });
	await press(`/leads/${id}/delete`);
	expect(amo.amo.state().leads[0]).toMatchObject({ isDeleted: true });
	expect((await press(`/leads/${id}/edit`, { price: 1 })).status).toBe(404);
	await press(`/leads/${id}/restore`);
	const other = Number((await press('/leads', { name: 'Второй' })).at('id'));
	await press(`/leads/${id}/note`, { text: 'важное' });
	await press(`/leads/${id}/merge-into/${other}`);
	expect(amo.amo.state().leads).toMatchObject([
		{ id: other, price: 950, notes: [{ text: 'важное' }], contactIds: [amo.amo.state().contacts[0]?.id] },
	]);
});

it('adds one or many contacts, deletes and merges them, and makes everything searchable', async () => {
	const made = await press('/contacts', [
		{ name: 'a', phones: ['77015550123'] },
		{ name: 'b', emails: ['b@example.test'] },
	]);
	const [a, b] = amo.amo.state().contacts.map(({ id }) => id);
	expect(made.at('ids')).toEqual([a, b]);
	expect((await amo.call('GET', '/contacts?query=7015550123')).status).toBe(204);
	await press('/index/flush');
	expect((await amo.call('GET', '/contacts?query=7015550123')).numbers('id', '_embedded', 'contacts')).toEqual([a]);
	await press(`/contacts/${a}/merge-into/${b}`);
	expect(amo.amo.state().contacts).toMatchObject([{ id: b, phones: ['77015550123'], emails: ['b@example.test'] }]);
	await press(`/contacts/${b}/delete`);
	expect((await amo.call('GET', `/contacts/${b}`)).status).toBe(204);
});

it('changes settings, refuses unknown ones, and rules tokens and the block', async () => {
	const patched = await ask('PATCH', '/settings', { missingLead: '404', loseShare: 0.5 });
	expect([patched.status, amo.amo.settings.missingLead, amo.amo.settings.loseShare]).toEqual([200, '404', 0.5]);
	expect((await ask('PATCH', '/settings', { nonsense: 1 })).status).toBe(400);
	await press('/token/expire');
	expect((await amo.call('GET', '/account')).status).toBe(401);
	const token = (await press('/token/issue')).at('token');
	expect(amo.amo.credentials(amo.url).longLivedToken).toBe(token);
	expect((await amo.call('GET', '/account')).status).toBe(200);
	await press('/token/revoke');
	expect((await amo.call('GET', '/account')).status).toBe(401);
	await press('/token/issue');
	amo.amo.settings.abuse429PerMinute = 0;
	await Promise.all(Array.from({ length: 9 }, async () => await amo.raw('GET', '/api/v4/account')));
	expect((await amo.call('GET', '/account')).status).toBe(403);
	await press('/unblock');
	amo.clock.advance(1000);
	expect((await amo.call('GET', '/account')).status).toBe(200);
	const stats = await ask('GET', '/webhooks/stats');
	expect(['sent', 'lost', 'hooks'].map((key) => stats.at(key))).toEqual([0, 0, []]);
});
