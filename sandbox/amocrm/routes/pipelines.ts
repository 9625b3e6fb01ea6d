import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod/v4';

import { readBatch, rejectBatch } from '../bodies';
import type { AmoContext } from '../context';
import { apiOf, hal, idOf, nothing, resource, sendAll } from '../http';
import type { Pipeline, Status } from '../model';
import { Problem } from '../problem';
import {
	addPipeline,
	bySort,
	colorIssues,
	DEFAULT_COLOR,
	makeMain,
	renumber,
	STATUS_LIMIT,
	SYSTEM_STATUSES,
} from '../stages';
import type { Store } from '../store';
import { pipelineView, shownStatuses, statusView } from '../views';
import { readOne } from './writing';

const PIPELINE_LIMIT = 50;

const text = z.string().min(1).max(255);
const requestId = z.union([z.string(), z.number()]).optional();
const color = z.string().optional();
const pipelineBody = z.object({
	name: text,
	sort: z.number().int(),
	is_main: z.boolean(),
	is_unsorted_on: z.boolean(),
	request_id: requestId,
	_embedded: z
		.object({
			statuses: z
				.array(z.object({ id: z.number().int().optional(), name: text, sort: z.number().int().optional(), color }))
				.optional(),
		})
		.optional(),
});
const pipelinePatch = pipelineBody.omit({ _embedded: true }).partial();
const statusBody = z.object({ name: text, sort: z.number().int(), color, request_id: requestId });

/** Pipelines and their stages (amocrm.md §3, leads_pipelines documentation). */
export function pipelineRoutes(service: FastifyInstance, context: AmoContext): void {
	const { store } = context;

	resource(service, '/leads/pipelines', {
		GET: (request, reply) =>
			sendAll(
				request,
				reply,
				'pipelines',
				bySort(store.pipelines.values()).map((pipeline) => pipelineView(store, pipeline, apiOf(request))),
			),
		POST: (request, reply) => {
			const items = readBatch(pipelineBody, request.body, PIPELINE_LIMIT);
			if (store.pipelines.size + items.length > PIPELINE_LIMIT)
				throw new Problem(422, `The account can have ${PIPELINE_LIMIT} pipelines`);
			if (items.some(({ body }) => (body._embedded?.statuses?.length ?? 0) + SYSTEM_STATUSES > STATUS_LIMIT)) {
				throw new Problem(422, `A pipeline can have ${STATUS_LIMIT} statuses`);
			}
			rejectBatch(
				items.map((item) => ({
					requestId: item.requestId,
					issues: colorIssues(item.body._embedded?.statuses ?? [], '_embedded.statuses.'),
				})),
			);
			const views = items.map((item) => {
				const { name, sort, is_main: isMain, is_unsorted_on: isUnsortedOn, _embedded: embedded } = item.body;
				const pipeline = addPipeline(store, { name, sort, isMain, isUnsortedOn }, embedded?.statuses ?? []);
				return { ...pipelineView(store, pipeline, apiOf(request)), request_id: item.requestId };
			});
			return sendAll(request, reply, 'pipelines', views);
		},
	});

	resource(service, '/leads/pipelines/:id(^\\d+$)', {
		GET: (request, reply) => hal(reply, pipelineView(store, pipelineOf(store, request), apiOf(request))),
		PATCH: (request, reply) => {
			const pipeline = pipelineOf(store, request);
			const body = readOne(pipelinePatch, request.body);
			Object.assign(pipeline, {
				name: body.name ?? pipeline.name,
				sort: body.sort ?? pipeline.sort,
				isUnsortedOn: body.is_unsorted_on ?? pipeline.isUnsortedOn,
			});
			if (body.is_main) makeMain(store, pipeline);
			return hal(reply, { ...pipelineView(store, pipeline, apiOf(request)), request_id: '0' });
		},
		DELETE: (request, reply) => {
			const pipeline = pipelineOf(store, request);
			if (store.pipelines.size === 1) throw new Problem(400, 'The last pipeline cannot be deleted');
			if (leadsIn(store, pipeline).length > 0) throw new Problem(400, 'The pipeline has leads');
			store.pipelines.delete(pipeline.id);
			if (pipeline.isMain) makeMain(store, store.mainPipeline());
			return nothing(reply);
		},
	});

	resource(service, '/leads/pipelines/:id(^\\d+$)/statuses', {
		GET: (request, reply) => {
			const pipeline = pipelineOf(store, request);
			return sendAll(
				request,
				reply,
				'statuses',
				shownStatuses(pipeline).map((status) => statusView(store, pipeline.id, status, apiOf(request))),
			);
		},
		POST: (request, reply) => {
			const pipeline = pipelineOf(store, request);
			const items = readBatch(statusBody, request.body, STATUS_LIMIT);
			if (pipeline.statuses.length + items.length > STATUS_LIMIT)
				throw new Problem(422, `A pipeline can have ${STATUS_LIMIT} statuses`);
			rejectBatch(items.map((item) => ({ requestId: item.requestId, issues: colorIssues([item.body], '') })));
			const made = items.map((item) => {
				const status: Status = {
					id: store.nextId(),
					name: item.body.name,
					sort: item.body.sort,
					color: item.body.color ?? DEFAULT_COLOR,
					type: 0,
					isEditable: true,
				};
				pipeline.statuses.push(status);
				return { status, requestId: item.requestId };
			});
			renumber(pipeline);
			return sendAll(
				request,
				reply,
				'statuses',
				made.map((one) => ({
					...statusView(store, pipeline.id, one.status, apiOf(request)),
					request_id: one.requestId,
				})),
			);
		},
	});

	resource(service, '/leads/pipelines/:id(^\\d+$)/statuses/:statusId(^\\d+$)', {
		GET: (request, reply) => {
			const { pipeline, status } = statusOf(store, request);
			return hal(reply, statusView(store, pipeline.id, status, apiOf(request)));
		},
		PATCH: (request, reply) => {
			const { pipeline, status } = statusOf(store, request);
			const body = readOne(statusBody.partial(), request.body);
			if (!status.isEditable) throw new Problem(400, 'The system status cannot be changed');
			rejectBatch([{ requestId: '0', issues: colorIssues([body], '') }]);
			Object.assign(status, {
				name: body.name ?? status.name,
				sort: body.sort ?? status.sort,
				color: body.color ?? status.color,
			});
			renumber(pipeline);
			return hal(reply, { ...statusView(store, pipeline.id, status, apiOf(request)), request_id: '0' });
		},
		DELETE: (request, reply) => {
			const { pipeline, status } = statusOf(store, request);
			const left = pipeline.statuses.filter((other) => other !== status);
			if (!status.isEditable || !left.some(({ isEditable }) => isEditable))
				throw new Problem(400, 'The status cannot be deleted');
			pipeline.statuses = left;
			const first = store.firstStatus(pipeline);
			for (const lead of leadsIn(store, pipeline)) {
				if (lead.statusId === status.id)
					context.leads.update(lead, { pipelineId: pipeline.id, statusId: first.id }, context.settings.apiAuthorId);
			}
			return nothing(reply);
		},
	});
}

function leadsIn(store: Store, pipeline: Pipeline) {
	return [...store.leads.values()].filter((lead) => lead.pipelineId === pipeline.id && !lead.isDeleted);
}

function pipelineOf(store: Store, request: FastifyRequest): Pipeline {
	const pipeline = store.pipelines.get(idOf(request));
	if (!pipeline) throw new Problem(404, 'Pipeline not found');
	return pipeline;
}

function statusOf(store: Store, request: FastifyRequest): { pipeline: Pipeline; status: Status } {
	const pipeline = pipelineOf(store, request);
	const status = store.status(pipeline.id, idOf(request, 'statusId'));
	if (!status) throw new Problem(404, 'Status not found');
	return { pipeline, status };
}
