import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod/v4';

import type { AmoContext } from '../context';
import { apiOf, hal, idOf, methodNotAllowed } from '../http';
import type { EntityType } from '../model';
import { issuesOf, Problem, validationProblem } from '../problem';
import { shuffled } from '../shuffle';

/** What a write answers about one entity: its id, and `request_id` or `updated_at`. */
export interface Written {
	id: number;
	updated_at?: number;
	request_id: string;
}

/** The answer of a batch write. Its order is not promised: clients match by `request_id` (amocrm.md §3). */
export function sendWritten(
	{ settings, random }: AmoContext,
	request: FastifyRequest,
	reply: FastifyReply,
	key: string,
	written: Written[],
): FastifyReply {
	const answered = settings.shuffleAnswers ? shuffled(random, written) : written;
	return hal(reply, {
		_links: { self: { href: `${apiOf(request)}/${key}` } },
		_embedded: { [key]: answered.map((one) => withLink(request, key, one)) },
	});
}

export function withLink(request: FastifyRequest, key: string, written: Written | undefined): object {
	return { ...written, _links: { self: { href: `${apiOf(request)}/${key}/${written?.id}` } } };
}

/** The body of a write to a single address; an array there is 405 (#329). */
export function readOne<S extends z.ZodTypeAny>(schema: S, body: unknown): z.infer<S> {
	if (Array.isArray(body)) return methodNotAllowed();
	const parsed = schema.safeParse(body);
	if (!parsed.success) throw validationProblem([{ requestId: '0', issues: issuesOf(parsed.error) }]);
	return parsed.data;
}

/** The id in the address of a single entity, which must be there. */
export function existingId({ store }: AmoContext, type: EntityType, request: FastifyRequest): number {
	const id = idOf(request);
	if (!store.alive(type, id)) throw new Problem(404, 'Entity not found');
	return id;
}
