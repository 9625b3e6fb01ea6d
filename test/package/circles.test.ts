import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { preProcessFile } from 'typescript';

const root = join(__dirname, '..', '..');
const parts = ['core', 'sync', 'contacts', 'journal', 'transport', 'nodes', 'credentials', 'sandbox', 'demo'];

const filesOf = (part: string): string[] =>
	readdirSync(join(root, part), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
		.map((entry) => join(entry.parentPath, entry.name));

const importsOf = (file: string): string[] =>
	preProcessFile(readFileSync(file, 'utf8')).importedFiles.flatMap(({ fileName }) => {
		if (!fileName.startsWith('.')) return [];
		const base = resolve(dirname(file), fileName);
		return [`${base}.ts`, join(base, 'index.ts')].filter(existsSync).slice(0, 1);
	});

/** The files of a circle in the order in which they import each other, or none. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] {
	const done = new Set<string>();
	const visit = (file: string, path: readonly string[]): string[] => {
		const at = path.indexOf(file);
		if (at >= 0) return [...path.slice(at), file];
		if (done.has(file)) return [];
		for (const next of graph.get(file) ?? []) {
			const circle = visit(next, [...path, file]);
			if (circle.length > 0) return circle;
		}
		done.add(file);
		return [];
	};
	for (const file of graph.keys()) {
		const circle = visit(file, []);
		if (circle.length > 0) return circle;
	}
	return [];
}

// Lint (import-x/no-cycle) sees what is there at run time; types tie files together just as well for whoever reads them.
test('no files import each other in a circle, not even for types', () => {
	const graph = new Map(parts.flatMap(filesOf).map((file) => [file, importsOf(file)]));
	expect(graph.size).toBeGreaterThan(400);
	expect(findCircle(graph).map((file) => relative(root, file))).toEqual([]);
});

test('a circle would be seen', () => {
	expect(findCircle(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]]))).toEqual(['b', 'c', 'b']);
});
