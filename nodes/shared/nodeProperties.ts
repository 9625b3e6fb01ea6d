import { NodeOperationError, type IDisplayOptions, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

/**
 * Versions of the nodes that have resources. n8n keeps no parameter that has its default value, so what a saved workflow means hangs on
 * the defaults of its version: they never change within one. Since 1.1 every resource opens with an operation that only reads.
 */
export const nodeVersions = [1, 1.1];
export const inVersion1: NonNullable<IDisplayOptions['show']> = { '@version': [1] };
export const sinceVersion11: NonNullable<IDisplayOptions['show']> = { '@version': [{ _cnd: { gte: 1.1 } }] };

/** What the editor shows of an operation. */
export interface OperationShape {
	value: string;
	name: string;
	action: string;
	description: string;
	properties: readonly INodeProperties[];
}

export interface ResourceShape<Operation> {
	value: string;
	name: string;
	operations: readonly Operation[];
}

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

/** The node's parameters: the two choosers, then each operation's own fields in the order in which it names them. */
export function propertiesOf(resources: readonly ResourceShape<OperationShape>[]): INodeProperties[] {
	return [
		{ ...resourceChooser, options: resources.map(({ name, value }) => ({ name, value })), default: resources[0]?.value ?? '' },
		...resources.flatMap(resourceProperties),
	];
}

/** In the order of preference; a resource that cannot be read opens with its first operation. */
const readingOperations = ['getAll', 'get'];

function operationChoosers(resource: string, operations: readonly OperationShape[]): INodeProperties[] {
	const values = operations.map(({ value }) => value);
	const first = values[0] ?? '';
	const reading = readingOperations.find((value) => values.includes(value)) ?? first;
	const options = operations.map(({ name, value, action, description }) => ({ name, value, action, description }));
	const chooser = (value: string, version: IDisplayOptions['show'] = {}): INodeProperties => ({
		...operationChooser,
		displayOptions: { show: { ...version, resource: [resource] } },
		options,
		default: value,
	});
	return reading === first ? [chooser(first)] : [chooser(reading, sinceVersion11), chooser(first, inVersion1)];
}

const resourceProperties = ({ value: resource, operations }: ResourceShape<OperationShape>): INodeProperties[] => [
	...operationChoosers(resource, operations),
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

/** The operation that the node's parameters name. @throws NodeOperationError when this version does not have it */
export function chosenOperation<Operation extends OperationShape>(context: IExecuteFunctions, resources: readonly ResourceShape<Operation>[]): Operation {
	const resource = context.getNodeParameter('resource', 0);
	const value = context.getNodeParameter('operation', 0);
	const operation = resources.find((each) => each.value === resource)?.operations.find((each) => each.value === value);
	if (operation !== undefined) return operation;
	throw new NodeOperationError(context.getNode(), `There is no operation ${String(value)} for ${String(resource)}`, {
		description: 'Choose the operation again',
	});
}
