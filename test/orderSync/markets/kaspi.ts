import { KaspiApi } from '../../../credentials/KaspiApi.credentials';
import { act, type ActionName } from '../../../sandbox/kaspi/actions';
import { totalPrice } from '../../../sandbox/kaspi/order';
import type { Sandbox } from '../../../sandbox/sandbox';
import type { MarketSide } from '../sides';

const order = ({ kaspi: { shop } }: Sandbox, number: string) => {
	const found = shop.orders.get(number);
	if (!found) throw new Error(`no order ${number}`);
	return found;
};
const play = (sandbox: Sandbox, number: string, action: ActionName) => act(sandbox.kaspi.shop, order(sandbox, number), action);

export const kaspi: MarketSide = {
	api: 'kaspi',
	name: 'Kaspi',
	parameters: { marketplace: 'kaspi' },
	sandbox: { kaspi: { rateLimitPerSecond: 0, waybillDelayScale: 0, maskedPhoneShare: 0.5 } },
	credentialType: KaspiApi,
	credential: ({ kaspi: { baseUrl, token, shopId } }) => ['kaspiApi', { baseUrl, token, shopId }],
	paceKey: ({ kaspi: { baseUrl, shopId } }) => `Kaspi:${new URL(baseUrl).host}:${shopId}`,
	wrongCredential: ({ kaspi: { baseUrl, shopId } }) => ({ baseUrl, shopId, token: 'wrong' }),
	place: (sandbox, buyer) =>
		sandbox.kaspi.shop.createOrder({ kind: 'pickup', ...(buyer && { buyer: { ...buyer, firstName: buyer.key, lastName: 'К' } }) }).code,
	placeMany: (sandbox) =>
		sandbox.kaspi.shop.createOrder({ kind: 'pickup', items: [{ name: 'Чайник', quantity: 3, price: 1000 }, { name: 'Кружка', price: 500 }] }).code,
	cancelPart(sandbox, number) {
		const { entries } = order(sandbox, number);
		const [first] = entries;
		if (first) sandbox.kaspi.shop.reduceEntries(order(sandbox, number), [{ entry: first, remained: 1, reason: 'MERCHANT_OUT_OF_STOCK' }]);
	},
	total: (sandbox, number) => totalPrice(order(sandbox, number)),
	status: (sandbox, number) => order(sandbox, number).status,
	buyerKey: (sandbox, number) => order(sandbox, number).buyer.key,
	stepInCabinet: { act: (sandbox, number) => play(sandbox, number, 'accept-in-cabinet'), stage: 'Готов к отгрузке' },
	cancel: (sandbox, number) => play(sandbox, number, 'buyer-cancel'),
	// An accepted pickup order is ready at once, and the deal follows.
	command: { wanted: 'В работе / Сборка', status: 'ACCEPTED_BY_MERCHANT', stage: 'Готов к отгрузке' },
	commands: (sandbox) => sandbox.kaspi.state().commands,
	idleCalls: 1,
	showsPhones: true,
};
