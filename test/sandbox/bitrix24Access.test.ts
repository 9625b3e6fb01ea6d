import { startBitrix, type Harness } from './bitrix24Harness';
import { read } from './amocrmHarness';

/** Section 9 of bitrix24.md, point 10: who may call what, and how the portal says no. */

let b24: Harness;
beforeEach(async () => {
	b24 = await startBitrix();
});
afterEach(async () => await b24.close());

const credentials = () => b24.bitrix.credentials(b24.url);
const allow = async () => {
	const answer = await b24.raw(`/oauth/authorize/?client_id=${credentials().clientId}&state=s-1`);
	return new URL(answer.headers.get('location') ?? '');
};
const token = async (params: Record<string, string>) => {
	const { clientId, clientSecret } = credentials();
	const query = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...params });
	return await b24.raw(`/oauth/token/?${query.toString()}`);
};
const login = async () => {
	const code = (await allow()).searchParams.get('code') ?? '';
	return await token({ grant_type: 'authorization_code', code });
};
const asApp = async (method: string, auth: unknown, params: object = {}) => {
	b24.clock.advance(500);
	const body = JSON.stringify({ ...params, auth });
	return await b24.raw(`/rest/${method}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
};

describe('the webhook', () => {
	it('is its whole address: another code, another user or an expired one is nobody', async () => {
		const { webhookUrl } = b24.bitrix.credentials('');
		expect((await b24.raw(`${webhookUrl}profile.json`)).at('result')).toMatchObject({ ID: '1', ADMIN: true });
		for (const path of ['/rest/1/abc/profile', webhookUrl.replace('/rest/1/', '/rest/2/').concat('profile')]) {
			const answer = await b24.raw(path);
			expect([answer.status, answer.at('error')]).toEqual([401, 'NO_AUTH_FOUND']);
		}
		const nothing = await b24.raw(webhookUrl.replace(/\/$/, ''));
		expect([nothing.status, nothing.at('error')]).toEqual([404, 'ERROR_METHOD_NOT_FOUND']);
	});

	it('is told of a missing permission, and needs none for profile', async () => {
		b24.bitrix.account.setScopes(['task']);
		const answer = await b24.call('crm.category.list', { entityTypeId: 2 });
		expect([answer.status, answer.at('error')]).toEqual([403, 'insufficient_scope']);
		const inside = await b24.call('batch', { cmd: { a: 'crm.deal.list' } });
		expect([inside.status, inside.at('result', 'result_error', 'a', 'error')]).toEqual([200, 'insufficient_scope']);
		expect((await b24.call('profile')).status).toBe(200);
	});

	it('may not bind events', async () => {
		for (const method of ['event.bind', 'event.get', 'event.unbind']) {
			const answer = await b24.call(method, { event: 'ONCRMDEALADD', handler: 'http://127.0.0.1:9/' });
			expect([answer.status, answer.at('error')]).toEqual([403, 'WRONG_AUTH_TYPE']);
		}
		expect(b24.bitrix.state().webhooks).toEqual([]);
	});

	it('names methods that are not there, in the log without the secret', async () => {
		const answer = await b24.call('crm.deal.upsert');
		expect([answer.status, answer.at('error')]).toEqual([404, 'ERROR_METHOD_NOT_FOUND']);
		await b24.call('nonsense/path');
		expect(b24.log.counts().unknown).toEqual([
			{ method: 'POST', path: '/rest/crm.deal.upsert', count: 1 },
			{ method: 'POST', path: '/rest/-/-/nonsense/path', count: 1 },
		]);
		const { webhookUrl } = b24.bitrix.credentials('');
		const code = webhookUrl.split('/')[3] ?? 'none';
		expect(JSON.stringify([b24.log.entries(), b24.log.counts(), b24.bitrix.state()])).not.toContain(code);
	});

	it('reads neither a body of GET nor one that is no JSON and no form', async () => {
		const { webhookUrl } = b24.bitrix.credentials('');
		const body = JSON.stringify({ entityTypeId: 2, fields: { title: 'x' } });
		const answer = await b24.raw(`${webhookUrl}crm.item.add`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
		expect([answer.status, answer.at('error')]).toEqual([400, '100']);
	});
});

describe('the local application', () => {
	it('goes back to the address of its settings with a code of thirty seconds', async () => {
		const target = await allow();
		expect(target.origin + target.pathname).toBe(b24.bitrix.settings.oauthRedirectUri);
		expect(Object.fromEntries(target.searchParams)).toMatchObject({
			state: 's-1',
			domain: credentials().domain,
			member_id: credentials().memberId,
			scope: expect.stringContaining('crm'),
			server_domain: expect.any(String),
		});
		b24.clock.advance(31_000);
		const late = await token({ grant_type: 'authorization_code', code: target.searchParams.get('code') ?? '' });
		expect([late.status, late.at('error')]).toEqual([400, 'invalid_grant']);
		expect((await token({ grant_type: 'authorization_code', client_secret: 'no', code: 'x' })).at('error')).toBe('invalid_client');
		expect((await b24.raw('/oauth/token/')).at('error')).toBe('invalid_request');
	});

	it('calls with the auth parameter for an hour, then refreshes once per token', async () => {
		const first = await login();
		expect(first.at()).toMatchObject({
			expires_in: 3600,
			client_endpoint: `${b24.url}/rest/`,
			member_id: credentials().memberId,
			domain: credentials().domain,
			status: 'L',
			user_id: 1,
		});
		const access = first.at('access_token');
		expect((await asApp('profile', access)).at('result', 'ID')).toBe('1');
		expect((await b24.raw(`/rest/profile.json?auth=${String(access)}`)).status).toBe(200);
		expect((await asApp('profile', 'nonsense')).at('error')).toBe('NO_AUTH_FOUND');
		b24.clock.advance(3_600_000);
		const expired = await asApp('profile', access);
		expect([expired.status, expired.at('error')]).toEqual([401, 'expired_token']);
		const refresh = String(first.at('refresh_token'));
		const second = await token({ grant_type: 'refresh_token', refresh_token: refresh });
		expect([second.status, second.at('refresh_token') === refresh]).toEqual([200, false]);
		expect((await asApp('profile', second.at('access_token'))).status).toBe(200);
		expect((await token({ grant_type: 'refresh_token', refresh_token: refresh })).at('error')).toBe('invalid_grant');
	});

	it('binds, lists and unbinds events', async () => {
		const auth = (await login()).at('access_token');
		const bound = { event: 'OnCrmDealAdd', handler: 'http://127.0.0.1:9/hook' };
		expect((await asApp('event.bind', auth, bound)).at('result')).toBe(true);
		expect((await asApp('event.bind', auth, bound)).status).toBe(400);
		expect((await asApp('event.bind', auth, { ...bound, event: 'ONNOTHING' })).at('error')).toBe('ERROR_EVENT_NOT_FOUND');
		expect((await asApp('event.get', auth)).at('result')).toEqual([
			{ event: 'ONCRMDEALADD', handler: bound.handler, auth_type: '0', offline: 0 },
		]);
		expect((await asApp('event.unbind', auth, bound)).at('result')).toEqual({ count: 1 });
		expect((await asApp('event.get', auth)).at('result')).toEqual([]);
	});
});

it('answers 302 after a renaming, and a POST followed as GET has lost its parameters', async () => {
	b24.bitrix.settings.renamedTo = 'localhost';
	const moved = await b24.call('crm.item.add', { entityTypeId: 2, fields: { title: 'x' } });
	const location = moved.headers.get('location') ?? '';
	expect([moved.status, new URL(location).hostname]).toEqual([302, 'localhost']);
	const followed = await fetch(location);
	expect(read(await followed.json(), 'error')).toBe('100');
	expect(b24.bitrix.state().deals).toEqual([]);
	const body = JSON.stringify({ entityTypeId: 2, fields: { title: 'x' } });
	const again = await fetch(location, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
	expect(again.status).toBe(200);
	expect(b24.bitrix.state().deals).toHaveLength(1);
});
