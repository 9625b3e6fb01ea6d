import { openJournal } from '../../journal/open';
import type { Journal } from '../../journal/journal';
import { pairId, type SyncContext } from '../../sync/context';
import type { LookResult } from '../../sync/reconcileOrders';
import { lookAtDue, sweep, type SweepOptions } from '../../sync/sweep';
import type { OrderStage, StageMap } from '../../core/order/stage';
import { FakeCrm, FakeMarketplace, Killed, analystsOwnStage, map, rules, type CallFate, type Weather } from './fakeServices';

/** One thing that happens in a shop's day. */
export type Happening =
	| { kind: 'order'; buyer: number; masked: boolean; as: 'new' | 'accepted' }
	| { kind: 'marketplace'; order: number; to: OrderStage }
	| { kind: 'manager'; deal: number; to: OrderStage | 'own stage' }
	| { kind: 'forged hint'; order: number }
	| { kind: 'sweep'; fates: CallFate[] }
	| { kind: 'time'; seconds: number };

/** Where the marketplace takes an order from where it is. */
const forward: Record<string, OrderStage[]> = {
	new: ['accepted', 'cancelled'],
	accepted: ['ready', 'cancelled'],
	ready: ['in_delivery', 'cancelled'],
	in_delivery: ['delivered', 'completed', 'cancelled'],
	delivered: ['completed', 'dispute', 'cancelled'],
	dispute: ['delivered', 'completed', 'cancelled'],
};

/** A shop, its CRM and the sync between them, in a time of their own; only the journal and the two services survive a kill. */
export class Shop {
	readonly weather: Weather & { coming: CallFate[] } = {
		dead: false,
		coming: [],
		fate() {
			return this.coming.shift() ?? 'fine';
		},
	};
	readonly marketplace: FakeMarketplace;
	readonly crm: FakeCrm;
	/** Of the journal, when it marks its deals. */
	private mark?: string;
	readonly results: LookResult[] = [];
	responsibleId?: string;
	private executions = 0;

	private constructor(
		readonly journal: Journal,
		private readonly clock: { now: number },
		private readonly stages: StageMap,
		beside?: Shop,
	) {
		this.marketplace = beside?.marketplace ?? new FakeMarketplace(this.weather);
		this.crm = beside?.crm ?? new FakeCrm(this.weather, () => this.now);
	}

	/** Another n8n with a journal of its own on the same shop and CRM; it never dies. */
	static async marking(file: string, beside?: Shop): Promise<Shop> {
		const clock = beside?.clock ?? { now: Date.UTC(2026, 10, 20, 12) };
		const shop = new Shop(await openJournal({ file, now: () => clock.now }), clock, map, beside);
		shop.mark = await shop.journal.mark();
		return shop;
	}

	static async open(file: string, stages = map): Promise<Shop> {
		const clock = { now: Date.UTC(2026, 10, 20, 12) };
		return new Shop(await openJournal({ file, now: () => clock.now }), clock, stages);
	}

	get now(): number {
		return this.clock.now;
	}

	set now(now: number) {
		this.clock.now = now;
	}

	private context(): SyncContext {
		this.executions += 1;
		return {
			pair: pairId(this.marketplace, this.crm),
			marketplace: this.marketplace,
			crm: this.crm,
			journal: this.mark === undefined ? mortal(this.journal, this.weather) : this.journal,
			mark: this.mark,
			rules,
			map: this.stages,
			owner: `execution-${this.executions}`,
			now: () => this.now,
			random: () => 0.5,
			settings: {
				policies: { refusedMove: 'put_back', lostDeal: 'attention' },
				region: 'KZ',
				severalContacts: 'oldest',
				nameConflict: 'create',
				commands: ['accept', 'assemble', 'cancel'],
				cancelReason: 'MERCHANT_OUT_OF_STOCK',
				packages: 1,
				dealName: 'Заказ № {number}',
				responsibleId: this.responsibleId,
				commandGivesUpMs: 300_000,
				retryFirstMs: 15_000,
				retryMaxMs: 60_000,
			},
		};
	}

	async happen(happening: Happening): Promise<void> {
		switch (happening.kind) {
			case 'order': {
				const { buyer, masked, as } = happening;
				const phone = masked ? '+0(000)-000-00-00' : `+7 701 555 40 0${buyer}`;
				this.marketplace.add(String(this.marketplace.orders.size), { name: `Buyer ${buyer}`, phone, customerId: `c${buyer}` }, this.now, as);
				return;
			}
			case 'marketplace': {
				const order = this.marketplace.orders.get(String(happening.order));
				if (!order || !forward[order.stage]?.includes(happening.to)) return;
				order.stage = happening.to;
				order.wasDelivered ||= happening.to === 'delivered';
				return;
			}
			case 'manager': {
				const deal = [...this.crm.deals.values()][happening.deal];
				const stage = happening.to === 'own stage' ? analystsOwnStage : map.toCrm(happening.to);
				if (deal && stage) this.crm.move(deal.id, stage);
				return;
			}
			case 'forged hint': {
				const order = { marketplace: 'fake', shop: 'shop', id: String(happening.order) };
				if (this.marketplace.orders.has(order.id)) {
					await this.journal.work.hint(pairId(this.marketplace, this.crm), [{ order, number: `N${order.id}`, why: 'forged' }]);
				}
				return;
			}
			case 'sweep':
				this.weather.coming = [...happening.fates];
				return this.sweep();
			case 'time':
				this.now += happening.seconds * 1000;
		}
	}

	async sweep(): Promise<void> {
		await this.survive(sweep);
	}

	/** The operation Retry Due: it knows no more of the marketplace than the orders whose turn it is. */
	async retryDue(): Promise<void> {
		await this.survive(lookAtDue);
	}

	private async survive(run: (context: SyncContext, options: SweepOptions) => Promise<unknown>): Promise<void> {
		try {
			await run(this.context(), { onResults: (results) => this.results.push(...results), shouldStop: () => false });
		} catch (error) {
			if (!(error instanceof Killed) && !(error instanceof Error && error.message.includes('out of reach'))) throw error;
		} finally {
			// The process is started again; only the journal and the two services remember anything.
			this.weather.dead = false;
			this.weather.coming = [];
		}
	}

	/** Fair weather, and time for every lease and every backoff to pass. */
	async calmDown(): Promise<void> {
		for (let round = 0; round < 12; round += 1) {
			this.now += 400_000;
			await this.sweep();
		}
	}
}

/** The journal of a process that dies with it: after the kill nothing is written any more. */
function mortal(journal: Journal, weather: Weather): Journal {
	const guard = <T extends object>(part: T): T =>
		new Proxy(part, {
			get(target, name, receiver) {
				const value: unknown = Reflect.get(target, name, receiver);
				if (typeof value === 'function') {
					return (...args: unknown[]) => {
						if (weather.dead) throw new Killed('killed');
						return Reflect.apply(value, target, args);
					};
				}
				return typeof value === 'object' && value !== null ? guard(value) : value;
			},
		});
	return guard(journal);
}
