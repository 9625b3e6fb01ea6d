import { z } from 'zod/v4';

const share = z.number().min(0).max(1);

/**
 * Everything about the shop that is unknown, changes or misbehaves in the real API, as switches.
 * The defaults are the behaviour that live observers report (kaspi.md).
 */
export const kaspiSettingsSchema = z
	.object({
		/** Value of `X-Auth-Token` (§1). */
		token: z.string().min(1),
		/** Shop id: `X-Merchant-Uid` and the prefix of `pickupPointId` (§1). */
		shopId: z.string().regex(/^\d+$/),
		/** Refuse calls without `X-Merchant-Uid`. A wrong one is refused in any case (§10 question 1). */
		requireMerchantUid: z.boolean(),
		/** Answer 404 with an HTML page when no Accept header comes (§1). */
		requireAccept: z.boolean(),
		/** Where `Content-Type: application/vnd.api+json` is demanded (§1; axios drops it on GET and works). */
		contentTypeRule: z.enum(['off', 'writes', 'all']),
		/** Let calls with the default User-Agent of Python libraries hang (§1). */
		hangLibraryUserAgents: z.boolean(),
		/** Requests per second before the 429 page; 0 = no limit (§6, the real number is unknown). */
		rateLimitPerSecond: z.number().int().min(0),
		/** New orders skip NEW and appear accepted (§3.1). */
		autoAccept: z.boolean(),
		/** Share of new orders whose phone is the literal `+0(000)-000-00-00` (§2.2). */
		maskedPhoneShare: share,
		/** Share of generated orders that come from a buyer who ordered before. */
		repeatBuyerShare: share,
		/** 1 = waybills as late as measured (69 % within 15 s, p90 179 s), 0 = at once (§3.3). */
		waybillDelayScale: z.number().min(0),
		/** Kaspi cancels by itself: not accepted in 3 working hours (Express 60 min), not picked up in 3 days (§3.5). */
		timeouts: z.boolean(),
		/** A lookup by code misses for this long after a change of the order (§6). */
		codeLookupLagMs: z.number().int().min(0),
		/** How long the cancelling of lines stays INPROGRESS (§4.1). */
		entryCancelDelayMs: z.number().int().min(0),
		/** May the seller cancel after ASSEMBLE (§3.3, unproven both ways)? */
		cancelAfterAssemble: z.boolean(),
		/** Does `preOrder` drop to false once the goods arrived (§10 question 7)? */
		preOrderFlagAfterArrival: z.enum(['dropped', 'kept']),
		/** Share of ARRIVED without `X-Merchant-Uid` that are answered 404 `Order not found` (§3.3). */
		arrivedNotFoundShare: share,
		/** Share of commands answered 200 without any effect (§6: 200 does not prove the effect). */
		ignoredWriteShare: share,
		/** What happens to page borders while a client reads: an order comes twice, or is skipped (§6). */
		pageShift: z.enum(['none', 'repeat', 'skip']),
		/** Lines carry `offer.code`; without it the SKU is only found through merchantProduct (§4). */
		entriesCarryOffer: z.boolean(),
		/** HTTP status of a business refusal (§10 question 6). */
		refusalStatus: z.union([z.literal(400), z.literal(409), z.literal(422)]),
	})
	.strict();

export type KaspiSettings = z.infer<typeof kaspiSettingsSchema>;

export const DEFAULT_KASPI_SETTINGS: Readonly<KaspiSettings> = {
	token: 'c2FuZGJveC1rYXNwaS10b2tlbi1ub3QtYS1zZWNyZXQ=',
	shopId: '30999999',
	requireMerchantUid: false,
	requireAccept: true,
	contentTypeRule: 'writes',
	hangLibraryUserAgents: true,
	rateLimitPerSecond: 10,
	autoAccept: false,
	maskedPhoneShare: 0.3,
	repeatBuyerShare: 0.25,
	waybillDelayScale: 1,
	timeouts: false,
	codeLookupLagMs: 0,
	entryCancelDelayMs: 3000,
	cancelAfterAssemble: true,
	preOrderFlagAfterArrival: 'dropped',
	arrivedNotFoundShare: 0.3,
	ignoredWriteShare: 0,
	pageShift: 'none',
	entriesCarryOffer: true,
	refusalStatus: 400,
};
