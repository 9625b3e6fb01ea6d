import type { Posting } from './posting';
import type { PushType } from './pushes/types';
import type { ShopParts } from './shopParts';
import { isoMs } from './time';

/** Who wrote: in Ozon's own example the C of the customer is Cyrillic (ozon.md §11). */
export type Author = 'Customer' | 'Seller' | 'NotificationUser';

export interface Message {
	/** Digits, larger than a double can hold. */
	id: string;
	author: Author;
	text: string;
	at: number;
	isRead: boolean;
}

export interface Chat {
	id: string;
	type: 'Buyer_Seller' | 'Seller_API_Notifications';
	posting: Posting | null;
	open: boolean;
	createdAt: number;
	messages: Message[];
}

const HOUR = 3_600_000;
const WRITE_AFTER_DELIVERY = 72 * HOUR;
const REPLY_WITHIN = 48 * HOUR;
/** Message ids do not fit into a double: `"3000000000817031942"`. */
const FIRST_MESSAGE = 3_000_000_000_817_000_000n;

/** Chats with buyers and Ozon's own messages to the seller. */
export class Chats {
	readonly all = new Map<string, Chat>();
	private nextMessage = FIRST_MESSAGE;

	constructor(private readonly shop: ShopParts) {}

	ofPosting(posting: Posting): Chat | undefined {
		return [...this.all.values()].find((chat) => chat.posting?.orderNumber === posting.orderNumber);
	}

	/** The chat of the posting's order, opened when there is none. */
	start(posting: Posting): Chat {
		return this.ofPosting(posting) ?? this.create('Buyer_Seller', posting);
	}

	write(chat: Chat, author: Author, text: string): Message {
		this.nextMessage += BigInt(this.shop.random.int(1, 99));
		const message = { id: String(this.nextMessage), author, text, at: this.shop.now(), isRead: author === 'Seller' };
		chat.messages.push(message);
		if (author !== 'Seller') this.announce('TYPE_NEW_MESSAGE', chat, message, { data: [text] });
		return message;
	}

	/** The buyer corrects the last message. */
	edit(chat: Chat, text: string): void {
		const message = chat.messages.findLast((candidate) => candidate.author === 'Customer');
		if (!message) return;
		message.text = text;
		this.announce('TYPE_UPDATE_MESSAGE', chat, message, { updated_at: isoMs(this.shop.now()), data: [text] });
	}

	/** The buyer has read what the seller wrote. */
	readByBuyer(chat: Chat): void {
		const message = chat.messages.at(-1);
		if (message) this.announce('TYPE_MESSAGE_READ', chat, message, { last_read_message_id: message.id });
	}

	close(chat: Chat): void {
		chat.open = false;
		this.shop.pushes.announce('TYPE_CHAT_CLOSED', this.heading(chat, 'Customer'));
	}

	/** Ozon tells the seller something about the integration. */
	fromOzon(text: string): void {
		const chat =
			[...this.all.values()].find(({ type }) => type === 'Seller_API_Notifications') ??
			this.create('Seller_API_Notifications', null);
		this.write(chat, 'NotificationUser', text);
	}

	/** Why the seller may not write now (§2); undefined when it may. */
	refusal(chat: Chat): string | undefined {
		if (!chat.open) return 'Chat is closed';
		if (!chat.posting) return 'Chat is read-only';
		const now = this.shop.now();
		const lastFromBuyer = chat.messages.findLast((message) => message.author === 'Customer');
		if (lastFromBuyer && now - lastFromBuyer.at <= REPLY_WITHIN) return undefined;
		const { scheme, status, factDeliveryDate, statusChangedAt, inProcessAt } = chat.posting;
		if (scheme === 'fbo') return 'The time to reply to the buyer is over';
		if (inProcessAt === null) return 'The order is not paid';
		const over =
			status === 'delivered' || status === 'cancelled'
				? now - (factDeliveryDate ?? statusChangedAt) > WRITE_AFTER_DELIVERY
				: false;
		return over ? 'The time to write to the buyer is over' : undefined;
	}

	/** `user.type` as Ozon writes it. */
	authorName(author: Author): string {
		return author === 'Customer' && this.shop.settings.cyrillicCustomer ? '\u0421ustomer' : author;
	}

	clear(): void {
		this.all.clear();
		this.nextMessage = FIRST_MESSAGE;
	}

	private create(type: Chat['type'], posting: Posting | null): Chat {
		const chat: Chat = {
			id: this.shop.inventor.uuid(),
			type,
			posting,
			open: true,
			createdAt: this.shop.now(),
			messages: [],
		};
		this.all.set(chat.id, chat);
		return chat;
	}

	private announce(type: PushType, chat: Chat, message: Message, extra: Record<string, unknown>): void {
		const body = {
			...this.heading(chat, message.author),
			message_id: message.id,
			created_at: isoMs(message.at),
			...extra,
		};
		this.shop.pushes.announce(type, body);
	}

	/** Here, and only here, `seller_id` is a string (§11). */
	private heading(chat: Chat, author: Author): Record<string, unknown> {
		const user = { id: this.userId(chat), type: this.authorName(author) };
		return { chat_id: chat.id, chat_type: chat.type, user, seller_id: String(this.shop.settings.sellerId) };
	}

	userId(chat: Chat): string {
		return String(chat.posting?.buyer.customerId ?? 0);
	}
}
