import { list, pause, read, Receiver, startAmo, type Harness } from './amocrmHarness';

/** Section 9 of amocrm.md, point 11: webhooks over real HTTP. */

let amo: Harness;
let receiver: Receiver;
let destination: string;

const MINUTE = 60_000;
const ALL = [
	'add_lead',
	'update_lead',
	'status_lead',
	'delete_lead',
	'restore_lead',
	'responsible_lead',
	'add_contact',
	'update_contact',
	'note_lead',
	'add_task',
];

beforeEach(async () => {
	receiver = new Receiver();
	destination = await receiver.start();
});
afterEach(async () => {
	await amo.close();
	await receiver.close();
});

async function start(settings: Parameters<typeof startAmo>[0] = {}, subscribed: string[] = ALL): Promise<void> {
	amo = await startAmo({ webhookBatchMs: 50, shuffleAnswers: false, ...settings });
	expect((await amo.call('POST', '/webhooks', { destination, settings: subscribed })).status).toBe(201);
}

const stats = () => amo.amo.state().webhookStats;
const until = async (fits: () => boolean) => {
	for (let waited = 0; !fits(); waited += 5) {
		if (waited > 5000) throw new Error(`Did not happen: ${JSON.stringify(stats())}`);
		await pause(5);
	}
};

it('registers by destination: a second POST changes, DELETE removes', async () => {
	await start();
	const again = await amo.call('POST', '/webhooks', { destination, settings: ['add_lead'], sort: 5 });
	expect([again.status, again.at('settings'), again.at('sort'), again.at('disabled')]).toEqual([
		201,
		['add_lead'],
		5,
		false,
	]);
	const shown = await amo.call('GET', `/webhooks?filter[destination]=${encodeURIComponent(destination)}`);
	expect([shown.at('_total_items'), list(shown.at('_embedded', 'webhooks')).length]).toEqual([1, 1]);
	expect((await amo.call('POST', '/webhooks', { destination, settings: ['no_such'] })).status).toBe(400);
	expect((await amo.call('POST', '/webhooks', { destination: 'not a url', settings: ['add_lead'] })).status).toBe(400);
	expect((await amo.call('DELETE', '/webhooks', { destination })).status).toBe(204);
	expect((await amo.call('DELETE', '/webhooks', { destination })).status).toBe(404);
	expect((await amo.call('GET', '/webhooks')).status).toBe(204);
});

it('sends own writes back as a form of strings, several events in one POST', async () => {
	await start();
	await amo.call('POST', '/leads/custom_fields', [{ name: 'Номер заказа', type: 'text', code: 'ORDER' }]);
	const [a = 0, b = 0] = await amo.create('/leads', [
		{
			name: 'Заказ 1',
			price: 100,
			custom_fields_values: [{ field_code: 'ORDER', values: [{ value: 'A & 1' }] }],
			_embedded: { tags: [{ name: 'kaspi' }] },
		},
		{ name: 'Заказ 2' },
	]);
	amo.clock.advance(50);
	const [body] = await receiver.got(1);
	expect(receiver.types[0]).toBe('application/x-www-form-urlencoded');
	expect(receiver.raw[0]).toContain(`leads%5Badd%5D%5B0%5D%5Bid%5D=${a}`);
	expect(list(read(body, 'leads', 'add')).map((lead) => read(lead, 'id'))).toEqual([String(a), String(b)]);
	expect(read(body, 'leads', 'add', 0)).toMatchObject({
		name: 'Заказ 1',
		price: '100',
		status_id: expect.stringMatching(/^\d+$/),
		pipeline_id: expect.stringMatching(/^\d+$/),
		modified_user_id: '0',
		created_user_id: '0',
		account_id: '31415926',
		tags: [{ name: 'kaspi' }],
		custom_fields: [{ name: 'Номер заказа', code: 'ORDER', values: [{ value: 'A & 1' }] }],
	});
	expect(read(body, 'account')).toEqual({
		subdomain: 'sandbox',
		id: '31415926',
		_links: { self: 'https://sandbox.amocrm.ru' },
	});
});

it('names the old stage always and the old pipeline only when it changed; people are named as authors', async () => {
	await start({}, ['status_lead', 'update_lead', 'responsible_lead']);
	const other = await amo.call('POST', '/leads/pipelines', [
		{ name: 'Вторая', sort: 2, is_main: false, is_unsorted_on: false },
	]);
	const otherId = Number(other.at('_embedded', 'pipelines', 0, 'id'));
	const [id = 0] = await amo.create('/leads', [{ name: 'x' }]);
	const { pipelineId, statusId } = amo.amo.state().leads[0] ?? {};
	amo.amo.account.moveLead(id, 'Переговоры');
	amo.clock.advance(50);
	const [first] = await receiver.got(1);
	expect(read(first, 'leads', 'status', 0)).toMatchObject({
		id: String(id),
		old_status_id: String(statusId),
		modified_user_id: '5000002',
	});
	expect(read(first, 'leads', 'status', 0, 'old_pipeline_id')).toBeUndefined();
	expect(read(first, 'leads', 'update', 0, 'id')).toBe(String(id));
	amo.amo.account.moveLead(id, 'Первичный контакт', otherId);
	amo.clock.advance(50);
	const second = (await receiver.got(2))[1];
	expect(read(second, 'leads', 'status', 0)).toMatchObject({
		old_pipeline_id: String(pipelineId),
		pipeline_id: String(otherId),
	});
	amo.amo.account.editLead(id, { responsibleUserId: 5_000_003 });
	amo.clock.advance(50);
	expect(read((await receiver.got(3))[2], 'leads', 'responsible', 0)).toMatchObject({
		responsible_user_id: '5000003',
		old_responsible_user_id: '5000001',
	});
});

it('tells of deletion, restoring, notes, tasks and contacts', async () => {
	await start();
	const person = amo.amo.account.addContact({ name: 'Пример', phones: ['77015550123'] }).id;
	const id = amo.amo.account.addLead({ name: 'x', contactIds: [person] }).id;
	await amo.call('POST', `/leads/${id}/notes`, [{ note_type: 'common', params: { text: 'текст' } }]);
	await amo.call('POST', '/tasks', [
		{ text: 'Позвонить', complete_till: 1_900_000_000, entity_id: id, entity_type: 'leads' },
	]);
	amo.amo.account.deleteLead(id);
	amo.amo.account.restoreLead(id);
	amo.clock.advance(50);
	await until(
		() => receiver.bodies.length > 0 && receiver.bodies.some((body) => read(body, 'leads', 'restore') !== undefined),
	);
	const item = (...path: (string | number)[]) =>
		receiver.bodies.map((body) => read(body, ...path)).find((found) => found !== undefined);
	expect(item('contacts', 'add', 0)).toMatchObject({
		type: 'contact',
		custom_fields: [{ code: 'PHONE', values: [{ value: '77015550123' }] }],
	});
	expect(item('leads', 'note', 0, 'note')).toMatchObject({
		note_type: '4',
		element_type: '2',
		element_id: String(id),
		text: 'текст',
		created_by: '0',
	});
	expect(item('task', 'add', 0)).toMatchObject({ element_type: '2', complete_till: '2030-03-17 17:46:40' });
	expect(Object.keys(Object(item('leads', 'delete', 0)))).toEqual(['id', 'status_id', 'pipeline_id']);
	expect(item('leads', 'restore', 0, 'id')).toBe(String(id));
});

it('retries after 5, 15, 15 and 60 minutes while the answer is 5xx, then gives up', async () => {
	await start({}, ['add_lead']);
	receiver.answers(() => ({ status: 503 }));
	await amo.create('/leads', [{}]);
	amo.clock.advance(50);
	for (const [attempt, wait] of [5, 15, 15, 60].entries()) {
		await until(() => stats().sent === attempt + 1);
		amo.clock.advance(wait * MINUTE - 1000);
		await pause(30);
		expect(receiver.bodies).toHaveLength(attempt + 1);
		amo.clock.advance(1000);
	}
	await until(() => stats().givenUp === 1);
	amo.clock.advance(300 * MINUTE);
	await pause(30);
	expect(stats()).toMatchObject({ sent: 5, failed: 5, answered: 0 });
	expect(new Set(receiver.raw).size).toBe(1);
});

it('stops after the third attempt when the code is not 499 or 5xx', async () => {
	await start({ webhookRetryScale: 0.0001 }, ['add_lead']);
	receiver.answers(() => ({ status: 404 }));
	await amo.create('/leads', [{}]);
	amo.clock.advance(50);
	for (const attempt of [1, 2, 3]) {
		await until(() => stats().sent === attempt);
		amo.clock.advance(1000);
	}
	await until(() => stats().givenUp === 1);
	expect(stats()).toMatchObject({ sent: 3, failed: 3 });
});

it('counts an answer that comes too late as none', async () => {
	await start({ webhookAnswerLimitMs: 100 }, ['add_lead']);
	receiver.answers((call) => ({ status: 200, afterMs: call === 1 ? 400 : 0 }));
	await amo.create('/leads', [{}]);
	amo.clock.advance(50);
	await until(() => stats().slow === 1);
	amo.clock.advance(5 * MINUTE);
	await until(() => stats().answered === 1);
	expect(stats()).toMatchObject({ sent: 2, failed: 1, slow: 1 });
});

it('disables a hook after more than 100 invalid answers in two hours, until a person enables it', async () => {
	await start({ requestsPerSecond: 1000, webhookBatchMs: 0 }, ['add_lead']);
	receiver.answers(() => ({ status: 500 }));
	for (let sent = 1; sent <= 101; sent += 1) {
		amo.amo.account.addLead({ name: `${sent}` });
		amo.clock.advance(0);
		await until(() => stats().sent === sent);
		expect(amo.amo.state().webhooks[0]?.disabled).toBe(sent > 100);
	}
	amo.amo.account.addLead({ name: 'unheard' });
	amo.clock.advance(10 * MINUTE);
	await pause(30);
	expect(stats().sent).toBe(101);
	await amo.call('POST', '/webhooks', { destination, settings: ['add_lead'] });
	expect((await amo.call('GET', '/webhooks')).at('_embedded', 'webhooks', 0, 'disabled')).toBe(true);
	receiver.answers(() => ({ status: 200 }));
	amo.amo.account.enableWebhook(destination);
	amo.amo.account.addLead({ name: 'heard' });
	amo.clock.advance(0);
	await until(() => stats().answered === 1);
});

it('loses, doubles, delays, reorders and leaves status events out on demand', async () => {
	await start({ loseShare: 1 });
	const id = amo.amo.account.addLead({ name: 'x' }).id;
	amo.clock.advance(50);
	await until(() => stats().lost === 1);
	expect(receiver.bodies).toHaveLength(0);

	Object.assign(amo.amo.settings, { loseShare: 0, dropStatusEventShare: 1 });
	amo.amo.account.moveLead(id, 'Переговоры');
	amo.clock.advance(50);
	await receiver.got(1);
	expect([read(receiver.bodies[0], 'leads', 'status'), read(receiver.bodies[0], 'leads', 'update', 0, 'id')]).toEqual([
		undefined,
		String(id),
	]);
	expect(stats().statusDropped).toBe(1);

	Object.assign(amo.amo.settings, { dropStatusEventShare: 0, doubleShare: 1 });
	amo.amo.account.editLead(id, { price: 5 });
	amo.clock.advance(100);
	await receiver.got(3);
	expect(receiver.raw[1]).toBe(receiver.raw[2]);

	Object.assign(amo.amo.settings, { doubleShare: 0, delayMs: 10 * MINUTE });
	amo.amo.account.editLead(id, { price: 6 });
	amo.clock.advance(9 * MINUTE);
	await pause(30);
	expect(receiver.bodies).toHaveLength(3);
	amo.clock.advance(MINUTE + 50);
	await receiver.got(4);

	Object.assign(amo.amo.settings, { delayMs: 0, reorder: true });
	for (let price = 100; price < 120; price += 1) {
		amo.amo.account.editLead(id, { price });
		amo.clock.advance(51);
		await pause(3);
	}
	amo.clock.advance(1000);
	await receiver.got(24);
	const prices = receiver.bodies.slice(4).map((body) => Number(read(body, 'leads', 'update', 0, 'price')));
	expect([...prices].sort()).toEqual(Array.from({ length: 20 }, (_, index) => 100 + index));
	expect(prices).not.toEqual([...prices].sort());
	expect(stats().p99Ms).toBeGreaterThanOrEqual(stats().p50Ms);
});

it('is quiet after a reset', async () => {
	await start({ webhookBatchMs: 500 }, ['add_lead']);
	amo.amo.account.addLead({ name: 'x' });
	amo.amo.reset();
	amo.clock.advance(60 * MINUTE);
	await pause(30);
	expect(receiver.bodies).toHaveLength(0);
	expect([stats().sent, amo.amo.state().webhooks]).toEqual([0, []]);
});
