import { TRAITS, type Posting, type Product } from './posting';
import type { ShopParts } from './shopParts';

export type ReturnType = 'Cancellation' | 'FullReturn' | 'PartialReturn' | 'ClientReturn';

/** `visual.status` of `/v1/returns/list` in the order goods travel (ozon.md §10). */
const VISUAL = {
	OnSellerApproval: { id: 1, name: 'Ожидает решения' },
	MovingToSeller: { id: 2, name: 'Едет к вам' },
	ArrivedAtReturnPlace: { id: 3, name: 'В пункте выдачи' },
	ReceivedBySeller: { id: 4, name: 'Получен' },
	MovingToOzon: { id: 5, name: 'Едет на склад Ozon' },
	ReturnedToOzon: { id: 6, name: 'На складе Ozon' },
} as const;
export type Visual = keyof typeof VISUAL;

/** Goods of an FBS or FBO posting on their way back. */
export interface GoodsReturn {
	id: number;
	posting: Posting;
	product: Product;
	type: ReturnType;
	reason: string;
	visual: Visual;
	createdAt: number;
	changedAt: number;
}

/** Groups and states of an rFBS return request; the sheet documents the groups, the states are ours (§10, §16.5). */
const REQUEST_STATES = {
	ON_APPROVAL: { group: 'New', name: 'Ожидает решения', actions: ['approve', 'compensate', 'reject'] },
	MOVING: { group: 'Delivering', name: 'Товар в пути', actions: [] },
	ON_CHECK: { group: 'Checkout', name: 'На проверке', actions: ['refund', 'reject-after-check'] },
	DISPUTE: { group: 'Arbitration', name: 'Открыт спор', actions: [] },
	MONEY_RETURNED: { group: 'Approved', name: 'Деньги возвращены', actions: [] },
	COMPENSATED: { group: 'Approved', name: 'Частичная компенсация', actions: [] },
	REJECTED: { group: 'Rejected', name: 'Отклонена', actions: [] },
} as const;
export type RequestState = keyof typeof REQUEST_STATES;

/** Ids of the seller's actions: −1, −10 and 1020 are documented, the others are ours and must be read at run time. */
export const RETURN_ACTIONS = {
	approve: { id: 1010, name: 'Согласовать возврат' },
	compensate: { id: 1020, name: 'Предложить частичную компенсацию' },
	reject: { id: -1, name: 'Отклонить заявку' },
	refund: { id: 1060, name: 'Товар получен, вернуть деньги' },
	'reject-after-check': { id: -10, name: 'Отклонить после проверки' },
} as const;
export type ReturnAction = keyof typeof RETURN_ACTIONS;

const NEXT: Record<ReturnAction, RequestState> = {
	approve: 'MOVING',
	compensate: 'COMPENSATED',
	reject: 'REJECTED',
	refund: 'MONEY_RETURNED',
	'reject-after-check': 'REJECTED',
};

/** A buyer's wish to bring back goods of an rFBS posting. */
export interface ReturnRequest {
	id: number;
	number: string;
	posting: Posting;
	product: Product;
	state: RequestState;
	reason: string;
	comment: string;
	rejectionComment: string;
	createdAt: number;
	changedAt: number;
}

/** Goods that come back, by both roads. No push tells of them (§11). */
export class Returns {
	readonly goods = new Map<number, GoodsReturn>();
	readonly requests = new Map<number, ReturnRequest>();

	constructor(private readonly shop: ShopParts) {}

	/** Goods of these lines start their way back. */
	send(posting: Posting, products: readonly Product[], type: ReturnType, reason: string): void {
		const toOzon = posting.scheme === 'fbo';
		const visual: Visual = toOzon ? 'MovingToOzon' : type === 'ClientReturn' ? 'OnSellerApproval' : 'MovingToSeller';
		for (const product of products) {
			const id = 1_000_000_000 + this.shop.inventor.id();
			const now = this.shop.now();
			this.goods.set(id, {
				id,
				posting,
				product: { ...product },
				type,
				reason,
				visual,
				createdAt: now,
				changedAt: now,
			});
		}
		this.shop.note(posting, 'buyer', `return: ${type}`);
	}

	/** The buyer asks for a return after the hand-over. */
	request(posting: Posting, reason: string): void {
		if (!TRAITS[posting.scheme].rfbs) return this.send(posting, posting.products, 'ClientReturn', reason);
		const [product] = posting.products;
		if (!product) return;
		const id = 8_000_000_000 + this.shop.inventor.id();
		const now = this.shop.now();
		const number = `RET-${id % 1_000_000}`;
		this.requests.set(id, {
			id,
			number,
			posting,
			product: { ...product },
			state: 'ON_APPROVAL',
			reason,
			comment: reason,
			rejectionComment: '',
			createdAt: now,
			changedAt: now,
		});
		this.shop.note(posting, 'buyer', 'return requested');
	}

	/** What the seller may answer to a request now. */
	actionsOf(request: ReturnRequest): readonly ReturnAction[] {
		return REQUEST_STATES[request.state].actions;
	}

	apply(request: ReturnRequest, action: ReturnAction, comment: string): void {
		this.setState(request, NEXT[action]);
		request.rejectionComment = NEXT[action] === 'REJECTED' ? comment : '';
	}

	setState(request: ReturnRequest, state: RequestState): void {
		Object.assign(request, { state, changedAt: this.shop.now() });
	}

	setVisual(goods: GoodsReturn, visual: Visual): void {
		Object.assign(goods, { visual, changedAt: this.shop.now() });
	}

	/** Everything of this posting that is on its way. */
	goodsOf(posting: Posting): GoodsReturn[] {
		return [...this.goods.values()].filter((one) => one.posting === posting);
	}

	requestOf(posting: Posting): ReturnRequest | undefined {
		return [...this.requests.values()].reverse().find((one) => one.posting === posting);
	}

	clear(): void {
		this.goods.clear();
		this.requests.clear();
	}
}

export const describeVisual = (visual: Visual) => ({
	id: VISUAL[visual].id,
	display_name: VISUAL[visual].name,
	sys_name: visual,
});
export const describeRequest = (state: RequestState) => ({
	group: REQUEST_STATES[state].group,
	name: REQUEST_STATES[state].name,
});
