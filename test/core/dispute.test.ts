import * as fc from 'fast-check';
import { asDispute } from '../../core/order/dispute';
import type { Order } from '../../core/order/order';
import { orderStages, type OrderStage } from '../../core/order/stage';

const order = (stage: Order['stage']): Order => ({
	key: { marketplace: 'ozon', shop: '1', id: 'a' },
	number: 'a',
	stage,
	rawStatus: stage,
	flags: { preOrder: false, express: true, lateCancel: false, cancelRequested: false, goodsOnTheWayBack: false },
	createdAt: 0,
	deadlines: {},
	money: { amount: 1, currency: 'RUB' },
	buyer: { name: 'Buyer' },
	delivery: { kind: 'express' },
	fingerprint: 'as cancelled',
	linesFingerprint: '',
});
const agreedAt = (stage: OrderStage) => ({ order: stage, deal: { pipelineId: '7', statusId: '1' } });

describe('A cancellation after the hand-over', () => {
	it.each(['delivered', 'dispute'] as const)('is a dispute when both sides last agreed on "%s"', (agreed) => {
		const seen = asDispute(order('cancelled'), agreedAt(agreed));
		expect([seen.stage, seen.flags.lateCancel]).toEqual(['dispute', true]);
		// The card is written anew, and the marketplace's own word for it stays.
		expect([seen.fingerprint === 'as cancelled', seen.rawStatus]).toEqual([false, 'cancelled']);
	});

	it('is nothing else: every other order is what the marketplace says it is', () => {
		fc.assert(
			fc.property(fc.constantFrom(...orderStages, 'unknown' as const), fc.constantFrom(...orderStages, undefined), (stage, agreed) => {
				fc.pre(stage !== 'cancelled' || (agreed !== 'delivered' && agreed !== 'dispute'));
				const same = order(stage);
				expect(asDispute(same, agreed && agreedAt(agreed))).toBe(same);
			}),
		);
	});

	it('stays the same dispute however often it is looked at', () => {
		const once = asDispute(order('cancelled'), agreedAt('delivered'));
		expect(asDispute(order('cancelled'), agreedAt('dispute'))).toEqual(once);
	});
});
