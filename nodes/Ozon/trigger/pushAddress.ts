import { createHmac } from 'node:crypto';

/** Ozon signs nothing (ozon.md §11): a long secret in the path is all that tells its calls from others. */
export const tokenParameter = ':token';

/** Shorter ones could be guessed. */
export const shortestToken = 24;

/**
 * The token of a trigger that registers itself. It follows from the key and the webhook's own id, because Ozon pings the address
 * while the workflow is still being activated, when n8n has not yet stored anything that the trigger wants to remember.
 */
export const derivedToken = (apiKey: string, webhookId: string): string =>
	createHmac('sha256', apiKey).update(`ozon-push\n${webhookId}`).digest('base64url');

/**
 * The address under which n8n finds a webhook with a placeholder in its path: n8n keeps the path with the webhook's id before it, and
 * looks paths with placeholders up by one more id in front of that.
 * @param url of the webhook as n8n gives it, with the placeholder
 */
export const addressOf = (url: string, webhookId: string): string => url.replace(`/${webhookId}/`, `/${webhookId}/${webhookId}/`);

/** @param address with the placeholder in its path */
export const addressWithToken = (address: string, token: string): string => address.replace(tokenParameter, encodeURIComponent(token));

/** Addresses of this trigger, also those with another token. */
export const isOurs = (registered: string, url: string): boolean => {
	const [before = ''] = url.split(tokenParameter);
	return registered.startsWith(before);
};

/** The same for a poll, which is not told the trigger's address: n8n puts the webhook's own id before the path. */
export const isAtWebhook = (registered: string, webhookId: string): boolean => registered.includes(`/${webhookId}/ozon/`);
