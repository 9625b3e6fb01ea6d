import type { AuditedContact, ConflictReason, DuplicateGroup, DuplicateReport, KeepReason, KeyKind, SharedKey } from './types';
import { groupCode } from './groupCode';
import type { NameVerdict } from '../contact/personName';

export interface ReportOptions {
	/** Where a contact opens, with `{id}` for its id, e.g. `https://example.amocrm.ru/contacts/detail/{id}`. Only http and https become links. */
	contactUrl?: string;
	/** Whose contacts: shown in the heading. */
	account: string;
	/** Epoch ms. */
	createdAt: number;
	/** IANA, e.g. Asia/Almaty. */
	timezone: string;
	/** Where groups are approved, e.g. the address of an n8n form. Only http and https become a link. */
	approveUrl?: string;
	/** Kinds of groups that are shown; absent: all. */
	shown?: readonly DuplicateGroup['certainty'][];
	/** Groups of each kind that are shown; the numbers on top are always of all. Default 500. */
	mostGroups?: number;
}

/** The options with what all rows share. */
interface Page extends ReportOptions {
	day: Intl.DateTimeFormat;
}

/** Contacts that are shown of one group: a switchboard may have thousands. */
const mostContacts = 30;
const mostKeys = 6;

const sections: readonly { certainty: DuplicateGroup['certainty']; title: string; hint: string }[] = [
	{ certainty: 'certain', title: 'Точно один человек', hint: 'Совпадают телефон или почта и имя, или сразу два признака. Можно объединять: впишите код группы в форму, первый номер в нём — карточка, которая останется.' },
	{ certainty: 'likely', title: 'Скорее всего один человек', hint: 'Телефон или почта совпадают, но имя записано короче или иначе. Взгляните перед объединением.' },
	{ certainty: 'conflict', title: 'Решает человек', hint: 'Общий телефон или почта, но люди, возможно, разные: семья, офис, смена фамилии. К объединению не предлагаются.' },
];
const keyNames: Readonly<Record<KeyKind, string>> = { phone: 'Общий телефон', email: 'Общая почта', customer: 'Один покупатель на маркетплейсе' };
const nameNotes: Readonly<Record<NameVerdict, string>> = {
	same: 'имя и фамилия совпадают',
	shorter: 'имя в одной из карточек записано короче',
	spelling: 'имя записано по-разному: опечатка, транслит или краткая форма',
	other_surname: 'фамилии разные, но совпали два признака: похоже, фамилия сменилась',
	different: 'имена разные',
	unclear: 'в одной из карточек имени нет, на человека указывает почта с его именем, инициал или второй общий номер',
};
const keepNotes: Readonly<Record<KeepReason, string>> = {
	open_deals: 'больше открытых сделок',
	deals: 'больше сделок',
	completeness: 'карточка заполнена полнее',
	age: 'создан раньше',
	id: 'карточки равноценны, выбран первый номер',
};
const conflictNotes: Readonly<Record<ConflictReason, string>> = {
	different_people: 'разные имена: похоже на семью или коллег',
	other_surname: 'то же имя, другая фамилия: смена фамилии или тёзка',
	unclear_name: 'в одной из карточек нет имени, есть только фамилия или инициалы',
	shared_line: 'этим номером или почтой пользуются пять и более человек',
	shared_by_nature: 'общий номер или почта, а имя неполное: это может быть любой из них',
	ambiguous: 'карточка подходит сразу нескольким людям или записи имени спорят друг с другом',
	customer_only: 'совпал только покупатель маркетплейса, общего телефона или почты нет',
};

/**
 * A page that a manager reads, prints or gets by mail: one self-contained HTML text in Russian, no scripts, nothing loaded from anywhere.
 * Names and phones stand in it in full, since they are what is decided by; the page says so.
 */
export function duplicatesReportHtml(report: DuplicateReport, options: ReportOptions): string {
	const { account, createdAt, timezone, mostGroups = 500 } = options;
	// One for all rows: each weighs a quarter of a megabyte outside of the heap.
	const page: Page = { ...options, day: new Intl.DateTimeFormat('ru-RU', { dateStyle: 'short', timeZone: timezone }) };
	const when = new Intl.DateTimeFormat('ru-RU', { dateStyle: 'long', timeStyle: 'short', timeZone: timezone }).format(createdAt);
	const of = (certainty: DuplicateGroup['certainty']): DuplicateGroup[] => report.groups.filter((group) => group.certainty === certainty);
	const tiles: [number, string][] = [
		[report.contacts, 'контактов прочитано'],
		[report.surplus, 'лишних карточек'],
		[of('certain').length, 'точных групп'],
		[of('likely').length, 'вероятных групп'],
		[of('conflict').length, 'решает человек'],
		[report.withoutKeys, 'без телефона и почты'],
	];
	return `<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>Дубли контактов: ${escaped(account)}</title><style>${style}</style></head><body><main>
<header><h1>Дубли контактов</h1><p>${escaped(account)} · ${escaped(when)}</p></header>
<p class="private"><b>Персональные данные.</b> На странице имена, телефоны и почта покупателей. Не пересылайте её тем, кому они не нужны для работы, и удалите после разбора.</p>
${approveHtml(report, options)}
<section class="tiles">${tiles.map(([number, text]) => `<div><b>${number.toLocaleString('ru-RU')}</b><span>${text}</span></div>`).join('')}</section>
${sections.filter(({ certainty }) => options.shown?.includes(certainty) ?? true).map(({ certainty, title, hint }) => sectionHtml(title, hint, certainty, of(certainty), mostGroups, page)).join('\n')}
${suspectsHtml(report, options)}
</main></body></html>`;
}

function approveHtml({ groups, surplus }: DuplicateReport, { approveUrl }: ReportOptions): string {
	if (groups.length === 0) return '<p class="fine">Дублей не найдено: у каждого телефона и каждой почты один владелец.</p>';
	if (surplus === 0 || !isWebAddress(approveUrl)) return '';
	return `<p class="fine">Чтобы объединить группы, впишите их коды в <a href="${escaped(approveUrl)}" rel="noreferrer">форму</a>. Без этого ничего не меняется.</p>`;
}

function sectionHtml(title: string, hint: string, kind: string, groups: readonly DuplicateGroup[], most: number, options: Page): string {
	if (!groups.length) return '';
	const rest = groups.length - most;
	return `<section><h2>${title} <i>${groups.length.toLocaleString('ru-RU')}</i></h2><p class="hint">${hint}</p>
${codesHtml(groups.slice(0, most))}
${groups.slice(0, most).map((group) => groupHtml(group, kind, options)).join('\n')}
${rest > 0 ? `<p class="hint">И ещё групп: ${rest.toLocaleString('ru-RU')}. Полный список — в данных узла.</p>` : ''}</section>`;
}

/** All codes of a section in one piece, to be copied at once. */
function codesHtml(groups: readonly DuplicateGroup[]): string {
	const codes = groups.flatMap((group) => (group.certainty === 'conflict' ? [] : [groupCode(group)]));
	return codes.length < 2 ? '' : `<details><summary>Коды всех групп раздела (${codes.length})</summary><pre>${codes.map(escaped).join('\n')}</pre></details>`;
}

function groupHtml(group: DuplicateGroup, kind: string, options: Page): string {
	const keepId = group.certainty === 'conflict' ? undefined : group.keep.id;
	const notes =
		group.certainty === 'conflict'
			? group.why.map((why) => conflictNotes[why])
			: [...group.names.map((verdict) => nameNotes[verdict]), `оставить ${link(group.keep.id, `№ ${group.keep.id}`, options)}: ${keepNotes[group.keep.why]}`];
	const rest = group.contacts.length - mostContacts;
	return `<article class="${kind}"><div class="why">${group.keys.slice(0, mostKeys).map((key) => keyHtml(key, options)).join('')}${group.keys.length > mostKeys ? `<p>и ещё общих телефонов и адресов: ${group.keys.length - mostKeys}</p>` : ''}<p>${notes.join('; ')}.</p>${group.certainty === 'conflict' ? '' : `<p>Код группы: <code>${escaped(groupCode(group))}</code></p>`}</div>
<table><thead><tr><th>Контакт</th><th>Телефон</th><th>Почта</th><th class="n">Сделок</th><th class="n">Открыто</th><th>Создан</th></tr></thead><tbody>
${group.contacts.slice(0, mostContacts).map((contact) => rowHtml(contact, contact.id === keepId, options)).join('\n')}
</tbody></table>${rest > 0 ? `<p class="hint">И ещё контактов: ${rest.toLocaleString('ru-RU')}.</p>` : ''}</article>`;
}

function keyHtml({ kind, value, writtenAs }: SharedKey, options: ReportOptions): string {
	if (kind === 'customer') return `<p><b>${keyNames[kind]}</b></p>`;
	const forms = new Map<string, string[]>();
	for (const { id, text } of writtenAs) forms.set(text.trim(), [...(forms.get(text.trim()) ?? []), id]);
	const written = [...forms].slice(0, 6).map(([text, ids]) => `«${escaped(text)}» (${ids.slice(0, 3).map((id) => link(id, `№\u00a0${id}`, options)).join(', ')}${ids.length > 3 ? '…' : ''})`);
	return `<p><b>${keyNames[kind]} ${escaped(value)}</b> — в карточках: ${written.join(', ')}${forms.size > 6 ? '…' : ''}</p>`;
}

function rowHtml(contact: AuditedContact, isKept: boolean, options: Page): string {
	const created = contact.createdAt > 0 ? options.day.format(contact.createdAt) : '–';
	return `<tr${isKept ? ' class="keep"' : ''}><td>${link(contact.id, contact.name.trim() || 'Без имени', options)}${isKept ? ' <mark>оставить</mark>' : ''}<small>№ ${escaped(contact.id)}</small></td>
<td>${lines(contact.phones)}</td><td>${lines(contact.emails)}</td><td class="n">${contact.deals ?? '–'}</td><td class="n">${contact.openDeals ?? '–'}</td><td>${created}</td></tr>`;
}

function suspectsHtml({ suspects }: DuplicateReport, options: ReportOptions): string {
	if (!suspects.length) return '';
	const rows = suspects.slice(0, 200).map(({ contactId, written, meant }) => `<tr><td>${link(contactId, `№ ${contactId}`, options)}</td><td>${escaped(written)}</td><td>${escaped(meant)}</td></tr>`);
	return `<section><h2>Похоже на опечатку в почте <i>${suspects.length.toLocaleString('ru-RU')}</i></h2><p class="hint">Ничего не исправлено: уточните у покупателя.</p>
<table><thead><tr><th>Контакт</th><th>Записано</th><th>Возможно, имелось в виду</th></tr></thead><tbody>${rows.join('')}</tbody></table></section>`;
}

const lines = (values: readonly string[]): string => values.map(escaped).join('<br>') || '–';

function link(id: string, text: string, { contactUrl }: ReportOptions): string {
	if (!isWebAddress(contactUrl)) return escaped(text);
	return `<a href="${escaped(contactUrl.replaceAll('{id}', encodeURIComponent(id)))}" rel="noreferrer">${escaped(text)}</a>`;
}

const isWebAddress = (url: string | undefined): url is string => url !== undefined && /^https?:\/\//i.test(url);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

const style = `
:root{--ink:#1d2330;--soft:#667085;--line:#e4e7ec;--paper:#fff;--ground:#f5f6f8;--certain:#13795b;--likely:#b25e09;--conflict:#b42318}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1060px;margin:0 auto;padding:32px 20px 64px}h1{font-size:28px;margin:0}header p{margin:4px 0 20px;color:var(--soft)}
h2{font-size:20px;margin:36px 0 2px}h2 i{font-style:normal;font-weight:500;color:var(--soft);font-size:16px}.hint{color:var(--soft);margin:2px 0 12px}
.private{background:#fff8e6;border:1px solid #f3dfa3;border-radius:10px;padding:10px 14px;margin:0 0 18px}
.fine{background:#eef7f2;border:1px solid #cfe8db;border-radius:10px;padding:10px 14px;margin:0 0 18px}code{user-select:all;background:#eef1f6;border-radius:6px;padding:1px 7px}
details{margin:0 0 12px}summary{cursor:pointer;color:#175cd3}pre{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:10px 14px;max-height:260px;overflow:auto;user-select:all}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:10px}.tiles div{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.tiles b{display:block;font-size:26px;line-height:1.2;font-variant-numeric:tabular-nums}.tiles span{color:var(--soft);font-size:13px}
article{background:var(--paper);border:1px solid var(--line);border-left:4px solid var(--kind);border-radius:10px;padding:12px 16px;margin:0 0 12px;break-inside:avoid}
.certain{--kind:var(--certain)}.likely{--kind:var(--likely)}.conflict{--kind:var(--conflict)}.why p{margin:0 0 4px;overflow-wrap:anywhere}.why p:last-child{color:var(--soft)}
article{overflow-x:auto}article table{table-layout:fixed;min-width:640px}article th:nth-child(1){width:28%}article th:nth-child(2){width:22%}article th:nth-child(3){width:22%}td:last-child,a{white-space:nowrap}td a{white-space:normal}
table{width:100%;border-collapse:collapse;margin-top:8px;font-size:14px;background:var(--paper)}th{text-align:left;font-weight:500;color:var(--soft);font-size:12px}
th,td{padding:6px 10px 6px 0;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}thead th{border-top:0}.n{text-align:right;font-variant-numeric:tabular-nums;padding-right:18px}
td small{display:block;color:var(--soft);font-size:12px}a{color:#175cd3;text-decoration:none}a:hover{text-decoration:underline}.keep td{background:#f2faf6}mark{background:#d5f0e3;color:var(--certain);border-radius:6px;padding:1px 7px;font-size:12px}
@media print{article table{min-width:0}body{background:#fff;font-size:11px}main{max-width:none;padding:0}article,.tiles div{border-color:#bbb}a{color:inherit}h2{break-after:avoid}.keep td,mark,.private{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
