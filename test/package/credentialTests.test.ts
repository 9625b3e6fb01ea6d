import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult, INodeType } from 'n8n-workflow';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox';
import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { AmoCrmTrigger } from '../../nodes/AmoCrm/AmoCrmTrigger.node';
import { Bitrix24 } from '../../nodes/Bitrix24/Bitrix24.node';
import { Bitrix24Trigger } from '../../nodes/Bitrix24/Bitrix24Trigger.node';
import { Kaspi } from '../../nodes/Kaspi/Kaspi.node';
import { KaspiTrigger } from '../../nodes/Kaspi/KaspiTrigger.node';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { Ozon } from '../../nodes/Ozon/Ozon.node';
import { OzonTrigger } from '../../nodes/Ozon/OzonTrigger.node';
import { AmoCrmOAuth2Api } from '../../credentials/AmoCrmOAuth2Api.credentials';
import { Bitrix24OAuth2Api } from '../../credentials/Bitrix24OAuth2Api.credentials';
import { createEngine } from '../engine/engine';

// The pace of the services is tested with the transport; here it would only cost time.
jest.mock('../../transport/pace', () => ({
	paceFor: () => ({ ready: async () => undefined, slowDown: () => undefined, block: () => undefined, blocked: () => undefined }),
}));
// Made before anything is asked: the engine sets up what n8n asks through.
createEngine({ nodeTypes: [], credentialTypes: [] });

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ empty: true });
});
afterEach(() => sandbox.faults.clear());
afterAll(async () => await sandbox.close());

type Test = (this: ICredentialTestFunctions, credential: ICredentialsDecrypted) => Promise<INodeCredentialTestResult>;
const nodes: readonly (new () => INodeType)[] = [Kaspi, KaspiTrigger, Ozon, OzonTrigger, AmoCrm, AmoCrmTrigger, Bitrix24, Bitrix24Trigger, OrderSync];

/** As n8n finds it: any node that takes the credential may be asked. */
function testsOf(type: string): Test[] {
	return nodes
		.map((Node) => new Node())
		.flatMap(({ description, methods }) =>
			(description.credentials ?? [])
				.filter(({ name }) => name === type)
				.map(({ testedBy }) => {
					const test = typeof testedBy === 'string' ? methods?.credentialTest?.[testedBy] : undefined;
					if (test === undefined) throw new Error(`${description.name} does not test ${type}`);
					return async function (this: ICredentialTestFunctions, credential: ICredentialsDecrypted) {
						return await test.call(this, credential);
					};
				}),
		);
}

async function test(type: string, data: ICredentialDataDecryptedObject): Promise<INodeCredentialTestResult> {
	const [first] = testsOf(type);
	if (first === undefined) throw new Error(`No node takes ${type}`);
	return await first.call(new CredentialTestContext(), { id: '1', name: 'Mine', type, data });
}

interface Case {
	type: string;
	good(): ICredentialDataDecryptedObject;
	/** The service says no to these. */
	wrong(): ICredentialDataDecryptedObject;
	secret: string;
	/** What to do then, in words of this service. */
	todo: RegExp;
	/** Where it is asked, for faults. */
	api: string;
	/** Cannot even be asked. */
	malformed: ICredentialDataDecryptedObject;
}

const cases: Case[] = [
	{
		type: 'kaspiApi', api: 'kaspi', good: () => ({ ...sandbox.credentials().kaspi }),
		wrong: () => ({ token: 'not-the-token' }), secret: 'not-the-token', todo: /HTTP 401.*Copy the token anew.*Settings → API token/,
		malformed: { token: ' ' },
	},
	{
		type: 'ozonSellerApi', api: 'ozon', good: () => ({ ...sandbox.credentials().ozon }),
		wrong: () => ({ apiKey: 'not-the-key' }), secret: 'not-the-key', todo: /Make a new key in the seller cabinet \(Settings → Seller API\)/,
		malformed: { apiKey: '' },
	},
	{
		type: 'amoCrmApi', api: 'amocrm', good: () => ({ account: sandbox.credentials().amocrm.baseUrl, accessToken: sandbox.credentials().amocrm.longLivedToken }),
		wrong: () => ({ accessToken: 'not-the-token' }), secret: 'not-the-token', todo: /HTTP 401.*make a new token in amoCRM \(Settings → Integrations/,
		malformed: { account: 'https://shop.example.com' },
	},
	{
		type: 'bitrix24WebhookApi', api: 'bitrix24', good: () => ({ webhookUrl: sandbox.credentials().bitrix24.webhookUrl }),
		wrong: () => ({ webhookUrl: `${sandbox.credentials().bitrix24.baseUrl}/rest/1/notthewebhookcode/` }),
		secret: 'notthewebhookcode', todo: /Make an inbound webhook in Bitrix24 \(Developer resources → Other → Inbound webhook\)/,
		malformed: { webhookUrl: 'https://shop.bitrix24.kz' },
	},
];

describe.each(cases)('the test of $type', ({ type, api, good, wrong, secret, todo, malformed }) => {
	it('is the same in every node that takes it', () => {
		expect(testsOf(type).length).toBeGreaterThanOrEqual(3);
	});

	it('passes a credential that works', async () => {
		expect(await test(type, good())).toMatchObject({ status: 'OK' });
	});

	it('says what the service said and what to do, and not the secret', async () => {
		const { status, message } = await test(type, { ...good(), ...wrong() });
		expect(status).toBe('Error');
		expect(message).toMatch(todo);
		expect(message).not.toContain(secret);
	});

	it('says what is missing or cannot be right, without asking anybody', async () => {
		const before = JSON.stringify(sandbox.logs);
		const { status, message } = await test(type, { ...good(), ...malformed });
		expect([status, message.length > 15, /failed|undefined|Invalid/i.test(message)]).toEqual(['Error', true, false]);
		expect(JSON.stringify(sandbox.logs)).toBe(before);
	});

	it('says that the credential may be right when the service is down or nobody is there', async () => {
		sandbox.faults.set({ api, kind: '502-html' });
		expect((await test(type, good())).message).toMatch(/HTTP 502.*The credential may be right/);
		sandbox.faults.clear();
		const nowhere = Object.fromEntries(Object.entries(good()).map(([name, value]) => [name, typeof value === 'string' ? value.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9') : value]));
		expect((await test(type, nowhere)).message).toMatch(/connection was refused.*The credential may be right/);
	}, 60_000);
});

it('Kaspi: a Shop ID of another shop is told from a wrong token', async () => {
	expect((await test('kaspiApi', { ...sandbox.credentials().kaspi, shopId: '111' })).message).toMatch(/Check the Shop ID/);
});

it('Bitrix24: a webhook that may not see the CRM does not pass', async () => {
	sandbox.bitrix24.account.setScopes(['user']);
	const { status, message } = await test('bitrix24WebhookApi', { webhookUrl: sandbox.credentials().bitrix24.webhookUrl });
	sandbox.bitrix24.account.setScopes(['crm', 'user']);
	expect([status, message]).toEqual(['Error', expect.stringMatching(/scope/i)]);
});

describe.each([new AmoCrmOAuth2Api(), new Bitrix24OAuth2Api()])('the test of $displayName, which n8n takes in its declarative form only', ({ test: { rules = [] } }) => {
	it.each([401, 403, 404, 429, 500, 502, 503, 504])('has words for HTTP %i', (status) => {
		const texts = rules.flatMap(({ type, properties }) => (type === 'responseCode' && properties.value === status ? [properties.message] : []));
		expect(texts).toHaveLength(1);
		expect(texts[0]).toMatch(status === 401 || status === 403 ? /press Connect again/ : status === 404 ? /as you see its address/ : /may be right/);
	});
});
