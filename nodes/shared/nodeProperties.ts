import { NodeOperationError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

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

const resourceProperties = ({ value: resource, operations }: ResourceShape<OperationShape>): INodeProperties[] => [
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
