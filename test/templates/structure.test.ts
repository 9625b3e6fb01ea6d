import { NodeHelpers, type INode, type INodeParameters } from 'n8n-workflow';
import { EngineNodeTypes } from '../engine/nodeTypes';
import { pairs } from '../orderSync/world';
import { OrderSync } from '../../nodes/OrderSync/OrderSync.node';
import { KaspiTrigger } from '../../nodes/Kaspi/KaspiTrigger.node';
import { OzonTrigger } from '../../nodes/Ozon/OzonTrigger.node';
import { SyncJournal } from '../../nodes/SyncJournal/SyncJournal.node';
import { builtins } from './builtins';
import { crms } from './crms';
import { syncOf } from './published';
import { isNote, readTemplate, templateNames, type Template } from './template';

const types = new EngineNodeTypes([OrderSync, SyncJournal, KaspiTrigger, OzonTrigger, ...Object.values(crms).flatMap(({ nodeTypes }) => nodeTypes)], builtins);
type Step = Template['nodes'][number];

const isOurs = ({ type }: Step): boolean => type.startsWith('n8n-nodes-marketplace-crm.');
const isSync = ({ type }: Step): boolean => type.endsWith('.orderSync');
/** One call of it may fail while the others go on. */
const isFallible = (step: Step): boolean => (isOurs(step) && !/\.(orderSync|\w+Trigger)$/.test(step.type)) || step.type.endsWith('.telegram');
/** What it does is for a person to see: nothing comes after it. */
const isEnd = ({ parameters: { resource, operation } }: Step): boolean => [resource, operation].some((word) => ['task', 'todo', 'attachProof'].includes(String(word)));
/** Parameters that the editor shows for what the template has chosen, and the description does not know. */
const unknownOf = (properties: readonly { name: string }[], parameters: INodeParameters): string[] =>
	// `pollTimes` belongs to n8n: it adds it to every node that polls.
	Object.keys(parameters).filter((name) => name !== 'pollTimes' && !properties.some((property) => property.name === name));

const targetsOf = ({ connections }: Template, step: string, output: number): string[] => (connections[step]?.main[output] ?? []).map(({ node }) => node);

describe.each(templateNames)('%s', (name) => {
	const template = readTemplate(name);
	const steps = template.nodes.filter((node) => !isNote(node));

	it('can be read by an analyst', () => {
		expect(new Set(template.nodes.map((node) => node.name)).size).toBe(template.nodes.length);
		expect(template.nodes.some(isNote)).toBe(true);
		expect(steps.filter((node) => /^(Order Sync|amoCRM|Bitrix24|Filter|If|Set|HTTP Request)\d*$/.test(node.name))).toEqual([]);
	});

	it('holds nothing that belongs to one n8n or one shop', () => {
		const text = JSON.stringify(template);
		expect(text).not.toMatch(/"credentials"|webhookId|instanceId|staticData|Bearer |eyJ[\w-]{10}|\d{8,10}:[\w-]{30}|\/rest\/\d+\/|[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}/);
		expect([...text.matchAll(/"chatId":"([^"]*)"/g)].map(([, chat]) => chat).filter((chat) => chat !== 'PUT-YOUR-CHAT-ID-HERE')).toEqual([]);
	});

	it('uses nodes, versions and parameters that exist, filled in as the editor demands', () => {
		for (const step of steps) {
			const { description } = types.getByNameAndVersion(step.type, step.typeVersion);
			expect([step.name, [description.version].flat()]).toEqual([step.name, expect.arrayContaining([step.typeVersion])]);
			if (!isOurs(step)) continue;
			const node: INode = { ...step, parameters: NodeHelpers.getNodeParameters(description.properties, step.parameters, true, false, step, description) ?? {} };
			expect([step.name, unknownOf(description.properties, step.parameters)]).toEqual([step.name, []]);
			expect([step.name, NodeHelpers.getNodeParametersIssues(description.properties, node, description)]).toEqual([step.name, null]);
		}
	});

	it('loses nothing: every output that may carry a failure leads on, and every step is reached', () => {
		const reached = new Set(Object.values(template.connections).flatMap(({ main }) => main.flat().map(({ node }) => node)));
		for (const each of [...Object.keys(template.connections), ...reached]) expect(steps.map((step) => step.name)).toContain(each);
		for (const step of steps) {
			const [first, second, third] = [0, 1, 2].map((output) => targetsOf(template, step.name, output).length > 0);
			if (isSync(step)) expect([step.name, second, third]).toEqual([step.name, true, true]);
			expect([step.name, step.onError !== undefined]).toEqual([step.name, isFallible(step)]);
			if (isFallible(step)) expect([step.name, first || isEnd(step), second]).toEqual([step.name, true, true]);
			const isTrigger = /Trigger$|\.webhook$/.test(step.type);
			expect([step.name, isTrigger]).toEqual([step.name, !reached.has(step.name)]);
		}
	});
});

it.each(pairs)('the sync of $name has one Order Sync node, which every trigger leads to, and at most six nodes', (pair) => {
	const { template, sync } = syncOf(pair);
	const steps = template.nodes.filter((node) => !isNote(node));
	expect(steps.length).toBeLessThanOrEqual(6);
	expect(steps.filter(isSync).map(({ name, typeVersion, parameters: { operation, settings } }) => [name, typeVersion, operation, settings])).toEqual([[sync, 2, 'keepInStep', 'pair']]);
	const triggers = steps.filter(({ type }) => /Trigger$/.test(type));
	expect(triggers.map(({ type }) => type.replace(/^.*\./, '')).sort()).toEqual(
		[`${pair.market.parameters.marketplace}Trigger`, `${pair.crm.parameters.crm}Trigger`, 'scheduleTrigger'].sort(),
	);
	for (const { name } of triggers) expect([name, targetsOf(template, name, 0)]).toEqual([name, [sync]]);
});

it('no template states pipeline, stage map or options of a pair', () => {
	const stated = templateNames.flatMap((name) =>
		readTemplate(name)
			.nodes.filter(isSync)
			.flatMap(({ name: step, parameters: { settings, pipeline, stageMap } }) => (settings === 'pair' && pipeline === undefined && stageMap === undefined ? [] : [[name, step]])),
	);
	expect(stated).toEqual([]);
});

it('the four syncs differ in marketplace and CRM only, and ask, filter and raise the alarm alike', () => {
	const alarms = pairs.map((pair) => syncOf(pair).template.nodes.filter(({ type }) => /\.(stopAndError|filter|noOp|scheduleTrigger)$/.test(type)).map(({ name, parameters }) => ({ name, parameters })));
	for (const each of alarms) expect(each).toEqual(alarms[0]);
});
