import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { Outcome } from '../../core/ports';
import { NotDone, type ParameterSchema } from './readParameter';
import { attempt, type ItemResult } from './outputItems';

/** One input item of the node, with its parameters. */
export interface Item {
	index: number;
	/** A parameter's value for this item, checked. @throws NotDone */
	get<T>(name: string, schema: ParameterSchema<T>): T;
}

/** An operation as data; the dispatcher does the pairing of items and the error outputs. */
export interface Operation<Work> {
	value: string;
	name: string;
	action: string;
	description: string;
	properties: INodeProperties[];
	/** Results in the order of the items. Throws only when the service as a whole is out of reach. */
	run(work: Work, items: readonly Item[]): Promise<ItemResult[]>;
}

export interface Resource<Work> {
	value: string;
	name: string;
	operations: readonly Operation<Work>[];
}

type Described<Work> = Omit<Operation<Work>, 'run'>;

/** Many items in one call, as data. */
export interface ManyItems<Work, Input> extends Described<Work> {
	/** The parameters of one item. @throws NotDone for an item that cannot be used; the others go on */
	read(item: Item, work: Work): Input | Promise<Input>;
	/** Outcomes in the order of the inputs. */
	execute(work: Work, inputs: readonly Input[]): Promise<Outcome<IDataObject | IDataObject[]>[]>;
}

/**
 * The two kinds of operations of a service's node.
 * @param service its name for people
 */
export function operationsOf<Work>(service: string) {
	/** An operation that asks for each item by itself. */
	function eachItem(described: Described<Work> & { execute(work: Work, item: Item): Promise<IDataObject[]> }): Operation<Work> {
		const { execute, ...rest } = described;
		return {
			...rest,
			async run(work, items) {
				const results: ItemResult[] = [];
				for (const item of items) {
					const result = await attempt(async () => await execute(work, item));
					results.push('failure' in result ? result : result.value.map((json) => ({ json })));
				}
				return results;
			},
		};
	}

	/**
	 * An operation that does many items in one call: `read` takes the parameters of each item, `execute` does all of those
	 * that could be read. An item with bad parameters does not hold up its neighbours.
	 */
	function manyItems<Input>(described: ManyItems<Work, Input>): Operation<Work> {
		const { read, execute, ...rest } = described;
		return {
			...rest,
			async run(work, items) {
				const results: ItemResult[] = [];
				const good: { input: Input; position: number }[] = [];
				for (const [position, item] of items.entries()) {
					const input = await attempt(async () => await read(item, work));
					if ('failure' in input) results[position] = input;
					else good.push({ input: input.value, position });
				}
				const outcomes = good.length === 0 ? [] : await execute(work, good.map(({ input }) => input));
				good.forEach(({ position }, index) => (results[position] = resultOf(service, outcomes[index])));
				return results;
			},
		};
	}

	return { eachItem, manyItems };
}

function resultOf(service: string, outcome: Outcome<IDataObject | IDataObject[]> | undefined): ItemResult {
	switch (outcome?.outcome) {
		case undefined:
			return { failure: new NotDone(`${service} gave no result`, 'Run this item again') };
		case 'ok':
			return (Array.isArray(outcome.value) ? outcome.value : [outcome.value]).map((json) => ({ json }));
		case 'rejected': {
			const advice = outcome.permanent ? 'Correct the item and run it once more.' : 'Nothing was changed for this item: run it again later.';
			return { failure: new NotDone(outcome.reason, advice) };
		}
		case 'unknown':
			return { failure: new NotDone(outcome.reason, `It may or may not be in ${service}: look there before you run this item again.`) };
	}
}
