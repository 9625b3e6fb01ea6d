import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { CITIES } from './catalogue';
import { cancelEntry, cancelLinesOfOrder, runStatusCommand, setImei, type CommandHeaders } from './commands';
import { listOrders } from './orderList';
import type { Entry, Order } from './order';
import { KaspiRefusal, notFound } from './refusal';
import { Renderer } from './render';
import type { Facts } from './rules';
import type { KaspiShop } from './shop';
import { waybillPdf } from './waybill';

const BASE = '/shop/api/v2';
const CONTENT_TYPE = 'application/vnd.api+json;charset=UTF-8';

declare module 'fastify' {
	interface FastifyRequest {
		/** Orders whose state this answer shows. */
		shownOrders: Map<string, Facts> | undefined;
	}
}

interface WithId {
	Params: { id: string };
}

/** Every call of the Shop API that the sheet knows (kaspi.md §1–§4). Others answer 404. */
export function addRoutes(service: FastifyInstance, shop: KaspiShop): void {
	const { settings } = shop;
	const renderer = (request: FastifyRequest) => new Renderer(settings, `http://${request.host}`);
	const answer = (reply: FastifyReply, body: object) => reply.type(CONTENT_TYPE).send(body);

	service.decorateRequest('shownOrders', undefined);
	const show = (request: FastifyRequest, order: Order): void => {
		request.shownOrders ??= new Map();
		request.shownOrders.set(order.code, shop.accounting.facts(order));
	};
	// Only answers that really leave count as shown: a fault that swallows the answer never gets here.
	service.addHook('onSend', async (request, _reply, payload: unknown) => {
		for (const [code, facts] of request.shownOrders ?? []) shop.accounting.show(code, facts);
		return payload;
	});

	service.get(`${BASE}/orders`, (request, reply) => {
		const query = flatQuery(request);
		const { orders, meta } = listOrders(shop, query);
		const wanted = inclusions(query, 'orders');
		const make = renderer(request);
		const users = wanted.includes('user') ? uniqueById(orders.map((order) => make.customer(order))) : [];
		const entries = wanted.includes('entries') ? orders.flatMap((order) => order.entries) : [];
		for (const order of orders) show(request, order);
		return answer(reply, {
			data: orders.map((order) => make.order(order, wanted.includes('entries'))),
			included: [...users, ...entries.map((entry) => make.entry(entry))],
			meta,
		});
	});

	service.get<WithId>(`${BASE}/orders/:id`, (request, reply) => {
		const order = orderOf(shop, request.params.id);
		const wanted = inclusions(flatQuery(request), 'orders');
		const make = renderer(request);
		show(request, order);
		return answer(reply, {
			data: make.order(order, wanted.includes('entries')),
			included: [
				...(wanted.includes('user') ? [make.customer(order)] : []),
				...(wanted.includes('entries') ? order.entries.map((entry) => make.entry(entry)) : []),
			],
		});
	});

	service.get<WithId>(`${BASE}/orders/:id/entries`, (request, reply) => {
		const { entries } = orderOf(shop, request.params.id);
		const wanted = inclusions(flatQuery(request), 'orderentries');
		const make = renderer(request);
		return answer(reply, {
			data: entries.map((entry) => make.entry(entry)),
			included: [
				...(wanted.includes('product') ? entries.map((entry) => make.masterProduct(entry)) : []),
				...(wanted.includes('merchantProduct') ? entries.map((entry) => make.merchantProduct(entry)) : []),
			],
			meta: { pageCount: 1, totalCount: entries.length },
		});
	});

	service.get<WithId>(`${BASE}/orders/:id/user`, (request, reply) =>
		answer(reply, { data: renderer(request).customer(orderOf(shop, request.params.id)) }),
	);
	service.get<WithId>(`${BASE}/orders/:id/imei`, (request, reply) => {
		const withImei = orderOf(shop, request.params.id).entries.filter((entry) => entry.imeis.length > 0);
		return answer(reply, { data: withImei.map((entry) => renderer(request).imei(entry)) });
	});

	service.get<WithId>(`${BASE}/orderentries/:id`, (request, reply) =>
		answer(reply, { data: renderer(request).entry(entryOf(shop, request.params.id)) }),
	);
	service.get<WithId>(`${BASE}/orderentries/:id/product`, (request, reply) =>
		answer(reply, { data: renderer(request).masterProduct(entryOf(shop, request.params.id)) }),
	);
	service.get<WithId>(`${BASE}/orderentries/:id/deliveryPointOfService`, (request, reply) => {
		entryOf(shop, request.params.id);
		return answer(reply, { data: renderer(request).pointOfService() });
	});
	service.get<WithId>(`${BASE}/masterproducts/:id/merchantProduct`, (request, reply) => {
		const make = renderer(request);
		const entry = [...shop.orders.values()]
			.flatMap((order) => order.entries)
			.find((candidate) => make.masterProduct(candidate).id === request.params.id);
		if (!entry) throw notFound('Product not found');
		return answer(reply, { data: make.merchantProduct(entry) });
	});
	service.get<WithId>(`${BASE}/pointofservices/:id`, (request, reply) => {
		const make = renderer(request);
		if (request.params.id !== make.pointId()) throw notFound('Point of service not found');
		return answer(reply, { data: make.pointOfService() });
	});
	service.get<WithId>(`${BASE}/pointofservices/:id/city`, (request, reply) => {
		const make = renderer(request);
		if (request.params.id !== make.pointId()) throw notFound('Point of service not found');
		return answer(reply, { data: make.city(CITIES[0]) });
	});
	service.get(`${BASE}/cities`, (request, reply) =>
		answer(reply, {
			data: CITIES.map((city) => renderer(request).city(city)),
			meta: { pageCount: 1, totalCount: CITIES.length },
		}),
	);

	service.post(`${BASE}/orders`, (request, reply) => {
		const echo = runStatusCommand(shop, request.body, commandHeaders(request));
		const self = `http://${request.host}${BASE}/orders/${echo.id}`;
		const relationships = { user: { data: null }, entries: { data: [] } };
		return answer(reply, { data: { ...echo, relationships, links: { self } } });
	});
	service.post(`${BASE}/orderEntryCancelOperation`, (request, reply) =>
		answer(reply, { data: cancelEntry(shop, request.body) }),
	);
	service.post(`${BASE}/orderEntryImeiOperation`, (request, reply) =>
		answer(reply, { data: setImei(shop, request.body) }),
	);
	// This one lives outside /v2 and speaks plain JSON (§1).
	service.put<WithId>('/shop/api/orderPartialCancel/:id', (request, reply) =>
		reply.send(cancelLinesOfOrder(shop, request.params.id, request.body)),
	);

	service.get<{ Params: { key: string } }>('/shop/api/waybill/:key', (request, reply) => {
		const order = shop.byWaybillKey(request.params.key);
		const waybill = order?.waybills.find((candidate) => candidate.key === request.params.key);
		// After the courier's scan the document is gone for good (§3.3).
		if (!order || !waybill || order.courierTransmissionDate !== null) throw notFound('Some error occurred');
		const pdf = waybillPdf(['Kaspi Delivery', `Order ${order.code}`, `Waybill ${waybill.number}`, `Packages ${order.numberOfSpace}`]);
		return reply.type('application/pdf').send(pdf);
	});

	service.setErrorHandler((failure, _request, reply) => {
		if (failure instanceof KaspiRefusal) {
			return reply.code(failure.httpStatus).type(CONTENT_TYPE).send({ errors: [{ title: failure.title }] });
		}
		const status = failure instanceof Error && 'statusCode' in failure ? Number(failure.statusCode) : 500;
		if (status >= 500) process.stderr.write(`Kaspi sandbox: ${String(failure)}\n`);
		return reply.code(status).type(CONTENT_TYPE).send({ errors: [{ title: 'Some error occurred' }] });
	});
}

function orderOf(shop: KaspiShop, id: string): Order {
	const order = shop.byOrderId(id);
	if (!order) throw notFound();
	return order;
}

function entryOf(shop: KaspiShop, id: string): Entry {
	const found = shop.byEntryId(id);
	if (!found) throw notFound('Order entry not found');
	return found.entry;
}

function commandHeaders({ headers }: FastifyRequest): CommandHeaders {
	const code = headers['x-security-code'];
	return {
		securityCode: typeof code === 'string' ? code : undefined,
		sendCode: headers['x-send-code'] === 'true',
		hasMerchantUid: Boolean(headers['x-merchant-uid']),
	};
}

function flatQuery(request: FastifyRequest): Record<string, unknown> {
	const { query } = request;
	return typeof query === 'object' && query !== null ? { ...query } : {};
}

function inclusions(query: Record<string, unknown>, resource: string): string[] {
	const value = query[`include[${resource}]`];
	const parts: unknown[] = Array.isArray(value) ? value : [value];
	return parts.flatMap((part) => (typeof part === 'string' ? part.split(',') : []));
}

function uniqueById<T extends { id: string }>(resources: T[]): T[] {
	return [...new Map(resources.map((resource) => [resource.id, resource])).values()];
}
