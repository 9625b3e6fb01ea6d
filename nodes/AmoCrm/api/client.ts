import { cutText } from '../../../core/text/cut';
import type { z } from 'zod/v4';
import { ServiceFailure } from '../../../transport/errors';
import type { ServiceClient } from '../../../transport/service';
import { batchSize, writeInBatches, type WriteOutcome } from './batchWrites';
import type { FieldNames } from './refusedFields';
import type {
	ContactPayload,
	CustomFieldPayload,
	LeadPayload,
	LinkPayload,
	NotePayload,
	PipelinePayload,
	StatusPayload,
	TaskPayload,
} from './payloads';
import {
	accountSchema,
	anySchema,
	contactPage,
	customFieldPage,
	eventPage,
	leadPage,
	lossReasonPage,
	notePage,
	pipelinePage,
	statusPage,
	taskPage,
	userPage,
	webhookPage,
	webhookSchema,
	writtenPages,
	type Account,
	type ContactCard,
	type CrmEvent,
	type CustomField,
	type Lead,
	type LeadPipeline,
	type LossReason,
	type Note,
	type Page,
	type Status,
	type Task,
	type User,
	type Webhook,
	type Written,
} from './schema';

export type Query = readonly (readonly [string, string])[];
export type Entity = 'leads' | 'contacts';

/** A page as long as amoCRM gives it (amocrm.md §2); `/events` only up to 100 (§6). */
export const pageLimit = 250;
export const eventsPageLimit = 100;
/** Ids in one `filter[id][]`: the address stays well below the 8 KB that web servers take. */
export const idsPerRead = 200;

/** Characters of a name that amoCRM takes; a longer one would be refused with its whole batch. What is cut ends with an ellipsis. */
const longestName = 255;
const withinLimits = <T extends { name?: string }>(card: T): T => (card.name === undefined ? card : { ...card, name: cutText(card.name, longestName) });

/** amoCRM's API v4 as far as this pack uses it: typed, paged, batched (amocrm.md §3–§7). Every failure is a `ServiceFailure`. */
export class AmoCrmClient {
	/** @param account the account's host, for caches and texts */
	constructor(
		private readonly service: Pick<ServiceClient, 'send'>,
		readonly account: string,
	) {}

	accountInfo(): Promise<Account> {
		return this.service.send({
			method: 'GET',
			path: '/api/v4/account',
			route: 'account',
			query: [['with', 'is_api_filter_enabled,datetime_settings']],
			answer: accountSchema,
		});
	}

	leads(query: Query): AsyncGenerator<Lead[], void> {
		return this.pages('leads', leadPage, query);
	}

	contacts(query: Query): AsyncGenerator<ContactCard[], void> {
		return this.pages('contacts', contactPage, query);
	}

	/** One page only. @param query with `page` and `limit` */
	async contactPage(query: Query): Promise<ContactCard[]> {
		return (await this.service.send({ method: 'GET', path: '/api/v4/contacts', route: 'contacts', query, answer: contactPage })).items;
	}

	/** At most `idsPerRead` ids; what is not there is not in the answer. */
	async leadsById(ids: readonly number[]): Promise<Map<number, Lead>> {
		return await byId(this.leads([['with', 'contacts'], ...ids.map((id) => ['filter[id][]', String(id)] as const)]), ids);
	}

	/** At most `idsPerRead` ids; what is not there is not in the answer. */
	async contactsById(ids: readonly number[]): Promise<Map<number, ContactCard>> {
		return await byId(this.contacts([['with', 'leads'], ...ids.map((id) => ['filter[id][]', String(id)] as const)]), ids);
	}

	/** Links contacts to leads or takes the links away (amocrm.md §3): the same when it comes twice. */
	async linkLeads(how: 'link' | 'unlink', links: readonly LinkPayload[]): Promise<void> {
		for (let from = 0; from < links.length; from += batchSize) {
			const body = links.slice(from, from + batchSize);
			await this.service.send({ method: 'POST', path: `/api/v4/leads/${how}`, route: `leads/${how}`, body, answer: anySchema, repeatable: true, about: `${body.length} links` });
		}
	}

	createLeads(leads: readonly LeadPayload[]): Promise<WriteOutcome[]> {
		return this.write('POST', 'leads', 'leads', leads.map(withinLimits));
	}

	/** Absolute values: sending them twice does no harm. */
	updateLeads(leads: readonly (LeadPayload & { id: number })[]): Promise<WriteOutcome[]> {
		return this.write('PATCH', 'leads', 'leads', leads.map(withinLimits));
	}

	createContacts(contacts: readonly ContactPayload[]): Promise<WriteOutcome[]> {
		return this.write('POST', 'contacts', 'contacts', contacts.map(withinLimits));
	}

	updateContacts(contacts: readonly (ContactPayload & { id: number })[]): Promise<WriteOutcome[]> {
		return this.write('PATCH', 'contacts', 'contacts', contacts.map(withinLimits));
	}

	notes(entity: Entity, entityId: number, query: Query): AsyncGenerator<Note[], void> {
		return this.pages(`${entity}/${entityId}/notes`, notePage, query, `${entity}/{id}/notes`);
	}

	addNotes(entity: Entity, notes: readonly NotePayload[]): Promise<WriteOutcome[]> {
		return this.write('POST', `${entity}/notes`, 'notes', notes);
	}

	tasks(query: Query): AsyncGenerator<Task[], void> {
		return this.pages('tasks', taskPage, query);
	}

	addTasks(tasks: readonly TaskPayload[]): Promise<WriteOutcome[]> {
		return this.write('POST', 'tasks', 'tasks', tasks);
	}

	updateTasks(tasks: readonly (TaskPayload & { id: number })[]): Promise<WriteOutcome[]> {
		return this.write('PATCH', 'tasks', 'tasks', tasks);
	}

	async pipelines(): Promise<LeadPipeline[]> {
		return await all(this.pages('leads/pipelines', pipelinePage, []));
	}

	async createPipeline(pipeline: PipelinePayload): Promise<void> {
		await this.post('leads/pipelines', 'leads/pipelines', [pipeline], pipelinePage);
	}

	async addStatuses(pipelineId: number, statuses: readonly StatusPayload[]): Promise<Status[]> {
		const path = `leads/pipelines/${pipelineId}/statuses`;
		return await this.post(path, 'leads/pipelines/{id}/statuses', statuses, statusPage);
	}

	async customFields(entity: Entity): Promise<CustomField[]> {
		return await all(this.pages(`${entity}/custom_fields`, customFieldPage, []));
	}

	async addCustomFields(entity: Entity, fields: readonly CustomFieldPayload[]): Promise<CustomField[]> {
		const path = `${entity}/custom_fields`;
		return await this.post(path, path, fields, customFieldPage);
	}

	async users(): Promise<User[]> {
		return await all(this.pages('users', userPage, []));
	}

	async lossReasons(): Promise<LossReason[]> {
		return await all(this.pages('leads/loss_reasons', lossReasonPage, []));
	}

	events(query: Query): AsyncGenerator<CrmEvent[], void> {
		return this.pages('events', eventPage, query, 'events', eventsPageLimit);
	}

	async webhooks(): Promise<Webhook[]> {
		return await all(this.pages('webhooks', webhookPage, []));
	}

	/** Adds the hook or replaces the events of the one with this destination (amocrm.md §7): safe to repeat. */
	async subscribe(destination: string, settings: readonly string[]): Promise<Webhook> {
		return await this.service.send({
			method: 'POST',
			path: '/api/v4/webhooks',
			route: 'webhooks',
			body: { destination, settings, sort: 10 },
			answer: webhookSchema,
			repeatable: true,
		});
	}

	async unsubscribe(destination: string): Promise<void> {
		await this.service.send({
			method: 'DELETE',
			path: '/api/v4/webhooks',
			route: 'webhooks',
			body: { destination },
			answer: anySchema,
			repeatable: true,
		});
	}

	private async *pages<T>(
		path: string,
		answer: z.ZodType<Page<T>>,
		query: Query,
		route = path,
		limit = pageLimit,
	): AsyncGenerator<T[], void> {
		const isLimited = query.some(([name]) => name === 'limit');
		let next: Query | undefined = isLimited ? query : [...query, ['limit', String(limit)]];
		while (next !== undefined) {
			const asked: Query = next;
			const page: Page<T> = await this.service.send({ method: 'GET', path: `/api/v4/${path}`, route, query: asked, answer });
			if (page.items.length > 0) yield page.items;
			if (page.next !== undefined && sameQuery(page.next, asked)) throw endlessList(route);
			next = page.next;
		}
	}

	private write<E extends object>(
		method: 'POST' | 'PATCH',
		path: string,
		collection: keyof typeof writtenPages,
		elements: readonly E[],
	): Promise<WriteOutcome[]> {
		const send = async (batch: readonly E[]): Promise<Written[]> => {
			const page = await this.service.send({
				method,
				path: `/api/v4/${path}`,
				route: path,
				body: batch,
				answer: writtenPages[collection],
				repeatable: method === 'PATCH',
				about: `${batch.length} ${collection}`,
			});
			return page.items;
		};
		return writeInBatches(elements, send, Date.now, () => this.fieldNames(collection));
	}

	/** For texts only: without them a refusal names the field's id. */
	private async fieldNames(collection: string): Promise<FieldNames> {
		if (collection !== 'leads' && collection !== 'contacts') return new Map();
		const fields = await this.customFields(collection).catch(nothingWhenOutOfReach);
		return new Map(fields.flatMap(({ id, code, name }) => [[String(id), name] as const, ...(code ? [[code, name] as const] : [])]));
	}

	private async post<E, T>(
		path: string,
		route: string,
		elements: readonly E[],
		answer: z.ZodType<Page<T>>,
	): Promise<T[]> {
		const page = await this.service.send({ method: 'POST', path: `/api/v4/${path}`, route, body: elements, answer });
		return page.items;
	}
}

const sameQuery = (a: Query, b: Query): boolean => JSON.stringify(a) === JSON.stringify(b);

const endlessList = (route: string): ServiceFailure =>
	new ServiceFailure({
		api: 'amoCRM',
		kind: 'bad_answer',
		message: `amoCRM names the same page as the next one of ${route}, so the list would never end`,
		advice: 'Run this again; if it stays so, report the route named here.',
	});

async function all<T>(pages: AsyncGenerator<T[], void>): Promise<T[]> {
	const items: T[] = [];
	for await (const page of pages) items.push(...page);
	return items;
}

/** A filter that an account does not know may be ignored (amocrm.md §3): what was not asked for is left out. */
async function byId<T extends { id: number }>(pages: AsyncGenerator<T[], void>, ids: readonly number[]): Promise<Map<number, T>> {
	const asked = new Set(ids);
	const found = new Map<number, T>();
	for await (const page of pages) {
		for (const item of page) if (asked.has(item.id)) found.set(item.id, item);
		// An ignored filter answers with the whole account: everything asked for is here, or it is one page too many.
		if (found.size === asked.size) break;
	}
	return found;
}

function nothingWhenOutOfReach(error: unknown): [] {
	if (error instanceof ServiceFailure) return [];
	throw error;
}
