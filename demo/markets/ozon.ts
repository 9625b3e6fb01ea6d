import { z } from 'zod/v4';

import type { TrueOrder } from '../facts';
import { STAGE, type StageName } from '../names';
import type { Sandbox } from '../sandbox';
import type { MarketSide } from '../sides';
import { OZON_SCENARIOS } from './ozonScenarios';

const CONDITIONAL = 'posting_conditionally_delivered';
/** Closed because its goods went on in several postings: no lost order. */
const SPLIT_AWAY = 'cancelled_from_split_pending';
/** Schemes in which Ozon shows the seller who the buyer is (ozon.md §4). */
const SHOWS_BUYER: readonly string[] = ['rfbs-own', 'rfbs-express', 'rfbs-3pl'];
/** The key ends soon, and still works. */
const KEY_DAYS_LEFT = 5;
const KEY_ALERT = /API key is valid for \d+ more days/;
/** A part of the real time, so that a check does not take hours. */
const PUSH_RETRY_SCALE = 0.1;
/** After n8n has come back from its death: only the trigger's poll can mend it. */
const SUSPENDED_AT_MS = 80_000;

const postingSchema = z.object({
	number: z.string(),
	parent: z.string(),
	scheme: z.string(),
	status: z.string(),
	substatus: z.string(),
	/** The word of the cabinet. */
	word: z.string(),
	/** Epoch ms. */
	createdAt: z.number(),
	totalPrice: z.number(),
	buyer: z.object({ key: z.string(), name: z.string(), phone: z.string() }),
	products: z.array(z.object({ sku: z.number(), quantity: z.number() })),
	returnRequest: z.string().nullable(),
	returns: z.array(z.object({ type: z.string(), visual: z.string(), sku: z.number(), quantity: z.number() })),
	actions: z.array(z.string()),
	history: z.array(z.object({ by: z.string(), substatus: z.string() })),
});
export type OzonPosting = z.infer<typeof postingSchema>;

const stateSchema = z.object({
	settings: z.object({ keyExpiresAt: z.number().nullable() }),
	pushes: z.object({
		taken: z.number(),
		urls: z.array(z.object({ id: z.number(), url: z.string(), enable: z.boolean(), disable_reason: z.string(), reason_details: z.string() })),
	}),
	commands: z.object({
		accepted: z.number(),
		forbidden: z.array(z.object({ posting: z.string(), command: z.string(), why: z.string() })),
	}),
	postings: z.array(postingSchema),
});

const SCHEME_TEXT: Readonly<Record<string, string>> = {
	fbs: 'FBS',
	'rfbs-own': 'rFBS, own courier',
	'rfbs-express': 'rFBS Express',
	'rfbs-3pl': 'rFBS, carrier',
	'rfbs-aggregator': 'rFBS, Ozon’s partners',
	fbo: 'FBO',
};

/** By status; `delivering`, `delivered` and `cancelled` depend on more (ozon.md §6, §13). */
const BY_STATUS: Readonly<Record<string, readonly StageName[]>> = {
	// Ozon has no word for "somebody works on it": that is the CRM's own step.
	awaiting_packaging: [STAGE.new, STAGE.accepted],
	awaiting_registration: [STAGE.ready],
	awaiting_deliver: [STAGE.ready],
	acceptance_in_progress: [STAGE.ready],
	not_accepted: [STAGE.dispute],
	arbitration: [STAGE.dispute],
	client_arbitration: [STAGE.dispute],
};
const GOODS_BACK: readonly string[] = ['ReceivedBySeller', 'ReturnedToOzon', 'MoneyReturned', 'Utilized'];

/** Where the deal of a posting has to stand (domain.md §2 and §5, ozon.md §9 and §13). */
export function demandedOfOzon(posting: Pick<OzonPosting, 'status' | 'substatus' | 'history' | 'returns' | 'returnRequest' | 'products'>): readonly StageName[] {
	const { status, substatus, history } = posting;
	// Handed over and cancelled all the same: the goods are gone, so it is no ordinary cancellation.
	if (status === 'cancelled') return [history.some((one) => one.substatus === CONDITIONAL) ? STAGE.dispute : STAGE.lost];
	if (status === 'delivering') return [substatus === CONDITIONAL ? STAGE.delivered : STAGE.inDelivery];
	if (status === 'delivered') return [afterDelivery(posting)];
	return BY_STATUS[status] ?? [];
}

function afterDelivery({ returns, returnRequest, products }: Pick<OzonPosting, 'returns' | 'returnRequest' | 'products'>): StageName {
	if (returnRequest === 'DISPUTE') return STAGE.dispute;
	if (returnRequest === 'MONEY_RETURNED') return STAGE.lost;
	const isOpen = returns.some(({ visual }) => !GOODS_BACK.includes(visual));
	if (isOpen || (returnRequest !== null && returnRequest !== 'REJECTED')) return STAGE.returning;
	const back = (sku: number): number => returns.reduce((sum, one) => (one.sku === sku ? sum + one.quantity : sum), 0);
	return products.every(({ sku, quantity }) => back(sku) >= quantity) ? STAGE.lost : STAGE.won;
}

export const ozon: MarketSide = {
	api: 'ozon',
	name: 'Ozon',
	scenarios: OZON_SCENARIOS,
	address: ({ ozon: { baseUrl } }) => baseUrl,
	credential: ({ ozon: { clientId, apiKey, baseUrl } }) => ({
		type: 'ozonSellerApi',
		name: 'Ozon (sandbox)',
		data: { clientId, apiKey, baseUrl },
	}),
	read: (state) => {
		const { commands, postings } = stateSchema.parse(state);
		return {
			orders: postings.filter(({ status }) => status !== SPLIT_AWAY).map(trueOrder),
			placed: postings.filter(({ parent }) => parent === '').length,
			commands: {
				accepted: commands.accepted,
				forbidden: commands.forbidden.map(({ posting, command, why }) => `posting ${posting}: forbidden ${command}: ${why}`),
			},
		};
	},
	async order(sandbox, { kind, pieces, buyer }) {
		const { key, firstName, lastName, phone, masked } = buyer;
		const answer = await sandbox.call('POST', '/ozon/postings', {
			scheme: kind,
			buyer: { key, name: `${firstName} ${lastName}`, phone: `7${phone}`, masked },
			...(pieces === undefined ? {} : { products: [{ quantity: pieces }] }),
		});
		const [posting] = z.object({ postings: z.array(z.object({ number: z.string() })).min(1) }).parse(answer).postings;
		if (posting === undefined) throw new Error('The sandbox made no posting.');
		return posting.number;
	},
	async act(sandbox, number, action) {
		await sandbox.call('POST', `/ozon/postings/${number}/${action}`, {});
	},
	async scaleTime(sandbox) {
		await sandbox.call('PATCH', '/ozon/settings', { pushRetryScale: PUSH_RETRY_SCALE });
		return `Ozon's pushes are tried again ${1 / PUSH_RETRY_SCALE} times sooner`;
	},
	async trouble(sandbox: Sandbox, on: boolean) {
		const share = on ? 0.05 : 0;
		await sandbox.call('PATCH', '/ozon/settings', { loseShare: share, doubleShare: share, reorder: on });
		if (on) await sandbox.call('POST', '/ozon/key', { daysLeft: KEY_DAYS_LEFT });
	},
	credentialWarns: /valid for 4 more days/,
	incident: {
		atMs: SUSPENDED_AT_MS,
		text: 'Ozon suspends the push address',
		async happen(sandbox) {
			const { urls } = z.object({ urls: z.array(z.object({ id: z.number() })) }).parse(await sandbox.call('GET', '/ozon/pushes'));
			for (const { id } of urls) await sandbox.call('POST', `/ozon/notifications/${id}/suspend`, {});
		},
	},
	wrong: (state, alerts) => {
		const { pushes, settings } = stateSchema.parse(state);
		const isEnding = settings.keyExpiresAt !== null;
		return [
			...(pushes.urls.length === 0 ? ['Ozon knows no push address'] : []),
			...(pushes.taken === 0 ? ['no push of Ozon’s was taken'] : []),
			...pushes.urls.flatMap(({ enable, reason_details: why }) => (enable ? [] : [`the push address is suspended (${why}) and nobody has woken it`])),
			...(isEnding && !alerts.some((text) => KEY_ALERT.test(text)) ? [`the key ends in ${KEY_DAYS_LEFT} days and nobody was told`] : []),
		];
	},
};

function trueOrder(posting: OzonPosting): TrueOrder {
	const { number, parent, scheme, word, createdAt, totalPrice, buyer, actions, history } = posting;
	const isShown = SHOWS_BUYER.includes(scheme);
	return {
		number,
		kindText: SCHEME_TEXT[scheme] ?? scheme,
		where: word,
		demanded: demandedOfOzon(posting),
		parent: parent === '' ? undefined : parent,
		createdAt,
		amount: totalPrice,
		priceText: `${totalPrice.toLocaleString('ru-RU')} ₽`,
		buyer: {
			key: isShown ? buyer.key : `buyer of ${number}`,
			phone: buyer.phone.slice(-10),
			shownName: isShown ? buyer.name : '',
			// What Ozon shows is a substitute that many buyers share: nobody can be found by it.
			masked: true,
		},
		actions,
		lastBy: history.at(-1)?.by,
	};
}
