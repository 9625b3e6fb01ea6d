import type { Command, Order, OrderKey } from '../../core/order/order';
import { rejected, type KnownOrders, type Marketplace, type Outcome } from '../../core/ports';
import { ServiceFailure } from '../../transport/errors';
import { outcomeOf } from '../../transport/outcome';
import { lookAround } from './api/changedOrders';
import type { KaspiClient, OrderRef } from './api/client';
import type { Listed } from './api/listedOrder';
import { isDone, sendCommand } from './api/sendCommand';
import { marketplaceName, orderFromKaspi } from './model/order';
import { dayMs } from './model/period';
import { idOf, readAgain, readOne, type Wanted } from './api/orderReader';
import { kaspiRules } from './model/rules';

export interface KaspiSettings {
	/** How many days back the first look reaches. Default 14. */
	firstLookDays?: number;
	/** How many days back the daily look for late cancellations and returns reaches. Default 60; 0: no such look. */
	deepLookDays?: number;
	/** Other names that the shop was remembered by. */
	formerShops?: readonly string[];
	/** Epoch ms. */
	now?: () => number;
}

/** What a caller may know about the orders it asks for. */
export interface ReadOptions {
	/** Creation time (epoch ms) by order id: lets many orders be read by lists instead of one by one. */
	createdAt?: ReadonlyMap<string, number>;
	/** Bring the lines of every order; costs one more call per order that came without them. */
	withItems?: boolean;
}

/** From so many orders on lists are tried. */
const fewOrders = 5;

/** A Kaspi shop behind the port `Marketplace`. */
export class KaspiMarketplace implements Marketplace {
	readonly name = marketplaceName;
	readonly rules = kaspiRules;
	readonly formerShops: readonly string[];
	private readonly now: () => number;

	/** @param shop the shop's name in `Order.key`: `shopOf(credentials)` */
	constructor(
		private readonly client: KaspiClient,
		readonly shop: string,
		private readonly settings: KaspiSettings = {},
	) {
		this.now = settings.now ?? Date.now;
		this.formerShops = settings.formerShops ?? [];
	}

	changed(cursor: string | undefined, known: KnownOrders): AsyncGenerator<Order[], string> {
		const { firstLookDays = 14, deepLookDays = 60 } = this.settings;
		return lookAround(
			{
				reader: this.client,
				name: this.shop,
				now: this.now,
				firstLookMs: firstLookDays * dayMs,
				deepLookMs: deepLookDays * dayMs,
			},
			cursor,
			known,
		);
	}

	async read(keys: readonly OrderKey[], options: ReadOptions = {}): Promise<Outcome<Order | undefined>[]> {
		const found = await this.readByLists(keys, options.createdAt);
		const outcomes = await this.eachOfThem(keys, async ({ id }) => {
			const listed = found.get(id) ?? (await readOne(this.client, { id }))[0];
			if (listed === undefined) return undefined;
			if ('unreadable' in listed) throw unreadable(listed.unreadable);
			const entries = options.withItems === true ? (listed.entries ?? (await this.client.entries(listed.order))) : listed.entries;
			return orderFromKaspi(listed.order, this.shop, entries);
		});
		// A wrong shop id also answers 404 (kaspi.md §6): before orders are called gone, the shop itself has to answer.
		const isAnyGone = outcomes.some((outcome) => outcome.outcome === 'ok' && outcome.value === undefined);
		if (isAnyGone) await this.client.page({ from: this.now() - dayMs }, 0, 1);
		return outcomes;
	}

	/** Whatever lists can bring more cheaply than single reads. */
	private async readByLists(keys: readonly OrderKey[], createdAt: ReadOptions['createdAt']): Promise<Map<string, Listed>> {
		const found = new Map<string, Listed>();
		const wanted = keys.flatMap(({ id }): Wanted[] => {
			const at = createdAt?.get(id);
			return at === undefined ? [] : [{ id, createdAt: at }];
		});
		if (wanted.length < fewOrders) return found;
		for await (const page of readAgain(this.client, wanted, [])) {
			for (const each of page) found.set(idOf(each), each);
		}
		return found;
	}

	async findByNumber(number: string): Promise<Outcome<Order | undefined>> {
		return await outcomeOf(async () => {
			const found = await this.client.findByCode(number);
			return found && orderFromKaspi(found.order, this.shop, found.entries);
		}, this.now);
	}

	async run(commands: readonly { key: OrderKey; number: string; command: Command }[]): Promise<Outcome<void>[]> {
		return await this.eachOfThem(commands, async ({ key, number, command }) => {
			const order = { id: key.id, code: number };
			await sendCommand(this.client, order, command).catch(async (failure: unknown) => {
				if (!(await this.isDoneAlready(failure, order, command))) throw failure;
			});
		});
	}

	/** A refusal of Kaspi's may only mean that somebody was faster: then the order is where the command would have brought it. */
	private async isDoneAlready(failure: unknown, { id, code }: OrderRef, command: Command): Promise<boolean> {
		const isRefusal =
			failure instanceof ServiceFailure && failure.status !== undefined && ['rejected', 'not_found'].includes(failure.kind);
		if (!isRefusal) return false;
		const read = await outcomeOf(async () => await this.client.order(id, code), this.now);
		return read.outcome === 'ok' && isDone(command, read.value);
	}

	/**
	 * One after the other. When Kaspi is out of reach as a whole, that is thrown only if nothing has been done yet:
	 * what was done must not be forgotten, so afterwards the rest is given back as not done.
	 */
	private async eachOfThem<E, T>(elements: readonly E[], act: (element: E) => Promise<T>): Promise<Outcome<T>[]> {
		const outcomes: Outcome<T>[] = [];
		for (const element of elements) {
			const outcome = await outcomeOf(async () => await act(element), this.now).catch((failure: unknown) => {
				if (outcomes.length === 0 || !(failure instanceof ServiceFailure)) throw failure;
				return failure;
			});
			if (outcome instanceof ServiceFailure) {
				const notDone = rejected<T>(`Not sent: ${outcome.message}`, false);
				return [...outcomes, ...elements.slice(outcomes.length).map(() => notDone)];
			}
			outcomes.push(outcome);
		}
		return outcomes;
	}
}

const unreadable = ({ id, number, why }: { id: string; number?: string; why: string }): ServiceFailure =>
	new ServiceFailure({
		api: 'Kaspi',
		kind: 'bad_answer',
		message: `Kaspi sent order ${number ?? id} in a shape that this package does not know: ${why}`,
		advice: 'Look at the order in the seller cabinet, and update this package.',
	});
