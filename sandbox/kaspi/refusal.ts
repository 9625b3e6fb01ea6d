/** An answer of the API that is not a success; `title` is Kaspi's text, the only field its errors have (kaspi.md §6). */
export class KaspiRefusal extends Error {
	constructor(
		readonly httpStatus: number,
		readonly title: string,
	) {
		super(title);
	}
}

export const notFound = (title = 'Order not found') => new KaspiRefusal(404, title);
export const badRequest = (title: string) => new KaspiRefusal(400, title);
