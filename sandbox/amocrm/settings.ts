import { z } from 'zod/v4';

const share = z.number().min(0).max(1);
const ms = z.number().min(0);

/** Everything about the simulated account that can be turned while it runs. Shares are 0..1, times are milliseconds. */
export const amoSettingsSchema = z
	.object({
		/** The paid "API filter" pack; without it a custom-field filter answers 400 (amocrm.md §3). */
		apiFilterEnabled: z.boolean(),
		/** How GET of a lead that is not there answers; peers saw both (amocrm.md §2). */
		missingLead: z.enum(['204', '404']),
		/** Answers of batch writes come in any order, as the documentation allows. */
		shuffleAnswers: z.boolean(),
		/** How long `query` does not see a write (amocrm.md §5), sandbox time. */
		indexLagMs: ms,
		requestsPerSecond: z.number().int().positive(),
		/** More refused calls than this within a minute, and the account is blocked until somebody unblocks it. */
		abuse429PerMinute: z.number().int().nonnegative(),
		/** 402: `writes` refuses what changes data, `all` refuses everything. */
		unpaid: z.enum(['no', 'writes', 'all']),
		/** Part of the calls answered with a 400 that names no value and passes when repeated (amocrm.md §2). */
		systemErrorShare: share,
		/** A call without User-Agent meets the firewall's 403 page (amocrm.md §1). */
		requireUserAgent: z.boolean(),
		/** Duplicate control of POST /leads/complex: same phone or email with an open lead in the pipeline is merged. */
		duplicateControl: z.boolean(),
		/** Who is written as author of API writes: 0 in two code bases (amocrm.md §7), or a user's id. */
		apiAuthorId: z.number().int().nonnegative(),
		/** Redirect URI registered for the integration. */
		oauthRedirectUri: z.string().url(),
		/** Events of this long go into one POST, sandbox time. */
		webhookBatchMs: ms,
		/** Real time a receiver has to answer. */
		webhookAnswerLimitMs: ms,
		/** 1 keeps the ladder 5 min, 15 min, 15 min, 1 h of sandbox time; 0.001 makes it quick. */
		webhookRetryScale: z.number().min(0),
		/** Part of the webhook POSTs that never leave. */
		loseShare: share,
		/** Part of the webhook POSTs that are sent twice. */
		doubleShare: share,
		/** Events are mixed inside a POST and later POSTs may overtake earlier ones. */
		reorder: z.boolean(),
		/** Part of the status events that are missing although the update event arrives (#226). */
		dropStatusEventShare: share,
		/** Every webhook POST leaves this much later, sandbox time. */
		delayMs: ms,
	})
	.strict();

export type AmoSettings = z.infer<typeof amoSettingsSchema>;

export const DEFAULT_SETTINGS: Readonly<AmoSettings> = {
	apiFilterEnabled: false,
	missingLead: '204',
	shuffleAnswers: true,
	indexLagMs: 120_000,
	requestsPerSecond: 7,
	abuse429PerMinute: 60,
	unpaid: 'no',
	systemErrorShare: 0,
	requireUserAgent: true,
	duplicateControl: false,
	apiAuthorId: 0,
	oauthRedirectUri: 'http://localhost:5678/rest/oauth2-credential/callback',
	webhookBatchMs: 200,
	webhookAnswerLimitMs: 2000,
	webhookRetryScale: 1,
	loseShare: 0,
	doubleShare: 0,
	reorder: false,
	dropStatusEventShare: 0,
	delayMs: 0,
};
