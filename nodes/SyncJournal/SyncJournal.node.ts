import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { openJournal } from '../../journal/open';
import { failedItem, nodeErrorFrom } from '../../transport/nodeError';
import { operations } from './operations';
import { properties } from './properties';

export class SyncJournal implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sync Journal',
		name: 'syncJournal',
		icon: { light: 'file:syncJournal.svg', dark: 'file:syncJournal.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ attachProof: "Attach proof or serial", getContactIndex: "Get contact index", getHistory: "Get order history", getLog: "Get log", getMerges: "Get merges", getProblems: "Get problems", purge: "Purge" })[$parameter["operation"]] }}',
		description: 'Ask the memory of Order Sync: what needs somebody, what happened to an order, and what proves its hand-over',
		defaults: { name: 'Sync Journal' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const node = this.getNode();
		const chosen = String(this.getNodeParameter('operation', 0));
		const operation = operations[chosen];
		if (!operation) throw new NodeOperationError(node, `There is no operation ${chosen}`, { description: 'Choose the operation again' });
		const output: INodeExecutionData[] = [];
		for (const [item, { json }] of this.getInputData().entries()) {
			try {
				const results = await operation(await openJournal(), this, item);
				output.push(...results.map((result) => ({ json: result, pairedItem: { item } })));
			} catch (error) {
				if (!this.continueOnFail()) throw nodeErrorFrom(node, error, item);
				output.push(failedItem(node, error, item, json));
			}
		}
		return [output];
	}
}
