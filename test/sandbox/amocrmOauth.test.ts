import { startAmo, type Harness } from './amocrmHarness';

/** Section 9 of amocrm.md, point 9: OAuth 2.0 as amoCRM does it. */

let amo: Harness;
afterEach(async () => await amo.close());

const DAY = 24 * 3600 * 1000;
const json = { 'content-type': 'application/json' };

async function token(body: Record<string, string>, headers: Record<string, string> = {}) {
	const { clientId, clientSecret, redirectUri } = amo.amo.credentials(amo.url);
	const full = { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri, ...body };
	return await amo.raw('POST', '/oauth2/access_token', {
		headers: { ...json, ...headers },
		body: JSON.stringify(full),
	});
}

async function code(): Promise<string> {
	const { clientId } = amo.amo.credentials(amo.url);
	const answer = await amo.raw('GET', `/oauth?client_id=${clientId}&state=s%201&mode=popup`);
	expect(answer.status).toBe(302);
	const target = new URL(answer.headers.get('location') ?? '');
	expect(target.origin + target.pathname).toBe(amo.amo.credentials(amo.url).redirectUri);
	expect([target.searchParams.get('state'), target.searchParams.get('referer')]).toEqual([
		's 1',
		new URL(amo.url).host,
	]);
	return target.searchParams.get('code') ?? '';
}

async function pair() {
	const answer = await token({ grant_type: 'authorization_code', code: await code() });
	expect([answer.status, answer.at('token_type'), answer.at('expires_in')]).toEqual([200, 'Bearer', 86_400]);
	return { access: String(answer.at('access_token')), refresh: String(answer.at('refresh_token')) };
}

const account = async (access: string) => {
	amo.clock.advance(1000);
	return await amo.raw('GET', '/api/v4/account', { headers: { authorization: `Bearer ${access}` } });
};

it('hands out a pair for a code, once, within 20 minutes', async () => {
	amo = await startAmo();
	const { access } = await pair();
	expect((await account(access)).status).toBe(200);
	const used = await code();
	expect((await token({ grant_type: 'authorization_code', code: used })).status).toBe(200);
	expect([(await token({ grant_type: 'authorization_code', code: used })).status]).toEqual([400]);
	const late = await code();
	amo.clock.advance(20 * 60_000);
	const expired = await token({ grant_type: 'authorization_code', code: late });
	expect([expired.status, expired.at('hint')]).toEqual([400, 'Authorization code has expired']);
});

it('takes credentials from the body only and the redirect URI exactly', async () => {
	amo = await startAmo();
	const { clientId, clientSecret, redirectUri } = amo.amo.credentials(amo.url);
	const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
	const inHeader = await amo.raw('POST', '/oauth2/access_token', {
		headers: { ...json, authorization: basic },
		body: JSON.stringify({ grant_type: 'authorization_code', code: await code(), redirect_uri: redirectUri }),
	});
	expect(inHeader.status).toBe(400);
	const other = await token({ grant_type: 'authorization_code', code: await code(), redirect_uri: `${redirectUri}/` });
	expect([other.status, other.at('type')]).toEqual([400, 'https://developers.amocrm.ru/v3/errors/OAuthProblemJson']);
	expect((await token({ grant_type: 'authorization_code', code: await code(), client_secret: 'wrong' })).status).toBe(
		401,
	);
	const form = new URLSearchParams({
		client_id: clientId,
		client_secret: clientSecret,
		redirect_uri: redirectUri,
		grant_type: 'authorization_code',
		code: await code(),
	});
	const sentAsForm = await amo.raw('POST', '/oauth2/access_token', {
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
		body: form.toString(),
	});
	expect(sentAsForm.status).toBe(200);
});

it('rotates the refresh token; the old one answers 401 with the hint, the old access token is dead', async () => {
	amo = await startAmo();
	const first = await pair();
	const second = await token({ grant_type: 'refresh_token', refresh_token: first.refresh });
	expect(second.status).toBe(200);
	expect(second.at('refresh_token')).not.toBe(first.refresh);
	const again = await token({ grant_type: 'refresh_token', refresh_token: first.refresh });
	expect([again.status, again.at('hint'), again.at('status'), again.at('type')]).toEqual([
		401,
		'Token has been revoked',
		401,
		'https://developers.amocrm.ru/v3/errors/OAuthProblemJson',
	]);
	expect((await account(first.access)).status).toBe(401);
	expect((await account(String(second.at('access_token')))).status).toBe(200);
});

it('lets an access token live 24 hours and a refresh token three months', async () => {
	amo = await startAmo();
	const { access, refresh } = await pair();
	amo.clock.advance(DAY - 10_000);
	expect((await account(access)).status).toBe(200);
	amo.clock.advance(10_000);
	const expired = await account(access);
	expect([expired.status, expired.at('title'), expired.type.includes('application/problem+json')]).toEqual([
		401,
		'Unauthorized',
		true,
	]);
	const next = await token({ grant_type: 'refresh_token', refresh_token: refresh });
	expect(next.status).toBe(200);
	amo.clock.advance(91 * DAY);
	const late = await token({ grant_type: 'refresh_token', refresh_token: String(next.at('refresh_token')) });
	expect([late.status, late.at('hint')]).toEqual([401, 'Token has expired']);
});

it('refuses nobody, strangers, expired and revoked tokens with 401', async () => {
	amo = await startAmo();
	expect((await amo.raw('GET', '/api/v4/account', { headers: { authorization: '' } })).status).toBe(401);
	expect((await account('stranger')).status).toBe(401);
	expect((await amo.call('GET', '/account')).status).toBe(200);
	amo.amo.reset();
	expect((await amo.call('GET', '/account')).status).toBe(200);
});
