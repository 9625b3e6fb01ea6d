/** What an address is good for, beside being one. */
export type EmailReading =
	| { kind: 'email'; /** Trimmed, lower case. */ email: string }
	| { kind: 'refused'; why: 'empty' | 'not_an_address' | 'placeholder' | 'relay' };

interface RefusedEmails {
	email: RegExp;
	why: 'placeholder' | 'relay';
	source: string;
}

/** Addresses that reach nobody in particular. Used as a key they would make one contact of many buyers. */
export const refusedEmails: readonly RefusedEmails[] = [
	{ email: /^(?:no|do-?not|not)[-_.]?reply(?:[-_.+].*)?@/, why: 'placeholder', source: 'automatic senders that take no answer' },
	{ email: /^(?:mailer-daemon|postmaster|abuse|hostmaster|nobody|null|undefined)@/, why: 'placeholder', source: 'RFC 2142 role mailboxes and what programs write for "none"' },
	{ email: /^(?:test\d*|tester|testtest|demo|sample|asdf?|qwe(?:rty)?|xxx+|aaa+|zzz+|111+|123\d*)@/, why: 'placeholder', source: 'typed to get past a required field' },
	{ email: /^(?:no|none|net|nет|нет|no-?mail|no-?e-?mail|without|bez)@/, why: 'placeholder', source: 'managers write "нет" into a required field' },
	{ email: /^(mail|e-?mail|test|gmail|yandex|inbox|list|bk|ya|no|net|\d+|([a-z])\2*)@\1\./, why: 'placeholder', source: 'mail@mail.ru, test@test.kz, 1@1.ru: the domain repeated' },
	{ email: /@(?:marketplace\.amazon|members\.ebay)\.[a-z.]+$/, why: 'relay', source: 'Amazon and eBay: forwarding addresses of buyers (developer.ebay.com "static email address")' },
	{ email: /@scs\.tiktokw\.us$/, why: 'relay', source: 'TikTok Shop: proxy addresses (help.retently.com article 12538313)' },
	{ email: /@privaterelay\.appleid\.com$/, why: 'relay', source: 'Apple "Hide My Email": one per service, not one per person' },
	{ email: /@(?:[a-z0-9-]+\.)*(?:ozon|kaspi|wildberries|wb|aliexpress|market\.yandex)\.(?:ru|kz|com)$/, why: 'relay', source: 'the marketplace itself: no buyer writes from there' },
];

/** Invisible marks that come along when an address is copied, full-width letters, no-break spaces. */
const plainText = (text: string): string => (/[^ -~]/.test(text) ? text.normalize('NFKC').replace(/\p{Cf}/gu, '') : text).trim();

/** Quotes, brackets and the full stop of a sentence around an address, an apostrophe of a table before it. */
const around = /^[\s"'`«»“”„‘’[{(,;:.]+|[\s"'`«»“”„‘’\]}),;:.]+$/g;

/** Reads one address as a key: trimmed, lower case, without quotes, `mailto:`, a name and angle brackets; placeholders and relays are refused. */
export function readEmailAddress(raw: string | null | undefined): EmailReading {
	const written = plainText(raw ?? '').toLowerCase();
	if (written === '') return { kind: 'refused', why: 'empty' };
	const inside = (/<([^<>]+)>[^@]*$/.exec(written)?.[1] ?? written).trim();
	const email = inside.replace(/^mailto:([^?]*).*$/s, '$1').replace(around, '');
	if (!/^[^\s@,;:<>()"«»“”„]+@[^\s@,;:<>()"«»“”„'`]+\.[^\s@,;:<>()."«»“”„'`]{2,}$/.test(email)) return { kind: 'refused', why: 'not_an_address' };
	const refused = refusedEmails.find((each) => each.email.test(email));
	return refused ? { kind: 'refused', why: refused.why } : { kind: 'email', email };
}

/** An address that can serve as a key: trimmed, lower case; `undefined` for anything that is no address of one person. */
export function readEmail(raw: string | null | undefined): string | undefined {
	const reading = readEmailAddress(raw);
	return reading.kind === 'email' ? reading.email : undefined;
}

/** Every address of a text field, which may hold several. */
export function emailsIn(text: string | null | undefined): string[] {
	const whole = readEmail(text);
	if (whole !== undefined) return [whole];
	return [...new Set(plainText(text ?? '').split(/[\s,;|/<>()"«»]+/).flatMap((part) => readEmail(part) ?? []))];
}

/** Mailboxes of a company: several people read them, so that a shared one says nothing about who wrote. */
const roleNames =
	/^(?:info|office|sales?|zakaz[iy]?|orders?|shop|admin|support|help|manager|contacts?|hello|mail|reception|hr|buh(?:galter)?|accounting|opt|zakup(?:ki)?|snab|sklad|1c|secretar|priem|director|market(?:ing)?|reklama|client|service|tender)\d*@/;
export const isRoleMailbox = (email: string): boolean => roleNames.test(email);

/** Domains of one provider that lead to one mailbox. Sources: Gmail Help 10313, yandex.com/support/domain "Mailbox aliases". */
const oneMailbox: Readonly<Record<string, string>> = {
	'googlemail.com': 'gmail.com',
	'ya.ru': 'yandex.ru',
	'yandex.com': 'yandex.ru',
	'yandex.by': 'yandex.ru',
	'yandex.kz': 'yandex.ru',
	'yandex.ua': 'yandex.ru',
};

/**
 * The mailbox behind an address (lower case), for comparing only and never for writing to: Gmail ignores dots and what follows
 * a plus ("Dots don't matter in Gmail addresses", Gmail Help 7436150), a Yandex mailbox has several domains.
 */
export function mailboxOf(email: string): string {
	const at = email.lastIndexOf('@');
	const local = email.slice(0, at);
	const domain = oneMailbox[email.slice(at + 1)] ?? email.slice(at + 1);
	return domain === 'gmail.com' ? `${(local.split('+')[0] ?? local).replaceAll('.', '') || local}@${domain}` : `${local}@${domain}`;
}

/** What people mistype, by what they meant. Some of these domains may exist, hence: reported only. */
const mistyped: Readonly<Record<string, string>> = {
	'gmail.com': 'gmial.com gmal.com gmil.com gmai.com gamil.com gmali.com gmaill.com gnail.com gmail.ru gmail.kz gmail.co gmail.con gmail.cm gmail.om gmail.cim gmail.vom gmail.comm gmail.coom gmai.ru gmeil.com gemail.com jmail.com gimail.com',
	'mail.ru': 'mail.ri mail.tu mail.u mail.r mail.rru mail.ruu mai.ru mal.ru mial.ru maill.ru meil.ru maul.ru',
	'yandex.ru': 'yandex.r yandex.ri yandex.tu yandex.u yadex.ru yandx.ru yanex.ru yndex.ru yandeks.ru yandec.ru yandex.rru jandex.ru yanedx.ru',
	'yandex.kz': 'yandex.k yandex.kx yadex.kz yandx.kz',
	'bk.ru': 'bk.ri bk.tu bk.r',
	'inbox.ru': 'inbox.ri imbox.ru inbx.ru inbox.tu',
	'list.ru': 'list.ri list.tu lst.ru',
	'rambler.ru': 'ramler.ru ramblr.ru rambler.ri ranbler.ru',
	'icloud.com': 'iclod.com icloud.co icloud.con icloud.ru iclowd.com icoud.com iclud.com aicloud.com',
	'hotmail.com': 'hotmial.com hotmal.com hotmai.com hotmail.co hotmail.con hotmil.com',
	'outlook.com': 'outlok.com outlook.co outlook.con outloo.com oulook.com',
	'yahoo.com': 'yaho.com yahooo.com yahoo.co yahoo.con yhoo.com',
};
const meant = new Map(Object.entries(mistyped).flatMap(([domain, typos]) => typos.split(' ').map((typo) => [typo, domain] as const)));

/** The domain that was probably meant, for a person to look at. Never corrected by itself: the address may be right. */
export function suspectDomain(raw: string): { written: string; meant: string } | undefined {
	const written = raw.trim().toLowerCase().split('@').at(-1) ?? '';
	const domain = meant.get(written);
	return domain === undefined ? undefined : { written, meant: domain };
}
