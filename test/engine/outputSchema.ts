import { z } from 'zod/v4';

/** What n8n's editor reads of a JSON schema to show fields before the first run. */
export interface OutputSchema {
	type: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
	properties?: Record<string, OutputSchema>;
	items?: OutputSchema;
}

export const outputSchema: z.ZodType<OutputSchema> = z.lazy(() =>
	z.strictObject({
		type: z.enum(['object', 'array', 'string', 'number', 'boolean', 'null']),
		properties: z.record(z.string(), outputSchema).optional(),
		items: outputSchema.optional(),
	}),
);

/** The schema that all these values have; of several types the first that is not null. */
export const schemaOf = (values: readonly unknown[]): OutputSchema => values.map(schemaOfOne).reduce(mergeSchemas, { type: 'null' });

function schemaOfOne(value: unknown): OutputSchema {
	if (Array.isArray(value)) return value.length === 0 ? { type: 'array' } : { type: 'array', items: schemaOf(value) };
	if (typeof value === 'object' && value !== null) {
		const properties = Object.entries(value).filter(([, inner]) => inner !== undefined);
		return { type: 'object', properties: Object.fromEntries(properties.map(([key, inner]) => [key, schemaOfOne(inner)])) };
	}
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
		const type = typeof value;
		return { type: type === 'string' ? 'string' : type === 'number' ? 'number' : 'boolean' };
	}
	return { type: 'null' };
}

export function mergeSchemas(a: OutputSchema, b: OutputSchema): OutputSchema {
	if (a.type === 'null') return b;
	if (b.type !== a.type) return a;
	if (a.type === 'array') return a.items && b.items ? { type: 'array', items: mergeSchemas(a.items, b.items) } : { ...a, ...b };
	if (a.type !== 'object') return a;
	const names = [...new Set([...Object.keys(a.properties ?? {}), ...Object.keys(b.properties ?? {})])].sort();
	const merged = names.map((name): [string, OutputSchema] => {
		const [left, right] = [a.properties?.[name], b.properties?.[name]];
		return [name, left && right ? mergeSchemas(left, right) : (left ?? right ?? { type: 'null' })];
	});
	return { type: 'object', properties: Object.fromEntries(merged) };
}
