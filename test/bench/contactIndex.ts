import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContactKey, IndexedContact } from '../../journal/journal';
import { openJournal } from '../../journal/open';

export interface ContactIndexMeasured {
	contacts: number;
	fillSeconds: number;
	/** A lookup of one phone. */
	medianMs: number;
	p99Ms: number;
	/** A phone, when two hundred are looked up together, as a sweep does. */
	perPhoneTogetherMs: number;
}

const account = 'bench';
const page = 250;
const lookups = 5_000;
const together = 200;

const phoneOf = (number: number): ContactKey => ({ kind: 'phone', value: `+7701${1_000_000 + number}` });
const contactOf = (number: number): IndexedContact => ({
	id: String(number),
	keys: [phoneOf(number), { kind: 'email', value: `buyer${number}@example.test` }],
});

/** The warm index that buyers are looked up in instead of searched for: what filling and asking it costs in the journal. */
export async function measureContactIndex(contacts: number): Promise<ContactIndexMeasured> {
	const folder = mkdtempSync(join(tmpdir(), 'bench-index-'));
	try {
		const journal = await openJournal({ file: join(folder, 'journal.sqlite') });
		const { contactIndex } = journal;
		await contactIndex.begin(account, 'KZ/1', 'bench/1', 60_000, Date.now());
		const filling = performance.now();
		for (let from = 0; from < contacts; from += page) {
			const some = Array.from({ length: Math.min(page, contacts - from) }, (_, index) => contactOf(from + index));
			await contactIndex.savePage(account, 'bench/1', some, String(from), 60_000, Date.now());
		}
		const fillSeconds = (performance.now() - filling) / 1000;

		const times: number[] = [];
		for (let at = 0; at < lookups; at++) {
			const number = (at * 7919) % contacts;
			const started = performance.now();
			const [found] = await contactIndex.find(account, [phoneOf(number)]);
			times.push(performance.now() - started);
			if (found?.[0] !== String(number)) throw new Error('the index named another contact');
		}
		times.sort((a, b) => a - b);

		const started = performance.now();
		for (let at = 0; at < lookups; at += together) {
			await contactIndex.find(account, Array.from({ length: together }, (_, index) => phoneOf(((at + index) * 7919) % contacts)));
		}
		const perPhone = (performance.now() - started) / lookups;
		await journal.close();
		return {
			contacts,
			fillSeconds: round(fillSeconds, 1),
			medianMs: round(times[lookups / 2] ?? 0, 3),
			p99Ms: round(times[lookups * 0.99] ?? 0, 3),
			perPhoneTogetherMs: round(perPhone, 4),
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
