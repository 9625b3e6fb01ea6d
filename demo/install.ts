import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod/v4';

import type { Narrator } from './narrator';
import { npm } from './npm';
import { LOGS, ROOT, WORK } from './paths';

const MANIFEST = ['package.json', 'package-lock.json', 'sqlite3/package.json', 'sqlite3/index.js'] as const;
const SOURCE = join(ROOT, 'demo');
const lockSchema = z.object({
	packages: z.record(z.string(), z.object({ version: z.string().optional(), optional: z.boolean().optional() }).passthrough()),
});

/** Where the real n8n is installed. */
export interface InstalledN8n {
	directory: string;
	version: string;
	/** The script that Node runs. */
	program: string;
}

/**
 * Installs the n8n of demo/package-lock.json into `.demo/n8n-<hash>` unless that is there already. No install scripts run
 * and nothing is compiled: SQLite's binary comes inside its package (demo/sqlite3). An install that was interrupted
 * is not marked complete and is done again. Throws with npm's own last words when it cannot be done.
 */
export async function installN8n(narrator: Narrator): Promise<InstalledN8n> {
	const hash = createHash('sha256');
	for (const file of MANIFEST) hash.update(readFileSync(join(SOURCE, file)));
	const directory = join(WORK, `n8n-${hash.digest('hex').slice(0, 12)}`);
	const version = lockedVersion();
	const complete = join(directory, '.complete');
	if (existsSync(complete)) {
		narrator.line(`  ✓ n8n ${version} is already installed`);
	} else {
		await narrator.step(`Installing n8n ${version} (once; 2.7 GB, a few minutes)`, async (progress) => {
			// npm may have died half-way: it starts from nothing.
			rmSync(directory, { recursive: true, force: true });
			mkdirSync(directory, { recursive: true });
			for (const file of MANIFEST) cpSync(join(SOURCE, file), join(directory, file));
			await withProgress(directory, progress, async () => {
				await npm(['ci', '--ignore-scripts'], { cwd: directory, logFile: join(LOGS, 'n8n-install.log') });
			});
			// Written beside and renamed: a half-written mark is no mark.
			writeFileSync(`${complete}.part`, version);
			renameSync(`${complete}.part`, complete);
		});
	}
	return { directory, version, program: join(directory, 'node_modules', 'n8n', 'bin', 'n8n') };
}

/** npm says nothing while it works, but every package that is there shows how far it is. */
async function withProgress(directory: string, progress: (text: string) => void, work: () => Promise<void>): Promise<void> {
	const packages = Object.entries(readLock().packages).flatMap(([path, { optional }]) => (path === '' || optional ? [] : [path]));
	let missing = packages;
	const timer = setInterval(() => {
		missing = missing.filter((path) => !existsSync(join(directory, path, 'package.json')));
		progress(`${packages.length - missing.length} of ${packages.length} packages`);
	}, 2000);
	try {
		await work();
	} finally {
		clearInterval(timer);
	}
}

const readLock = () => lockSchema.parse(JSON.parse(readFileSync(join(SOURCE, 'package-lock.json'), 'utf8')));

function lockedVersion(): string {
	const version = readLock().packages['node_modules/n8n']?.version;
	if (version === undefined) throw new Error('demo/package-lock.json names no n8n. Restore it from the repository.');
	return version;
}
