import type { z } from 'zod/v4';
import type { ServiceClient } from '../../../transport/service';

export const postingsPerPage = 100;

type Body = Readonly<Record<string, unknown>>;
type Answer<T> = z.ZodType<T>;

/** The Seller API: every call is a POST with JSON (ozon.md §1). Throws `ServiceFailure`. Writes are sent once. */
export class OzonClient {
	/** @param baseUrl of the credential */
	constructor(
		private readonly service: ServiceClient,
		readonly baseUrl: URL,
	) {}

	/** @param about what it is about, for texts */
	async read<T>(path: string, body: Body, answer: Answer<T>, about: string): Promise<T> {
		return await this.service.send({ method: 'POST', path, route: path, body, answer, about, repeatable: true });
	}

	/** A call that changes something: repeated only when it certainly did not get through. */
	async write<T>(path: string, body: Body, answer: Answer<T>, about: string): Promise<T> {
		return await this.service.send({ method: 'POST', path, route: path, body, answer, about });
	}

	/** A file that lies on the API's own host. */
	async file(path: string, route: string, answer: Answer<Buffer>, about: string): Promise<Buffer> {
		return await this.service.send({ method: 'GET', path, route, bytes: true, answer, about });
	}

	/** Pages that follow each other by a cursor: `""` first (§3). */
	async *byCursor<T extends { cursor?: string; has_next: boolean }>(
		path: string,
		body: Body,
		answer: Answer<T>,
		about: string,
	): AsyncGenerator<T, void> {
		for (let cursor = ''; ; ) {
			const page = await this.read(path, { ...body, cursor }, answer, about);
			yield page;
			// A cursor that stands still would be read for ever.
			if (!page.has_next || page.cursor === undefined || page.cursor === cursor) return;
			cursor = page.cursor;
		}
	}

	/** Pages that follow each other by the last id of the page before (§3); a page that is not full is the last one. */
	async *byLastId<T>(
		path: string,
		body: Body,
		answer: Answer<T>,
		next: (page: T) => string | undefined,
		about: string,
	): AsyncGenerator<T, void> {
		for (let last: string | undefined; ; ) {
			const page = await this.read(path, last === undefined ? body : { ...body, last_id: Number(last) }, answer, about);
			yield page;
			const following = next(page);
			if (following === undefined || following === last) return;
			last = following;
		}
	}
}
