import { appendFileSync } from 'node:fs';
import { NodeHelpers, type INode, type INodeExecutionData, type INodeType } from 'n8n-workflow';
import { schemaOf } from './outputSchema';

/** Where outputs are recorded to; `npm run schemas` sets it. */
const file = process.env.RECORD_OUTPUT_SCHEMAS;

/** Writes down of which shape the items of a node are, never their values: a line per run of a node. */
export function recordOutput(node: INode, { description }: INodeType, outputs: readonly (readonly INodeExecutionData[])[]): void {
	if (file === undefined) return;
	const parameters = NodeHelpers.getNodeParameters(description.properties, node.parameters, true, false, node, description) ?? {};
	// The whole answer of a service is not what the node promises.
	if (parameters.simplify === false) return;
	const items = outputs.flat().filter(({ json, error }) => error === undefined && !('error' in json));
	if (items.length === 0) return;
	const { resource, operation } = parameters;
	appendFileSync(
		file,
		`${JSON.stringify({ node: description.name, version: node.typeVersion, resource, operation, schema: schemaOf(items.map(({ json }) => json)) })}\n`,
	);
}
