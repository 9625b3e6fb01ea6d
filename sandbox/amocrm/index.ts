import type { FastifyInstance } from 'fastify';

import type { ApiDeps, ApiSandbox } from '../api';
import { createService } from '../service';
import type { AmoAccount } from './account';
import { createContext } from './context';
import { registerControl } from './control';
import { guard } from './guard';
import { problem } from './http';
import { Problem } from './problem';
import { accountRoutes } from './routes/account';
import { complexRoutes } from './routes/complex';
import { contactRoutes } from './routes/contacts';
import { eventRoutes } from './routes/events';
import { fieldRoutes } from './routes/fields';
import { leadRoutes } from './routes/leads';
import { linkRoutes } from './routes/links';
import { lossReasonRoutes } from './routes/lossReasons';
import { noteRoutes } from './routes/notes';
import { oauthRoutes } from './routes/oauth';
import { pipelineRoutes } from './routes/pipelines';
import { tagRoutes } from './routes/tags';
import { taskRoutes } from './routes/tasks';
import { webhookRoutes } from './routes/webhooks';
import { seed } from './seed';
import type { AmoSettings } from './settings';
import { snapshot, type AmoState } from './snapshot';

export { AmoAccount, NoSuchThing } from './account';
export type { AmoSettings } from './settings';
export type { AmoState } from './snapshot';

/** What a client needs to log in: either the long-lived token or OAuth 2.0 with the rest. */
export interface AmoCredentials {
	baseUrl: string;
	subdomain: string;
	accountId: number;
	longLivedToken: string;
	clientId: string;
	clientSecret: string;
	redirectUri: string;
	authUrl: string;
	accessTokenUrl: string;
}

export interface AmoSandbox extends ApiSandbox {
	account: AmoAccount;
	/** Mutable: a change counts from the next call on. */
	settings: AmoSettings;
	state(): AmoState;
	credentials(baseUrl: string): AmoCredentials;
	close(): Promise<void>;
}

const BODY_LIMIT = 16 * 1024 * 1024;

/** amoCRM's API v4 with one account in it, as amocrm.md describes it and never kinder. */
export function createAmoSandbox(deps: ApiDeps & { settings?: Partial<AmoSettings> }): AmoSandbox {
	const context = createContext(deps, deps.settings);
	const { access, account, settings, store, deliveries } = context;
	const service: FastifyInstance = createService({
		api: 'amocrm',
		...deps,
		query: 'nested',
		bodyLimit: BODY_LIMIT,
		notFound: (request, reply) =>
			problem(reply, new Problem(404, `Cannot ${request.method} ${request.url.split('?', 1)[0]}`)),
	});
	guard(service, context);
	for (const routes of [
		oauthRoutes,
		accountRoutes,
		complexRoutes,
		leadRoutes,
		contactRoutes,
		linkRoutes,
		pipelineRoutes,
		lossReasonRoutes,
		fieldRoutes,
		noteRoutes,
		taskRoutes,
		tagRoutes,
		eventRoutes,
		webhookRoutes,
	]) {
		routes(service, context);
	}

	return {
		service,
		account,
		settings,
		state: () => snapshot(context),
		registerControl: (control) => registerControl(control, context),
		credentials: (baseUrl) => ({
			baseUrl,
			subdomain: store.subdomain,
			accountId: store.accountId,
			longLivedToken: access.longLived(),
			clientId: access.clientId,
			clientSecret: access.clientSecret,
			redirectUri: settings.oauthRedirectUri,
			authUrl: `${baseUrl}/oauth`,
			accessTokenUrl: `${baseUrl}/oauth2/access_token`,
		}),
		seed: () => seed(context),
		reset: () => context.reset(),
		close: async () => {
			deliveries.close();
			await service.close();
		},
	};
}
