import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import { Refused, parseBody } from '../controlBody';
import { ACTIONS, ActionRefused, act } from './actions';
import { postingSpecSchema } from './generate';
import { METHODS } from './methods';
import { PUSH_TYPES } from './pushes/types';
import { OzonRefusal } from './refusal';
import { endpointView } from './routes/notifications';
import { ozonSettingsSchema } from './settings';
import type { OzonShop } from './shop';
import { postingSnapshot } from './snapshot';

const DAY = 86_400_000;
const pushType = z.string().transform((text, context) => {
	const known = PUSH_TYPES.find((type) => type === text);
	if (known) return known;
	context.addIssue({ code: 'custom', message: `There is no push type ${text}` });
	return z.NEVER;
});
const inputBody = z
	.object({
		text: z.string().min(1).optional(),
		items: z
			.array(z.object({ sku: z.number().int(), quantity: z.number().int().min(1) }).strict())
			.min(1)
			.optional(),
	})
	.strict();

/** The control routes of this shop: settings, postings, what people do with them, pushes, the key. */
export function addControlRoutes(control: FastifyInstance, shop: OzonShop): void {
	control.get('/ozon/settings', async () => shop.settings);
	control.patch('/ozon/settings', async (request) =>
		Object.assign(shop.settings, parseBody(ozonSettingsSchema.partial(), request.body)),
	);

	control.post('/ozon/postings', async (request, reply) => {
		const postings = shop.createPostings(parseBody(postingSpecSchema, request.body));
		return await reply.code(201).send({ postings: postings.map((posting) => postingSnapshot(shop, posting)) });
	});
	control.get<{ Params: { number: string } }>('/ozon/postings/:number', async (request) =>
		postingSnapshot(shop, find(shop, request.params.number)),
	);
	control.post<{ Params: { number: string; action: string } }>('/ozon/postings/:number/:action', async (request) => {
		const posting = find(shop, request.params.number);
		const name = ACTIONS.find((known) => known === request.params.action);
		if (!name) throw new Refused(404, `There is no action '${request.params.action}'. Actions: ${ACTIONS.join(', ')}.`);
		try {
			act(shop, posting, name, parseBody(inputBody, request.body));
		} catch (failure) {
			if (failure instanceof ActionRefused) throw new Refused(409, failure.message);
			throw failure;
		}
		return { posting: postingSnapshot(shop, posting) };
	});

	control.post('/ozon/commands/reset', async () => {
		shop.accounting.resetCounts();
		return shop.accounting.snapshot();
	});
	control.post('/ozon/key', async (request) => {
		const { daysLeft } = parseBody(z.object({ daysLeft: z.number() }).strict(), request.body);
		shop.settings.keyExpiresAt = Math.round(shop.now() + daysLeft * DAY);
		return { keyExpiresAt: shop.keyExpiresAt() };
	});
	control.post('/ozon/circuit', async (request) => {
		const { path, ms } = parseBody(
			z.object({ path: z.enum(METHODS), ms: z.number().int().min(0) }).strict(),
			request.body,
		);
		shop.openCircuits.set(path, shop.now() + ms);
		return { path, untilMs: shop.now() + ms };
	});
	addPushRoutes(control, shop);
}

/** What a seller does with push URLs in the cabinet, and what Ozon does to them. */
function addPushRoutes(control: FastifyInstance, shop: OzonShop): void {
	const { pushes } = shop;
	const asConflict = async <T>(run: () => Promise<T> | T): Promise<T> => {
		try {
			return await run();
		} catch (failure) {
			if (failure instanceof OzonRefusal) throw new Refused(failure.httpStatus, failure.message);
			throw failure;
		}
	};
	control.get('/ozon/pushes', async () => ({
		...pushes.counters.stats(),
		pending: pushes.pending(),
		urls: [...pushes.endpoints.values()].map(endpointView),
	}));
	control.post('/ozon/pushes/reset', async () => {
		pushes.counters.clear();
		return pushes.counters.stats();
	});
	control.post('/ozon/notifications', async (request, reply) => {
		const { url, types } = parseBody(
			z
				.object({
					url: z.string().url(),
					types: z
						.array(pushType)
						.min(1)
						.default([...PUSH_TYPES]),
				})
				.strict(),
			request.body,
		);
		const endpoint = await asConflict(async () => await pushes.connect(url, types));
		return await reply.code(201).send(endpointView(endpoint));
	});
	control.post<{ Params: { id: string } }>('/ozon/notifications/:id/block', async (request) => {
		const endpoint = await asConflict(() => pushes.find(Number(request.params.id)));
		endpoint.disable('ADMIN', 'blocked by an administrator');
		return endpointView(endpoint);
	});
	control.post<{ Params: { id: string } }>('/ozon/notifications/:id/suspend', async (request) => {
		const endpoint = await asConflict(() => pushes.find(Number(request.params.id)));
		endpoint.disable('AVAILABILITY', 'suspended on demand');
		return endpointView(endpoint);
	});
	// For events nothing in this shop causes (catalogue, prices) and for bodies that lie.
	control.post('/ozon/push', async (request) => {
		const { type, body } = parseBody(
			z.object({ type: pushType, body: z.record(z.string(), z.unknown()).prefault({}) }).strict(),
			request.body,
		);
		pushes.announce(type, {
			seller_id: shop.settings.sellerId,
			changed_at: new Date(shop.now()).toISOString(),
			...body,
		});
		return { ok: true };
	});
}

function find(shop: OzonShop, number: string) {
	const posting = shop.postings.get(number);
	if (!posting) throw new Refused(404, `There is no posting ${number}.`);
	return posting;
}
