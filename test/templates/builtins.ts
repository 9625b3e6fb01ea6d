import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import type { NodeClass } from '../engine/nodeTypes';

/*
 * n8n's own nodes that the templates use, as far as they use them: n8n-nodes-base weighs a gigabyte with its dependencies.
 * The demo runs the same templates with the real ones.
 */
type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

function builtin(name: string, properties: INodeProperties[], execute: Execute): NodeClass {
	return class implements INodeType {
		description: INodeTypeDescription = {
			displayName: name,
			name,
			group: ['transform'],
			version: [1, 1.2, 2, 2.2, 3.4],
			description: name,
			defaults: { name },
			inputs: [NodeConnectionTypes.Main],
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

const stopAndError: Execute = async function () {
	throw new NodeOperationError(this.getNode(), String(this.getNodeParameter('errorMessage', 0)));
};

export const builtins: Record<string, NodeClass> = {
	'n8n-nodes-base.scheduleTrigger': builtin('scheduleTrigger', [], passOn),
	'n8n-nodes-base.manualTrigger': builtin('manualTrigger', [], passOn),
	'n8n-nodes-base.noOp': builtin('noOp', [], passOn),
	'n8n-nodes-base.filter': builtin(
		'filter',
		[{ displayName: 'Conditions', name: 'conditions', type: 'filter', default: {}, typeOptions: { filter: { version: 2 } } }],
		filter,
	),
	'n8n-nodes-base.stopAndError': builtin('stopAndError', [text('errorMessage')], stopAndError),
};
