/** Told to applications alone: an outgoing webhook cannot even choose it (bitrix24.md §7). */
const APP_ONLY = ['ONCRMDEALMOVETOCATEGORY'];

const CHANGES = ['ADD', 'UPDATE', 'DELETE'];
const CRM_THINGS = ['DEAL', 'CONTACT', 'LEAD', 'COMPANY', 'QUOTE', 'DYNAMICITEM', 'ACTIVITY', 'TIMELINECOMMENT'];
const KNOWN: ReadonlySet<string> = new Set([
	...CRM_THINGS.flatMap((thing) => CHANGES.map((change) => `ONCRM${thing}${change}`)),
	...CHANGES.map((change) => `ONTASK${change}`),
	...APP_ONLY,
	'ONAPPINSTALL',
	'ONAPPUNINSTALL',
]);

export interface Handler {
	id: number;
	kind: 'hook' | 'app';
	url: string;
	events: string[];
	applicationToken: string;
	/** 0: whoever caused the event. */
	authType: number;
}

/** Who wants to hear of what: outgoing webhooks set by a person, and handlers bound by the application. */
export class Handlers {
	private readonly list: Handler[] = [];
	private lastId = 0;

	add(handler: Omit<Handler, 'id'>): Handler {
		this.lastId += 1;
		const added = { id: this.lastId, ...handler };
		this.list.push(added);
		return added;
	}

	/** How many went. */
	remove(fits: (handler: Handler) => boolean): number {
		const gone = this.list.filter(fits);
		for (const handler of gone) this.list.splice(this.list.indexOf(handler), 1);
		return gone.length;
	}

	has(handler: Handler): boolean {
		return this.list.includes(handler);
	}

	all(): readonly Handler[] {
		return this.list;
	}

	listening(event: string): Handler[] {
		return this.list.filter(({ events }) => events.includes(event));
	}

	clear(): void {
		this.list.length = 0;
		this.lastId = 0;
	}
}

export function isKnownEvent(event: string, kind: Handler['kind']): boolean {
	return KNOWN.has(event) && (kind === 'app' || !APP_ONLY.includes(event));
}
