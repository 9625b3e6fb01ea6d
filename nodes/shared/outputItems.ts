import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failedItem, nodeErrorFrom } from '../../transport/nodeError';

/** One item of the node's output. */
export interface Produced {
	json: IDataObject;
	binary?: IBinaryKeyData;
}

/** What became of one input item. */
export type ItemResult = readonly Produced[] | { failure: unknown };

export const isFailure = (result: ItemResult): result is { failure: unknown } => 'failure' in result;

/**
 * The node's output: results are paired with their items; failed ones go to the error output, or the first of them ends the run.
 * @param results by the index of the input item; an item without one was not tried
 */
export function outputOf(context: IExecuteFunctions, results: ReadonlyMap<number, ItemResult>): INodeExecutionData[][] {
	const node = context.getNode();
	const input = context.getInputData();
	const done = [...results.values()].filter((result) => !isFailure(result)).length;
	const output: INodeExecutionData[] = [];
	for (const [index, item] of input.entries()) {
		const result = results.get(index) ?? [];
		if (!isFailure(result)) {
			output.push(...result.map((produced) => ({ ...produced, pairedItem: { item: index } })));
		} else if (context.continueOnFail()) {
			output.push(failedItem(node, result.failure, index, { ...item.json }));
		} else {
			const error = nodeErrorFrom(node, result.failure, index);
			// What is done is done: whoever repeats the run should know.
			if (done > 0) error.description = `${error.description ?? ''} Of ${input.length} items ${done} went through.`.trim();
			throw error;
		}
	}
	return [output];
}

/** What a piece of work gave, or why it gave nothing. */
export async function attempt<T>(run: () => T | Promise<T>): Promise<{ value: T } | { failure: unknown }> {
	try {
		return { value: await run() };
	} catch (failure) {
		return { failure };
	}
}
