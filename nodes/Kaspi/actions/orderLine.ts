import { Unsettled } from '../api/commandConfirmation';
import type { KaspiEntry } from '../api/schema';

/** The line that a person means: by its id or by the seller's SKU. @throws Unsettled */
export function lineOf(entries: readonly KaspiEntry[], wanted: string, orderNumber: string): KaspiEntry {
	const text = wanted.trim();
	const found = entries.filter(({ id, sku }) => id === text || sku === text);
	const [line] = found;
	if (line !== undefined && found.length === 1) return line;
	const what = line === undefined ? 'has no line' : 'has several lines';
	throw new Unsettled(
		`Order ${orderNumber} ${what} ${text}`,
		`Use the ID of a line from Get Items. The order has: ${entries.map(({ sku, id }) => sku ?? id).join(', ')}.`,
	);
}
