import type { ApiDeps, ApiSandbox } from './api';
import { createService } from './service';

export interface MessengerMessage {
	id: number;
	/** Epoch ms of sandbox time. */
	at: number;
	chatId: string;
	text: string;
}

export interface MessengerSandbox extends ApiSandbox {
	messages: MessengerMessage[];
	state(): { messages: MessengerMessage[] };
	credentials(baseUrl: string): { baseUrl: string; token: string; chatId: string };
}

const TOKEN = '7000000001:sandbox-messenger-token';
const CHAT_ID = '-1007000000001';
const BOT = { id: 7_000_000_001, is_bot: true, first_name: 'Песочница', username: 'sandbox_alerts_bot' };
const KEPT_MESSAGES = 200;

type Refusal = { code: 400 | 401 | 404; description: string };

/** A look-alike of the Telegram Bot API with the two methods that alerts need; keeps the texts, sends nothing. */
export function createMessenger({ clock, faults, log }: ApiDeps): MessengerSandbox {
	const messages: MessengerMessage[] = [];
	let lastId = 0;
	const service = createService({
		api: 'messenger',
		clock,
		faults,
		log,
		notFound: (_request, reply) => reply.code(404).send(failure({ code: 404, description: 'Not Found' })),
	});

	service.all<{ Params: { token: string } }>('/bot:token/getMe', async (request, reply) =>
		request.params.token === TOKEN ? { ok: true, result: BOT } : await reply.code(401).send(failure(UNAUTHORIZED)),
	);
	service.all<{ Params: { token: string } }>('/bot:token/sendMessage', async (request, reply) => {
		if (request.params.token !== TOKEN) return await reply.code(401).send(failure(UNAUTHORIZED));
		// Telegram takes the parameters from the query as well as from the body.
		const parameters = { ...asRecord(request.query), ...asRecord(request.body) };
		const chatId = String(parameters.chat_id ?? '');
		const text = typeof parameters.text === 'string' ? parameters.text : '';
		const refusal = check(chatId, text);
		if (refusal) return await reply.code(refusal.code).send(failure(refusal));
		lastId += 1;
		messages.push({ id: lastId, at: clock.now(), chatId, text });
		if (messages.length > KEPT_MESSAGES) messages.shift();
		const chat = { id: Number(CHAT_ID), title: 'Оповещения', type: 'supergroup' };
		return { ok: true, result: { message_id: lastId, from: BOT, chat, date: Math.floor(clock.now() / 1000), text } };
	});

	return {
		service,
		messages,
		state: () => ({ messages }),
		registerControl: () => undefined,
		credentials: (baseUrl) => ({ baseUrl, token: TOKEN, chatId: CHAT_ID }),
		seed: () => undefined,
		reset: () => {
			messages.length = 0;
			lastId = 0;
		},
		close: () => undefined,
	};
}

const UNAUTHORIZED: Refusal = { code: 401, description: 'Unauthorized' };
const MAX_TEXT = 4096;

function check(chatId: string, text: string): Refusal | undefined {
	if (chatId !== CHAT_ID) return { code: 400, description: 'Bad Request: chat not found' };
	if (text.trim() === '') return { code: 400, description: 'Bad Request: message text is empty' };
	return text.length > MAX_TEXT ? { code: 400, description: 'Bad Request: message is too long' } : undefined;
}

function failure({ code, description }: Refusal) {
	return { ok: false, error_code: code, description };
}

function asRecord(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? { ...value } : {};
}
