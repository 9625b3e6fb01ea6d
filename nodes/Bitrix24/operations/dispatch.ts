import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { failedItem, nodeErrorFrom } from '../../../transport/n8n';
import { AccountFields } from '../accountFields';
import { Bitrix24Adapter } from '../adapter';
import { connectBitrix24 } from '../connect';
import { itemOf, type Operation, type Resource, type Result } from './operation';

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

/** The parameters of every resource: the two choosers, then each operation's own fields under them. */
export function propertiesOf(resources: readonly Resource[]): INodeProperties[] {
	const first = resources[0];
	return [
		{ ...resourceChooser, options: resources.map(({ name, value }) => ({ name, value })), default: first?.value ?? '' },
		...resources.flatMap(resourceProperties),
	];
}

function resourceProperties({ value: resource, operations }: Resource): INodeProperties[] {
	return [
		{
			...operationChooser,
			displayOptions: { show: { resource: [resource] } },
			options: operations.map(({ name, value, action, description }) => ({ name, value, action, description })),
			default: operations[0]?.value ?? '',
		},
		...operations.flatMap(({ value: operation, properties }) =>
			properties.map((property) => ({
				...property,
				displayOptions: {
					...property.displayOptions,
					show: { ...property.displayOptions?.show, resource: [resource], operation: [operation] },
				},
			})),
		),
	];
}

/** Runs the chosen operation for all items: results are paired with their items, and one bad item stays one bad item. */
export async function dispatch(context: IExecuteFunctions, resources: readonly Resource[]): Promise<INodeExecutionData[][]> {
	const node = context.getNode();
	const input = context.getInputData();
	if (input.length === 0) return [[]];
	const operation = chosen(context, resources);
	const results = await runAll(context, operation, input.length);

	const succeeded = results.filter((result) => 'json' in result).length;
	const output: INodeExecutionData[] = [];
	for (const [index, result] of results.entries()) {
		if ('json' in result) {
			output.push(...result.json.map((json) => ({ json, pairedItem: { item: index } })));
		} else if (context.continueOnFail()) {
			output.push(failedItem(node, result.failure, index, { ...input[index]?.json }));
		} else {
			const error = nodeErrorFrom(node, result.failure, index);
			// What is done is done: whoever repeats the run should know.
			if (succeeded > 0) error.description = `${error.description ?? ''} Of ${results.length} items ${succeeded} went through.`.trim();
			throw error;
		}
	}
	return [output];
}

async function runAll(context: IExecuteFunctions, operation: Operation, count: number): Promise<Result[]> {
	try {
		const client = await connectBitrix24(context);
		const crm = new Bitrix24Adapter(client);
		const items = Array.from({ length: count }, (_, index) => itemOf(context, index));
		return await operation.run({ client, crm, fields: new AccountFields(client), now: Date.now }, items);
	} catch (error) {
		if (!context.continueOnFail()) throw nodeErrorFrom(context.getNode(), error);
		return Array.from({ length: count }, () => ({ failure: error }));
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
