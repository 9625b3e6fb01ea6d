import type { Happening } from './watched';

/** What is known of a trigger at the end of its check. */
export interface TriggerFacts {
	happened: readonly Happening[];
	/** What its items told of, in the order in which they came. */
	told: readonly string[];
	/** After which restarts it asked its service nothing more. */
	deadAfter: readonly string[];
}

export interface TriggerVerdict {
	ok: boolean;
	happened: number;
	lost: number;
	twice: number;
	dead: number;
}

/** None lost, none twice, and alive after every restart. `findings`: what is wrong, one sentence each. Pure. */
export function judgeTrigger(name: string, { happened, told, deadAfter }: TriggerFacts): { verdict: TriggerVerdict; findings: string[] } {
	const lost = happened.filter(({ toldBy }) => !told.some((telling) => toldBy.test(telling)));
	const twice = [...new Set(told.filter((telling, index) => told.indexOf(telling) !== index))];
	return {
		verdict: {
			ok: happened.length > 0 && lost.length + twice.length + deadAfter.length === 0,
			happened: happened.length,
			lost: lost.length,
			twice: twice.length,
			dead: deadAfter.length,
		},
		findings: [
			...(happened.length === 0 ? [`${name}: nothing happened, so nothing was checked`] : []),
			...deadAfter.map((restart) => `${name}: asked nothing of its service after ${restart}`),
			...lost.map(({ what }) => `${name}: ${what}, and nothing told of it`),
			...twice.map((telling) => `${name}: told twice: ${telling}`),
		],
	};
}
