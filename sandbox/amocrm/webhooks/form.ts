/** What a webhook body is made of before it is written as a form. */
export type FormPart = string | number | boolean | null | undefined | FormPart[] | { [key: string]: FormPart };

/** application/x-www-form-urlencoded with bracketed keys, as PHP's http_build_query writes it: all strings, nulls left out. */
export function encodeForm(body: { [key: string]: FormPart }): string {
	const pairs: string[] = [];
	for (const [key, part] of Object.entries(body)) write(pairs, key, part);
	return pairs.join('&');
}

function write(pairs: string[], key: string, part: FormPart): void {
	if (part === null || part === undefined) return;
	if (typeof part === 'object') {
		for (const [name, inner] of Object.entries(part)) write(pairs, `${key}[${name}]`, inner);
		return;
	}
	const text = typeof part === 'boolean' ? String(Number(part)) : String(part);
	pairs.push(`${encode(key)}=${encode(text)}`);
}

function encode(text: string): string {
	return encodeURIComponent(text).replace(/%20/g, '+');
}
