import { isOfAnotherInstance, secretOf, withoutQuery } from '../../transport/webhookSecret';

/** By what a trigger knows again the addresses that it has registered with a service. */
export interface Owner {
	/** n8n's address of the trigger now. */
	url: string;
	secret?: string;
	/** What was registered last, secret and all; absent when that is not known (the journal was lost). */
	registered?: string;
	/** Of this n8n. */
	instanceId: string;
}

/**
 * Addresses of this trigger: n8n's address of it, whatever the secret; any with its secret, at whatever address n8n had before; and
 * when nothing is remembered, its path under another address, unless another n8n has certainly registered that.
 */
export function isOwnAddress(address: string, { url, secret, registered, instanceId }: Owner): boolean {
	const itsSecret = secretOf(address);
	if (withoutQuery(address) === withoutQuery(url) || address === registered) return true;
	if (secret !== undefined && itsSecret === secret) return true;
	return registered === undefined && pathOf(address) === pathOf(url) && !isOfAnotherInstance(itsSecret ?? '', instanceId);
}

/** The end of a webhook's address has the webhook's own id in it: `webhook/<id>/amocrm`. What is before that changes with n8n's address. */
const pathOf = (address: string): string => withoutQuery(address).split('/').slice(-3).join('/');
