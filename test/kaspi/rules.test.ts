import fc from 'fast-check';
import type { Route } from '../../core/order/order';
import { orderStages, type OrderStage } from '../../core/order/stage';
import { orderFromKaspi, stageOf } from '../../nodes/Kaspi/model/order';
import { kaspiRules } from '../../nodes/Kaspi/model/rules';
import type { KaspiOrder } from '../../nodes/Kaspi/api/schema';
import { kaspiOrder } from './model';

const { route, statusText } = kaspiRules;
const go = (attributes: Record<string, unknown>, to: OrderStage): Route => route(orderFromKaspi(kaspiOrder(attributes), 's'), to);

const fresh = { state: 'NEW', status: 'APPROVED_BY_BANK' };
const pickup = { state: 'PICKUP', isKaspiDelivery: false };
const own = { state: 'DELIVERY', deliveryMode: 'DELIVERY_LOCAL', isKaspiDelivery: false };
const withCourier = { assembled: true, kaspiDelivery: { courierTransmissionDate: 1 } };
const commandOf = (found: Route) => (found.kind === 'command' ? found.command : found.kind);

describe('the way from a stage to another (kaspi.md §8, CRM → Kaspi)', () => {
	const ways: [name: string, from: Record<string, unknown>, to: OrderStage, result: string][] = [
		['accept', fresh, 'accepted', 'accept'],
		['accept first, whatever is wanted', fresh, 'in_delivery', 'accept'],
		['pack', {}, 'ready', 'assemble'],
		['pack on the way to delivery', {}, 'in_delivery', 'assemble'],
		['no second pack', { assembled: true }, 'ready', 'own_step'],
		['the courier takes it, Kaspi knows', { assembled: true }, 'in_delivery', 'own_step'],
		['pickup is ready by itself', pickup, 'in_delivery', 'own_step'],
		['own delivery gets ready', own, 'ready', 'own_step'],
		['own delivery leaves', own, 'in_delivery', 'own_step'],
		['own delivery arrives', own, 'delivered', 'own_step'],
		['cancel a new one', fresh, 'cancelled', 'cancel'],
		['cancel an accepted one', {}, 'cancelled', 'cancel'],
		['cancel a packed one', { assembled: true }, 'cancelled', 'cancel'],
		['cancel an unsigned one', { state: 'SIGN_REQUIRED' }, 'cancelled', 'cancel'],
		['too late to cancel', withCourier, 'cancelled', 'refused'],
		['cancelled on the way already', { status: 'CANCELLING', kaspiDelivery: { courierTransmissionDate: 1 } }, 'accepted', 'refused'],
		['over', { state: 'ARCHIVE', status: 'COMPLETED' }, 'cancelled', 'refused'],
		['never back', { assembled: true }, 'accepted', 'refused'],
		['not shipped unsigned', { state: 'SIGN_REQUIRED' }, 'ready', 'refused'],
		['goods of a pre-order', { preOrder: true }, 'ready', 'refused'],
		['issuing is a person\'s step', pickup, 'completed', 'refused'],
		['Kaspi completes its own', withCourier, 'completed', 'refused'],
		['unknown', { status: 'SUSPENDED' }, 'accepted', 'refused'],
	];
	it.each(ways)('%s', (_name, from, to, result) => {
		expect(commandOf(go(from, to))).toBe(result);
	});

	it('says who has to do what a machine must not', () => {
		expect(go({ preOrder: true }, 'ready')).toMatchObject({ why: expect.stringContaining('узлом Kaspi, операция Mark Arrived') });
		expect(go(pickup, 'completed')).toMatchObject({ why: expect.stringContaining('Complete With Code') });
		expect(go(withCourier, 'completed')).toMatchObject({ why: expect.stringContaining('Kaspi Доставки Kaspi завершает сам') });
		const back = go({ status: 'CANCELLING', kaspiDelivery: { courierTransmissionDate: 1 } }, 'returned');
		expect(back).toMatchObject({ why: expect.stringContaining('Accept Returned Goods') });
	});

	const orders: fc.Arbitrary<KaspiOrder> = fc
		.record({
			state: fc.constantFrom('NEW', 'SIGN_REQUIRED', 'PICKUP', 'DELIVERY', 'KASPI_DELIVERY', 'ARCHIVE', 'SOMETHING'),
			status: fc.constantFrom(
				'APPROVED_BY_BANK', 'ACCEPTED_BY_MERCHANT', 'COMPLETED', 'CANCELLED', 'CANCELLING',
				'KASPI_DELIVERY_RETURN_REQUESTED', 'RETURN_ACCEPTED_BY_MERCHANT', 'RETURNED', 'SUSPENDED',
			),
			preOrder: fc.boolean(),
			assembled: fc.boolean(),
			signatureRequired: fc.boolean(),
			kaspiDelivery: fc.record({
				waybill: fc.constantFrom(null, 'https://kaspi.kz/w'),
				courierTransmissionDate: fc.constantFrom(null, 1_795_266_000_000),
			}),
		})
		.map((attributes) => kaspiOrder(attributes));

	it('never sends a command that the guards of kaspi.md forbid', () => {
		fc.assert(
			fc.property(orders, fc.constantFrom(...orderStages), (kaspi, to) => {
				const found = route(orderFromKaspi(kaspi, 's'), to);
				if (found.kind !== 'command') return;
				expect(stageOf(kaspi)).not.toBe('unknown');
				const isHandedOver = kaspi.courierTransmissionDate !== undefined;
				if (found.command === 'accept') expect(kaspi.status).toBe('APPROVED_BY_BANK');
				else if (found.command === 'assemble') {
					expect(found.onceOnly).toBe(true);
					expect(kaspi).toMatchObject({ state: 'KASPI_DELIVERY', status: 'ACCEPTED_BY_MERCHANT', assembled: false, waybill: undefined });
					expect([kaspi.preOrder, kaspi.signatureRequired, isHandedOver]).toEqual([false, false, false]);
				} else {
					expect(found.command).toBe('cancel');
					expect(['APPROVED_BY_BANK', 'ACCEPTED_BY_MERCHANT']).toContain(kaspi.status);
					expect(isHandedOver).toBe(false);
				}
			}),
			{ numRuns: 2000 },
		);
	});

	it('names every order in words', () => {
		fc.assert(fc.property(orders, (kaspi) => expect(statusText(orderFromKaspi(kaspi, 's'))).toMatch(/\S/)));
	});
});

describe('the words of the cabinet', () => {
	it.each([
		[fresh, 'Новый'],
		[{ state: 'SIGN_REQUIRED' }, 'Принят — ждёт подписи'],
		[{ preOrder: true }, 'Принят — предзаказ'],
		[{}, 'Принят — упаковка'],
		[own, 'Принят — моя доставка'],
		[{ assembled: true }, 'Готов — передача курьеру'],
		[pickup, 'Готов к выдаче (самовывоз)'],
		[withCourier, 'Доставляется'],
		[{ status: 'CANCELLING', kaspiDelivery: { returnedToWarehouse: true } }, 'Отменён при доставке — забрать на складе'],
		[{ status: 'SUSPENDED' }, 'KASPI_DELIVERY/SUSPENDED'],
	])('%j is %s', (attributes, text) => {
		expect(statusText(orderFromKaspi(kaspiOrder(attributes), 's'))).toBe(text);
	});
});
