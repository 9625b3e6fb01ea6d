import type { Order } from '../../core/order/order';
import { orderFromKaspi, stageOf, unreadableOrder } from '../../nodes/Kaspi/model/order';
import { entryResource, orderResource } from '../../nodes/Kaspi/api/schema';
import { kaspiOrder, packing } from './model';

const neutral = (attributes: Record<string, unknown> = {}): Order => orderFromKaspi(kaspiOrder(attributes), '30999999');

describe('the status table of kaspi.md §8', () => {
	const rows: [name: string, attributes: Record<string, unknown>, stage: Order['stage']][] = [
		['1 returned', { state: 'ARCHIVE', status: 'RETURNED' }, 'returned'],
		['2 return requested', { status: 'KASPI_DELIVERY_RETURN_REQUESTED' }, 'return_requested'],
		['2 return waits for the seller', { state: 'ARCHIVE', status: 'RETURN_ACCEPTED_BY_MERCHANT' }, 'return_requested'],
		['3 cancelled', { state: 'ARCHIVE', status: 'CANCELLED' }, 'cancelled'],
		['4 cancelled on the way', { status: 'CANCELLING', kaspiDelivery: { courierTransmissionDate: 1 } }, 'cancelled'],
		['5 completed', { state: 'ARCHIVE', status: 'COMPLETED' }, 'completed'],
		['6 new', { state: 'NEW', status: 'APPROVED_BY_BANK' }, 'new'],
		['6 new, not signed', { state: 'NEW', status: 'APPROVED_BY_BANK', signatureRequired: true }, 'new'],
		['7 section of unsigned orders', { state: 'SIGN_REQUIRED' }, 'awaiting_signature'],
		['7 accepted, not signed', { state: 'PICKUP', signatureRequired: true }, 'awaiting_signature'],
		['7 before 8', { signatureRequired: true, kaspiDelivery: { courierTransmissionDate: 1 } }, 'awaiting_signature'],
		['8 with the courier', { assembled: true, kaspiDelivery: { courierTransmissionDate: 1 } }, 'in_delivery'],
		['9 packed', { assembled: true }, 'ready'],
		['9 has a waybill', { assembled: false, kaspiDelivery: { waybill: 'https://kaspi.kz/w' } }, 'ready'],
		['9 before 10', { assembled: true, preOrder: true }, 'ready'],
		['10 pre-order', { preOrder: true }, 'accepted'],
		['10 pre-order for pickup', { state: 'PICKUP', preOrder: true }, 'accepted'],
		['11 packing', {}, 'accepted'],
		['12 pickup', { state: 'PICKUP', isKaspiDelivery: false }, 'ready'],
		['13 own delivery', { state: 'DELIVERY', isKaspiDelivery: false }, 'accepted'],
		['14 archive without an end', { state: 'ARCHIVE' }, 'unknown'],
		['14 never heard of', { status: 'SUSPENDED' }, 'unknown'],
		['14 a command read back', { status: 'ASSEMBLE' }, 'unknown'],
	];
	it.each(rows)('%s', (_name, attributes, stage) => {
		expect(stageOf(kaspiOrder(attributes))).toBe(stage);
	});

	it('keeps a status that nobody knows', () => {
		expect(neutral({ status: 'SUSPENDED' })).toMatchObject({ stage: 'unknown', rawStatus: 'KASPI_DELIVERY/SUSPENDED' });
	});

	it('tells goods that travel back from goods that can be collected', () => {
		const travelling = neutral({ status: 'CANCELLING', kaspiDelivery: { courierTransmissionDate: 1, returnedToWarehouse: false } });
		const waiting = neutral({ status: 'CANCELLING', kaspiDelivery: { courierTransmissionDate: 1, returnedToWarehouse: true } });
		expect(travelling).toMatchObject({ rawStatus: 'KASPI_DELIVERY/CANCELLING', flags: { goodsOnTheWayBack: true, lateCancel: true } });
		expect(waiting.rawStatus).toBe('KASPI_DELIVERY/CANCELLING/at_warehouse');
		expect(waiting.fingerprint).not.toBe(travelling.fingerprint);
	});
});

describe('an order in the neutral model', () => {
	it('carries everything that the CRM shows', () => {
		const kaspi = kaspiOrder({
			plannedDeliveryDate: 1_795_460_399_000,
			deliveryCost: 990,
			customer: { id: 'Y3VzdG9tZXI', name: null, firstName: ' Асель ', lastName: 'К', cellPhone: '+0(000)-000-00-00' },
			deliveryAddress: { formattedAddress: ' Астана', town: 'Астана' },
			kaspiDelivery: { waybill: 'https://kaspi.kz/shop/api/waybill/X', waybillNumber: 100000001, courierTransmissionPlanningDate: 1_795_266_000_000 },
		});
		const entry = entryResource.parse({ id: 'e', attributes: { quantity: 2, basePrice: '500', offer: { code: 'SKU', name: 'Чайник' } } });
		expect(orderFromKaspi(kaspi, '30999999', [entry])).toMatchObject({
			key: { marketplace: 'kaspi', shop: '30999999', id: 'OTEyMzQ1Njc4' },
			number: '912345678',
			deadlines: { assembleBy: 1_795_266_000_000, deliverBy: 1_795_460_399_000 },
			money: { amount: 45980, currency: 'KZT', deliveryCost: 990 },
			buyer: { name: 'Асель К', phone: '+0(000)-000-00-00', customerId: 'Y3VzdG9tZXI' },
			delivery: { kind: 'postomat', address: 'Астана', city: 'Астана', tracking: '100000001' },
			items: [{ sku: 'SKU', name: 'Чайник', quantity: 2, price: 500 }],
		});
		expect(orderFromKaspi(kaspi, '30999999').items).toBeUndefined();
	});

	const kinds: [Record<string, unknown>, Order['delivery']['kind']][] = [
		[{ deliveryMode: 'DELIVERY_PICKUP', isKaspiDelivery: false, state: 'PICKUP' }, 'pickup'],
		[{ deliveryMode: 'DELIVERY_PICKUP', isKaspiDelivery: true }, 'postomat'],
		[{ deliveryMode: 'DELIVERY_REGIONAL_TODOOR', isKaspiDelivery: true }, 'marketplace_delivery'],
		[{ deliveryMode: 'DELIVERY_LOCAL', isKaspiDelivery: true }, 'marketplace_delivery'],
		[{ deliveryMode: 'DELIVERY_LOCAL', isKaspiDelivery: false, state: 'DELIVERY' }, 'own_delivery'],
		[{ deliveryMode: 'DELIVERY_LOCAL', isKaspiDelivery: true, kaspiDelivery: { express: true } }, 'express'],
		[{ deliveryMode: 'DELIVERY_REGIONAL_PICKUP', isKaspiDelivery: true }, 'regional_pickup'],
	];
	it.each(kinds)('delivery %j is %s', (attributes, kind) => {
		expect(neutral(attributes).delivery.kind).toBe(kind);
	});

	it('changes its fingerprint with what counts, and not with what Kaspi rewrites', () => {
		const delivery = { courierTransmissionPlanningDate: 1000, waybillNumber: '1', waybill: 'https://kaspi.kz/w' };
		const packed = { assembled: true, kaspiDelivery: delivery };
		const base = neutral(packed).fingerprint;
		const changes = [
			{ ...packed, totalPrice: 1 },
			{ ...packed, preOrder: true },
			{ ...packed, signatureRequired: true },
			{ ...packed, cancellationReason: 'X' },
			{ ...packed, plannedDeliveryDate: 5 },
			{ ...packed, deliveryAddress: { formattedAddress: 'Алматы' } },
			{ ...packed, kaspiDelivery: { ...delivery, waybillNumber: '2' } },
			{ ...packed, kaspiDelivery: { ...delivery, courierTransmissionPlanningDate: 2000 } },
			{ ...packed, kaspiDelivery: { ...delivery, courierTransmissionDate: 3000 } },
		];
		expect(new Set([base, ...changes.map((change) => neutral(change).fingerprint)]).size).toBe(changes.length + 1);

		const handedOver = { ...delivery, courierTransmissionDate: 3000 };
		const rewritten = { ...handedOver, courierTransmissionPlanningDate: 3000, waybill: 'https://kaspi.kz/other' };
		expect(neutral({ ...packed, kaspiDelivery: rewritten }).fingerprint).toBe(neutral({ ...packed, kaspiDelivery: handedOver }).fingerprint);
		expect(neutral({ ...packed, deliveryCostForSeller: 700 }).fingerprint).toBe(base);
	});
});

describe('the schema', () => {
	it('takes nulls, numbers as text, a flat kaspiDelivery and absent parts', () => {
		const parsed = orderResource.parse({
			id: 'x',
			attributes: {
				code: 912345678,
				state: 'KASPI_DELIVERY',
				status: 'ACCEPTED_BY_MERCHANT',
				creationDate: '1795151700000',
				totalPrice: '2000.0',
				plannedDeliveryDate: null,
				signatureRequired: 'true',
				customer: null,
				deliveryAddress: null,
				kaspiDelivery: null,
				waybill: ' https://kaspi.kz/w ',
				courierTransmissionDate: '1795266000000',
				somethingNew: { deep: true },
			},
			relationships: null,
		});
		expect(parsed).toMatchObject({
			code: '912345678',
			creationDate: 1_795_151_700_000,
			totalPrice: 2000,
			signatureRequired: true,
			preOrder: false,
			waybill: 'https://kaspi.kz/w',
			courierTransmissionDate: 1_795_266_000_000,
			customer: undefined,
		});
		expect(parsed.plannedDeliveryDate).toBeUndefined();
		expect(parsed.raw).toMatchObject({ attributes: { somethingNew: { deep: true } } });
	});

	it.each(['code', 'state', 'status', 'creationDate', 'totalPrice'])('is loud about a missing %s', (field) => {
		const attributes = Object.fromEntries(Object.entries(packing).filter(([name]) => name !== field));
		const parsed = orderResource.safeParse({ id: 'x', attributes });
		expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([`attributes.${field}`]);
	});

	it('shows an order that cannot be read as one that a person has to look at', () => {
		expect(unreadableOrder({ id: 'x', number: '912345678' }, '30999999', 'attributes.state: Required')).toMatchObject({
			number: '912345678',
			stage: 'unknown',
			rawStatus: 'unreadable: attributes.state: Required',
		});
	});
});
