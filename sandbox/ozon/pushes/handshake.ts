/** How a receiver answered one POST. `code` 0: it could not be reached; -1: no answer within the limit. */
export interface Answer {
	code: number;
	contentType: string;
	text: string;
	ms: number;
}

/** One finding of `/v1/notification/check` (ozon.md §11). */
export interface HandshakeError {
	type:
		| 'REQUEST_ERROR'
		| 'REQUEST_TIMEOUT'
		| 'SERVER_FAULT'
		| 'STATUS_CODE_NOT_OK'
		| 'EMPTY_BODY'
		| 'INVALID_BODY'
		| 'INVALID_JSON'
		| 'WRONG_RESULT_FIELD'
		| 'WRONG_RESULT_TIME_FIELD';
	description: string;
}

export const UNREACHABLE = 0;
export const TOO_SLOW = -1;

/** POSTs JSON and waits at most `limitMs` real ms for the whole answer. Never throws. */
export async function post(url: string, body: object, limitMs: number, cancel: AbortSignal): Promise<Answer> {
	const startedAt = Date.now();
	const limit = AbortSignal.timeout(limitMs);
	const answered = (code: number, contentType = '', text = ''): Answer => ({
		code,
		contentType,
		text,
		ms: Date.now() - startedAt,
	});
	try {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'user-agent': 'OzonSellerPush/1.0' },
			body: JSON.stringify(body),
			redirect: 'manual',
			signal: AbortSignal.any([limit, cancel]),
		});
		return answered(response.status, response.headers.get('content-type') ?? '', await response.text());
	} catch {
		// A receiver that is down or hangs up has no status; the code says which of the two it was.
		return answered(limit.aborted ? TOO_SLOW : UNREACHABLE);
	}
}

/** One hour: a receiver whose clock is further off answers a `time` that is not the start of processing. */
const CLOCK_TOLERANCE_MS = 3_600_000;
const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** What is wrong with the answer to `TYPE_PING`; undefined when Ozon would accept the URL. `moments`: epoch ms that may be "now". */
export function pingFault(answer: Answer, moments: readonly number[]): HandshakeError | undefined {
	const { code, contentType, text } = answer;
	if (code === UNREACHABLE) return { type: 'REQUEST_ERROR', description: 'The address cannot be reached' };
	if (code === TOO_SLOW) return { type: 'REQUEST_TIMEOUT', description: 'No answer in time' };
	if (code >= 500) return { type: 'SERVER_FAULT', description: `The server answered ${code}` };
	if (code !== 200) return { type: 'STATUS_CODE_NOT_OK', description: `The status must be exactly 200, not ${code}` };
	if (text === '') return { type: 'EMPTY_BODY', description: 'The body is empty' };
	if (!/^application\/json\b/i.test(contentType)) {
		return { type: 'INVALID_BODY', description: 'Content-Type must be application/json' };
	}
	const body = parseJson(text);
	if (body === undefined) return { type: 'INVALID_JSON', description: 'The body is not a JSON object' };
	if ('result' in body)
		return { type: 'WRONG_RESULT_FIELD', description: 'The answer to a ping has no field `result`' };
	for (const name of ['version', 'name']) {
		const value = body[name];
		if (typeof value !== 'string' || value === '') {
			return { type: 'WRONG_RESULT_FIELD', description: `The field \`${name}\` must be a string` };
		}
	}
	const { time } = body;
	const at = typeof time === 'string' && UTC_TIME.test(time) ? Date.parse(time) : Number.NaN;
	if (!moments.some((moment) => Math.abs(at - moment) <= CLOCK_TOLERANCE_MS)) {
		return { type: 'WRONG_RESULT_TIME_FIELD', description: 'The field `time` must be the start of processing in UTC' };
	}
	return undefined;
}

/** An event is taken when the answer is 200 with `{"result": true}` and nothing less. */
export function isTaken({ code, text }: Answer): boolean {
	return code === 200 && parseJson(text)?.result === true;
}

function parseJson(text: string): Record<string, unknown> | undefined {
	try {
		const parsed: unknown = JSON.parse(text);
		return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined;
	} catch {
		return undefined;
	}
}
