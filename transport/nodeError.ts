import { NodeApiError, NodeOperationError, type IDataObject, type INode, type INodeExecutionData } from 'n8n-workflow';
import { ServiceFailure } from './errors';
import { redact } from './redact';

/**
 * The exception that n8n shows: message = what happened, description = what to do now.
 * A `ServiceFailure` becomes a NodeApiError whose `httpCode` is text, because n8n sorts failed polls by it (429, 401, 403);
 * n8n's own errors pass through; anything else becomes a NodeOperationError, with its `advice` (if it has one) as the description.
 */
export function nodeErrorFrom(node: INode, error: unknown, itemIndex?: number): NodeApiError | NodeOperationError {
	if (error instanceof ServiceFailure) return apiError(node, error, itemIndex);
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex ??= itemIndex;
		return error;
	}
	const cause = error instanceof Error ? error : new Error(String(error));
	const description = 'advice' in cause && typeof cause.advice === 'string' ? cause.advice : undefined;
	return new NodeOperationError(node, cause, { message: redact(cause.message), description, itemIndex });
}

function apiError(node: INode, failure: ServiceFailure, itemIndex: number | undefined): NodeApiError {
	const { message, advice: description } = failure;
	// A plain object: a NodeApiError made of an Error would carry that along, and one made of a NodeApiError would be that one.
	const error = new NodeApiError(node, { message }, { message, description, httpCode: httpCodeOf(failure), itemIndex });
	// n8n replaces texts that contain an errno code, even inside a word ("approvePermissions" has EPERM): set it once more.
	error.message = message;
	error.messages = [];
	return error;
}

function httpCodeOf({ status, kind }: ServiceFailure): string | undefined {
	if (status !== undefined) return String(status);
	// Without an answer: no usable credential, a block or a rest that are known already.
	if (kind === 'unauthorized') return '401';
	if (kind === 'forbidden') return '403';
	return kind === 'rate_limited' ? '429' : undefined;
}

/**
 * An item for the error output (or the regular one with "Continue").
 * n8n 2.41 replaces the whole `json` of an item that has `error` set, and routes an item by `json.error` only if its keys are none
 * but `error`, `message` and `details`; so what happened is in `error`, what to do now in `message`, the rest in `details`.
 * On the error output n8n adds the keys of the input item that it is paired with.
 * @param json everything that is needed to try this item again; becomes `json.details`
 */
export function failedItem(node: INode, error: unknown, itemIndex: number, json: IDataObject): INodeExecutionData {
	const shown = nodeErrorFrom(node, error, itemIndex);
	const facts = error instanceof ServiceFailure ? factsOf(error) : {};
	return {
		json: { error: shown.message, message: shown.description ?? '', details: { ...json, ...facts } },
		pairedItem: { item: itemIndex },
	};
}

/** For the expressions of an analyst who sorts failed items. */
const factsOf = ({ api, kind, status, mayBeApplied, retryAfterMs }: ServiceFailure): IDataObject => ({
	api,
	kind,
	mayBeApplied,
	...(status === undefined ? {} : { httpStatus: status }),
	...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
