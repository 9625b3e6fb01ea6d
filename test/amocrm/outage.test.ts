import { createEngine } from '../engine/engine';
import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { AmoCrmOAuth2Api } from '../../credentials/AmoCrmOAuth2Api.credentials';
import { openBench, type Bench } from './bench';

let bench: Bench;

beforeEach(async () => {
	bench = await openBench();
});
afterEach(() => bench.close());

describe('when the account is out of reach', () => {
	it('stops at the page of a blocked account and sends nothing more', async () => {
		bench.sandbox.amocrm.settings.requestsPerSecond = 1;
		bench.sandbox.amocrm.settings.abuse429PerMinute = 0;
		await expect(Promise.all([1, 2, 3].map(() => bench.crm.pipelines()))).rejects.toMatchObject({ api: 'amoCRM' });
		await expect(bench.crm.pipelines()).rejects.toMatchObject({ kind: 'forbidden', blocked: true, advice: expect.stringContaining('support') });
		bench.forgetCalls();
		await expect(bench.crm.readDeals(['1'])).rejects.toMatchObject({ kind: 'forbidden', blocked: true });
		expect(bench.calls()).toEqual({});
	});

	it('tries an update again when amoCRM is out of order for a moment, and leaves a create alone', async () => {
		const { id } = bench.sandbox.amocrm.account.addLead({ name: 'Сделка' });
		bench.sandbox.faults.set({ api: 'amocrm', kind: '502-html', method: 'PATCH', next: 2 });
		expect(await bench.crm.saveDeals([{ id: String(id), name: 'Новая' }])).toMatchObject([{ outcome: 'ok' }]);
		bench.sandbox.faults.set({ api: 'amocrm', kind: '502-html', method: 'POST', next: 1 });
		expect(await bench.crm.saveDeals([{ name: 'Вторая' }])).toMatchObject([{ outcome: 'unknown' }]);
		expect(bench.sandbox.amocrm.state().leads.map(({ name }) => name)).toEqual(['Новая']);
	});

	it('says later, not never, when amoCRM is down for long', async () => {
		bench.sandbox.faults.outage('amocrm', 60 * 60_000);
		expect(await bench.crm.readDeals(['1'])).toMatchObject([{ outcome: 'rejected', permanent: false }]);
		expect(await bench.crm.findContacts([{ phone: '+77015550123' }])).toMatchObject([{ outcome: 'rejected', permanent: false }]);
	});

	it('does not take a page or an unknown shape for an answer to a create', async () => {
		for (const kind of ['html', 'wrong-shape'] as const) {
			bench.sandbox.faults.set({ api: 'amocrm', kind, method: 'POST', next: 1 });
			expect(await bench.crm.saveDeals([{ name: kind }])).toMatchObject([{ outcome: 'unknown' }]);
		}
	});
});

describe('OAuth2', () => {
	const engineWith = async (redirectUri: string) => {
		const { baseUrl, clientId, clientSecret } = bench.sandbox.credentials().amocrm;
		const grant = new URL(`${baseUrl}/oauth`);
		grant.searchParams.set('client_id', clientId);
		const allowed = await fetch(grant, { redirect: 'manual', headers: { 'User-Agent': 'test' } });
		const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code');
		const answer = await fetch(`${baseUrl}/oauth2/access_token`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', 'User-Agent': 'test' },
			body: JSON.stringify({ client_id: clientId, client_secret: clientSecret, grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
		});
		const oauthTokenData: Record<string, string> = Object(await answer.json());
		return createEngine({
			nodeTypes: [AmoCrm],
			credentialTypes: [AmoCrmOAuth2Api],
			credentials: { amoCrmOAuth2Api: { account: baseUrl, clientId, clientSecret, oauthTokenData } },
		});
	};
	const workflow = { nodes: [{ name: 'amoCRM', type: 'amoCrm', parameters: { authentication: 'oAuth2', resource: 'pipeline', operation: 'getAll', simplify: true } }] };

	it('serves the node as well as a long-lived token', async () => {
		await bench.crm.prepare('Заказы');
		const engine = await engineWith(bench.sandbox.credentials().amocrm.redirectUri);
		const run = await engine.runWorkflow(workflow);
		expect(run.outputs('amoCRM')[0]?.map(({ json }) => json.name)).toContain('Заказы');
	});

	// n8n renews without redirect_uri, which amoCRM's documentation demands: the sandbox refuses it, and so may amoCRM.
	it('says that the account must be connected again when the token cannot be renewed', async () => {
		const engine = await engineWith(bench.sandbox.credentials().amocrm.redirectUri);
		bench.sandbox.clock.advance(25 * 60 * 60_000);
		const run = await engine.runWorkflow(workflow);
		expect(run.status).toBe('error');
		expect(run.errorOf('amoCRM')).toMatchObject({ httpCode: '401', description: expect.stringContaining('connect the account again') });
	});
});
