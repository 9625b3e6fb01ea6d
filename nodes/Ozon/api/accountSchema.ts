import { z } from 'zod/v4';
import { flag, neededNumber, neededText, number, text, withRaw } from '../../../transport/lenient';
import { listOf, maybe, texts, time } from './lenientFields';

/* Keys, labels, chats and push addresses (ozon.md §1, §2, §11). */

export const rolesAnswer = z
	.object({ expires_at: time, roles: listOf(z.object({ name: text, methods: texts })) })
	.transform(({ expires_at, roles }) => ({ expiresAt: expires_at, roles }));
export type Roles = z.infer<typeof rolesAnswer>;

export const labelTasks = z.object({ tasks: listOf(z.object({ task_id: neededText, task_type: text })) });
/** `pending`, `in_progress`, `completed`, `error`. */
export const labelTask = z.object({
	file_url: text,
	error: maybe(z.object({ code: text, message: text })),
	status: z.union([
		z.object({
			code: neededText,
			unprinted_postings: listOf(z.object({ posting_number: text, message: text })),
		}),
		neededText.transform((code) => ({ code, unprinted_postings: [] })),
	]),
});

const chat = z.object({
	chat: z.object({ chat_id: neededText, chat_status: text, chat_type: text, created_at: text }),
	first_unread_message_id: text,
	last_message_id: text,
	unread_count: number,
});
export const chatPage = z.object({
	chats: listOf(
		withRaw(
			chat.transform(({ chat: about, ...rest }) => ({
				id: about.chat_id,
				status: about.chat_status,
				type: about.chat_type,
				createdAt: about.created_at,
				unread: rest.unread_count ?? 0,
				firstUnreadMessageId: rest.first_unread_message_id,
				lastMessageId: rest.last_message_id,
			})),
		),
	),
	cursor: text,
	has_next: flag,
});

/** The first letter of `Customer` is Cyrillic in Ozon's own example (§11). */
export const plainLatin = (value: string): string => value.replace(/\u0421/g, 'C');

const message = z.object({
	message_id: neededText,
	created_at: text,
	data: texts,
	is_read: flag,
	is_image: flag,
	user: maybe(z.object({ id: text, type: text })),
	context: maybe(z.object({ order_number: text, sku: text })),
});
export const messagePage = z.object({
	messages: listOf(
		withRaw(
			message.transform((sent) => ({
				id: sent.message_id,
				createdAt: sent.created_at,
				from: sent.user?.type === undefined ? undefined : plainLatin(sent.user.type),
				data: sent.data,
				isRead: sent.is_read,
				isImage: sent.is_image,
				orderNumber: sent.context?.order_number,
			})),
		),
	),
	has_next: flag,
});
export const sentMessage = z.object({ result: text }).passthrough();

const pushUrl = z
	.object({
		id: neededNumber,
		url: neededText,
		enable: flag,
		disable_reason: text,
		reason_details: text,
		availability_status: text,
		types: listOf(z.object({ type: neededText })),
	})
	.transform((sent) => ({
		id: sent.id,
		url: sent.url,
		isEnabled: sent.enable,
		disabledBy: sent.disable_reason,
		details: sent.reason_details,
		availability: sent.availability_status,
		types: sent.types.map(({ type }) => type),
	}));
export type PushUrl = z.infer<typeof pushUrl>;
export const pushUrls = z.object({ urls: listOf(pushUrl), total_count: number });
export const pushCheck = z.object({
	is_active: flag,
	errors: listOf(z.object({ type: text, description: text })),
});
export const pushTypes = z.object({
	types: listOf(z.object({ type: neededText, seller_endpoint: maybe(z.object({ id: number, url: text })) })),
});
