import { z } from 'zod/v4';
import { pageSize, parseAs, type Bitrix24Client } from './client';
import type { Command } from './command';

/** A list that cannot be filtered by `>id`: fifty rows a call, by their number (bitrix24.md §6 "Lists"). @throws ServiceFailure */
export async function* pagesByOffset<T>(client: Bitrix24Client, { method, params }: Command, element: z.ZodType<T>): AsyncGenerator<T[], void> {
	for (let start = 0; ; start += pageSize) {
		const [value] = await client.read([{ method, params: { ...params, start } }]);
		const rows = parseAs(z.array(element), value, method);
		if (rows.length > 0) yield rows;
		if (rows.length < pageSize) return;
	}
}
