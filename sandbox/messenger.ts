import type { ApiDeps, ApiSandbox } from './api';
import { createService } from './service';

export interface MessengerMessage {
	id: number;
	/** Epoch ms of sandbox time. */
	at: number;
	chatId: string;
	/** Of a document: its caption. */
	text: string;
	document?: { fileName: string; mimeType: string; /** As text; kept up to a megabyte. */ content: string };
}

export interface MessengerSandbox extends ApiSandbox {
	messages: MessengerMessage[];
	/** Documents without their content: `GET /messenger/documents/{id}` of the control API has it. */
	state(): { messages: object[] };
	credentials(baseUrl: string): { baseUrl: string; token: string; chatId: string };
}

const TOKEN = '7000000001:sandbox-messenger-token';
const CHAT_ID = '-1007000000001';
const BOT = { id: 7_000_000_001, is_bot: true, first_name: 'Песочница', username: 'sandbox_alerts_bot' };
const KEPT_MESSAGES = 200;

type Refusal = { code: 400 | 401 | 404; description: string };

/** A look-alike of the Telegram Bot API with the methods that alerts and reports need; keeps what it gets, sends nothing. */
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
		return keep({ chatId, text }, { text });
	});
	service.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
	service.post<{ Params: { token: string } }>('/bot:token/sendDocument', { bodyLimit: MAX_DOCUMENT_BYTES }, async (request, reply) => {
		if (request.params.token !== TOKEN) return await reply.code(401).send(failure(UNAUTHORIZED));
		const form = await formOf(request.body, request.headers['content-type']);
		const file = form?.get('document');
		const chatId = String(form?.get('chat_id') ?? '');
		const refusal = checkChat(chatId) ?? (file instanceof File ? undefined : NO_DOCUMENT);
		if (refusal || !(file instanceof File)) return await reply.code(400).send(failure(refusal ?? NO_DOCUMENT));
		const caption = String(form?.get('caption') ?? '');
		if (caption.length > MAX_CAPTION) return await reply.code(400).send(failure({ code: 400, description: 'Bad Request: message caption is too long' }));
		const content = (await file.text()).slice(0, KEPT_DOCUMENT_CHARACTERS);
		const document = { fileName: file.name, mimeType: file.type, content };
		return keep({ chatId, text: caption, document }, { caption, document: { file_name: file.name, mime_type: file.type, file_size: file.size } });
	});

	function keep(message: Omit<MessengerMessage, 'id' | 'at'>, shown: object): object {
		lastId += 1;
		messages.push({ id: lastId, at: clock.now(), ...message });
		if (messages.length > KEPT_MESSAGES) messages.shift();
		const chat = { id: Number(CHAT_ID), title: 'Оповещения', type: 'supergroup' };
		return { ok: true, result: { message_id: lastId, from: BOT, chat, date: Math.floor(clock.now() / 1000), ...shown } };
	}

	return {
		service,
		messages,
		state: () => ({
			messages: messages.map(({ document, ...message }) => ({
				...message,
				...(document === undefined ? {} : { document: { fileName: document.fileName, mimeType: document.mimeType } }),
			})),
		}),
		registerControl: (control) => {
			control.get<{ Params: { id: string } }>('/messenger/documents/:id', async (request, reply) => {
				const document = messages.find(({ id }) => String(id) === request.params.id)?.document;
				if (document === undefined) return await reply.code(404).send({ message: 'There is no document with this message.' });
				return await reply.type(`${document.mimeType}; charset=utf-8`).send(document.content);
			});
		},
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
const NO_DOCUMENT: Refusal = { code: 400, description: 'Bad Request: there is no document in the request' };
const MAX_TEXT = 4096;
const MAX_CAPTION = 1024;
const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;
const KEPT_DOCUMENT_CHARACTERS = 1024 * 1024;

const checkChat = (chatId: string): Refusal | undefined => (chatId === CHAT_ID ? undefined : { code: 400, description: 'Bad Request: chat not found' });

/** `undefined` when it is no form with files. */
async function formOf(body: unknown, contentType: string | undefined): Promise<FormData | undefined> {
	if (!Buffer.isBuffer(body) || contentType === undefined) return undefined;
	try {
		return await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
	} catch {
		// Telegram too says only that the document is missing.
		return undefined;
	}
}

function check(chatId: string, text: string): Refusal | undefined {
	const refusal = checkChat(chatId);
	if (refusal) return refusal;
	if (text.trim() === '') return { code: 400, description: 'Bad Request: message text is empty' };
	return text.length > MAX_TEXT ? { code: 400, description: 'Bad Request: message is too long' } : undefined;
}

function failure({ code, description }: Refusal) {
	return { ok: false, error_code: code, description };
}

function asRecord(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? { ...value } : {};
}
