import type { FastifyInstance } from 'fastify';

import type { AmoContext } from '../context';
import { at, originOf } from '../http';
import { Problem } from '../problem';

/** OAuth 2.0 and the account's own description (amocrm.md §1). */
export function oauthRoutes(service: FastifyInstance, { access, settings, store }: AmoContext): void {
	/** The page where the administrator presses "Allow"; here it is pressed at once. */
	service.get('/oauth', (request, reply) => {
		if (at(request.query, 'client_id') !== access.clientId) throw new Problem(400, 'Unknown client_id');
		const asked = at(request.query, 'redirect_uri');
		if (asked !== undefined && asked !== settings.oauthRedirectUri)
			throw new Problem(400, 'redirect_uri does not match the integration');
		const target = new URL(settings.oauthRedirectUri);
		target.searchParams.set('code', access.authorize());
		target.searchParams.set('referer', new URL(originOf(request)).host);
		const state = at(request.query, 'state');
		if (typeof state === 'string') target.searchParams.set('state', state);
		return reply.redirect(target.toString(), 302);
	});

	service.post('/oauth2/access_token', (request, reply) => reply.send(access.exchange(request.body)));

	service.get('/oauth2/account/subdomain', (request, reply) =>
		reply.send({
			id: store.accountId,
			subdomain: store.subdomain,
			domain: new URL(originOf(request)).host,
			top_level_domain: 'ru',
		}),
	);
}
