import { orderKeyText, type Command, type CommandName, type Order, type OrderKey, type Route } from '../../core/order/order';
import {
	ok,
	rejected,
	unknown,
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
	type KnownOrders,
	type Marketplace,
	type MarketplaceRules,
	type Outcome,
	type Pipeline,
	type PreparedCrm,
} from '../../core/ports';
import { StageMap, isClosed, isFurther, type CrmStageRef, type OrderStage } from '../../core/order/stage';

/** The process dies here: nothing that comes after is executed. */
export class Killed extends Error {}

export type CallFate = 'fine' | 'refused' | 'lost before' | 'lost after' | 'out of reach' | 'killed before' | 'killed after';

/** Decides what becomes of each call; replaced by the test. */
export interface Weather {
	fate(): CallFate;
	dead: boolean;
}

export const map = new StageMap('7', {
	new: '11',
	accepted: '12',
	ready: '13',
	in_delivery: '14',
	delivered: '15',
	dispute: '16',
	completed: '142',
	cancelled: '143',
});
/** A pipeline that shows delivered and disputed orders where those in delivery are. */
export const mapWithoutDisputes = new StageMap('7', { new: '11', accepted: '12', ready: '13', in_delivery: '14', completed: '142', cancelled: '143' });
export const analystsOwnStage: CrmStageRef = { pipelineId: '7', statusId: '99' };

interface FakeOrder {
	key: OrderKey;
	number: string;
	stage: OrderStage;
	createdAt: number;
	buyer: { name: string; phone?: string; customerId: string };
	/** The stage that the client saw last. */
	seen?: OrderStage;
	/** Handed over to the buyer at some time. */
	wasDelivered: boolean;
	assembled: number;
}

const allowedFrom: Partial<Record<CommandName, OrderStage[]>> = {
	accept: ['new'],
	assemble: ['accepted'],
	cancel: ['new', 'accepted', 'ready'],
};
const leadsTo: Partial<Record<CommandName, OrderStage>> = { accept: 'accepted', assemble: 'ready', cancel: 'cancelled' };

export const rules: MarketplaceRules = {
	statusText: (order) => order.rawStatus,
	route(order, to): Route {
		const from = order.stage;
		if (to === 'cancelled') {
			return from !== 'unknown' && allowedFrom.cancel?.includes(from)
				? { kind: 'command', command: 'cancel', onceOnly: false }
				: { kind: 'refused', why: 'too late to cancel' };
		}
		if (to === 'completed' || to === 'dispute') return { kind: 'refused', why: 'only the buyer completes or disputes an order' };
		if (from === 'unknown' || isFurther(from, to)) return { kind: 'refused', why: 'an order does not go back' };
		if (from === 'new') return { kind: 'command', command: 'accept', onceOnly: false };
		if (from === 'accepted') return { kind: 'command', command: 'assemble', onceOnly: true };
		return { kind: 'own_step' };
	},
};

/** A marketplace with Kaspi's manners: no modified date, commands that are taken and shown later, a second ASSEMBLE that does harm. */
export class FakeMarketplace implements Marketplace {
	readonly name = 'fake';
	readonly shop = 'shop';
	readonly rules = rules;
	readonly orders = new Map<string, FakeOrder>();
	readonly forbidden: string[] = [];
	/** Where an order goes on to by itself once a command has taken it to a stage, as Kaspi's pickup orders do. */
	goesOn: Partial<Record<OrderStage, OrderStage>> = {};
	/** Commands are taken and show only when this is called. */
	effects?: (() => void)[];
	writes = 0;

	constructor(private readonly weather: Weather) {}

	add(id: string, buyer: FakeOrder['buyer'], createdAt: number, stage: OrderStage = 'new'): void {
		const key = { marketplace: this.name, shop: this.shop, id };
		this.orders.set(id, { key, number: `N${id}`, stage, createdAt, buyer, assembled: 0, wasDelivered: false });
	}

	private show(order: FakeOrder): Order {
		order.seen = order.stage;
		return {
			key: order.key,
			number: order.number,
			stage: order.stage,
			rawStatus: order.stage,
			flags: { preOrder: false, express: false, lateCancel: false, cancelRequested: false, goodsOnTheWayBack: false },
			createdAt: order.createdAt,
			deadlines: {},
			money: { amount: 1000, currency: 'KZT' },
			buyer: order.buyer,
			delivery: { kind: 'marketplace_delivery' },
			fingerprint: order.stage,
			linesFingerprint: '1000',
		};
	}

	async *changed(_cursor: string | undefined, known: KnownOrders): AsyncGenerator<Order[], string> {
		const active = new Set(known.active.map(({ key }) => key.id));
		const wanted = [...this.orders.values()].filter(({ key, stage }) => !isClosed(stage) || active.has(key.id) || stage === 'cancelled');
		for (let at = 0; at < wanted.length; at += 3) {
			yield await this.call(() => wanted.slice(at, at + 3).map((order) => this.show(order)));
		}
		return 'cursor';
	}

	async read(keys: readonly OrderKey[]): Promise<Outcome<Order | undefined>[]> {
		if (!keys.length) return [];
		return this.call(() =>
			keys.map(({ id }) => {
				const order = this.orders.get(id);
				return ok(order && this.show(order));
			}),
		);
	}

	async findByNumber(number: string): Promise<Outcome<Order | undefined>> {
		const order = [...this.orders.values()].find((candidate) => candidate.number === number);
		return ok(order && this.show(order));
	}

	async run(commands: readonly { key: OrderKey; command: Command }[]): Promise<Outcome<void>[]> {
		const outcomes: Outcome<void>[] = [];
		for (const { key, command } of commands) {
			outcomes.push(await oneWrite(this.weather, () => this.take(key, command)));
		}
		return outcomes;
	}

	private take(key: OrderKey, command: Command): Outcome<void> {
		const order = this.orders.get(key.id);
		const to = leadsTo[command.name];
		if (!order || !to) throw new Error('a command for no order');
		this.writes += 1;
		const from = allowedFrom[command.name] ?? [];
		if (order.seen === undefined || !from.includes(order.seen)) this.forbidden.push(`${command.name} in ${order.seen}`);
		if (!from.includes(order.stage)) return rejected('not in this status', true);
		if (command.name === 'assemble') order.assembled += 1;
		const show = () => {
			order.stage = this.goesOn[to] ?? to;
		};
		if (this.effects) this.effects.push(show);
		else show();
		return ok(undefined);
	}

	private async call<T>(read: () => T): Promise<T> {
		switch (fateOf(this.weather)) {
			case 'killed before':
			case 'killed after':
				return die(this.weather);
			case 'out of reach':
			case 'lost before':
			case 'lost after':
				throw new Error('the marketplace is out of reach');
			default:
				return read();
		}
	}
}

interface FakeDeal extends Deal {
	live: boolean;
	notes: string[];
	/** Texts of tasks that nobody completes. */
	tasks: string[];
}

/** A CRM whose creates may be lost after they were applied and whose batches may be cut off in the middle. */
export class FakeCrm implements Crm {
	readonly name = 'crm';
	readonly account = 'account';
	readonly deals = new Map<string, FakeDeal>();
	readonly contacts = new Map<string, Contact>();
	/** A user who left the company: nothing can be given to them any more. */
	dismissed?: string;
	writes = 0;
	private nextId = 100;

	constructor(
		private readonly weather: Weather,
		private readonly now: () => number,
	) {}

	/** A person at the board. */
	move(dealId: string, stage: CrmStageRef): void {
		const deal = this.deals.get(dealId);
		if (!deal?.live) return;
		deal.stage = stage;
		deal.updatedAt = this.now();
	}

	async *changedDeals(pipelineId: string, cursor: string | undefined): AsyncGenerator<Deal[], string> {
		const since = Number(cursor ?? 0);
		const deals = await this.call(() => this.live(pipelineId).filter(({ updatedAt }) => updatedAt >= since));
		yield deals;
		return String(Math.max(since, ...deals.map(({ updatedAt }) => updatedAt)));
	}

	async lastMoves(deals: readonly Deal[]): Promise<(DealMove | undefined)[]> {
		return deals.map(({ updatedAt }) => ({ at: updatedAt, userId: '1' }));
	}

	async readDeals(ids: readonly string[]): Promise<Outcome<Deal | undefined>[]> {
		if (!ids.length) return [];
		return this.call(() =>
			ids.map((id) => {
				const deal = this.deals.get(id);
				return ok(deal?.live ? { ...deal } : undefined);
			}),
		);
	}

	async *dealsWithOrders(pipelineId: string | undefined, createdSince: number): AsyncGenerator<Deal[], void> {
		yield await this.call(() => this.live(pipelineId).filter(({ createdAt }) => createdAt >= createdSince));
	}

	async dealClaims(orders: readonly OrderKey[]): Promise<string[]> {
		return orders.map(orderKeyText);
	}

	async saveDeals(drafts: readonly DealDraft[]): Promise<Outcome<string>[]> {
		return this.inBatches(drafts, (draft) => {
			this.writes += 1;
			if (draft.responsibleId !== undefined && draft.responsibleId === this.dismissed) {
				return { outcome: 'rejected', reason: 'no such user', permanent: true, about: 'responsible' };
			}
			const existing = draft.id === undefined ? undefined : this.deals.get(draft.id);
			if (draft.id !== undefined && !existing?.live) return rejected('no such deal', true);
			const deal = existing ?? this.newDeal(draft);
			if (draft.stage) deal.stage = draft.stage;
			deal.updatedAt = this.now();
			return ok(deal.id);
		});
	}

	private newDeal(draft: DealDraft): FakeDeal {
		const id = String((this.nextId += 1));
		const deal: FakeDeal = {
			id,
			stage: draft.stage ?? { pipelineId: '7', statusId: '1' },
			orderKey: draft.card?.orderKey,
			journal: draft.card?.journal,
			contactIds: draft.contactId ? [draft.contactId] : [],
			amount: draft.amount ?? 0,
			createdAt: this.now(),
			updatedAt: this.now(),
			live: true,
			notes: [],
			tasks: [],
		};
		this.deals.set(id, deal);
		return deal;
	}

	async findContacts(queries: readonly ContactQuery[]): Promise<Outcome<Contact[]>[]> {
		if (!queries.length) return [];
		// The search index lags behind: what was created less than two minutes ago is not found (amocrm.md §5).
		const indexed = [...this.contacts.values()].filter(({ updatedAt }) => updatedAt < this.now() - 120_000);
		return this.call(() => queries.map(({ phone }) => ok(indexed.filter(({ phones }) => phone && phones.includes(phone)))));
	}

	async readContacts(ids: readonly string[]): Promise<Outcome<Contact | undefined>[]> {
		if (!ids.length) return [];
		return this.call(() => ids.map((id) => ok(this.contacts.get(id))));
	}

	async *contactsCreatedSince(createdSince: number): AsyncGenerator<Contact[], void> {
		yield await this.call(() => [...this.contacts.values()].filter(({ createdAt }) => createdAt >= createdSince));
	}

	readonly keysPerSearchCall = 1;

	async *allContacts(cursor = '0'): AsyncGenerator<ContactPage, void> {
		for (let last = Number(cursor); ; ) {
			const page = await this.call(() =>
				[...this.contacts.values()].filter(({ id }) => Number(id) > last).sort((a, b) => Number(a.id) - Number(b.id)).slice(0, 3),
			);
			if (!page.length) return;
			last = Math.max(...page.map(({ id }) => Number(id)));
			yield { contacts: page, cursor: String(last) };
		}
	}

	async *contactsChanged(cursor: string | undefined): AsyncGenerator<Contact[], string> {
		const since = cursor === undefined ? this.now() : Number(cursor);
		const contacts = await this.call(() => [...this.contacts.values()].filter(({ updatedAt }) => updatedAt >= since));
		for (let at = 0; at < contacts.length; at += 3) yield contacts.slice(at, at + 3);
		return String(Math.max(since, ...contacts.map(({ updatedAt }) => updatedAt)));
	}

	async saveContacts(drafts: readonly ContactDraft[]): Promise<Outcome<string>[]> {
		return this.inBatches(drafts, (draft) => {
			this.writes += 1;
			const id = draft.id ?? String((this.nextId += 1));
			const before = this.contacts.get(id);
			this.contacts.set(id, {
				id,
				name: draft.name,
				phones: [...(before?.phones ?? []), ...draft.phones],
				emails: [...(before?.emails ?? []), ...draft.emails],
				createdAt: before?.createdAt ?? this.now(),
				updatedAt: this.now(),
				buyerKey: before?.buyerKey ?? draft.buyerKey,
			});
			return ok(id);
		});
	}

	async addNotes(notes: readonly DealNote[]): Promise<Outcome<void>[]> {
		return this.inBatches(notes, ({ dealId, text }) => {
			this.deals.get(dealId)?.notes.push(text);
			return ok(undefined);
		});
	}

	async addTasks(tasks: readonly DealTask[]): Promise<Outcome<void>[]> {
		return this.inBatches(tasks, ({ dealId, text }) => {
			this.writes += 1;
			this.deals.get(dealId ?? '')?.tasks.push(text);
			return ok(undefined);
		});
	}

	async openTasks(dealIds: readonly string[]): Promise<Outcome<string[]>[]> {
		if (!dealIds.length) return [];
		return this.call(() => dealIds.map((id) => ok([...(this.deals.get(id)?.tasks ?? [])])));
	}

	async pipelines(): Promise<Pipeline[]> {
		return [];
	}

	async prepare(): Promise<PreparedCrm> {
		throw new Error('not part of this story');
	}

	async isPrepared(): Promise<boolean> {
		throw new Error('not part of this story');
	}

	live(pipelineId?: string): FakeDeal[] {
		return [...this.deals.values()].filter(({ live, stage }) => live && (pipelineId === undefined || stage.pipelineId === pipelineId));
	}

	private async inBatches<D, T>(drafts: readonly D[], apply: (draft: D) => Outcome<T>): Promise<Outcome<T>[]> {
		const outcomes: Outcome<T>[] = [];
		for (let at = 0; at < drafts.length; at += 2) {
			const part = drafts.slice(at, at + 2);
			const answers = await oneWrite(this.weather, () => ok(part.map(apply)));
			if (answers.outcome === 'ok') outcomes.push(...answers.value);
			else outcomes.push(...part.map(() => answers));
		}
		return outcomes;
	}

	private async call<T>(read: () => T): Promise<T> {
		switch (fateOf(this.weather)) {
			case 'killed before':
			case 'killed after':
				return die(this.weather);
			case 'out of reach':
			case 'lost before':
			case 'lost after':
				throw new Error('the CRM is out of reach');
			default:
				return read();
		}
	}
}

function fateOf(weather: Weather): CallFate {
	if (weather.dead) throw new Killed('nobody lives here any more');
	return weather.fate();
}

function die(weather: Weather): never {
	weather.dead = true;
	throw new Killed('killed');
}

async function oneWrite<T>(weather: Weather, apply: () => Outcome<T>): Promise<Outcome<T>> {
	switch (fateOf(weather)) {
		case 'fine':
			return apply();
		case 'refused':
			return rejected('too many requests', false);
		case 'lost before':
			return unknown('no answer');
		case 'lost after':
			apply();
			return unknown('no answer');
		case 'out of reach':
			throw new Error('the service is out of reach');
		case 'killed before':
			return die(weather);
		case 'killed after':
			apply();
			return die(weather);
	}
}
