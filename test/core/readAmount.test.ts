import * as fc from 'fast-check';
import { readAmount } from '../../core/input/readAmount';

const amountOf = (value: unknown) => {
	const reading = readAmount(value);
	return reading.kind === 'amount' ? reading.amount : reading.kind;
};

describe('an amount', () => {
	it.each([
		[1500.5, 1500.5],
		[0, 0],
		['0', 0],
		['0,00', 0],
		['1500', 1500],
		['1500.5', 1500.5],
		['1500,50', 1500.5],
		['1 500,50', 1500.5],
		['1\u00a0500,50', 1500.5],
		['1\u202f234\u202f567', 1_234_567],
		['1 234,56', 1234.56],
		['1 234.56', 1234.56],
		['1,500.50', 1500.5],
		['1.500,50', 1500.5],
		['1,234,567', 1_234_567],
		['1.234.567,89', 1_234_567.89],
		['1\'500.50', 1500.5],
		['15 490 ₸', 15_490],
		['15490₸', 15_490],
		['₸ 15 490', 15_490],
		['15 490 тг.', 15_490],
		['15 490,00 KZT', 15_490],
		['1 500,50 руб.', 1500.5],
		['1500р', 1500],
		['"1 500,50"', 1500.5],
		['\'1500', 1500],
		['-1 500,50', -1500.5],
		['−5', -5],
		['1500.500', 1500.5],
		['0,125', 0.125],
		['0.500', 0.5],
		['0,1234', 0.1234],
		['１５００', 1500],
		['1500\u200b', 1500],
		['007', 7],
	])('%p is %p', (written, amount) => expect(amountOf(written)).toBe(amount));

	it.each([undefined, null, '', ' ', '\u00a0', '\u200b', '""', '\' \''])('%p was not given, and is no zero', (written) => expect(amountOf(written)).toBe('empty'));

	it.each(['0x10', '0b1', '1e3', '1E3', 'Infinity', 'NaN', 'null', 'сто', 'бесплатно', '₸', 'тг', '-', '1 50', '12 34 567', '1,23,456.00', '1.500.50', '1,500,50', '1500-00', '10%', 'от 1500', '1500 тг 50', '1500/2', '1_000', '.5', '5.', '1..5', '99999999999999999999', Number.NaN, Number.POSITIVE_INFINITY, true, {}, [], [5]])(
		'%p is refused',
		(written) => expect(readAmount(written)).toEqual({ kind: 'refused', why: 'must be a number, e.g. 1500.50 or 1 500,50' }),
	);

	it.each(['1,234', '1.234', '999,000', '15.490 ₸'])('%p can be read in two ways and is refused', (written) => {
		expect(readAmount(written)).toEqual({ kind: 'refused', why: 'can be read in two ways: write the thousands with a space (1 234) or two digits of the fraction (1.23)' });
	});

	it('is the same in every way of writing it', () => {
		const written = fc.record({ cents: fc.integer({ min: 0, max: 9_999_999_999 }), group: fc.constantFrom('', ' ', '\u00a0', ',', '.'), after: fc.constantFrom('', ' ₸', ' тг', 'руб.', ' KZT'), negative: fc.boolean() });
		fc.assert(
			fc.property(written, ({ cents, group, after, negative }) => {
				const whole = String(Math.floor(cents / 100)).replace(/(?<=\d)(?=(?:\d{3})+$)/g, group);
				const text = `${negative ? '-' : ''}${whole}${group === ',' ? '.' : ','}${String(cents % 100).padStart(2, '0')}${after}`;
				expect(amountOf(text)).toBe((negative ? -1 : 1) * (cents / 100));
			}),
		);
	});

	it('is nothing else than what Number makes of plain digits', () => {
		fc.assert(fc.property(fc.string(), (text) => {
			const reading = readAmount(text);
			if (reading.kind === 'amount' && /^\d+(?:\.\d+)?$/.test(text)) expect(reading.amount).toBe(Number(text));
			if (reading.kind === 'amount') expect(Number.isFinite(reading.amount)).toBe(true);
		}));
	});
});
