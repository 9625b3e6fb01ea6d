import { startAmo, type Harness } from './amocrmHarness';

/** Section 9 of amocrm.md, point 8: limits, block, payment; and faults. */

let amo: Harness;
afterEach(async () => await amo.close());

describe('8. limits', () => {
	it('lets 7 calls a second through; the rest meets an HTML page without Retry-After', async () => {
		amo = await startAmo();
		const answers = await Promise.all(Array.from({ length: 10 }, async () => await amo.raw('GET', '/api/v4/account')));
		const refused = answers.filter(({ status }) => status === 429);
		expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
		expect(refused).toHaveLength(3);
		expect(refused[0]?.type).toContain('text/html');
		expect(refused[0]?.text).toContain('<h1>429 Too Many Requests</h1>');
		expect(refused[0]?.headers.get('retry-after')).toBeNull();
		amo.clock.advance(1001);
		expect((await amo.raw('GET', '/api/v4/account')).status).toBe(200);
	});

	it('blocks the account for hammering until somebody lifts it', async () => {
		amo = await startAmo({ abuse429PerMinute: 5 });
		await Promise.all(Array.from({ length: 13 }, async () => await amo.raw('GET', '/api/v4/account')));
		const blocked = await amo.raw('GET', '/api/v4/account');
		expect([blocked.status, blocked.type.includes('text/html')]).toEqual([403, true]);
		amo.clock.advance(24 * 3600 * 1000);
		expect((await amo.call('GET', '/leads')).status).toBe(403);
		expect((await amo.raw('POST', '/oauth2/access_token', { body: '{}' })).status).toBe(403);
		expect(amo.amo.state().account.blocked).toBe(true);
		amo.amo.reset();
		expect((await amo.call('GET', '/account')).status).toBe(200);
	});

	it('answers 402 to writes or to everything, and 403 without User-Agent', async () => {
		amo = await startAmo({ unpaid: 'writes' });
		expect((await amo.call('POST', '/leads', [{}])).status).toBe(402);
		expect((await amo.call('GET', '/account')).status).toBe(200);
		amo.amo.settings.unpaid = 'all';
		expect([(await amo.call('GET', '/account')).status, (await amo.call('GET', '/account')).at('title')]).toEqual([
			402,
			'Payment Required',
		]);
		amo.amo.settings.unpaid = 'no';
		const firewall = await amo.raw('GET', '/api/v4/account', { headers: { 'user-agent': '' } });
		expect([firewall.status, firewall.type.includes('text/html')]).toEqual([403, true]);
	});
});

describe('faults', () => {
	it('applies a write and cuts the connection, or answers with what cannot be read', async () => {
		amo = await startAmo();
		amo.faults.set({ api: 'amocrm', kind: 'timeout-after-apply', method: 'POST', next: 1 });
		await expect(amo.call('POST', '/leads', [{ name: 'вдруг создана' }])).rejects.toThrow();
		expect(amo.amo.state().leads.map(({ name }) => name)).toEqual(['вдруг создана']);
		amo.faults.set({ api: 'amocrm', kind: '502-html', next: 1 });
		expect([(await amo.call('GET', '/leads')).status, (await amo.call('GET', '/leads')).status]).toEqual([502, 200]);
		amo.amo.settings.systemErrorShare = 1;
		const broken = await amo.call('POST', '/leads', [{ name: 'x' }]);
		expect([broken.status, broken.at('validation-errors'), amo.amo.state().leads.length]).toEqual([400, undefined, 1]);
	});
});
