import { z } from 'zod/v4';

const share = z.number().min(0).max(1);
const ms = z.number().int().min(0);

export const SUBSCRIPTIONS = ['UNSPECIFIED', 'PREMIUM', 'PREMIUM_LITE', 'PREMIUM_PLUS', 'PREMIUM_PRO'] as const;

/** Everything about the shop that is unknown, changes or misbehaves in the real API, as switches (ozon.md). */
export const ozonSettingsSchema = z
	.object({
		/** `Client-Id` (§1). */
		clientId: z.string().regex(/^\d+$/),
		/** `Api-Key` (§1). */
		apiKey: z.string().min(1),
		/** `seller_id` in pushes; whether it equals the Client-Id is an open question (§16.3). */
		sellerId: z.number().int().positive(),
		/** Epoch ms when the key stops working; null: 80 days after the sandbox started (§1: three months). */
		keyExpiresAt: z.number().int().positive().nullable(),
		/** Paths the key has no role for: refused, and absent from `/v1/roles`. */
		missingMethods: z.array(z.string()),
		/** The key is locked to other networks (§1). */
		ipLocked: z.boolean(),
		/** False: `403 Offer not signed` (§1). */
		offerSigned: z.boolean(),
		/** Seller's subscription: chats need PREMIUM_PLUS or PREMIUM_PRO (§2). */
		subscription: z.enum(SUBSCRIPTIONS),
		/** Real requests per second before 429; 0 = no limit (§12). */
		rateLimitPerSecond: z.number().int().min(0),
		/** Sandbox ms until a status call takes effect (§7: asynchronous). */
		statusDelayMs: ms,
		/** Sandbox ms that an assembly takes. */
		shipDelayMs: ms,
		/** Share of assemblies that end in `ship_failed` although the call was answered 200 (§7). */
		shipFailedShare: share,
		/** Share of writes answered with success and without any effect. */
		ignoredWriteShare: share,
		/** Sandbox ms until the aggregator registers an assembled posting (§6). */
		registrationDelayMs: ms,
		/** Must `last-mile` come before `delivered`? */
		lastMileRequired: z.boolean(),
		/** Sandbox ms between "conditionally delivered" and delivered without a dispute (§16.1). */
		conditionalMs: ms,
		/** Sandbox ms until a buyer's cancellation request is approved by itself (§8). */
		autoApproveMs: ms,
		/** Ozon cancels a posting that was not assembled by its shipment date. */
		deadlines: z.boolean(),
		/** Sandbox ms after assembly before a label can be made, and ms the making takes (§7). */
		labelReadyMs: ms,
		labelTaskMs: ms,
		/** Number of substitute phones that all buyers of the shop share (§4). */
		substitutePoolSize: z.number().int().min(1).max(100),
		/** Share of generated postings that come from a buyer who ordered before. */
		repeatBuyerShare: share,
		/** `returns/rfbs/get` writes actions as `{action: {id, name}}` (example) or flat (schema) (§14). */
		rfbsActionShape: z.enum(['nested', 'flat']),
		/** The C of `Customer` is a Cyrillic letter, as in Ozon's own example (§11). */
		cyrillicCustomer: z.boolean(),
		/** Sandbox ms between two pings of one URL (§11). */
		pingEveryMs: z.number().int().min(1000),
		/** 1 = the real ladder of retries (seconds up to 10 min), 0 = at once (§11). */
		pushRetryScale: z.number().min(0),
		/** Real ms a receiver may take; longer counts as "processing > 5 s" (§11). */
		pushAnswerLimitMs: z.number().int().min(10),
		/** How many too slow answers suspend an URL. */
		suspendAfterSlow: z.number().int().min(1),
		/** How many connections that fail in a row mean "service down". */
		suspendAfterUnreachable: z.number().int().min(1),
		/** Sandbox ms of nothing but errors that suspend an URL (§11: 24 h). */
		suspendAfterErrorsMs: ms,
		/** The rule "fewer than half are 200" needs this many answers. */
		suspendMinAnswers: z.number().int().min(1),
		/** Share of pushes that are never sent, are sent twice. */
		loseShare: share,
		doubleShare: share,
		/** Sandbox ms that every push is late. */
		delayMs: ms,
		/** Pushes overtake each other. */
		reorder: z.boolean(),
	})
	.strict();

export type OzonSettings = z.infer<typeof ozonSettingsSchema>;

const HOUR = 3_600_000;
export const KEY_DAYS = 80;

export const DEFAULT_OZON_SETTINGS: Readonly<OzonSettings> = {
	clientId: '1900042',
	apiKey: '00000000-5a4d-4b0f-8f00-0000sandbox00',
	sellerId: 1_900_042,
	keyExpiresAt: null,
	missingMethods: [],
	ipLocked: false,
	offerSigned: true,
	subscription: 'PREMIUM_PLUS',
	rateLimitPerSecond: 50,
	statusDelayMs: 1500,
	shipDelayMs: 4000,
	shipFailedShare: 0.02,
	ignoredWriteShare: 0,
	registrationDelayMs: 5000,
	lastMileRequired: false,
	conditionalMs: 24 * HOUR,
	autoApproveMs: 48 * HOUR,
	deadlines: false,
	labelReadyMs: 45_000,
	labelTaskMs: 5000,
	substitutePoolSize: 5,
	repeatBuyerShare: 0.25,
	rfbsActionShape: 'nested',
	cyrillicCustomer: true,
	pingEveryMs: HOUR,
	pushRetryScale: 1,
	pushAnswerLimitMs: 5000,
	suspendAfterSlow: 1,
	suspendAfterUnreachable: 20,
	suspendAfterErrorsMs: 24 * HOUR,
	suspendMinAnswers: 20,
	loseShare: 0,
	doubleShare: 0,
	delayMs: 0,
	reorder: false,
};
