/** A request as a test writes it; n8n has parsed the body by the time that `webhook()` sees it. */
export interface FakeRequest {
	method?: string;
	headers?: Record<string, string>;
	query?: Record<string, unknown>;
	params?: Record<string, string>;
	/** Parsed: an object for JSON and forms. */
	body?: unknown;
	/** As it came over the wire, for signatures. Default: the body as JSON. */
	rawBody?: Buffer;
	ip?: string;
	path?: string;
}

/** The parts of express's request that nodes read. Header names are lower case, as Node makes them. */
export function asHttpRequest(request: FakeRequest) {
	const headers = Object.fromEntries(
		Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
	);
	const path = request.path ?? '/webhook/test';
	const rawBody = request.rawBody ?? Buffer.from(request.body === undefined ? '' : JSON.stringify(request.body));
	return {
		method: request.method ?? 'POST',
		url: path,
		originalUrl: path,
		path,
		headers,
		query: request.query ?? {},
		params: request.params ?? {},
		body: request.body ?? {},
		rawBody,
		ip: request.ip ?? '127.0.0.1',
		get: (name: string) => headers[name.toLowerCase()],
		header: (name: string) => headers[name.toLowerCase()],
		readRawBody: async () => rawBody,
	};
}

/** Remembers what a node writes to the response by itself. */
export class RecordedResponse {
	statusCode = 200;
	readonly headers: Record<string, string> = {};
	body: unknown;
	headersSent = false;

	status(code: number): this {
		this.statusCode = code;
		return this;
	}

	setHeader(name: string, value: string): this {
		this.headers[name.toLowerCase()] = value;
		return this;
	}

	set(name: string, value: string): this {
		return this.setHeader(name, value);
	}

	type(contentType: string): this {
		return this.setHeader('content-type', contentType);
	}

	writeHead(code: number, headers: Record<string, string> = {}): this {
		Object.entries(headers).forEach(([name, value]) => this.setHeader(name, value));
		return this.status(code);
	}

	send(body?: unknown): this {
		return this.finish(body);
	}

	json(body: unknown): this {
		return this.type('application/json').finish(body);
	}

	end(body?: unknown): this {
		return this.finish(body);
	}

	sendStatus(code: number): this {
		return this.status(code).finish(undefined);
	}

	private finish(body: unknown): this {
		if (this.headersSent) throw new Error('The response was sent twice');
		this.headersSent = true;
		this.body = body;
		return this;
	}
}
