import type { Store } from '../store';

const ENTITIES = ['lead', 'contact', 'company', 'customer', 'task', 'talk'];

/** What a webhook can be subscribed to (webhooks-api documentation). */
export const HOOK_SETTINGS: ReadonlySet<string> = new Set([
	...ENTITIES.flatMap((entity) => [`add_${entity}`, `update_${entity}`]),
	...['lead', 'contact', 'company', 'customer', 'task'].flatMap((entity) => [
		`delete_${entity}`,
		`responsible_${entity}`,
	]),
	...['lead', 'contact', 'company'].map((entity) => `restore_${entity}`),
	...['lead', 'contact', 'company', 'customer'].map((entity) => `note_${entity}`),
	...['add', 'update', 'delete'].flatMap((action) => [`${action}_unsorted`, `${action}_catalog_element`]),
	'status_lead',
	'add_message',
	'add_chat_template_review',
]);

export const HOOK_LIMIT = 100;

export interface Hook {
	id: number;
	destination: string;
	settings: string[];
	sort: number;
	disabled: boolean;
	createdAt: number;
	updatedAt: number;
	createdBy: number;
	/** Sandbox ms of the answers that were not 100–299 within the limit. */
	invalidAt: number[];
}

/** The webhooks that are registered; a destination is registered once. */
export class Subscriptions {
	private readonly hooks = new Map<string, Hook>();

	constructor(private readonly store: Store) {}

	/** Registers a destination or changes its settings. A disabled hook stays disabled: a person enables it. */
	save(destination: string, settings: string[], sort: number | undefined, userId: number): Hook {
		const now = this.store.seconds();
		const known = this.hooks.get(destination);
		if (known) return Object.assign(known, { settings, sort: sort ?? known.sort, updatedAt: now });
		const hook: Hook = {
			id: this.store.nextId(),
			destination,
			settings,
			sort: sort ?? this.hooks.size + 1,
			disabled: false,
			createdAt: now,
			updatedAt: now,
			createdBy: userId,
			invalidAt: [],
		};
		this.hooks.set(destination, hook);
		return hook;
	}

	remove(destination: string): boolean {
		return this.hooks.delete(destination);
	}

	enable(destination: string): boolean {
		const hook = this.hooks.get(destination);
		if (hook) Object.assign(hook, { disabled: false, invalidAt: [] });
		return hook !== undefined;
	}

	has(hook: Hook): boolean {
		return this.hooks.get(hook.destination) === hook;
	}

	all(): Hook[] {
		return [...this.hooks.values()];
	}

	/** The hooks that want to hear of a setting now. */
	listening(setting: string): Hook[] {
		return this.all().filter((hook) => !hook.disabled && hook.settings.includes(setting));
	}

	clear(): void {
		this.hooks.clear();
	}
}
