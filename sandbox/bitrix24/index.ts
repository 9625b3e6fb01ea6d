import type { FastifyInstance } from 'fastify';

import type { ApiDeps, ApiSandbox } from '../api';
import { createService } from '../service';
import type { BitrixAccount } from './account';
import { createContext } from './context';
import { registerControl } from './control';
import { notFound, registerHttp } from './http';
import { seed } from './seed';
import type { BitrixSettings } from './settings';
import { snapshot, type BitrixState } from './snapshot';

export { BitrixAccount, NoSuchThing, type DealToAdd, type PersonToAdd } from './account';
export type { BitrixSettings } from './settings';
export type { BitrixState } from './snapshot';

/** What a client needs to log in: the webhook's address, or OAuth 2.0 of the local application with the rest. */
export interface BitrixCredentials {
	/** `http://host:port/rest/1/<code>/`: a secret as a whole. */
	webhookUrl: string;
	baseUrl: string;
	domain: string;
	memberId: string;
	userId: number;
	clientId: string;
	clientSecret: string;
	/** Comes with the application's events; each outgoing webhook has its own. */
	applicationToken: string;
	redirectUri: string;
	authUrl: string;
	accessTokenUrl: string;
	clientEndpoint: string;
}

export interface BitrixSandbox extends ApiSandbox {
	account: BitrixAccount;
	/** Mutable: a change counts from the next call on. */
	settings: BitrixSettings;
	state(): BitrixState;
	credentials(baseUrl: string): BitrixCredentials;
	close(): Promise<void>;
}

const BODY_LIMIT = 16 * 1024 * 1024;

/** Bitrix24's REST with one portal behind it, as bitrix24.md describes it and never kinder. */
export function createBitrixSandbox(deps: ApiDeps & { settings?: Partial<BitrixSettings> }): BitrixSandbox {
	const origin = (): string => {
		const address = service.server.address();
		return address !== null && typeof address === 'object' ? `http://${address.address}:${address.port}` : 'http://127.0.0.1';
	};
	const context = createContext(deps, deps.settings ?? {}, origin);
	const service: FastifyInstance = createService({
		api: 'bitrix24',
		...deps,
		bodyLimit: BODY_LIMIT,
		notFound: (request, reply) => notFound(context, request, reply),
		wrongShape: { answer: 'ok' },
	});
	registerHttp(service, context);
	const { access, account, settings, deliveries } = context;

	return {
		service,
		account,
		settings,
		state: () => snapshot(context),
		registerControl: (control) => registerControl(control, context),
		credentials: (baseUrl) => ({
			webhookUrl: `${baseUrl}/rest/${access.webhookUserId}/${access.webhookCode}/`,
			baseUrl,
			domain: baseUrl.replace(/^https?:\/\//, ''),
			memberId: access.memberId,
			userId: access.webhookUserId,
			clientId: access.clientId,
			clientSecret: access.clientSecret,
			applicationToken: access.applicationToken,
			redirectUri: settings.oauthRedirectUri,
			authUrl: `${baseUrl}/oauth/authorize/`,
			accessTokenUrl: `${baseUrl}/oauth/token/`,
			clientEndpoint: `${baseUrl}/rest/`,
		}),
		seed: () => seed(context),
		reset: () => context.reset(),
		close: async () => {
			deliveries.close();
			await service.close();
		},
	};
}
