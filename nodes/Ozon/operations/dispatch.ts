import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import { failedItem, nodeErrorFrom } from '../../../transport/n8n';
import { connectOzon } from '../connection';
import { Item, type Operation, type Produced, type Resource, type Work } from './operation';

const resourceChooser: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: [],
	default: '',
};

const operationChooser: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [],
	default: '',
};

/** The node's parameters: the two choosers, and every field once, shown under the operations that have it. */
export function propertiesOf(resources: readonly Resource[]): INodeProperties[] {
	return [
		{ ...resourceChooser, options: resources.map(({ name, value }) => ({ name, value })), default: resources[0]?.value ?? '' },
		...resources.flatMap(({ value: resource, operations }): INodeProperties[] => [
			{
				...operationChooser,
				displayOptions: { show: { resource: [resource] } },
				options: operations.map(({ name, value, action, description }) => ({ name, value, action, description })),
				default: operations[0]?.value ?? '',
			},
			...[...new Set(operations.flatMap(({ properties }) => properties))].map((property) => ({
				...property,
				displayOptions: {
					...property.displayOptions,
					show: {
						...property.displayOptions?.show,
						resource: [resource],
						operation: operations.filter(({ properties }) => properties.includes(property)).map(({ value }) => value),
					},
				},
			})),
		]),
	];
}

type Result = Produced[] | { failure: unknown };

/** Runs the chosen operation for every item: results are linked to their items, and one bad item stays one bad item. */
export async function dispatch(context: IExecuteFunctions, resources: readonly Resource[]): Promise<INodeExecutionData[][]> {
	const node = context.getNode();
	const input = context.getInputData();
	const operation = chosen(context, resources);
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

function chosen(context: IExecuteFunctions, resources: readonly Resource[]): Operation {
	const resource = context.getNodeParameter('resource', 0);
	const value = context.getNodeParameter('operation', 0);
	const operation = resources.find((each) => each.value === resource)?.operations.find((each) => each.value === value);
	if (operation !== undefined) return operation;
	throw new NodeOperationError(context.getNode(), `There is no operation ${String(value)} for ${String(resource)}`, {
		description: 'Choose the operation again',
	});
}
