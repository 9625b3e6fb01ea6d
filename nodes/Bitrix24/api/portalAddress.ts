/** A portal, and what opens it. */
export interface Portal {
	/** `https://shop.bitrix24.kz`: for texts, links and as the account's name. */
	origin: string;
	/** Where methods are called, with a trailing slash. Of an inbound webhook it holds the code: a secret. */
	restUrl: string;
	/** Texts that must never be seen outside. */
	secrets: readonly string[];
}

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])$/;
/** `/rest/{user}/{code}/`, perhaps with a method that was copied along (bitrix24.md §1). */
const webhookPath = /^(.*\/rest)\/(\d+)\/([A-Za-z0-9_-]{6,})(?:\/.*)?$/;

/**
 * Reads the address of an inbound webhook as people copy it from Bitrix24, with or without a method at its end.
 * Never repeats what was typed: it may hold the code.
 * @throws RangeError when it is none
 */
export function readWebhookUrl(typed: string): Portal {
	const url = safeUrl(typed);
	const [, root, user, code] = webhookPath.exec(url.pathname) ?? [];
	if (root === undefined || user === undefined || code === undefined) {
		throw new RangeError('The address has no /rest/{user}/{code}/ in it');
	}
	return { origin: url.origin, restUrl: `${url.origin}${root}/${user}/${code}/`, secrets: [code] };
}

/**
 * Reads the address of a portal: `shop.bitrix24.kz`, `https://crm.example.kz/crm/deal/`.
 * @throws RangeError when it is none
 */
export function readPortalUrl(typed: string): Portal {
	const text = typed.trim();
	const { origin } = safeUrl(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
	return { origin, restUrl: `${origin}/rest/`, secrets: [] };
}

/** The token server names the address to call (bitrix24.md §1 `client_endpoint`); the portal's own one counts when it names none. */
export function withEndpoint(portal: Portal, endpoint: unknown): Portal {
	if (typeof endpoint !== 'string' || endpoint === '') return portal;
	const { origin, pathname } = safeUrl(endpoint);
	return { ...portal, restUrl: `${origin}${pathname.replace(/\/*$/, '/')}` };
}

/** The name that identities, links and the pace of a portal are kept under. */
export const portalName = ({ origin }: Portal): string => new URL(origin).host;

/** A secret travels with every call: over TLS, or within this machine (the sandbox). */
function safeUrl(typed: string): URL {
	if (!URL.canParse(typed.trim())) throw new RangeError('The address is no URL');
	const url = new URL(typed.trim());
	const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
	if (!isSafe) throw new RangeError('The address does not begin with https://');
	if (url.username !== '' || url.password !== '') throw new RangeError('The address holds a user name');
	return url;
}
