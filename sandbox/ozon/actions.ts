import { moveOn, nextStep, waitsForCourier } from './journey';
import { isFinal, pieceCount, TRAITS, type Pieces, type Posting } from './posting';
import { reasonTitle } from './rules';
import type { OzonShop } from './shop';

/** What a person can play: the seller in Ozon's cabinet, the courier, the buyer, or Ozon itself. */
export const ACTIONS = [
	'confirm-payment',
	'enter-marks',
	'assemble-in-cabinet',
	'hand-over',
	'move-on',
	'deliver',
	'not-accepted',
	'receive',
	'dispute',
	'decide-for-seller',
	'decide-for-buyer',
	'cancel-by-ozon',
	'buyer-cancel',
	'cancel-in-cabinet',
	'cancel-part-in-cabinet',
	'split-in-cabinet',
	'ask-to-cancel',
	'approve-in-cabinet',
	'reject-in-cabinet',
	'refuse',
	'refuse-part',
	'request-return',
	'dispute-return',
	'return-moves',
	'return-received',
	'miss-deadline',
	'move-cutoff',
	'move-delivery-date',
	'write',
	'edit-message',
	'read-messages',
	'close-chat',
] as const;
export type ActionName = (typeof ACTIONS)[number];

/** What an action may be told beside its name. */
export interface ActionInput {
	/** For `write`, `edit-message` and the reasons a buyer gives. */
	text?: string;
	/** For `refuse-part`, `cancel-part-in-cabinet` and `split-in-cabinet`; default one piece of the first line. */
	items?: Pieces;
}

interface Action {
	/** Why it cannot happen now; undefined when it can. */
	refuse(posting: Posting, shop: OzonShop): string | undefined;
	apply(posting: Posting, shop: OzonShop, input: ActionInput): void;
}

/** Thrown when an action is impossible in the posting's present state. */
export class ActionRefused extends Error {}

const HOUR = 3_600_000;
const unless = (possible: boolean, why: string) => (possible ? undefined : why);
const conditional = (posting: Posting) => posting.substatus === 'posting_conditionally_delivered';
const onTheWay = (posting: Posting) => posting.status === 'delivering' && !conditional(posting);
const rfbs = (posting: Posting) => TRAITS[posting.scheme].rfbs;
const own = (posting: Posting) => TRAITS[posting.scheme].integration === 'non_integrated';
const waits = (posting: Posting) => posting.status === 'awaiting_packaging' && !posting.shipping;
const beforeCourier = (posting: Posting) => posting.status.startsWith('awaiting_');

const ofSeller = (posting: Posting) => posting.scheme !== 'fbo';

/** Of the pieces that are asked for, those that the posting holds; one piece of its first line when none are named. */
function piecesIn({ products }: Posting, wanted: Pieces | undefined): Pieces {
	const [first] = products;
	if (!wanted) return first ? [{ sku: first.sku, quantity: 1 }] : [];
	return products.flatMap((product) => {
		const quantity = Math.min(product.quantity, wanted.find(({ sku }) => sku === product.sku)?.quantity ?? 0);
		return quantity > 0 ? [{ sku: product.sku, quantity }] : [];
	});
}

/** What a posting holds beside these pieces. */
function rest({ products }: Posting, pieces: Pieces): Pieces {
	return products.flatMap(({ sku, quantity }) => {
		const left = quantity - pieces.reduce((sum, piece) => (piece.sku === sku ? sum + piece.quantity : sum), 0);
		return left > 0 ? [{ sku, quantity: left }] : [];
	});
}

const DISPUTED = { reasonId: 537, reason: 'Не вручен', type: 'client' } as const;
const CHANGED_MIND = { reasonId: 508, reason: 'Покупатель передумал', type: 'client' } as const;
const REFUSED = { reasonId: 665, reason: 'Покупатель отказался при вручении', type: 'client' } as const;

const BOOK: Record<ActionName, Action> = {
	'confirm-payment': {
		refuse: (posting) => unless(posting.inProcessAt === null && !isFinal(posting), 'The payment is confirmed already'),
		apply: (posting, shop) => {
			posting.inProcessAt = shop.now();
			shop.note(posting, 'ozon', 'payment confirmed');
		},
	},
	'enter-marks': {
		refuse: (posting) => unless(posting.marksMissing && waits(posting), 'No marks are missing'),
		apply: (posting, shop) => {
			posting.marksMissing = false;
			shop.note(posting, 'seller', 'marks entered');
		},
	},
	'assemble-in-cabinet': {
		refuse: (posting) => {
			if (posting.scheme === 'fbo') return 'Ozon assembles it';
			if (posting.marksMissing) return 'Marks must be entered first';
			return unless(waits(posting), 'There is nothing to assemble');
		},
		apply: (posting, shop) => shop.assemble(posting, 'seller'),
	},
	'hand-over': {
		refuse: (posting) => unless(waitsForCourier(posting), 'There is nothing to hand over'),
		apply: (posting, shop) => moveOn(shop, posting),
	},
	'move-on': {
		refuse: (posting) =>
			unless(!waitsForCourier(posting) && nextStep(posting) !== undefined, 'It does not move by itself'),
		apply: (posting, shop) => moveOn(shop, posting),
	},
	deliver: {
		refuse: (posting) => unless(rfbs(posting) && onTheWay(posting), 'No courier has it'),
		apply: (posting, shop) => handToBuyer(shop, posting),
	},
	'not-accepted': {
		refuse: (posting) =>
			unless(posting.substatus === 'posting_in_carriage', 'It is not on the way to the sorting centre'),
		apply: (posting, shop) => shop.move(posting, 'ozon', 'not accepted', 'not_accepted', 'posting_not_in_sort_center'),
	},
	receive: {
		refuse: (posting) =>
			unless(conditional(posting) || posting.substatus === 'posting_in_pickup_point', 'There is nothing to receive'),
		apply: (posting, shop) => shop.deliver(posting, 'buyer', 'received', 'posting_received'),
	},
	dispute: {
		refuse: (posting) => unless(conditional(posting), 'Only a conditionally delivered posting can be disputed'),
		apply: (posting, shop) =>
			shop.move(posting, 'buyer', 'delivery disputed', 'client_arbitration', 'posting_in_client_arbitration'),
	},
	'decide-for-seller': {
		refuse: (posting, shop) => unless(inDispute(posting, shop), 'Nothing is disputed'),
		apply: (posting, shop) => {
			const request = shop.returns.requestOf(posting);
			if (request?.state === 'DISPUTE') shop.returns.setState(request, 'REJECTED');
			else shop.deliver(posting, 'ozon', 'dispute decided for the seller', 'posting_received');
		},
	},
	'decide-for-buyer': {
		refuse: (posting, shop) => unless(inDispute(posting, shop), 'Nothing is disputed'),
		apply: (posting, shop) => {
			const request = shop.returns.requestOf(posting);
			if (request?.state === 'DISPUTE') shop.returns.setState(request, 'MONEY_RETURNED');
			else shop.cancel(posting, 'ozon', DISPUTED);
		},
	},
	'cancel-by-ozon': {
		refuse: (posting) => unless(!isFinal(posting), 'It is closed'),
		apply: (posting, shop) => shop.cancel(posting, 'ozon', { ...DISPUTED, type: 'ozon' }),
	},
	'buyer-cancel': {
		refuse: (posting) => {
			if (rfbs(posting))
				return unless(posting.status === 'awaiting_packaging', 'The buyer can only ask to cancel (ask-to-cancel)');
			return unless(
				!isFinal(posting) && posting.substatus !== 'posting_in_pickup_point',
				'The buyer cannot cancel any more',
			);
		},
		apply: (posting, shop) => {
			const travelling = posting.deliveringDate !== null;
			shop.cancel(posting, 'buyer', CHANGED_MIND);
			if (travelling || posting.assembledAt !== null)
				shop.returns.send(posting, posting.products, travelling ? 'FullReturn' : 'Cancellation', CHANGED_MIND.reason);
		},
	},
	'cancel-in-cabinet': {
		refuse: (posting) =>
			unless(
				posting.scheme !== 'fbo' && beforeCourier(posting) && !posting.shipping,
				'The seller cannot cancel it now',
			),
		apply: (posting, shop) =>
			shop.cancel(posting, 'seller', { reasonId: 352, reason: reasonTitle(352), type: 'seller' }),
	},
	'cancel-part-in-cabinet': {
		refuse: (posting) => unless(ofSeller(posting) && waits(posting) && pieceCount(posting) > 1, 'There is no part that the seller could cancel'),
		apply: (posting, shop, { items }) =>
			shop.cancelPieces(posting, 'seller', piecesIn(posting, items), { reasonId: 352, reason: reasonTitle(352), type: 'seller' }),
	},
	'split-in-cabinet': {
		refuse: (posting) => unless(ofSeller(posting) && waits(posting) && !posting.marksMissing && pieceCount(posting) > 1, 'There is nothing to split'),
		apply: (posting, shop, { items }) => {
			const packed = piecesIn(posting, items);
			const parts = [packed, rest(posting, packed)].filter((pieces) => pieces.length > 0);
			for (const pieces of parts) shop.assemble(shop.addPart(posting, pieces, 'seller', 'split off'), 'seller');
			shop.closeParent(posting, 'seller');
		},
	},
	'ask-to-cancel': {
		refuse: (posting, shop) => {
			if (!rfbs(posting) || posting.assembledAt === null || isFinal(posting) || conditional(posting))
				return 'The buyer has nothing to ask for';
			return unless(!shop.requests.open(posting), 'The buyer has asked already');
		},
		apply: (posting, shop, { text }) => void shop.requests.ask(posting, text ?? 'Больше не нужно'),
	},
	'approve-in-cabinet': {
		refuse: (posting, shop) => unless(shop.requests.open(posting) !== undefined, 'No request waits for an answer'),
		apply: (posting, shop) => {
			const request = shop.requests.open(posting);
			if (request) shop.requests.approve(request, 'seller', '');
		},
	},
	'reject-in-cabinet': {
		refuse: (posting, shop) => unless(shop.requests.open(posting) !== undefined, 'No request waits for an answer'),
		apply: (posting, shop, { text }) => {
			const request = shop.requests.open(posting);
			if (request) shop.requests.reject(request, 'seller', text ?? 'Заказ уже в пути');
		},
	},
	refuse: {
		refuse: (posting) => unless(onTheWay(posting), 'The buyer is not being handed anything'),
		apply: (posting, shop) => {
			shop.cancel(posting, 'buyer', REFUSED);
			if (!own(posting)) shop.returns.send(posting, posting.products, 'FullReturn', REFUSED.reason);
		},
	},
	'refuse-part': {
		refuse: (posting) => unless(onTheWay(posting) && pieceCount(posting) > 1, 'There is no part to refuse'),
		apply: (posting, shop, { items }) => {
			// The posting is delivered; only the list of returns shows what was refused (ozon.md §10).
			const pieces = piecesIn(posting, items);
			const refused = posting.products.flatMap((product) => {
				const quantity = Math.min(product.quantity, pieces.find(({ sku }) => sku === product.sku)?.quantity ?? 0);
				return quantity > 0 ? [{ ...product, quantity }] : [];
			});
			handToBuyer(shop, posting);
			shop.returns.send(posting, refused, 'PartialReturn', 'Покупатель отказался от части товаров');
		},
	},
	'request-return': {
		refuse: (posting, shop) => {
			const open =
				shop.returns.requestOf(posting) ?? shop.returns.goodsOf(posting).find(({ type }) => type === 'ClientReturn');
			return unless(posting.status === 'delivered' && !open, 'Only delivered goods can be returned, once');
		},
		apply: (posting, shop, { text }) => shop.returns.request(posting, text ?? 'Товар не подошёл'),
	},
	'dispute-return': {
		refuse: (posting, shop) => unless(shop.returns.requestOf(posting)?.state === 'REJECTED', 'No return was rejected'),
		apply: (posting, shop) => {
			const request = shop.returns.requestOf(posting);
			if (request) shop.returns.setState(request, 'DISPUTE');
		},
	},
	'return-moves': {
		refuse: (posting, shop) => unless(movingReturn(posting, shop) !== undefined, 'No return is on its way'),
		apply: (posting, shop) => movingReturn(posting, shop)?.(),
	},
	'return-received': {
		refuse: (posting, shop) => unless(arrivedReturn(posting, shop) !== undefined, 'No return has arrived'),
		apply: (posting, shop) => {
			const goods = arrivedReturn(posting, shop);
			if (goods) shop.returns.setVisual(goods, goods.visual === 'MovingToOzon' ? 'ReturnedToOzon' : 'ReceivedBySeller');
		},
	},
	'miss-deadline': {
		refuse: (posting) => unless(posting.scheme !== 'fbo' && waits(posting), 'There is no deadline to miss'),
		apply: (posting, shop) => shop.missDeadline(posting),
	},
	'move-cutoff': {
		refuse: (posting) =>
			unless(posting.scheme !== 'fbo' && posting.status === 'awaiting_packaging', 'The shipment date is settled'),
		apply: (posting, shop) => shop.moveCutoff(posting, 'ozon', posting.shipmentDate + 12 * HOUR),
	},
	'move-delivery-date': {
		refuse: (posting) => unless(!isFinal(posting), 'It is closed'),
		apply: (posting, shop) =>
			shop.moveDelivery(posting, 'ozon', posting.deliveryBegin + 24 * HOUR, posting.deliveryEnd + 24 * HOUR),
	},
	write: {
		refuse: () => undefined,
		apply: (posting, shop, { text }) => {
			const chat = shop.chats.start(posting);
			chat.open = true;
			shop.chats.write(chat, 'Customer', text ?? 'Здравствуйте! Когда привезут заказ?');
		},
	},
	'edit-message': {
		refuse: (posting, shop) =>
			unless(
				shop.chats.ofPosting(posting)?.messages.some(({ author }) => author === 'Customer') ?? false,
				'The buyer has not written',
			),
		apply: (posting, shop, { text }) => {
			const chat = shop.chats.ofPosting(posting);
			if (chat) shop.chats.edit(chat, text ?? 'Здравствуйте! Можно привезти завтра?');
		},
	},
	'read-messages': {
		refuse: (posting, shop) =>
			unless(
				shop.chats.ofPosting(posting)?.messages.some(({ author }) => author === 'Seller') ?? false,
				'The seller has not written',
			),
		apply: (posting, shop) => {
			const chat = shop.chats.ofPosting(posting);
			if (chat) shop.chats.readByBuyer(chat);
		},
	},
	'close-chat': {
		refuse: (posting, shop) => unless(shop.chats.ofPosting(posting)?.open ?? false, 'There is no open chat'),
		apply: (posting, shop) => {
			const chat = shop.chats.ofPosting(posting);
			if (chat) shop.chats.close(chat);
		},
	},
};

/** Lets a person do something to a posting. Throws `ActionRefused` when it is impossible now. */
export function act(shop: OzonShop, posting: Posting, name: ActionName, input: ActionInput = {}): void {
	const action = BOOK[name];
	const why = action.refuse(posting, shop);
	if (why !== undefined) throw new ActionRefused(`Posting ${posting.number}: ${name} is not possible. ${why}.`);
	action.apply(posting, shop, input);
}

/** What people can do with the posting now. */
export function possibleActions(shop: OzonShop, posting: Posting): ActionName[] {
	return ACTIONS.filter((name) => BOOK[name].refuse(posting, shop) === undefined);
}

/** The seller's own courier only "conditionally" delivers; a carrier's word is final (ozon.md §9). */
function handToBuyer(shop: OzonShop, posting: Posting): void {
	if (own(posting)) shop.deliverConditionally(posting, 'courier');
	else shop.deliver(posting, 'courier', 'handed to the buyer', 'posting_delivered');
}

function inDispute(posting: Posting, shop: OzonShop): boolean {
	return posting.status === 'client_arbitration' || shop.returns.requestOf(posting)?.state === 'DISPUTE';
}

function movingReturn(posting: Posting, shop: OzonShop): (() => void) | undefined {
	const { returns } = shop;
	const request = returns.requestOf(posting);
	if (request?.state === 'MOVING') return () => returns.setState(request, 'ON_CHECK');
	const goods = returns
		.goodsOf(posting)
		.find(({ visual }) => visual === 'OnSellerApproval' || visual === 'MovingToSeller');
	return (
		goods &&
		(() => returns.setVisual(goods, goods.visual === 'MovingToSeller' ? 'ArrivedAtReturnPlace' : 'MovingToSeller'))
	);
}

function arrivedReturn(posting: Posting, shop: OzonShop) {
	return shop.returns
		.goodsOf(posting)
		.find(({ visual }) => visual === 'ArrivedAtReturnPlace' || visual === 'MovingToOzon');
}
