import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { AmoCrmTrigger } from '../../nodes/AmoCrm/AmoCrmTrigger.node';
import { Bitrix24 } from '../../nodes/Bitrix24/Bitrix24.node';
import { Bitrix24Trigger } from '../../nodes/Bitrix24/Bitrix24Trigger.node';
import { Kaspi } from '../../nodes/Kaspi/Kaspi.node';
import { KaspiTrigger } from '../../nodes/Kaspi/KaspiTrigger.node';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { Ozon } from '../../nodes/Ozon/Ozon.node';
import { OzonTrigger } from '../../nodes/Ozon/OzonTrigger.node';
import { SyncJournal } from '../../nodes/SyncJournal/SyncJournal.node';
import { outputSchema } from '../engine/outputSchema';

const nodes = { AmoCrm, Bitrix24, Kaspi, OrderSync, Ozon, SyncJournal };
const triggers = { AmoCrm: AmoCrmTrigger, Bitrix24: Bitrix24Trigger, Kaspi: KaspiTrigger, Ozon: OzonTrigger };
const root = join(__dirname, '..', '..', 'nodes');

/** As n8n names the folder of a version: 1.1 → v1.1.0. */
const folderOf = (version: number | number[]): string => `v${[`${[version].flat().at(-1)}`, '0', '0'].join('.').split('.').slice(0, 3).join('.')}`;

const isShownIn = ({ displayOptions }: INodeProperties, version: number, resource: string | undefined): boolean => {
	const { show = {}, hide = {} } = displayOptions ?? {};
	const versions: readonly unknown[] | undefined = show['@version'];
	const hidden: readonly unknown[] = hide['@version'] ?? [];
	const resources: readonly unknown[] | undefined = show.resource;
	const fits = versions === undefined || versions.includes(version) || versions.some((each) => JSON.stringify(each) === JSON.stringify({ _cnd: { gte: version } }));
	return fits && !hidden.includes(version) && (resources === undefined || resource === undefined || resources.includes(resource));
};

const valuesOf = (property: INodeProperties): string[] => (property.options ?? []).flatMap((option) => ('value' in option && typeof option.value === 'string' ? [option.value] : []));

/** `resource/operation` of everything that the newest version of a node can do. */
function operationsOf({ properties, version }: { properties: INodeProperties[]; version: number | number[] }): string[] {
	const newest = [version].flat().at(-1) ?? 1;
	const resources = properties.find(({ name }) => name === 'resource');
	const operations = properties.filter(({ name }) => name === 'operation');
	const of = (resource: string | undefined) => operations.filter((each) => isShownIn(each, newest, resource)).flatMap(valuesOf);
	const all = resources === undefined ? of(undefined) : valuesOf(resources).flatMap((resource) => of(resource).map((operation) => `${resource}/${operation}`));
	return [...new Set(all)].sort();
}

describe('the editor shows the fields of an output before the first run', () => {
	for (const [folder, Node] of Object.entries(nodes)) {
		const { description } = new Node();
		const at = join(root, folder, '__schema__', folderOf(description.version));
		const wanted = operationsOf(description);
		test(`${folder}: each of its ${wanted.length} operations (npm run schemas writes what is missing)`, () => {
			expect(wanted.length).toBeGreaterThan(3);
			expect(wanted.filter((operation) => !existsSync(join(at, `${operation}.json`)))).toEqual([]);
		});
	}
	for (const [folder, Trigger] of Object.entries(triggers)) {
		test(`${folder} Trigger`, () => {
			expect(existsSync(join(root, folder, '__schema__', `${folderOf(new Trigger().description.version)}.json`))).toBe(true);
		});
	}
});

test('a schema holds types only, and no key that looks like a value', () => {
	const files = Object.keys(nodes).flatMap((folder) =>
		readdirSync(join(root, folder, '__schema__'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()),
	);
	for (const { parentPath, name } of files) {
		const schema = outputSchema.parse(JSON.parse(readFileSync(join(parentPath, name), 'utf8')));
		expect(JSON.stringify(schema)).not.toMatch(/[0-9]{5}|@/);
	}
});
