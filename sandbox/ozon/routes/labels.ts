import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';

import { int64 } from '../body';
import { fbsPosting, guard, malformed, readCommand } from '../commands';
import { labelsPdf } from '../labels';
import { notFound } from '../refusal';
import type { OzonShop } from '../shop';
import type { AddMethod } from './method';

const createBody = z.object({ posting_numbers: z.array(z.string().min(1)).min(1).max(20) });

/** Labels: a task, a while of waiting, a file (ozon.md §7). */
export function addLabels(service: FastifyInstance, add: AddMethod, shop: OzonShop): void {
	add('/v3/posting/fbs/package-label/create', (body) => {
		const { posting_numbers: numbers } = readCommand(shop, createBody, body);
		const postings = numbers.map((number) => fbsPosting(shop, number));
		for (const posting of postings) guard(shop, posting, 'label');
		const notReady = shop.labels.notReady(postings);
		if (notReady.length > 0) throw malformed(shop, `The next postings aren't ready: ${notReady.join(', ')}`);
		for (const posting of postings) shop.accounting.accept(posting, 'label');
		const task = shop.labels.create(postings);
		return { tasks: [{ task_id: task.id, task_type: 'big_label' }] };
	});
	add('/v2/posting/fbs/package-label/get', (body, request) => {
		const { task_id: id } = readCommand(shop, z.object({ task_id: int64 }), body);
		const task = shop.labels.tasks.get(id);
		if (!task) throw notFound('TASK_NOT_FOUND');
		const ready = shop.labels.isReady(task);
		const count = task.postings.length;
		return {
			error: null,
			file_url: ready ? `http://${request.host}/label-file/${task.id}.pdf` : '',
			status: {
				code: ready ? 'completed' : 'in_progress',
				postings_count: count,
				printed_postings_count: ready ? count : 0,
				unprinted_postings: [],
			},
		};
	});
	service.get<{ Params: { file: string } }>('/label-file/:file', async (request, reply) => {
		const task = shop.labels.tasks.get(Number.parseInt(request.params.file, 10));
		if (!task || !shop.labels.isReady(task)) return await reply.code(404).send();
		return await reply.type('application/pdf').send(labelsPdf(task.postings));
	});
}
