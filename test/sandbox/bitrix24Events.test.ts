import { pause, read, Receiver } from './amocrmHarness';
import { startBitrix, type Harness } from './bitrix24Harness';

/** Section 9 of bitrix24.md, point 9: events over real HTTP. */

let b24: Harness;
let receiver: Receiver;
let address: string;

beforeEach(async () => {
	receiver = new Receiver();
	address = await receiver.start();
});
afterEach(async () => {
	await b24.close();
	await receiver.close();
});

const ALL = ['ADD', 'UPDATE', 'DELETE'].flatMap((change) => [`ONCRMDEAL${change}`, `ONCRMCONTACT${change}`]);
const start = async (settings: Parameters<typeof startBitrix>[0] = {}, events = ALL) => {
	b24 = await startBitrix(settings);
	return b24.bitrix.account.addOutgoingWebhook(address, events);
};
const stats = () => b24.bitrix.state().webhookStats;
const until = async (fits: () => boolean) => {
	for (let waited = 0; !fits(); waited += 5) {
		if (waited > 5000) throw new Error(`Did not happen: ${JSON.stringify(stats())}`);
		await pause(5);
	}
};
/** Lets everything that is due leave, and waits for the answers. */
const settle = async (ms = 400) => {
	b24.clock.advance(ms);
	await until(() => stats().pending === 0);
};
const told = () => receiver.bodies.map((body) => [read(body, 'event'), read(body, 'data', 'FIELDS', 'ID')]);

it('tells a webhook the id and nothing else, with its token and without any other', async () => {
	const hook = await start({ delayMs: 60_000 });
	const id = b24.bitrix.account.addDeal({ title: 'Тайна', contact: { name: 'Асель', phones: ['+77015550123'] } }).id;
	b24.clock.advance(55_000);
	await pause(20);
	expect(receiver.bodies).toHaveLength(0);
	await settle(5000);
	expect(told()).toEqual([
		['ONCRMCONTACTADD', '1'],
		['ONCRMDEALADD', String(id)],
	]);
	const { domain, memberId } = b24.bitrix.credentials(b24.url);
	expect(receiver.types[0]).toBe('application/x-www-form-urlencoded');
	expect(receiver.bodies[1]).toEqual({
		event: 'ONCRMDEALADD',
		event_handler_id: String(hook.id),
		data: { FIELDS: { ID: String(id) } },
		ts: expect.stringMatching(/^\d{10}$/),
		auth: {
			domain,
			client_endpoint: `${b24.url}/rest/`,
			server_endpoint: expect.any(String),
			member_id: memberId,
			application_token: hook.applicationToken,
		},
	});
	expect(receiver.raw.join()).not.toContain('access_token');
});

it('hears API writes like those of people, and nothing when nothing changed', async () => {
	await start();
	const id = await b24.number('crm.item.add', { entityTypeId: 2, fields: { title: 'x' } }, 'item', 'id');
	await b24.result('crm.item.update', { entityTypeId: 2, id, fields: { stageId: 'EXECUTING' } });
	await b24.result('crm.item.update', { entityTypeId: 2, id, fields: { stageId: 'EXECUTING' } });
	b24.bitrix.account.moveDeal(id, 'Сделка успешна');
	b24.bitrix.account.remove('deal', id);
	await settle();
	expect(told().map(([event]) => event).sort()).toEqual(
		['ONCRMDEALADD', 'ONCRMDEALUPDATE', 'ONCRMDEALUPDATE', 'ONCRMDEALDELETE'].sort(),
	);
	const seen = receiver.bodies.length;
	b24.bitrix.settings.itemUpdateFiresEvent = false;
	const back = b24.bitrix.account.restore('deal', id).id;
	expect(back).toBe(id + 1);
	await b24.result('crm.item.update', { entityTypeId: 2, id: back, fields: { title: 'still' } });
	await b24.result('crm.deal.update', { id: back, fields: { TITLE: 'loud' } });
	await settle();
	expect(told().slice(seen).map(([event]) => event).sort()).toEqual(['ONCRMDEALADD', 'ONCRMDEALUPDATE']);
});

it('tells of a move to another pipeline only the application, and by that event alone', async () => {
	await start();
	const { account } = b24.bitrix;
	expect(() => account.addOutgoingWebhook(address, ['ONCRMDEALMOVETOCATEGORY'])).toThrow('cannot be told');
	const other = account.addPipeline('Kaspi').id;
	const id = account.addDeal({ title: 'x' }).id;
	await settle();

	const app = new Receiver();
	const handler = await app.start();
	const { clientId, clientSecret, applicationToken } = b24.bitrix.credentials(b24.url);
	const allowed = await b24.raw(`/oauth/authorize/?client_id=${clientId}`);
	const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code') ?? '';
	const form = new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, client_secret: clientSecret, code });
	const auth = String((await b24.raw('/oauth/token/', { method: 'POST', body: form })).at('access_token'));
	for (const event of ['ONCRMDEALMOVETOCATEGORY', 'ONCRMDEALUPDATE']) {
		const query = new URLSearchParams({ event, handler, auth });
		expect((await b24.raw(`/rest/event.bind?${query.toString()}`)).at('result')).toBe(true);
	}
	await b24.result('crm.item.update', { entityTypeId: 2, id, fields: { categoryId: other, stageId: `C${other}:EXECUTING` } });
	await settle();
	expect(receiver.bodies).toHaveLength(1);
	expect(app.bodies).toHaveLength(1);
	expect(app.bodies[0]).toMatchObject({
		event: 'ONCRMDEALMOVETOCATEGORY',
		data: { FIELDS: { ID: String(id), CATEGORY_ID: String(other), STAGE_ID: `C${other}:EXECUTING` } },
		auth: { application_token: applicationToken, expires_in: '3600', scope: expect.stringContaining('crm'), status: 'L' },
	});
	const given = String(read(app.bodies[0], 'auth', 'access_token'));
	expect((await b24.raw(`/rest/profile?auth=${given}`)).status).toBe(200);
	b24.bitrix.account.moveDeal(id, 'Сделка успешна');
	await settle();
	expect([receiver.bodies, app.bodies].map((bodies) => read(bodies.at(-1), 'event'))).toEqual(['ONCRMDEALUPDATE', 'ONCRMDEALUPDATE']);
	await app.close();
});

it('tries once: a handler that is down, refuses or is too slow never hears of it again', async () => {
	await start({ eventAnswerLimitMs: 100 });
	receiver.answers((call) => (call === 1 ? { status: 500 } : call === 2 ? { status: 200, afterMs: 400 } : { status: 200 }));
	for (let number = 0; number < 3; number += 1) {
		b24.bitrix.account.addDeal({ title: String(number) });
		await settle();
	}
	b24.clock.advance(24 * 3_600_000);
	await pause(30);
	expect(receiver.bodies).toHaveLength(3);
	expect(stats()).toMatchObject({ sent: 3, answered: 1, failed: 2, slow: 1, pending: 0 });
	expect(stats().p99Ms).toBeGreaterThanOrEqual(stats().p50Ms);
});

it('comes in a burst: one POST for every deal of a mass edit', async () => {
	await start({}, ['ONCRMDEALUPDATE']);
	const ids = Array.from({ length: 100 }, (_, index) => b24.bitrix.account.addDeal({ title: String(index) }).id);
	for (const id of ids) b24.bitrix.account.moveDeal(id, 'В работе');
	await settle();
	expect(told().map(([, id]) => Number(id)).sort((a, b) => a - b)).toEqual(ids);
});

it('loses, doubles, delays and reorders on demand', async () => {
	await start({ loseShare: 1 }, ['ONCRMDEALADD', 'ONCRMDEALUPDATE']);
	const { account, settings } = b24.bitrix;
	const id = account.addDeal({ title: 'x' }).id;
	await settle();
	expect([receiver.bodies.length, stats().lost]).toEqual([0, 1]);

	Object.assign(settings, { loseShare: 0, doubleShare: 1 });
	account.editDeal(id, { title: 'y' });
	await settle();
	expect([receiver.bodies.length, stats().doubled]).toEqual([2, 1]);

	Object.assign(settings, { doubleShare: 0, delayMs: 600_000 });
	account.editDeal(id, { title: 'z' });
	b24.clock.advance(599_000);
	await pause(20);
	expect(receiver.bodies).toHaveLength(2);
	await settle(1000);
	expect(receiver.bodies).toHaveLength(3);

	Object.assign(settings, { delayMs: 0, reorder: true, eventsAtOnce: 1 });
	const made = Array.from({ length: 20 }, (_, index) => account.addDeal({ title: String(index) }).id);
	await settle(3000);
	const order = told().slice(3).map(([, dealId]) => Number(dealId));
	expect([...order].sort((a, b) => a - b)).toEqual(made);
	expect(order).not.toEqual(made);
});

it('is quiet after the webhook was removed, and after a reset', async () => {
	const hook = await start();
	b24.bitrix.account.addDeal({ title: 'x' });
	b24.bitrix.account.removeOutgoingWebhook(hook.id);
	await settle();
	expect(receiver.bodies).toHaveLength(0);
	b24.bitrix.account.addOutgoingWebhook(address, ALL);
	b24.bitrix.account.addDeal({ title: 'y' });
	b24.bitrix.reset();
	b24.clock.advance(3_600_000);
	await pause(30);
	expect([receiver.bodies.length, stats().sent, b24.bitrix.state().webhooks]).toEqual([0, 0, []]);
});
