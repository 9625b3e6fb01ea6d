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
import { advance, isSettled, readCursor, readFrom, writeCursor } from '../../transport/changeCursor';
import { built, outcomeOf } from '../../transport/outcome';
import { dealClaim } from '../shared/deal/dealClaim';
import { AccountFields } from './api/accountFields';
import type { WriteOutcome } from './api/batchWrites';
import { idsPerRead, type AmoCrmClient, type Query } from './api/client';
import type { LeadPayload } from './api/payloads';
import { addedPayload, additions, contactOf, newContactPayload } from './model/contact';
import { changedSince, contactPages, readPosition } from './api/contactPages';
import { findContactsBy } from './api/contactSearch';
import { dealOf, leadPayload } from './model/deal';
import { dealFields, matchKey, type DealFieldName, type FieldIds } from './model/cardFields';
import { inParallel } from '../../transport/inParallel';
import { lastMovesOf } from './api/lastMoves';
import { prepareAccount } from './api/prepareAccount';
import { isDeadField } from './api/refusals';
import type { ContactCard } from './api/schema';
import { pipelineOf } from './model/pipelineStages';

const followUpTask = 1;
/** Searches cost one call each: a few at a time keep the pace's queue full without crowding out others. */
const searchesAtATime = 4;

/** amoCRM as the reconciler sees it: core/ports.ts `Crm`. Everything in batches, every result per element. */
export class AmoCrmAdapter implements Crm {
	readonly name = 'amoCRM';
	readonly keysPerSearchCall = 1;
	readonly account: string;
	private readonly fields: AccountFields;

	/** @param now epoch ms */
	constructor(
		private readonly client: AmoCrmClient,
		private readonly now: () => number = Date.now,
	) {
		this.account = client.account;
		this.fields = new AccountFields(client, now);
	}

	/**
	 * One call when nothing changed. The order by id keeps pages from shifting while deals change under the reader. Of all pipelines, since
	 * a deal that was moved away is in another one now.
	 */
	async *changedDeals(pipelineId: string, cursor: string | undefined): AsyncGenerator<Deal[], string> {
		const now = this.now();
		const since = readCursor(cursor, now);
		const seen: Deal[] = [];
		for await (const deals of this.deals([['filter[updated_at][from]', String(readFrom(since))]])) {
			seen.push(...deals);
			const changed = deals.filter(
				(deal) => (deal.stage.pipelineId === pipelineId || deal.orderKey !== undefined) && !isSettled(since, deal),
			);
			if (changed.length > 0) yield changed;
		}
		return writeCursor(advance(since, seen, { beganAt: now, readAt: this.now() }));
	}

	async *dealsWithOrders(pipelineId: string | undefined, createdSince: number): AsyncGenerator<Deal[], void> {
		const from = Math.floor(createdSince / 1000);
		const wanted: Query = [...(pipelineId === undefined ? [] : [['filter[pipeline_id][]', pipelineId] as const]), ['filter[created_at][from]', String(from)]];
		for await (const page of this.deals(wanted)) {
			const deals = page.filter(
				({ orderKey, createdAt, stage }) =>
					orderKey !== undefined && createdAt >= from * 1000 && (pipelineId === undefined || stage.pipelineId === pipelineId),
			);
			if (deals.length > 0) yield deals;
		}
	}

	lastMoves(deals: readonly Deal[]): Promise<(DealMove | undefined)[]> {
		return lastMovesOf(this.client, deals, this.now);
	}

	readDeals(ids: readonly string[]): Promise<Outcome<Deal | undefined>[]> {
		return this.readByIds(ids, (chunk) => this.client.leadsById(chunk), dealOf);
	}

	readContacts(ids: readonly string[]): Promise<Outcome<Contact | undefined>[]> {
		return this.readByIds(ids, (chunk) => this.client.contactsById(chunk), liveContact);
	}

	async dealClaims(orders: readonly OrderKey[]): Promise<string[]> {
		const { orderKey } = await this.fields.ofDeals();
		return orders.map((order) => dealClaim(matchKey(orderKey ?? 0, orderKeyText(order))));
	}

	async saveDeals(drafts: readonly DealDraft[]): Promise<Outcome<string>[]> {
		const outcomes = await this.writeDeals(drafts);
		const dead = drafts.flatMap((_, index) => ((outcomes[index]?.issues ?? []).some(isDeadField) ? [index] : []));
		if (dead.length > 0) {
			// A field was deleted in amoCRM since it was looked up: look again, and write what is left.
			this.fields.forget('leads');
			const again = await this.writeDeals(drafts.filter((_, index) => dead.includes(index)));
			dead.forEach((index, position) => place(outcomes, index, again[position]));
		}
		return outcomes.map(idText);
	}

	async findContacts(queries: readonly ContactQuery[]): Promise<Outcome<Contact[]>[]> {
		const asked = new Map<string, Promise<Outcome<Contact[]>>>();
		return await inParallel(queries, searchesAtATime, async (query) => {
			const key = `${query.phone ?? ''} ${query.email ?? ''}`;
			const search = asked.get(key) ?? outcomeOf(async () => (await findContactsBy(this.client, query)).map(contactOf), this.now);
			asked.set(key, search);
			return await search;
		});
	}

	async *contactsCreatedSince(createdSince: number): AsyncGenerator<Contact[], void> {
		const from = Math.floor(createdSince / 1000);
		const pages = this.client.contacts([['filter[created_at][from]', String(from)], byIdOrder]);
		for await (const page of pages) {
			const contacts = page.flatMap((card) => liveContact(card) ?? []).filter(({ createdAt }) => createdAt >= from * 1000);
			if (contacts.length > 0) yield contacts;
		}
	}

	async *allContacts(cursor?: string): AsyncGenerator<ContactPage, void> {
		for await (const { cards, position } of contactPages(this.client, [], readPosition(cursor))) {
			yield { contacts: cards.flatMap((card) => liveContact(card) ?? []), cursor: JSON.stringify(position) };
		}
	}

	async *contactsChanged(cursor: string | undefined): AsyncGenerator<Contact[], string> {
		const now = this.now();
		const since = readCursor(cursor, now);
		const seen: Contact[] = [];
		for await (const cards of changedSince(this.client, readFrom(since))) {
			const contacts = cards.flatMap((card) => liveContact(card) ?? []);
			seen.push(...contacts);
			const changed = contacts.filter((contact) => !isSettled(since, contact));
			if (changed.length > 0) yield changed;
		}
		return writeCursor(advance(since, seen, { beganAt: now, readAt: this.now() }));
	}

	async saveContacts(drafts: readonly ContactDraft[]): Promise<Outcome<string>[]> {
		const outcomes: Outcome<string>[] = drafts.map(() => rejected('was not sent', false));
		const ids = await this.fields.ofContacts();
		const fresh = drafts.flatMap((draft, index) => (draft.id === undefined ? [{ draft, index }] : []));
		const known = additions(drafts);

		const cards = await this.readCards(known.map(({ id }) => id));
		const changes = known.flatMap(({ draft, indexes, id }) => {
			const card = cards.get(id);
			const payload = card?.outcome === 'ok' ? addedPayload(card.value, draft, ids) : undefined;
			const outcome = card === undefined ? rejected<string>(`contact ${id} is not in amoCRM any more`, true) : card.outcome === 'ok' ? ok(String(id)) : card;
			for (const index of indexes) outcomes[index] = outcome;
			return payload === undefined ? [] : [{ indexes, payload }];
		});
		const updated = await this.client.updateContacts(changes.map(({ payload }) => payload));
		changes.forEach(({ indexes }, position) => indexes.forEach((index) => place(outcomes, index, updated.map(idText)[position])));

		// Creates last: losing word of an addition does no harm, losing word of a create does.
		const created = await this.client.createContacts(fresh.map(({ draft }) => newContactPayload(draft, ids)));
		fresh.forEach(({ index }, position) => place(outcomes, index, created.map(idText)[position]));
		return outcomes;
	}

	async addNotes(notes: readonly DealNote[]): Promise<Outcome<void>[]> {
		const written = await this.client.addNotes(
			'leads',
			notes.map(({ dealId, text }) => ({ entity_id: Number(dealId), note_type: 'common', params: { text } })),
		);
		return written.map(nothing);
	}

	async addTasks(tasks: readonly DealTask[]): Promise<Outcome<void>[]> {
		const written = await this.client.addTasks(
			tasks.map(({ dealId, text, dueAt, responsibleId }) => ({
				text,
				complete_till: Math.floor(dueAt / 1000),
				task_type_id: followUpTask,
				...(dealId === undefined ? {} : { entity_id: Number(dealId), entity_type: 'leads' }),
				...(responsibleId === undefined ? {} : { responsible_user_id: Number(responsibleId) }),
			})),
		);
		return written.map(nothing);
	}

	/** One call for 250 tasks. Filters may be ignored by an account: every task is checked again. */
	async openTasks(dealIds: readonly string[]): Promise<Outcome<string[]>[]> {
		if (dealIds.length === 0) return [];
		const texts = new Map(dealIds.map((id): [string, string[]] => [id, []]));
		const ofDeals = [['filter[entity_type]', 'leads'], ['filter[is_completed]', '0'], ...dealIds.map((id) => ['filter[entity_id][]', id] as const)] as const;
		for await (const page of this.client.tasks(ofDeals)) {
			for (const { entity_type: type, entity_id: id, is_completed: isDone, text } of page) {
				if (type === 'leads' && !isDone) texts.get(String(id))?.push(text);
			}
		}
		return dealIds.map((id) => ok(texts.get(id) ?? []));
	}

	async pipelines(): Promise<Pipeline[]> {
		return (await this.client.pipelines()).filter(({ is_archive }) => !is_archive).map(pipelineOf);
	}

	prepare(pipelineName: string, stages?: readonly OrderStage[]): Promise<PreparedCrm> {
		return prepareAccount(this.client, this.fields, pipelineName, stages);
	}

	async isPrepared(): Promise<boolean> {
		return (await this.fields.ofDeals()).orderKey !== undefined;
	}

	/** Live deals, by id. Filters may be ignored by an account (amocrm.md §3): callers check every deal again. */
	private async *deals(query: Query): AsyncGenerator<Deal[], void> {
		for await (const leads of this.client.leads([['with', 'contacts'], ...query, byIdOrder])) {
			const deals = leads.flatMap((lead) => dealOf(lead) ?? []);
			if (deals.length > 0) yield deals;
		}
	}

	private async readByIds<Card, T>(
		ids: readonly string[],
		read: (chunk: readonly number[]) => Promise<Map<number, Card>>,
		translate: (card: Card) => T | undefined,
	): Promise<Outcome<T | undefined>[]> {
		const outcomes: Outcome<T | undefined>[] = [];
		for (let from = 0; from < ids.length; from += idsPerRead) {
			const chunk = ids.slice(from, from + idsPerRead).map(Number);
			const answer = await outcomeOf(() => read([...new Set(chunk)]), this.now);
			for (const id of chunk) {
				const card = answer.outcome === 'ok' ? answer.value.get(id) : undefined;
				outcomes.push(answer.outcome === 'ok' ? ok(card === undefined ? undefined : translate(card)) : answer);
			}
		}
		return outcomes;
	}

	private async readCards(ids: readonly number[]): Promise<Map<number, Outcome<ContactCard>>> {
		const read = await this.readByIds(ids.map(String), (chunk) => this.client.contactsById(chunk), (card) => card);
		return new Map(
			read.flatMap((outcome, index): [number, Outcome<ContactCard>][] => {
				const id = ids[index];
				if (id === undefined) return [];
				if (outcome.outcome !== 'ok') return [[id, outcome]];
				return outcome.value === undefined || outcome.value.is_deleted ? [] : [[id, ok(outcome.value)]];
			}),
		);
	}

	private async writeDeals(drafts: readonly DealDraft[]): Promise<WriteOutcome[]> {
		const ids: FieldIds<DealFieldName> = drafts.some(({ card }) => card) ? await this.fields.ofDeals() : {};
		const outcomes: WriteOutcome[] = drafts.map(() => rejected('was not sent', false));
		const creates: Numbered<LeadPayload>[] = [];
		const updates: Numbered<LeadPayload & { id: number }>[] = [];
		drafts.forEach((draft, index) => {
			if (draft.card !== undefined && ids.orderKey === undefined) {
				outcomes[index] = rejected(noOrderKeyField, true);
				return;
			}
			const made = built(() => leadPayload(draft, ids));
			if (made.outcome !== 'ok') {
				outcomes[index] = made;
				return;
			}
			const payload = made.value;
			const { id } = payload;
			if (id === undefined) creates.push({ index, payload });
			else updates.push({ index, payload: { ...payload, id } });
		});
		// Updates first: should the account shut its door before the creates, losing word of an update does no harm.
		const updated = await this.client.updateLeads(updates.map(({ payload }) => payload));
		updates.forEach(({ index }, position) => place(outcomes, index, updated[position]));
		const created = await this.client.createLeads(creates.map(({ payload }) => payload));
		creates.forEach(({ index }, position) => place(outcomes, index, created[position]));
		return outcomes;
	}
}

interface Numbered<P> {
	index: number;
	payload: P;
}

const byIdOrder = ['order[id]', 'asc'] as const;

const noOrderKeyField =
	`amoCRM has no deal field «${dealFields.orderKey.name}» (${dealFields.orderKey.code}), so the deal could not be found again. ` +
	'Run Order Sync: Prepare CRM once';

const liveContact = (card: ContactCard): Contact | undefined => (card.is_deleted ? undefined : contactOf(card));

const idText = (written: WriteOutcome): Outcome<string> => (written.outcome === 'ok' ? ok(String(written.value)) : refusal(written));

const nothing = (written: WriteOutcome): Outcome<void> => (written.outcome === 'ok' ? ok(undefined) : refusal(written));

/** Says whether it was for the responsible person, who was dismissed or deleted, and for nothing else. */
function refusal(written: Exclude<WriteOutcome, { outcome: 'ok' }>): Exclude<WriteOutcome, { outcome: 'ok' }> {
	const { issues = [] } = written;
	const isForPerson = written.outcome === 'rejected' && issues.length > 0 && issues.every(({ path }) => path === 'responsible_user_id');
	return isForPerson ? { ...written, about: 'responsible' } : written;
}

function place<T>(outcomes: T[], index: number, outcome: T | undefined): void {
	if (outcome !== undefined) outcomes[index] = outcome;
}
