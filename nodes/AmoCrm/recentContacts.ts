/** amoCRM's search finds a new contact after one or two minutes (amocrm.md §5); whoever was written here is known at once. */
const keptForMs = 10 * 60_000;
const keptAtMost = 20_000;

interface Known {
	id: string;
	until: number;
}

/** Per process and account: phones and e-mails of the contacts that this process has lately created or added to. */
const accounts = new Map<string, Map<string, Known>>();

export class RecentContacts {
	private readonly known: Map<string, Known>;

	/** @param now epoch ms */
	constructor(
		account: string,
		private readonly now: () => number = Date.now,
	) {
		this.known = accounts.get(account) ?? new Map<string, Known>();
		accounts.set(account, this.known);
	}

	find(keys: readonly string[]): string | undefined {
		for (const key of keys) {
			const found = this.known.get(key);
			if (found !== undefined && found.until > this.now()) return found.id;
		}
		return undefined;
	}

	remember(keys: readonly string[], id: string): void {
		for (const key of keys) {
			// Re-inserted, so that the map's order is the order of age.
			this.known.delete(key);
			this.known.set(key, { id, until: this.now() + keptForMs });
		}
		for (const [key, { until }] of this.known) {
			if (this.known.size <= keptAtMost && until > this.now()) break;
			this.known.delete(key);
		}
	}

	forget(keys: readonly string[]): void {
		for (const key of keys) this.known.delete(key);
	}
}
