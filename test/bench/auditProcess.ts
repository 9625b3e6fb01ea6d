import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { z } from 'zod/v4';
import { DuplicateSearch } from '../../core/duplicates/findDuplicates';
import type { AuditedContact } from '../../core/duplicates/types';
import { duplicatesReportHtml } from '../../core/duplicates/report';
import { labelledContacts } from '../contacts/people';

const measuredSchema = z.object({
	contacts: z.number(),
	readKeysCpuSeconds: z.number(),
	groupingCpuSeconds: z.number(),
	peakMemoryMb: z.number(),
	groups: z.record(z.string(), z.number()),
});
export type AuditMeasured = z.infer<typeof measuredSchema>;

const contact: z.ZodType<AuditedContact> = z.object({
	id: z.string(),
	name: z.string(),
	phones: z.array(z.string()),
	emails: z.array(z.string()),
	createdAt: z.number(),
	updatedAt: z.number(),
	deals: z.number().optional(),
	openDeals: z.number().optional(),
});

/**
 * The memory of an audit by itself: one process writes the contacts of a large account to a file, as a CRM would send them,
 * another reads them line by line, groups them and makes the page.
 */
export async function measureAudit(contacts: number): Promise<AuditMeasured> {
	const folder = mkdtempSync(join(tmpdir(), 'bench-audit-'));
	const tsx = join(__dirname, '..', '..', 'node_modules', '.bin', 'tsx');
	const run = async (...args: string[]): Promise<string> => (await promisify(execFile)(tsx, [__filename, ...args])).stdout;
	try {
		const file = join(folder, 'contacts.ndjson');
		await run('write', file, String(contacts));
		return measuredSchema.parse(JSON.parse(await run('audit', file)));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function write(file: string, count: number): Promise<void> {
	const stream = createWriteStream(file);
	// Nearly 2.2 cards a person.
	for (const labelled of labelledContacts(Math.ceil(count / 2.1), 5).slice(0, count)) stream.write(`${JSON.stringify(contact.parse(labelled))}\n`);
	stream.end();
	await finished(stream);
}

const cpuSeconds = (since: NodeJS.CpuUsage): number => {
	const { user, system } = process.cpuUsage(since);
	return Math.round((user + system) / 1e4) / 100;
};

async function audit(file: string): Promise<AuditMeasured> {
	let started = process.cpuUsage();
	const search = new DuplicateSearch('KZ');
	for await (const line of createInterface({ input: createReadStream(file) })) search.add(contact.parse(JSON.parse(line)));
	const readKeysCpuSeconds = cpuSeconds(started);
	started = process.cpuUsage();
	const report = search.report();
	const groupingCpuSeconds = cpuSeconds(started);
	const page = duplicatesReportHtml(report, { account: 'bench', createdAt: Date.now(), timezone: 'Asia/Almaty' });
	if (!page.includes('100')) throw new Error('the page does not say how many contacts there are');
	const groups: Record<string, number> = {};
	for (const { certainty } of report.groups) groups[certainty] = (groups[certainty] ?? 0) + 1;
	// The operating system's own maximum, in KB.
	return { contacts: report.contacts, readKeysCpuSeconds, groupingCpuSeconds, peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024), groups };
}

const [, script, role, file, count] = process.argv;
if (script === __filename && file !== undefined) {
	if (role === 'write') void write(file, Number(count));
	else void audit(file).then((measured) => process.stdout.write(JSON.stringify(measured)));
}
