import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { parse } from 'qs';

import { createAmoSandbox, type AmoSandbox, type AmoSettings } from '../../sandbox/amocrm';
import { Clock } from '../../sandbox/clock';
import { Faults } from '../../sandbox/faults';
import { Random } from '../../sandbox/random';
import { CallLog } from '../../sandbox/service';

/** One answer of the API, with its body as JSON when it is JSON and as text in any case. */
export interface Answer {
	status: number;
	type: string;
	text: string;
	headers: Headers;
	/** The body, or the part of it at a path. */
	at(...path: (string | number)[]): unknown;
	/** The ids (or other numbers) of a list inside the body. */
	numbers(key: string, ...path: (string | number)[]): number[];
}

export interface Harness {
	amo: AmoSandbox;
	clock: Clock;
	faults: Faults;
	log: CallLog;
	url: string;
	/** Calls the API with the long-lived token, never faster than it allows. */
	call(method: string, path: string, body?: unknown): Promise<Answer>;
	/** Calls as told: no pacing, own headers. */
	raw(method: string, path: string, init?: { headers?: Record<string, string>; body?: string }): Promise<Answer>;
	/** Ids of what was created, in the order of the items, matched by `request_id`. */
	create(path: string, items: object[]): Promise<number[]>;
	close(): Promise<void>;
}

export async function startAmo(settings: Partial<AmoSettings> = {}): Promise<Harness> {
	const clock = new Clock();
	const faults = new Faults(clock, new Random(1));
	const log = new CallLog();
	const amo = createAmoSandbox({ clock, faults, log, random: new Random(7), settings });
	const url = await amo.service.listen({ host: '127.0.0.1', port: 0 });

	const raw: Harness['raw'] = async (method, path, init = {}) => {
		const headers = {
			authorization: `Bearer ${amo.credentials(url).longLivedToken}`,
			'user-agent': 'test/1.0',
			...init.headers,
		};
		return await answerOf(await fetch(`${url}${path}`, { method, headers, body: init.body, redirect: 'manual' }));
	};
	const call: Harness['call'] = async (method, path, body) => {
		clock.advance(200);
		const init =
			body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
		return await raw(method, `/api/v4${path}`, init);
	};
	const create: Harness['create'] = async (path, items) => {
		const answer = await call('POST', path, items);
		const key = path.split('/').find((part) => ['leads', 'contacts', 'tasks'].includes(part)) ?? '';
		if (answer.status !== 200) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
		const byRequest = new Map(
			list(answer.at('_embedded', key)).map((one) => [read(one, 'request_id'), Number(read(one, 'id'))]),
		);
		return items.map((_item, index) => byRequest.get(String(index)) ?? Number.NaN);
	};
	const close = async (): Promise<void> => {
		clock.close();
		await amo.close();
	};
	return { amo, clock, faults, log, url, call, raw, create, close };
}

export function read(value: unknown, ...path: (string | number)[]): unknown {
	return path.reduce<unknown>(
		(inner, key) =>
			typeof inner === 'object' && inner !== null
				? Object.entries(inner).find(([name]) => name === String(key))?.[1]
				: undefined,
		value,
	);
}

export function list(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

async function answerOf(response: Response): Promise<Answer> {
	const text = await response.text();
	const type = response.headers.get('content-type') ?? '';
	const json: unknown = type.includes('json') && text !== '' ? JSON.parse(text) : undefined;
	const at = (...path: (string | number)[]): unknown => read(json, ...path);
	const numbers = (key: string, ...path: (string | number)[]): number[] =>
		list(at(...path)).map((one) => Number(read(one, key)));
	return { status: response.status, type, text, headers: response.headers, at, numbers };
}

/** A webhook receiver: keeps every body, parsed and raw, and answers what it is told to. */
export class Receiver {
	readonly bodies: Record<string, unknown>[] = [];
	readonly raw: string[] = [];
	readonly types: (string | undefined)[] = [];
	private answer: (call: number) => { status: number; afterMs?: number } = () => ({ status: 200 });
	private readonly server: Server;

	constructor() {
		this.server = createServer((request, response) => this.receive(request, response));
	}

	async start(): Promise<string> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${portOf(this.server.address())}/hook?secret=s1`;
	}

	/** `call` counts from 1. */
	answers(answer: (call: number) => { status: number; afterMs?: number }): void {
		this.answer = answer;
	}

	/** Waits until this many POSTs have arrived. */
	async got(count: number, timeoutMs = 5000): Promise<Record<string, unknown>[]> {
		const until = Date.now() + timeoutMs;
		while (this.bodies.length < count) {
			if (Date.now() > until) throw new Error(`Expected ${count} webhook POSTs, got ${this.bodies.length}`);
			await pause(5);
		}
		return this.bodies;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private receive(request: IncomingMessage, response: ServerResponse): void {
		let text = '';
		request.on('data', (chunk: Buffer) => (text += chunk.toString()));
		request.on('end', () => {
			this.raw.push(text);
			this.types.push(request.headers['content-type']);
			this.bodies.push(parse(text, { depth: 10 }));
			const { status, afterMs = 0 } = this.answer(this.bodies.length);
			setTimeout(() => response.writeHead(status).end(), afterMs).unref();
		});
	}
}

export async function pause(ms: number): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, ms));
}

function portOf(address: AddressInfo | string | null): number {
	if (address === null || typeof address === 'string') throw new Error('Not listening');
	return address.port;
}
