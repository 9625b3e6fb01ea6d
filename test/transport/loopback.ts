import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Seen {
	method: string;
	/** Path and query as they came over the wire. */
	url: string;
	headers: IncomingHttpHeaders;
	rawHeaders: string[];
	body: string;
	/** Epoch ms when the request had arrived completely. */
	at: number;
}

export type Reply = (response: ServerResponse, seen: Seen, socket: Socket) => void;

/** A server on loopback whose replies a test hands out one by one; the last one is repeated. */
export class Loopback {
	readonly seen: Seen[] = [];
	private replies: Reply[] = [];
	private readonly sockets = new Set<Socket>();

	private constructor(private readonly server: Server) {}

	static async start(): Promise<Loopback> {
		const server = createServer();
		const loopback = new Loopback(server);
		server.on('connection', (socket) => {
			loopback.sockets.add(socket);
			socket.on('close', () => loopback.sockets.delete(socket));
		});
		server.on('request', (request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const seen: Seen = {
					method: request.method ?? '',
					url: request.url ?? '',
					headers: request.headers,
					rawHeaders: request.rawHeaders,
					body: Buffer.concat(chunks).toString('utf8'),
					at: Date.now(),
				};
				loopback.seen.push(seen);
				const reply = loopback.replies.length > 1 ? loopback.replies.shift() : loopback.replies[0];
				if (reply === undefined) throw new Error('The test has given the server nothing to reply');
				reply(response, seen, request.socket);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return loopback;
	}

	get url(): string {
		const address: AddressInfo | string | null = this.server.address();
		if (address === null || typeof address === 'string') throw new Error('The server does not listen');
		return `http://127.0.0.1:${address.port}`;
	}

	/** What the next requests get, from now on. */
	will(...replies: Reply[]): void {
		this.replies = replies;
		this.seen.length = 0;
	}

	async stop(): Promise<void> {
		this.sockets.forEach((socket) => socket.destroy());
		await new Promise((resolve) => this.server.close(resolve));
	}
}

export const json =
	(status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
	(response) => {
		response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
		response.end(JSON.stringify(body));
	};

export const text =
	(status: number, body: string, headers: Record<string, string> = {}): Reply =>
	(response) => {
		response.writeHead(status, { 'Content-Type': 'text/html', ...headers });
		response.end(body);
	};

export const nothing =
	(status: number): Reply =>
	(response) => {
		response.writeHead(status);
		response.end();
	};

/** Takes the request and never answers. */
export const hang: Reply = () => undefined;

/** Takes the request and breaks the connection. */
export const reset: Reply = (_response, _seen, socket) => socket.resetAndDestroy();
