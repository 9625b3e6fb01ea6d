import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { nodeErrorFrom } from '../../transport/nodeError';
import type { Item, Resource } from './operation';
import { readParameter } from './readParameter';
import { chosenOperation } from './nodeProperties';
import { outputOf, type ItemResult } from './outputItems';

/**
 * Runs the chosen operation for all items together: results are paired with their items, and one bad item stays one bad item.
 * @param open connects to the account of the node's credential
 */
export async function dispatch<Work>(
	context: IExecuteFunctions,
	resources: readonly Resource<Work>[],
	open: (context: IExecuteFunctions) => Promise<Work>,
): Promise<INodeExecutionData[][]> {
	const count = context.getInputData().length;
	if (count === 0) return [[]];
	const operation = chosenOperation(context, resources);
	return outputOf(context, new Map((await runAll()).entries()));

	async function runAll(): Promise<ItemResult[]> {
		try {
			const work = await open(context);
			return await operation.run(work, Array.from({ length: count }, (_, index) => itemOf(context, index)));
		} catch (error) {
			if (!context.continueOnFail()) throw nodeErrorFrom(context.getNode(), error);
			return Array.from({ length: count }, () => ({ failure: error }));
		}
	}
}

/** A parameter reader for one item. */
const itemOf = (context: IExecuteFunctions, index: number): Item => ({
	index,
	get: (name, schema) => readParameter(context, index, name, schema, { extractValue: true }),
});
