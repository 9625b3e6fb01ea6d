import type { ShopParts } from './shopParts';
import type { Posting } from './posting';

export type RequestState = 'ON_APPROVAL' | 'APPROVED' | 'REJECTED';

/** A buyer's wish to cancel an rFBS posting that is assembled already (ozon.md §8). */
export interface CancellationRequest {
	id: number;
	posting: Posting;
	state: RequestState;
	createdAt: number;
	autoApproveAt: number;
	decidedAt: number | null;
	comment: string;
	reason: { id: number; name: string };
	message: string;
}

/** Requests to cancel: the seller answers, or silence approves. No push tells of them. */
export class CancellationRequests {
	readonly all = new Map<number, CancellationRequest>();

	constructor(private readonly shop: ShopParts) {}

	open(posting: Posting): CancellationRequest | undefined {
		return [...this.all.values()].find((request) => request.posting === posting && request.state === 'ON_APPROVAL');
	}

	ask(posting: Posting, message: string): CancellationRequest {
		const { shop } = this;
		const now = shop.now();
		const request: CancellationRequest = {
			id: shop.inventor.id(),
			posting,
			state: 'ON_APPROVAL',
			createdAt: now,
			autoApproveAt: now + shop.settings.autoApproveMs,
			decidedAt: null,
			comment: '',
			reason: { id: 508, name: 'Покупатель передумал' },
			message,
		};
		this.all.set(request.id, request);
		shop.note(posting, 'buyer', 'asked to cancel');
		shop.later(shop.settings.autoApproveMs, () => {
			if (request.state === 'ON_APPROVAL') this.approve(request, 'ozon', '');
		});
		return request;
	}

	approve(request: CancellationRequest, by: 'api' | 'seller' | 'ozon', comment: string): void {
		this.decide(request, 'APPROVED', comment);
		this.shop.cancel(request.posting, by, { reasonId: request.reason.id, reason: request.reason.name, type: 'client' });
	}

	/** Nothing changes for the posting: it must be delivered. */
	reject(request: CancellationRequest, by: 'api' | 'seller', comment: string): void {
		this.decide(request, 'REJECTED', comment);
		this.shop.note(request.posting, by, 'request to cancel rejected');
	}

	/** A posting that is cancelled otherwise needs no answer any more. */
	closeFor(posting: Posting): void {
		const request = this.open(posting);
		if (request) this.decide(request, 'APPROVED', '');
	}

	clear(): void {
		this.all.clear();
	}

	private decide(request: CancellationRequest, state: RequestState, comment: string): void {
		Object.assign(request, { state, comment, decidedAt: this.shop.now() });
	}
}
