import { ServiceFailure } from '../../transport/errors';
import type { Order } from '../../core/order/order';
import type { KnownOrders } from '../../core/ports';
import { isClosed } from '../../core/order/stage';
import type { OrderPage, OrderQuery } from '../../nodes/Kaspi/api/client';
import type { Listed } from '../../nodes/Kaspi/api/listedOrder';
import { orderResource, type KaspiOrder } from '../../nodes/Kaspi/api/schema';
import type { OrderReader } from '../../nodes/Kaspi/api/orderReader';

export const day = 86_400_000;
export const hour = 3_600_000;

/** The attributes of an accepted order that waits to be packed for Kaspi's courier. */
export const packing = {
	code: '912345678',
	state: 'KASPI_DELIVERY',
	status: 'ACCEPTED_BY_MERCHANT',
	totalPrice: 45980,
	creationDate: 1_795_151_700_000,
	deliveryMode: 'DELIVERY_PICKUP',
	isKaspiDelivery: true,
	preOrder: false,
	signatureRequired: false,
	assembled: false,
};

export const kaspiOrder = (attributes: Record<string, unknown> = {}, id = 'OTEyMzQ1Njc4'): KaspiOrder =>
	orderResource.parse({ type: 'orders', id, attributes: { ...packing, ...attributes } });

interface ModelOrder {
	id: string;
	createdAt: number;
	/** From when on Kaspi shows it. */
	visibleAt: number;
	state: string;
	status: string;
}

/** Kaspi's order lists in memory, with the limits of kaspi.md §1.1: counts calls, refuses what Kaspi refuses. */
export class ModelShop implements OrderReader {
	readonly orders = new Map<string, ModelOrder>();
	calls = 0;
	now = 1_800_000_000_000;
	statusNeedsState = false;
	private counter = 0;
	/** Read once: what a schema costs is not what is tested here. */
	private readonly pattern = kaspiOrder();

	add(state: string, status: string, createdAt = this.now, visibleAt = createdAt): string {
		const id = `id-${++this.counter}`;
		this.orders.set(id, { id, createdAt: Math.floor(createdAt), visibleAt, state, status });
		return id;
	}

	set(id: string, state: string, status: string): void {
		const order = this.orders.get(id);
		if (order !== undefined) this.orders.set(id, { ...order, state, status });
	}

	async page(query: OrderQuery, number: number): Promise<OrderPage> {
		this.calls += 1;
		const to = query.to ?? this.now;
		if (to - query.from > 14 * day) throw refused('Exceeded the maximum difference');
		if (query.status !== undefined && query.state === undefined && this.statusNeedsState) throw refused('state is empty');
		const found = [...this.orders.values()]
			.filter((order) => order.visibleAt <= this.now && order.createdAt >= query.from && order.createdAt <= to)
			.filter(({ state, status }) => (query.state ?? state) === state && (query.status ?? status) === status)
			.sort((a, b) => b.createdAt - a.createdAt);
		return {
			orders: found.slice(number * 100, number * 100 + 100).map((order): Listed => ({ order: this.full(order), entries: [] })),
			pageCount: Math.ceil(found.length / 100),
			totalCount: found.length,
		};
	}

	async *pages(query: OrderQuery): AsyncGenerator<OrderPage, void> {
		for (let number = 0, count = 1; number < count; number++) {
			const page = await this.page(query, number);
			yield page;
			count = page.pageCount;
		}
	}

	async order(id: string): Promise<KaspiOrder> {
		this.calls += 1;
		const order = this.orders.get(id);
		if (order === undefined) throw new ServiceFailure({ api: 'Kaspi', kind: 'not_found', message: 'none', advice: '' });
		return this.full(order);
	}

	private full({ id, createdAt, state, status }: ModelOrder): KaspiOrder {
		return { ...this.pattern, id, code: id.slice(3), creationDate: createdAt, state, status };
	}
}

const refused = (message: string) => new ServiceFailure({ api: 'Kaspi', kind: 'rejected', status: 400, message, advice: '' });

/** What the journal remembers of the orders it was given. */
export class Memory {
	readonly orders = new Map<string, Order>();

	learn(orders: readonly Order[]): void {
		for (const order of orders) this.orders.set(order.key.id, order);
	}

	known(): KnownOrders {
		const all = [...this.orders.values()];
		const isOver = (order: Order) => order.stage !== 'unknown' && isClosed(order.stage) && !order.flags.goodsOnTheWayBack;
		return {
			active: all.filter((order) => !isOver(order)).map(({ key, number, createdAt, rawStatus }) => ({ key, number, createdAt, rawStatus })),
			closedCreatedAt: all.filter(isOver).map(({ createdAt }) => createdAt).sort((a, b) => a - b),
		};
	}
}
