import type { Item } from './operation';
import { limitValue, yesNo } from './parameterValues';

/** How many results the item wants; `undefined` for all. */
export const wantedCount = (item: Item): number | undefined => (item.get('returnAll', yesNo) ? undefined : item.get('limit', limitValue));

/** Takes so many results as are wanted and asks for no page beyond them. */
export async function take<T>(pages: AsyncGenerator<T[], void>, count: number | undefined): Promise<T[]> {
	const taken: T[] = [];
	for await (const page of pages) {
		taken.push(...page);
		if (count !== undefined && taken.length >= count) break;
	}
	return count === undefined ? taken : taken.slice(0, count);
}
