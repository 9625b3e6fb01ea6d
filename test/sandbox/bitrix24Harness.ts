import { createBitrixSandbox, type BitrixSandbox, type BitrixSettings } from '../../sandbox/bitrix24';
import { Clock } from '../../sandbox/clock';
import { Faults } from '../../sandbox/faults';
import { Random } from '../../sandbox/random';
import { CallLog } from '../../sandbox/service';
import { read } from './amocrmHarness';

/** One answer of the REST. */
export interface Answer {
	status: number;
	type: string;
	text: string;
	headers: Headers;
	/** The body, or the part of it at a path. */
	at(...path: (string | number)[]): unknown;
}

export interface Harness {
	bitrix: BitrixSandbox;
	clock: Clock;
	faults: Faults;
	log: CallLog;
	url: string;
	/** Calls a method by the webhook with a JSON body, never faster than the bucket drains. */
	call(method: string, params?: object): Promise<Answer>;
	/** The `result` of a call that must succeed, or the part of it at a path. */
	result(method: string, params: object, ...path: (string | number)[]): Promise<unknown>;
	/** A number at a path of the `result`. */
	number(method: string, params: object, ...path: (string | number)[]): Promise<number>;
	/** Any request as told. */
	raw(path: string, init?: RequestInit): Promise<Answer>;
	close(): Promise<void>;
}

export async function startBitrix(settings: Partial<BitrixSettings> = {}): Promise<Harness> {
	const clock = new Clock();
	const faults = new Faults(clock, new Random(1));
	const log = new CallLog();
	const bitrix = createBitrixSandbox({ clock, faults, log, random: new Random(7), settings });
	const url = await bitrix.service.listen({ host: '127.0.0.1', port: 0 });

	const raw: Harness['raw'] = async (path, init = {}) =>
		await answerOf(await fetch(`${url}${path}`, { redirect: 'manual', ...init }));
	const call: Harness['call'] = async (method, params = {}) => {
		clock.advance(500);
		const path = bitrix.credentials('').webhookUrl;
		const headers = { 'content-type': 'application/json' };
		return await raw(`${path}${method}`, { method: 'POST', headers, body: JSON.stringify(params) });
	};
	const result: Harness['result'] = async (method, params, ...path) => {
		const answer = await call(method, params);
		if (answer.status !== 200) throw new Error(`${method} answered ${answer.status}: ${answer.text}`);
		return answer.at('result', ...path);
	};
	const number: Harness['number'] = async (...args) => {
		const value = await result(...args);
		if (typeof value !== 'number') throw new Error(`${args[0]} gave no number: ${JSON.stringify(value)}`);
		return value;
	};
	const close = async (): Promise<void> => {
		clock.close();
		await bitrix.close();
	};
	return { bitrix, clock, faults, log, url, call, result, number, raw, close };
}

async function answerOf(response: Response): Promise<Answer> {
	const text = await response.text();
	const type = response.headers.get('content-type') ?? '';
	const json: unknown = type.includes('json') && text !== '' ? JSON.parse(text) : undefined;
	return { status: response.status, type, text, headers: response.headers, at: (...path) => read(json, ...path) };
}
