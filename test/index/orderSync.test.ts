import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { AmoCrmApi } from '../../credentials/AmoCrmApi.credentials';
import { KaspiApi } from '../../credentials/KaspiApi.credentials';
import { openJournal } from '../../journal/open';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { SyncJournal } from '../../nodes/SyncJournal/SyncJournal.node';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox';
import { createEngine, type Engine } from '../engine/engine';

/** Order Sync in n8n's engine, with a CRM that has a past. */
let sandbox: Sandbox;
let engine: Engine;

beforeEach(async () => {
	sandbox = await startSandbox({ empty: true, kaspi: { rateLimitPerSecond: 0, maskedPhoneShare: 0 } });
	const { kaspi, amocrm } = sandbox.credentials();
	process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'index-'));
	engine = createEngine({
		nodeTypes: [OrderSync, SyncJournal],
		credentialTypes: [KaspiApi, AmoCrmApi],
		credentials: {
			kaspiApi: { token: kaspi.token, shopId: kaspi.shopId, baseUrl: kaspi.baseUrl },
			amoCrmApi: { account: amocrm.baseUrl, accessToken: amocrm.longLivedToken },
		},
	});
}, 60_000);
afterEach(async () => {
	await (await openJournal()).close();
	await sandbox.close();
});

async function run(type: 'orderSync' | 'syncJournal', parameters: INodeParameters) {
	const credentials = type === 'orderSync' ? ['kaspiApi', 'amoCrmApi'] : [];
	const done = await engine.runWorkflow({ nodes: [{ type, name: 'Node', typeVersion: 1, parameters, credentials }] });
	expect(done.status).toBe('success');
	const [first = [], ...others] = done.outputs('Node');
	return { first: first.map(({ json }) => json), others: others.flat().map(({ json }) => json) };
}
const orderSync = (operation: string, options: INodeParameters = {}) =>
	run('orderSync', { marketplace: 'kaspi', crm: 'amoCrm', crmAuthentication: 'accessToken', operation, pipeline: { __rl: true, mode: 'name', value: 'Заказы' }, options });
const contactReads = (): number => sandbox.logs.amocrm.counts().byRoute['GET /api/v4/contacts'] ?? 0;

it('fills the index once; from then on new buyers cost no search, and known ones get their contact', async () => {
	const { account } = sandbox.amocrm;
	const past = Math.floor(sandbox.clock.now() / 1000) - 10 * 24 * 3600;
	for (let number = 0; number < 700; number++) account.addContact({ name: `К${number}`, phones: [`+7702${5_550_000 + number}`], createdAt: past + number });
	const known = account.addContact({ name: 'Асель К.', phones: ['моб. 8 (701) 555-41-23'], createdAt: past });

	expect((await orderSync('prepare')).first[0]).not.toHaveProperty('contactIndex');
	expect(await run('syncJournal', { operation: 'getContactIndex' })).toMatchObject({ first: [] });
	const prepared = await orderSync('prepare', { fillContactIndex: true });
	expect(prepared.first[0]).toMatchObject({ created: [], contactIndex: { phase: 'warm', read: 701 } });
	const { first: [state] } = await run('syncJournal', { operation: 'getContactIndex' });
	expect(state).toMatchObject({ phase: 'warm', contactsRead: 701, upToDateAt: expect.any(String) });
	// A second time there is nothing to read.
	sandbox.logs.amocrm.reset();
	await orderSync('prepare', { fillContactIndex: true });
	expect(contactReads()).toBe(0);

	const { shop } = sandbox.kaspi;
	for (let number = 0; number < 20; number++) shop.createOrder({ buyer: { key: `b${number}`, firstName: 'Имя', lastName: 'Н', phone: `+7705${5_550_000 + number}`, masked: false } });
	shop.createOrder({ buyer: { key: 'asel', firstName: 'Асель', lastName: 'К', phone: '+77015554123', masked: false } });
	const swept = await orderSync('sweep');
	expect(swept.others).toEqual([]);
	expect(swept.first).toHaveLength(21);
	// What has changed since (for the deal that is made alone, and for the rest), and the one contact that the index names (once to
	// check it, once more when it is added to).
	expect(contactReads()).toBeLessThanOrEqual(4);
	const state2 = sandbox.amocrm.state();
	expect(state2.contacts).toHaveLength(701 + 20);
	expect(state2.leads.filter(({ contactIds }) => contactIds.includes(known.id))).toHaveLength(1);

	// An idle sweep asks nothing about contacts.
	sandbox.logs.amocrm.reset();
	await orderSync('sweep');
	expect(contactReads()).toBe(0);
}, 120_000);

it('does not hold Prepare CRM up: what the time budget leaves over is read by the sweeps, and each page is there at once', async () => {
	const past = Math.floor(sandbox.clock.now() / 1000) - 10 * 24 * 3600;
	for (let number = 0; number < 11_000; number++) {
		sandbox.amocrm.account.addContact({ name: `К${number}`, phones: [`+7702${5_550_000 + number}`], createdAt: past + number });
	}
	const { first: [prepared] } = await orderSync('prepare', { fillContactIndex: true, timeBudgetSeconds: 5 });
	expect(prepared).toMatchObject({ contactIndex: { phase: 'filling', read: expect.any(Number), goesOn: expect.stringContaining('Sweep') } });
	const { first: [half] } = await run('syncJournal', { operation: 'getContactIndex' });
	expect(half).toMatchObject({ phase: 'filling', contactsRead: Reflect.get(Object(prepared?.contactIndex), 'read') });
	for (let sweeps = 0; sweeps < 3; sweeps++) await orderSync('sweep');
	const { first: [whole] } = await run('syncJournal', { operation: 'getContactIndex' });
	expect(whole).toMatchObject({ phase: 'warm', contactsRead: 11_000 });
}, 120_000);

it('is dropped by Sync Journal: buyers are searched for again, and nothing fills it until somebody asks', async () => {
	const past = Math.floor(sandbox.clock.now() / 1000) - 10 * 24 * 3600;
	const known = sandbox.amocrm.account.addContact({ name: 'Асель К.', phones: ['87015554123'], createdAt: past });
	// The search of amoCRM lags.
	sandbox.clock.advance(10 * 60_000);
	await orderSync('prepare', { fillContactIndex: true });
	const { first: [dropped] } = await run('syncJournal', { operation: 'dropContactIndex' });
	expect(dropped).toMatchObject({ deleted: { contactIndex: 1 }, erasedFromFile: true });
	sandbox.kaspi.shop.createOrder({ buyer: { key: 'asel', firstName: 'Асель', lastName: 'К', phone: '+77015554123', masked: false } });
	expect((await orderSync('sweep')).first).toHaveLength(1);
	const state = sandbox.amocrm.state();
	expect(state.contacts).toHaveLength(1);
	expect(state.leads.filter(({ contactIds }) => contactIds.includes(known.id))).toHaveLength(1);
	expect(contactReads()).toBeGreaterThan(0);
	expect((await run('syncJournal', { operation: 'getContactIndex' })).first).toEqual([]);

	// Forgotten although the contact is in the CRM: it is found there again, and nobody gets a second one.
	const { first: [forgotten] } = await run('syncJournal', { operation: 'forgetPerson', findBy: 'phone', phone: '87015554123' });
	expect(forgotten).toMatchObject({ contacts: 1, erasedFromFile: true });
	expect(forgotten).not.toMatchObject({ deleted: { identities: 0 } });
	sandbox.kaspi.shop.createOrder({ buyer: { key: 'asel', firstName: 'Асель', lastName: 'К', phone: '+77015554123', masked: false } });
	expect((await orderSync('sweep')).first).toHaveLength(1);
	expect(sandbox.amocrm.state().contacts).toHaveLength(1);
}, 120_000);
