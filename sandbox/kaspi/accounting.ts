import type { Order } from './order';
import { refusal, visibleFactsOf, type Command, type Facts } from './rules';
import type { KaspiSettings } from './settings';

export interface CommandNote {
	at: number;
	code: string;
	command: Command;
	why: string;
}

export interface CommandCounts {
	accepted: number;
	refused: number;
	/** Commands that a client could know to be wrong from what it had been shown or done itself. */
	forbidden: CommandNote[];
	/** Commands refused because the order changed after the client last saw it: a race, nobody's fault. */
	late: CommandNote[];
}

/** Remembers what clients were shown of each order, and judges their commands by that. */
export class Accounting {
	private shown = new Map<string, Facts>();
	private assembledByApi = new Set<string>();
	private counts: CommandCounts = { accepted: 0, refused: 0, forbidden: [], late: [] };

	constructor(
		private readonly settings: KaspiSettings,
		private readonly now: () => number,
	) {}

	/** What a client will know of the order once the answer that is being made reaches it. */
	facts(order: Order): Facts {
		return visibleFactsOf(order, this.settings);
	}

	/** An answer that showed these facts of the order was sent. */
	show(code: string, facts: Facts): void {
		this.shown.set(code, facts);
	}

	accept(order: Order, command: Command): void {
		this.counts.accepted += 1;
		if (command === 'ASSEMBLE') this.checkSecondAssemble(order);
	}

	/** A command that the state of the order does not allow. */
	refuse(order: Order, command: Command, why: string): void {
		this.counts.refused += 1;
		const shown = this.shown.get(order.code);
		if (!shown) this.forbid(order, command, `${why} (sent without ever reading the order)`);
		else if (refusal(command, shown, this.settings) !== undefined) this.forbid(order, command, why);
		else this.counts.late.push(this.note(order, command, why));
	}

	/** A command that is malformed or lacks something: refused whatever the order's state. */
	refuseMalformed(): void {
		this.counts.refused += 1;
	}

	forbid(order: Order, command: Command, why: string): void {
		this.counts.forbidden.push(this.note(order, command, why));
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
		this.assembledByApi.clear();
	}

	private checkSecondAssemble(order: Order): void {
		const sentBefore = this.assembledByApi.has(order.code);
		this.assembledByApi.add(order.code);
		if (!order.assembled) return;
		const why = 'second ASSEMBLE: a second waybill with a new number was issued';
		if (sentBefore || this.shown.get(order.code)?.assembled) this.forbid(order, 'ASSEMBLE', why);
		else this.counts.late.push(this.note(order, 'ASSEMBLE', why));
	}

	private note(order: Order, command: Command, why: string): CommandNote {
		return { at: this.now(), code: order.code, command, why };
	}
}
