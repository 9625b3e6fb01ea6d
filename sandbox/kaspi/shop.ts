import type { Clock } from '../clock';
import type { Random } from '../random';
import { Accounting } from './accounting';
import { Inventor, type OrderSpec } from './generate';
import { KINDS, type Actor, type Entry, type Order, type State, type Status } from './order';
import type { KaspiSettings } from './settings';
import { scheduleTimeouts } from './timeouts';
import { waybillDelayMs } from './waybill';

/** What a move changes; the rest of the order follows from it. */
export type Change = Partial<
	Pick<
		Order,
		| 'state'
		| 'status'
		| 'preOrder'
		| 'goodsArrived'
		| 'signatureRequired'
		| 'assembled'
		| 'numberOfSpace'
		| 'courierTransmissionDate'
		| 'courierTransmissionPlanningDate'
		| 'returnedToWarehouse'
		| 'cancellationReason'
		| 'deliveryCostForSeller'
	>
>;

/** The world behind the API: orders and every move they can make. Moves do not ask whether they are allowed. */
export class KaspiShop {
	readonly orders = new Map<string, Order>();
	readonly accounting: Accounting;
	private byId = new Map<string, Order>();
	private inventor: Inventor;
	private past: number | undefined;

	constructor(
		readonly clock: Clock,
		readonly random: Random,
		readonly settings: KaspiSettings,
	) {
		this.accounting = new Accounting(settings, () => this.now());
		this.inventor = new Inventor(random, settings);
	}

	/** Sandbox time, or the moment in the past that is being acted out. */
	now(): number {
		return this.past ?? this.clock.now();
	}

	/** Acts out moves as if they happened at `moment` (epoch ms); for filling a shop with history. */
	at(moment: number, run: () => void): void {
		this.past = Math.min(moment, this.clock.now());
		try {
			run();
		} finally {
			this.past = undefined;
		}
	}

	/** The buyer places an order; with auto-accept it appears accepted (kaspi.md §3.5). */
	createOrder(spec: OrderSpec = {}): Order {
		const order = this.inventor.order(spec, this.now());
		this.orders.set(order.code, order);
		this.byId.set(order.id, order);
		this.note(order, 'buyer', 'ordered', order.creationDate);
		if (spec.autoAccept ?? this.settings.autoAccept) this.accept(order, 'kaspi');
		scheduleTimeouts(this, order);
		return order;
	}

	/** Places `spec.count` orders (default one). */
	createOrders(spec: OrderSpec): Order[] {
		return Array.from({ length: spec.count ?? 1 }, () => this.createOrder(spec));
	}

	byOrderId(id: string): Order | undefined {
		return this.byId.get(id);
	}

	byEntryId(id: string): { order: Order; entry: Entry } | undefined {
		const [code = ''] = Buffer.from(id, 'base64').toString('utf8').split('##');
		const order = this.orders.get(code);
		const entry = order?.entries.find((candidate) => candidate.id === id);
		return order && entry ? { order, entry } : undefined;
	}

	byWaybillKey(key: string): Order | undefined {
		return [...this.orders.values()].find((order) => order.waybills.some((waybill) => waybill.key === key));
	}

	change(order: Order, by: Actor, what: string, change: Change): void {
		Object.assign(order, change);
		this.note(order, by, what);
	}

	accept(order: Order, by: Actor): void {
		const state: State = order.signatureRequired ? 'SIGN_REQUIRED' : KINDS[order.kind].state;
		this.change(order, by, 'accepted', { state, status: 'ACCEPTED_BY_MERCHANT' });
	}

	/** The buyer signed the credit papers. */
	sign(order: Order): void {
		const state = order.state === 'SIGN_REQUIRED' ? KINDS[order.kind].state : order.state;
		this.change(order, 'buyer', 'signed', { signatureRequired: false, state });
	}

	goodsArrive(order: Order, by: Actor): void {
		const preOrder = this.settings.preOrderFlagAfterArrival === 'kept';
		this.change(order, by, 'goods arrived', { goodsArrived: true, preOrder });
	}

	/** Packed: the waybill follows later, by the measured delay. A second time makes a second waybill. */
	assemble(order: Order, by: Actor, numberOfSpace: string): void {
		this.change(order, by, 'assembled', { assembled: true, numberOfSpace });
		const issuedAt = this.now() + waybillDelayMs(this.random, this.settings.waybillDelayScale);
		const issue = () => {
			if (order.status !== 'ACCEPTED_BY_MERCHANT') return;
			const number = this.inventor.waybillNumber();
			order.waybills.push({ number, key: `${order.id}${number}`, issuedAt });
			this.note(order, 'kaspi', `waybill ${number} issued`, Math.max(issuedAt, order.changedAt));
		};
		if (issuedAt <= this.clock.now()) issue();
		else this.clock.after(issuedAt - this.clock.now(), issue);
	}

	/** The courier scanned the parcel; Kaspi rewrites the planned moment to the real one (§6). */
	handOver(order: Order): void {
		this.change(order, 'courier', 'handed over', {
			courierTransmissionDate: this.now(),
			courierTransmissionPlanningDate: this.now(),
			deliveryCostForSeller: 999,
		});
	}

	complete(order: Order, by: Actor): void {
		order.securityCode = null;
		this.change(order, by, 'issued to the buyer', { state: 'ARCHIVE', status: 'COMPLETED' });
	}

	/** Cancels at once, or, when Kaspi already carries the goods, starts their way back (§3.5). */
	cancel(order: Order, by: Actor, cancellationReason: string): void {
		const travelling = order.courierTransmissionDate !== null;
		this.change(order, by, `cancelled: ${cancellationReason}`, {
			cancellationReason,
			...(travelling ? { status: 'CANCELLING' } : { status: 'CANCELLED', state: 'ARCHIVE' }),
		});
	}

	close(order: Order, by: Actor, what: string, status: Status): void {
		this.change(order, by, what, { status, state: 'ARCHIVE' });
	}

	/** Kaspi pushes a code to the buyer's phone; only the buyer can tell it. */
	pushSecurityCode(order: Order): void {
		order.securityCode = { code: this.inventor.securityCode(), readAloud: false };
	}

	/** Lowers the quantity of lines; without any line left the order is cancelled. */
	reduceEntries(order: Order, cuts: readonly { entry: Entry; remained: number; reason: string }[]): void {
		for (const { entry, remained } of cuts) entry.quantity = remained;
		order.entries = order.entries.filter((entry) => entry.quantity > 0);
		this.note(order, 'api', 'lines reduced');
		if (order.entries.length === 0) this.cancel(order, 'api', cuts[0]?.reason ?? 'MERCHANT_OUT_OF_STOCK');
	}

	/** Starts again with no orders and no counts. */
	reset(): void {
		this.orders.clear();
		this.byId.clear();
		this.accounting.forgetEverything();
		this.inventor = new Inventor(this.random, this.settings);
	}

	private note(order: Order, by: Actor, what: string, at = this.now()): void {
		order.changedAt = at;
		order.history.push({ at, by, what, state: order.state, status: order.status });
	}
}
