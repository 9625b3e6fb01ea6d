import type { Clock } from '../clock';
import type { Random } from '../random';
import { Problem } from './problem';
import type { AmoSettings } from './settings';
import type { Store } from './store';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CODE_LIFE_MS = 20 * MINUTE_MS;
const REFRESH_LIFE_MS = 90 * DAY_MS;
const LONG_LIFE_MS = 5 * 365 * DAY_MS;

export interface Token {
	integrationId: string;
	expiresAt: number;
	revoked: boolean;
}

interface Refresh {
	expiresAt: number;
	revoked: boolean;
	/** The access token that was handed out with it. */
	access: string;
}

/** Who may call: the long-lived token of a private integration and OAuth 2.0 as amoCRM does it (amocrm.md §1). */
export class Access {
	readonly clientId: string;
	readonly clientSecret: string;
	private longLivedToken: string;
	private readonly tokens = new Map<string, Token>();
	private readonly refreshes = new Map<string, Refresh>();
	private readonly codes = new Map<string, { expiresAt: number; used: boolean }>();

	constructor(
		private readonly clock: Clock,
		private readonly random: Random,
		private readonly settings: AmoSettings,
		private readonly store: Store,
	) {
		this.clientId = [8, 4, 4, 4, 12].map((length) => this.hex(length)).join('-');
		this.clientSecret = this.hex(64);
		this.longLivedToken = this.issue(LONG_LIFE_MS);
	}

	longLived(): string {
		return this.longLivedToken;
	}

	/** The token of an Authorization header, whether or not it is still good. */
	known(header: string | undefined): Token | undefined {
		return this.tokens.get(header?.replace(/^Bearer\s+/i, '') ?? '');
	}

	isGood(token: Token | undefined): token is Token {
		return token !== undefined && !token.revoked && token.expiresAt > this.clock.now();
	}

	/** A person pressed "Allow": the code for the redirect, good for 20 minutes. */
	authorize(): string {
		const code = `def502${this.hex(90)}`;
		this.codes.set(code, { expiresAt: this.clock.now() + CODE_LIFE_MS, used: false });
		return code;
	}

	/** POST /oauth2/access_token. */
	exchange(body: unknown): Record<string, unknown> {
		const read = (key: string): string => {
			const value =
				typeof body === 'object' && body !== null
					? Object.entries(body).find(([name]) => name === key)?.[1]
					: undefined;
			if (typeof value !== 'string' || value === '') throw oauthProblem(400, `Check the \`${key}\` parameter`);
			return value;
		};
		const grant = read('grant_type');
		if (read('client_id') !== this.clientId || read('client_secret') !== this.clientSecret) {
			throw oauthProblem(401, 'Client authentication failed');
		}
		if (read('redirect_uri') !== this.settings.oauthRedirectUri)
			throw oauthProblem(400, 'Check the `redirect_uri` parameter');
		if (grant === 'authorization_code') this.spendCode(read('code'));
		else if (grant === 'refresh_token') this.spendRefresh(read('refresh_token'));
		else throw oauthProblem(400, 'Check that all required parameters have been provided');
		return this.pair();
	}

	/** Every token is as if its life were over; refresh tokens stay good. */
	expireAll(): void {
		for (const token of this.tokens.values()) token.expiresAt = this.clock.now();
	}

	/** The administrator switched the integration off. */
	revokeAll(): void {
		for (const given of [...this.tokens.values(), ...this.refreshes.values()]) given.revoked = true;
	}

	/** The administrator made a new long-lived token. */
	issueLongLived(): string {
		this.longLivedToken = this.issue(LONG_LIFE_MS);
		return this.longLivedToken;
	}

	/** Forgets OAuth; the long-lived token is good again. */
	reset(): void {
		for (const given of [this.tokens, this.refreshes, this.codes]) given.clear();
		this.tokens.set(this.longLivedToken, this.fresh(LONG_LIFE_MS));
	}

	private spendCode(code: string): void {
		const known = this.codes.get(code);
		if (!known) throw oauthProblem(400, 'Cannot decrypt the authorization code');
		if (known.used) throw oauthProblem(400, 'Authorization code has been revoked');
		if (known.expiresAt <= this.clock.now()) throw oauthProblem(400, 'Authorization code has expired');
		known.used = true;
	}

	/** Single use: the refresh token and the access token it came with are revoked (amocrm.md §1). */
	private spendRefresh(text: string): void {
		const known = this.refreshes.get(text);
		if (!known) throw oauthProblem(401, 'Cannot decrypt the refresh token');
		if (known.revoked) throw oauthProblem(401, 'Token has been revoked');
		if (known.expiresAt <= this.clock.now()) throw oauthProblem(401, 'Token has expired');
		known.revoked = true;
		const access = this.tokens.get(known.access);
		if (access) access.revoked = true;
	}

	private pair(): Record<string, unknown> {
		const access = this.issue(DAY_MS);
		const refresh = `def502${this.hex(200)}`;
		this.refreshes.set(refresh, { expiresAt: this.clock.now() + REFRESH_LIFE_MS, revoked: false, access });
		return {
			token_type: 'Bearer',
			expires_in: DAY_MS / 1000,
			server_time: this.store.seconds(),
			access_token: access,
			refresh_token: refresh,
		};
	}

	/** A token in the form of a JWT, with the claims the official client reads. */
	private issue(lifeMs: number): string {
		const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
		const claims = {
			aud: this.clientId,
			jti: this.hex(40),
			iat: this.store.seconds(),
			exp: this.store.seconds() + lifeMs / 1000,
			sub: String(this.store.tokenUser().id),
			account_id: this.store.accountId,
			base_domain: 'amocrm.ru',
			api_domain: 'api-b.amocrm.ru',
			scopes: ['crm', 'notifications'],
		};
		const text = [part({ typ: 'JWT', alg: 'RS256' }), part(claims), this.hex(80)].join('.');
		this.tokens.set(text, this.fresh(lifeMs));
		return text;
	}

	private fresh(lifeMs: number): Token {
		return { integrationId: this.clientId, expiresAt: this.clock.now() + lifeMs, revoked: false };
	}

	private hex(length: number): string {
		return Array.from({ length }, () => this.random.int(0, 15).toString(16)).join('');
	}
}

function oauthProblem(status: 400 | 401, hint: string): Problem {
	return new Problem(status, 'В запросе отсутствует ряд параметров или параметры невалидны', {
		hint,
		title: 'Некорректный запрос',
		type: 'https://developers.amocrm.ru/v3/errors/OAuthProblemJson',
	});
}
