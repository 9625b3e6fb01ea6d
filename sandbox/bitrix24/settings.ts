import { z } from 'zod/v4';

const share = z.number().min(0).max(1);
const ms = z.number().min(0);

/** Everything about the simulated portal that can be turned while it runs. Shares are 0..1, times are milliseconds. */
export const bitrixSettingsSchema = z
	.object({
		/** Leaky bucket per source address: drains this many calls a second … */
		requestsPerSecond: z.number().positive(),
		/** … and refuses when more than this many are in it (bitrix24.md §2). */
		bucketSize: z.number().int().positive(),
		/** Part of the 503 answers of the bucket whose body is an HTML page. */
		htmlBodyShare: share,
		/** Seconds of operating time that one call costs: of methods that read, and of methods that write. */
		readCostSeconds: z.number().min(0),
		writeCostSeconds: z.number().min(0),
		/** Cost in seconds of single methods, by their full name. */
		methodCostSeconds: z.record(z.string(), z.number().min(0)),
		/** Seconds a method may work within ten minutes; 0 switches the limit off, as on a self-hosted portal. */
		operatingLimitSeconds: z.number().min(0),
		/** The portal is blocked by support: every call answers 503 OVERLOAD_LIMIT. */
		overloaded: z.boolean(),
		/** False: the plan has no REST, every call answers 403 ACCESS_DENIED. */
		restOnPlan: z.boolean(),
		/** The portal's new host name, for example `localhost`: calls to any other name answer 302. Null: not renamed. */
		renamedTo: z.string().min(1).nullable(),
		/** Part of the calls that fail with 400 and an empty code, and pass when repeated (docs#223). */
		emptyErrorShare: share,
		/** How crm.duplicate.findbycomm compares phones; the documentation is of two minds (bitrix24.md §5). */
		phoneMatching: z.enum(['strict', 'digits', 'seven-eight']),
		/** The portal's currencies, its own one first. */
		currencies: z.array(z.string().length(3)).min(1),
		/** What crm.item.* does with a stage of another pipeline: drops it without a word, or refuses it. */
		foreignStageInItem: z.enum(['ignore', 'error']),
		/** crm.item.update of a deal fires ONCRMDEALUPDATE (presumed, bitrix24.md §7). */
		itemUpdateFiresEvent: z.boolean(),
		/** Redirect address in the settings of the local application. */
		oauthRedirectUri: z.string().url(),
		/** The event queue's delay, sandbox time. */
		delayMs: ms,
		/** Real time a handler has to answer; a slower one is counted as failed. */
		eventAnswerLimitMs: ms,
		/** So many event calls are under way at once; the rest waits. */
		eventsAtOnce: z.number().int().positive(),
		/** Part of the events that never leave. */
		loseShare: share,
		/** Part of the events that are sent twice. */
		doubleShare: share,
		/** Later events may overtake earlier ones. */
		reorder: z.boolean(),
	})
	.strict();

export type BitrixSettings = z.infer<typeof bitrixSettingsSchema>;

export const DEFAULT_SETTINGS: Readonly<BitrixSettings> = {
	requestsPerSecond: 2,
	bucketSize: 50,
	htmlBodyShare: 0.2,
	readCostSeconds: 0.05,
	writeCostSeconds: 0.2,
	methodCostSeconds: {},
	operatingLimitSeconds: 480,
	overloaded: false,
	restOnPlan: true,
	renamedTo: null,
	emptyErrorShare: 0,
	phoneMatching: 'strict',
	currencies: ['KZT', 'RUB'],
	foreignStageInItem: 'ignore',
	itemUpdateFiresEvent: true,
	oauthRedirectUri: 'http://localhost:5678/rest/oauth2-credential/callback',
	delayMs: 300,
	eventAnswerLimitMs: 5000,
	eventsAtOnce: 20,
	loseShare: 0,
	doubleShare: 0,
	reorder: false,
};
