/** Hosts that a token may be sent to: a slip of the keyboard must not hand it to a stranger. */
const servedBy = /^[a-z0-9-]+\.(amocrm\.ru|amocrm\.com|kommo\.com)$/;
const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * The base address of an account from what people type: `shop`, `shop.amocrm.ru`, `https://shop.kommo.com/leads/list/`.
 * A bare name is taken for one of amocrm.ru (amocrm.md §1). An address on this machine is for the sandbox.
 * Without a trailing slash. Throws when it is no account of amoCRM or Kommo.
 */
export function accountBaseUrl(typed: string): string {
	const [, scheme, host] = /^(https?:\/\/)?([^/?#]*)/i.exec(typed.trim()) ?? [];
	const name = (host ?? '').toLowerCase();
	if (loopback.test(name)) return `${(scheme ?? 'http://').toLowerCase()}${name}`;
	const full = name.includes('.') ? name : `${name}.amocrm.ru`;
	if (!servedBy.test(full) || full.startsWith('www.')) {
		throw new RangeError(
			`«${typed.trim()}» is no amoCRM account. Enter the address that you see in the browser, e.g. shop.amocrm.ru or shop.kommo.com`,
		);
	}
	return `https://${full}`;
}

/** The name that identities, links and the pace of an account are kept under. */
export const accountName = (baseUrl: string): string => new URL(baseUrl).host;

/**
 * The same reading of the address for places where n8n only takes an expression: a credential's test and its OAuth2 addresses.
 * It does not check the host; requests of the nodes go through `accountBaseUrl`.
 */
export const accountUrlExpression = (data: '$credentials' | '$self', path = ''): string =>
	`={{ ${data}["account"].trim().toLowerCase()` +
	`.replace(/^(?!https?:)(?=127\\.|localhost)/, "http://")` +
	`.replace(/^(?!https?:)/, "https://")` +
	`.replace(/^(https?:\\/\\/[^\\/?#]*).*$/, "$1")` +
	`.replace(/^(https?:\\/\\/[^.:]+)$/, "$1.amocrm.ru") }}${path}`;

/** Where a person allows the integration: one page for all accounts, Kommo has its own (amocrm.md §1). */
export const oauthPageExpression =
	'={{ /kommo\\.com|amocrm\\.com/i.test($self["account"]) ? "https://www.kommo.com/oauth" : "https://www.amocrm.ru/oauth" }}';
