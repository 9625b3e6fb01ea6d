import type { IAuthenticateRuleResponseCode } from 'n8n-workflow';

/**
 * What n8n shows for a bad answer to the test of an OAuth2 credential; it knows no test of these but the declarative one, which would show
 * the bare status ("Unauthorized").
 */
export const answerRules = (texts: Readonly<Record<number, string>>): IAuthenticateRuleResponseCode[] =>
	Object.entries(texts).map(([status, message]) => ({ type: 'responseCode', properties: { value: Number(status), message } }));

export const outOfOrder = (service: string): Record<number, string> =>
	Object.fromEntries(
		[429, 500, 502, 503, 504].map((status) => [status, `${service} takes no calls at the moment (HTTP ${status}). The credential may be right: test it again in some minutes.`]),
	);
