import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod/v4';

import { Problem } from './problem';

/** The answers of the API: HAL, pages, empty, problem; and what it reads from an address. */

export const LIST_LIMIT = 250;
const DEFAULT_LIMIT = 50;

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

/** Registers the methods of one path; the others answer 405, as a known path does. */
export function resource(service: FastifyInstance, url: string, handlers: Partial<Record<Method, Handler>>): void {
	for (const method of METHODS) {
		service.route({ method, url: `/api/v4${url}`, handler: handlers[method] ?? methodNotAllowed });
	}
}

export function methodNotAllowed(): never {
	throw new Problem(405, 'Method not allowed');
}

export function hal(reply: FastifyReply, body: unknown, status = 200): FastifyReply {
	return reply.code(status).type('application/hal+json').send(JSON.stringify(body));
}

export function nothing(reply: FastifyReply): FastifyReply {
	return reply.code(204).send();
}

export function problem(reply: FastifyReply, { status, body }: Problem): FastifyReply {
	return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
}

/** The page nginx shows instead of the API. */
export function nginxPage(reply: FastifyReply, status: number, title: string): FastifyReply {
	const head = `<html>\r\n<head><title>${status} ${title}</title></head>`;
	const page = `${head}\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
	return reply.code(status).type('text/html').send(page);
}

export function originOf(request: FastifyRequest): string {
	return `http://${request.headers.host ?? 'localhost'}`;
}

export function apiOf(request: FastifyRequest): string {
	return `${originOf(request)}/api/v4`;
}

/** One page of a list: 204 when empty, `next` only when there is more, and no total unless the list is a counted one. */
export function sendPage<T>(
	request: FastifyRequest,
	reply: FastifyReply,
	key: string,
	all: readonly T[],
	view: (item: T) => unknown,
	{ cap = LIST_LIMIT, counted = false }: { cap?: number; counted?: boolean } = {},
): FastifyReply {
	const page = positive(at(request.query, 'page')) ?? 1;
	const limit = Math.min(positive(at(request.query, 'limit')) ?? DEFAULT_LIMIT, cap);
	const shown = all.slice((page - 1) * limit, page * limit);
	if (shown.length === 0) return nothing(reply);
	const href = (number: number): { href: string } => {
		const url = new URL(request.url, originOf(request));
		url.searchParams.set('page', String(number));
		url.searchParams.set('limit', String(limit));
		return { href: url.toString() };
	};
	const links: Record<string, { href: string }> = { self: href(page) };
	if (page * limit < all.length) links.next = href(page + 1);
	if (page > 1) Object.assign(links, { first: href(1), prev: href(page - 1) });
	const counts = counted ? { _total_items: all.length, _page_count: Math.ceil(all.length / limit) } : {};
	return hal(reply, { ...counts, _page: page, _links: links, _embedded: { [key]: shown.map(view) } });
}

/** A list that has no pages: pipelines, stages, webhooks. */
export function sendAll(request: FastifyRequest, reply: FastifyReply, key: string, views: unknown[]): FastifyReply {
	if (views.length === 0) return nothing(reply);
	const links = { self: { href: new URL(request.url, originOf(request)).toString() } };
	return hal(reply, { _total_items: views.length, _links: links, _embedded: { [key]: views } });
}

/** The value at a path of a nested query, if it is there. */
export function at(query: unknown, ...path: string[]): unknown {
	return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), query);
}

/** `filter[x]=1`, `filter[x][]=1` and `filter[x][0]=1` are the same list; undefined when nothing was sent. */
export function listOf(value: unknown): string[] | undefined {
	if (typeof value === 'string') return [value];
	if (!isRecord(value) && !Array.isArray(value)) return undefined;
	return Object.values(value).filter((item) => typeof item === 'string');
}

export interface Range {
	from: number;
	to: number;
}

/** `[from]` and `[to]`, or one number that is the start. */
export function rangeOf(value: unknown): Range | undefined {
	const number = (text: unknown, otherwise: number): number =>
		typeof text === 'string' && text !== '' ? Number(text) : otherwise;
	if (typeof value === 'string') return { from: Number(value), to: Number.POSITIVE_INFINITY };
	if (!isRecord(value)) return undefined;
	return { from: number(value.from, Number.NEGATIVE_INFINITY), to: number(value.to, Number.POSITIVE_INFINITY) };
}

export function isInside(range: Range | undefined, value: number | null): boolean {
	return range === undefined || (value !== null && value >= range.from && value <= range.to);
}

/** The words of `with`. */
export function wantedOf(request: FastifyRequest): ReadonlySet<string> {
	return new Set(
		(listOf(at(request.query, 'with')) ?? []).flatMap((text) => text.split(',')).map((word) => word.trim()),
	);
}

/** A numeric part of the path. */
export function idOf(request: FastifyRequest, name = 'id'): number {
	return z.object({ [name]: z.coerce.number().int() }).parse(request.params)[name] ?? Number.NaN;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function positive(value: unknown): number | undefined {
	const number = Number(value);
	return typeof value === 'string' && Number.isInteger(number) && number > 0 ? number : undefined;
}
