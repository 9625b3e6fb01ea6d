import type { Deliveries } from './deliveries';
import type { Handlers } from './handlers';

/** What an event tells: the id, and for a pipeline move where to (bitrix24.md §7). */
export type EventFields = { ID: number } & Record<string, string | number>;

/** Says what happened to everybody who wants to hear it. */
export class Announcer {
	constructor(
		private readonly handlers: Handlers,
		private readonly deliveries: Deliveries,
	) {}

	tell(event: string, fields: EventFields): void {
		for (const handler of this.handlers.listening(event)) this.deliveries.queue(handler, event, fields);
	}
}
