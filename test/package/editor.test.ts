import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeHelpers, type INode, type INodeProperties, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
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

/** With those inside of collections. */
const allProperties = (properties: readonly INodeProperties[]): INodeProperties[] =>
	properties.flatMap((property) => [
		property,
		...(property.options ?? []).flatMap((option) => {
			if ('values' in option) return allProperties(option.values);
			return 'type' in option ? allProperties([option]) : [];
		}),
	]);

const versionsOf = ({ version }: INodeTypeDescription): number[] => [version].flat();

function newNode(description: INodeTypeDescription, typeVersion: number, parameters: INode['parameters'] = {}): INode {
	const node: INode = { id: '1', name: 'Node', type: description.name, typeVersion, position: [0, 0], parameters };
	return { ...node, parameters: NodeHelpers.getNodeParameters(description.properties, parameters, true, false, node, description) ?? {} };
}

/** As n8n's editor stores a node: what has its default value is left out. */
const stored = (description: INodeTypeDescription, node: INode): INode => ({
	...node,
	parameters: NodeHelpers.getNodeParameters(description.properties, node.parameters, false, false, node, description) ?? {},
});

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

	it('says of every credential which service it is for: without a name of its own the editor calls each of several "Credential"', async () => {
		const { credentials = [] } = await descriptionOf(built);
		const services: [RegExp, string][] = [[/^kaspi/, 'Kaspi'], [/^ozon/, 'Ozon'], [/^amoCrm/, 'amoCRM'], [/^bitrix24/, 'Bitrix24']];
		const wanted = credentials.map(({ name }) => `${services.find(([pattern]) => pattern.test(name))?.[1] ?? name} Credential`);
		expect(credentials.map(({ displayName }) => displayName)).toEqual(wanted);
	});

	it('shows no field red that is right: a default is one of the choices', async () => {
		const { properties } = await descriptionOf(built);
		const wrong = allProperties(properties).flatMap(({ name, type, options = [], default: byDefault, typeOptions, required }) => {
			if ((type !== 'options' && type !== 'multiOptions') || typeOptions?.loadOptionsMethod !== undefined) return [];
			const choices = options.flatMap((option) => ('value' in option ? [option.value] : []));
			const chosen: unknown[] = Array.isArray(byDefault) ? byDefault : [byDefault];
			// What has to be chosen is red until it is.
			return chosen.every((value) => choices.some((choice) => choice === value)) || required === true ? [] : [name];
		});
		expect(wrong).toEqual([]);
	});

	it('opens with an operation that only reads, wherever there is one, in its newest version', async () => {
		const description = await descriptionOf(built);
		const newest = Math.max(...versionsOf(description));
		const choosers = description.properties.filter(({ name }) => name === 'operation');
		const resources = choosers.flatMap(({ displayOptions }) => displayOptions?.show?.resource ?? []).map(String);
		const opens = [...new Set(resources)].map((resource) => {
			const { operation } = newNode(description, newest, { resource }).parameters;
			const values = choosers
				.filter(({ displayOptions }) => displayOptions?.show?.resource?.includes(resource))
				.flatMap(({ options = [] }) => options.flatMap((option) => ('value' in option ? [String(option.value)] : [])));
			return { resource, operation: String(operation), couldRead: values.some((value) => /^(get|history)/.test(value)) };
		});
		expect(opens.filter(({ operation, couldRead }) => couldRead && !/^get/.test(operation))).toEqual([]);
	});

	it('means the same after it was saved: n8n leaves out what has its default value', async () => {
		const description = await descriptionOf(built);
		const choosers = description.properties.filter(({ name }) => name === 'operation');
		for (const version of versionsOf(description)) {
			for (const { options = [], displayOptions } of choosers) {
				for (const option of options) {
					const resource = displayOptions?.show?.resource?.map(String)[0];
					const operation = 'value' in option ? String(option.value) : '';
					const node = newNode(description, version, { ...(resource === undefined ? {} : { resource }), operation });
					const again = newNode(description, version, stored(description, node).parameters);
					expect(again.parameters).toMatchObject({ ...(resource === undefined ? {} : { resource }), operation });
				}
			}
		}
	});
});

/** How the workflows that were saved with version 1 have to be understood for ever: nothing in them names these. */
describe('defaults of version 1, on which saved workflows rely', () => {
	it.each([
		['Ozon', 'posting', { operation: 'cancel' }],
		['Ozon', 'return', { operation: 'act' }],
		['Ozon', 'cancellation', { operation: 'approve' }],
		['Ozon', 'chat', { operation: 'history' }],
		['Kaspi', 'order', { operation: 'accept' }],
		['AmoCrm', 'contact', { operation: 'create' }],
		['AmoCrm', 'deal', { operation: 'create' }],
		['AmoCrm', 'note', { operation: 'create' }],
		['AmoCrm', 'task', { operation: 'complete' }],
		['Bitrix24', 'contact', { operation: 'create' }],
		['Bitrix24', 'deal', { operation: 'create' }],
		['Bitrix24', 'comment', { operation: 'create' }],
	])('%s: %s is %j', async (name, resource, expected) => {
		const description = await descriptionOf(`dist/nodes/${name}/${name}.node.js`);
		expect(newNode(description, 1, { resource }).parameters).toMatchObject(expected);
	});

	it.each(['cancel', 'cancelItems'])('Kaspi: the reason of %s; since version 1.1 it is what Order Sync sends', async (operation) => {
		const kaspi = await descriptionOf('dist/nodes/Kaspi/Kaspi.node.js');
		const sync = await descriptionOf('dist/nodes/OrderSync/OrderSync.node.js');
		const ofSync = allProperties(sync.properties).find(({ name }) => name === 'cancelReason')?.default;
		expect(newNode(kaspi, 1, { resource: 'order', operation }).parameters.reason).toBe('BUYER_CANCELLATION_BY_MERCHANT');
		expect(newNode(kaspi, 1.1, { resource: 'order', operation }).parameters.reason).toBe(ofSync);
	});
});
