import { isAxiosError, isCancel, type AxiosInstance } from 'axios';
import { NoCredential } from './credential';
import { retryAfterMs } from './retry';

/** One HTTP call, ready to go. */
export interface Call {
	method: string;
	url: string;
	headers: Record<string, string>;
	/** Already text; absent: no body. */
	body?: string;
	timeoutMs: number;
}

/** What came of one HTTP call. */
export type Attempt =
	| { kind: 'answered'; status: number; bytes: Buffer; retryAfterMs?: number }
	/** It never reached the server; `why` in words for people. */
	| { kind: 'not_sent'; why: string }
	/** It was sent (or nobody knows) and no answer came. */
	| { kind: 'no_answer'; why: string }
	/** The execution was stopped while it was under way. */
	| { kind: 'stopped' }
	/** There is no usable token, so nothing was sent, or what was sent was turned away with 401. */
	| { kind: 'no_credential'; why: string };

/** Never throws for what a network can do; throws for what is a defect of ours. */
export async function attemptCall(http: AxiosInstance, call: Call, now: number): Promise<Attempt> {
	try {
		const response = await http.request<unknown>({
			method: call.method,
			url: call.url,
			headers: call.headers,
			data: call.body,
			timeout: call.timeoutMs,
			// Bytes and our own parsing: a page of HTML where JSON was promised is an answer to look at, not an exception.
			responseType: 'arraybuffer',
			validateStatus: () => true,
			// A redirect would carry the token to a host that nobody has chosen, and turn a POST into a GET.
			maxRedirects: 0,
		});
		const header: unknown = response.headers['retry-after'];
		return {
			kind: 'answered',
			status: response.status,
			bytes: bytesOf(response.data),
			retryAfterMs: retryAfterMs(header, now),
		};
	} catch (error) {
		return readThrown(error);
	}
}

function bytesOf(data: unknown): Buffer {
	if (Buffer.isBuffer(data)) return data;
	if (data instanceof ArrayBuffer) return Buffer.from(data);
	if (typeof data === 'string') return Buffer.from(data);
	return Buffer.alloc(0);
}

/** Codes of Node and OpenSSL that can only come up before the first byte of the request has left. */
const neverSent: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the host name is not known',
	EAI_AGAIN: 'the host name could not be looked up',
	EHOSTUNREACH: 'there is no way to the host',
	ENETUNREACH: 'there is no network',
	ENETDOWN: 'there is no network',
	EADDRNOTAVAIL: 'this machine has no free network address',
	ERR_INVALID_URL: 'the address is not a URL',
	ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is made out to another host',
	CERT_HAS_EXPIRED: "the server's certificate has expired",
	DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is self-signed",
	SELF_SIGNED_CERT_IN_CHAIN: "the server's certificate is signed by somebody unknown",
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the server's certificate cannot be verified",
	N8N_TOKEN_NOT_RENEWED: 'the OAuth2 token had to be renewed first, and that did not work',
	N8N_HELD_BACK: "n8n's protection against requests to internal addresses does not let this host through (ask n8n's administrator)",
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the server's certificate cannot be verified",
};

function readThrown(error: unknown): Attempt {
	if (error instanceof NoCredential) return { kind: 'no_credential', why: error.message };
	if (isCancel(error)) return { kind: 'stopped' };
	if (!isAxiosError(error)) throw error;

	const trail = causes(error);
	for (const cause of trail) {
		const why = neverSent[cause.code];
		if (why !== undefined) return { kind: 'not_sent', why };
	}
	if (trail.some((cause) => cause.syscall === 'connect' || cause.message.includes('before secure TLS connection'))) {
		return { kind: 'not_sent', why: 'no connection could be made' };
	}
	const isTimeout = trail.some((cause) => cause.code === 'ECONNABORTED' || cause.code === 'ETIMEDOUT');
	return { kind: 'no_answer', why: isTimeout ? 'no answer came in time' : 'the connection broke off before an answer came' };
}

interface Cause {
	code: string;
	syscall: string;
	message: string;
}

/** The thrown value and what it wraps: axios keeps Node's error as `cause`, Node keeps one per address in `errors`. */
function causes(error: unknown, depth = 0): Cause[] {
	if (typeof error !== 'object' || error === null || depth > 5) return [];
	const own: Cause = {
		code: 'code' in error && typeof error.code === 'string' ? error.code : '',
		syscall: 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : '',
		message: 'message' in error && typeof error.message === 'string' ? error.message : '',
	};
	const inner: unknown[] = [
		'cause' in error ? error.cause : undefined,
		...('errors' in error && Array.isArray(error.errors) ? error.errors : []),
	];
	return [own, ...inner.flatMap((cause) => causes(cause, depth + 1))];
}
