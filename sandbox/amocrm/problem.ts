import type { z } from 'zod/v4';

/** One complaint about one value, as in the body's `validation-errors` (amocrm.md §2). */
export interface Issue {
	code: string;
	path: string;
	detail: string;
}

const TITLES: Record<number, string> = {
	400: 'Bad Request',
	401: 'Unauthorized',
	402: 'Payment Required',
	403: 'Forbidden',
	404: 'Not Found',
	405: 'Method Not Allowed',
	422: 'Unprocessable Entity',
	500: 'Internal Server Error',
};

/** An answer that is not a success. Thrown by rules, turned into application/problem+json by the service. */
export class Problem extends Error {
	readonly body: Record<string, unknown>;

	constructor(
		readonly status: number,
		detail: string,
		extra: Record<string, unknown> = {},
	) {
		super(detail);
		this.body = {
			...extra,
			title: TITLES[status] ?? 'Error',
			type: `https://httpstatus.es/${status}`,
			status,
			detail,
			...pick(extra),
		};
	}
}

/** `title` and `type` of the OAuth endpoint differ from those of the API. */
function pick(extra: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(extra).filter(([key]) => key === 'title' || key === 'type'));
}

/** One bad item rejects the whole batch (amocrm.md §2). */
export function validationProblem(items: { requestId: string; issues: Issue[] }[]): Problem {
	return new Problem(400, 'Request validation failed', {
		'validation-errors': items.map(({ requestId, issues }) => ({ request_id: requestId, errors: issues })),
	});
}

export const notSupportedChoice = (path: string): Issue => ({
	code: 'NotSupportedChoice',
	path,
	detail: 'The value you selected is not a valid choice.',
});

export const fieldMissing = (path: string): Issue => ({ code: 'FieldMissing', path, detail: 'This field is missing.' });

export const invalidType = (path: string, expected: string): Issue => ({
	code: 'InvalidType',
	path,
	detail: `This value should be of type ${expected}.`,
});

export const tooLong = (path: string, limit: number): Issue => ({
	code: 'TooLong',
	path,
	detail: `This value is too long. It should have ${limit} characters or less.`,
});

/** What zod found, in amoCRM's words. */
export function issuesOf(error: z.ZodError, prefix = ''): Issue[] {
	return error.issues.map((issue) => {
		const path = [prefix, ...issue.path].filter((part) => part !== '').join('.');
		if (issue.code === 'too_big') return tooLong(path, Number(issue.maximum));
		if (issue.code === 'invalid_type') {
			if (issue.message.endsWith('received undefined')) return fieldMissing(path);
			return invalidType(path, issue.expected === 'int' || issue.expected === 'number' ? 'int' : issue.expected);
		}
		return notSupportedChoice(path);
	});
}
