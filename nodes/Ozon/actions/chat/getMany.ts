import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { chatPage } from '../../api/accountSchema';
import { asJson, withoutGaps } from '../output';
import { limitField, returnAllField, simplifyField } from '../parameters';
import { take, type Item, type Operation } from '../operation';

const unreadField: INodeProperties = {
	displayName: 'Unread Only',
	name: 'unreadOnly',
	type: 'boolean',
	default: false,
	description: 'Whether to list only chats with messages that nobody has read',
};

const statusField: INodeProperties = {
	displayName: 'Status',
	name: 'chatStatus',
	type: 'options',
	options: [
		{ name: 'All', value: 'ALL' },
		{ name: 'Closed', value: 'CLOSED' },
		{ name: 'Opened', value: 'OPENED' },
	],
	default: 'ALL',
	description: 'Which chats to list',
};

const chatsPerPage = 100;

async function* chatsOf({ client }: Item, filter: { chat_status: string; unread_only: boolean }) {
	const body = { filter, limit: chatsPerPage };
	for await (const page of client.byCursor('/v3/chat/list', body, chatPage, 'the list of chats')) yield page.chats;
}

export const getMany: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many chats',
	description: 'List the chats with buyers and with Ozon',
	properties: [returnAllField, limitField, statusField, unreadField, simplifyField],
	async run(item) {
		const filter = { chat_status: item.get('chatStatus', z.string()), unread_only: item.get('unreadOnly', z.boolean()) };
		const chats = await take(chatsOf(item, filter), item.limit());
		return chats.map(({ raw, id, status, type, createdAt, unread, lastMessageId }) => ({
			json: item.isSimplified()
				? withoutGaps({ chatId: id, status, type, createdAt, unread, lastMessageId })
				: asJson(raw),
		}));
	},
};
