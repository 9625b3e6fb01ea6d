import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import axios, { type AxiosInstance } from 'axios';

import type { PostingSpec } from '../../sandbox/ozon';
import type { ActionInput, ActionName } from '../../sandbox/ozon/actions';
import type { Posting } from '../../sandbox/ozon/posting';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox';

/** A sandbox with an empty Ozon shop in which nothing happens by chance, and clients for the API and the control server. */
export interface OzonHarness {
	sandbox: Sandbox;
	api: AxiosInstance;
	control: AxiosInstance;
	create(spec?: PostingSpec): Posting;
	/** `result` of /v3/posting/fbs/get. */
	read(number: string): Promise<Record<string, unknown>>;
	/** Lets people act, over the control server. */
	play(posting: Posting, ...actions: ActionName[]): Promise<void>;
	playWith(posting: Posting, action: ActionName, input: ActionInput): Promise<void>;
	/** Sandbox time passes. */
	wait(ms: number): void;
}

export async function startOzon(ozon: SandboxOptions['ozon'] = {}): Promise<OzonHarness> {
	const settings = { rateLimitPerSecond: 0, statusDelayMs: 0, shipDelayMs: 0, shipFailedShare: 0, ...ozon };
	const sandbox = await startSandbox({ empty: true, ozon: settings });
	const { baseUrl, clientId, apiKey } = sandbox.credentials().ozon;
	const api = axios.create({
		baseURL: baseUrl,
		headers: { 'Client-Id': clientId, 'Api-Key': apiKey, 'Content-Type': 'application/json' },
		validateStatus: () => true,
	});
	const control = axios.create({ baseURL: sandbox.addresses.control, validateStatus: () => true });
	const playWith = async (posting: Posting, action: ActionName, input: ActionInput): Promise<void> => {
		const answer = await control.post(`/ozon/postings/${posting.number}/${action}`, input);
		if (answer.status !== 200) throw new Error(`${action}: ${answer.status} ${JSON.stringify(answer.data)}`);
	};
	return {
		sandbox,
		api,
		control,
		create: (spec = {}) => sandbox.ozon.shop.createPosting(spec),
		read: async (number) => (await api.post('/v3/posting/fbs/get', { posting_number: number })).data.result,
		play: async (posting, ...actions) => {
			for (const action of actions) await playWith(posting, action, {});
		},
		playWith,
		wait: (ms) => sandbox.clock.advance(ms),
	};
}

/** A push that arrived. */
export type Arrived = Record<string, unknown> & { message_type: string };

export interface Receiver {
	url: string;
	/** Events, pings left out. */
	events: Arrived[];
	pings: number;
	/** How events are answered; null hangs. Default: as documented. */
	answer: (event: Arrived) => { status: number; body: unknown } | null;
	/** How a ping is answered; default: as documented. */
	pong: (response: ServerResponse) => void;
	until(fits: () => boolean): Promise<void>;
	close(): Promise<void>;
}

/** What a push receiver must answer to a ping. */
export function goodPong(response: ServerResponse): void {
	json(response, 200, { version: '1.0', name: 'test', time: new Date().toISOString() });
}

export function json(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A real HTTP server that takes pushes. */
export async function startReceiver(): Promise<Receiver> {
	const server: Server = createServer((request, response) => {
		void textOf(request).then((text) => {
			const event: Arrived = JSON.parse(text);
			if (event.message_type === 'TYPE_PING') {
				receiver.pings += 1;
				return receiver.pong(response);
			}
			receiver.events.push(event);
			const answer = receiver.answer(event);
			if (answer) json(response, answer.status, answer.body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address: AddressInfo | string | null = server.address();
	if (address === null || typeof address === 'string') throw new Error('The receiver listens on no port');
	const receiver: Receiver = {
		url: `http://127.0.0.1:${address.port}/secret-path`,
		events: [],
		pings: 0,
		answer: () => ({ status: 200, body: { result: true } }),
		pong: goodPong,
		until: async (fits) => {
			const deadline = Date.now() + 4000;
			while (!fits()) {
				if (Date.now() > deadline) throw new Error('What the test waits for did not happen in 4 s');
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return receiver;
}

async function textOf(request: IncomingMessage): Promise<string> {
	const chunks: string[] = [];
	request.setEncoding('utf8');
	for await (const chunk of request) chunks.push(String(chunk));
	return chunks.join('');
}
