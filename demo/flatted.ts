import { z } from 'zod/v4';

/**
 * Reads the format in which n8n keeps the data of an execution ("flatted"): one array of values in which every string
 * inside an object or array is the index of another value. Nothing in an execution refers to itself, so a cycle is refused.
 */
export function unflatten(text: string): unknown {
	const values = z.array(z.unknown()).parse(JSON.parse(text));
	const open = new Set<number>();

	const at = (index: number): unknown => {
		if (open.has(index)) throw new Error('The data of this execution refers to itself.');
		open.add(index);
		const value = expand(values[index]);
		open.delete(index);
		return value;
	};
	const follow = (value: unknown): unknown => (typeof value === 'string' ? at(Number(value)) : value);
	const expand = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(follow);
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, follow(inner)]));
	};
	return at(0);
}
