import type { Posting } from './posting';
import { ALLOWED_BY, type Command } from './rules';

export interface CommandNote {
	at: number;
	posting: string;
	command: Command;
	why: string;
}

export interface CommandCounts {
	accepted: number;
	refused: number;
	/** Commands that a client could know to be wrong: the action was not in the `available_actions` it last saw. */
	forbidden: CommandNote[];
	/** Commands refused because the posting changed after the client last saw it: a race, nobody's fault. */
	late: CommandNote[];
}

/** Setting the same thing twice does no harm, so these may follow each other without reading in between. */
const REPEATABLE: readonly Command[] = ['set-tracking', 'set-cutoff', 'label'];

/** Remembers what clients were shown of each posting, and judges their commands by that. */
export class Accounting {
	private shown = new Map<string, Set<string>>();
	private counts: CommandCounts = { accepted: 0, refused: 0, forbidden: [], late: [] };

	constructor(private readonly now: () => number) {}

	/** An answer that showed these actions of the posting was sent. */
	show(number: string, actions: readonly string[]): void {
		this.shown.set(number, new Set(actions));
	}

	/** Ozon takes the command; it is forbidden all the same when the client could not know that it may. */
	accept({ number }: Posting, command: Command): void {
		this.counts.accepted += 1;
		const why = this.unknowable(number, command);
		if (why !== undefined) this.forbid(number, command, why);
		// A client that does not know what became of its command reads before it sends the command again.
		if (!REPEATABLE.includes(command)) {
			for (const action of ALLOWED_BY[command] ?? []) this.shown.get(number)?.delete(action);
		}
		// Documented: last-mile may follow delivering at once (ozon.md §7).
		if (command === 'delivering') this.shown.get(number)?.add('non_int_last_mile');
	}

	/** Ozon refuses the command because of the posting's state. */
	refuse(number: string, command: Command, why: string): void {
		this.counts.refused += 1;
		const unknowable = this.unknowable(number, command);
		if (unknowable === undefined) this.counts.late.push({ at: this.now(), posting: number, command, why });
		else this.forbid(number, command, `${why} (${unknowable})`);
	}

	/** A command that is malformed or lacks something: refused whatever the posting's state. */
	refuseMalformed(): void {
		this.counts.refused += 1;
	}

	snapshot(): CommandCounts {
		return structuredClone(this.counts);
	}

	/** Forgets the counts, not what clients were shown. */
	resetCounts(): void {
		this.counts = { accepted: 0, refused: 0, forbidden: [], late: [] };
	}

	forgetEverything(): void {
		this.resetCounts();
		this.shown.clear();
	}

	private unknowable(number: string, command: Command): string | undefined {
		const needed = ALLOWED_BY[command];
		if (!needed) return undefined;
		const shown = this.shown.get(number);
		if (!shown) return 'sent without ever reading the posting';
		if (needed.some((action) => shown.has(action))) return undefined;
		return `none of ${needed.join(', ')} was in the available_actions last shown, or it was sent again without reading`;
	}

	private forbid(posting: string, command: Command, why: string): void {
		this.counts.forbidden.push({ at: this.now(), posting, command, why });
	}
}
