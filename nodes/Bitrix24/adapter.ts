import {
	ok,
	rejected,
	type Contact,
	type ContactDraft,
	type ContactPage,
	type ContactQuery,
	type Crm,
	type Deal,
	type DealDraft,
	type DealMove,
	type DealNote,
	type DealTask,
	type Outcome,
	type Pipeline,
	type PreparedCrm,
} from '../../core/ports';
import { orderKeyText, type OrderKey } from '../../core/order/order';
import type { OrderStage } from '../../core/order/stage';
import { advance, isSettled, readCursor as readChangeCursor, readFrom, writeCursor } from '../../transport/changeCursor';
import { dealClaim } from '../shared/deal/dealClaim';
import { AccountFields } from './api/accountFields';
import { batchSize, pageSize, type Bitrix24Client } from './api/client';
import { dateText, type Command } from './api/command';
import { addedParams, contactOf, newContactParams } from './model/contact';
import { findContactsBy, phonesPerSearch } from './api/contactSearch';
import { dealOf, externalKey, keyText } from './model/deal';
import { saveDealDrafts } from './api/dealWrites';
import { historyCursorSchema, readHistory, readHistorySince, type HistoryCursor } from './api/stageHistory';
import { addItem, itemList, readItems, updateItem } from './api/items';
import { prepareAccount } from './api/prepareAccount';
import { failureOfOutcome } from './api/refusals';
import { anySchema, contactSchema, dealSchema, savedSchema, type HistoryRecord } from './api/schema';
import { pipelineOf, readPipelines } from './model/pipelineStages';
import { activitiesSchema, activityText, openActivitiesCommand, todoCommand } from './model/todo';

/** A first look at changed deals goes back so far. */
const firstLookMs = 24 * 60 * 60_000;
/** Fifty ids a command, fifty commands a call: so many deals are read at once. */
const recordsAtOnce = batchSize * pageSize;
/** `TYPE_ID` of a record that tells of a change of the pipeline (bitrix24.md §4). */
const movedToPipeline = 5;

/** Bitrix24 as the reconciler sees it: core/ports.ts `Crm`. Everything in batches, every result per element. */
export class Bitrix24Adapter implements Crm {
	readonly name = 'Bitrix24';
	readonly keysPerSearchCall = batchSize * phonesPerSearch;
	readonly account: string;
	private readonly fields: AccountFields;

	constructor(private readonly client: Bitrix24Client) {
		this.account = client.account;
		this.fields = new AccountFields(client);
	}

	/**
	 * Deals of the pipeline that have changed their stage, and those that carry an order and have just been moved to another pipeline.
	 * One call when nothing changed, one more for every 2,500 deals that did.
	 */
	async *changedDeals(pipelineId: string, cursor: string | undefined): AsyncGenerator<Deal[], string> {
		const known = readCursor(cursor);
		const pages = known === undefined ? readHistorySince(this.client, this.client.now() - firstLookMs) : readHistory(this.client, known);
		let records: HistoryRecord[] = [];
		for (;;) {
			const { value, done } = await pages.next();
			if (!done) records.push(...value);
			if (!done && records.length < recordsAtOnce) continue;
			const deals = await this.dealsOf(records, pipelineId);
			records = [];
			if (deals.length > 0) yield deals;
			if (done) return JSON.stringify(value);
		}
	}

	async *dealsWithOrders(pipelineId: string | undefined, createdSince: number): AsyncGenerator<Deal[], void> {
		const names = await this.fields.ofDeals();
		const filter = {
			...(pipelineId === undefined ? {} : { '=categoryId': Number(pipelineId) }),
			'!originatorId': '',
			...(createdSince > 0 ? { '>=createdTime': dateText(createdSince) } : {}),
		};
		// Servers keep whole seconds.
		const from = Math.floor(createdSince / 1000) * 1000;
		for await (const page of this.client.list(itemList('deal', filter, dealSchema))) {
			const deals = page
				.map((item) => dealOf(item, names))
				.filter(
					({ stage, orderKey, createdAt }) =>
						orderKey !== undefined && createdAt >= from && (pipelineId === undefined || stage.pipelineId === pipelineId),
				);
			if (deals.length > 0) yield deals;
		}
	}

	/** The deal itself tells (bitrix24.md §4): no call. */
	async lastMoves(deals: readonly Deal[]): Promise<(DealMove | undefined)[]> {
		return deals.map(({ lastMove }) => lastMove);
	}

	async readDeals(ids: readonly string[]): Promise<Outcome<Deal | undefined>[]> {
		if (ids.length === 0) return [];
		const names = await this.fields.ofDeals();
		const items = await readItems(this.client, 'deal', ids.map(Number), dealSchema);
		return ids.map((id) => translated(items.get(Number(id)), (item) => dealOf(item, names)));
	}

	async dealClaims(orders: readonly OrderKey[]): Promise<string[]> {
		return orders.map((order) => dealClaim(keyText(externalKey({ orderKey: orderKeyText(order), orderId: order.id }))));
	}

	saveDeals(drafts: readonly DealDraft[]): Promise<Outcome<string>[]> {
		return saveDealDrafts(this.client, this.fields, drafts);
	}

	async findContacts(queries: readonly ContactQuery[]): Promise<Outcome<Contact[]>[]> {
		if (queries.length === 0) return [];
		return await findContactsBy(this.client, queries, await this.fields.ofContacts());
	}

	async readContacts(ids: readonly string[]): Promise<Outcome<Contact | undefined>[]> {
		if (ids.length === 0) return [];
		const names = await this.fields.ofContacts();
		const items = await readItems(this.client, 'contact', ids.map(Number), contactSchema);
		return ids.map((id) => translated(items.get(Number(id)), (item) => contactOf(item, names)));
	}

	async *contactsCreatedSince(createdSince: number): AsyncGenerator<Contact[], void> {
		const names = await this.fields.ofContacts();
		const from = Math.floor(createdSince / 1000) * 1000;
		const list = itemList('contact', { '>=createdTime': dateText(from) }, contactSchema);
		for await (const page of this.client.list(list)) {
			const contacts = page.map((item) => contactOf(item, names)).filter(({ createdAt }) => createdAt >= from);
			if (contacts.length > 0) yield contacts;
		}
	}

	/** 2,500 contacts a call; the cursor is the last id, so that nothing shifts under the reader. */
	async *allContacts(cursor?: string): AsyncGenerator<ContactPage, void> {
		const names = await this.fields.ofContacts();
		for await (const items of this.client.list(itemList('contact', {}, contactSchema), readId(cursor))) {
			const last = items.reduce((highest, { id }) => Math.max(highest, id), 0);
			yield { contacts: items.map((item) => contactOf(item, names)), cursor: String(last) };
		}
	}

	async *contactsChanged(cursor: string | undefined): AsyncGenerator<Contact[], string> {
		const names = await this.fields.ofContacts();
		const now = this.client.now();
		const since = readChangeCursor(cursor, now);
		const from = readFrom(since) * 1000;
		const seen: Contact[] = [];
		for await (const items of this.client.list(itemList('contact', { '>=updatedTime': dateText(from) }, contactSchema))) {
			const contacts = items.map((item) => contactOf(item, names)).filter(({ updatedAt }) => updatedAt >= from);
			seen.push(...contacts);
			const changed = contacts.filter((contact) => !isSettled(since, contact));
			if (changed.length > 0) yield changed;
		}
		return writeCursor(advance(since, seen, { beganAt: now, readAt: this.client.now() }));
	}

	async saveContacts(drafts: readonly ContactDraft[]): Promise<Outcome<string>[]> {
		if (drafts.length === 0) return [];
		const names = await this.fields.ofContacts();
		const outcomes: Outcome<string>[] = drafts.map(() => rejected('was not sent', false));
		const known = drafts.flatMap((draft, index) => (draft.id === undefined ? [] : [{ draft, index, id: Number(draft.id) }]));
		const cards = await readItems(this.client, 'contact', known.map(({ id }) => id), contactSchema);
		const writes: { index: number; command: Command }[] = [];
		for (const { draft, index, id } of known) {
			const card = cards.get(id);
			if (card?.outcome !== 'ok' || card.value === undefined) {
				outcomes[index] = card !== undefined && card.outcome !== 'ok' ? card : rejected(`contact ${id} is not in Bitrix24 any more`, true);
				continue;
			}
			const params = addedParams(card.value, draft, names);
			outcomes[index] = ok(String(id));
			if (params !== undefined) writes.push({ index, command: updateItem('contact', id, params) });
		}
		// Creates last: losing word of an addition does less harm than losing word of a create.
		for (const [index, draft] of drafts.entries()) {
			if (draft.id === undefined) writes.push({ index, command: addItem('contact', newContactParams(draft, names)) });
		}
		// An addition that comes twice would pile up: neither kind is ever repeated blindly.
		const written = await this.client.run(writes.map(({ command }) => command), 'once', savedSchema);
		for (const [position, { index }] of writes.entries()) {
			const outcome = written[position];
			if (outcome !== undefined) outcomes[index] = outcome.outcome === 'ok' ? ok(String(outcome.value)) : outcome;
		}
		return outcomes;
	}

	async addNotes(notes: readonly DealNote[]): Promise<Outcome<void>[]> {
		const commands = notes.map(({ dealId, text }) => ({
			method: 'crm.timeline.comment.add',
			params: { fields: { ENTITY_ID: Number(dealId), ENTITY_TYPE: 'deal', COMMENT: text } },
		}));
		return (await this.client.run(commands, 'once', anySchema)).map(nothing);
	}

	async addTasks(tasks: readonly DealTask[]): Promise<Outcome<void>[]> {
		const commands = tasks.map(taskCommand);
		const written = await this.client.run(commands.filter((command) => command !== undefined), 'once', anySchema);
		let next = 0;
		return commands.map((command) => (command === undefined ? rejected(nobodysTask, true) : nothing(written[next++] ?? rejected('was not sent', false))));
	}

	/** To-dos and other activities of the deals' timelines, fifty deals a call. */
	async openTasks(dealIds: readonly string[]): Promise<Outcome<string[]>[]> {
		const found = await this.client.run(dealIds.map(openActivitiesCommand), 'read', activitiesSchema);
		return found.map((outcome) => (outcome.outcome === 'ok' ? ok(outcome.value.map(activityText)) : outcome));
	}

	async pipelines(): Promise<Pipeline[]> {
		const { categories, statuses } = await readPipelines(this.client);
		return categories.map((category) => pipelineOf(category, statuses));
	}

	prepare(pipelineName: string, stages?: readonly OrderStage[]): Promise<PreparedCrm> {
		return prepareAccount(this.client, this.fields, pipelineName, stages);
	}

	async isPrepared(): Promise<boolean> {
		return (await this.fields.ofDeals()).orderNumber !== undefined;
	}

	private async dealsOf(records: readonly HistoryRecord[], pipelineId: string): Promise<Deal[]> {
		const owners = [...new Set(records.map(({ OWNER_ID }) => OWNER_ID))];
		const moved = new Set(records.filter(({ TYPE_ID }) => TYPE_ID === movedToPipeline).map(({ OWNER_ID }) => String(OWNER_ID)));
		const deals: Deal[] = [];
		for (const outcome of await this.readDeals(owners.map(String))) {
			// What could not be read must be looked at again: the cursor does not move on.
			if (outcome.outcome !== 'ok') throw failureOfOutcome(outcome, 'crm.item.list', this.client.now());
			const deal = outcome.value;
			if (deal === undefined) continue;
			if (deal.stage.pipelineId === pipelineId || (moved.has(deal.id) && deal.orderKey !== undefined)) deals.push(deal);
		}
		return deals;
	}
}

function readCursor(text: string | undefined): HistoryCursor | undefined {
	// A cursor of another version is a first look: nothing is lost by looking at too much.
	if (text === undefined) return undefined;
	try {
		return historyCursorSchema.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}

/** A cursor of another version is a reading from the beginning: nothing is lost by reading too much. */
function readId(cursor: string | undefined): number {
	return cursor !== undefined && /^\d+$/.test(cursor) ? Number(cursor) : 0;
}

function translated<Item, T>(outcome: Outcome<Item | undefined> | undefined, translate: (item: Item) => T): Outcome<T | undefined> {
	if (outcome === undefined) return rejected('was not asked for', false);
	if (outcome.outcome !== 'ok') return outcome;
	return ok(outcome.value === undefined ? undefined : translate(outcome.value));
}

const nothing = (written: Outcome<unknown>): Outcome<void> => (written.outcome === 'ok' ? ok(undefined) : written);

const nobodysTask = 'a task without a deal needs a responsible person in Bitrix24';
const firstLine = 80;

/** On a deal a to-do of its timeline; without one a task, which somebody has to be responsible for (bitrix24.md §6). */
function taskCommand({ dealId, text, dueAt, responsibleId }: DealTask): Command | undefined {
	const [title = text] = text.split('\n');
	if (dealId !== undefined) return todoCommand({ dealId: Number(dealId), title: clip(title), description: text, dueAt, responsibleId });
	if (responsibleId === undefined) return undefined;
	return {
		method: 'tasks.task.add',
		params: { fields: { TITLE: clip(title), DESCRIPTION: text, RESPONSIBLE_ID: Number(responsibleId), DEADLINE: dateText(dueAt) } },
	};
}

const clip = (title: string): string => (title.length <= firstLine ? title : `${title.slice(0, firstLine - 1)}…`);
