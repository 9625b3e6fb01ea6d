import { DateTime } from 'luxon';

/** A point in time, or a day of the calendar, which has no time zone: a birthday stays the same wherever it is read. */
export type TimeKind = 'moment' | 'day';

export type TimeReading =
	| { kind: 'empty' }
	| { kind: 'moment'; /** Epoch ms. */ ms: number }
	| { kind: 'day'; /** `YYYY-MM-DD` */ day: string }
	| { kind: 'refused'; /** What it must be, with an example; the value itself does not appear. */ why: string };

export interface HowToRead {
	/** IANA name: what a time without a zone of its own is meant in. */
	zone: string;
	kind: TimeKind;
}

const examples: Readonly<Record<TimeKind, string>> = {
	moment: 'must be a date and time, e.g. 2027-06-05T10:00, 05.06.2027 10:00 or unix seconds',
	day: 'must be a date, e.g. 2027-06-05 or 05.06.2027',
};

/**
 * Reads a time as date pickers, tables, expressions and services write it: ISO 8601 with or without a zone, `05.06.2027 10:00` and
 * `5/6/2027` (day first), unix seconds or milliseconds, a JS Date, a Luxon DateTime of any copy of Luxon, the texts of `Date` and of HTTP.
 * What could be read in two ways (`"5"`, `05.06.27`, `6/5/2027, 10:00 AM`) is refused. A day without a time is its first moment.
 */
export function readTime(value: unknown, { zone, kind }: HowToRead): TimeReading {
	const plain = typeof value === 'string' ? value.normalize('NFKC').replace(/\p{Cf}/gu, '').replace(/\s+/g, ' ').trim() : value;
	if (plain === undefined || plain === null || plain === '') return { kind: 'empty' };
	const time = timeOf(plain, zone, kind);
	if (time?.isValid !== true) return { kind: 'refused', why: examples[kind] };
	return kind === 'moment' ? { kind, ms: time.toMillis() } : { kind, day: time.toFormat('yyyy-MM-dd') };
}

/** For days the result stands in the zone whose calendar counts. */
function timeOf(value: unknown, zone: string, kind: TimeKind): DateTime | undefined {
	if (value instanceof Date) return fromInstant(value.getTime(), zone, kind);
	if (typeof value === 'number') return fromNumber(value, zone, kind);
	if (typeof value === 'string') return /^-?\d+(?:\.0+)?$/.test(value) ? fromNumber(Number(value), zone, kind) : fromText(value, zone, kind);
	if (typeof value !== 'object' || value === null || !('toISO' in value) || typeof value.toISO !== 'function') return undefined;
	// n8n's expressions give a DateTime of n8n's own Luxon, which is no instance of ours. It knows its zone and so its day.
	const iso: unknown = value.toISO();
	return typeof iso === 'string' ? DateTime.fromISO(iso, { setZone: true }) : undefined;
}

/** Midnight in UTC is how databases and `new Date('1990-05-12')` write a day; any other instant lies in a day of the zone. */
function fromInstant(ms: number, zone: string, kind: TimeKind): DateTime {
	const isDayInUtc = kind === 'day' && ms % 86_400_000 === 0;
	return DateTime.fromMillis(ms, { zone: isDayInUtc ? 'utc' : zone });
}

const oldestSecondsOfBirth = -3_200_000_000;

/**
 * Seconds from 1973 on (1e8) are told from milliseconds from 1973 on (1e11). Smaller numbers are no times but counts, ids and empty cells;
 * only a calendar's day may lie before, in CRMs as seconds below zero.
 */
function fromNumber(number: number, zone: string, kind: TimeKind): DateTime | undefined {
	if (!Number.isFinite(number)) return undefined;
	if (number >= 1e8) return number < 1e14 ? fromInstant(number < 1e11 ? number * 1000 : number, zone, kind) : undefined;
	if (kind === 'moment' || number > -86_400) return undefined;
	return number >= -1e13 ? fromInstant(number >= oldestSecondsOfBirth ? number * 1000 : number, zone, kind) : undefined;
}

const clock = String.raw`(?:(?:T| |, ?)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?`;
const offset = String.raw` ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?`;
const yearFirst = new RegExp(String.raw`^(\d{4})([-./])(\d{1,2})\2(\d{1,2})${clock}${offset}$`, 'i');
const dayFirst = new RegExp(String.raw`^(\d{1,2})([-./])(\d{1,2})\2(\d{4})(?: ?г\.?)?${clock}${offset}$`, 'i');
/** `String(new Date())`, which an expression inside of a text gives. */
const ofDate = /^[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})(?: \(.*\))?$/;

function fromText(text: string, zone: string, kind: TimeKind): DateTime | undefined {
	const [, year, , month, day, ...rest] = yearFirst.exec(text) ?? swapped(dayFirst.exec(text)) ?? [];
	if (year !== undefined) return fromParts([year, month, day], rest, zone, kind);
	const [, local, shift] = ofDate.exec(text) ?? [];
	if (local !== undefined) return DateTime.fromFormat(`${local} ${shift ?? ''}`, 'MMM dd yyyy HH:mm:ss ZZZ', { locale: 'en', zone });
	const spoken = DateTime.fromRFC2822(text, { zone });
	return spoken.isValid ? spoken : undefined;
}

const swapped = (found: RegExpExecArray | null): (string | undefined)[] | undefined => {
	if (found === null) return undefined;
	const [all, day, mark, month, year, ...rest] = found;
	return [all, year, mark, month, day, ...rest];
};

function fromParts([year, month, day]: (string | undefined)[], [hour, minute, second, fraction, shift]: (string | undefined)[], zone: string, kind: TimeKind): DateTime {
	const parts = {
		year: Number(year), month: Number(month), day: Number(day),
		hour: Number(hour ?? 0), minute: Number(minute ?? 0), second: Number(second ?? 0), millisecond: Math.floor(Number(`0.${fraction ?? 0}`) * 1000),
	};
	if (shift === undefined || hour === undefined) return DateTime.fromObject(parts, { zone });
	const isUtc = /^[a-z]/i.test(shift) || /^[+-]00:?(?:00)?$/.test(shift);
	const written = DateTime.fromObject(parts, { zone: isUtc ? 'utc' : `UTC${shift.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}` });
	// A day that was written with its own zone is meant as written; in UTC programs write moments, except for midnight.
	return isUtc ? fromInstant(written.toMillis(), zone, kind) : written;
}
