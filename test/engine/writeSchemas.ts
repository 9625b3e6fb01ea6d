/**
 * Writes what n8n's editor shows of each operation's output before the first run: nodes/<Node>/__schema__/v<version>/<resource>/<operation>.json.
 * The shapes come from the tests that run the nodes in n8n's engine against the sandbox; values never get into them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod/v4';
import { mergeSchemas, outputSchema, type OutputSchema } from './outputSchema';

const root = join(__dirname, '..', '..');
const folders: Readonly<Record<string, string>> = {
	kaspi: 'Kaspi',
	kaspiTrigger: 'Kaspi',
	ozon: 'Ozon',
	ozonTrigger: 'Ozon',
	amoCrm: 'AmoCrm',
	amoCrmTrigger: 'AmoCrm',
	bitrix24: 'Bitrix24',
	bitrix24Trigger: 'Bitrix24',
	orderSync: 'OrderSync',
	syncJournal: 'SyncJournal',
};
const tests = ['test/kaspi', 'test/ozon', 'test/amocrm', 'test/bitrix24', 'test/audit', 'test/deals', 'test/orderSync', 'test/index', 'test/journal/syncJournalNode', 'test/triggers'];
const line = z.object({ node: z.string(), version: z.number(), resource: z.string().optional(), operation: z.string().optional(), schema: outputSchema });

/** Tests named on the command line add to what is there; all of them write it anew. */
const named = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'schemas-'));
const recording = join(work, 'outputs.jsonl');
try {
	const { status } = spawnSync('jest', named.length > 0 ? named : tests, {
		cwd: root,
		stdio: ['ignore', 2, 2],
		env: { ...process.env, RECORD_OUTPUT_SCHEMAS: recording },
	});
	if (status !== 0) throw new Error('The tests fail: mend them first, then run this again.');
	write(readFileSync(recording, 'utf8'));
} finally {
	rmSync(work, { recursive: true });
}

function write(recorded: string): void {
	const schemas = new Map<string, OutputSchema>();
	for (const text of recorded.split('\n').filter(Boolean)) {
		const { node, version, resource, operation, schema } = line.parse(JSON.parse(text));
		const folder = folders[node];
		if (folder === undefined) continue;
		const name = [`v${padded(version)}`, resource, operation].filter((part) => part !== undefined).join('/');
		const file = join('nodes', folder, '__schema__', `${name}.json`);
		schemas.set(file, mergeSchemas(schemas.get(file) ?? present(file), schema));
	}
	for (const [file, schema] of schemas) {
		mkdirSync(dirname(join(root, file)), { recursive: true });
		writeFileSync(join(root, file), `${JSON.stringify(schema, null, '\t')}\n`);
	}
	console.log(`${schemas.size} operations written.`);
}

function present(file: string): OutputSchema {
	const path = join(root, file);
	return named.length > 0 && existsSync(path) ? outputSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : { type: 'null' };
}

/** As n8n names the folder of a version: 1.1 → 1.1.0. */
function padded(version: number): string {
	return `${version}.0.0`.split('.').slice(0, 3).join('.');
}
