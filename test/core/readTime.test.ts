import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { readTime } from '../../core/input/readTime';

const zone = 'Asia/Almaty';
const moment = (value: unknown, where = zone) => {
	const reading = readTime(value, { zone: where, kind: 'moment' });
	return reading.kind === 'moment' ? new Date(reading.ms).toISOString() : reading.kind;
};
const day = (value: unknown, where = zone) => {
	const reading = readTime(value, { zone: where, kind: 'day' });
	return reading.kind === 'day' ? reading.day : reading.kind;
};

describe('a moment', () => {
	const tenInAlmaty = '2027-06-05T05:00:00.000Z';

	it.each([
		['2027-06-05T10:00:00'],
		['2027-06-05T10:00'],
		['2027-06-05 10:00:00'],
		[' 2027-06-05\u00a010:00 '],
		['2027-06-05T10:00:00.000+05:00'],
		['2027-06-05T10:00:00+0500'],
		['2027-06-05 10:00:00 +05'],
		['2027-06-05T05:00:00Z'],
		['2027-06-05T05:00:00.000000Z'],
		['2027-06-05T01:00:00-04:00'],
		['05.06.2027 10:00'],
		['5.6.2027 10:00:00'],
		['05/06/2027 10:00'],
		['05-06-2027, 10:00'],
		['05.06.2027 г. 10:00'],
		['2027/06/05 10:00'],
		['Sat Jun 05 2027 10:00:00 GMT+0500 (Almaty Standard Time)'],
		['Sat, 05 Jun 2027 05:00:00 GMT'],
		[1_812_171_600],
		[1_812_171_600_000],
		['1812171600'],
		['1812171600000'],
		['1812171600.0'],
		[new Date(1_812_171_600_000)],
		[DateTime.fromISO('2027-06-05T08:00:00', { zone: 'Europe/Moscow' })],
		// What n8n's own Luxon gives: no instance of ours.
		[{ toISO: () => '2027-06-05T10:00:00.000+05:00', toMillis: () => 1_812_171_600_000 }],
	])('%s is ten in Almaty', (value) => expect(moment(value)).toBe(tenInAlmaty));

	it('without a zone is meant in the one that is given, never in the server\'s', () => {
		expect(moment('2027-06-05T10:00:00', 'Europe/Moscow')).toBe('2027-06-05T07:00:00.000Z');
		expect(moment('2027-06-05T10:00:00', 'America/New_York')).toBe('2027-06-05T14:00:00.000Z');
		expect(moment('05.06.2027', 'Europe/Moscow')).toBe('2027-06-04T21:00:00.000Z');
		expect(moment('2027-06-05', 'America/New_York')).toBe('2027-06-05T04:00:00.000Z');
	});

	it.each([
		'5', 5, 0, '0', 1, -1, 86_400, 99_999_999, '2027', '20270605', '2027-06', '05.06.27', '05.06', '6/5/2027, 10:00:00 AM', '06/25/2027', '31.02.2027', '2027-02-30', '2027-13-01',
		'05.06.2027 25:00', '05.06.2027 10:61', '10:00', 'завтра', 'tomorrow', 'null', 'undefined', 'Invalid Date', 'Invalid DateTime', '[object Object]', Number.NaN, Number.POSITIVE_INFINITY, 1e17,
		new Date(Number.NaN), DateTime.invalid('x'), true, {}, [], ['2027-06-05'], '05.06/2027', '1e9', '0x60000000',
	])('%p is refused with an example', (value) => {
		expect(readTime(value, { zone, kind: 'moment' })).toEqual({ kind: 'refused', why: 'must be a date and time, e.g. 2027-06-05T10:00, 05.06.2027 10:00 or unix seconds' });
	});

	it.each([undefined, null, '', ' ', '\u00a0\u200b'])('%p is not given', (value) => expect(moment(value)).toBe('empty'));

	it('is the same in every way of writing it', () => {
		const zones = fc.constantFrom('Asia/Almaty', 'Europe/Moscow', 'America/New_York', 'UTC', 'Asia/Kamchatka');
		fc.assert(
			fc.property(fc.integer({ min: 100_000_000, max: 4_000_000_000 }), zones, (seconds, where) => {
				const time = DateTime.fromSeconds(seconds, { zone: where });
				// The hour that a clock shows twice in autumn has no single reading.
				fc.pre(time.getPossibleOffsets().length === 1);
				const all = [seconds, seconds * 1000, time.toISO(), time.toUTC().toISO(), time.toJSDate(), time, time.toFormat("yyyy-MM-dd'T'HH:mm:ss"), time.toFormat('dd.MM.yyyy HH:mm:ss'), time.toRFC2822(), time.toHTTP(), time.toJSDate().toString()];
				expect(new Set(all.map((each) => moment(each, where)))).toEqual(new Set([new Date(seconds * 1000).toISOString()]));
			}),
		);
	});
});

describe('a day', () => {
	it.each([
		['2027-06-05', '2027-06-05'],
		['05.06.2027', '2027-06-05'],
		['5/6/2027', '2027-06-05'],
		['12.05.1965', '1965-05-12'],
		['1965-05-12T00:00:00', '1965-05-12'],
		['1965-05-12T00:00:00.000Z', '1965-05-12'],
		['1965-05-11T19:00:00-06:00', '1965-05-11'],
		['2027-06-05T23:30:00', '2027-06-05'],
		['2027-06-05T00:30:00+05:00', '2027-06-05'],
		// Half past midnight in Almaty.
		['2027-06-04T19:30:00Z', '2027-06-05'],
		[new Date('1965-05-12'), '1965-05-12'],
		[Date.parse('2027-06-04T19:30:00Z'), '2027-06-05'],
		[Date.parse('1965-05-12') / 1000, '1965-05-12'],
		[Date.parse('1965-05-12'), '1965-05-12'],
		[DateTime.fromISO('1965-05-12', { zone: 'Europe/Moscow' }), '1965-05-12'],
	])('%p is %s', (value, expected) => expect(day(value)).toBe(expected));

	it('stays the same in every zone and in every year', () => {
		const zones = fc.constantFrom('Asia/Almaty', 'Europe/Moscow', 'America/New_York', 'UTC', 'Asia/Kamchatka', 'Pacific/Honolulu');
		fc.assert(
			fc.property(fc.integer({ min: -40_000, max: 40_000 }), zones, (number, where) => {
				const date = new Date(number * 86_400_000);
				const iso = date.toISOString().slice(0, 10);
				const [year, month, mday] = iso.split('-');
				const all = [iso, `${mday}.${month}.${year}`, `${iso}T00:00:00`, date, date.toISOString(), DateTime.fromISO(iso, { zone: where })];
				expect(new Set(all.map((each) => day(each, where)))).toEqual(new Set([iso]));
			}),
		);
	});

	it.each(['5', 0, 5, 86_400, '05.06.27', '30.02.1990', 'вчера'])('%p is refused with an example', (value) =>
		expect(readTime(value, { zone, kind: 'day' })).toEqual({ kind: 'refused', why: 'must be a date, e.g. 2027-06-05 or 05.06.2027' }),
	);
});
