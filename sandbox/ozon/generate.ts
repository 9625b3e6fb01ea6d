import { randomUUID } from 'node:crypto';

import { z } from 'zod/v4';

import type { Random } from '../random';
import { CITIES, FIRST_NAMES, GOODS, LAST_NAMES, STREETS } from './catalogue';
import { SCHEMES, type Address, type Buyer, type Posting, type Product, type Scheme } from './posting';
import type { OzonSettings } from './settings';

/** What a person or a test says about a posting to be made; everything left out is invented. */
export const postingSpecSchema = z
	.object({
		scheme: z.enum(SCHEMES).optional(),
		buyer: z
			.object({
				/** The same key is the same person in every posting. */
				key: z.string().min(1).optional(),
				name: z.string().min(1).optional(),
				phone: z
					.string()
					.regex(/^7\d{10}$/, 'eleven digits starting with 7')
					.optional(),
				/** True: the API shows no phone at all. */
				masked: z.boolean().optional(),
				/** True (default): the API shows a substitute number that other buyers show too. */
				substitute: z.boolean().optional(),
			})
			.strict()
			.optional(),
		products: z
			.array(
				z
					.object({
						sku: z.number().int().positive().optional(),
						offerId: z.string().min(1).optional(),
						name: z.string().min(1).optional(),
						quantity: z.number().int().min(1).max(1000).optional(),
						price: z.number().min(0).optional(),
					})
					.strict(),
			)
			.min(1)
			.optional(),
		/** Several postings of one order share its number. */
		orderNumber: z
			.string()
			.regex(/^\d+-\d+$/)
			.optional(),
		/** An aggregator's Express (partner courier); `rfbs-express` is always Express. */
		express: z.boolean().optional(),
		/** The payment is confirmed late: `in_process_at` is empty until `confirm-payment`. */
		latePayment: z.boolean().optional(),
		/** Marks must be entered before assembly. */
		marksRequired: z.boolean().optional(),
		/** Epoch ms; default now. */
		createdAt: z.number().int().positive().optional(),
		count: z.number().int().min(1).max(5000).optional(),
	})
	.strict();
export type PostingSpec = z.infer<typeof postingSpecSchema>;

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Invents buyers, goods and postings of one shop; the same seed invents the same ones. */
export class Inventor {
	private buyers = new Map<string, Buyer>();
	private orders = new Map<string, { id: number; buyer: Buyer; postings: number }>();
	private nextId: number;

	constructor(
		private readonly random: Random,
		private readonly settings: OzonSettings,
	) {
		this.nextId = random.int(3_000_000, 8_999_999);
	}

	/** A complete posting as the buyer ordered it: paid and waiting to be assembled. */
	posting(spec: PostingSpec, now: number): Posting {
		const { random } = this;
		const scheme = spec.scheme ?? this.scheme();
		const order = this.order(spec);
		const createdAt = spec.createdAt ?? now;
		const isExpress = scheme === 'rfbs-express' || (spec.express ?? false);
		const shipmentDate = createdAt + (isExpress ? 40 * MINUTE : 24 * HOUR);
		const deliveryBegin = createdAt + (isExpress ? HOUR : 48 * HOUR);
		return {
			id: this.id(),
			number: this.nextNumber(order.number),
			orderId: order.id,
			orderNumber: order.number,
			parent: '',
			scheme,
			isExpress,
			status: 'awaiting_packaging',
			substatus: 'posting_created',
			previousSubstatus: '',
			buyer: order.buyer,
			shownPhone: this.shownPhone(order.buyer, spec.buyer),
			pin: String(random.int(1000, 9999)),
			address: this.address(isExpress),
			products: this.products(spec.products),
			createdAt,
			inProcessAt: spec.latePayment ? null : createdAt,
			shipmentDate,
			deliveryBegin,
			deliveryEnd: deliveryBegin + (isExpress ? 90 * MINUTE : 24 * HOUR),
			deliveringDate: null,
			factDeliveryDate: null,
			trackingNumber: '',
			assembledAt: null,
			shipping: false,
			deliveringSoon: false,
			marksMissing: spec.marksRequired ?? false,
			timeslotChanges: 0,
			cancellation: null,
			statusChangedAt: createdAt,
			history: [],
		};
	}

	/** The next number of an order: `<order>-<n>`. */
	nextNumber(orderNumber: string): string {
		const order = this.orders.get(orderNumber);
		if (!order) throw new RangeError(`Order ${orderNumber} was never placed`);
		order.postings += 1;
		return `${orderNumber}-${order.postings}`;
	}

	/** An id that nothing else has. */
	id(): number {
		this.nextId += this.random.int(1, 9);
		return this.nextId;
	}

	uuid(): string {
		return randomUUID();
	}

	private order(spec: PostingSpec): { number: string; id: number; buyer: Buyer } {
		const wanted = spec.orderNumber;
		const known = wanted === undefined ? undefined : this.orders.get(wanted);
		if (wanted !== undefined && known) return { number: wanted, ...known };
		const number =
			wanted ?? `${this.random.int(10_000_000, 99_999_999)}-${String(this.random.int(1, 999)).padStart(4, '0')}`;
		const order = { id: 35_000_000_000 + this.id(), buyer: this.buyer(spec.buyer), postings: 0 };
		this.orders.set(number, order);
		return { number, ...order };
	}

	private scheme(): Scheme {
		const place = this.random.next();
		if (place < 0.35) return 'fbs';
		if (place < 0.6) return 'rfbs-express';
		if (place < 0.75) return 'rfbs-own';
		if (place < 0.85) return 'fbo';
		return place < 0.95 ? 'rfbs-3pl' : 'rfbs-aggregator';
	}

	private buyer(spec: PostingSpec['buyer'] = {}): Buyer {
		const { random } = this;
		const anybody = spec.key === undefined && spec.phone === undefined && spec.name === undefined;
		if (anybody && this.buyers.size > 3 && random.chance(this.settings.repeatBuyerShare)) {
			return random.pick([...this.buyers.values()]);
		}
		const number = this.buyers.size + 1;
		const key = spec.key ?? `buyer-${number}`;
		const known = this.buyers.get(key);
		if (known) return known;
		const buyer: Buyer = {
			key,
			customerId: random.int(10_000_000, 99_999_999) * 100 + (number % 100),
			name: spec.name ?? `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
			phone: spec.phone ?? `7900555${String(1000 + number).slice(-4)}`,
		};
		this.buyers.set(key, buyer);
		return buyer;
	}

	/** A substitute belongs to a small pool: one number leads to many buyers, told apart by the pin (§4). */
	private shownPhone(buyer: Buyer, spec: PostingSpec['buyer'] = {}): string {
		if (spec.masked) return '';
		if (spec.substitute === false) return buyer.phone;
		return `7958555${String(this.random.int(0, this.settings.substitutePoolSize - 1)).padStart(4, '0')}`;
	}

	private address(isExpress: boolean): Address {
		const { random } = this;
		const { city, region, zip, latitude, longitude } = isExpress ? CITIES[0] : random.pick(CITIES);
		return {
			city,
			region,
			zip,
			tail: `ул. ${random.pick(STREETS)}, д. ${random.int(1, 120)}, кв. ${random.int(1, 200)}`,
			latitude: latitude + random.int(-400, 400) / 10_000,
			longitude: longitude + random.int(-400, 400) / 10_000,
		};
	}

	private products(wanted: PostingSpec['products']): Product[] {
		const { random } = this;
		const specs = wanted ?? Array.from({ length: random.chance(0.75) ? 1 : 2 }, () => ({}));
		const free = [...GOODS];
		return specs.map((spec: NonNullable<PostingSpec['products']>[number]) => {
			// A posting holds one line per SKU.
			const goods = free.length > 0 ? free.splice(random.int(0, free.length - 1), 1)[0] : undefined;
			const { sku, offerId, name, price } = goods ?? GOODS[0];
			return {
				sku: spec.sku ?? (goods ? sku : sku + this.id()),
				offerId: spec.offerId ?? offerId,
				name: spec.name ?? name,
				quantity: spec.quantity ?? (random.chance(0.85) ? 1 : 2),
				price: spec.price ?? price,
			};
		});
	}
}
