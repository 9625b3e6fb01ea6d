import type { Caller } from './access';
import type { Dispatcher } from './dispatcher';
import { assoc, entriesOf, fromForm, isMap, isYes, text, type Params } from './php';
import { Problem } from './problem';

const LARGEST = 50;
const REFERENCE = /\$result\[([^\]]+)\]((?:\[[^\]]*\])*)/g;

/**
 * Up to 50 commands, one after the other. Always a success as a whole: what a command was refused is in
 * `result_error` under its key (bitrix24.md §6).
 */
export function runBatch(dispatcher: Dispatcher, params: Params, who: Caller): unknown {
	const results: [string, unknown][] = [];
	const errors: [string, unknown][] = [];
	const totals: [string, unknown][] = [];
	const nexts: [string, unknown][] = [];
	const times: [string, unknown][] = [];
	const halts = isYes(params.halt);
	for (const [index, [key, command]] of entriesOf(params.cmd).entries()) {
		try {
			if (index >= LARGEST) throw new Problem(400, 'ERROR_BATCH_LENGTH_EXCEEDED', 'Max batch length exceeded');
			const [name = '', query = ''] = split(text(command));
			if (name.toLowerCase() === 'batch') {
				throw new Problem(405, 'ERROR_BATCH_METHOD_NOT_ALLOWED', 'Method is not allowed for batch usage');
			}
			const resolved = resolve(fromForm(query), new Map(results));
			const { result, total, next, time } = dispatcher.call(name, isMap(resolved) ? resolved : {}, who);
			results.push([key, result]);
			times.push([key, time]);
			if (total !== undefined) totals.push([key, total]);
			if (next !== undefined) nexts.push([key, next]);
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			errors.push([key, failure.body()]);
			if (halts) break;
		}
	}
	return {
		result: assoc(results),
		result_error: assoc(errors),
		result_total: assoc(totals),
		result_next: assoc(nexts),
		result_time: assoc(times),
	};
}

function split(command: string): [string, string] {
	const at = command.indexOf('?');
	const name = at < 0 ? command : command.slice(0, at);
	return [name.trim().replace(/\.json$/, ''), at < 0 ? '' : command.slice(at + 1)];
}

/** A value that is nothing but a reference becomes what it names; inside a text it becomes text; unknown is empty. */
function resolve(value: unknown, results: ReadonlyMap<string, unknown>): unknown {
	if (typeof value === 'string') {
		const whole = [...value.matchAll(REFERENCE)];
		if (whole[0]?.[0] === value) return pick(results, whole[0]) ?? '';
		return value.replace(REFERENCE, (...match: string[]) => text(pick(results, match)));
	}
	if (Array.isArray(value)) return value.map((inner) => resolve(inner, results));
	if (!isMap(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, results)]));
}

function pick(results: ReadonlyMap<string, unknown>, [, key = '', path = '']: readonly string[]): unknown {
	const names = [...path.matchAll(/\[([^\]]*)\]/g)].map(([, name = '']) => name);
	return names.reduce<unknown>(
		(inner, name) => entriesOf(inner).find(([known]) => known === name)?.[1],
		results.get(key),
	);
}
