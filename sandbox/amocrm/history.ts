import type { Random } from '../random';
import type { HistoryEvent } from './model';
import type { Store } from './store';

/** Event types of the account (events-and-notes documentation); `custom_field_{id}_value_changed` comes on top. */
const TYPES: ReadonlySet<string> = new Set([
	...['lead', 'contact', 'company'].flatMap((kind) =>
		['added', 'deleted', 'restored', 'linked', 'unlinked'].map((what) => `${kind}_${what}`),
	),
	'lead_status_changed',
	'customer_added',
	'customer_deleted',
	'customer_status_changed',
	'customer_linked',
	'customer_unlinked',
	'task_added',
	'task_deleted',
	'task_completed',
	'task_type_changed',
	'task_text_changed',
	'task_deadline_changed',
	'task_result_added',
	'incoming_call',
	'outgoing_call',
	'incoming_chat_message',
	'outgoing_chat_message',
	'entity_direct_message',
	'incoming_sms',
	'outgoing_sms',
	'entity_tag_added',
	'entity_tag_deleted',
	'entity_linked',
	'entity_unlinked',
	'sale_field_changed',
	'name_field_changed',
	'ltv_field_changed',
	'custom_field_value_changed',
	'entity_responsible_changed',
	'robot_replied',
	'intent_identified',
	'nps_rate_added',
	'link_followed',
	'transaction_added',
	'common_note_added',
	'common_note_deleted',
	'attachment_note_added',
	'targeting_in_note_added',
	'targeting_out_note_added',
	'geo_note_added',
	'service_note_added',
	'site_visit_note_added',
	'message_to_cashier_note_added',
	'key_action_completed',
	'entity_merged',
]);

export function eventTypeExists(type: string): boolean {
	return TYPES.has(type) || /^custom_field_\d+_value_changed$/.test(type);
}

const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** What happened in the account, oldest first. */
export class History {
	private readonly events: HistoryEvent[] = [];

	constructor(
		private readonly store: Store,
		private readonly random: Random,
	) {}

	add(
		type: string,
		entityType: HistoryEvent['entityType'],
		entityId: number,
		createdBy: number,
		after: HistoryEvent['after'] = [],
		before: HistoryEvent['before'] = [],
	): void {
		const id = `01${Array.from({ length: 24 }, () => ID_ALPHABET[this.random.int(0, 31)]).join('')}`;
		this.events.push({ id, type, entityType, entityId, createdBy, createdAt: this.store.seconds(), after, before });
	}

	all(): readonly HistoryEvent[] {
		return this.events;
	}

	/** Events that fit, newest first. */
	newestFirst(fits: (event: HistoryEvent) => boolean): HistoryEvent[] {
		return this.events.filter(fits).reverse();
	}

	byId(id: string): HistoryEvent | undefined {
		return this.events.find((event) => event.id === id);
	}

	clear(): void {
		this.events.length = 0;
	}
}
