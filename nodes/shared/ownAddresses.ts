import { isOfAnotherInstance, secretOf, withoutQuery } from '../../transport/webhookSecret';

/** By what a trigger knows again the addresses that it has registered with a service. */
export interface Owner {
	/** n8n's address of the trigger now. */
	url: string;
	secret?: string;
	/** What is registered, secret and all, as far as is known. */
	registered?: string;
	/** Nothing is known of what was registered (the journal was lost), so an address is known by its path. */
	isForgotten: boolean;
	/** Of this n8n. */
	instanceId: string;
}

/**
 * Addresses of this trigger: n8n's address of it, whatever the secret; any with its secret, at whatever address n8n had before; and
 * when nothing is remembered, its path under another address, unless another n8n has certainly registered that.
 */
export function isOwnAddress(address: string, { url, secret, registered, isForgotten, instanceId }: Owner): boolean {
	const itsSecret = secretOf(address);
	if (plain(address) === plain(url) || address === registered) return true;
	if (secret !== undefined && itsSecret === secret) return true;
	return isForgotten && pathOf(address) === pathOf(url) && !isOfAnotherInstance(itsSecret ?? '', instanceId);
}

/** Without the secret, and written as services give it back. */
const plain = (address: string): string => withoutQuery(URL.canParse(address) ? new URL(address).href : address);

/** The end of a webhook's address has the webhook's own id in it: `webhook/<id>/amocrm`. What is before that changes with n8n's address. */
const pathOf = (address: string): string => plain(address).split('/').slice(-3).join('/');
