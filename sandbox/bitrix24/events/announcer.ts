import type { Deliveries, EventFields } from './deliveries';
import type { Handlers } from './handlers';

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
