import type { Clock } from '../clock';
import type { Random } from '../random';
import { Problem } from './problem';
import type { BitrixSettings } from './settings';

const SECOND_MS = 1000;
const ACCESS_LIFE_MS = 3600 * SECOND_MS;
const REFRESH_LIFE_MS = 180 * 24 * 3600 * SECOND_MS;
const CODE_LIFE_MS = 30 * SECOND_MS;

export const SCOPES = ['crm', 'task', 'user', 'user_basic', 'userfieldconfig'] as const;

/** Who is calling. */
export interface Caller {
	kind: 'webhook' | 'app';
	userId: number;
	scopes: ReadonlySet<string>;
}

interface Grant {
	expiresAt: number;
	userId: number;
}

/** Who may call: the inbound webhook of the administrator, and a local application by OAuth 2.0 (bitrix24.md §1). */
export class Access {
	readonly webhookUserId = 1;
	readonly clientId: string;
	readonly clientSecret: string;
	readonly memberId: string;
	readonly applicationToken: string;
	webhookCode: string;
	webhookExpired = false;
	scopes: Set<string> = new Set(SCOPES);
	private readonly codes = new Map<string, Grant>();
	private readonly tokens = new Map<string, Grant>();
	private readonly refreshes = new Map<string, Grant>();

	constructor(
		private readonly clock: Clock,
		private readonly random: Random,
		private readonly settings: BitrixSettings,
		/** `http://host:port` of the portal. */
		private readonly origin: () => string,
	) {
		this.clientId = `local.${this.hex(14)}.${this.random.int(10_000_000, 99_999_999)}`;
		this.clientSecret = this.hex(50);
		this.memberId = this.hex(32);
		this.applicationToken = this.hex(32);
		this.webhookCode = this.hex(16);
	}

	byWebhook(userId: string, code: string): Caller {
		if (Number(userId) !== this.webhookUserId || code !== this.webhookCode || this.webhookExpired) throw unauthorized();
		return { kind: 'webhook', userId: this.webhookUserId, scopes: this.scopes };
	}

	byToken(token: string): Caller {
		const grant = this.tokens.get(token);
		if (!grant) throw unauthorized();
		if (grant.expiresAt <= this.clock.now()) {
			throw new Problem(401, 'expired_token', 'The access token provided has expired.');
		}
		return { kind: 'app', userId: grant.userId, scopes: this.scopes };
	}

	/** A person pressed "Allow"; the address goes back to the one in the application's settings, never to another. */
	authorize(clientId: string, state: string): string {
		if (clientId !== this.clientId) throw new Problem(400, 'invalid_client', 'Application not found');
		const code = this.hex(70);
		this.codes.set(code, { expiresAt: this.clock.now() + CODE_LIFE_MS, userId: this.webhookUserId });
		const target = new URL(this.settings.oauthRedirectUri);
		const { domain, memberId } = this.portal();
		const given = { code, state, domain, member_id: memberId, scope: this.scope(), server_domain: domain };
		for (const [name, value] of Object.entries(given)) if (value !== '') target.searchParams.set(name, value);
		return target.toString();
	}

	/** /oauth/token/. */
	exchange(read: (name: string) => string): Record<string, string | number> {
		const grantType = read('grant_type');
		if (grantType === '') throw new Problem(400, 'invalid_request', 'Parameter grant_type is required');
		if (read('client_id') !== this.clientId || read('client_secret') !== this.clientSecret) {
			throw new Problem(401, 'invalid_client', 'Client authentication failed');
		}
		if (grantType === 'authorization_code') return this.issue(spend(this.codes, read('code'), this.clock.now()));
		if (grantType === 'refresh_token') return this.issue(spend(this.refreshes, read('refresh_token'), this.clock.now()));
		throw new Problem(400, 'invalid_request', 'Unsupported grant_type');
	}

	/** What the application's handlers are given with an event. */
	issueForEvent(): Record<string, string> {
		const issued = this.issue(this.webhookUserId);
		const names = ['access_token', 'expires_in', 'refresh_token', 'user_id'];
		return Object.fromEntries(names.map((name) => [name, String(issued[name])]));
	}

	portal() {
		const origin = this.origin();
		const domain = this.settings.renamedTo === null ? new URL(origin).host : renamed(origin, this.settings.renamedTo);
		return {
			domain,
			memberId: this.memberId,
			clientEndpoint: `http://${domain}/rest/`,
			serverEndpoint: `${origin}/oauth/rest/`,
		};
	}

	scope(): string {
		return [...this.scopes].join(',');
	}

	/** The administrator saved the webhook again: it has a new code. */
	reissueWebhook(): string {
		this.webhookCode = this.hex(16);
		this.webhookExpired = false;
		return this.webhookCode;
	}

	/** Every access token is as if its life were over; refresh tokens stay good. */
	expireTokens(): void {
		for (const grant of this.tokens.values()) grant.expiresAt = this.clock.now();
	}

	/** The application was removed from the portal. */
	revokeApp(): void {
		for (const grants of [this.tokens, this.refreshes, this.codes]) grants.clear();
	}

	reset(): void {
		this.revokeApp();
		this.webhookExpired = false;
		this.scopes = new Set(SCOPES);
	}

	private issue(userId: number): Record<string, string | number> {
		const now = this.clock.now();
		const access = this.hex(70);
		const refresh = this.hex(70);
		this.tokens.set(access, { expiresAt: now + ACCESS_LIFE_MS, userId });
		this.refreshes.set(refresh, { expiresAt: now + REFRESH_LIFE_MS, userId });
		const { domain, memberId, clientEndpoint, serverEndpoint } = this.portal();
		return {
			access_token: access,
			refresh_token: refresh,
			expires: Math.floor((now + ACCESS_LIFE_MS) / SECOND_MS),
			expires_in: ACCESS_LIFE_MS / SECOND_MS,
			client_endpoint: clientEndpoint,
			server_endpoint: serverEndpoint,
			member_id: memberId,
			domain,
			scope: this.scope(),
			status: 'L',
			user_id: userId,
		};
	}

	private hex(length: number): string {
		return Array.from({ length }, () => this.random.int(0, 15).toString(16)).join('');
	}
}

/** `host:port` of the portal under its new name. */
export function renamed(origin: string, name: string): string {
	const { port } = new URL(origin);
	return port === '' ? name : `${name}:${port}`;
}

function unauthorized(): Problem {
	return new Problem(401, 'NO_AUTH_FOUND', 'Wrong authorization data');
}

/** Codes and refresh tokens are good once. */
function spend(grants: Map<string, Grant>, text: string, now: number): number {
	const grant = grants.get(text);
	if (!grant || grant.expiresAt <= now) throw new Problem(400, 'invalid_grant', 'Invalid or expired grant');
	grants.delete(text);
	return grant.userId;
}
