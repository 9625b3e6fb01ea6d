import type { AxiosInstance } from 'axios';
import type { z } from 'zod/v4';
import type { ApiCall } from '../journal/journal';
import { attemptCall, type Attempt } from './attempt';
import type { ServiceFailure } from './errors';
import { badAnswer, failureOfAnswer, failureOfAttempt, stillBlocked, stillResting, type Answer, type FailureContext } from './failure';
import type { Pace } from './pace';
import { decideRetry, longestWaitMs, type AttemptEnd } from './retry';

/** One attempt, for the log: no ids, no parameters, no bodies; status 0 means that no answer came. Services know no journal. */
export type CallRecord = ApiCall;

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface ServiceRequest<T> {
	method: Method;
	/** Relative to the base URL, already encoded. */
	path: string;
	/** Path template for log and texts, without ids: `orders/{id}`. */
	route: string;
	/** In the order given; names and values are percent-encoded here. */
	query?: readonly (readonly [string, string])[];
	/** JSON. */
	body?: unknown;
	/** May hold empty values that must be sent (Kaspi's `X-Security-Code`, kaspi.md §3.3). */
	headers?: Record<string, string>;
	/** What a 2xx body must be; an empty one (204) is given to it as `undefined`. */
	answer: z.ZodType<T>;
	/** Sending it twice does no harm. Default: only GET. A PATCH that sets absolute values may say true. */
	repeatable?: boolean;
	/** The answer is given as a Buffer (a waybill's PDF), not as JSON. */
	bytes?: boolean;
	/** `order 912345678`, for texts. */
	about?: string;
	/** Numbers of the orders that it is about, for the log; absent: those of the caller's `concerning`. */
	orders?: readonly string[];
}

export interface ServiceOptions {
	/** `Kaspi`, `amoCRM`: for texts and log. */
	api: string;
	baseUrl: string;
	/** `axiosThroughN8n(…)` inside n8n, `axios.create()` outside; whoever makes it adds the credential. */
	http: AxiosInstance;
	pace: Pace;
	/** Sent with every call, with a User-Agent of our own (kaspi.md §1: a library's default one is left hanging). */
	headers?: Record<string, string>;
	/** Default 30,000. */
	timeoutMs?: number;
	/** Told of every attempt. */
	record?: (call: CallRecord) => void;
	/** The service's own words in a bad answer; `body` is parsed JSON or text. */
	readFailure?: (status: number, body: unknown) => string | undefined;
	/** A bad answer that says nothing about the request, e.g. amoCRM's 400 without validation errors (amocrm.md §2). */
	isTransient?: (status: number, body: unknown) => boolean;
	/** A bad answer that means that the whole account is shut out for abuse, e.g. amoCRM's 403 (amocrm.md §2). */
	isBlock?: (status: number, body: unknown) => boolean;
	sleep?: (ms: number) => Promise<void>;
	now?: () => number;
	random?: () => number;
}

/** While the account is shut out nothing is sent for so long: calls would prolong the block. */
const blockMs = 15 * 60_000;
/** After a 429 that names no time, everybody who calls this account rests. */
const restAfterTooManyMs = 1_000;

/** Calls one account of one service: paced, retried within reason, parsed, logged; every failure is a `ServiceFailure`. */
export class ServiceClient {
	private readonly sleep: (ms: number) => Promise<void>;
	private readonly now: () => number;
	private readonly random: () => number;

	constructor(private readonly options: ServiceOptions) {
		this.sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
		this.now = options.now ?? Date.now;
		this.random = options.random ?? Math.random;
	}

	/** @throws ServiceFailure */
	async send<T>(request: ServiceRequest<T>): Promise<T> {
		const repeatable = request.repeatable ?? request.method === 'GET';
		const context: FailureContext = {
			api: this.options.api,
			about: request.about,
			route: request.route,
			isWrite: request.method !== 'GET',
			repeatable,
		};
		for (let attempt = 1; ; attempt++) {
			await this.turn(context);
			const at = this.now();
			const made = await this.attempt(request, at);
			const read = this.read(made, request, context);
			this.record(request, at, attempt, made, read);
			if (read.end === 'good') return read.value;

			const { failure } = read;
			if (read.end === 'too_many') this.options.pace.slowDown(failure.retryAfterMs ?? restAfterTooManyMs);
			if (failure.blocked) this.options.pace.block(failure.message, blockMs);

			const decision = decideRetry({
				end: read.end,
				repeatable,
				attempt,
				retryAfterMs: failure.retryAfterMs,
				random: this.random(),
			});
			if (!decision.again) throw failure;
			await this.sleep(decision.waitMs);
		}
	}

	private async turn(context: FailureContext): Promise<void> {
		this.refuseWhenShut(context);
		await this.options.pace.ready();
		// The account may have been blocked while this call was waiting for its turn.
		this.refuseWhenShut(context);
	}

	private refuseWhenShut(context: FailureContext): void {
		const { pace } = this.options;
		const reason = pace.blocked();
		if (reason !== undefined) throw stillBlocked(reason, context);
		const restMs = pace.restMs?.() ?? 0;
		if (restMs > longestWaitMs) throw stillResting(restMs, context);
	}

	private async attempt<T>(request: ServiceRequest<T>, now: number): Promise<Attempt> {
		const { baseUrl, http, timeoutMs = 30_000 } = this.options;
		const headers = { ...this.options.headers, ...request.headers };
		const hasContentType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
		if (request.body !== undefined && !hasContentType) headers['Content-Type'] = 'application/json';
		return attemptCall(
			http,
			{
				method: request.method,
				url: urlOf(baseUrl, request.path, request.query),
				headers,
				body: request.body === undefined ? undefined : JSON.stringify(request.body, wellFormed),
				timeoutMs,
			},
			now,
		);
	}

	private read<T>(made: Attempt, request: ServiceRequest<T>, context: FailureContext): Reading<T> {
		if (made.kind !== 'answered') {
			const end = made.kind === 'not_sent' || made.kind === 'no_answer' ? made.kind : 'settled';
			return { end, failure: failureOfAttempt(made, context) };
		}
		const isGood = made.status >= 200 && made.status < 300;
		if (isGood && request.bytes === true) return this.parse(made.status, made.bytes, request, context);

		const { body, isForeign } = decode(made.bytes);
		if (isGood && !isForeign) return this.parse(made.status, body, request, context);

		const { readFailure, isTransient, isBlock } = this.options;
		const answer: Answer = {
			status: made.status,
			body,
			isForeign,
			isTransient: !isGood && (isTransient?.(made.status, body) ?? false),
			isBlock: !isGood && (isBlock?.(made.status, body) ?? false),
			retryAfterMs: made.retryAfterMs,
			said: isGood ? undefined : readFailure?.(made.status, body),
		};
		const failure = failureOfAnswer(answer, context);
		return { end: endOf(failure), failure };
	}

	private parse<T>(status: number, body: unknown, request: ServiceRequest<T>, context: FailureContext): Reading<T> {
		const parsed = request.answer.safeParse(body);
		if (parsed.success) return { end: 'good', value: parsed.data };
		return { end: 'settled', failure: badAnswer(status, issuesText(parsed.error), context) };
	}

	private record<T>(request: ServiceRequest<T>, at: number, attempt: number, made: Attempt, read: Reading<T>): void {
		this.options.record?.({
			at,
			api: this.options.api,
			method: request.method,
			route: request.route,
			status: made.kind === 'answered' ? made.status : 0,
			ms: this.now() - at,
			attempt,
			result: read.end === 'good' ? 'ok' : read.failure.kind,
			orders: request.orders,
		});
	}
}

type Reading<T> = { end: 'good'; value: T } | { end: AttemptEnd; failure: ServiceFailure };

const endOf = ({ kind }: ServiceFailure): AttemptEnd => {
	if (kind === 'rate_limited') return 'too_many';
	return kind === 'unavailable' || kind === 'unknown_outcome' ? 'outage' : 'settled';
};

/** Half a character (a name that somebody has cut in two) makes a whole body unreadable to most services: it becomes U+FFFD. */
const wellFormed = (_name: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value);

function urlOf(baseUrl: string, path: string, query: ServiceRequest<unknown>['query'] = []): string {
	// An absolute path would carry the account's token to another host.
	if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(path)) throw new TypeError('A path must be relative to the base URL');
	const url = `${baseUrl.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
	if (query.length === 0) return url;
	return `${url}?${query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`).join('&')}`;
}

/** JSON if it is JSON, `undefined` if there is nothing, text otherwise. */
function decode(bytes: Buffer): { body: unknown; isForeign: boolean } {
	const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
	if (text.trim() === '') return { body: undefined, isForeign: false };
	try {
		const body: unknown = JSON.parse(text);
		return { body, isForeign: false };
	} catch {
		return { body: text, isForeign: true };
	}
}

/** Where and what, never the values: they may be people's. */
function issuesText(error: z.ZodError): string {
	const shown = error.issues.slice(0, 3).map((issue) => {
		const where = issue.path.length === 0 ? 'the whole answer' : issue.path.join('.');
		// Of this kind only, the message names types and no values.
		return issue.code === 'invalid_type' ? `${where} is ${/received (.+)$/.exec(issue.message)?.[1] ?? 'something'}, not ${issue.expected}` : `${where} (${issue.code})`;
	});
	const more = error.issues.length - shown.length;
	return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
