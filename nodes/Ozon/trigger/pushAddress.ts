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

/** By what a trigger knows its own addresses again. */
export interface Owner {
	/** Its address now, with the placeholder. */
	url: string;
	/** What is registered, token and all, as far as is known. */
	registered?: string;
	/** Nothing is known of what was registered (the journal was lost), so an address is known by its path. */
	isForgotten: boolean;
}

/**
 * Addresses of this trigger, whatever their token: n8n's address of it now, the one that was registered last, and when nothing is
 * remembered its path under whatever address n8n had before. The path has the webhook's own id in it.
 */
export function isOurs(address: string, { url, registered, isForgotten }: Owner): boolean {
	if (address === registered || address.startsWith(url.slice(0, url.indexOf(tokenParameter)))) return true;
	return isForgotten && isOnPathOf(address, url);
}

/** Both are `…/webhook/<id>/<id>/ozon/<token>`, whatever is before that; the test listener's has another word in the place of the first. */
export const isOnPathOf = (address: string, url: string): boolean => pathOf(address) === pathOf(url);

const pathOf = (address: string): string => address.split('/').slice(-5, -1).join('/');

/** Whether it is an address of this node: of its published version, of its test listener, now or formerly. */
export const isAtWebhook = (address: string, webhookId: string): boolean => address.includes(`/${webhookId}/ozon/`);
