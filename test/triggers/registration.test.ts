import { z } from 'zod/v4';
import { closeJournal, freshJournal } from '../engine/journal';
import { PublishedTrigger } from '../engine/publishedTrigger';
import { openNodeBench as openAmoCrm } from '../amocrm/nodeBench';
import { openNodeBench as openBitrix24 } from '../bitrix24/nodeBench';
import type { Engine } from '../engine/engine';
import { runHook, runWebhook } from '../engine/contexts';
import type { Faults } from '../../sandbox/faults';
import { newSecret } from '../../transport/webhookSecret';

jest.mock('n8n-workflow', () => ({ ...jest.requireActual('n8n-workflow'), sleep: async () => undefined }));

/** A CRM whose trigger registers n8n's address by itself. */
interface Crm {
	engine: Engine;
	api: string;
	faults: Faults;
	type: string;
	parameters: Record<string, string | number | string[]>;
	/** The body of a webhook call about a new deal. */
	event: string;
	/** Every address that is registered, once. */
	addresses(): string[];
	/** Somebody registers an address. */
	register(address: string): Promise<void>;
	close(): Promise<void>;
}

const tokenData = z.object({ access_token: z.string() });

const crms: Record<string, () => Promise<Crm>> = {
	async amocrm() {
		const bench = await openAmoCrm();
		return {
			engine: bench.engine,
			api: 'amocrm',
			faults: bench.sandbox.faults,
			type: 'amoCrmTrigger',
			parameters: { events: ['dealAdded'], receiveBy: 'both', gatherSeconds: 30 },
			event: 'leads[add][0][id]=11',
			addresses: () => bench.sandbox.amocrm.state().webhooks.map(({ destination }) => destination),
			register: async (address) => void (await bench.client.subscribe(address, ['add_lead'])),
			close: () => bench.close(),
		};
	},
	async bitrix24() {
		const bench = await openBitrix24();
		await bench.connect();
		return {
			engine: bench.engine,
			api: 'bitrix24',
			faults: bench.sandbox.faults,
			type: 'bitrix24Trigger',
			parameters: { authentication: 'oAuth2', events: ['dealAdded', 'dealStageChanged'], receiveBy: 'both', gatherSeconds: 30 },
			event: `event=ONCRMDEALADD&data[FIELDS][ID]=11&auth[application_token]=t&auth[member_id]=${bench.credentials().memberId}`,
			addresses: () => [...new Set(bench.sandbox.bitrix24.state().webhooks.map(({ url }) => url))],
			register: async (handler) => {
				const { access_token: auth } = tokenData.parse(bench.engine.credentials.stored.bitrix24OAuth2Api?.oauthTokenData);
				const body = new URLSearchParams({ event: 'ONCRMDEALADD', handler, auth });
				const { ok } = await fetch(`http://${bench.credentials().domain}/rest/event.bind.json`, { method: 'POST', body });
				if (!ok) throw new Error('The sandbox has not bound the event');
			},
			close: () => bench.close(),
		};
	},
};

describe.each(Object.keys(crms))('the address that the trigger registers with %s', (name) => {
	let crm: Crm;
	let trigger: PublishedTrigger;
	let names = 0;

	beforeEach(async () => {
		await freshJournal();
		const open = crms[name];
		if (open === undefined) throw new Error(name);
		crm = await open();
		names += 1;
		trigger = published();
	});
	afterEach(async () => await crm.close());
	afterAll(closeJournal);

	const published = (staticData = {}) => new PublishedTrigger(crm.engine, { type: crm.type, name: `${crm.type} ${names}`, parameters: crm.parameters }, staticData);

	/** n8n is reached at another address from now on. */
	function moveTo(base: string): void {
		const usual = crm.engine.additionalData.bind(crm.engine);
		crm.engine.additionalData = (mode) => ({ ...usual(mode), webhookBaseUrl: `${base}/webhook`, webhookTestBaseUrl: `${base}/webhook-test` });
	}
	const path = () => `webhook/webhook-${crm.type} ${names}/${crm.type === 'amoCrmTrigger' ? 'amocrm' : 'bitrix24'}`;
	const at = (base: string) => expect.stringMatching(new RegExp(`^${base}/webhook/[^?]+\\?secret=[\\w-]{32}$`));

	it('is registered by a poll when the service was out of reach at the activation', async () => {
		crm.faults.set({ api: crm.api, kind: '500' });
		await trigger.activate('activate');
		expect(crm.addresses()).toEqual([]);
		crm.faults.clear();
		await trigger.poll();
		expect(crm.addresses()).toEqual([at('http://n8n.test:5678')]);
		await trigger.restart();
		expect(crm.addresses()).toHaveLength(1);
		await trigger.unpublish();
		expect(crm.addresses()).toEqual([]);
	});

	it('replaces the one before when n8n has moved, also twice, also while the service is down', async () => {
		await trigger.activate('activate');
		const [first] = crm.addresses();
		moveTo('https://two.example');
		await trigger.restart();
		expect(crm.addresses()).toEqual([at('https://two.example')]);
		moveTo('https://three.example');
		crm.faults.set({ api: crm.api, kind: '500' });
		await trigger.restart();
		crm.faults.clear();
		await trigger.poll();
		expect(crm.addresses()).toEqual([at('https://three.example')]);
		expect(first).toEqual(at('http://n8n.test:5678'));
		await trigger.unpublish();
		expect(crm.addresses()).toEqual([]);
	});

	it('is known by its path when the journal is lost, and nobody else is touched', async () => {
		const strangers = [
			'https://two.example/webhook/another-workflow/amocrm?secret=s',
			'https://people.example/hook',
			// A copy of this workflow in another n8n of this version.
			`https://copy.example/${path().replaceAll(' ', '%20')}?secret=${newSecret('another n8n')}`,
		];
		for (const stranger of strangers) await crm.register(stranger);
		await trigger.activate('activate');
		await freshJournal();
		moveTo('https://two.example');
		await trigger.restart();
		expect(crm.addresses()).toEqual([...strangers, at('https://two.example')]);
		await freshJournal();
		await trigger.unpublish();
		expect(crm.addresses()).toEqual(strangers);
	});

	it('is removed wherever version 0.1.0 has left it', async () => {
		const secret = 'k'.repeat(32);
		const left = ['https://one.example', 'https://two.example', 'http://n8n.test:5678'].map((base) => `${base}/${path().replaceAll(' ', '%20')}?secret=${secret}`);
		for (const address of left) await crm.register(address);
		trigger = published({ secret, destination: left[2], accountId: 30, token: 't' });
		await trigger.restart();
		expect(crm.addresses()).toEqual([left[2]]);
		await trigger.unpublish();
		expect(crm.addresses()).toEqual([]);
	});

	it('of the editor\'s test and of the published version live side by side', async () => {
		await trigger.activate('activate');
		const test = { node: trigger.node, isTest: true };
		expect(await runHook(crm.engine, { ...test, method: 'checkExists' })).toBe(false);
		await runHook(crm.engine, { ...test, method: 'create' });
		expect(crm.addresses()).toHaveLength(2);
		await trigger.restart();
		expect(crm.addresses()).toHaveLength(2);
		// The same event comes to both, and each tells it at once.
		const [toTest = '', toPublished = ''] = [...crm.addresses()].sort((a) => (a.includes('/webhook-test/') ? -1 : 1));
		const event = (address: string) => ({ query: { secret: new URL(address).searchParams.get('secret') ?? '' }, rawBody: Buffer.from(crm.event) });
		expect(await trigger.webhook(event(toPublished))).toHaveLength(1);
		for (let time = 1; time <= 2; time += 1) {
			const tested = await runWebhook(crm.engine, { node: trigger.node, request: event(toTest), mode: 'manual' });
			expect(tested.data.workflowData?.[0]).toHaveLength(1);
		}
		expect((await runWebhook(crm.engine, { node: trigger.node, request: event(toPublished), mode: 'manual' })).response.statusCode).toBe(403);
		await runHook(crm.engine, { ...test, method: 'delete' });
		expect(crm.addresses()).toEqual([at('http://n8n.test:5678')]);
	});
});
