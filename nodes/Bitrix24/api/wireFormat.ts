import type { AxiosInstance, AxiosResponse } from 'axios';
import { z } from 'zod/v4';
import { readRefusal, statusOf } from './refusals';

/** What opens the portal besides its address. */
export interface Access {
	/** Texts that must not leave: the code of the webhook. */
	secrets: readonly string[];
	/** The access token of an application, as it is now; absent for a webhook, whose address is the key. */
	token?: () => Promise<string>;
}

/**
 * Makes an axios instance speak Bitrix24's dialect, so that the rest of the pack need not know it: the token goes into the body
 * (bitrix24.md §1 `auth`), the error code decides about the status (§3), a move of the portal is told in words, and an answer
 * that repeats a secret (addresses of files do) loses it here.
 */
export function speakBitrix24(http: AxiosInstance, access: Access): AxiosInstance {
	const { token } = access;
	if (token !== undefined) {
		http.interceptors.request.use(async (config) => {
			config.data = withAuth(config.data, await token());
			return config;
		});
	}
	http.interceptors.response.use(async (response: AxiosResponse<unknown>) => {
		const answer = understood(response, access.secrets);
		if (token === undefined || answer.status !== 401) return answer;
		// n8n has renewed the token and sent the old body once more: it is sent again with the new one, and was not taken before.
		const stale = authOf(response.config.data);
		return stale === (await token()) ? answer : await http.request<unknown>(response.config);
	});
	return http;
}

const bodyOf = (data: unknown): Record<string, unknown> =>
	z.record(z.string(), z.unknown()).parse(typeof data === 'string' && data !== '' ? JSON.parse(data) : {});

const authOf = (data: unknown): unknown => bodyOf(data).auth;

const withAuth = (data: unknown, auth: string): string => JSON.stringify({ ...bodyOf(data), auth });

function understood(response: AxiosResponse<unknown>, secrets: readonly string[]): AxiosResponse<unknown> {
	const { status, headers } = response;
	if (status >= 300 && status < 400) return { ...response, status: 403, data: moved(headers.location) };
	const text = withoutSecrets(textOf(response.data), secrets);
	const refusal = readRefusal(parsed(text));
	if (refusal !== undefined) return { ...response, status: statusOf(refusal, status), data: Buffer.from(text) };
	// In front of the API a page may say the same (bitrix24.md §2). A 503 of the web server itself means that it let nothing through.
	const isCrowded = status === 503 && /QUERY_LIMIT_EXCEEDED|too many requests|503 Service Temporarily Unavailable/i.test(text);
	return { ...response, status: isCrowded ? 429 : status, data: Buffer.from(text) };
}

/** A renamed portal answers 302, and following it would lose a POST's parameters (bitrix24.md §1). Only the host is shown. */
function moved(location: unknown): Buffer {
	const host = typeof location === 'string' && URL.canParse(location) ? new URL(location).host : undefined;
	const where = host === undefined ? 'another address' : host;
	return Buffer.from(
		JSON.stringify({
			error: 'PORTAL_MOVED',
			error_description: `the portal has moved to ${where}: put its new address into the credential`,
		}),
	);
}

function textOf(data: unknown): string {
	if (Buffer.isBuffer(data)) return data.toString('utf8');
	if (data instanceof ArrayBuffer) return Buffer.from(data).toString('utf8');
	return typeof data === 'string' ? data : '';
}

const withoutSecrets = (text: string, secrets: readonly string[]): string =>
	secrets.reduce((safe, secret) => (secret === '' ? safe : safe.replaceAll(secret, '***')), text);

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
