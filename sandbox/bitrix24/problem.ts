/** An answer of the REST that is not a success. `code` is what `error` holds: text, empty text or a number. */
export class Problem extends Error {
	constructor(
		readonly status: number,
		readonly code: string | number,
		description: string,
	) {
		super(description);
	}

	body(): { error: string | number; error_description: string } {
		return { error: this.code, error_description: this.message };
	}
}

/** Classic methods name no code at all (bitrix24.md §3). */
export function codeless(description: string): Problem {
	return new Problem(400, '', description);
}

export function missing(parameter: string): Problem {
	return new Problem(400, '100', `Could not find value for parameter {${parameter}}`);
}

export function badArgument(description: string): Problem {
	return new Problem(400, 'INVALID_ARG_VALUE', description);
}

export function badValue(field: string): Problem {
	return new Problem(400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID', `Invalid value for field "${field}"`);
}
