import { z } from 'zod/v4';

import { int64, limitUpTo, read } from '../body';
import type { Chat, Message } from '../chats';
import { fbsPosting } from '../commands';
import { badArgument, denied, notFound } from '../refusal';
import { canStartChat } from '../rules';
import type { OzonShop } from '../shop';
import { iso } from '../time';
import type { AddMethod } from './method';

const listBody = z.object({
	limit: limitUpTo(100),
	cursor: z.string().default(''),
	filter: z
		.object({
			chat_status: z
				.string()
				.transform((text) => text.toUpperCase())
				.default('ALL'),
			unread_only: z.boolean().default(false),
		})
		.prefault({}),
});
/** Message ids are larger than a double can hold: kept as text. */
const messageId = z.union([z.string().regex(/^\d+$/), z.number().int().transform(String)]);
const historyBody = z.object({
	chat_id: z.string().min(1),
	direction: z
		.string()
		.default('Backward')
		.transform((text) => text.toLowerCase())
		.pipe(z.enum(['forward', 'backward'])),
	from_message_id: messageId.optional(),
	limit: int64.pipe(z.number().min(1).max(1000)).default(50),
});
const textBody = z.object({ chat_id: z.string().min(1), text: z.string().min(1).max(1000) });

/** Chats with buyers (ozon.md §2, §3, §14). */
export function addChats(add: AddMethod, shop: OzonShop): void {
	const { chats } = shop;
	add('/v3/chat/list', (body) => {
		const { limit, cursor, filter } = read(listBody, body);
		const found = [...chats.all.values()].filter(
			(chat) =>
				(filter.chat_status === 'ALL' || filter.chat_status === statusOf(chat)) &&
				(!filter.unread_only || unread(chat).length > 0),
		);
		const start = Number(cursor) || 0;
		const next = start + limit;
		return {
			chats: found.slice(start, next).map((chat) => ({
				chat: {
					chat_id: chat.id,
					chat_type: chat.type.toUpperCase(),
					chat_status: statusOf(chat),
					created_at: iso(chat.createdAt),
				},
				first_unread_message_id: unread(chat)[0]?.id ?? '0',
				last_message_id: chat.messages.at(-1)?.id ?? '0',
				unread_count: unread(chat).length,
			})),
			total_unread_count: found.reduce((sum, chat) => sum + unread(chat).length, 0),
			cursor: next < found.length ? String(next) : '',
			// A string, as in the official example (§14).
			has_next: String(next < found.length),
		};
	});
	add('/v3/chat/history', (body) => {
		const { chat_id: id, direction, from_message_id: from, limit } = read(historyBody, body);
		const chat = findChat(shop, id);
		if (direction === 'forward' && from === undefined)
			throw badArgument('from_message_id is required when direction is Forward');
		const ordered = direction === 'forward' ? chat.messages : [...chat.messages].reverse();
		const start = from === undefined ? 0 : ordered.findIndex((message) => message.id === from);
		const page = start < 0 ? [] : ordered.slice(start, start + limit);
		return {
			has_next: start >= 0 && start + limit < ordered.length,
			messages: page.map((message) => messageView(shop, chat, message)),
		};
	});
	add('/v1/chat/send/message', (body) => {
		const { chat_id: id, text } = read(textBody, body);
		demandPremium(shop);
		const chat = findChat(shop, id);
		const why = chats.refusal(chat);
		if (why !== undefined) throw denied(why);
		chats.write(chat, 'Seller', text);
		return { result: 'success' };
	});
	add('/v1/chat/start', (body) => {
		const posting = fbsPosting(shop, read(z.object({ posting_number: z.string().min(1) }), body).posting_number);
		demandPremium(shop);
		if (!canStartChat(posting, shop.now())) {
			shop.accounting.refuse(posting.number, 'start-chat', 'CHAT_IS_NOT_AVAILABLE');
			throw denied('CHAT_IS_NOT_AVAILABLE');
		}
		shop.accounting.accept(posting, 'start-chat');
		return { result: { chat_id: chats.start(posting).id } };
	});
	add('/v2/chat/read', (body) => {
		const { chat_id: id, from_message_id: from } = read(
			z.object({ chat_id: z.string().min(1), from_message_id: messageId.optional() }),
			body,
		);
		demandPremium(shop);
		const chat = findChat(shop, id);
		for (const message of chat.messages)
			if (from === undefined || BigInt(message.id) <= BigInt(from)) message.isRead = true;
		return { unread_count: unread(chat).length };
	});
}

function demandPremium(shop: OzonShop): void {
	const { subscription } = shop.settings;
	if (subscription !== 'PREMIUM_PLUS' && subscription !== 'PREMIUM_PRO')
		throw denied('Method is available with Premium Plus or Premium Pro subscription');
}

function findChat(shop: OzonShop, id: string): Chat {
	const chat = shop.chats.all.get(id);
	if (!chat) throw notFound('CHAT_NOT_FOUND');
	return chat;
}

const statusOf = ({ open }: Chat) => (open ? 'OPENED' : 'CLOSED');
const unread = ({ messages }: Chat): Message[] => messages.filter(({ isRead }) => !isRead);

function messageView(shop: OzonShop, chat: Chat, message: Message) {
	return {
		message_id: message.id,
		user: {
			id: message.author === 'Seller' ? shop.settings.clientId : shop.chats.userId(chat),
			type: shop.chats.authorName(message.author),
		},
		created_at: iso(message.at),
		data: [message.text],
		is_image: false,
		is_read: message.isRead,
		moderate_image_status: '',
		context: chat.posting
			? { order_number: chat.posting.orderNumber, sku: String(chat.posting.products[0]?.sku ?? '') }
			: null,
	};
}
