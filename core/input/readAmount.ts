export type AmountReading = { kind: 'empty' } | { kind: 'amount'; amount: number } | { kind: 'refused'; /** What it must be, with an example; the value itself does not appear. */ why: string };

/** The words that stand around an amount; which currency they name is said elsewhere. */
const currency = /^(?:₸|₽|\$|€|kzt|тг|тнг|тенге|rub|rur|руб|рублей|рубля|рубль|р|usd|eur)\.?(?=[\s\d-]|$)|(?<=[\d\s.,])(?:₸|₽|\$|€|kzt|тг|тнг|тенге|rub|rur|руб|рублей|рубля|рубль|р|usd|eur)\.?$/giu;

/** Groups of three divided by one kind of mark, and a fraction after the other kind. */
const spaced = /^\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?$/;
const grouped = /^\d{1,3}(?:(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+|(?:,\d{3}){2,}|(?:\.\d{3}){2,})$/;
const plain = /^\d+(?:[.,]\d+)?$/;
/** `1,234`: one thousand two hundred, or one and a bit? A zero or more than three digits before the mark make it a fraction. */
const ambiguous = /^[1-9]\d{0,2}[.,]\d{3}$/;

const must = 'must be a number, e.g. 1500.50 or 1 500,50';
const unclear = 'can be read in two ways: write the thousands with a space (1 234) or two digits of the fraction (1.23)';

/**
 * Reads an amount of money, or a count, as tables, forms and expressions write it: `1 500,50`, `1,500.50`, `1.500,50`, `15 490 ₸`, `12 тг.`.
 * A blank is an amount that was not given, never zero. What is not written in digits (`0x10`, `1e3`) or may be read in two ways (`1,234`) is refused.
 */
export function readAmount(value: unknown): AmountReading {
	if (value === undefined || value === null) return { kind: 'empty' };
	if (typeof value === 'number') return Number.isFinite(value) ? { kind: 'amount', amount: value } : { kind: 'refused', why: must };
	if (typeof value !== 'string') return { kind: 'refused', why: must };
	const text = value.normalize('NFKC').replace(/\p{Cf}/gu, '').replace(/\s+/g, ' ').replace(/^[\s"'«]+|[\s"'»]+$/g, '');
	if (text === '') return { kind: 'empty' };
	const sign = /^[-−–]/.test(text) ? -1 : 1;
	const digits = text.replace(/^[-−–+] ?/, '').replace(currency, '').trim();
	if (ambiguous.test(digits)) return { kind: 'refused', why: unclear };
	if (!plain.test(digits) && !spaced.test(digits) && !grouped.test(digits)) return { kind: 'refused', why: must };
	const amount = sign * Number(withPoint(digits));
	return Math.abs(amount) <= Number.MAX_SAFE_INTEGER ? { kind: 'amount', amount } : { kind: 'refused', why: must };
}

/** Without marks between the thousands, with a point before the fraction. */
function withPoint(digits: string): string {
	const close = digits.replace(/[ '’]/g, '');
	const marks = close.match(/[.,]/g) ?? [];
	const last = marks.at(-1) ?? '';
	// Two of a kind only divide thousands.
	const isFraction = marks.filter((mark) => mark === last).length === 1;
	const at = isFraction && last !== '' ? close.lastIndexOf(last) : close.length;
	return `${close.slice(0, at).replace(/[.,]/g, '')}.${close.slice(at + 1)}0`;
}
