import type { Clock } from './clock';
import type { Random } from './random';

/** How a call can go wrong; see sandbox/README.md for what the client sees. */
export const FAULT_KINDS = [
	'429',
	'500',
	'500-after-apply',
	'502-html',
	'timeout',
	'timeout-after-apply',
	'reset',
	'html',
	'wrong-shape',
	'slow',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Which calls go wrong, and how. Without `share` and `next` every matching call does. */
export interface FaultRule {
	/** 'kaspi', 'amocrm', 'messenger' … or 'all'. */
	api: string;
	kind: FaultKind;
	/** Part of the matching calls, 0..1. */
	share?: number;
	/** Only the next N matching calls, then the rule is gone. */
	next?: number;
	/** The first N matching calls go well: what breaks in the middle of a job. */
	skip?: number;
	method?: string;
	pathIncludes?: string;
	/** Sandbox time (epoch ms) when the rule ends. */
	untilMs?: number;
	/** For both timeouts: how long the connection is held (real ms) before it is cut. For `slow`: before it is answered as usual. */
	holdMs?: number;
}

export interface ActiveFault extends FaultRule {
	id: string;
	/** How often it struck. */
	struck: number;
}

/** What was decided for one call. */
export interface FaultDecision {
	kind: FaultKind;
	holdMs?: number;
}

/** Faults on demand: decides for every call whether and how it goes wrong. Seeded, so a run can be repeated. */
export class Faults {
	private rules: ActiveFault[] = [];
	private outages = new Map<string, number>();
	private sequence = 0;

	constructor(
		private readonly clock: Clock,
		private readonly random: Random,
	) {}

	/** Adds a rule and returns its id. Rules are asked in the order they were added; the first that strikes wins. */
	set(rule: FaultRule): string {
		this.sequence += 1;
		const id = `fault-${this.sequence}`;
		this.rules.push({ ...rule, id, struck: 0 });
		return id;
	}

	/** Removes one rule, or all rules and outages. */
	clear(id?: string): void {
		this.rules = id === undefined ? [] : this.rules.filter((rule) => rule.id !== id);
		if (id === undefined) this.outages.clear();
	}

	/** The API ('all' for every one) is down for `ms` of sandbox time: each call meets a 502 page or a closed socket. */
	outage(api: string, ms: number): void {
		this.outages.set(api, this.clock.now() + ms);
	}

	/** What goes wrong with this call, if anything. */
	decide(api: string, method: string, path: string): FaultKind | undefined {
		return this.decideFully(api, method, path)?.kind;
	}

	/** As `decide`, with the details of the rule that struck. */
	decideFully(api: string, method: string, path: string): FaultDecision | undefined {
		const now = this.clock.now();
		for (const name of [api, 'all']) {
			if ((this.outages.get(name) ?? 0) > now) return { kind: this.random.chance(0.5) ? '502-html' : 'reset' };
		}
		this.rules = this.rules.filter((rule) => rule.untilMs === undefined || rule.untilMs > now);
		for (const rule of this.rules) {
			if (!matches(rule, api, method, path)) continue;
			if ((rule.skip ?? 0) > 0) {
				rule.skip = (rule.skip ?? 0) - 1;
				continue;
			}
			if (rule.share !== undefined && !this.random.chance(rule.share)) continue;
			this.strike(rule);
			return { kind: rule.kind, holdMs: rule.holdMs };
		}
		return undefined;
	}

	/** The rules and outages in force now. */
	active(): { rules: ActiveFault[]; outages: { api: string; untilMs: number }[] } {
		const now = this.clock.now();
		const outages = [...this.outages].map(([api, untilMs]) => ({ api, untilMs }));
		return {
			rules: this.rules.filter((rule) => rule.untilMs === undefined || rule.untilMs > now),
			outages: outages.filter((outage) => outage.untilMs > now),
		};
	}

	private strike(rule: ActiveFault): void {
		rule.struck += 1;
		if (rule.next !== undefined && rule.struck >= rule.next) {
			this.rules = this.rules.filter((other) => other !== rule);
		}
	}
}

function matches(rule: FaultRule, api: string, method: string, path: string): boolean {
	return (
		(rule.api === api || rule.api === 'all') &&
		(rule.method === undefined || rule.method.toUpperCase() === method.toUpperCase()) &&
		(rule.pathIncludes === undefined || path.includes(rule.pathIncludes))
	);
}
