/** What went wrong with a call, in the classes that a caller acts upon differently. */
export const failureKinds = [
	/** 401: the token is wrong or has expired. */
	'unauthorized',
	/** 403: no rights, or (`blocked`) the account is blocked for abuse. */
	'forbidden',
	/** 404. */
	'not_found',
	/** Another 4xx: the service looked at it and said no; the body says why. */
	'rejected',
	/** 429 on every try. */
	'rate_limited',
	/** 402: the account is not paid. */
	'unpaid',
	/** Never reached the server, or an outage on a call that is safe to repeat, on every try. */
	'unavailable',
	/** A write that must not be repeated blindly and may have been applied: no answer, a 5xx, a page instead of JSON. */
	'unknown_outcome',
	/** A 2xx of a shape that nobody has described; a write may have been applied. */
	'bad_answer',
] as const;

export type FailureKind = (typeof failureKinds)[number];

export interface FailureFacts {
	/** The service, as people call it: `Kaspi`, `amoCRM`. */
	api: string;
	kind: FailureKind;
	/** What happened and to what, in one sentence; no secrets, no personal data. */
	message: string;
	/** What a person should do now. */
	advice: string;
	status?: number;
	mayBeApplied?: boolean;
	blocked?: boolean;
	retryAfterMs?: number;
	body?: unknown;
}

/** Every call that did not end well ends in this. The only exception that `ServiceClient.send` throws on purpose. */
export class ServiceFailure extends Error {
	readonly api: string;
	readonly kind: FailureKind;
	/** HTTP status of the last answer; absent when there was none. */
	readonly status?: number;
	/** True: the write may have happened, read it back before sending it again. Always false for reads. */
	readonly mayBeApplied: boolean;
	/** With kind `forbidden`: the service has shut this account's calls out; every further call makes it worse. */
	readonly blocked: boolean;
	/** How long the service asks to be left alone, ms from the moment of the failure. */
	readonly retryAfterMs?: number;
	/** The answer's body, parsed when it was JSON, redacted: for a service's own reading of codes and paths. */
	readonly body?: unknown;
	/** What a person should do now. */
	readonly advice: string;

	constructor(facts: FailureFacts) {
		super(facts.message);
		this.name = 'ServiceFailure';
		this.api = facts.api;
		this.kind = facts.kind;
		this.status = facts.status;
		this.mayBeApplied = facts.mayBeApplied ?? false;
		this.blocked = facts.blocked ?? false;
		this.retryAfterMs = facts.retryAfterMs;
		this.body = facts.body;
		this.advice = facts.advice;
	}
}
