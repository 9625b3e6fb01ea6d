import type { IExecuteFunctions } from 'n8n-workflow';
import type { z } from 'zod/v4';

/** The service said no to this item, the item cannot be used, or nobody knows what became of it. */
export class NotDone extends Error {
	constructor(
		/** What happened. */
		message: string,
		/** What to do now. */
		readonly advice: string,
	) {
		super(message);
		this.name = 'NotDone';
	}
}

/** A schema with times in it, which are read in the workflow's zone (IANA name). */
export type InZone<T> = (zone: string) => z.ZodType<T>;
export type ParameterSchema<T> = z.ZodType<T> | InZone<T>;

/** The schema is made once for each zone. */
export function inZone<T>(make: InZone<T>): InZone<T> {
	const made = new Map<string, z.ZodType<T>>();
	return (zone) => {
		const known = made.get(zone) ?? make(zone);
		made.set(zone, known);
		return known;
	};
}

export interface ParameterReading {
	/** A locator's id instead of what was typed into it. */
	extractValue?: boolean;
}

/** A parameter's value for an item, checked. @throws NotDone when the schema does not take it */
export function readParameter<T>(
	context: IExecuteFunctions,
	index: number,
	name: string,
	schema: ParameterSchema<T>,
	{ extractValue }: ParameterReading = {},
): T {
	const value: unknown = context.getNodeParameter(name, index, undefined, extractValue ? { extractValue } : undefined);
	const parsed = (typeof schema === 'function' ? schema(context.getTimezone()) : schema).safeParse(value ?? undefined);
	if (parsed.success) return parsed.data;
	const why = parsed.error.issues.map(({ path, message }) => [...path.map(placeOf), message].join(': ')).join('; ');
	throw new NotDone(`The parameter «${name}» cannot be used: ${why}`, 'Correct the parameter, or the expression in it.');
}

/** People count the entries of a list from one. */
const placeOf = (part: PropertyKey): string => (typeof part === 'number' ? `entry ${part + 1}` : String(part));
