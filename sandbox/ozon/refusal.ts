/** An answer of the API that is not a success: `{code, message, details}` with a gRPC code (ozon.md §12). */
export class OzonRefusal extends Error {
	constructor(
		readonly httpStatus: number,
		readonly code: number,
		message: string,
	) {
		super(message);
	}
}

export const badArgument = (message: string) => new OzonRefusal(400, 3, message);
export const notFound = (message = 'POSTING_NOT_FOUND') => new OzonRefusal(404, 5, message);
export const denied = (message: string) => new OzonRefusal(403, 7, message);
export const conflict = (message: string) => new OzonRefusal(409, 9, message);
