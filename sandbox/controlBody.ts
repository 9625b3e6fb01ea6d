import type { z } from 'zod/v4';

/** An answer of the control API that is not a success, with a sentence a person can act on. */
export class Refused extends Error {
	constructor(
		readonly statusCode: number,
		message: string,
		readonly fields: { field: string; message: string }[] = [],
	) {
		super(message);
	}
}

/** Checks the body of a control call; a bad one is refused with 400 and the names of its bad fields. */
export function parseBody<S extends z.ZodTypeAny>(schema: S, body: unknown): z.output<S> {
	const parsed = schema.safeParse(body ?? {});
	if (parsed.success) return parsed.data;
	const fields = parsed.error.issues.flatMap((issue) => {
		const place = issue.path.join('.');
		if (issue.code !== 'unrecognized_keys') return [{ field: place || 'body', message: issue.message }];
		return issue.keys.map((key) => ({ field: place ? `${place}.${key}` : key, message: 'This field is not known' }));
	});
	throw new Refused(400, `The body has fields that cannot be used: ${fields.map(({ field }) => field).join(', ')}.`, fields);
}
