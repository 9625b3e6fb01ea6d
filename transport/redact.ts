/**
 * Takes secrets and personal data out of texts and bodies before they reach a log, a message or an output.
 * What it cannot know: a name or a street in the middle of free text. So free text from people is never put into messages.
 */
const hidden = '***';

const textRules: readonly (readonly [RegExp, string])[] = [
	// `Authorization: Bearer …`, `Bearer …`
	[/\b(bearer|basic|oauth)\s+[\w.~+/=-]{6,}/gi, `$1 ${hidden}`],
	// JSON Web Tokens wherever they stand: amoCRM's tokens are such.
	[/\beyJ[\w-]{5,}\.[\w-]{5,}(\.[\w-]*)?/g, hidden],
	// `token=…`, `"access_token":"…"`, `X-Auth-Token: …`
	[
		/((?:access_|refresh_|auth[-_])?token|api[-_]?key|client_secret|secret|password|passwd|authorization|security[-_]?code)(["']?\s*[:=]\s*["']?)(?!\*\*\*)[^\s"'&,;}]{4,}/gi,
		`$1$2${hidden}`,
	],
	// Tokens without a name: base64 of 40 and more characters with its padding (kaspi.md §1 "Token look").
	[/(?<![\w+/])[\w+/]{38,}={1,2}/g, hidden],
	[/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, hidden],
	// Phones: `+7 (701) 000-00-00`, `87010000000`; nine-digit order numbers and epoch milliseconds stay readable.
	[/\+\d[\d\s()-]{8,}\d/g, hidden],
	[/(?<!\d)[78][\s(-]*[3-9]\d{2}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)/g, hidden],
];

export function redact(text: string): string {
	return textRules.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);
}

/** Keys whose values are secrets or people, as Kaspi, amoCRM and OAuth call them; compared without case, dashes and underscores. */
const privateKeys = new Set(
	[
		'authorization', 'token', 'accesstoken', 'refreshtoken', 'authtoken', 'xauthtoken', 'apikey', 'secret', 'clientsecret',
		'password', 'securitycode', 'xsecuritycode', 'cookie', 'setcookie',
		'phone', 'cellphone', 'phonenumber', 'mobile', 'email', 'firstname', 'lastname', 'middlename', 'patronymic', 'fullname',
		'customer', 'customername', 'customerid', 'recipient', 'streetname', 'streetnumber', 'building', 'apartment',
		'formattedaddress', 'address', 'latitude', 'longitude',
	],
);

/** Keys that mean a person only next to a person's other keys: `name` of a pipeline or a product stays. */
const isPerson = (record: Record<string, unknown>): boolean =>
	Object.keys(record).some((key) => ['firstname', 'lastname', 'cellphone', 'phone', 'email'].includes(plain(key)));

const plain = (key: string): string => key.toLowerCase().replace(/[-_\s]/g, '');

/** A copy of a JSON value without secrets and personal data; shape, keys and everything else are kept. */
export function redactBody(value: unknown, depth = 0): unknown {
	if (typeof value === 'string') return redact(value);
	if (typeof value !== 'object' || value === null) return value;
	// A body that deep is nobody's answer, and a cycle would never end.
	if (depth > 20) return hidden;
	if (Buffer.isBuffer(value)) return `${value.length} bytes`;
	if (Array.isArray(value)) return value.map((element) => redactBody(element, depth + 1));

	const record: Record<string, unknown> = { ...value };
	const hidesName = isPerson(record);
	return Object.fromEntries(
		Object.entries(record).map(([key, inner]) => {
			const name = plain(key);
			const isPrivate = privateKeys.has(name) || (name === 'name' && hidesName);
			return [key, isPrivate && inner !== null && inner !== '' ? hidden : redactBody(inner, depth + 1)];
		}),
	);
}
