import type { INodeProperties } from 'n8n-workflow';
import { messagePage } from '../../api/accountSchema';
import { asJson, withoutGaps } from '../output';
import { limitField, returnAllField, simplifyField } from '../parameters';
import { take, type Item, type Operation } from '../operation';

export const chatField: INodeProperties = {
	displayName: 'Chat ID',
	name: 'chatId',
	type: 'string',
	default: '',
	required: true,
	description: 'The chat, as Get Many or the trigger gives it',
};

const messagesPerPage = 1000;

/** Newest first; the next page begins before the oldest message of the last one. */
async function* messagesOf({ client }: Item, chatId: string) {
	const body = { chat_id: chatId, direction: 'Backward', limit: messagesPerPage };
	let from: string | undefined;
	for (;;) {
		const options = from === undefined ? body : { ...body, from_message_id: from };
		const page = await client.read('/v3/chat/history', options, messagePage, `the messages of chat ${chatId}`);
		// A page may begin with the message that it was asked to begin from.
		const fresh = page.messages.filter(({ id }) => id !== from);
		yield fresh;
		const last = fresh.at(-1)?.id;
		if (!page.has_next || last === undefined) return;
		from = last;
	}
}

export const history: Operation = {
	value: 'history',
	name: 'Get History',
	action: 'Get the history of a chat',
	description: 'Read the messages of a chat, newest first',
	properties: [chatField, returnAllField, limitField, simplifyField],
	async run(item) {
		const chatId = item.id('chatId');
		const messages = await take(messagesOf(item, chatId), item.limit());
		return messages.map(({ raw, id, createdAt, from, data, isRead, isImage, orderNumber }) => ({
			json: item.isSimplified()
				? withoutGaps({ messageId: id, chatId, createdAt, from, text: data.join('\n'), isRead, isImage, buyerOrderNumber: orderNumber })
				: asJson(raw),
		}));
	},
};
