import type { Attempt } from './attempt';
import { ServiceFailure, type FailureKind } from './errors';
import { redact, redactBody } from './redact';

/** What a failure text is made of. */
export interface FailureContext {
	api: string;
	/** `order 912345678` */
	about?: string;
	/** For the text when there is no better name: the path template. */
	route: string;
	isWrite: boolean;
	repeatable: boolean;
}

/** How an answer is to be taken; `body` is parsed JSON, or text when it was none. */
export interface Answer {
	status: number;
	body: unknown;
	/** Neither JSON nor empty where JSON was promised: a protection page, a proxy, an outage. */
	isForeign: boolean;
	isTransient: boolean;
	isBlock: boolean;
	retryAfterMs?: number;
	/** The service's own words. */
	said?: string;
}

const advices: Readonly<Record<FailureKind, string>> = {
	unauthorized: 'Open the credential, put in a valid token (or connect the account again) and run this once more.',
	forbidden: 'Check in the service that the owner of the token may do this, and that the credential names the right shop or account.',
	not_found: 'Check the id: it may belong to another shop or account, or be gone.',
	rejected: 'Read what the service says, correct the input and run this once more.',
	rate_limited: 'Nothing was changed. Run this again later, and see whether another integration uses up the limit of this account.',
	unpaid: 'Pay for the account in the service; it refuses calls until then.',
	unavailable: 'Nothing to correct here: run this again when the service answers. Order Sync does so by itself.',
	unknown_outcome: 'It may or may not have been carried out. Look at it in the service before sending it again; Order Sync does so by itself.',
	bad_answer: 'The service may have changed its API. Update this package, or report the route and the fields named here.',
};

const blockedAdvice =
	'Stop the workflows that call this account and ask the support of the service to lift the block; every further call prolongs it.';

/** The failure of an attempt that will not be repeated. */
export function failureOfAttempt(attempt: Exclude<Attempt, { kind: 'answered' }>, context: FailureContext): ServiceFailure {
	const { api } = context;
	const what = subject(context);
	switch (attempt.kind) {
		case 'no_credential':
			return make('unauthorized', context, `${api} was not called for ${what}: ${redact(attempt.why)}`);
		case 'not_sent':
			return make('unavailable', context, `${api} could not be reached for ${what}: ${attempt.why}`);
		case 'no_answer':
		case 'stopped': {
			const why = attempt.kind === 'stopped' ? 'the execution was stopped before an answer came' : attempt.why;
			const kind = context.repeatable ? 'unavailable' : 'unknown_outcome';
			return make(kind, context, `${api} did not answer for ${what}: ${why}`, { mayBeApplied: context.isWrite });
		}
	}
}

/** The failure that a bad answer stands for. */
export function failureOfAnswer(answer: Answer, context: FailureContext): ServiceFailure {
	const kind = kindOf(answer, context.repeatable);
	const { status, retryAfterMs } = answer;
	const said = answer.said === undefined ? '' : `: ${redact(answer.said)}`;
	const message = `${context.api} ${verbs[kind]} ${subject(context)} (HTTP ${status})${said}`;
	return make(kind, context, message, {
		status,
		retryAfterMs,
		body: redactBody(answer.body),
		blocked: answer.isBlock,
		mayBeApplied: context.isWrite && (kind === 'unknown_outcome' || kind === 'unavailable'),
	});
}

/** A 2xx that is not of the promised shape; `where` names fields and types, never values. */
export function badAnswer(status: number, where: string, context: FailureContext): ServiceFailure {
	const message = `${context.api} answered for ${subject(context)} in a shape that this package does not know: ${where}`;
	return make('bad_answer', context, message, { status, mayBeApplied: context.isWrite });
}

/** Nothing was sent because the account is shut out already. */
export function stillBlocked(reason: string, context: FailureContext): ServiceFailure {
	return make('forbidden', context, `${context.api} was not called for ${subject(context)}: ${reason}`, { blocked: true });
}

/** Nothing was sent because the service has asked for a longer rest than anybody should wait for inside an execution. */
export function stillResting(retryAfterMs: number, context: FailureContext): ServiceFailure {
	const seconds = Math.ceil(retryAfterMs / 1_000);
	const message = `${context.api} takes no more calls for another ${seconds} s, so it was not called for ${subject(context)}`;
	return make('rate_limited', context, message, { retryAfterMs });
}

const verbs: Readonly<Record<FailureKind, string>> = {
	unauthorized: 'did not accept the token for',
	forbidden: 'does not allow',
	not_found: 'does not know',
	rejected: 'refused',
	rate_limited: 'takes no more calls for now, so this had to wait:',
	unpaid: 'wants the account to be paid first, so it refused',
	unavailable: 'is out of order at the moment, asked for',
	unknown_outcome: 'broke off in the middle of',
	bad_answer: 'gave an unknown answer for',
};

function kindOf({ status, isTransient, isForeign }: Answer, repeatable: boolean): FailureKind {
	const outage: FailureKind = repeatable ? 'unavailable' : 'unknown_outcome';
	if (isTransient || status >= 500 || status === 408) return outage;
	if (status === 401) return 'unauthorized';
	if (status === 402) return 'unpaid';
	if (status === 403) return 'forbidden';
	if (status === 404) return 'not_found';
	if (status === 429) return 'rate_limited';
	return status < 300 && isForeign ? outage : 'rejected';
}

const subject = ({ about, route }: FailureContext): string => about ?? route;

function make(
	kind: FailureKind,
	context: FailureContext,
	message: string,
	more: { status?: number; mayBeApplied?: boolean; blocked?: boolean; retryAfterMs?: number; body?: unknown } = {},
): ServiceFailure {
	const advice = more.blocked === true ? blockedAdvice : advices[kind];
	return new ServiceFailure({ api: context.api, kind, message, advice, ...more });
}
