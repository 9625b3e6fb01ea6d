import type { Clock } from '../clock';
import type { Random } from '../random';
import { Accounting } from './accounting';
import { Announcer } from './announcer';
import { CancellationRequests } from './cancellationRequests';
import { Chats } from './chats';
import { Inventor, type PostingSpec } from './generate';
import { Labels } from './labels';
import {
	isFinal,
	piecesOf,
	TRAITS,
	type Actor,
	type Pieces,
	type Posting,
	type Product,
	type Status,
	type Substatus,
} from './posting';
import type { Pushes } from './pushes/pushes';
import { Returns } from './returns';
import { KEY_DAYS, type OzonSettings } from './settings';
import type { CancelOrder, ShopParts } from './shopParts';

const DAY = 86_400_000;
const START_STOCK = 1000;

/** The world behind the API: postings and every move they can make. Moves do not ask whether they are allowed. */
export class OzonShop implements ShopParts {
	readonly postings = new Map<string, Posting>();
	readonly accounting: Accounting;
	readonly announcer: Announcer;
	readonly returns: Returns;
	readonly requests: CancellationRequests;
	readonly chats: Chats;
	readonly labels: Labels;
	/** Methods that answer "Circle is open", and until when (epoch ms). */
	readonly openCircuits = new Map<string, number>();
	/** Calls of methods that Ozon has switched off: path → count and what to use instead. */
	readonly retiredCalls = new Map<string, { count: number; use: string }>();
	inventor: Inventor;
	private stocks = new Map<string, { present: number; reserved: number }>();
	private past: number | undefined;
	private era = 0;
	private readonly startedAt: number;

	constructor(
		readonly clock: Clock,
		readonly random: Random,
		readonly settings: OzonSettings,
		readonly pushes: Pushes,
	) {
		this.startedAt = clock.now();
		this.accounting = new Accounting(() => this.now());
		this.inventor = new Inventor(random, settings);
		this.announcer = new Announcer(
			pushes,
			settings,
			() => this.inventor,
			() => this.now(),
		);
		this.returns = new Returns(this);
		this.requests = new CancellationRequests(this);
		this.chats = new Chats(this);
		this.labels = new Labels(this);
		pushes.tellSeller = (text) => this.chats.fromOzon(text);
	}

	/** Sandbox time, or the moment in the past that is being acted out. */
	now(): number {
		return this.past ?? this.clock.now();
	}

	/** Acts out moves as if they happened at `moment` (epoch ms); for filling a shop with history. */
	at(moment: number, run: () => void): void {
		const outer = this.past;
		this.past = Math.min(moment, this.clock.now());
		try {
			run();
		} finally {
			this.past = outer;
		}
	}

	/** Runs `run` `ms` after now; at once, in its own past, when that moment is already over. */
	later(ms: number, run: () => void): void {
		const due = this.now() + ms;
		const { era } = this;
		if (this.past !== undefined && due <= this.clock.now()) this.at(due, run);
		else this.clock.after(due - this.clock.now(), () => era === this.era && run());
	}

	/** When the Api-Key stops working, epoch ms. */
	keyExpiresAt(): number {
		return this.settings.keyExpiresAt ?? this.startedAt + KEY_DAYS * DAY;
	}

	/** The buyer places an order, or adds a posting to one. */
	createPosting(spec: PostingSpec = {}): Posting {
		const newOrder =
			spec.orderNumber === undefined ||
			![...this.postings.values()].some(({ orderNumber }) => orderNumber === spec.orderNumber);
		const posting = this.inventor.posting(spec, this.now());
		this.add(posting, 'buyer', 'ordered', newOrder);
		// A posting whose shipment date is past already belongs to a history that is being acted out.
		if (posting.scheme !== 'fbo' && posting.shipmentDate > this.clock.now()) {
			this.later(posting.shipmentDate - this.now(), () => {
				if (this.settings.deadlines && posting.status === 'awaiting_packaging') this.missDeadline(posting);
			});
		}
		return posting;
	}

	/** Places `spec.count` orders (default one). */
	createPostings(spec: PostingSpec): Posting[] {
		return Array.from({ length: spec.count ?? 1 }, () => this.createPosting(spec));
	}

	/** Every posting of a buyer's order. */
	ofOrder(orderNumber: string): Posting[] {
		return [...this.postings.values()].filter((posting) => posting.orderNumber === orderNumber);
	}

	move(posting: Posting, by: Actor, what: string, status: Status, substatus: Substatus): void {
		posting.previousSubstatus = posting.substatus;
		Object.assign(posting, { status, substatus, statusChangedAt: this.now() });
		this.note(posting, by, what);
		if (posting.previousSubstatus !== substatus) this.announcer.moved(posting, substatus);
		if (status === 'delivered') this.afterDelivery(posting);
	}

	/** Packed. With an aggregator the carrier registers it first. */
	assemble(posting: Posting, by: Actor): void {
		posting.shipping = false;
		posting.assembledAt = this.now();
		if (TRAITS[posting.scheme].integration !== 'aggregator') {
			return this.move(posting, by, 'assembled', 'awaiting_deliver', 'posting_transferring_to_delivery');
		}
		this.move(posting, by, 'assembled', 'awaiting_registration', 'posting_awaiting_registration');
		this.later(this.settings.registrationDelayMs, () => {
			if (posting.status === 'awaiting_registration') {
				this.move(
					posting,
					'courier',
					'registered by the carrier',
					'awaiting_deliver',
					'posting_transferring_to_delivery',
				);
			}
		});
	}

	shipFailed(posting: Posting): void {
		posting.shipping = false;
		this.move(posting, 'ozon', 'assembly failed', 'awaiting_packaging', 'ship_failed');
	}

	/** A new posting of the same order with these goods; the original keeps what it has. */
	addPart(
		parent: Posting,
		pieces: Pieces,
		by: Actor,
		what: string,
		number = this.inventor.nextNumber(parent.orderNumber),
	): Posting {
		const products = pieces.flatMap(({ sku, quantity }): Product[] => {
			const product = parent.products.find((candidate) => candidate.sku === sku);
			return product ? [{ ...product, quantity }] : [];
		});
		const now = this.now();
		const part: Posting = {
			...parent,
			id: this.inventor.id(),
			number,
			parent: parent.number,
			products,
			shipping: false,
			createdAt: now,
			statusChangedAt: now,
			previousSubstatus: '',
			status: 'awaiting_packaging',
			substatus: 'posting_created',
			history: [],
		};
		this.add(part, by, what, false);
		return part;
	}

	/** The original of a split is closed; it is no lost order and no push tells of it (§6). */
	closeParent(parent: Posting, by: Actor): void {
		parent.previousSubstatus = parent.substatus;
		Object.assign(parent, {
			status: 'cancelled_from_split_pending',
			substatus: '',
			shipping: false,
			statusChangedAt: this.now(),
		});
		this.note(parent, by, 'closed: it was split');
	}

	handOver(posting: Posting, by: Actor, substatus: Substatus): void {
		posting.deliveringDate = this.now();
		this.move(posting, by, 'handed over', 'delivering', substatus);
	}

	/** What `delivered` of the seller really does: the buyer can still dispute (§9). */
	deliverConditionally(posting: Posting, by: Actor): void {
		posting.factDeliveryDate = this.now();
		this.move(posting, by, 'marked as delivered', 'delivering', 'posting_conditionally_delivered');
		const since = posting.statusChangedAt;
		this.later(this.settings.conditionalMs, () => {
			const untouched = posting.substatus === 'posting_conditionally_delivered' && posting.statusChangedAt === since;
			if (untouched) this.deliver(posting, 'ozon', 'nobody disputed the delivery', 'posting_received');
		});
	}

	deliver(posting: Posting, by: Actor, what: string, substatus: 'posting_delivered' | 'posting_received'): void {
		posting.factDeliveryDate ??= this.now();
		this.move(posting, by, what, 'delivered', substatus);
	}

	cancel(posting: Posting, by: Actor, order: CancelOrder): void {
		const old = posting.substatus;
		posting.shipping = false;
		posting.cancellation = { ...order, afterShip: posting.assembledAt !== null };
		posting.previousSubstatus = old;
		Object.assign(posting, { status: 'cancelled', substatus: 'posting_canceled', statusChangedAt: this.now() });
		this.note(posting, by, `cancelled: ${order.reason}`);
		this.announcer.cancelled(posting, piecesOf(posting.products), old, { id: order.reasonId, message: order.reason });
		for (const { sku, quantity } of posting.products) this.reserve(posting, sku, -quantity, 0);
		this.requests.closeFor(posting);
		if (this.ofOrder(posting.orderNumber).every(({ status }) => status.startsWith('cancelled')))
			this.announcer.orderCancelled(posting);
	}

	/** Takes pieces out of a posting whose status stays; without any piece left it is cancelled (§7). */
	cancelPieces(posting: Posting, by: Actor, pieces: Pieces, order: CancelOrder): void {
		if (
			posting.products.every(({ sku, quantity }) => pieces.some((cut) => cut.sku === sku && cut.quantity >= quantity))
		) {
			return this.cancel(posting, by, order);
		}
		for (const { sku, quantity } of pieces) {
			const product = posting.products.find((candidate) => candidate.sku === sku);
			if (product) product.quantity -= quantity;
			this.reserve(posting, sku, -quantity, 0);
		}
		posting.products = posting.products.filter(({ quantity }) => quantity > 0);
		this.note(posting, by, 'some goods cancelled');
		this.announcer.cancelled(posting, pieces, posting.substatus, { id: order.reasonId, message: order.reason });
	}

	missDeadline(posting: Posting): void {
		this.cancel(posting, 'ozon', { reasonId: 402, reason: 'Продавец не собрал заказ вовремя', type: 'system' });
	}

	moveCutoff(posting: Posting, by: Actor, to: number): void {
		const old = posting.shipmentDate;
		posting.shipmentDate = to;
		this.note(posting, by, 'shipment date moved');
		this.announcer.cutoffChanged(posting, old);
	}

	moveDelivery(posting: Posting, by: Actor, begin: number, end: number): void {
		const old = { begin: posting.deliveryBegin, end: posting.deliveryEnd };
		Object.assign(posting, { deliveryBegin: begin, deliveryEnd: end });
		this.note(posting, by, 'delivery date moved');
		this.announcer.deliveryDateChanged(posting, old);
	}

	note(posting: Posting, by: Actor, what: string): void {
		const { status, substatus } = posting;
		posting.history.push({ at: this.now(), by, what, status, substatus });
	}

	/** Starts again with no postings, no URLs and no counts. */
	reset(): void {
		this.era += 1;
		for (const store of [this.postings, this.stocks, this.openCircuits, this.retiredCalls]) store.clear();
		for (const part of [this.returns, this.requests, this.chats, this.labels, this.pushes]) part.clear();
		this.accounting.forgetEverything();
		this.inventor = new Inventor(this.random, this.settings);
	}

	private add(posting: Posting, by: Actor, what: string, newOrder: boolean): void {
		this.postings.set(posting.number, posting);
		this.note(posting, by, what);
		this.announcer.created(posting, newOrder);
		if (posting.parent === '')
			for (const { sku, quantity } of posting.products) this.reserve(posting, sku, quantity, 0);
	}

	private afterDelivery(posting: Posting): void {
		for (const { sku, quantity } of posting.products) this.reserve(posting, sku, -quantity, -quantity);
		const all = this.ofOrder(posting.orderNumber);
		if (all.every(isFinal)) this.announcer.orderDone(posting);
	}

	private reserve(posting: Posting, sku: number, reserved: number, present: number): void {
		const key = `${TRAITS[posting.scheme].warehouse.id}:${sku}`;
		const old = this.stocks.get(key) ?? { present: START_STOCK, reserved: 0 };
		const stock = { present: old.present + present, reserved: old.reserved + reserved };
		this.stocks.set(key, stock);
		this.announcer.stockChanged(posting, sku, stock, old);
	}
}
