import {
	NodeConnectionTypes,
	NodeHelpers,
	UnexpectedError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type INodeTypes,
	type IVersionedNodeType,
} from 'n8n-workflow';

export type NodeClass = new () => INodeType | IVersionedNodeType;

export const ourPackage = 'n8n-nodes-marketplace-crm';

/** Where a test's items come from. */
class InputNode implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Input',
		name: 'input',
		group: ['input'],
		version: 1,
		description: 'Passes on the items of a test',
		defaults: { name: 'Input' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		properties: [],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData().map((item, index) => ({ ...item, pairedItem: { item: index } }))];
	}
}

/** The node types that a test has given to the engine. */
export class EngineNodeTypes implements INodeTypes {
	static readonly inputType = 'test.input';
	private readonly types: ReadonlyMap<string, INodeType | IVersionedNodeType>;

	constructor(ours: readonly NodeClass[], foreign: Readonly<Record<string, NodeClass>>) {
		this.types = new Map<string, INodeType | IVersionedNodeType>([
			[EngineNodeTypes.inputType, new InputNode()],
			...ours.map((Node): [string, INodeType | IVersionedNodeType] => {
				const node = new Node();
				return [`${ourPackage}.${node.description.name}`, node];
			}),
			...Object.entries(foreign).map(([type, Node]): [string, INodeType | IVersionedNodeType] => [type, new Node()]),
		]);
	}

	getByName(type: string): INodeType | IVersionedNodeType {
		const found = this.types.get(type);
		if (found === undefined) throw new UnexpectedError(`No node type ${type} was given to the engine`);
		return found;
	}

	getByNameAndVersion(type: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(type), version);
	}

	getKnownTypes(): Record<string, never> {
		return {};
	}
}
