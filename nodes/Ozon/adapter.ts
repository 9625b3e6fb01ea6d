import type { Command, Order, OrderKey } from '../../core/order/order';
import { ok, type KnownOrders, type Marketplace, type Outcome } from '../../core/ports';
import { ServiceFailure } from '../../transport/errors';
import { outcomeOf, outcomeOfFailure } from '../../transport/outcome';
import { lookAround } from './api/changedOrders';
import { ClaimBook } from './api/returns';
import type { OzonClient } from './api/client';
import { runCommands } from './api/sendCommands';
import { OrderReader } from './api/orderReader';
import { marketplaceName } from './model/order';
import { dayMs } from './api/postingLists';
import { ozonRules } from './model/rules';

export interface OzonSettings {
	/** How many days back the first look reaches for what is over already; what is open is found however old. Default 14. */
	firstLookDays?: number;
	/** Also look at postings from Ozon's own warehouse. Default true. */
	withFbo?: boolean;
	/** Epoch ms. */
	now?: () => number;
}

/** An Ozon shop behind the port `Marketplace`: FBS, rFBS, rFBS Express and FBO; the unit is the posting. */
export class OzonMarketplace implements Marketplace {
	readonly name = marketplaceName;
	readonly rules = ozonRules;
	private readonly now: () => number;

	/** @param shop the Client-Id, as `connectOzon` gives it */
	constructor(
		private readonly client: OzonClient,
		readonly shop: string,
		private readonly settings: OzonSettings = {},
	) {
		this.now = settings.now ?? Date.now;
	}

	changed(cursor: string | undefined, known: KnownOrders): AsyncGenerator<Order[], string> {
		const { firstLookDays = 14, withFbo = true } = this.settings;
		const book = new ClaimBook(this.client, this.now);
		const reader = new OrderReader(this.client, this.shop, book, this.now);
		const shop = { client: this.client, reader, book, now: this.now, firstLookMs: firstLookDays * dayMs, withFbo };
		return lookAround(shop, cursor, known);
	}

	/** Lists cost a call for a hundred postings, and lines come with every posting: there are no options to be had. */
	async read(keys: readonly OrderKey[]): Promise<Outcome<Order | undefined>[]> {
		if (keys.length === 0) return [];
		const ids = keys.map(({ id }) => id);
		const reading = await outcomeOf(async () => await this.reader().byIds(ids), this.now);
		return ids.map((id): Outcome<Order | undefined> => {
			if (reading.outcome !== 'ok') return reading;
			const found = reading.value.get(id);
			return found instanceof ServiceFailure ? outcomeOfFailure(found, this.now()) : ok(found);
		});
	}

	async findByNumber(number: string): Promise<Outcome<Order | undefined>> {
		return await outcomeOf(async () => await this.reader().byNumber(number), this.now);
	}

	async run(commands: readonly { key: OrderKey; number: string; command: Command }[]): Promise<Outcome<void>[]> {
		return await runCommands(this.client, commands, this.now);
	}

	/** Each reading has a book of its own: what the lists say is never older than the reading. */
	private reader(): OrderReader {
		return new OrderReader(this.client, this.shop, new ClaimBook(this.client, this.now), this.now);
	}
}
