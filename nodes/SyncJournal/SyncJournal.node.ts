import {
	NodeConnectionTypes,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { openJournal } from '../../journal/open';
import { failedItem, nodeErrorFrom } from '../../transport/nodeError';
import { deletions } from './deletions';
import { operations } from './actions';
import { properties } from './properties';

export class SyncJournal implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sync Journal',
		name: 'syncJournal',
		icon: { light: 'file:syncJournal.svg', dark: 'file:syncJournal.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ attachProof: "Attach proof or serial", dropContactIndex: "Drop contact index", forgetPerson: "Forget a person", getContactIndex: "Get contact index", getHistory: "Get order history", getLog: "Get log", getMerges: "Get merges", getPairSettings: "Get pair settings", getProblems: "Get problems", purge: "Purge", savePairSettings: "Save pair settings" })[$parameter["operation"]] }}',
		description: 'Ask the memory of Order Sync: what needs somebody, what happened to an order, what proves its hand-over, and what is known of people',
		defaults: { name: 'Sync Journal' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties,
	};

	methods = {
		loadOptions: {
			async getAccounts(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
				const accounts = await (await openJournal()).people.accounts();
				return [{ name: 'All Accounts', value: '' }, ...accounts.map((account) => ({ name: account, value: account }))];
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const node = this.getNode();
		const chosen = String(this.getNodeParameter('operation', 0));
		const [reading, deletion] = [operations[chosen], deletions[chosen]];
		if (!reading && !deletion) throw new NodeOperationError(node, `There is no operation ${chosen}`, { description: 'Choose the operation again' });
		const output: INodeExecutionData[] = [];
		const toErase: IDataObject[] = [];
		try {
			for (const [item, { json }] of this.getInputData().entries()) {
				try {
					const journal = await openJournal();
					const deleted = await deletion?.(journal, this, item);
					const results = deleted ? [deleted.json] : await reading?.(journal, this, item);
					output.push(...(results ?? []).map((result) => ({ json: result, pairedItem: { item } })));
					if (deleted?.mustErase) toErase.push(deleted.json);
				} catch (error) {
					if (!this.continueOnFail()) throw nodeErrorFrom(node, error, item);
					output.push(failedItem(node, error, item, json));
				}
			}
		} finally {
			// Once for all items, and also when a later one has failed: the file is written anew.
			if (toErase.length > 0) {
				const journal = await openJournal();
				const erasedFromFile = await journal.erase().catch((error: unknown): never => {
					throw nodeErrorFrom(node, error);
				});
				for (const json of toErase) json.erasedFromFile = erasedFromFile;
			}
		}
		return [output];
	}
}
