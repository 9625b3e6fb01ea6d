import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { sentMessage } from '../../api/accountSchema';
import type { Operation } from '../operation';
import { chatField } from './history';

const longestText = 1000;

const textField: INodeProperties = {
	displayName: 'Text',
	name: 'text',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	required: true,
	description: `The message, at most ${longestText} characters. Ozon lets sellers with Premium Plus or Premium Pro write to buyers, within its time limits.`,
};

export const send: Operation = {
	value: 'send',
	name: 'Send',
	action: 'Send a message to a chat',
	description: 'Write a message into a chat',
	properties: [chatField, textField],
	async run(item) {
		const chatId = item.id('chatId');
		const text = item.get('text', z.string().trim().min(1, 'it is empty').max(longestText, `more than ${longestText} characters`));
		const answer = await item.client.write('/v1/chat/send/message', { chat_id: chatId, text }, sentMessage, `a message to chat ${chatId}`);
		return [{ json: { chatId, result: answer.result ?? 'success' } }];
	},
};
