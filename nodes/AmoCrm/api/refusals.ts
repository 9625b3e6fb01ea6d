import { z } from 'zod/v4';

/** One thing that amoCRM holds against one element of a batch, e.g. `custom_fields_values.0.field_id` · `NotSupportedChoice`. */
export interface ValidationIssue {
	code: string;
	/** Dot path inside the element. */
	path: string;
	detail: string;
}

export interface RefusedElement {
	/** As it was sent; the element's index when it was not (amocrm.md §3). */
	requestId: string;
	issues: ValidationIssue[];
}

const problemSchema = z.object({
	title: z.string().nullish(),
	detail: z.string().nullish(),
	hint: z.string().nullish(),
	'validation-errors': z
		.array(
			z.object({
				request_id: z.union([z.string(), z.number()]).transform(String).nullish(),
				errors: z
					.array(
						z.object({
							code: z.string().nullish(),
							path: z.string().nullish(),
							detail: z.string().nullish(),
						}),
					)
					.nullish(),
			}),
		)
		.nullish(),
});

const readProblem = (body: unknown): z.infer<typeof problemSchema> | undefined =>
	typeof body === 'object' ? problemSchema.safeParse(body).data : undefined;

/** Which elements of a refused batch amoCRM names, and why (amocrm.md §2 "Validation error shape"). */
export function refusedElements(body: unknown): RefusedElement[] {
	return (readProblem(body)?.['validation-errors'] ?? []).map(({ request_id, errors }, index) => ({
		requestId: request_id ?? String(index),
		issues: (errors ?? []).map(({ code, path, detail }) => ({
			code: code ?? '',
			path: path ?? '',
			detail: detail ?? '',
		})),
	}));
}

/** @param fieldOf how the field of an issue is called; without it amoCRM's own path */
export const issuesText = (issues: readonly ValidationIssue[], fieldOf = ({ path }: ValidationIssue): string => path || 'the element'): string =>
	issues.map((issue) => `${fieldOf(issue)}: ${[issue.code, issue.detail].filter(Boolean).join(', ')}`).join('; ');

/** amoCRM's own words in a refusal, for people; `undefined` for HTML pages and bodies without any. */
export function refusalText(_status: number, body: unknown): string | undefined {
	const problem = readProblem(body);
	if (problem === undefined) return undefined;
	const issues = refusedElements(body).flatMap((element) => element.issues);
	if (issues.length > 0) return issuesText(issues);
	const words = [problem.title, problem.detail, problem.hint].filter((word): word is string => !!word);
	return words.length > 0 ? [...new Set(words)].join(': ') : undefined;
}

/** A 400 that names no element and speaks of the system is a hiccup, not a verdict (amocrm.md §2, ERRTAX). */
export function isHiccup(status: number, body: unknown): boolean {
	if (status !== 400) return false;
	const problem = readProblem(body);
	if (problem === undefined || (problem['validation-errors'] ?? []).length > 0) return false;
	return /system|try again|later|систем|попробуйте|повторите|позже/i.test(`${problem.title ?? ''} ${problem.detail ?? ''}`);
}

/** True when an issue says that a custom field is not there any more (amocrm.md §4 "deleted/foreign field_id"). */
export const isDeadField = ({ path }: ValidationIssue): boolean => /^custom_fields_values\.\d+\.field_(id|code)$/.test(path);
