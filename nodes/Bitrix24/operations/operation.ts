import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';
import type { Outcome } from '../../../core/ports';
import type { AccountFields } from '../accountFields';
import type { Bitrix24Adapter } from '../adapter';
import type { Bitrix24Client } from '../client';

/** What an operation works with: the account of the node's credential. */
export interface Work {
	client: Bitrix24Client;
	crm: Bitrix24Adapter;
	fields: AccountFields;
	/** Epoch ms. */
	now: () => number;
}

/** One input item of the node, with its parameters. */
export interface Item {
	index: number;
	/** A parameter's value for this item, checked. */
	get<T>(name: string, schema: z.ZodType<T, z.ZodTypeDef, unknown>): T;
}

/** What became of one item; the order of the results is the order of the items. */
export type Result = { json: IDataObject[] } | { failure: unknown };

/** An operation as data; the dispatcher does the pairing of items and the error outputs. */
export interface Operation {
	value: string;
	name: string;
	action: string;
	description: string;
	properties: INodeProperties[];
	/** Throws only when the account as a whole is out of reach. */
	run(work: Work, items: readonly Item[]): Promise<Result[]>;
}

export interface Resource {
	value: string;
	name: string;
	operations: readonly Operation[];
}

type Described = Omit<Operation, 'run'>;

/** Bitrix24 said no to this item, or nobody knows what became of it. */
export class NotDone extends Error {
	constructor(
		message: string,
		readonly advice: string,
	) {
		super(message);
		this.name = 'NotDone';
	}
}

/** An operation that asks for each item by itself. */
export function eachItem(described: Described & { execute(work: Work, item: Item): Promise<IDataObject[]> }): Operation {
	const { execute, ...rest } = described;
	return {
		...rest,
		async run(work, items) {
			const results: Result[] = [];
			for (const item of items) results.push(await attempt(async () => ({ json: await execute(work, item) })));
			return results;
		},
	};
}

/**
 * An operation that does many items in one call: `read` takes the parameters of each item, `execute` does all of those
 * that could be read. An item with bad parameters does not hold up its neighbours.
 */
export function manyItems<Input>(
	described: Described & {
		read(item: Item, work: Work): Input | Promise<Input>;
		execute(work: Work, inputs: readonly Input[]): Promise<Outcome<IDataObject | IDataObject[]>[]>;
	},
): Operation {
	const { read, execute, ...rest } = described;
	return {
		...rest,
		async run(work, items) {
			const results: Result[] = [];
			const good: { input: Input; position: number }[] = [];
			for (const [position, item] of items.entries()) {
				results[position] = await attempt(async () => {
					good.push({ input: await read(item, work), position });
					return { json: [] };
				});
			}
			const outcomes = good.length === 0 ? [] : await execute(work, good.map(({ input }) => input));
			good.forEach(({ position }, index) => {
				const outcome = outcomes[index];
				results[position] = outcome === undefined ? { failure: new NotDone('Bitrix24 gave no result', 'Run this item again') } : resultOf(outcome);
			});
			return results;
		},
	};
}

function resultOf(outcome: Outcome<IDataObject | IDataObject[]>): Result {
	switch (outcome.outcome) {
		case 'ok':
			return { json: Array.isArray(outcome.value) ? outcome.value : [outcome.value] };
		case 'rejected': {
			const advice = outcome.permanent ? 'Correct the item and run it once more.' : 'Nothing was changed for this item: run it again later.';
			return { failure: new NotDone(outcome.reason, advice) };
		}
		case 'unknown':
			return { failure: new NotDone(outcome.reason, 'It may or may not be in Bitrix24: look there before you run this item again.') };
	}
}

async function attempt(run: () => Promise<Result>): Promise<Result> {
	try {
		return await run();
	} catch (failure) {
		return { failure };
	}
}

/** A parameter reader for one item. */
export function itemOf(context: IExecuteFunctions, index: number): Item {
	return {
		index,
		get(name, schema) {
			const value: unknown = context.getNodeParameter(name, index, undefined, { extractValue: true });
			const parsed = schema.safeParse(value ?? undefined);
			if (parsed.success) return parsed.data;
			const why = parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
			throw new NotDone(`The parameter «${name}» cannot be used: ${why}`, 'Correct the parameter, or the expression in it.');
		},
	};
}
