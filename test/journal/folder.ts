import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrderKey } from '../../core/order/order';
import type { Hint, Link } from '../../journal/journal';

const folders: string[] = [];

/** A fresh place for a journal file; gone after `removeFolders()`. */
export function freshFile(): string {
	const folder = mkdtempSync(join(tmpdir(), 'journal-'));
	folders.push(folder);
	return join(folder, 'made', 'journal.sqlite');
}

export const removeFolders = (): void => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true }));

export const pair = 'kaspi:30000001|amocrm:shop.example';

export const order = (number: number): OrderKey => ({ marketplace: 'kaspi', shop: '30000001', id: `id-${number}` });

export const hint = (number: number, more: Partial<Hint> = {}): Hint => ({
	order: order(number),
	number: String(900_000_000 + number),
	why: 'sweep',
	...more,
});

export const link = (number: number, more: Partial<Link> = {}): Link => ({
	pair,
	order: order(number),
	number: String(900_000_000 + number),
	orderCreatedAt: 1_000 + number,
	stage: 'new',
	rawStatus: 'NEW/APPROVED_BY_BANK',
	closed: false,
	...more,
});
