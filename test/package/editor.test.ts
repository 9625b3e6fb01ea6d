import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeType, INodeTypeDescription } from 'n8n-workflow';
import { z } from 'zod/v4';

const root = join(__dirname, '..', '..');
const manifest = z.object({ n8n: z.object({ nodes: z.array(z.string()) }) }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

const isNodeType = (made: unknown): made is INodeType => typeof made === 'object' && made !== null && 'description' in made;

async function descriptionOf(built: string): Promise<INodeTypeDescription> {
	const file = join(root, built.replace(/^dist\//, '').replace(/\.js$/, ''));
	const exported: unknown = await import(file);
	for (const Class of Object.values(z.record(z.string(), z.unknown()).parse(exported))) {
		const made: unknown = typeof Class === 'function' ? Reflect.construct(Class, []) : undefined;
		if (isNodeType(made)) return made.description;
	}
	throw new Error(`${file} exports no node`);
}

describe.each(manifest.n8n.nodes)('%s in the editor', (built) => {
	it('shows every field: only a choice of authentication may stand in what a credential is shown by', async () => {
		const { credentials = [] } = await descriptionOf(built);
		const fields = credentials.flatMap(({ displayOptions }) => Object.keys(displayOptions?.show ?? {}));
		// The editor takes such a field for one of authentication and leaves it out of the parameters.
		expect(fields.filter((name) => name !== 'authentication')).toEqual([]);
	});

	it('has every credential that it names in the package', async () => {
		const { credentials = [] } = await descriptionOf(built);
		const files = z.object({ n8n: z.object({ credentials: z.array(z.string()) }) }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).n8n.credentials;
		const known = files.map((file) => /([A-Za-z0-9]+)\.credentials\.js$/.exec(file)?.[1] ?? '').map((name) => name.charAt(0).toLowerCase() + name.slice(1));
		expect(credentials.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
	});
});
