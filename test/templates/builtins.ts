import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { z } from 'zod/v4';
import type { NodeClass } from '../engine/nodeTypes';

/*
 * n8n's own nodes that the templates use, as far as they use them: n8n-nodes-base weighs a gigabyte with its dependencies.
 * The demo runs the same templates with the real ones.
 */
type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/** The versions of each node that n8n-nodes-base of n8n 2.41.1 knows (its dist/types/nodes.json): a template with another one cannot be imported. */
const versions = {
	scheduleTrigger: [1, 1.1, 1.2, 1.3, 1.4],
	manualTrigger: [1],
	errorTrigger: [1],
	formTrigger: [1, 2, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6],
	webhook: [1, 1.1, 2, 2.1],
	noOp: [1],
	filter: [1, 2, 2.1, 2.2, 2.3],
	removeDuplicates: [1, 1.1, 2],
	set: [1, 2, 3, 3.1, 3.2, 3.3, 3.4, 3.5],
	splitOut: [1],
	merge: [1, 2, 2.1, 3, 3.1, 3.2],
	form: [1, 2.3, 2.4, 2.5],
	telegram: [1, 1.1, 1.2],
	stopAndError: [1],
} satisfies Record<string, number[]>;

function builtin(name: keyof typeof versions, properties: INodeProperties[], execute: Execute, inputs = 1): NodeClass {
	return class implements INodeType {
		description: INodeTypeDescription = {
			displayName: name,
			name,
			group: ['transform'],
			version: versions[name],
			description: name,
			defaults: { name },
			inputs: Array.from({ length: inputs }, () => NodeConnectionTypes.Main),
			...(inputs > 1 ? { requiredInputs: 1 } : {}),
			outputs: [NodeConnectionTypes.Main],
			usableAsTool: true,
			properties,
		};
		execute = execute;
	};
}

const passOn: Execute = async function () {
	return [this.getInputData().map((item, index) => ({ ...item, pairedItem: { item: index } }))];
};

const text = (name: string): INodeProperties => ({ displayName: name, name, type: 'string', default: '' });

const filter: Execute = async function () {
	return [
		this.getInputData().filter((_, index) => this.getNodeParameter('conditions', index, false, { extractValue: true }) === true),
	];
};

/** As version 2 with "Remove Items Processed in Previous Executions": a key is written down at once, whatever becomes of the execution. */
const removeDuplicates: Execute = async function () {
	const store = this.getWorkflowStaticData('node');
	const seen = new Set(z.array(z.string()).prefault([]).parse(store.seen));
	const keyOf = (index: number) => String(this.getNodeParameter('dedupeValue', index));
	const fresh = this.getInputData().filter((_, index) => !seen.has(keyOf(index)));
	this.getInputData().forEach((_, index) => seen.add(keyOf(index)));
	store.seen = [...seen];
	return [fresh];
};

const stopAndError: Execute = async function () {
	throw new NodeOperationError(this.getNode(), String(this.getNodeParameter('errorMessage', 0)));
};

const set: Execute = async function () {
	return [
		this.getInputData().map((item, index) => {
			const fields: unknown = this.getNodeParameter('assignments.assignments', index, []);
			const json = Object.fromEntries(z.array(assignment).parse(fields).map(({ name, value }) => [name, value]));
			return { json: this.getNodeParameter('includeOtherFields', index, false) === true ? { ...item.json, ...json } : json, pairedItem: { item: index } };
		}),
	];
};
const assignment = z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]) });

const splitOut: Execute = async function () {
	const field = String(this.getNodeParameter('fieldToSplitOut', 0));
	return [
		this.getInputData().flatMap(({ json }, index) => z.array(z.string()).parse(json[field]).map((value) => ({ json: { ...json, [field]: value }, pairedItem: { item: index } }))),
	];
};

const merge: Execute = async function () {
	return [[0, 1].flatMap((input) => this.getInputData(input).map((item, index) => ({ ...item, pairedItem: { item: index, input } })))];
};

/** The completion page: what a person reads in the end. */
const form: Execute = async function () {
	return [[{ json: { title: this.getNodeParameter('completionTitle', 0), page: this.getNodeParameter('completionMessage', 0) }, pairedItem: { item: 0 } }]];
};

/** Takes documents as Telegram's own node does: it needs the file. */
const telegram: Execute = async function () {
	return [
		this.getInputData().map((_, index) => {
			const file = this.helpers.assertBinaryData(index, String(this.getNodeParameter('binaryPropertyName', index)));
			return { json: { caption: this.getNodeParameter('additionalFields.caption', index, ''), fileName: file.fileName ?? '', html: Buffer.from(file.data, 'base64').toString('utf8') }, pairedItem: { item: index } };
		}),
	];
};

const assignments: INodeProperties[] = [
	{ displayName: 'Assignments', name: 'assignments', type: 'assignmentCollection', default: {} },
	{ displayName: 'Include', name: 'includeOtherFields', type: 'boolean', default: false },
];
const collection: INodeProperties = { displayName: 'Fields', name: 'additionalFields', type: 'collection', default: {}, options: [text('caption')] };

export const builtins: Record<string, NodeClass> = {
	'n8n-nodes-base.scheduleTrigger': builtin('scheduleTrigger', [], passOn),
	'n8n-nodes-base.manualTrigger': builtin('manualTrigger', [], passOn),
	'n8n-nodes-base.errorTrigger': builtin('errorTrigger', [], passOn),
	'n8n-nodes-base.removeDuplicates': builtin('removeDuplicates', [text('operation'), text('dedupeValue')], removeDuplicates),
	'n8n-nodes-base.noOp': builtin('noOp', [], passOn),
	'n8n-nodes-base.filter': builtin(
		'filter',
		[{ displayName: 'Conditions', name: 'conditions', type: 'filter', default: {}, typeOptions: { filter: { version: 2 } } }],
		filter,
	),
	'n8n-nodes-base.formTrigger': builtin('formTrigger', [], passOn),
	'n8n-nodes-base.webhook': builtin('webhook', [], passOn),
	'n8n-nodes-base.set': builtin('set', assignments, set),
	'n8n-nodes-base.splitOut': builtin('splitOut', [text('fieldToSplitOut')], splitOut),
	'n8n-nodes-base.merge': builtin('merge', [], merge, 2),
	'n8n-nodes-base.form': builtin('form', [text('completionTitle'), text('completionMessage')], form),
	'n8n-nodes-base.telegram': builtin('telegram', [text('binaryPropertyName'), collection], telegram),
	'n8n-nodes-base.stopAndError': builtin('stopAndError', [text('errorMessage')], stopAndError),
};
