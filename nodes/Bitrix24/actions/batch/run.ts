import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';
import { ok, rejected, type Outcome } from '../../../../core/ports';
import { batchSize } from '../../api/client';
import { Reference, type Command, type Param, type Params } from '../../api/command';
import { manyItems, NotDone, type Item, type Work } from '../operation';
import { jsonValue } from '../parameterValues';

const param: z.ZodType<Param> = z.lazy(() =>
	z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(param), z.record(z.string(), param)]),
);
const commandsValue: z.ZodType<{ method: string; params: Record<string, Param> }[]> = jsonValue.pipe(
	z
		.array(z.object({ method: z.string().regex(/^[a-z][\w.]+$/i, 'must be a method, e.g. crm.item.list'), params: z.record(z.string(), param).prefault({}) }))
		.min(1, 'must name at least one method')
		.max(batchSize, `must not name more than ${batchSize} methods`),
);

export const runBatch = manyItems({
	value: 'run',
	name: 'Run',
	action: 'Run a batch of methods',
	description: 'Call up to 50 methods of the REST API in one call; one item for each of them',
	properties: [
		{
			displayName: 'Commands',
			name: 'commands',
			type: 'json',
			required: true,
			default: '[{ "method": "crm.item.list", "params": { "entityTypeId": 2 } }]',
			description: 'List of objects with method and params. $result[0][item][ID] stands for what the first command has answered.',
		},
	],
	read: readCommands,
	execute: runCommands,
});

function readCommands(item: Item): Command[] {
	const commands = item.get('commands', commandsValue);
	return commands.map(({ method, params }, position) => ({ method, params: withReferences(params, position) }));
}

/** `$result[2][item][id]`: what the third command of the same list has answered, as in Bitrix24's own batches. */
const referencePattern = /^\$result\[(\d+)\]((?:\[\w+\])*)$/;

const withReferences = (params: Readonly<Record<string, Param>>, position: number): Params =>
	Object.fromEntries(Object.entries(params).map(([name, value]) => [name, withReference(value, position)]));

function withReference(value: Param, position: number): Param {
	if (typeof value === 'string') return referenceIn(value, position);
	if (typeof value !== 'object' || value === null || value instanceof Reference) return value;
	return isList(value) ? value.map((element) => withReference(element, position)) : withReferences(value, position);
}

const isList = (value: Param): value is readonly Param[] => Array.isArray(value);

function referenceIn(text: string, position: number): Param {
	const [, named, path = ''] = referencePattern.exec(text) ?? [];
	if (named === undefined) return text;
	if (Number(named) >= position) {
		throw new NotDone(`Command ${position} refers to command ${named}, which comes after it`, 'Commands are numbered from 0 and may refer to earlier ones only.');
	}
	return new Reference(position - Number(named), [...path.matchAll(/\[(\w+)\]/g)].map(([, part = '']) => part));
}

/** Methods that change nothing may be sent again when no answer came. */
const isReading = ({ method }: Command): boolean => /\.(list|get|fields|types|findbycomm)$/i.test(method);

/** Each input item's commands stay together in one call; the commands of small items share it. */
async function runCommands({ client }: Work, wanted: readonly (readonly Command[])[]): Promise<Outcome<IDataObject[]>[]> {
	const effect = wanted.flat().every(isReading) ? 'read' : 'once';
	const results = await client.runGroups(wanted, effect);
	return wanted.map((commands, index): Outcome<IDataObject[]> => {
		const outcomes = results[index] ?? [];
		const whole = commonFailure(outcomes);
		if (whole !== undefined) return whole;
		return ok(commands.map(({ method }, position) => json(method, position, outcomes[position] ?? rejected('was not sent', false))));
	});
}

/** Nothing came of any of them, for the same reason: that is the item's failure. */
function commonFailure(outcomes: readonly Outcome<unknown>[]): Exclude<Outcome<IDataObject[]>, { outcome: 'ok' }> | undefined {
	const [first] = outcomes;
	if (first === undefined || first.outcome === 'ok') return undefined;
	return outcomes.every((outcome) => outcome.outcome === first.outcome && outcome.reason === first.reason) ? first : undefined;
}

/** What came of one command: a refused one does not take the results of the others away. */
function json(method: string, position: number, outcome: Outcome<unknown>): IDataObject {
	if (outcome.outcome === 'ok') return { position, method, ok: true, result: resultJson(outcome.value) };
	return { position, method, ok: false, outcome: outcome.outcome, reason: outcome.reason };
}

const resultValue = z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown())), z.string(), z.number(), z.boolean(), z.null()]);

function resultJson(value: unknown): IDataObject[string] {
	const result = resultValue.safeParse(value).data ?? null;
	if (Array.isArray(result)) return result.map(asObject);
	return typeof result === 'object' && result !== null ? asObject(result) : result;
}

const asObject = (record: object): IDataObject => ({ ...record });
