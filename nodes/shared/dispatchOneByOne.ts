import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { ServiceFailure } from '../../transport/errors';
import { readParameter, type ParameterSchema } from './readParameter';
import { chosenOperation } from './nodeProperties';
import { attempt, isFailure, outputOf, type ItemResult, type Produced } from './outputItems';

/** An operation of a service that takes one thing per call, as data; the dispatcher does item linking and the error outputs. */
export interface SingleOperation<Item> {
	value: string;
	name: string;
	action: string;
	description: string;
	properties: readonly INodeProperties[];
	/** How many items may be under way at a time. Default 1. */
	atOnce?: number;
	run(item: Item): Promise<Produced[]>;
}

export interface SingleResource<Item> {
	value: string;
	name: string;
	operations: readonly SingleOperation<Item>[];
}

/** One input item with its parameters, and what all items of the execution share. */
export class SingleItem<Work> {
	constructor(
		readonly context: IExecuteFunctions,
		readonly index: number,
		readonly work: Work,
	) {}

	/** A parameter's value for this item, checked. @throws NotDone */
	get<T>(name: string, schema: ParameterSchema<T>): T {
		return readParameter(this.context, this.index, name, schema);
	}
}

/** Runs the chosen operation for every item: results are linked to their items, and one bad item stays one bad item. */
export async function dispatchOneByOne<Item, Work>(
	context: IExecuteFunctions,
	resources: readonly SingleResource<Item>[],
	open: (context: IExecuteFunctions) => Promise<Work>,
	itemOf: (context: IExecuteFunctions, index: number, work: Work) => Item,
): Promise<INodeExecutionData[][]> {
	const count = context.getInputData().length;
	const operation = chosenOperation(context, resources);
	const opened = await attempt(async () => await open(context));
	if ('failure' in opened) return outputOf(context, new Map(Array.from({ length: count }, (_, index) => [index, opened])));

	const results = new Map<number, ItemResult>();
	let next = 0;
	let shutOut: { failure: unknown } | undefined;
	const worker = async () => {
		while (next < count) {
			const index = next++;
			const done = shutOut ?? (await attempt(async () => await operation.run(itemOf(context, index, opened.value))));
			const result = 'failure' in done ? done : done.value;
			results.set(index, result);
			if (!isFailure(result)) continue;
			if (isShutOut(result.failure)) shutOut = result;
			// Without error output the first bad item ends the run, as in any node of n8n.
			if (!context.continueOnFail()) next = count;
		}
	};
	await Promise.all(Array.from({ length: Math.min(operation.atOnce ?? 1, count) }, worker));
	return outputOf(context, results);
}

/** The service does not let anybody in with this credential: the other items need not be tried. */
const isShutOut = (failure: unknown): boolean =>
	failure instanceof ServiceFailure && ['unauthorized', 'forbidden', 'unpaid'].includes(failure.kind);
