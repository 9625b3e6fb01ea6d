import { startBitrix, type Harness } from './bitrix24Harness';
import { list, read } from './amocrmHarness';

/** Section 9 of bitrix24.md, points 4 and 5: limits and batches. */

let b24: Harness;
afterEach(async () => await b24.close());

const start = async (settings: Parameters<typeof startBitrix>[0] = {}) => {
	b24 = await startBitrix(settings);
};
/** As many calls at once as wanted. */
const burst = async (count: number, method = 'profile') => {
	const path = `${b24.bitrix.credentials('').webhookUrl}${method}`;
	return await Promise.all(Array.from({ length: count }, async () => await b24.raw(path)));
};

describe('4. leaky bucket and operating time', () => {
	it('takes fifty at once, then two a second; the refusal is JSON or a page', async () => {
		await start({ htmlBodyShare: 0 });
		const answers = await burst(60);
		const refused = answers.filter(({ status }) => status === 503);
		// Real time drains a drop or two while sixty calls are served.
		expect(refused.length).toBeGreaterThanOrEqual(7);
		expect(refused.length).toBeLessThanOrEqual(10);
		expect(refused[0]?.at()).toEqual({ error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' });
		b24.clock.advance(5000);
		const later = await burst(14);
		const passed = later.filter(({ status }) => status === 200).length;
		expect(passed).toBeGreaterThanOrEqual(10);
		expect(passed).toBeLessThan(14);
		b24.bitrix.settings.htmlBodyShare = 1;
		const [page] = (await burst(5)).filter(({ status }) => status === 503);
		expect([page?.type.includes('text/html'), page?.text.includes('503 Service Temporarily Unavailable')]).toEqual([true, true]);
		expect(b24.bitrix.state().portal.refusedCalls).toBeGreaterThan(8);
	});

	it('counts a batch as one request', async () => {
		await start();
		const path = `${b24.bitrix.credentials('').webhookUrl}batch`;
		const cmd = Array.from({ length: 50 }, () => 'profile');
		const send = async () =>
			await b24.raw(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ cmd }) });
		const answers = await Promise.all(Array.from({ length: 20 }, send));
		expect(answers.every(({ status }) => status === 200)).toBe(true);
		expect(b24.bitrix.state().methods.byMethod).toEqual({ profile: 1000 });
		expect(b24.log.counts().byRoute).toEqual({ 'POST /rest/batch': 20 });
	});

	it('sums the working time per method and closes only that method, until the oldest minute is forgotten', async () => {
		await start({ methodCostSeconds: { 'crm.item.add': 200 } });
		const add = async () => await b24.call('crm.item.add', { entityTypeId: 2, fields: { title: 'x' } });
		const first = await add();
		const resetAt = Number(first.at('time', 'operating_reset_at'));
		expect(first.at('time')).toMatchObject({
			start: expect.any(Number),
			finish: expect.any(Number),
			duration: expect.any(Number),
			processing: expect.any(Number),
			date_start: expect.stringMatching(/\+05:00$/),
			operating: 200,
		});
		expect(resetAt - Number(first.at('time', 'start'))).toBeGreaterThan(598);
		expect(resetAt - Number(first.at('time', 'start'))).toBeLessThanOrEqual(600);
		b24.clock.advance(120_000);
		expect((await add()).at('time', 'operating')).toBe(400);
		// The call that crosses the line still passes.
		expect((await add()).at('time', 'operating')).toBe(600);
		const closed = await add();
		expect([closed.status, closed.at('error')]).toEqual([429, 'OPERATION_TIME_LIMIT']);
		expect((await b24.call('crm.item.list', { entityTypeId: 2 })).status).toBe(200);
		const inside = await b24.call('batch', { cmd: { add: 'crm.item.add?entityTypeId=2&fields[title]=x', who: 'profile' } });
		expect(inside.at('result', 'result_error', 'add', 'error')).toBe('OPERATION_TIME_LIMIT');
		expect(inside.at('result', 'result', 'who', 'ID')).toBe('1');
		b24.clock.advance(resetAt * 1000 + 1000 - b24.clock.now());
		const open = await add();
		expect([open.status, open.at('time', 'operating')]).toEqual([200, 600]);
		expect(b24.bitrix.state().portal.operatingRefusals).toBe(2);
	});

	it('can be blocked by support, lose REST with the plan, and fail without any code', async () => {
		await start({ overloaded: true });
		const blocked = await b24.call('profile');
		expect([blocked.status, blocked.at('error')]).toEqual([503, 'OVERLOAD_LIMIT']);
		Object.assign(b24.bitrix.settings, { overloaded: false, restOnPlan: false });
		const unpaid = await b24.call('profile');
		expect([unpaid.status, unpaid.at('error')]).toEqual([403, 'ACCESS_DENIED']);
		Object.assign(b24.bitrix.settings, { restOnPlan: true, emptyErrorShare: 1 });
		const odd = await b24.call('crm.item.add', { entityTypeId: 2, fields: {} });
		expect([odd.status, odd.at()]).toEqual([400, { error: '', error_description: '' }]);
		expect(b24.bitrix.state().deals).toEqual([]);
	});
});

describe('5. batch', () => {
	beforeEach(async () => await start());
	const batch = async (cmd: object, halt?: number) => await b24.call('batch', { cmd, halt });

	it('runs in order, references earlier results, and is always a success', async () => {
		const answer = await batch({
			contact: `crm.item.add?${new URLSearchParams({ entityTypeId: '3', 'fields[name]': 'Асель & Ко' }).toString()}`,
			deal: 'crm.item.add?entityTypeId=2&fields[title]=Заказ $result[contact][item][id]!&fields[contactIds][0]=$result[contact][item][id]',
			list: 'crm.item.list?entityTypeId=2&filter[=contactId]=$result[contact][item][id]&select[]=id',
			bad: 'crm.item.get?entityTypeId=2&id=999',
			gone: 'crm.no.such.method',
		});
		expect(answer.status).toBe(200);
		const contact = answer.at('result', 'result', 'contact', 'item', 'id');
		const deal = answer.at('result', 'result', 'deal', 'item', 'id');
		expect(b24.bitrix.state()).toMatchObject({
			contacts: [{ id: contact, name: 'Асель & Ко', dealIds: [deal] }],
			deals: [{ id: deal, title: `Заказ ${String(contact)}!`, contactIds: [contact] }],
		});
		expect(answer.at('result', 'result', 'list')).toEqual({ items: [{ id: deal }] });
		expect(answer.at('result', 'result_total')).toEqual({ list: 1 });
		expect(answer.at('result', 'result_next')).toEqual([]);
		expect(answer.at('result', 'result_error')).toEqual({
			bad: { error: 'NOT_FOUND', error_description: 'Element not found' },
			gone: { error: 'ERROR_METHOD_NOT_FOUND', error_description: 'Method not found!' },
		});
		expect(Object.keys(Object(answer.at('result', 'result_time')))).toEqual(['contact', 'deal', 'list']);
		expect(b24.bitrix.state().methods.unknown).toEqual([{ name: 'crm.no.such.method', count: 1 }]);
	});

	it('goes on after an error with an empty reference, or halts', async () => {
		const cmd = {
			contact: 'crm.item.add?entityTypeId=3&fields[fm][0][typeId]=EMAIL&fields[fm][0][value]=no',
			deal: 'crm.item.add?entityTypeId=2&fields[title]=x&fields[contactIds][0]=$result[contact][item][id]',
		};
		const halted = await batch(cmd, 1);
		expect([halted.status, halted.at('result', 'result'), halted.at('result', 'result_error', 'contact', 'error')]).toEqual([200, [], 'ERROR_CORE']);
		expect(b24.bitrix.state().deals).toEqual([]);
		const gone = await batch(cmd, 0);
		expect(gone.at('result', 'result', 'deal', 'item', 'contactIds')).toEqual([]);
		expect(b24.bitrix.state().deals).toHaveLength(1);
	});

	it('refuses the fifty-first command and a batch inside', async () => {
		const many = await batch(Array.from({ length: 52 }, (_, index) => `crm.item.add?entityTypeId=2&fields[title]=${index}`));
		expect([many.status, list(many.at('result', 'result')).length, b24.bitrix.state().deals.length]).toEqual([200, 50, 50]);
		const errors = many.at('result', 'result_error');
		expect([Object.keys(Object(errors)), read(errors, '50', 'error')]).toEqual([['50', '51'], 'ERROR_BATCH_LENGTH_EXCEEDED']);
		const nested = await batch({ inner: 'batch?cmd[a]=profile' });
		expect(nested.at('result', 'result_error', 'inner', 'error')).toBe('ERROR_BATCH_METHOD_NOT_ALLOWED');
		const paged = await batch({ all: 'crm.item.list?entityTypeId=2&start=0', rest: 'crm.item.list?entityTypeId=2&start=-1' });
		expect([paged.at('result', 'result_next'), paged.at('result', 'result_total')]).toEqual([[], { all: 50 }]);
	});
});
