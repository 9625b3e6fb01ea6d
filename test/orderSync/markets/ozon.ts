import { OzonSellerApi } from '../../../credentials/OzonSellerApi.credentials';
import { act, type ActionName } from '../../../sandbox/ozon/actions';
import { totalPrice } from '../../../sandbox/ozon/posting';
import type { Sandbox } from '../../../sandbox/sandbox';
import type { MarketSide } from '../sides';

const posting = ({ ozon: { shop } }: Sandbox, number: string) => {
	const found = shop.postings.get(number);
	if (!found) throw new Error(`no posting ${number}`);
	return found;
};
/** The seller, the courier, the buyer or Ozon. */
export const play = (sandbox: Sandbox, number: string, action: ActionName) => act(sandbox.ozon.shop, posting(sandbox, number), action);

export const ozon: MarketSide = {
	api: 'ozon',
	name: 'Ozon',
	parameters: { marketplace: 'ozon' },
	sandbox: { ozon: { rateLimitPerSecond: 0, statusDelayMs: 0, shipDelayMs: 0, shipFailedShare: 0, registrationDelayMs: 0 } },
	credentialType: OzonSellerApi,
	credential: ({ ozon: { baseUrl, clientId, apiKey } }) => ['ozonSellerApi', { baseUrl, clientId, apiKey }],
	paceKey: ({ ozon: { baseUrl, clientId } }) => `Ozon:${new URL(baseUrl).host}:${clientId}`,
	wrongCredential: ({ ozon: { baseUrl, clientId } }) => ({ baseUrl, clientId, apiKey: 'wrong' }),
	place: (sandbox) => sandbox.ozon.shop.createPosting({ scheme: 'rfbs-express', products: [{ quantity: 1 }] }).number,
	placeMany: (sandbox) =>
		sandbox.ozon.shop.createPosting({ scheme: 'rfbs-express', products: [{ name: 'Чайник', quantity: 3, price: 1000 }, { name: 'Кружка', price: 500 }] }).number,
	cancelPart(sandbox, number) {
		const [first] = posting(sandbox, number).products;
		if (first) act(sandbox.ozon.shop, posting(sandbox, number), 'cancel-part-in-cabinet', { items: [{ sku: first.sku, quantity: 2 }] });
	},
	total: (sandbox, number) => totalPrice(posting(sandbox, number)),
	status: (sandbox, number) => posting(sandbox, number).status,
	buyerKey: (sandbox, number) => posting(sandbox, number).buyer.key,
	stepInCabinet: { act: (sandbox, number) => play(sandbox, number, 'assemble-in-cabinet'), stage: 'Готов к отгрузке' },
	cancel: (sandbox, number) => play(sandbox, number, 'cancel-by-ozon'),
	command: { wanted: 'Готов к отгрузке', status: 'awaiting_deliver', stage: 'Готов к отгрузке' },
	commands: (sandbox) => sandbox.ozon.state().commands,
	// The list of changes once, FBO, and the three lists that have no push; active postings in turns.
	idleCalls: 8,
	// What Ozon shows is a substitute that many buyers share (ozon.md §4).
	showsPhones: false,
};
