import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import type { AmoContext } from '../context';
import { at, hal, nothing, resource, sendAll } from '../http';
import { fieldMissing, issuesOf, notSupportedChoice, Problem, validationProblem } from '../problem';
import { hookView } from '../views';
import { HOOK_LIMIT, HOOK_SETTINGS } from '../webhooks/subscriptions';

const hookBody = z.object({
	destination: z.string(),
	settings: z.array(z.string()),
	sort: z.number().int().optional(),
});

/** Registration of webhooks: POST is an upsert by destination (amocrm.md §7). */
export function webhookRoutes(service: FastifyInstance, { store, subscriptions }: AmoContext): void {
	resource(service, '/webhooks', {
		GET: (request, reply) => {
			const destination = at(request.query, 'filter', 'destination');
			const shown = subscriptions.all().filter((hook) => destination === undefined || hook.destination === destination);
			return sendAll(
				request,
				reply,
				'webhooks',
				shown.map((hook) => hookView(store, hook)),
			);
		},
		POST: (request, reply) => {
			const parsed = hookBody.safeParse(request.body);
			if (!parsed.success) throw validationProblem([{ requestId: '0', issues: issuesOf(parsed.error) }]);
			const { destination, settings, sort } = parsed.data;
			const unknown = settings.findIndex((setting) => !HOOK_SETTINGS.has(setting));
			const issues = [
				...(isWebAddress(destination) ? [] : [notSupportedChoice('destination')]),
				...(settings.length === 0 ? [fieldMissing('settings')] : []),
				...(unknown < 0 ? [] : [notSupportedChoice(`settings.${unknown}`)]),
			];
			if (issues.length > 0) throw validationProblem([{ requestId: '0', issues }]);
			const all = subscriptions.all();
			if (all.length >= HOOK_LIMIT && !all.some((hook) => hook.destination === destination)) {
				throw new Problem(422, `The account can have ${HOOK_LIMIT} webhooks`);
			}
			return hal(reply, hookView(store, subscriptions.save(destination, settings, sort, store.tokenUser().id)), 201);
		},
		DELETE: (request, reply) => {
			const { destination } = z
				.object({ destination: z.string().catch('') })
				.catch({ destination: '' })
				.parse(request.body);
			if (!subscriptions.remove(destination)) throw new Problem(404, 'Webhook not found');
			return nothing(reply);
		},
	});
}

function isWebAddress(text: string): boolean {
	return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
