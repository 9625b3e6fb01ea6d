import type { Clock } from '../clock';
import type { AmoSettings } from './settings';

const SHORTEST_QUERY = 3;

/**
 * What `query` finds: substrings over all filled fields of an entity, as they were `indexLagMs` ago. A change becomes
 * visible (and the old text invisible) only when its lag is over (amocrm.md §5: 1–2 minutes live).
 */
export class SearchIndex {
	private readonly visible = new Map<number, string>();
	private waiting: { id: number; text: string | undefined; at: number }[] = [];

	constructor(
		private readonly clock: Clock,
		private readonly settings: AmoSettings,
	) {}

	put(id: number, text: string): void {
		this.waiting.push({ id, text, at: this.clock.now() });
	}

	remove(id: number): void {
		this.waiting.push({ id, text: undefined, at: this.clock.now() });
	}

	/** Ids whose text holds the query; nothing for less than three characters. */
	find(query: string): Set<number> {
		this.settle(this.clock.now() - this.settings.indexLagMs);
		const needle = query.trim().toLowerCase();
		const found = new Set<number>();
		if (needle.length < SHORTEST_QUERY) return found;
		for (const [id, text] of this.visible) if (text.includes(needle)) found.add(id);
		return found;
	}

	/** Makes everything searchable at once. */
	flush(): void {
		this.settle(Number.POSITIVE_INFINITY);
	}

	clear(): void {
		this.visible.clear();
		this.waiting = [];
	}

	/** How many writes the search does not see yet. */
	lagging(): number {
		this.settle(this.clock.now() - this.settings.indexLagMs);
		return this.waiting.length;
	}

	private settle(until: number): void {
		let done = 0;
		for (const { id, text, at } of this.waiting) {
			if (at > until) break;
			if (text === undefined) this.visible.delete(id);
			else this.visible.set(id, text);
			done += 1;
		}
		if (done > 0) this.waiting.splice(0, done);
	}
}
