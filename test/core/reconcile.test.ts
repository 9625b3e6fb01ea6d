import type { Order } from '../../core/order/order';
import { reconcile, type Agreed, type DealSide, type Policies, type Step } from '../../core/reconcile/reconcile';
import { StageMap, stagesByName, stageNames, type OrderStage } from '../../core/order/stage';
import { analystsOwnStage, map, rules } from '../sync/fakeServices';

const order = (stage: Order['stage']): Order => ({
	key: { marketplace: 'fake', shop: 'shop', id: '1' },
	number: 'N1',
	stage,
	rawStatus: stage,
	flags: { preOrder: false, express: false, lateCancel: false, cancelRequested: false, goodsOnTheWayBack: false },
	createdAt: 0,
	deadlines: {},
	money: { amount: 1, currency: 'KZT' },
	buyer: { name: 'Buyer' },
	delivery: { kind: 'pickup' },
	fingerprint: stage,
	linesFingerprint: '',
});
const at = (stage: OrderStage): DealSide => {
	const ref = map.toCrm(stage);
	if (!ref) throw new Error(`no stage for ${stage}`);
	return { kind: 'here', stage: ref };
};
const base = (stage: OrderStage, dealStage: OrderStage = stage): Agreed => {
	const deal = map.toCrm(dealStage);
	if (!deal) throw new Error(`no stage for ${dealStage}`);
	return { order: stage, deal };
};
const putBack: Policies = { refusedMove: 'put_back', lostDeal: 'attention' };
const ask: Policies = { refusedMove: 'attention', lostDeal: 'attention' };
const look = (m: Order['stage'], deal: DealSide, agreed?: Agreed, policies = putBack): Step =>
	reconcile({ order: order(m), deal, agreed }, map, rules, policies);

describe('the table of DESIGN section 4', () => {
	it.each<[string, Step, Partial<Step> & { do: Step['do'] }]>([
		['no deal yet: it is created where the order stands', look('ready', { kind: 'none' }), { do: 'create', at: 'ready', again: false }],
		['both say the same', look('ready', at('ready'), base('ready')), { do: 'agree', agreed: base('ready') }],
		['only the order moved', look('ready', at('accepted'), base('accepted')), { do: 'move', to: 'ready' }],
		['only the deal moved, and a command exists', look('new', at('accepted'), base('new')), { do: 'send', command: 'accept', onceOnly: false, wanted: 'accepted' }],
		['a deal two steps ahead: the first command on the way', look('new', at('ready'), base('new')), { do: 'send', command: 'accept', onceOnly: false, wanted: 'ready' }],
		['a step that only the CRM has', look('ready', at('in_delivery'), base('ready')), { do: 'agree', agreed: base('ready', 'in_delivery') }],
		['the deal moved backward, put back', look('ready', at('accepted'), base('ready')), { do: 'move', to: 'ready', overruled: 'статус «ready» на маркетплейсе нельзя вернуть назад' }],
		['the deal moved backward, a person decides', look('ready', at('accepted'), base('ready'), ask), { do: 'attention', reason: 'статус «ready» на маркетплейсе нельзя вернуть назад' }],
		['a stage that the seller may not set', look('ready', at('completed'), base('ready'), ask), { do: 'attention', reason: 'only the buyer completes or disputes an order' }],
		['both moved, the marketplace has decided', look('cancelled', at('ready'), base('accepted')), { do: 'move', to: 'cancelled', overruled: '«cancelled» — так решил маркетплейс' }],
		['both moved forward, the order further', look('in_delivery', at('ready'), base('accepted')), { do: 'move', to: 'in_delivery', overruled: 'тем временем заказ на маркетплейсе стал «in_delivery»' }],
		['both moved forward, the deal further and the order can follow', look('accepted', at('ready'), base('new')), { do: 'send', command: 'assemble', onceOnly: true, wanted: 'ready' }],
		['both moved, the deal further and the order cannot follow', look('in_delivery', at('cancelled'), base('ready')), { do: 'attention', reason: 'too late to cancel' }],
		['an unknown status of the marketplace', look('unknown', at('ready'), base('ready')), { do: 'attention', reason: 'маркетплейс сообщает статус «unknown», которого эта версия не знает: посмотрите заказ в кабинете продавца' }],
		['the analyst\'s own stage', look('ready', { kind: 'here', stage: analystsOwnStage }, base('ready')), { do: 'agree', agreed: { order: 'ready', deal: analystsOwnStage } }],
		['the analyst\'s own stage when the order moves on', look('in_delivery', { kind: 'here', stage: analystsOwnStage }, { order: 'ready', deal: analystsOwnStage }), { do: 'move', to: 'in_delivery' }],
		['the CRM\'s own step is not pulled back by an earlier one of the order', look('accepted', at('in_delivery'), base('new', 'in_delivery')), { do: 'agree', agreed: base('accepted', 'in_delivery') }],
	])('%s', (_title, step, expected) => expect(step).toEqual(expected));

	it('asks a person about a deal that is gone, or does what the policy says', () => {
		expect(look('ready', { kind: 'gone' }, base('ready')).do).toBe('attention');
		expect(look('ready', { kind: 'elsewhere' }, base('ready'), { ...putBack, lostDeal: 'recreate' })).toEqual({ do: 'create', at: 'ready', again: true });
		expect(look('ready', { kind: 'gone' }, base('ready'), { ...putBack, lostDeal: 'leave' })).toEqual({ do: 'leave' });
	});

	it('sends nothing to the marketplace when the journal does not know what was agreed', () => {
		expect(look('new', at('accepted')).do).toBe('attention');
		expect(look('ready', at('in_delivery'))).toEqual({ do: 'agree', agreed: base('ready', 'in_delivery') });
		expect(look('ready', at('accepted'))).toEqual({ do: 'move', to: 'ready' });
	});

	it('carries out what a person decided', () => {
		const decided = (decision: 'use_marketplace' | 'use_crm' | 'let_go' | 'recreate_deal') =>
			reconcile({ order: order('accepted'), deal: at('ready'), agreed: base('ready'), decision }, map, rules, ask);
		expect(decided('use_marketplace')).toEqual({ do: 'move', to: 'accepted' });
		expect(decided('use_crm')).toEqual({ do: 'send', command: 'assemble', onceOnly: true, wanted: 'ready' });
		expect(decided('let_go')).toEqual({ do: 'agree', agreed: base('accepted', 'ready') });
		expect(decided('recreate_deal')).toEqual({ do: 'create', at: 'accepted', again: true });
	});

	it('lets the deal follow an order that went further than a person asked by themselves, and asks about a wish that cannot be', () => {
		const useCrm = (stage: OrderStage, deal: OrderStage, agreed?: Agreed) => reconcile({ order: order(stage), deal: at(deal), agreed, decision: 'use_crm' }, map, rules, ask);
		expect(useCrm('ready', 'accepted', base('new'))).toEqual({ do: 'move', to: 'ready' });
		expect(useCrm('ready', 'accepted', base('accepted'))).toEqual({ do: 'move', to: 'ready' });
		expect(useCrm('completed', 'in_delivery', base('ready'))).toEqual({ do: 'move', to: 'completed' });
		// Back, or no way to know: the person's wish is not silently dropped.
		expect(useCrm('completed', 'accepted', base('completed')).do).toBe('attention');
		expect(useCrm('cancelled', 'delivered', base('delivered')).do).toBe('attention');
		expect(useCrm('completed', 'accepted').do).toBe('attention');
	});
});

describe('the stage map', () => {
	it('shows a stage without a row where its neighbour is, and never takes that for a person\'s wish', () => {
		expect(map.toCrm('returned')).toEqual(map.toCrm('cancelled'));
		expect(map.meanings({ pipelineId: '7', statusId: '143' })).toEqual(['returned', 'cancelled']);
		expect(map.intended({ pipelineId: '7', statusId: '143' })).toBe('cancelled');
	});

	it('knows 142 and 143 only together with their pipeline', () => {
		expect(map.meanings({ pipelineId: '8', statusId: '142' })).toEqual([]);
		expect(map.intended({ pipelineId: '8', statusId: '142' })).toBeUndefined();
	});

	it('is filled in by the names that Prepare CRM gives, won and lost by their kind', () => {
		const stages = [
			{ id: '1', name: 'Неразобранное', kind: 'intake' as const },
			{ id: '2', name: ` ${stageNames.new.toUpperCase()} `, kind: 'open' as const },
			{ id: '142', name: 'Ура', kind: 'won' as const },
			{ id: '143', name: 'Увы', kind: 'lost' as const },
		];
		const rows = stagesByName(stages);
		expect(rows).toEqual({ new: '2', completed: '142', cancelled: '143', returned: '143' });
		expect(new StageMap('7', rows).missing()).toContain('ready');
	});
});
