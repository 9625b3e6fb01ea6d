import { z } from 'zod/v4';

import type { Random } from '../random';
import { CITIES, FIRST_NAMES, GOODS, LAST_NAMES, STREETS } from './catalogue';
import { KINDS, ORDER_KINDS, opaqueId, type Address, type Buyer, type Entry, type Order, type OrderKind } from './order';
import type { KaspiSettings } from './settings';

/** What a person or a test says about an order to be made; everything left out is invented. */
export const orderSpecSchema = z
	.object({
		kind: z.enum(ORDER_KINDS).optional(),
		autoAccept: z.boolean().optional(),
		preOrder: z.boolean().optional(),
		signature: z.boolean().optional(),
		buyer: z
			.object({
				/** The same key is the same person in every order. */
				key: z.string().min(1).optional(),
				firstName: z.string().min(1).optional(),
				lastName: z.string().min(1).optional(),
				phone: z.string().regex(/^7\d{9}$/, 'ten digits starting with 7').optional(),
				/** True: this order shows `+0(000)-000-00-00` instead of the phone. */
				masked: z.boolean().optional(),
			})
			.strict()
			.optional(),
		items: z
			.array(
				z
					.object({
						sku: z.string().min(1).max(64).optional(),
						name: z.string().min(1).optional(),
						quantity: z.number().int().min(1).max(1000).optional(),
						price: z.number().min(0).optional(),
						imeiRequired: z.boolean().optional(),
					})
					.strict(),
			)
			.min(1)
			.optional(),
		/** Epoch ms; default now. */
		creationDate: z.number().int().positive().optional(),
		count: z.number().int().min(1).max(5000).optional(),
	})
	.strict();
export type OrderSpec = z.infer<typeof orderSpecSchema>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Invents buyers, goods and orders of one shop; the same seed invents the same ones. */
export class Inventor {
	private buyers = new Map<string, Buyer>();
	private nextCode: number;

	constructor(
		private readonly random: Random,
		private readonly settings: KaspiSettings,
	) {
		this.nextCode = random.int(910_000_000, 919_999_999);
	}

	/** A complete order as the buyer placed it: NEW and paid. */
	order(spec: OrderSpec, now: number): Order {
		const { random, settings } = this;
		const kind = spec.kind ?? this.kind();
		this.nextCode += random.int(1, 97);
		const code = String(this.nextCode);
		const creationDate = spec.creationDate ?? now;
		const credit = spec.signature === true || random.chance(0.3);
		const city = random.pick(kind === 'regional-pickup' ? CITIES.slice(1) : CITIES);
		const preOrder = spec.preOrder ?? false;
		return {
			id: opaqueId(code),
			code,
			kind,
			state: 'NEW',
			status: 'APPROVED_BY_BANK',
			preOrder,
			goodsArrived: !preOrder,
			signatureRequired: spec.signature ?? false,
			assembled: false,
			numberOfSpace: null,
			waybills: [],
			courierTransmissionDate: null,
			courierTransmissionPlanningDate: KINDS[kind].isKaspiDelivery ? creationDate + DAY : null,
			returnedToWarehouse: false,
			cancellationReason: null,
			creationDate,
			approvedByBankDate: creationDate + random.int(2000, 20_000),
			plannedDeliveryDate: this.plannedDelivery(kind, creationDate),
			reservationDate: preOrder || kind === 'pickup' ? creationDate + random.int(3, 20) * DAY : null,
			paymentMode: credit ? 'PAY_WITH_CREDIT' : 'PREPAID',
			creditTerm: credit ? random.pick([3, 6, 12, 24]) : null,
			deliveryCost: kind === 'own-delivery' ? 1500 : 0,
			deliveryCostForSeller: 0,
			buyer: this.buyer(spec.buyer),
			phoneMasked: spec.buyer?.masked ?? random.chance(settings.maskedPhoneShare),
			city: { code: city.code, name: city.name },
			address: this.address(kind, city),
			entries: this.entries(code, spec.items),
			securityCode: null,
			changedAt: creationDate,
			history: [],
		};
	}

	/** A 4-digit code as Kaspi pushes it to the buyer's phone. */
	securityCode(): string {
		return String(this.random.int(1000, 9999));
	}

	waybillNumber(): string {
		return String(this.random.int(100_000_000, 999_999_999));
	}

	/** Everybody who ever ordered. */
	knownBuyers(): Buyer[] {
		return [...this.buyers.values()];
	}

	private kind(): OrderKind {
		const place = this.random.next();
		if (place < 0.35) return 'kaspi-delivery';
		if (place < 0.6) return 'postomat';
		if (place < 0.75) return 'pickup';
		if (place < 0.87) return 'own-delivery';
		return place < 0.95 ? 'express' : 'regional-pickup';
	}

	private buyer(spec: OrderSpec['buyer'] = {}): Buyer {
		const { random } = this;
		if (spec.key === undefined && spec.phone === undefined && spec.firstName === undefined) {
			if (this.buyers.size > 3 && random.chance(this.settings.repeatBuyerShare)) return random.pick(this.knownBuyers());
		}
		const number = this.buyers.size + 1;
		const key = spec.key ?? `buyer-${number}`;
		const known = this.buyers.get(key);
		if (known) return known;
		const buyer: Buyer = {
			key,
			customerId: opaqueId(`c${random.int(10_000_000, 99_999_999)}${number}`),
			firstName: spec.firstName ?? random.pick(FIRST_NAMES),
			lastName: spec.lastName ?? random.pick(LAST_NAMES),
			phone: spec.phone ?? `70055${String(50_000 + number).slice(-5)}`,
		};
		this.buyers.set(key, buyer);
		return buyer;
	}

	private plannedDelivery(kind: OrderKind, creationDate: number): number | null {
		if (kind === 'pickup') return null;
		if (kind === 'express') return creationDate + 3 * HOUR;
		return this.random.chance(0.7) ? creationDate + this.random.int(1, 5) * DAY : null;
	}

	private address(kind: OrderKind, city: (typeof CITIES)[number]): Address | null {
		const { random } = this;
		if (kind === 'pickup' && random.chance(0.5)) return null;
		const messy = random.chance(0.2) ? ' ' : '';
		return {
			streetName: `${messy}улица ${random.pick(STREETS)}`,
			streetNumber: `${messy}${random.int(1, 180)}`,
			town: city.name,
			district: random.chance(0.3) ? `${messy}Бостандыкский район` : null,
			building: null,
			apartment: random.chance(0.7) ? String(random.int(1, 120)) : null,
			latitude: city.latitude + random.int(-400, 400) / 10_000,
			longitude: city.longitude + random.int(-400, 400) / 10_000,
		};
	}

	private entries(code: string, items: OrderSpec['items']): Entry[] {
		const { random } = this;
		const wanted = items ?? Array.from({ length: random.chance(0.8) ? 1 : random.int(2, 3) }, () => ({}));
		return wanted.map((item: NonNullable<OrderSpec['items']>[number], entryNumber) => {
			const goods = random.pick(GOODS);
			const index = GOODS.indexOf(goods);
			const cardCode = String(100_000_000 + index * 1_234_567);
			const ownCode = `${10_000 + index}`;
			return {
				id: opaqueId(`${code}##${entryNumber}`),
				entryNumber,
				// Some sellers glue the card code to their own (kaspi.md §4).
				sku: item.sku ?? (index % 3 === 0 ? `${ownCode}_${cardCode}` : ownCode),
				name: item.name ?? goods.name,
				cardCode,
				manufacturer: goods.brand,
				category: { code: `Category-${index}`, title: goods.category },
				quantity: item.quantity ?? (random.chance(0.9) ? 1 : 2),
				basePrice: item.price ?? goods.price,
				imeiRequired: item.imeiRequired ?? goods.imei,
				imeis: [],
			};
		});
	}
}
