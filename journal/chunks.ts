/** Pieces of a list: SQLite takes 32,766 parameters in a statement, and one prepared text per length is kept. */
export function chunks<T>(list: readonly T[], size = 250): T[][] {
	const pieces: T[][] = [];
	for (let start = 0; start < list.length; start += size) pieces.push(list.slice(start, start + size));
	return pieces;
}
