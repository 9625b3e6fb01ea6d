/** One call as it was served. Never holds bodies, query strings, names, phones or tokens. */
export interface CallEntry {
	/** Counts the calls of this API from 1. */
	number: number;
	/** Sandbox time, epoch ms. */
	at: number;
	api: string;
	method: string;
	/** The route's template (`/orders/:id`); for an unknown path the path as it was called. */
	path: string;
	/** HTTP status sent, or 0 when the socket was cut. */
	status: number;
	/** Real milliseconds. */
	ms: number;
	unknown: boolean;
	fault?: string;
}

export interface CallCounts {
	total: number;
	/** `GET /shop/api/v2/orders` → number of calls. */
	byRoute: Record<string, number>;
	byStatus: Record<string, number>;
	unknown: { method: string; path: string; count: number }[];
	/** Fault kind → how many calls it hit. */
	faults: Record<string, number>;
}

const KEPT_ENTRIES = 2000;

/** The calls of one API: the last ones in full, all of them counted. */
export class CallLog {
	private kept: CallEntry[] = [];
	private total = 0;
	private byRoute = new Map<string, number>();
	private byStatus = new Map<string, number>();
	private unknown = new Map<string, { method: string; path: string; count: number }>();
	private faults = new Map<string, number>();

	record(entry: Omit<CallEntry, 'number'>): void {
		this.total += 1;
		this.kept.push({ number: this.total, ...entry });
		if (this.kept.length > KEPT_ENTRIES) this.kept.shift();
		count(this.byStatus, entry.status === 0 ? 'cut' : String(entry.status));
		if (entry.fault !== undefined) count(this.faults, entry.fault);
		const route = `${entry.method} ${entry.path}`;
		if (!entry.unknown) {
			count(this.byRoute, route);
			return;
		}
		const known = this.unknown.get(route) ?? { method: entry.method, path: entry.path, count: 0 };
		known.count += 1;
		this.unknown.set(route, known);
	}

	/** The last `limit` calls, oldest first. */
	entries(limit = 100): CallEntry[] {
		return limit <= 0 ? [] : this.kept.slice(-limit);
	}

	counts(): CallCounts {
		return {
			total: this.total,
			byRoute: Object.fromEntries(this.byRoute),
			byStatus: Object.fromEntries(this.byStatus),
			unknown: [...this.unknown.values()],
			faults: Object.fromEntries(this.faults),
		};
	}

	reset(): void {
		this.kept = [];
		this.total = 0;
		for (const counter of [this.byRoute, this.byStatus, this.unknown, this.faults]) counter.clear();
	}
}

function count(counter: Map<string, number>, key: string): void {
	counter.set(key, (counter.get(key) ?? 0) + 1);
}
