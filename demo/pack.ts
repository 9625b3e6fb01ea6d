import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod/v4';

import type { Narrator } from './narrator';
import { npm } from './npm';
import { LOGS, ROOT, WORK } from './paths';

const tsconfigSchema = z.object({ include: z.array(z.string()).min(1) });

/**
 * Builds the pack, packs it as npm would publish it, and installs that tarball as n8n installs a community node.
 * Returns the folder that n8n expects as `.n8n/nodes`. Nothing is done again while the sources are the same.
 */
export async function installPack(narrator: Narrator): Promise<string> {
	const folder = join(WORK, `pack-${sourceHash()}`);
	const nodes = join(folder, 'nodes');
	const complete = join(folder, '.complete');
	if (existsSync(complete)) {
		narrator.line('  ✓ The pack is already built and installed');
		return nodes;
	}
	for (const old of readdirSync(WORK).filter((name) => name.startsWith('pack-'))) rmSync(join(WORK, old), { recursive: true, force: true });
	mkdirSync(nodes, { recursive: true });
	await narrator.step('Building the pack', async () => {
		await npm(['run', 'build'], { cwd: ROOT, logFile: join(LOGS, 'pack-build.log') });
	});
	await narrator.step('Packing it and installing the tarball as a community node', async () => {
		await npm(['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, logFile: join(LOGS, 'pack.log') });
		// This is how n8n keeps the folder of its community nodes.
		writeFileSync(join(nodes, 'package.json'), JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }));
		await npm(['install', join(folder, tarballName()), '--ignore-scripts', '--omit=dev', '--omit=peer'], {
			cwd: nodes,
			logFile: join(LOGS, 'pack-install.log'),
		});
	});
	writeFileSync(`${complete}.part`, '');
	renameSync(`${complete}.part`, complete);
	return nodes;
}

/** What the built pack is made of, relative to the clone: what the build compiles, and the two files that say how. */
export function packSources(): string[] {
	const { include } = tsconfigSchema.parse(JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')));
	// "nodes/**/*.json" is in "nodes", as the icons are that the build copies.
	const compiled = include.map((pattern) => pattern.split('/', 1)[0] ?? pattern);
	return [...new Set([...compiled, 'package.json', 'tsconfig.json'])].sort();
}

function sourceHash(): string {
	const hash = createHash('sha256');
	for (const file of packSources().flatMap((source) => filesIn(source))) {
		hash.update(file).update('\0').update(readFileSync(join(ROOT, file))).update('\0');
	}
	return hash.digest('hex').slice(0, 12);
}

function filesIn(source: string): string[] {
	const folder = readdirSync(ROOT, { withFileTypes: true }).find(({ name }) => name === source);
	if (!folder?.isDirectory()) return [source];
	return readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
		.sort();
}

/** As npm pack calls it. */
function tarballName(): string {
	const { name, version } = z
		.object({ name: z.string(), version: z.string() })
		.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
	return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}
