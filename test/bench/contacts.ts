import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuplicateSearch } from '../../core/duplicates/findDuplicates';
import { phonesIn } from '../../core/contact/phone';
import { openJournal } from '../../journal/open';
import { labelledContacts, type LabelledContact } from '../contacts/people';
import { score } from '../contacts/score';
import { measureContactIndex, type ContactIndexMeasured } from './contactIndex';
import { measureAudit, type AuditMeasured } from './auditProcess';

interface ContactsMeasured {
	quality: { seed: number; contacts: number; precision: number; wrongPairs: number; recall: number; recallOfAll: number; found: number }[];
	audit: AuditMeasured;
	index: { identities: number; medianMs: number; p99Ms: number };
	contactIndex: ContactIndexMeasured;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Quality of the rules on labelled people, the audit of 100,000 contacts, and lookups in the journal's identity index. Needs no sandbox. */
export async function benchContacts(say: (line: string) => void): Promise<ContactsMeasured> {
	const audit = await measureAudit(100_000);
	say(`Audit of ${audit.contacts} contacts`);
	say(`  CPU          ${audit.readKeysCpuSeconds} s to read names, phones and e-mails as they come, ${audit.groupingCpuSeconds} s to group`);
	say(`  memory       ${audit.peakMemoryMb} MB, the whole process at its highest, with 512 MB allowed`);
	say(`  groups       ${Object.entries(audit.groups).map(([certainty, count]) => `${count} ${certainty}`).join(', ')}\n`);
	const quality = [1, 2, 3].map(measureQuality);
	for (const each of quality) {
		say(`20,000 labelled people, seed ${each.seed} (${each.contacts} contacts)`);
		say(`  precision    ${each.precision.toFixed(5)} (${each.wrongPairs} pairs of different people joined)`);
		say(`  recall       ${each.recall.toFixed(4)} of pairs with a first name on both cards, ${each.recallOfAll.toFixed(4)} of all`);
		say(`  shown        ${each.found.toFixed(4)} of all pairs, joined or for a person to decide\n`);
	}
	const index = await measureIndex(labelledContacts(45_000, 5));
	say(`Identity index of ${index.identities} phones`);
	say(`  lookup       ${index.medianMs} ms median, ${index.p99Ms} ms at the 99th percentile`);
	const contactIndex = await measureContactIndex(100_000);
	say(`Contact index of ${contactIndex.contacts} contacts, with a phone and an e-mail each, filled in ${contactIndex.fillSeconds} s without the API`);
	say(`  lookup       ${contactIndex.medianMs} ms median, ${contactIndex.p99Ms} ms at the 99th percentile, ${contactIndex.perPhoneTogetherMs} ms a phone when 200 are looked up together`);
	return { quality, audit, index, contactIndex };
}

function measureQuality(seed: number): ContactsMeasured['quality'][number] {
	const contacts = labelledContacts(20_000, seed);
	const search = new DuplicateSearch('KZ');
	for (const contact of contacts) search.add(contact);
	const { precision, wrong, recall, recallOfAll, found } = score(contacts, search.report());
	return { seed, contacts: contacts.length, precision, wrongPairs: wrong.length, recall, recallOfAll, found };
}

async function measureIndex(contacts: readonly LabelledContact[]): Promise<ContactsMeasured['index']> {
	const folder = mkdtempSync(join(tmpdir(), 'bench-contacts-'));
	try {
		const journal = await openJournal({ file: join(folder, 'journal.sqlite') });
		const known = [...new Map(contacts.flatMap(({ id, phones }) => phones.flatMap((text) => phonesIn(text, 'KZ')).map((value) => [value, id] as const)))];
		const identity = (value: string) => ({ account: 'bench', kind: 'phone' as const, value });
		for (const [value, id] of known) await journal.identities.assign([identity(value)], id);
		const times: number[] = [];
		for (let at = 0; at < 5_000; at++) {
			const [value = '', id] = known[(at * 7919) % known.length] ?? [];
			const started = performance.now();
			const [found] = await journal.identities.find([identity(value)]);
			times.push(performance.now() - started);
			if (found !== id) throw new Error('the index named another contact');
		}
		await journal.close();
		times.sort((a, b) => a - b);
		return { identities: known.length, medianMs: round(times[2_500] ?? 0, 3), p99Ms: round(times[4_950] ?? 0, 3) };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
