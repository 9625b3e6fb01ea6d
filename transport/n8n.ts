import axios, {
	AxiosError,
	CanceledError,
	isAxiosError,
	isCancel,
	type AxiosAdapter,
	type AxiosInstance,
	type AxiosResponse,
	type InternalAxiosRequestConfig,
} from 'axios';
import type { IAllExecuteFunctions, ICredentialTestFunctions, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { NoCredential } from './credential';

export { failedItem, nodeErrorFrom } from './nodeError';

/**
 * An axios instance whose requests go through n8n: its proxy settings, its protection against internal addresses, its way of
 * adding the credential and renewing OAuth2 tokens all apply. Answers of every status come back as responses.
 * @param context `this` of an execution, poll, hook, webhook or option loader
 */
export function axiosThroughN8n(context: IAllExecuteFunctions, credentialType: string): AxiosInstance {
	return axios.create({ adapter: adapterThroughN8n(context, credentialType) });
}

function adapterThroughN8n(context: IAllExecuteFunctions, credentialType: string): AxiosAdapter {
	return async (config) => {
		const options = optionsFrom(config, credentialType);
		let answer: unknown;
		try {
			answer = await context.helpers.httpRequestWithAuthentication.call(context, credentialType, options);
		} catch (error) {
			return responseInside(error, config, options.url);
		}
		const { body, headers, statusCode, statusMessage } = fullResponse.parse(answer);
		return responseOf(config, statusCode, statusMessage, headers, body);
	};
}

const methods = z.enum(['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT']);

function optionsFrom(config: InternalAxiosRequestConfig, credentialType: string): IHttpRequestOptions {
	const method: IHttpRequestMethods = methods.parse((config.method ?? 'get').toUpperCase());
	// n8n renews an OAuth2 token only when a 401 is thrown; for any other credential a thrown 401 makes it send the request twice.
	const thrownStatuses = credentialType.includes('OAuth2') ? [401] : [];
	return {
		method,
		url: axios.getUri(config),
		headers: config.headers.toJSON(),
		body: textOf(config.data),
		encoding: 'arraybuffer',
		returnFullResponse: true,
		ignoreHttpStatusErrors: { ignore: true, except: thrownStatuses },
		disableFollowRedirect: config.maxRedirects === 0,
		timeout: config.timeout,
	};
}

/**
 * The same for the test of a credential, which n8n lets do requests in its old way only, and which adds the credential itself.
 * @param headers what opens the service
 */
export function axiosThroughCredentialTest(context: ICredentialTestFunctions, headers: Record<string, string> = {}): AxiosInstance {
	return axios.create({
		headers,
		adapter: async (config) => {
			const options = {
				method: config.method,
				uri: axios.getUri(config),
				headers: config.headers.toJSON(),
				body: textOf(config.data),
				json: false,
				encoding: null,
				simple: false,
				resolveWithFullResponse: true,
				followRedirect: false,
				timeout: config.timeout,
			};
			try {
				const { body, headers: answered, statusCode, statusMessage } = fullResponse.parse(await context.helpers.request(options));
				return responseOf(config, statusCode, statusMessage, answered, body);
			} catch (error) {
				throw causesOf(error).some((each) => each.name.startsWith('Ssrf')) ? heldBack(config) : error;
			}
		},
	});
}

const heldBack = (config: InternalAxiosRequestConfig): AxiosError => new AxiosError('Held back by n8n', 'N8N_HELD_BACK', config);

/** Bodies are text by now; anything else would be encoded a second time by n8n. */
const textOf = (data: unknown): string | undefined => z.string().optional().parse(data ?? undefined);

const fullResponse = z.object({
	body: z.unknown(),
	// AxiosHeaders is no plain object.
	headers: z.object({}).loose(),
	statusCode: z.number(),
	statusMessage: z.string().optional(),
});

const responseOf = (
	config: InternalAxiosRequestConfig,
	status: number,
	statusText: string | undefined,
	headers: Record<string, unknown>,
	data: unknown,
): AxiosResponse<unknown> => ({
	data,
	status,
	statusText: statusText ?? '',
	headers: Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? value : String(value)]),
	),
	config,
	request: undefined,
});

/**
 * n8n wraps whatever goes wrong in a NodeApiError with a text of its own; what happened is in its causes:
 * axios's error about our request (perhaps with a response), axios's error about the renewal of the token, or no axios at all,
 * which means that n8n gave up before it sent anything, or after a 401.
 */
function responseInside(error: unknown, config: InternalAxiosRequestConfig, url: string): AxiosResponse<unknown> {
	const trail = causesOf(error);
	const cause = trail.find((each) => isAxiosError(each) || isCancel(each));
	if (isCancel(cause)) throw new CanceledError(undefined, config);
	if (isAxiosError<unknown>(cause)) {
		const isOurs = cause.config?.url === url;
		if (isOurs && cause.response !== undefined) {
			const { status, statusText, headers, data } = cause.response;
			return responseOf(config, status, statusText, { ...headers }, data);
		}
		if (isOurs) throw cause;
		throw new AxiosError('The token could not be renewed', 'N8N_TOKEN_NOT_RENEWED', config);
	}
	const first = trail.at(-1);
	if (trail.some((each) => each.name.startsWith('Ssrf'))) throw heldBack(config);
	throw new NoCredential(first?.message ?? 'n8n could not prepare the request');
}


function causesOf(error: unknown): Error[] {
	const trail: Error[] = [];
	for (let each = error; each instanceof Error && !trail.includes(each); each = each.cause) trail.push(each);
	return trail;
}
