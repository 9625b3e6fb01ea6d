import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import { failedItem, nodeErrorFrom } from '../../../transport/n8n';
import { chosenOperation } from '../../../transport/operations';
import { connectOzon } from '../connection';
import { Item, type Operation, type Produced, type Resource, type Work } from './operation';

type Result = Produced[] | { failure: unknown };

/** Runs the chosen operation for every item: results are linked to their items, and one bad item stays one bad item. */
export async function dispatch(context: IExecuteFunctions, resources: readonly Resource[]): Promise<INodeExecutionData[][]> {
	const node = context.getNode();
	const input = context.getInputData();
	const operation = chosenOperation(context, resources);
	const results = await runAll(context, operation, input.length);

	const done = [...results.values()].filter(Array.isArray).length;
	const output: INodeExecutionData[] = [];
	for (const index of input.keys()) {
		const result = results.get(index) ?? [];
		if (Array.isArray(result)) {
			output.push(...result.map((produced) => ({ ...produced, pairedItem: { item: index } })));
		} else if (context.continueOnFail()) {
			output.push(failedItem(node, result.failure, index, { ...input[index]?.json }));
		} else {
			const error = nodeErrorFrom(node, result.failure, index);
			// What is done is done: whoever runs this again should know.
			if (done > 0) error.description = `${error.description ?? ''} ${done} of ${input.length} items went through before.`.trim();
			throw error;
		}
	}
	return [output];
}

/** The results by index of the item. Without error output the first bad item ends the run, as in any node of n8n. */
async function runAll(context: IExecuteFunctions, operation: Operation, count: number): Promise<Map<number, Result>> {
	const work = await attempt(async (): Promise<Work> => ({ ...(await connectOzon(context)), assembling: new Set() }));
	const results = new Map<number, Result>();
	if ('failure' in work) {
		for (let index = 0; index < count; index++) results.set(index, work);
		return results;
	}
	let next = 0;
	let shutOut: { failure: unknown } | undefined;
	const worker = async () => {
		while (next < count) {
			const index = next++;
			const result = shutOut ?? (await attempt(async () => await operation.run(new Item(context, index, work.value))));
			results.set(index, 'failure' in result ? result : result.value);
			if ('failure' in result && isShutOut(result.failure)) shutOut = result;
			if ('failure' in result && !context.continueOnFail()) next = count;
		}
	};
	await Promise.all(Array.from({ length: Math.min(operation.atOnce ?? 1, count) }, worker));
	return results;
}

/** Ozon does not let anybody in with this key: the other items need not be tried. */
const isShutOut = (failure: unknown): boolean =>
	failure instanceof ServiceFailure && ['unauthorized', 'forbidden', 'unpaid'].includes(failure.kind);

async function attempt<T>(run: () => Promise<T>): Promise<{ value: T } | { failure: unknown }> {
	try {
		return { value: await run() };
	} catch (failure) {
		return { failure };
	}
}
