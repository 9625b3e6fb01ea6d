import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { preProcessFile } from 'typescript';
import { z } from 'zod/v4';

import { packSources } from '../../demo/pack';
import { ROOT } from '../../demo/paths';

const manifest = z
	.object({ n8n: z.object({ nodes: z.array(z.string()), credentials: z.array(z.string()) }) })
	.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))).n8n;

/** Every file of ours that n8n loads with the pack, found by following imports from the nodes and credentials. */
function loadedFiles(): string[] {
	const waiting = [...manifest.nodes, ...manifest.credentials].map((built) => join(ROOT, built.replace(/^dist\//, '').replace(/\.js$/, '.ts')));
	const seen = new Set(waiting);
	for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
		const from = dirname(file);
		const { importedFiles } = preProcessFile(readFileSync(file, 'utf8'));
		for (const { fileName } of importedFiles.filter((one) => one.fileName.startsWith('.'))) {
			const found = [`${fileName}.ts`, join(fileName, 'index.ts'), fileName].map((name) => join(from, name)).find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
			if (found === undefined) throw new Error(`${file} imports ${fileName}, which is not there.`);
			if (seen.has(found)) continue;
			seen.add(found);
			if (found.endsWith('.ts')) waiting.push(found);
		}
	}
	return [...seen].map((file) => relative(ROOT, file));
}

describe('the pack that the demo builds', () => {
	it('is built anew after a change of any file that n8n loads', () => {
		const files = loadedFiles();
		expect(files.length).toBeGreaterThan(100);
		const sources = packSources();
		const folders = new Set(files.map((file) => file.split(sep, 1)[0] ?? file));
		expect([...folders].filter((folder) => !sources.includes(folder))).toEqual([]);
	});

	it('is built anew after a change of its manifest or of how it is compiled', () => {
		expect(packSources()).toEqual(expect.arrayContaining(['package.json', 'tsconfig.json']));
	});
});
